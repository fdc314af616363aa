"""The moment a course is completed: completion, hours and certificate in one transaction, by evidence that is stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base import clock, db, insert_once
from lms.certificates import Certificate, issue
from lms.courses import CourseRevision, CourseStep, LessonRevision
from lms.people import Person, identity_on_day
from lms.quizzes import Attempt
from lms.site import record

from .evidence import quizzes_of
from .models import Completion, Enrolment, HoursEntry, LessonRead


@dataclass(frozen=True)
class Evidence:
    """Everything that the course demanded is done: when the last of it was, and the attempts that count. percent: None where none counts."""

    at: datetime
    attempts: list[Attempt]
    percent: int | None


def _lessons_read() -> sa.Select[*tuple[Any, ...]]:
    """(lessons that the revision demands, how many of them were read, when the last was). Built once: every "đã học xong" asks it."""
    read = sa.and_(LessonRead.lesson_id == LessonRevision.lesson_id, LessonRead.enrolment_id == sa.bindparam("enrolment"))
    return (
        sa.select(sa.func.count(), sa.func.count(LessonRead.id), sa.func.max(LessonRead.read_at))
        .select_from(CourseStep)
        .join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
        .outerjoin(LessonRead, read)
        .where(CourseStep.revision_id == sa.bindparam("revision"), CourseStep.is_optional.is_(False))
    )


LOCKED = sa.select(Enrolment).where(Enrolment.id == sa.bindparam("enrolment")).with_for_update().execution_options(populate_existing=True)
LESSONS_READ = _lessons_read()


def complete_if_done(enrolment_id: int) -> bool:
    """Complete the course if all lessons that it demands are read and its counting quizzes passed; says whether this call completed it.

    Name and agency are those of the day; the instant is that of the last thing done. Whoever comes second finds the row and changes nothing.
    """
    enrolment = db.session.scalars(LOCKED, {"enrolment": enrolment_id}).one()
    if enrolment.state != "in_progress":
        return False
    evidence = _evidence(enrolment)
    if evidence is None:
        return False
    return _complete(enrolment, evidence)


def _evidence(enrolment: Enrolment) -> Evidence | None:
    needed, done, last = db.session.execute(LESSONS_READ, {"enrolment": enrolment.id, "revision": enrolment.course_revision_id}).one()
    if done < needed:
        return None
    quizzes = quizzes_of([enrolment.id])[enrolment.id]
    if not quizzes.are_done:
        return None
    attempts = [one.attempt for one in quizzes.standings if one.attempt is not None]
    instants = [instant for instant in (last, *(one.closed_at for one in attempts)) if instant]
    percent = sum(quizzes.percents) // len(quizzes.percents) if quizzes.percents else None
    return Evidence(max(instants, default=clock.now()), attempts, percent) if needed or attempts else None


def _complete(enrolment: Enrolment, evidence: Evidence) -> bool:
    completed_on = clock.local(evidence.at).date()
    name, agency_id, agency_name = identity_on_day(enrolment.person_id, completed_on)
    is_new = insert_once(
        Completion,
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        course_id=enrolment.course_id,
        course_revision_id=enrolment.course_revision_id,
        cycle=enrolment.cycle,
        agency_id=agency_id,
        attempt_id=evidence.attempts[-1].id if evidence.attempts else None,
        percent=evidence.percent,
        completed_at=evidence.at,
        completed_on=completed_on,
    )
    if not is_new:
        return False
    enrolment.state, enrolment.completed_at, enrolment.last_at = "completed", evidence.at, clock.now()
    revision = db.session.get_one(CourseRevision, enrolment.course_revision_id)
    completion = db.session.scalars(sa.select(Completion).where(Completion.enrolment_id == enrolment.id)).one()
    if revision.hours:
        db.session.add(
            HoursEntry(
                person_id=enrolment.person_id, year=completed_on.year, hours=revision.hours, completion_id=completion.id, recorded_at=clock.now()
            )
        )
    if revision.gives_certificate:
        certificate = _issue(enrolment, revision, completion, name, agency_name)
        completion.certificate_id = certificate.id if certificate else None
    record(None, "complete", "enrolment", enrolment.id, agency_id, course=enrolment.course_id, cycle=enrolment.cycle, percent=evidence.percent)
    return True


def _issue(enrolment: Enrolment, revision: CourseRevision, completion: Completion, name: str, agency_name: str) -> Certificate | None:
    person = db.session.get_one(Person, enrolment.person_id)
    return issue(
        person_id=person.id,
        person_name=name,
        birth_on=person.birth_on,
        gender=person.gender,
        agency_id=completion.agency_id,
        agency_name=agency_name,
        course_id=enrolment.course_id,
        course_revision_id=revision.id,
        cycle=enrolment.cycle,
        course_title=revision.title,
        hours=revision.hours,
        percent=100 if completion.percent is None else completion.percent,
        started_on=clock.local(enrolment.started_at or completion.completed_at).date(),
        completed_on=completion.completed_on,
        valid_months=revision.valid_months,
    )
