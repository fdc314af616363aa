"""Settings that an administrator of the whole site changes on screen: whole numbers with a default and limits, kept in the database."""

from time import monotonic
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app

from lms.base import db
from lms.base import gettext as _

from .actions import set_setting
from .models import Setting

FRESH = 20.0  # seconds for which a process believes what it has read: another process may have changed it


class Number(NamedTuple):
    """A setting: its default and limits. Zero switches it off where `may_be_off`."""

    default: int
    least: int
    most: int
    may_be_off: bool = False


NUMBERS = {
    "idle_minutes_administrator": Number(15, 5, 720),
    "idle_minutes_manager": Number(60, 5, 720),
    "idle_minutes_trainer": Number(120, 5, 720),
    "idle_minutes_learner": Number(480, 15, 720),
    "session_hours_administrator": Number(10, 1, 24),
    "session_hours_learner": Number(12, 1, 72),
    "inactive_days": Number(45, 7, 400, True),
    "anonymise_years": Number(5, 1, 30, True),
}


def number_words() -> dict[str, str]:
    """What each setting is called on the page."""
    return {
        "idle_minutes_administrator": _("Quản trị: đăng xuất sau bao nhiêu phút không dùng"),
        "idle_minutes_manager": _("Quản lý: đăng xuất sau bao nhiêu phút không dùng"),
        "idle_minutes_trainer": _("Giảng viên: đăng xuất sau bao nhiêu phút không dùng"),
        "idle_minutes_learner": _("Học viên: đăng xuất sau bao nhiêu phút không dùng"),
        "session_hours_administrator": _("Quản trị, quản lý, giảng viên: đăng nhập lại sau bao nhiêu giờ"),
        "session_hours_learner": _("Học viên: đăng nhập lại sau bao nhiêu giờ"),
        "inactive_days": _("Khóa tài khoản quản trị, quản lý, giảng viên sau bao nhiêu ngày không đăng nhập (0: không khóa)"),
        "anonymise_years": _("Ẩn danh người đã thôi công tác sau bao nhiêu năm (0: không ẩn)"),
    }


def number_setting(key: str) -> int:
    """A setting of NUMBERS as it stands. Read at most every 20 seconds by each process; no statement otherwise."""
    kept = current_app.extensions.setdefault("settings_read", {"at": -FRESH, "values": {}})
    if monotonic() - kept["at"] >= FRESH:
        kept.update(at=monotonic(), values=numbers_now())
    return int(kept["values"][key])


def numbers_now() -> dict[str, int]:
    """Every setting of NUMBERS as it stands in the database."""
    rows = db.session.execute(sa.select(Setting.key, Setting.value).where(Setting.key.in_(NUMBERS)))
    return {key: number.default for key, number in NUMBERS.items()} | {row.key: int(row.value) for row in rows}


def change_numbers(actor: Any, wanted: dict[str, int]) -> None:
    """Set these settings of NUMBERS, each with a line in the trail; those that stand as wanted are left alone."""
    kept = numbers_now()
    for key, value in wanted.items():
        if value != kept[key]:
            set_setting(actor, key, str(value))
    forget_settings()


def forget_settings() -> None:
    """Read them anew at the next question: one was changed here."""
    current_app.extensions.pop("settings_read", None)
