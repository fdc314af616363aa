"""The reads behind a report: figures by course and by agency, and the list behind every figure. All start from what the viewer manages today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import MANAGER, db
from lms.certificates import Certificate
from lms.courses import Course, CourseRevision
from lms.people import Membership, Person, people_in_reach
from lms.study import Completion, Enrolment

from .as_of import THEN, AsOf, as_of
from .assignments import assignments
from .choosing import Chosen, Rows
from .figures import STATES, Figures
from .layout import layout_for, layout_of_all

PAGE = 50


@dataclass(frozen=True)
class AgencyFigures:
    """A line of the table by agency; `is_direct`: only the people directly at it, without those below."""

    id: int
    name: str
    is_direct: bool
    figures: Figures


def _assignments(viewer: Any, chosen: Chosen) -> sa.Subquery:
    layout = layout_for(viewer, chosen.as_of)
    return assignments(layout, chosen.heads, chosen.course_id, chosen.is_direct).subquery()


def _counts(state: sa.ColumnElement[str]) -> list[sa.Label[int]]:
    return [sa.func.coalesce(sa.func.sum(sa.case((state == word, 1), else_=0)), 0).label(word) for word in STATES]


def _sums(seats: sa.CTE) -> list[sa.Label[int]]:
    return [sa.func.coalesce(sa.func.sum(seats.c[word]), 0).label(word) for word in STATES]


def _figures(row: Any) -> Figures:
    return Figures(**{word: int(getattr(row, word)) for word in STATES})


def figures_by_course(viewer: Any, chosen: Chosen) -> dict[int, Figures]:
    """The figures of each course at the chosen agency and below; courses nobody there was given are missing."""
    found = _assignments(viewer, chosen)
    statement = sa.select(found.c.course_id, *_counts(found.c.state)).group_by(found.c.course_id)
    return {row.course_id: _figures(row) for row in db.session.execute(statement)}


def figures_by_agency(viewer: Any, chosen: Chosen) -> list[AgencyFigures]:
    """The agency itself (its direct people), then its children in official order, each with all below it; these add up to the agency.

    Where no one agency is chosen: the tops of the viewer's reach.
    """
    layout, depth = layout_for(viewer, chosen.as_of), 0 if chosen.agency_id is None else 1
    found = assignments(layout, chosen.heads, chosen.course_id, chosen.is_direct).subquery()
    seats = sa.select(found.c.agency_id, *_counts(found.c.state)).group_by(found.c.agency_id).cte("seats")
    named, branch, leaf = layout.names(), layout.lines.subquery("branch"), layout.lines.subquery("leaf")
    below = sa.and_(leaf.c.ancestor_id == branch.c.agency_id, sa.or_(branch.c.depth == depth, leaf.c.depth == 0))
    statement = (
        sa.select(named.c.id, named.c.name, branch.c.depth, *_sums(seats))
        .join(branch, branch.c.agency_id == named.c.id)
        .join(leaf, below)
        .outerjoin(seats, seats.c.agency_id == leaf.c.agency_id)
        .where(branch.c.ancestor_id.in_(chosen.heads), branch.c.depth.in_((0, depth)))
        .group_by(named.c.id, named.c.name, branch.c.depth, named.c.position)
        .order_by(branch.c.depth, named.c.position, named.c.id)
    )
    return [AgencyFigures(row.id, row.name, row.depth < depth, _figures(row)) for row in db.session.execute(statement)]


def figures_on(agency_ids: Collection[int], on: date, by: str = THEN) -> dict[int, Figures]:
    """The figures of each of these agencies with all below it on that day, over all courses; one statement, no viewer: for operators and checks.

    `by` "then": the agencies of that day; "now": what rolls up today into each. An agency that is not there has zeros. Days to come: today.
    """
    layout = layout_of_all(as_of(on, by))
    found = assignments(layout).subquery()
    seats = sa.select(found.c.agency_id, *_counts(found.c.state)).group_by(found.c.agency_id).cte("seats")
    lines = layout.lines.subquery("lines")
    statement = (
        sa.select(lines.c.ancestor_id, *_sums(seats))
        .join(seats, seats.c.agency_id == lines.c.agency_id)
        .where(lines.c.ancestor_id.in_(agency_ids))
        .group_by(lines.c.ancestor_id)
    )
    counted = {row.ancestor_id: _figures(row) for row in db.session.execute(statement)}
    return {agency_id: counted.get(agency_id, Figures()) for agency_id in agency_ids}


def _certificate_then(day: AsOf) -> sa.ColumnElement[bool]:
    """For a join: the certificate of the enrolment that was good on the day."""
    same = sa.and_(Certificate.person_id == Enrolment.person_id, Certificate.course_id == Enrolment.course_id, Certificate.cycle == Enrolment.cycle)
    if not day.is_past:
        return sa.and_(same, Certificate.state == "valid")
    newer = aliased(Certificate)
    is_replaced = sa.exists().where(newer.id == Certificate.replaced_by_id, newer.issued_on <= day.on)
    is_revoked = sa.and_(Certificate.state == "revoked", Certificate.revoked_at < day.until)
    return sa.and_(same, Certificate.issued_on <= day.on, ~is_replaced, ~is_revoked)


def assignment_list(viewer: Any, chosen: Chosen, state: str = "", page: int | None = None) -> Rows:
    """The assignments in a state (empty: all that count), by agency in official order, then by name; 50 a page, or all of them.

    Pages and exports are made from this same select, so they hold the same people. `is_reached`: whether the person is the viewer's today.
    """
    layout, day, found = layout_for(viewer, chosen.as_of), chosen.as_of, _assignments(viewer, chosen)
    named, order = layout.names(), layout.official_order(chosen.heads)
    done = [Completion.completed_on <= day.on] if day.is_past else []
    is_reached = Person.id.in_(people_in_reach(viewer, MANAGER)) if day.is_past else sa.true()
    statement = (
        sa.select(
            *(Person.id, Person.full_name, Person.staff_code, Person.birth_on, Person.gender, is_reached.label("is_reached")),
            *(Membership.position, Membership.staff_kind, Membership.reason, named.c.name.label("agency_name")),
            *(CourseRevision.title, found.c.state, Enrolment.enrolled_at, Enrolment.due_on),
            *(Completion.completed_on, Completion.percent, Certificate.number_text),
        )
        .join(Enrolment, Enrolment.id == found.c.id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Membership, Membership.id == found.c.membership_id)
        .join(named, named.c.id == found.c.agency_id)
        .join(Course, Course.id == found.c.course_id)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number))
        .outerjoin(order, order.c.id == found.c.agency_id)
        .outerjoin(Completion, sa.and_(Completion.enrolment_id == Enrolment.id, *done))
        .outerjoin(Certificate, _certificate_then(day))
        .where(found.c.state == state if state else found.c.state != "on_leave")
        .order_by(order.c.place, Person.sort, Person.id, Course.key)
    )
    if page is not None:
        statement = statement.limit(PAGE).offset((page - 1) * PAGE)
    return db.session.execute(statement).all()
