"""What a learner sees: the desk, their place in a course and its lesson, an attempt's place. Every read begins with the viewer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock, db
from lms.courses import Course, CourseFile, CourseRevision, CourseStep, LessonFile, LessonRevision, LessonText, text_of
from lms.people import Viewer
from lms.quizzes import Attempt, Quiz, QuizRoom, QuizVersion, allowed_beyond, review_level, rules_of

from .locks import waits_for_quizzes
from .models import Completion, Enrolment, LessonRead
from .prerequisites import Prerequisite, closed_by, prerequisites_of
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
class Place:
    """Where the viewer stands in a course that they learn. text: the lesson that was asked for; prerequisites: as long as the course is not begun."""

    enrolment: Enrolled
    progress: Progress
    text: LessonText | None
    prerequisites: list[Prerequisite]

    @property
    def open_lessons(self) -> list[int]:
        """The ids of the lesson revisions that may be read now."""
        return [step.lesson_revision_id for step in self.progress.lessons if step.lesson_revision_id and not step.lock]


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
    columns += [Completion.completed_on, Completion.percent, Completion.certificate_id, Course.key, CourseRevision.prerequisites]
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
    columns += [LessonRevision.lesson_id, LessonRevision.id, LessonRead.id.is_not(None), QuizVersion, Quiz, beyond]
    return [*columns, CourseStep.section, CourseStep.is_optional, CourseStep.release]


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
    title, minutes, lesson_id, lesson_revision_id, is_read, version, quiz, extra, *planned = rest
    more = dict(zip(("section", "is_optional", "release"), planned, strict=True))
    if version is None:
        return Step(revision_id, position, key, title, minutes, lesson_id, lesson_revision_id, is_read, **more)
    rules = rules_of(quiz, version)
    return Step(revision_id, position, key, version.title, version.minutes, None, None, is_read=False, rules=rules, extra=extra, **more)


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
    """What to go on with, what is due, what is done. Three statements, one more where a course demands others before it."""
    every = enrolments(viewer)
    unfinished = [one for one in every if one.is_unfinished]
    done = sorted((one for one in every if one.completed_on), key=lambda one: one.completed_on or clock.today(), reverse=True)
    if not unfinished:
        return Desk([], done)
    found = steps(viewer, unfinished)
    standings, closed = _standings(viewer), _closed(viewer, unfinished)
    todo = [
        (one, Progress([_stand(step, one.cycle, standings) for step in found[one.revision_id]], closed_by(closed.get(one.key, []))))
        for one in unfinished
    ]
    return Desk(sorted(todo, key=lambda pair: _urgency(*pair)), done)


def _urgency(one: Enrolled, progress: Progress) -> tuple[object, ...]:
    is_open = any(step.open_id for step in progress.steps)
    days = FAR if one.days_left is None else one.days_left
    last = -one.last_at.timestamp() if one.last_at else 0
    return (not is_open, progress.next is None, days, last, one.id)


def _closed(viewer: Viewer, every: Collection[Enrolled]) -> dict[str, list[Prerequisite]]:
    """What the courses demand that the viewer has not begun: who has begun goes on."""
    return prerequisites_of(viewer, [one for one in every if one.state == "not_started"])


def _place_rows(viewer: Viewer, course_id: int, lesson: str) -> sa.Select[Any]:
    """The viewer's latest enrolment in a course with each of its steps; with the step of this lesson its text and the glossary of the course."""
    own, shown = aliased(Enrolment), aliased(LessonRevision)
    latest = sa.select(own.id).where(own.person_id == viewer.person_id, own.course_id == course_id, own.state != "withdrawn")
    enrolled = _enrolled(viewer).where(Enrolment.id == latest.order_by(own.cycle.desc()).limit(1).scalar_subquery())
    columns = _step_columns(viewer.person_id, Enrolment.cycle, Enrolment)
    every = enrolled.add_columns(*columns).join(CourseStep, CourseStep.revision_id == CourseRevision.id)
    rows = _with_steps(every, LessonRead.enrolment_id == Enrolment.id)
    if not lesson:
        return rows.add_columns(sa.null(), sa.null())
    is_wanted = sa.and_(shown.id == CourseStep.lesson_revision_id, CourseStep.key == lesson)
    return rows.outerjoin(shown, is_wanted).add_columns(shown, sa.case((shown.id.is_not(None), CourseRevision.glossary)))


def place_of(viewer: Viewer, course_id: int, lesson: str = "", with_quizzes: bool = True) -> Place | None:
    """Where the viewer stands in a course, in the latest cycle; None when they do not learn it. lesson: the key of the one whose text is wanted.

    Two statements, and one more before a course is begun that demands others. `with_quizzes` False, and a lesson of a course that is not begun:
    attempts are read only where a step waits for them, or not at all, in one statement less.
    """
    rows = db.session.execute(_place_rows(viewer, course_id, lesson)).all()
    if not rows:
        return None
    size = len(Enrolled.__dataclass_fields__)
    enrolment, found = Enrolled(*rows[0][:size]), [_step(*row[size:-2]) for row in rows]
    is_begun = enrolment.state != "not_started"
    standings = _standings(viewer) if (is_begun or not lesson) and (with_quizzes or waits_for_quizzes(found)) else {}
    demanded = _closed(viewer, [enrolment]).get(enrolment.key, [])
    progress = Progress([_stand(step, enrolment.cycle, standings) for step in found], closed_by(demanded))
    text = next((text_of(row[-2], row.key, row[-1]) for row in rows if row[-2] is not None), None)
    return Place(enrolment, progress, text, demanded)


def progress_of(viewer: Viewer, enrolment: Enrolled) -> Progress:
    """The steps of the course of an enrolment (of whatever cycle) as the viewer stands. Two statements, three before a course is begun."""
    found, standings = steps(viewer, [enrolment])[enrolment.revision_id], _standings(viewer)
    demanded = _closed(viewer, [enrolment]).get(enrolment.key, [])
    return Progress([_stand(step, enrolment.cycle, standings) for step in found], closed_by(demanded))


def outline_of(revision_id: int, closed: str = "") -> Progress:
    """The steps of a course that the viewer does not learn. closed: why they cannot begin it yet."""
    rows = sa.select(*_step_columns(None, sa.literal(1))).select_from(CourseStep).where(CourseStep.revision_id == revision_id)
    return Progress([_step(*row) for row in db.session.execute(_with_steps(rows, sa.false()))], closed)


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
    """Whether a lesson that the viewer may open shows or offers the file (id of the course, token).

    It is a lesson of the revision that they learn or have learnt, also after the course was retired or moved out of reach; a locked one shows
    nothing. One statement; where something must be done or come first, those of `progress_of`, too.
    """
    course_id, token = file
    shown = (
        _enrolled(viewer)
        .add_columns(CourseStep.key, CourseStep.release)
        .join(CourseStep, CourseStep.revision_id == CourseRevision.id)
        .join(LessonFile, LessonFile.lesson_revision_id == CourseStep.lesson_revision_id)
        .join(CourseFile, CourseFile.id == LessonFile.file_id)
        .where(Enrolment.course_id == course_id, CourseFile.course_id == course_id, CourseFile.token == token)
    )
    rows = [(Enrolled(*row[:-2]), *row[-2:]) for row in db.session.execute(shown)]
    if any(one.state == "completed" or (release is None and one.state == "in_progress") for one, _key, release in rows):
        return True
    return any(_is_open(viewer, one, key) for one, key, _release in rows)


def _is_open(viewer: Viewer, enrolment: Enrolled, key: str) -> bool:
    step = progress_of(viewer, enrolment).step("lesson", key)
    return step is not None and not step.lock


def names_of_enrolments(ids: Collection[int]) -> dict[int, str]:
    """id -> who is enrolled, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Enrolment.id, Enrolment.person_name).where(Enrolment.id.in_(ids)))}
