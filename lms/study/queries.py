"""What a learner sees: the desk, a course, a lesson's place in it, an attempt's place. Every read begins with the viewer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock, db
from lms.courses import Course, CourseRevision, CourseStep, LessonRevision
from lms.people import Viewer
from lms.quizzes import Attempt, Quiz, QuizRoom, QuizRules, QuizVersion, allowed_beyond, review_level, rules_of

from .models import Completion, Enrolment, LessonRead
from .steps import Enrolled, Progress, Sat, Step

FAR = 10**6
Standings = dict[tuple[int, int], list[Sat]]


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
class QuizPlace:
    """A quiz of a course that the viewer learns, by its rules."""

    enrolment: Enrolled
    rules: QuizRules


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


def _step_columns(person_id: int | None, cycle: Any, *outer: Any) -> list[Any]:
    """The columns of a step: those of `_step`, in this order. The outer tables are those from which `cycle` is read."""
    beyond = sa.literal(0) if person_id is None else allowed_beyond(person_id, QuizVersion.quiz_id, cycle, QuizVersion, *outer)
    columns: list[Any] = [CourseStep.revision_id, CourseStep.position, CourseStep.key, LessonRevision.title, LessonRevision.minutes]
    return [*columns, LessonRevision.lesson_id, LessonRevision.id, LessonRead.id.is_not(None), QuizVersion, Quiz, beyond]


def _with_steps(rows: sa.Select[Any], read: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The rows that have a step, with its lesson (read or not) or its quiz."""
    return (
        rows.outerjoin(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
        .outerjoin(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
        .outerjoin(Quiz, Quiz.id == QuizVersion.quiz_id)
        .outerjoin(LessonRead, sa.and_(LessonRead.lesson_id == LessonRevision.lesson_id, read))
        .order_by(CourseStep.revision_id, CourseStep.position)
    )


def steps(viewer: Viewer, every: Collection[Enrolled]) -> dict[int, list[Step]]:
    """The steps of each revision in order, read or not by these enrolments, of which each has another course."""
    cycle = sa.case({one.revision_id: one.cycle for one in every}, value=CourseStep.revision_id)
    rows = sa.select(*_step_columns(viewer.person_id, cycle, CourseStep)).select_from(CourseStep)
    found: dict[int, list[Step]] = defaultdict(list)
    read = _with_steps(rows, LessonRead.enrolment_id.in_([one.id for one in every]))
    for row in db.session.execute(read.where(CourseStep.revision_id.in_([one.revision_id for one in every]))):
        found[row[0]].append(_step(*row))
    return found


def _step(revision_id: int, position: int, key: str, *rest: Any) -> Step:
    title, minutes, lesson_id, lesson_revision_id, is_read, version, quiz, extra = rest
    if version is None:
        return Step(revision_id, position, key, title, minutes, lesson_id, lesson_revision_id, is_read)
    return Step(revision_id, position, key, version.title, version.minutes, None, None, is_read=False, rules=rules_of(quiz, version), extra=extra)


def _standings(viewer: Viewer) -> Standings:
    """(quiz, cycle) -> the attempts of the viewer, each with what the rules let be seen of it now."""
    rows = db.session.execute(
        sa.select(Attempt, QuizVersion, Quiz, QuizRoom)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(QuizRoom, QuizRoom.id == Attempt.quiz_room_id)
        .where(Attempt.person_id == viewer.person_id)
        .order_by(Attempt.number)
        .execution_options(populate_existing=True)
    )
    found: Standings = defaultdict(list)
    for attempt, version, quiz, room in rows:
        level = "nothing" if attempt.is_open else review_level(attempt, version, quiz, clock.now(), room)
        found[attempt.quiz_id, attempt.cycle].append(Sat(attempt, level))
    return found


def _stand(step: Step, cycle: int, standings: Standings) -> Step:
    return step if step.rules is None else replace(step, sat=standings.get((step.rules.quiz_id, cycle), []))


def desk(viewer: Viewer) -> Desk:
    """What to go on with, what is due, what is done. Three statements."""
    every = enrolments(viewer)
    unfinished = [one for one in every if one.is_unfinished]
    done = sorted((one for one in every if one.completed_on), key=lambda one: one.completed_on or clock.today(), reverse=True)
    if not unfinished:
        return Desk([], done)
    found = steps(viewer, unfinished)
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
    found = steps(viewer, [enrolment])[enrolment.revision_id]
    standings = _standings(viewer) if with_quizzes else {}
    return Progress([_stand(step, enrolment.cycle, standings) for step in found])


def outline_of(revision_id: int) -> Progress:
    """The steps of a course that the viewer has not begun."""
    rows = sa.select(*_step_columns(None, sa.literal(1))).select_from(CourseStep).where(CourseStep.revision_id == revision_id)
    return Progress([_step(*row) for row in db.session.execute(_with_steps(rows, sa.false()))])


def progress_at(viewer: Viewer, quiz_id: int, cycle: int) -> tuple[Enrolled, Progress, Step] | None:
    """The enrolment to which the viewer's attempts on a quiz in a cycle belong, its progress, and the quiz in it. Two statements."""
    here = aliased(CourseStep)
    sat = sa.select(here.id).join(QuizVersion, QuizVersion.id == here.quiz_version_id).where(QuizVersion.quiz_id == quiz_id)
    belongs = sat.where(here.revision_id == CourseRevision.id).correlate(CourseRevision).exists()
    enrolled = _enrolled(viewer).where(Enrolment.cycle == cycle, belongs)
    size = len(enrolled.selected_columns)
    columns = _step_columns(viewer.person_id, Enrolment.cycle, Enrolment)
    every = enrolled.add_columns(*columns).join(CourseStep, CourseStep.revision_id == CourseRevision.id)
    rows = db.session.execute(_with_steps(every, LessonRead.enrolment_id == Enrolment.id)).all()
    if not rows:
        return None
    enrolment, standings = Enrolled(*rows[0][:size]), _standings(viewer)
    own = [_step(*row[size:]) for row in rows if row[0] == enrolment.id]
    progress = Progress([_stand(step, cycle, standings) for step in own])
    step = next(one for one in progress.steps if one.rules and one.rules.quiz_id == quiz_id)
    return enrolment, progress, step


def quiz_place(viewer: Viewer, course_id: int, key: str) -> QuizPlace | None:
    """A quiz of the course that the viewer learns (in the latest cycle), in one statement."""
    belongs = (
        _enrolled(viewer)
        .add_columns(Quiz, QuizVersion)
        .join(CourseStep, CourseStep.revision_id == CourseRevision.id)
        .join(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
        .join(Quiz, Quiz.id == QuizVersion.quiz_id)
        .where(Enrolment.course_id == course_id, CourseStep.key == key)
        .order_by(Enrolment.cycle.desc())
        .limit(1)
    )
    row = db.session.execute(belongs).first()
    return QuizPlace(Enrolled(*row[:-2]), rules_of(*row[-2:])) if row else None


def enrolment_of_attempt(viewer: Viewer, quiz_id: int, cycle: int) -> Enrolled | None:
    """The enrolment to which the viewer's attempts on a quiz in a cycle belong."""
    belongs = (
        _enrolled(viewer)
        .join(CourseStep, CourseStep.revision_id == CourseRevision.id)
        .join(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
        .where(QuizVersion.quiz_id == quiz_id, Enrolment.cycle == cycle)
        .limit(1)
    )
    row = db.session.execute(belongs).first()
    return Enrolled(*row) if row else None


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
