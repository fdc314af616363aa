"""Every read of the reports. All of them start from what the viewer manages today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import Agency, AgencyParent, AgencyWithin, agencies_below
from lms.base import MANAGER, clock, db
from lms.certificates import Certificate
from lms.courses import Course, CourseRevision
from lms.people import Membership, Person, people_in_reach, reach
from lms.quizzes import Attempt, QuizVersion
from lms.study import Completion, Enrolment

from .figures import STATES, Figures

PAGE = 50
LARGEST_ID = 2_147_483_647

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
    is_direct: bool = False  # only people directly at the agency

    @property
    def course_title(self) -> dict[str, str] | None:
        """The title of the chosen course."""
        return next((course.title for course in self.courses if course.id == self.course_id), None)


@dataclass(frozen=True)
class AgencyFigures:
    """A line of the table by agency; `is_direct`: only the people directly at it, without those below."""

    id: int
    name: str
    is_direct: bool
    figures: Figures


@dataclass(frozen=True)
class PersonResult:
    """What a manager sees of a person: results, never answers."""

    person: Any
    courses: Rows
    attempts: Rows
    certificates: Rows


def _open(table: Any, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.from_on <= day, sa.or_(table.to_on.is_(None), table.to_on > day))


def choose(viewer: Any, agency_id: int | None, course_id: int | None, is_direct: bool = False) -> Chosen | None:
    """The agency and the course by id, or None when one of them is not within the viewer's reach. No agency: the top of the reach."""
    path = _path(viewer, agency_id) if agency_id else _tops(viewer)
    courses = assigned_courses(viewer)
    if (agency_id and not path) or (course_id and course_id not in [course.id for course in courses]):
        return None
    if agency_id or len(path) == 1:
        return Chosen(path[-1].id, path[-1].name, path, (path[-1].id,), courses, course_id, is_direct)
    return Chosen(None, "", [], tuple(top.id for top in path), courses, course_id)


def _tops(viewer: Any) -> Rows:
    above = aliased(AgencyWithin)
    has_more = sa.exists().where(
        above.agency_id == Agency.id, above.depth > 0, _open(above, clock.today()), above.ancestor_id.in_(reach(viewer, MANAGER))
    )
    statement = sa.select(Agency.id, Agency.name).where(Agency.id.in_(reach(viewer, MANAGER)), ~has_more)
    return db.session.execute(statement.order_by(Agency.position, Agency.id)).all()


def _path(viewer: Any, agency_id: int) -> Rows:
    statement = (
        sa.select(Agency.id, Agency.name)
        .join(AgencyWithin, AgencyWithin.ancestor_id == Agency.id)
        .where(AgencyWithin.agency_id == agency_id, _open(AgencyWithin, clock.today()), Agency.id.in_(reach(viewer, MANAGER)))
        .order_by(AgencyWithin.depth.desc())
    )
    return db.session.execute(statement).all()


def _assignments(viewer: Any, chosen: Chosen | None = None) -> sa.Select[Any]:
    """The one select behind every figure and every list: an assignment a row, with the agency and the state it counts for."""
    today, later = clock.today(), aliased(Enrolment)
    state = sa.case(
        (Membership.state == "on_leave", "on_leave"),
        (Enrolment.state == "completed", "completed"),
        (Enrolment.due_on < today, "overdue"),
        (Enrolment.state == "in_progress", "in_progress"),
        else_="not_started",
    ).label("state")
    is_superseded = sa.exists().where(
        later.person_id == Enrolment.person_id,
        later.course_id == Enrolment.course_id,
        later.is_required,
        later.cycle > Enrolment.cycle,
    )
    found = (
        sa.select(Enrolment.id, Enrolment.course_id, Membership.id.label("membership_id"), Membership.agency_id, state)
        .join(Membership, Membership.person_id == Enrolment.person_id)
        .where(Membership.is_main, _open(Membership, today), Membership.state != "left", Membership.agency_id.in_(reach(viewer, MANAGER)))
        .where(Enrolment.is_required, Enrolment.state != "withdrawn", ~is_superseded)
    )
    if chosen is None:
        return found
    if chosen.course_id:
        found = found.where(Enrolment.course_id == chosen.course_id)
    if chosen.is_direct:
        return found.where(Membership.agency_id.in_(chosen.heads))
    return found.where(Membership.agency_id.in_(agencies_below(chosen.heads)))


def _counts(state: sa.ColumnElement[str]) -> list[sa.Label[int]]:
    return [sa.func.coalesce(sa.func.sum(sa.case((state == word, 1), else_=0)), 0).label(word) for word in STATES]


def _figures(row: Any) -> Figures:
    return Figures(**{word: int(getattr(row, word)) for word in STATES})


def assigned_courses(viewer: Any) -> Rows:
    """(id, key, title) of each course that is assigned to anybody within reach, by key."""
    within = _assignments(viewer).subquery()
    statement = (
        sa.select(Course.id, Course.key, CourseRevision.title)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number))
        .where(Course.id.in_(sa.select(within.c.course_id)))
        .order_by(Course.key)
    )
    return db.session.execute(statement).all()


def figures_by_course(viewer: Any, chosen: Chosen) -> dict[int, Figures]:
    """The figures of each course at the chosen agency and below; courses nobody there was given are missing."""
    found = _assignments(viewer, chosen).subquery()
    statement = sa.select(found.c.course_id, *_counts(found.c.state)).group_by(found.c.course_id)
    return {row.course_id: _figures(row) for row in db.session.execute(statement)}


def figures_by_agency(viewer: Any, chosen: Chosen) -> list[AgencyFigures]:
    """The agency itself (its direct people), then its children in official order, each with all below it; these add up to the agency.

    Where no one agency is chosen: the tops of the viewer's reach.
    """
    today, depth = clock.today(), 0 if chosen.agency_id is None else 1
    found = _assignments(viewer, chosen).subquery()
    seats = sa.select(found.c.agency_id, *_counts(found.c.state)).group_by(found.c.agency_id).cte("seats")
    branch, leaf = aliased(AgencyWithin), aliased(AgencyWithin)
    sums = [sa.func.coalesce(sa.func.sum(seats.c[word]), 0).label(word) for word in STATES]
    below = sa.and_(leaf.ancestor_id == branch.agency_id, _open(leaf, today), sa.or_(branch.depth == depth, leaf.depth == 0))
    statement = (
        sa.select(Agency.id, Agency.name, branch.depth, *sums)
        .join(branch, branch.agency_id == Agency.id)
        .join(leaf, below)
        .outerjoin(seats, seats.c.agency_id == leaf.agency_id)
        .where(branch.ancestor_id.in_(chosen.heads), branch.depth.in_((0, depth)), _open(branch, today))
        .group_by(Agency.id, Agency.name, branch.depth, Agency.position)
        .order_by(branch.depth, Agency.position, Agency.id)
    )
    return [AgencyFigures(row.id, row.name, row.depth < depth, _figures(row)) for row in db.session.execute(statement)]


def _official_order(heads: tuple[int, ...]) -> sa.CTE:
    """(id, place) of each agency below: `place` sorts them as the tree is read, positions among siblings first."""

    def rank(agency: Any) -> sa.ColumnElement[str]:
        return sa.cast(100_000 + agency.position, sa.Text) + sa.cast(1_000_000_000 + agency.id, sa.Text)

    top = sa.select(Agency.id.label("id"), rank(Agency).label("place")).where(Agency.id.in_(heads)).cte("official", recursive=True)
    child = aliased(Agency)
    step = (
        sa.select(child.id, top.c.place + rank(child))
        .join(AgencyParent, AgencyParent.agency_id == child.id)
        .join(top, top.c.id == AgencyParent.parent_id)
        .where(_open(AgencyParent, clock.today()))
    )
    return top.union_all(step)


def assignment_list(viewer: Any, chosen: Chosen, state: str = "", page: int | None = None) -> Rows:
    """The assignments in a state (empty: all that count), by agency in official order, then by name; 50 a page, or all of them.

    Pages and exports are made from this same select, so they hold the same people.
    """
    found, order = _assignments(viewer, chosen).subquery(), _official_order(chosen.heads)
    paper = sa.and_(
        Certificate.person_id == Enrolment.person_id,
        Certificate.course_id == Enrolment.course_id,
        Certificate.cycle == Enrolment.cycle,
        Certificate.state == "valid",
    )
    statement = (
        sa.select(
            *(Person.id, Person.full_name, Person.staff_code, Person.birth_on, Person.gender),
            *(Membership.position, Membership.staff_kind, Agency.name.label("agency_name"), CourseRevision.title, found.c.state),
            *(Enrolment.enrolled_at, Enrolment.due_on, Completion.completed_on, Completion.percent, Certificate.number_text),
        )
        .join(Enrolment, Enrolment.id == found.c.id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Membership, Membership.id == found.c.membership_id)
        .join(Agency, Agency.id == found.c.agency_id)
        .join(Course, Course.id == found.c.course_id)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number))
        .outerjoin(order, order.c.id == found.c.agency_id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .outerjoin(Certificate, paper)
        .where(found.c.state == state if state else found.c.state != "on_leave")
        .order_by(order.c.place, Person.sort, Person.id, Course.key)
    )
    if page is not None:
        statement = statement.limit(PAGE).offset((page - 1) * PAGE)
    return db.session.execute(statement).all()


def result_of_person(viewer: Any, person_id: int) -> PersonResult | None:
    """Courses, results of tests and certificates of a person within reach, or None."""
    person = _person(viewer, person_id) if person_id <= LARGEST_ID else None
    if person is None:
        return None
    return PersonResult(person, _courses_of(person_id), _attempts_of(person_id), _certificates_of(person_id))


def _person(viewer: Any, person_id: int) -> Any:
    statement = (
        sa.select(Person.id, Person.full_name, Person.staff_code, Membership.position, Membership.state, Agency.name.label("agency_name"))
        .outerjoin(Membership, sa.and_(Membership.person_id == Person.id, Membership.is_main, _open(Membership, clock.today())))
        .outerjoin(Agency, Agency.id == Membership.agency_id)
        .where(Person.id == person_id, Person.id.in_(people_in_reach(viewer, MANAGER)))
    )
    return db.session.execute(statement).first()


def _courses_of(person_id: int) -> Rows:
    is_late = sa.and_(Enrolment.state.in_(("not_started", "in_progress")), Enrolment.due_on < clock.today())
    state = sa.case((is_late, "overdue"), else_=Enrolment.state).label("state")
    statement = (
        sa.select(CourseRevision.title, Enrolment.cycle, Enrolment.is_required, state, Enrolment.enrolled_at, Enrolment.due_on)
        .add_columns(Completion.completed_on, Completion.percent)
        .join(CourseRevision, CourseRevision.id == Enrolment.course_revision_id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    )
    return db.session.execute(statement).all()


def _attempts_of(person_id: int) -> Rows:
    statement = (
        sa.select(QuizVersion.title, Attempt.number, Attempt.cycle, Attempt.started_at, Attempt.closed_at, Attempt.state)
        .add_columns((100 * Attempt.points // Attempt.max_points).label("percent"), Attempt.is_passed)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.person_id == person_id, QuizVersion.counts)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )
    return db.session.execute(statement).all()


def _certificates_of(person_id: int) -> Rows:
    is_over = sa.and_(Certificate.state == "valid", Certificate.valid_until < clock.today())
    state = sa.case((is_over, "expired"), else_=Certificate.state).label("state")
    statement = (
        sa.select(Certificate.id, Certificate.number_text, Certificate.course_title, Certificate.issued_on, Certificate.valid_until, state)
        .where(Certificate.person_id == person_id, Certificate.state != "replaced")
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )
    return db.session.execute(statement).all()
