"""What a learner sees: the desk, a course, a lesson's place in it, an attempt's place. Every read begins with the viewer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lms.agencies import holds_on
from lms.base import clock, db
from lms.base import gettext as _
from lms.courses import Course, CourseRevision, CourseStep, LessonRevision
from lms.people import Membership, Viewer
from lms.quizzes import Attempt, QuizVersion

from .models import Completion, Enrolment, LessonRead
from .steps import Enrolled, Progress, Step

FAR = 10**6
Standings = dict[tuple[int | None, int], Any]


@dataclass(frozen=True)
class Desk:
    """What lies on the learner's desk: unfinished courses (most urgent first) with their progress, and what is done."""

    todo: list[tuple[Enrolled, Progress]]
    done: list[Enrolled]

    @property
    def first(self) -> tuple[Enrolled, Progress] | None:
        """The course to go on with."""
        return next((pair for pair in self.todo if pair[1].next), None)


@dataclass(frozen=True)
class Place:
    """Where an attempt belongs: its enrolment, and the quiz's key in that course."""

    enrolment: Enrolled
    quiz_key: str


def _is_learnt_revision() -> sa.ColumnElement[bool]:
    """Who has not begun learns the published revision; who has begun stays on theirs."""
    is_waiting = Enrolment.state == "not_started"
    return sa.or_(
        sa.and_(is_waiting, CourseRevision.number == Course.revision_number),
        sa.and_(~is_waiting, CourseRevision.id == Enrolment.course_revision_id),
    )


def _enrolled(viewer: Viewer) -> sa.Select[Any]:
    columns: list[Any] = [Enrolment.id, Enrolment.course_id, Course.bank_id, CourseRevision.id, Enrolment.cycle]
    columns += [Enrolment.agency_id, Enrolment.agency_name, Enrolment.state, Enrolment.is_required, Enrolment.due_on, Enrolment.last_at]
    columns += [CourseRevision.title, CourseRevision.summary, CourseRevision.audience]
    columns += [CourseRevision.minutes, CourseRevision.hours, CourseRevision.valid_months, CourseRevision.gives_certificate]
    columns += [Completion.completed_on, Completion.percent, Completion.certificate_id]
    return (
        sa.select(*columns)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, _is_learnt_revision()))
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == viewer.person_id, Enrolment.state != "withdrawn")
    )


def enrolments(viewer: Viewer) -> list[Enrolled]:
    """All enrolments of the viewer, of every cycle."""
    rows = db.session.execute(_enrolled(viewer).order_by(Enrolment.course_id, Enrolment.cycle.desc()))
    return [Enrolled(*row) for row in rows]


def enrolment_for(viewer: Viewer, course_id: int) -> Enrolled | None:
    """The viewer's enrolment in a course, of the latest cycle."""
    latest = _enrolled(viewer).where(Enrolment.course_id == course_id).order_by(Enrolment.cycle.desc()).limit(1)
    row = db.session.execute(latest).first()
    return Enrolled(*row) if row else None


def steps(revision_ids: Collection[int], enrolment_ids: Collection[int]) -> dict[int, list[Step]]:
    """The steps of each revision in order; read or not by one of these enrolments (of which each has another course)."""
    read = sa.and_(LessonRead.lesson_id == LessonRevision.lesson_id, LessonRead.enrolment_id.in_(enrolment_ids))
    columns: list[Any] = [CourseStep.revision_id, CourseStep.position, CourseStep.key, LessonRevision.title, LessonRevision.minutes]
    columns += [LessonRevision.lesson_id, LessonRevision.id, LessonRead.id.is_not(None).label("is_read")]
    quiz: list[Any] = [
        QuizVersion.quiz_id,
        QuizVersion.id.label("version_id"),
        QuizVersion.title.label("quiz_title"),
        QuizVersion.minutes.label("limit"),
    ]
    quiz += [QuizVersion.counts, QuizVersion.pass_percent, QuizVersion.attempts, QuizVersion.blueprint]
    rows = db.session.execute(
        sa.select(*columns, *quiz)
        .outerjoin(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
        .outerjoin(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
        .outerjoin(LessonRead, read)
        .where(CourseStep.revision_id.in_(revision_ids))
        .order_by(CourseStep.revision_id, CourseStep.position)
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for row in rows:
        found[row.revision_id].append(_step(row))
    return found


def _step(row: Any) -> Step:
    is_lesson = row.lesson_id is not None
    return Step(
        revision_id=row.revision_id,
        position=row.position,
        key=row.key,
        title=row.title if is_lesson else row.quiz_title,
        minutes=row.minutes if is_lesson else row.limit,
        lesson_id=row.lesson_id,
        lesson_revision_id=row.id,
        quiz_id=row.quiz_id,
        quiz_version_id=row.version_id,
        counts=bool(row.counts),
        pass_percent=row.pass_percent or 0,
        attempts=row.attempts,
        questions=sum(part["take"] for part in row.blueprint or []),
        is_read=row.is_read,
    )


def _standings(viewer: Viewer) -> Standings:
    """(quiz, cycle) -> how often the viewer sat it, the best result, whether passed, the attempt that is open."""
    rows = db.session.execute(
        sa.select(
            Attempt.quiz_id,
            Attempt.cycle,
            sa.func.count().label("used"),
            sa.func.max(Attempt.points * 100 // Attempt.max_points).label("best"),
            sa.func.max(sa.case((Attempt.is_passed.is_(True), 1), else_=0)).label("passed"),
            sa.func.max(sa.case((Attempt.state == "open", Attempt.id))).label("open_id"),
        )
        .where(Attempt.person_id == viewer.person_id)
        .group_by(Attempt.quiz_id, Attempt.cycle)
    )
    return {(row.quiz_id, row.cycle): row for row in rows}


def _stand(step: Step, cycle: int, standings: Standings) -> Step:
    standing = standings.get((step.quiz_id, cycle))
    if standing is None:
        return step
    return replace(step, used=standing.used, best_percent=standing.best, is_passed=bool(standing.passed), open_id=standing.open_id)


def desk(viewer: Viewer) -> Desk:
    """What to go on with, what is due, what is done. Three statements."""
    every = enrolments(viewer)
    unfinished = [one for one in every if one.is_unfinished]
    done = sorted((one for one in every if one.completed_on), key=lambda one: one.completed_on or clock.today(), reverse=True)
    if not unfinished:
        return Desk([], done)
    found = steps([one.revision_id for one in unfinished], [one.id for one in unfinished])
    standings = _standings(viewer)
    todo = [(one, Progress([_stand(step, one.cycle, standings) for step in found[one.revision_id]])) for one in unfinished]
    return Desk(sorted(todo, key=lambda pair: _urgency(*pair)), done)


def _urgency(one: Enrolled, progress: Progress) -> tuple[object, ...]:
    is_open = any(step.open_id for step in progress.steps)
    days = FAR if one.days_left is None else one.days_left
    last = -one.last_at.timestamp() if one.last_at else 0
    return (not is_open, progress.next is None, days, last, one.id)


def progress_of(viewer: Viewer, enrolment: Enrolled, with_quizzes: bool = True) -> Progress:
    """The steps of the enrolment's course as the viewer stands. Two statements, one without the quizzes."""
    found = steps([enrolment.revision_id], [enrolment.id])[enrolment.revision_id]
    standings = _standings(viewer) if with_quizzes else {}
    return Progress([_stand(step, enrolment.cycle, standings) for step in found])


def outline_of(revision_id: int) -> Progress:
    """The steps of a course that the viewer has not begun."""
    return Progress(steps([revision_id], [])[revision_id])


def place_of(viewer: Viewer, quiz_id: int, cycle: int) -> Place | None:
    """The enrolment to which the viewer's attempts on a quiz in a cycle belong."""
    belongs = (
        _enrolled(viewer)
        .add_columns(CourseStep.key)
        .join(CourseStep, CourseStep.revision_id == CourseRevision.id)
        .join(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
        .where(QuizVersion.quiz_id == quiz_id, Enrolment.cycle == cycle)
        .limit(1)
    )
    row = db.session.execute(belongs).first()
    return Place(Enrolled(*row[:-1]), row[-1]) if row else None


def enrolments_of_attempts(attempt_ids: Collection[int]) -> list[int]:
    """The enrolments that these attempts belong to (the worker asks, nobody looks)."""
    return list(
        db.session.scalars(
            sa.select(Enrolment.id)
            .distinct()
            .join(CourseStep, CourseStep.revision_id == Enrolment.course_revision_id)
            .join(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
            .join(Attempt, Attempt.quiz_id == QuizVersion.quiz_id)
            .where(Attempt.id.in_(attempt_ids), Attempt.person_id == Enrolment.person_id, Attempt.cycle == Enrolment.cycle)
        )
    )


def is_in_own_lessons(viewer: Viewer, file: tuple[int, str]) -> bool:
    """Whether a lesson of a course that the viewer is or was enrolled in shows the file (id of the course, token), also after the course was
    retired or moved out of reach."""
    course_id, token = file
    shown = (
        sa.select(Enrolment.id)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, _is_learnt_revision()))
        .join(CourseStep, CourseStep.revision_id == CourseRevision.id)
        .join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
        .where(Enrolment.person_id == viewer.person_id, Enrolment.course_id == course_id)
        .where(LessonRevision.html.contains(f"/courses/{course_id}/files/{token}/", autoescape=True))
    )
    return db.session.execute(shown.limit(1)).first() is not None


def names_of_enrolments(ids: Collection[int]) -> dict[int, str]:
    """id -> who is enrolled, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Enrolment.id, Enrolment.person_name).where(Enrolment.id.in_(ids)))}


def effects_on_learners(agency_ids: Collection[int], on: date) -> list[str]:
    """What a change of these agencies from that day on means to their people: required courses stay due on the same days."""
    people = sa.select(Membership.person_id).where(Membership.agency_id.in_(agency_ids), holds_on(Membership, on - timedelta(days=1)))
    unfinished = sa.and_(Enrolment.is_required, Enrolment.state.in_(("not_started", "in_progress")))
    number = db.session.scalar(sa.select(sa.func.count()).where(Enrolment.person_id.in_(people), unfinished)) or 0
    return [_("%(n)s lượt học bắt buộc chưa hoàn thành vẫn giữ nguyên hạn.", n=number)] if number else []
