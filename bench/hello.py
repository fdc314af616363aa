"""A bare Flask page on the same server with the settings of `flask serve` (lms/site/serving.py): the most that this machine can do."""

import os

import waitress
from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """The page."""
    return "Xin chào"


if __name__ == "__main__":
    waitress.serve(app, host="127.0.0.1", port=int(os.environ["PORT"]), threads=8, connection_limit=1000, channel_timeout=60, ident=None)
