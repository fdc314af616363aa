"""Three months of learning, played forward in time with the product's own actions: some finish, some are in the middle, some are late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from lms.base import clock, db
from lms.people import Person
from lms.quizzes import AttemptItem, QuestionVersion, close_expired
from lms.study import Enrolled, Enrolment, Progress, desk, mark_read, start_quiz, submit_quiz

DAYS = 90
CUT_SHORT = -1.0
FATES = {"finished": 22, "failed": 3, "cut": 1, "reading": 11, "introduced": 8, "idle": 55}  # per cent of the learners


@dataclass(frozen=True)
class Learner:
    """What the actions need to know of whoever acts."""

    person_id: int
    name: str
    agency_id: int
    agency_name: str


@dataclass(frozen=True)
class Visit:
    """A learner sits down at an instant: reads so many lessons of a course and, perhaps, sits its test with this skill."""

    at: datetime
    learner: Learner
    course_id: int
    lessons: int
    skill: float | None


def learners(person_ids: list[int], course_id: int) -> list[Learner]:
    """The learners with name and agency, as enrolled."""
    wanted = sa.select(Enrolment.person_id, Person.full_name, Enrolment.agency_id, Enrolment.agency_name)
    rows = db.session.execute(wanted.join(Person, Person.id == Enrolment.person_id).where(Enrolment.course_id == course_id))
    wished = set(person_ids)
    return [Learner(*row) for row in rows if row.person_id in wished]


def plan_visits(people: list[Learner], introduction: int, security: int, random: Random) -> list[Visit]:
    """All visits of the past three months, in order of time."""
    end = clock.now()
    visits = [visit for learner in people for visit in _life(learner, introduction, security, random, end)]
    return sorted(visits, key=lambda visit: visit.at)


def visits_of_an(an: Learner, introduction: int, security: int) -> list[Visit]:
    """An has finished the introduction and stands in the middle of the second course."""
    end = clock.now()
    return [Visit(end - timedelta(days=20), an, introduction, 5, None), Visit(end - timedelta(days=4), an, security, 3, None)]


def _life(learner: Learner, introduction: int, security: int, random: Random, end: datetime) -> Iterator[Visit]:
    fate = random.choices(list(FATES), list(FATES.values()))[0]
    if fate == "idle":
        return
    at = _working_time(end - timedelta(days=random.randrange(6, DAYS)), random)
    yield Visit(at, learner, introduction, random.randrange(1, 5) if fate == "introduced" else 5, None)
    if fate == "introduced":
        return
    later = _working_time(min(at + timedelta(days=random.randrange(1, 12)), end - timedelta(days=2)), random)
    yield Visit(later, learner, security, random.randrange(1, 10) if fate == "reading" else 10, None)
    if fate != "reading":
        sitting = _working_time(min(later + timedelta(days=random.randrange(1, 9)), end - timedelta(days=1)), random)
        skill = {"failed": 0.55, "cut": CUT_SHORT}.get(fate) or random.uniform(0.86, 1.0)
        yield Visit(sitting, learner, security, 0, skill)


def _working_time(day: datetime, random: Random) -> datetime:
    """Some minute of that day between 7:30 and 16:30 in Vietnam."""
    return datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC) + timedelta(minutes=random.randrange(540))


def play(visits: list[Visit], random: Random) -> Iterator[int]:
    """Carry the visits out, each at its own time; yields day by day how many are done."""
    done = 0
    try:
        for _day, todays in groupby(visits, key=lambda visit: visit.at.date()):
            for visit in todays:
                at = visit.at
                clock.set_clock(lambda at=at: at)  # type: ignore[misc]
                _carry_out(visit, random)
                done += 1
            db.session.flush()
            db.session.expunge_all()
            yield done
    finally:
        clock.set_clock(None)


def _carry_out(visit: Visit, random: Random) -> None:
    viewer: Any = visit.learner
    found = [(one, progress) for one, progress in desk(viewer).todo if one.course_id == visit.course_id]
    for enrolled, progress in found:
        for lesson in progress.unread[: visit.lessons]:
            mark_read(viewer, enrolled, lesson)
        if visit.skill is not None:
            _sit(viewer, enrolled, progress, visit.skill, random)


def _sit(viewer: Any, enrolled: Enrolled, progress: Progress, skill: float, random: Random) -> None:
    for quiz in progress.missing_quizzes:
        attempt_id = start_quiz(viewer, enrolled, quiz)
        if skill == CUT_SHORT:  # begun, and never handed in
            _let_time_run_out()
        else:
            submit_quiz(viewer, attempt_id, _answers(attempt_id, skill, random))


def _let_time_run_out() -> None:
    late = clock.now() + timedelta(hours=1)
    clock.set_clock(lambda: late)
    close_expired()


def _answers(attempt_id: int, skill: float, random: Random) -> MultiDict[str, str]:
    rows = db.session.execute(
        sa.select(AttemptItem.position, QuestionVersion.body)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(AttemptItem.attempt_id == attempt_id)
    )
    form: MultiDict[str, str] = MultiDict()
    for position, body in rows:
        right = [option["key"] for option in body["options"] if option["correct"]]
        wrong = [option["key"] for option in body["options"] if not option["correct"]]
        for key in right if random.random() < skill else wrong[:1]:
            form.add(f"answer-{position}", key)
        form.add(f"was-{position}", "")
    return form
