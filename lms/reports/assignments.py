"""The one select behind every figure and every list: an assignment a row, with the agency and the state it counts for on the day of the report.

For a past day: the main membership in force on that day, enrolments made by the end of it, completions, due days and beginnings as they
were. Three things have no date and are read as they stand today: whether a course is required, whether somebody was taken out of it, and
the due day.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import holds_on
from lms.people import Membership
from lms.study import Completion, Enrolment

from .as_of import AsOf
from .layout import Ids, Layout, seated


def assignments(layout: Layout, heads: Ids | None = None, course_id: int | None = None, is_direct: bool = False) -> sa.Select[Any]:
    """Rows (id of the enrolment, course_id, membership_id, agency_id, state). `heads`: only there and below; `is_direct`: only there."""
    as_of = layout.as_of
    found, seat = seated(sa.select(Enrolment.id).join(Membership, Membership.person_id == Enrolment.person_id), as_of)
    found = found.with_only_columns(
        *(Enrolment.id, Enrolment.course_id, Membership.id.label("membership_id"), seat.label("agency_id"), _state(as_of)),
        maintain_column_froms=True,
    )
    if as_of.is_past:
        found = found.outerjoin(Completion, Completion.enrolment_id == Enrolment.id).where(Enrolment.enrolled_at < as_of.until)
    found = found.where(Membership.is_main, holds_on(Membership, as_of.on), Membership.state != "left", *layout.within(seat))
    found = found.where(Enrolment.is_required, Enrolment.state != "withdrawn", ~_is_superseded(as_of))
    if course_id:
        found = found.where(Enrolment.course_id == course_id)
    if heads is None:
        return found
    return found.where(seat.in_(heads if is_direct else layout.below(heads)))


def _state(as_of: AsOf) -> sa.Label[str]:
    is_past = as_of.is_past
    return sa.case(
        (Membership.state == "on_leave", "on_leave"),
        (Completion.completed_on <= as_of.on if is_past else Enrolment.state == "completed", "completed"),
        (Enrolment.due_on < as_of.on, "overdue"),
        (Enrolment.started_at < as_of.until if is_past else Enrolment.state == "in_progress", "in_progress"),
        else_="not_started",
    ).label("state")


def _is_superseded(as_of: AsOf) -> sa.ColumnElement[bool]:
    """Whether a later cycle of the course had begun for the person by that day."""
    later = aliased(Enrolment)
    same = (later.person_id == Enrolment.person_id, later.course_id == Enrolment.course_id, later.is_required, later.cycle > Enrolment.cycle)
    return sa.exists().where(*same, *([later.enrolled_at < as_of.until] if as_of.is_past else []))
