"""Courses that must be completed before another one is begun, as they stand for a learner."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import db, in_language
from lms.base import gettext as _
from lms.courses import Course, CourseRevision, offered_to
from lms.people import Viewer

from .models import Completion


@dataclass(frozen=True)
class Prerequisite:
    """A course to be completed before another one is begun. is_done: completed by the learner, in whatever cycle."""

    course_id: int
    title: dict[str, Any]
    is_done: bool


def prerequisites_of(viewer: Viewer, courses: Collection[Any]) -> dict[str, list[Prerequisite]]:
    """Key of each course -> what is demanded before it is begun. One statement, none where nothing is demanded.

    courses: things with `key` and `prerequisites`. A course that is neither completed by the viewer nor offered to them (retired, not published, no
    longer offered at their agency, unknown) is not demanded, for nobody could ever complete it; nor is one that itself waits for this course.
    """
    wanted = {course.key: course.prerequisites for course in courses if course.prerequisites}
    if not wanted:
        return {}
    is_done = sa.exists().where(Completion.course_id == Course.id, Completion.person_id == viewer.person_id)
    columns = (Course.id, Course.key, CourseRevision.title, CourseRevision.prerequisites, is_done.label("is_done"))
    current = sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number)
    rows = db.session.execute(sa.select(*columns).join(CourseRevision, current).where(sa.or_(offered_to(viewer), is_done)))
    known = {row.key: row for row in rows}
    demanded = {key: [one for one in keys if one in known and not _waits(known, one, key)] for key, keys in wanted.items()}
    return {key: [Prerequisite(known[one].id, known[one].title, known[one].is_done) for one in keys] for key, keys in demanded.items()}


def _waits(known: Mapping[str, Any], key: str, course: str) -> bool:
    """Whether the course with this key, not completed yet, cannot be begun before the other one is completed."""
    seen: set[str] = set()
    ahead = [key]
    while ahead:
        one = ahead.pop()
        if one == course:
            return True
        if one not in seen and one in known and not known[one].is_done:
            ahead += known[one].prerequisites
        seen.add(one)
    return False


def closed_by(prerequisites: Collection[Prerequisite]) -> str:
    """Why a course cannot be begun yet, in a sentence; "" when all that it demands is completed."""
    missing = [f"“{in_language(one.title)}”" for one in prerequisites if not one.is_done]
    return _("Trước khi học khóa này, Anh/Chị cần hoàn thành: %(courses)s.", courses=", ".join(missing)) if missing else ""
