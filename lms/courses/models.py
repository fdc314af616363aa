"""Courses, lessons and their revisions, the files of a course and who looks after it. Revisions never change."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in


class Course(Base):
    """A course, owned at an agency and open to everybody in it and below. `revision_id` is the published revision."""

    __tablename__ = "course"
    __table_args__ = (words_in("state", "draft", "published", "retired"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    state: Mapped[str]
    revision_number: Mapped[int]
    folder_digest: Mapped[str | None]


class CourseRevision(Base):
    """What a course was when it was published for the n-th time. Texts are {"vi": …, "en": …}."""

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
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None]


class Lesson(Base):
    """A lesson of a course. The draft is what trainers edit; learners see revisions. `is_edited`: changed here since the folder was loaded."""

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
    """What a lesson said when it was published for the n-th time: source (Markdown), sanitised HTML and its seal."""

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
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None]


class CourseStep(Base):
    """A step of a course revision, in order: a lesson as it was then, or a quiz."""

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


class CourseFile(Base):
    """A picture or download of a course by name; the content lies in the file store under its digest. `token` is the public part of its address."""

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


class CourseTrainer(Base):
    """A trainer who looks after the course."""

    __tablename__ = "course_trainer"
    __table_args__ = (words_in("part", "owner", "author", "reviewer"),)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    part: Mapped[str]
