"""Laying the ground: limits, transactions, errors and pages of an application."""

import logging
import sys
from datetime import timedelta

import click
from flask import Flask
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

import config

from .assets import serve_assets
from .db import db, migrate
from .doors import RowId
from .errors import draw_errors
from .page import frame_pages
from .request import carry_requests

login = LoginManager()
MODES = ("demo", "test", "production")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def lay_ground(app: Flask) -> None:
    """Prepare an application: limits, transactions, errors, pages. Opens no file but templates, no network, no database."""
    if click.get_current_context(silent=True) is None:
        refuse_unsafe(app)  # a server of its own; `flask serve` asks again, other commands only read or write the database
    app.config.update(
        MAX_CONTENT_LENGTH=4_000_000,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=600,
        SESSION_COOKIE_NAME="lms",
        REMEMBER_COOKIE_NAME=";",  # no cookie can bear this name: flask-login's own is never read
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["SECURE_COOKIES"],
        PERMANENT_SESSION_LIFETIME=timedelta(days=180),
        SQLALCHEMY_ENGINE_OPTIONS=app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {}),
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if app.config["BEHIND_PROXY"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowId
    _log_as_lines(app)
    db.init_app(app)
    migrate.init_app(app, db)
    login.session_protection = None
    login.init_app(app)
    carry_requests(app)
    draw_errors(app)
    serve_assets(app)
    frame_pages(app)


def refuse_unsafe(app: Flask) -> None:
    """End with one sentence when these settings must not be served."""
    if app.config["MODE"] not in MODES:
        raise SystemExit(f"LMS_MODE: chỉ nhận {', '.join(MODES)}; đang là “{app.config['MODE']}”.")
    if app.config["MODE"] == "demo" and app.config["HOST"] not in LOOPBACK:
        raise SystemExit("LMS_HOST: bản trình diễn chỉ chạy trên chính máy này (127.0.0.1).")
    if app.config["MODE"] != "production":
        return
    if app.config["SECRET_KEY"] == config.INSECURE_KEY or len(str(app.config["SECRET_KEY"])) < 32:
        raise SystemExit("LMS_SECRET_KEY: đặt khóa bí mật ngẫu nhiên từ 32 ký tự trước khi chạy thật (lệnh: openssl rand -hex 32).")
    if app.config["DEBUG"] or app.debug:
        raise SystemExit("FLASK_DEBUG: tắt chế độ gỡ lỗi trước khi chạy thật.")


def _log_as_lines(app: Flask) -> None:
    root = logging.getLogger("lms")
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        root.addHandler(handler)
        root.setLevel(logging.INFO)
