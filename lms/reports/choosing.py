"""What a manager looks at: an agency, a course, a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.agencies import agencies_below, standing_for
from lms.base import MANAGER, db
from lms.base import gettext as _
from lms.courses import Course, CourseRevision

from .as_of import AsOf
from .assignments import assignments
from .layout import Layout, layout_for

Rows = Sequence[Any]


@dataclass(frozen=True)
class Chosen:
    """What a manager looks at: one agency of their reach (None: the whole of it), and one of the courses assigned there (None: all)."""

    agency_id: int | None
    agency_name: str
    path: Rows  # (id, name) from the top of the reach down to the agency
    heads: tuple[int, ...]  # the agencies whose trees are looked at
    courses: Rows  # (id, key, title) of all that may be chosen
    course_id: int | None
    as_of: AsOf
    is_direct: bool = False  # only people directly at the agency
    notes: tuple[str, ...] = ()  # sentences: what was asked for does not exist on that day

    @property
    def course_title(self) -> dict[str, str] | None:
        """The title of the chosen course."""
        return next((course.title for course in self.courses if course.id == self.course_id), None)


def choose(viewer: Any, agency_id: int | None, course_id: int | None, as_of: AsOf, is_direct: bool = False) -> Chosen | None:
    """The agency and the course by id, or None when one of them is not within the viewer's reach. No agency: the top of the reach.

    An agency that has ended by the day shown is replaced by what stands in its place, one that did not exist yet by the whole reach.
    """
    layout = layout_for(viewer, as_of)
    courses = assigned_courses(viewer, as_of)
    path, notes = _path_or_successor(viewer, layout, agency_id) if agency_id else (_tops(layout), [])
    if agency_id and not path and not notes:
        return None
    if course_id and course_id not in [course.id for course in courses]:
        if not as_of.is_past:
            return None
        course_id = None
        notes = [*notes, _("Ngày đó khóa học đã chọn chưa được giao trong phạm vi này. Đang hiện tất cả khóa học.")]
    if not path:
        path, agency_id = _tops(layout), None
    if agency_id or len(path) == 1:
        return Chosen(path[-1].id, path[-1].name, path, (path[-1].id,), courses, course_id, as_of, is_direct, tuple(notes))
    return Chosen(None, "", [], tuple(top.id for top in path), courses, course_id, as_of, notes=tuple(notes))


def _path_or_successor(viewer: Any, layout: Layout, agency_id: int) -> tuple[Rows, list[str]]:
    path = _path(layout, agency_id)
    if path:
        return path, []
    stands = standing_for()
    within = stands.c.standing_id.in_(agencies_below(viewer.agencies_of(MANAGER)))
    successor_id = db.session.scalar(sa.select(stands.c.standing_id).where(stands.c.agency_id == agency_id, within))
    if successor_id is None:
        return [], []
    if layout.as_of.is_then:
        return [], [_("Ngày đó không có đơn vị đã chọn. Đang hiện toàn bộ phạm vi quản lý.")]
    path = _path(layout, successor_id)
    return path, [_("Đơn vị đã chọn nay thuộc %(agency)s.", agency=path[-1].name)]


def _tops(layout: Layout) -> Rows:
    named, lines = layout.names(), layout.lines.subquery("lines_above")
    more = sa.exists().where(lines.c.agency_id == named.c.id, lines.c.depth > 0, *layout.within(lines.c.ancestor_id))
    statement = sa.select(named.c.id, named.c.name).where(*layout.within(named.c.id), ~more)
    return db.session.execute(statement.order_by(named.c.position, named.c.id)).all()


def _path(layout: Layout, agency_id: int) -> Rows:
    named, lines = layout.names(), layout.lines.subquery("lines_above")
    statement = (
        sa.select(named.c.id, named.c.name)
        .join(lines, lines.c.ancestor_id == named.c.id)
        .where(lines.c.agency_id == agency_id, *layout.within(named.c.id))
        .order_by(lines.c.depth.desc())
    )
    return db.session.execute(statement).all()


def assigned_courses(viewer: Any, as_of: AsOf) -> Rows:
    """(id, key, title) of each course that is assigned to anybody within reach on that day, by key; titles of today."""
    within = assignments(layout_for(viewer, as_of)).subquery()
    statement = (
        sa.select(Course.id, Course.key, CourseRevision.title)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number))
        .where(Course.id.in_(sa.select(within.c.course_id)))
        .order_by(Course.key)
    )
    return db.session.execute(statement).all()
