"""Courses, lessons and their revisions, files, where a course is offered, who looks after it and who reviewed it. Revisions never change."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, NoneIsNull, words_in

OPEN_REVIEW = sa.text("state = 'asked'")


class Course(Base):
    """A course, owned at an agency and open to everybody at the agencies it is offered to and below.

    Revision 0 is what it was before it was first published: without steps. `draft` is what trainers change (texts, outline, glossary) in the form
    of course.yml; `is_edited`: these were changed here since the folder was loaded. `is_review_needed`: a second person approves before publishing.
    """

    __tablename__ = "course"
    __table_args__ = (words_in("state", "draft", "published", "retired"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    state: Mapped[str]
    revision_number: Mapped[int]
    folder_digest: Mapped[str | None]
    draft: Mapped[str | None]
    draft_at: Mapped[datetime | None]
    draft_by_id: Mapped[int | None]
    draft_version: Mapped[int] = mapped_column(default=0)
    is_edited: Mapped[bool] = mapped_column(default=False)
    is_review_needed: Mapped[bool] = mapped_column(default=False)


class CourseRevision(Base):
    """What a course was when it was published for the n-th time. Texts are {"vi": …, "en": …}.

    prerequisites: keys of courses to be completed first. glossary: [{"key", "term": text, "meaning": text}]. note: what the trainer says was changed.
    """

    __tablename__ = "course_revision"
    __table_args__ = (sa.UniqueConstraint("course_id", "number"), sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name="pass_percent"))
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    audience: Mapped[dict[str, Any]]
    search: Mapped[str]
    minutes: Mapped[int]
    hours: Mapped[int]
    pass_percent: Mapped[int]
    valid_months: Mapped[int | None]
    gives_certificate: Mapped[bool]
    standards: Mapped[list[Any]]
    prerequisites: Mapped[list[Any]] = mapped_column(default=list)
    glossary: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str | None]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None]


class Lesson(Base):
    """A lesson of a course. The draft is what trainers edit; learners see revisions. `is_edited`: changed here since the folder was loaded.

    Revision 0 is what it was before it was first published: empty.
    """

    __tablename__ = "lesson"
    __table_args__ = (sa.UniqueConstraint("course_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    key: Mapped[str]
    draft: Mapped[str | None]
    draft_at: Mapped[datetime | None]
    draft_by_id: Mapped[int | None]
    draft_version: Mapped[int]
    revision_number: Mapped[int]
    is_edited: Mapped[bool]
    folder_digest: Mapped[str | None]


class LessonRevision(Base):
    """What a lesson said when it was published for the n-th time: source (Markdown), sanitised HTML and its seal.

    basis_search: the folded lines of its legal basis, one per line, by which a change of one of them finds it.
    """

    __tablename__ = "lesson_revision"
    __table_args__ = (sa.UniqueConstraint("lesson_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(sa.ForeignKey("lesson.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    code: Mapped[str | None]
    minutes: Mapped[int]
    standards: Mapped[list[Any]]
    legal_basis: Mapped[list[Any]]
    reviewed_on: Mapped[date | None]
    source: Mapped[str]
    html: Mapped[str]
    seal: Mapped[str]
    search: Mapped[str]
    basis_search: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None]


class CourseStep(Base):
    """A step of a course revision, in order: a lesson as it was then, or a quiz.

    section: the title of the section in which it stands; neighbours of the same section have the same. release: when it opens for a learner,
    all of {"after": key of a step, "from": ISO day, "score": {"quiz": key, "percent": n}} that are there; None: at once.
    """

    __tablename__ = "course_step"
    __table_args__ = (
        sa.UniqueConstraint("revision_id", "position"),
        sa.CheckConstraint("(lesson_revision_id IS NULL) <> (quiz_version_id IS NULL)", name="one_thing"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("course_revision.id"))
    position: Mapped[int]
    key: Mapped[str]
    lesson_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lesson_revision.id"))
    quiz_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_version.id"))
    section: Mapped[dict[str, Any] | None] = mapped_column(NoneIsNull)
    is_optional: Mapped[bool] = mapped_column(default=False)
    release: Mapped[dict[str, Any] | None] = mapped_column(NoneIsNull)


class CourseFile(Base):
    """A picture, recording or download of a course by name; its content lies in the file store. `token`: the public part of its address.

    contrast: of a picture, the ratio of its light to its dark parts in hundredths (WCAG's formula, 100 to 2100); None where it was not measured.
    alt: what was said at uploading that the picture tells.
    """

    __tablename__ = "course_file"
    __table_args__ = (sa.UniqueConstraint("course_id", "name", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    name: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    octets: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    contrast: Mapped[int | None]
    alt: Mapped[str | None]
    uploaded_at: Mapped[datetime | None]
    uploaded_by_id: Mapped[int | None]


class LessonFile(Base):
    """A file that a lesson revision shows or offers: who may read the lesson may fetch it."""

    __tablename__ = "lesson_file"
    lesson_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lesson_revision.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("course_file.id"), primary_key=True, index=True)


class CourseOffer(Base):
    """An agency at which, and below which, everybody may enrol in the course."""

    __tablename__ = "course_offer"
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True, index=True)
    offered_at: Mapped[datetime]
    offered_by_id: Mapped[int | None]


class CourseReview(Base):
    """A second person was asked to look at what is to be published. digest: of all drafts as they were then; when they change, it counts no more."""

    __tablename__ = "course_review"
    __table_args__ = (
        words_in("state", "asked", "approved", "returned"),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("state <> 'approved' OR decided_by_id <> asked_by_id", name="second_person"),
        sa.Index("uq_course_review_open", "course_id", unique=True, sqlite_where=OPEN_REVIEW, postgresql_where=OPEN_REVIEW),
        sa.Index("ix_course_review_course", "course_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    digest: Mapped[str]
    note: Mapped[str | None]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None]
    state: Mapped[str]
    comment: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None]


class LessonPresence(Base):
    """A trainer who has a lesson open in the editor, and when their page last said so."""

    __tablename__ = "lesson_presence"
    lesson_id: Mapped[int] = mapped_column(sa.ForeignKey("lesson.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime]


class LegalChange(Base):
    """A legal basis was changed: every lesson that cites it must be looked at again. search: the basis, folded; replaced_by: what holds instead."""

    __tablename__ = "legal_change"
    __table_args__ = (sa.CheckConstraint("length(search) >= 4", name="search"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    basis: Mapped[str]
    search: Mapped[str]
    changed_on: Mapped[date]
    replaced_by: Mapped[str | None]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]


class CourseTrainer(Base):
    """A trainer who looks after the course."""

    __tablename__ = "course_trainer"
    __table_args__ = (words_in("part", "owner", "author", "reviewer"),)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    part: Mapped[str]
