"""Enrolments by cycle, lessons read, completions and the hours ledger; questions asked at a lesson, and the anonymous survey."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in


class Enrolment(Base):
    """A person learns a course in a cycle, on the revision that was current when they began; name and agency of that day.

    `state` not_started, in_progress, completed, withdrawn; "overdue" is a reading of `due_on` and not a state.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "course_id", "cycle"),
        words_in("state", "not_started", "in_progress", "completed", "withdrawn"),
        sa.CheckConstraint("cycle > 0", name="cycle"),
        sa.CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed"),
        sa.Index("ix_enrolment_course", "course_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    person_name: Mapped[str]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    agency_name: Mapped[str]
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    course_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("course_revision.id"))
    cycle: Mapped[int]
    is_required: Mapped[bool]
    enrolled_at: Mapped[datetime]
    enrolled_by_id: Mapped[int | None]
    due_on: Mapped[date | None]
    started_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    state: Mapped[str]


class LessonRead(Base):
    """The learner said of a lesson "đã học xong", in the revision shown."""

    __tablename__ = "lesson_read"
    __table_args__ = (sa.UniqueConstraint("enrolment_id", "lesson_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(sa.ForeignKey("lesson.id"))
    lesson_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lesson_revision.id"))
    read_at: Mapped[datetime]


class Completion(Base):
    """A course completed in a cycle: which revision, by which attempt, worth how many hours (tiết)."""

    __tablename__ = "completion"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "course_id", "cycle"),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    course_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("course_revision.id"))
    cycle: Mapped[int]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attempt.id"))
    certificate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"))
    percent: Mapped[int | None]
    completed_at: Mapped[datetime]
    completed_on: Mapped[date]


class HoursEntry(Base):
    """A line of a person's hours ledger: tiết earned in a year."""

    __tablename__ = "hours_entry"
    __table_args__ = (sa.CheckConstraint("hours > 0", name="hours"), sa.Index("ix_hours_entry_person_year", "person_id", "year"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    year: Mapped[int]
    hours: Mapped[int]
    completion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("completion.id"), unique=True)
    recorded_at: Mapped[datetime]


class LessonQuestion(Base):
    """A learner's question to the trainers at a lesson. shared: the answer is seen by everybody who learns the course, without the asker's name."""

    __tablename__ = "lesson_question"
    __table_args__ = (
        words_in("state", "asked", "answered", "shared"),
        sa.CheckConstraint("(state = 'asked') = (answer IS NULL)", name="answered"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at"),
        sa.Index("ix_lesson_question_course", "course_id", "state"),
        sa.Index("ix_lesson_question_lesson", "lesson_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    lesson_id: Mapped[int] = mapped_column(sa.ForeignKey("lesson.id"))
    lesson_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("lesson_revision.id"))
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    text: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None]


class SurveyGiven(Base):
    """An enrolment whose learner has given their opinion: once. Nothing leads from here to what they said."""

    __tablename__ = "survey_given"
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"), primary_key=True)


class SurveyAnswer(Base):
    """What somebody said of a course, without name, agency or instant: month is "2026-11". useful, clear, pace: 1 to 5. The key is random."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        sa.CheckConstraint("useful BETWEEN 1 AND 5", name="useful"),
        sa.CheckConstraint("clear BETWEEN 1 AND 5", name="clear"),
        sa.CheckConstraint("pace BETWEEN 1 AND 5", name="pace"),
        sa.Index("ix_survey_answer_course", "course_id"),
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    course_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("course_revision.id"))
    month: Mapped[str]
    useful: Mapped[int]
    clear: Mapped[int]
    pace: Mapped[int]
    comment: Mapped[str | None]
