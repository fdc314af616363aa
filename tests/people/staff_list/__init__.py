"""Staff lists as people send them."""
