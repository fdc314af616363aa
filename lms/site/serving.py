"""Starting the one-machine server: waitress and the worker in one process, ended in order."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

import waitress
from flask import Flask

from lms.base import is_migrated, refuse_unsafe, work

from .queries import get_setting


def database_refusal(app: Flask) -> str:
    """Why this database must not be served; empty when it may."""
    with app.app_context():
        if not is_migrated():
            return "Cơ sở dữ liệu chưa có hoặc chưa đúng phiên bản, hoặc không kết nối được. Chạy lệnh: flask db upgrade."
        if app.config["MODE"] == "production" and get_setting("is_demo") == "1":
            return "Cơ sở dữ liệu này là dữ liệu trình diễn. Đặt LMS_DATA hoặc LMS_DATABASE sang nơi khác trước khi chạy thật."
    return ""


def _refuse(app: Flask) -> None:
    refuse_unsafe(app)
    refusal = database_refusal(app)
    if refusal:
        raise SystemExit(refusal)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def work_alone(app: Flask) -> None:
    """Be a worker without a server, until SIGINT or SIGTERM; the job under way is finished first."""
    _refuse(app)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    work(app, stop)


def server_settings(app: Flask) -> dict[str, Any]:
    """How waitress serves the app: bodies far over our limit are cut off before they fill the disk; a proxy's headers pass only where one stands."""
    place = {"host": app.config["HOST"], "port": app.config["PORT"], "threads": app.config["THREADS"]}
    limits = {"connection_limit": 1000, "channel_timeout": 60, "max_request_body_size": 4 * app.config["MAX_CONTENT_LENGTH"]}
    return {**place, **limits, "ident": None, "clear_untrusted_proxy_headers": not app.config["BEHIND_PROXY"]}


def serve(app: Flask) -> None:
    """Serve until SIGINT or SIGTERM; the job under way is finished first."""
    _refuse(app)
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(app, stop), name="worker")
    server = waitress.create_server(app, **server_settings(app))
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _end)
    worker.start()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        worker.join(timeout=30)
