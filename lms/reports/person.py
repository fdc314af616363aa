"""What a manager sees of one person today: results, never answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency, holds_on
from lms.base import MANAGER, clock, db
from lms.certificates import Certificate
from lms.courses import CourseRevision
from lms.people import Membership, Person, people_in_reach
from lms.quizzes import Attempt, QuizVersion
from lms.study import Completion, Enrolment

from .choosing import Rows

LARGEST_ID = 2_147_483_647


@dataclass(frozen=True)
class PersonResult:
    """A person with courses, attempts and certificates."""

    person: Any
    courses: Rows
    attempts: Rows
    certificates: Rows


def result_of_person(viewer: Any, person_id: int) -> PersonResult | None:
    """Courses, results of tests and certificates of a person within reach, or None."""
    person = _person(viewer, person_id) if person_id <= LARGEST_ID else None
    if person is None:
        return None
    return PersonResult(person, _courses_of(person_id), _attempts_of(person_id), _certificates_of(person_id))


def _person(viewer: Any, person_id: int) -> Any:
    statement = (
        sa.select(Person.id, Person.full_name, Person.staff_code, Membership.position, Membership.state, Membership.reason)
        .add_columns(Agency.name.label("agency_name"))
        .outerjoin(Membership, sa.and_(Membership.person_id == Person.id, Membership.is_main, holds_on(Membership, clock.today())))
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
