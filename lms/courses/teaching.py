"""Reads for trainers: the courses that they look after, their lessons, drafts and banks. Every read begins with the viewer."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import TRAINER, db, is_shown
from lms.people import Person
from lms.quizzes import Question, Quiz, QuizVersion, Topic

from .drafts import Surroundings, source_of, source_of_draft
from .folder import LessonSource
from .models import Course, CourseFile, CourseRevision, CourseStep, CourseTrainer, Lesson, LessonRevision
from .queries import is_current, offered_to

EDITORS = ("owner", "author")


@dataclass(frozen=True)
class TaughtLesson:
    """A lesson with its published revision, its draft if there is one, and what the form begins with."""

    course: Any
    lesson: Lesson
    revision: LessonRevision
    drafted_by: str

    @property
    def said(self) -> LessonSource:
        """What the lesson says now: the draft, else the published revision."""
        return source_of_draft(self.lesson.draft) if self.lesson.draft is not None else source_of(self.revision)


def _taught(viewer: Any, to_edit: bool = False) -> sa.Select[Any]:
    columns: list[Any] = [
        Course.id,
        Course.key,
        Course.state,
        Course.bank_id,
        Course.agency_id,
        CourseTrainer.part,
        CourseRevision.id.label("revision_id"),
    ]
    columns += [CourseRevision.number, CourseRevision.title, CourseRevision.summary, CourseRevision.published_at]
    own = sa.and_(CourseTrainer.course_id == Course.id, CourseTrainer.person_id == viewer.person_id)
    found = sa.select(*columns).join(CourseTrainer, own).join(CourseRevision, is_current())
    return found.where(CourseTrainer.part.in_(EDITORS)) if to_edit else found


def taught_banks(viewer: Any) -> sa.Select[int]:
    """The ids of the question banks of courses that the viewer may change."""
    parts = sa.select(CourseTrainer.course_id).where(CourseTrainer.person_id == viewer.person_id, CourseTrainer.part.in_(EDITORS))
    return sa.select(Course.bank_id).where(Course.id.in_(parts))


def taught_courses(viewer: Any) -> list[Any]:
    """The courses that the viewer looks after, with `drafts`, the number of unpublished drafts."""
    drafts = sa.select(sa.func.count()).where(Lesson.course_id == Course.id, Lesson.draft.is_not(None)).scalar_subquery()
    return list(db.session.execute(_taught(viewer).add_columns(drafts.label("drafts")).order_by(Course.key)))


def taught_course(viewer: Any, course_id: int, to_edit: bool = False) -> Any:
    """A course that the viewer looks after (`to_edit`: and may change), or None."""
    return db.session.execute(_taught(viewer, to_edit).where(Course.id == course_id)).first()


def taught_lesson(viewer: Any, course_id: int, lesson_id: int, to_edit: bool = False) -> TaughtLesson | None:
    """A lesson of a course that the viewer looks after, or None."""
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    row = db.session.execute(
        _taught(viewer, to_edit)
        .add_columns(Lesson, LessonRevision, Person.full_name)
        .join(Lesson, Lesson.course_id == Course.id)
        .join(LessonRevision, is_published)
        .outerjoin(Person, Person.id == Lesson.draft_by_id)
        .where(Course.id == course_id, Lesson.id == lesson_id)
        .execution_options(populate_existing=True)
    ).first()
    return TaughtLesson(row, row.Lesson, row.LessonRevision, row.full_name or "") if row else None


def lesson_revisions(taught: TaughtLesson) -> list[Any]:
    """Rows (number, title, published_at, full_name) of all revisions of a lesson, latest first."""
    columns = (LessonRevision.number, LessonRevision.title, LessonRevision.published_at, Person.full_name)
    found = sa.select(*columns).outerjoin(Person, Person.id == LessonRevision.published_by_id)
    return list(db.session.execute(found.where(LessonRevision.lesson_id == taught.lesson.id).order_by(LessonRevision.number.desc())))


def lesson_revision(taught: TaughtLesson, number: int) -> LessonRevision | None:
    """One revision of a lesson."""
    return db.session.scalar(sa.select(LessonRevision).where(LessonRevision.lesson_id == taught.lesson.id, LessonRevision.number == number))


def course_revisions(course: Any) -> list[Any]:
    """Rows (number, published_at, full_name) of all revisions of a course, latest first."""
    columns = (CourseRevision.number, CourseRevision.published_at, Person.full_name)
    found = sa.select(*columns).outerjoin(Person, Person.id == CourseRevision.published_by_id)
    return list(db.session.execute(found.where(CourseRevision.course_id == course.id).order_by(CourseRevision.number.desc())))


def drafts_of(course: Any) -> dict[int, Any]:
    """Rows (id, draft_at, full_name) of the lessons of a course that have a draft, by lesson id."""
    found = sa.select(Lesson.id, Lesson.draft_at, Person.full_name).outerjoin(Person, Person.id == Lesson.draft_by_id)
    return {row.id: row for row in db.session.execute(found.where(Lesson.course_id == course.id, Lesson.draft.is_not(None)))}


def newer_quizzes(revision_id: int) -> list[Any]:
    """Rows (key, title, shown_id, version_id) of the quizzes of a course revision whose rules were changed since it was published."""
    shown, newest = aliased(QuizVersion), aliased(QuizVersion)
    found = sa.select(Quiz.key, newest.title, shown.id.label("shown_id"), newest.id.label("version_id")).select_from(CourseStep)
    found = found.join(shown, shown.id == CourseStep.quiz_version_id).join(Quiz, Quiz.id == shown.quiz_id)
    found = found.join(newest, sa.and_(newest.quiz_id == Quiz.id, newest.number == Quiz.version_number))
    return list(db.session.execute(found.where(CourseStep.revision_id == revision_id, newest.id != shown.id).order_by(CourseStep.position)))


def bank_summary(course: Any) -> list[Any]:
    """Rows (title, tests, scenarios, self_checks) of the topics of a course's bank: how many questions each has."""
    is_test, is_self_check = Question.use == "test", Question.use == "self-check"
    counts = [
        sa.func.count(sa.case((is_test, 1))).label("tests"),
        sa.func.count(sa.case((sa.and_(is_test, Question.is_scenario), 1))).label("scenarios"),
        sa.func.count(sa.case((is_self_check, 1))).label("self_checks"),
    ]
    in_use = sa.and_(Question.topic_id == Topic.id, Question.state == "published")
    found = sa.select(Topic.id, Topic.title, *counts).outerjoin(Question, in_use).where(Topic.bank_id == course.bank_id)
    return list(db.session.execute(found.group_by(Topic.id).order_by(Topic.position)))


def surroundings_of(course: Any) -> Surroundings:
    """What the lessons of a course may refer to."""
    files = sa.select(CourseFile.name).where(CourseFile.course_id == course.id)
    lessons = sa.select(Lesson.key).where(Lesson.course_id == course.id)
    checks = sa.select(Question.key).where(Question.bank_id == course.bank_id, Question.use == "self-check", Question.state == "published")
    return Surroundings(*(set(db.session.scalars(wanted)) for wanted in (files, lessons, checks)))


def course_file(viewer: Any, course_id: int, token: str, name: str) -> Any:
    """Row (name, digest) of a file of a course that is open to the viewer or looked after by them, or that a page of theirs shows; else None."""
    own = sa.select(CourseTrainer.course_id).where(CourseTrainer.person_id == viewer.person_id, CourseTrainer.course_id == Course.id)
    found = sa.select(CourseFile.name, CourseFile.digest).join(Course, Course.id == CourseFile.course_id)
    found = found.where(CourseFile.course_id == course_id, CourseFile.token == token, CourseFile.name == name)
    is_open = sa.or_(offered_to(viewer), own.exists()) if viewer.holds(TRAINER) else offered_to(viewer)
    row = db.session.execute(found.where(is_open)).first()
    return row or (db.session.execute(found).first() if is_shown("course-file", (course_id, token)) else None)
