"""Giving certificates to the people of the world, without the course."""

from datetime import date
from typing import Any

from flask import Flask

from lms.base import commit
from lms.certificates import Certificate, issue
from lms.courses import current_revision_id
from tests.cast import World

TITLE = {"vi": "An toàn thông tin cơ bản", "en": "Basic information security"}
NAMES = {
    "an": ("Nguyễn Văn An", "XP", "Xã An Phúc"),
    "anh": ("Đặng Thị Ánh", "XM", "Xã Bình Minh"),
    "giao": ("Hoàng Yến Giao", "HL", "Huyện Lạc Thủy"),
}


def facts(world: World, who: str = "an", **other: Any) -> dict[str, Any]:
    """What `issue` wants to know. Needs an app context."""
    name, agency, agency_name = NAMES[who]
    known = {
        "person_id": world.people[who],
        "person_name": name,
        "birth_on": date(1984, 2, 5),
        "gender": None,
        "agency_id": world.agencies[agency],
        "agency_name": agency_name,
        "course_id": world.course,
        "course_revision_id": current_revision_id(world.course),
        "cycle": 1,
        "course_title": TITLE,
        "hours": 3,
        "percent": 88,
        "started_on": date(2026, 11, 3),
        "completed_on": date(2026, 11, 24),
        "valid_months": 12,
    }
    return {**known, **other}


def give(app: Flask, world: World, who: str = "an", **other: Any) -> Certificate:
    """A certificate, issued and committed; a detached row."""
    with app.app_context():
        certificate = issue(**facts(world, who, **other))
        assert certificate is not None
        commit()
        return certificate
