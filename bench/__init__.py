"""The benchmark: how many requests a second this machine serves, beside a bare Flask page on the same server, and how long a search takes."""
