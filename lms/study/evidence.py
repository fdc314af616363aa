"""What a course demands, as it stands for many enrolments at once: lessons not read, and what its counting quizzes come to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base import db
from lms.courses import CourseStep, LessonRevision
from lms.quizzes import Attempt, QuizVersion, Standing, standing

from .models import Enrolment, LessonRead

PORTION = 500


@dataclass(frozen=True)
class Supposed:
    """A closed attempt as it would be if it were passed, or failed."""

    id: int
    number: int
    state: str
    points: int
    max_points: int
    is_passed: bool
    closed_at: datetime | None


@dataclass(frozen=True)
class Quizzes:
    """What the counting quizzes of a course come to. A placement has no pass mark: it is done as soon as it has its result."""

    standings: list[Standing]
    percents: list[int]

    @property
    def are_done(self) -> bool:
        """Whether every one of them is passed."""
        return all(one.is_passed for one in self.standings)


def _needed_quizzes() -> sa.Select[*tuple[Any, ...]]:
    """Each quiz that these enrolments must pass, with each attempt of their cycle. Built once: every "đã học xong" carries it out."""
    own = (Attempt.quiz_id == QuizVersion.quiz_id, Attempt.person_id == Enrolment.person_id, Attempt.cycle == Enrolment.cycle)
    return (
        sa.select(Enrolment.id, QuizVersion.quiz_id, QuizVersion.takes, QuizVersion.pass_percent, QuizVersion.levels, Attempt)
        .select_from(Enrolment)
        .join(CourseStep, CourseStep.revision_id == Enrolment.course_revision_id)
        .join(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
        .outerjoin(Attempt, sa.and_(*own))
        .where(Enrolment.id.in_(sa.bindparam("enrolments", expanding=True)), QuizVersion.counts, QuizVersion.behaviour != "practice")
        .order_by(Enrolment.id, CourseStep.position, Attempt.number)
        .execution_options(populate_existing=True)
    )


NEEDED_QUIZZES = _needed_quizzes()


def quizzes_of(enrolment_ids: Collection[int], passing: Collection[int] = (), failing: Collection[int] = ()) -> dict[int, Quizzes]:
    """enrolment -> what its counting quizzes come to, if the attempts `passing` were passed and `failing` not. One statement for 500 of them."""
    rules: dict[tuple[int, int], Any] = {}
    attempts: dict[tuple[int, int], list[Any]] = {}
    listed = sorted(enrolment_ids)
    for start in range(0, len(listed), PORTION):
        for row in db.session.execute(NEEDED_QUIZZES, {"enrolments": listed[start : start + PORTION]}):
            rules[row.id, row.quiz_id] = row
            if row.Attempt is not None:
                attempts.setdefault((row.id, row.quiz_id), []).append(_supposed(row.Attempt, passing, failing))
    found = {one: Quizzes([], []) for one in listed}
    for (enrolment_id, quiz_id), row in rules.items():
        is_placement = bool(row.levels)
        said = standing(attempts.get((enrolment_id, quiz_id), ()), row.takes, row.pass_percent)
        if is_placement:
            said = Standing(said.percent, said.attempt is not None, said.attempt, said.is_waiting)
        found[enrolment_id].standings.append(said)
        if said.percent is not None and not is_placement:
            found[enrolment_id].percents.append(said.percent)
    return found


def _supposed(attempt: Attempt, passing: Collection[int], failing: Collection[int]) -> Any:
    if attempt.state == "open" or not (attempt.id in passing or attempt.id in failing):
        return attempt
    is_passed = attempt.id in passing
    points = attempt.max_points if is_passed else 0
    return Supposed(attempt.id, attempt.number, attempt.state, points, attempt.max_points, is_passed, attempt.closed_at)


def all_read(enrolment_ids: Collection[int]) -> set[int]:
    """Those of the enrolments whose lessons are all read, but for optional ones."""
    read = sa.and_(LessonRead.lesson_id == LessonRevision.lesson_id, LessonRead.enrolment_id == Enrolment.id)
    unread = (
        sa.select(Enrolment.id)
        .distinct()
        .join(CourseStep, CourseStep.revision_id == Enrolment.course_revision_id)
        .join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
        .outerjoin(LessonRead, read)
        .where(LessonRead.id.is_(None), CourseStep.is_optional.is_(False))
    )
    found = set(enrolment_ids)
    listed = sorted(found)
    for start in range(0, len(listed), PORTION):
        found.difference_update(db.session.scalars(unread.where(Enrolment.id.in_(listed[start : start + PORTION]))))
    return found


def done_if(enrolment_ids: Collection[int], passing: Collection[int] = ()) -> list[int]:
    """Those of the enrolments for which nothing would be missing if these attempts were passed."""
    read = all_read(enrolment_ids)
    return [one for one, quizzes in quizzes_of(read, passing).items() if quizzes.standings and quizzes.are_done]
