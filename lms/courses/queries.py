"""Reads: the catalogue, the steps and lessons of a revision, the files, and what a trainer looks after."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.agencies import AgencyParent, AgencyWithin, agency_by_code, holds_on
from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.quizzes import QuizVersion, total_of

from .models import Course, CourseFile, CourseOffer, CourseRevision, CourseStep, LessonRevision
from .reading import Heading, headings_in, words_sought
from .rendering import Parts, split_at_places, terms_in


@dataclass(frozen=True)
class Step:
    """A step of a course revision: a lesson, or a quiz with its rules. Texts are {"vi": …, "en": …}; the last three as in CourseStep."""

    position: int
    key: str
    kind: str
    title: dict[str, Any]
    summary: dict[str, Any]
    code: str | None
    minutes: int | None
    lesson_id: int | None
    lesson_revision_id: int | None
    lesson_revision_number: int | None
    quiz_id: int | None
    quiz_version_id: int | None
    counts: bool
    pass_percent: int | None
    attempts: int | None
    questions: int
    section: dict[str, Any] | None
    is_optional: bool
    release: dict[str, Any] | None


@dataclass(frozen=True)
class LessonText:
    """A lesson as a learner reads it. `parts` in order: ("html", safe HTML) and ("self-check", key of a question of the bank).

    glossary: what of the course's glossary its text uses.
    """

    lesson_id: int
    lesson_revision_id: int
    key: str
    number: int
    title: dict[str, Any]
    summary: dict[str, Any]
    code: str | None
    minutes: int
    standards: list[Any]
    legal_basis: list[Any]
    reviewed_on: date | None
    published_at: datetime
    parts: Parts
    glossary: list[dict[str, Any]]

    @property
    def headings(self) -> list[Heading]:
        """Its headings."""
        return headings_in(self.parts)

    @property
    def self_checks(self) -> list[str]:
        """The keys of its self-check questions."""
        return [str(part) for kind, part in self.parts if kind == "self-check"]


def offered_to(viewer: Any) -> sa.ColumnElement[bool]:
    """Whether a course is published and offered at the viewer's agency or above it, today."""
    above = sa.select(AgencyWithin.ancestor_id).where(AgencyWithin.agency_id == viewer.agency_id, holds_on(AgencyWithin, clock.today()))
    offers = sa.select(CourseOffer.course_id).where(CourseOffer.course_id == Course.id, CourseOffer.agency_id.in_(above))
    return sa.and_(Course.state == "published", offers.exists())


def is_current() -> sa.ColumnElement[bool]:
    """For a join of a course with its published revision."""
    return sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number)


def _offered(viewer: Any) -> sa.Select[Any]:
    columns: list[Any] = [Course.id.label("course_id"), Course.key, Course.agency_id, Course.bank_id]
    columns += [CourseRevision.id.label("revision_id"), CourseRevision.number, CourseRevision.title, CourseRevision.summary]
    columns += [CourseRevision.audience, CourseRevision.minutes, CourseRevision.hours, CourseRevision.pass_percent]
    columns += [CourseRevision.valid_months, CourseRevision.gives_certificate, CourseRevision.standards, CourseRevision.prerequisites]
    return sa.select(*columns, CourseRevision.published_at).join(CourseRevision, is_current()).where(offered_to(viewer))


def course_catalogue(viewer: Any, query: str = "") -> list[Any]:
    """The published courses open to the viewer, as rows with the fields of their revision; one statement.

    `query`: every word of it stands in the course's texts, or every word in one of its lessons; accents and case do not matter.
    """
    found, words = _offered(viewer), words_sought(query)
    if words:
        lessons = (
            sa.select(CourseStep.id)
            .join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
            .where(CourseStep.revision_id == CourseRevision.id, holds_all(LessonRevision.search, words))
        )
        found = found.where(sa.or_(holds_all(CourseRevision.search, words), lessons.exists()))
    return list(db.session.execute(found.order_by(Course.key)))


def holds_all(text: Any, words: list[str]) -> sa.ColumnElement[bool]:
    """Whether a folded text holds every one of these folded words."""
    return sa.and_(*(text.contains(word, autoescape=True) for word in words))


def course_for(viewer: Any, course_id: int) -> Any:
    """One row of the viewer's catalogue, or None."""
    return db.session.execute(_offered(viewer).where(Course.id == course_id)).first()


def current_revision_id(course_id: int) -> int:
    """The published revision of a course."""
    return db.session.execute(sa.select(CourseRevision.id).join(Course, is_current()).where(Course.id == course_id)).scalar_one()


def steps_of(revision_id: int) -> list[Step]:
    """The steps of a course revision in order; one statement."""
    lesson: list[Any] = [LessonRevision.title, LessonRevision.summary, LessonRevision.code, LessonRevision.minutes, LessonRevision.lesson_id]
    lesson += [LessonRevision.id.label("lesson_revision_id"), LessonRevision.number]
    quiz: list[Any] = [
        QuizVersion.quiz_id,
        QuizVersion.id.label("quiz_version_id"),
        QuizVersion.title.label("quiz_title"),
        QuizVersion.minutes.label("limit"),
    ]
    quiz += [QuizVersion.counts, QuizVersion.pass_percent, QuizVersion.attempts, QuizVersion.blueprint]
    rows = db.session.execute(
        sa.select(CourseStep.position, CourseStep.key, CourseStep.section, CourseStep.is_optional, CourseStep.release, *lesson, *quiz)
        .outerjoin(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
        .outerjoin(QuizVersion, QuizVersion.id == CourseStep.quiz_version_id)
        .where(CourseStep.revision_id == revision_id)
        .order_by(CourseStep.position)
    )
    return [_step(row) for row in rows]


def _step(row: Any) -> Step:
    is_lesson = row.lesson_id is not None
    return Step(
        position=row.position,
        key=row.key,
        kind="lesson" if is_lesson else "quiz",
        title=row.title if is_lesson else row.quiz_title,
        summary=row.summary if is_lesson else {},
        code=row.code,
        minutes=row.minutes if is_lesson else row.limit,
        lesson_id=row.lesson_id,
        lesson_revision_id=row.lesson_revision_id,
        lesson_revision_number=row.number,
        quiz_id=row.quiz_id,
        quiz_version_id=row.quiz_version_id,
        counts=bool(row.counts),
        pass_percent=row.pass_percent,
        attempts=row.attempts,
        questions=total_of(row.blueprint or []),
        section=row.section,
        is_optional=row.is_optional,
        release=row.release,
    )


def lesson_text(revision_id: int, key: str) -> LessonText | None:
    """A lesson of a course revision, ready to be shown; None when the revision has no such lesson."""
    wanted = sa.select(LessonRevision).join(CourseStep, CourseStep.lesson_revision_id == LessonRevision.id)
    revision = db.session.scalar(wanted.where(CourseStep.revision_id == revision_id, CourseStep.key == key))
    return text_of(revision, key) if revision else None


def text_of(revision: LessonRevision, key: str, glossary: Collection[dict[str, Any]] | None = None) -> LessonText:
    """A lesson revision, ready to be shown, with the glossary of its course."""
    parts = split_at_places(revision.html, revision.seal)
    used = terms_in(parts)
    return LessonText(
        lesson_id=revision.lesson_id,
        lesson_revision_id=revision.id,
        key=key,
        number=revision.number,
        title=revision.title,
        summary=revision.summary,
        code=revision.code,
        minutes=revision.minutes,
        standards=revision.standards,
        legal_basis=revision.legal_basis,
        reviewed_on=revision.reviewed_on,
        published_at=revision.published_at,
        parts=parts,
        glossary=[entry for entry in glossary or () if entry["key"] in used],
    )


def files_of(course_id: int, preferred: Collection[str] = ()) -> dict[str, CourseFile]:
    """The pictures and downloads of a course by name: the latest of each, but those with a `preferred` token first."""
    rows = db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == course_id).order_by(CourseFile.id))
    return {file.name: file for file in sorted(rows, key=lambda file: file.token in preferred)}


def course_by_key(key: str) -> int | None:
    """The id of the course with this key, for the operator's commands."""
    return db.session.scalar(sa.select(Course.id).where(Course.key == key))


def owner_agency(code: str | None) -> int:
    """The agency that owns courses loaded by a command: that with the code, else the one root of the tree. Refused when there is none."""
    roots = sa.select(AgencyParent.agency_id).where(AgencyParent.parent_id.is_(None), holds_on(AgencyParent, clock.today()))
    found = [agency_by_code(code)] if code else list(db.session.scalars(roots))
    if len(found) == 1 and found[0] is not None:
        return found[0]
    raise Refused(_("Chưa rõ đơn vị nào giữ khóa học. Anh/Chị ghi mã đơn vị: --agency MÃ."))
