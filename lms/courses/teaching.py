"""Reads for trainers: the courses that they look after, their lessons, drafts and banks. Every read begins with the viewer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import TRAINER, db, is_shown
from lms.people import Person
from lms.quizzes import Question, Topic

from .course_drafts import course_source_of_draft
from .drafts import Surroundings, source_of, source_of_draft
from .folder import LessonSource
from .models import Course, CourseFile, CourseRevision, CourseStep, CourseTrainer, Lesson, LessonRevision
from .queries import is_current

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
    columns += [Course.draft, Course.draft_at, Course.draft_version, Course.revision_number, Course.is_review_needed]
    columns += [CourseRevision.number, CourseRevision.title, CourseRevision.summary, CourseRevision.published_at]
    own = sa.and_(CourseTrainer.course_id == Course.id, CourseTrainer.person_id == viewer.person_id)
    found = sa.select(*columns).join(CourseTrainer, own).join(CourseRevision, is_current())
    return found.where(CourseTrainer.part.in_(EDITORS)) if to_edit else found


def teaches(viewer: Any, to_edit: bool = False) -> sa.Select[int]:
    """The ids of the courses that the viewer looks after (`to_edit`: and may change)."""
    own = sa.select(CourseTrainer.course_id).where(CourseTrainer.person_id == viewer.person_id)
    return own.where(CourseTrainer.part.in_(EDITORS)) if to_edit else own


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
    """Rows (number, title, published_at, full_name) of all published revisions of a lesson, latest first."""
    columns = (LessonRevision.number, LessonRevision.title, LessonRevision.published_at, Person.full_name)
    found = sa.select(*columns).outerjoin(Person, Person.id == LessonRevision.published_by_id)
    own = (LessonRevision.lesson_id == taught.lesson.id, LessonRevision.number > 0)
    return list(db.session.execute(found.where(*own).order_by(LessonRevision.number.desc())))


def lesson_revision(taught: TaughtLesson, number: int) -> LessonRevision | None:
    """One published revision of a lesson."""
    own = (LessonRevision.lesson_id == taught.lesson.id, LessonRevision.number == number, LessonRevision.number > 0)
    return db.session.scalar(sa.select(LessonRevision).where(*own))


def course_revisions(course: Any) -> list[Any]:
    """Rows (number, note, published_at, full_name) of all published revisions of a course, latest first."""
    columns = (CourseRevision.number, CourseRevision.note, CourseRevision.published_at, Person.full_name)
    found = sa.select(*columns).outerjoin(Person, Person.id == CourseRevision.published_by_id)
    own = (CourseRevision.course_id == course.id, CourseRevision.number > 0)
    return list(db.session.execute(found.where(*own).order_by(CourseRevision.number.desc())))


def course_revision_texts(course: Any, numbers: Collection[int]) -> dict[int, CourseRevision]:
    """Published revisions of a course by number."""
    own = (CourseRevision.course_id == course.id, CourseRevision.number.in_(numbers), CourseRevision.number > 0)
    return {revision.number: revision for revision in db.session.scalars(sa.select(CourseRevision).where(*own))}


def lessons_changed(course: Any, first: str, second: str) -> list[Any]:
    """Rows (lesson_id, title, old, new) of the lessons that two revisions of a course show otherwise; old or new is None where it is not there."""
    if not (first.isdigit() and second.isdigit()):
        return []
    shown = sa.select(CourseRevision.number.label("at"), LessonRevision.lesson_id, LessonRevision.number, LessonRevision.title)
    shown = shown.join(CourseStep, CourseStep.revision_id == CourseRevision.id)
    shown = shown.join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
    shown = shown.where(CourseRevision.course_id == course.id, CourseRevision.number.in_((int(first), int(second))))
    found: dict[int, dict[str, Any]] = {}
    for row in db.session.execute(shown.order_by(CourseStep.position)):
        entry = found.setdefault(row.lesson_id, {"lesson_id": row.lesson_id, "old": None, "new": None})
        entry |= {"title": row.title, "new" if row.at == int(second) else "old": row.number}
    return [entry for entry in found.values() if entry["old"] != entry["new"]]


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
    """What the lessons of a course may refer to. Two statements."""
    files = sa.select(sa.literal("file"), CourseFile.name).where(CourseFile.course_id == course.id)
    lessons = sa.select(sa.literal("lesson"), Lesson.key).where(Lesson.course_id == course.id)
    is_check = (Question.bank_id == course.bank_id, Question.use == "self-check", Question.state == "published")
    checks = sa.select(sa.literal("check"), Question.key).where(*is_check)
    named: dict[str, set[str]] = {"file": set(), "lesson": set(), "check": set()}
    for kind, name in db.session.execute(sa.union_all(files, lessons, checks)):
        named[kind].add(name)
    said = sa.select(Course.draft, CourseRevision.glossary).join(CourseRevision, is_current()).where(Course.id == course.id)
    draft, published = db.session.execute(said).one()
    glossary = published if draft is None else course_source_of_draft(draft).glossary
    return Surroundings(named["file"], named["lesson"], named["check"], {term["key"] for term in glossary})


def course_file(viewer: Any, course_id: int, token: str, name: str) -> Any:
    """Row (name, digest) of a file of a course that the viewer looks after, or that a lesson that is theirs to read shows; else None."""
    found = sa.select(CourseFile.name, CourseFile.digest)
    found = found.where(CourseFile.course_id == course_id, CourseFile.token == token, CourseFile.name == name)
    row = db.session.execute(found.where(CourseFile.course_id.in_(teaches(viewer)))).first() if viewer.holds(TRAINER) else None
    return row or (db.session.execute(found).first() if is_shown("course-file", (course_id, token)) else None)
