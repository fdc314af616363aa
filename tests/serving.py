"""An application behind the real server, in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import waitress
from flask import Flask


@contextmanager
def served(app: Flask, **settings: object) -> Iterator[str]:
    """Serve the application on a free port of this machine: its address. Settings are waitress's."""
    server = waitress.create_server(app, **{**settings, "host": "127.0.0.1", "port": 0})
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        # in its own thread: closing sockets under a waiting select() is an error now and then
        server.trigger.pull_trigger(partial(server.asyncore.close_all, server._map))
        thread.join(timeout=5)
        assert not thread.is_alive()
