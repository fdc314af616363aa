"""Courses that must be completed before another one: which may be chosen, and that no course waits for itself."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db, in_language
from lms.base import gettext as _

from .course_drafts import course_source_of_draft
from .models import Course, CourseRevision
from .queries import is_current, offered_to
from .teaching import teaches


def courses_before(viewer: Any, course: Course, chosen: Collection[str]) -> list[Any]:
    """Rows (key, title) of the courses that may be demanded before this one: published and offered to the viewer or looked after by them,
    and those that are demanded now."""
    may = sa.or_(offered_to(viewer), sa.and_(Course.state == "published", Course.id.in_(teaches(viewer))), Course.key.in_(chosen))
    found = sa.select(Course.key, CourseRevision.title).join(CourseRevision, is_current()).where(may, Course.id != course.id)
    return list(db.session.execute(found.order_by(Course.key)))


def lock_courses() -> None:
    """Keep everybody else from changing what any course demands until the end of the transaction; always in the same order."""
    db.session.execute(sa.select(Course.id).order_by(Course.id).with_for_update())


def refuse_loop(course: Course, wanted: Collection[str]) -> None:
    """Refused when one of the wanted courses waits, directly or through others, published or drafted, for this one. After `lock_courses`."""
    found = sa.select(Course.key, Course.draft, CourseRevision.prerequisites, CourseRevision.title).join(CourseRevision, is_current())
    rows = {row.key: row for row in db.session.execute(found)}
    for first in wanted:
        seen, waiting = set(), [first]
        while waiting:
            key = waiting.pop()
            if key == course.key:
                raise Refused(
                    _("Khóa học “%(name)s” lại đòi học xong khóa này trước, nên không ai học được.", name=in_language(rows[first].title)),
                    "prerequisites",
                )
            if key in rows and key not in seen:
                seen.add(key)
                drafted = course_source_of_draft(rows[key].draft).prerequisites if rows[key].draft is not None else []
                waiting += [*rows[key].prerequisites, *drafted]
