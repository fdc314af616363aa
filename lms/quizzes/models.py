"""Question bank, question versions, quizzes, attempts and grades. Versions never change; an attempt names those it showed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in

from .marking import percent_of

DIFFICULTIES = ("easy", "medium", "hard")
USES = ("test", "self-check")
NoneIsNull = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")  # "not answered" is NULL, never JSON null


class Bank(Base):
    """A question bank, owned at an agency. A course folder brings its own under the course's key; loading it makes the two equal."""

    __tablename__ = "bank"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    is_from_folder: Mapped[bool]


class Topic(Base):
    """What a group of questions is about; topics form a tree."""

    __tablename__ = "topic"
    __table_args__ = (sa.UniqueConstraint("bank_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("topic.id"))
    key: Mapped[str]
    title: Mapped[dict[str, Any]]
    position: Mapped[int]


class Question(Base):
    """A question of the bank. What it asks stands in its versions; this row says which one is current."""

    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("bank_id", "key"),
        words_in("difficulty", *DIFFICULTIES),
        words_in("use", *USES),
        words_in("state", "published", "retired"),
        sa.Index("ix_question_draw", "topic_id", "use", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"))
    key: Mapped[str]
    use: Mapped[str]
    difficulty: Mapped[str]
    is_scenario: Mapped[bool]
    lesson_key: Mapped[str | None]
    standards: Mapped[list[Any]]
    state: Mapped[str]
    version_number: Mapped[int]


class QuestionVersion(Base):
    """One version of a question. `body` is what its kind parsed, key and explanations included; it never changes."""

    __tablename__ = "question_version"
    __table_args__ = (sa.UniqueConstraint("question_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"))
    number: Mapped[int]
    kind: Mapped[str]
    body: Mapped[dict[str, Any]]
    digest: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None]


class Quiz(Base):
    """A quiz of a bank; its rules stand in its versions."""

    __tablename__ = "quiz"
    __table_args__ = (sa.UniqueConstraint("bank_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    key: Mapped[str]
    version_number: Mapped[int]


class QuizVersion(Base):
    """The rules of a quiz: blueprint [{topic, take, difficulty?, scenario?}], minutes (None: no limit), attempts (None: no limit)."""

    __tablename__ = "quiz_version"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "number"),
        sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name="pass_percent"),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
        sa.CheckConstraint("attempts IS NULL OR attempts > 0", name="attempts"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    number: Mapped[int]
    title: Mapped[dict[str, Any]]
    minutes: Mapped[int | None]
    attempts: Mapped[int | None]
    pass_percent: Mapped[int]
    counts: Mapped[bool]
    blueprint: Mapped[list[Any]]
    digest: Mapped[str]
    made_at: Mapped[datetime]


class Attempt(Base):
    """A person sits a quiz. Paper, order, maximum and deadline are frozen at the start; name and agency are those of that day."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "quiz_id", "cycle", "number"),
        words_in("state", "open", "submitted", "expired"),
        sa.CheckConstraint("max_points > 0", name="max_points"),
        sa.CheckConstraint("points IS NULL OR (points >= 0 AND points <= max_points)", name="points"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        sa.CheckConstraint("(state = 'open') = (points IS NULL)", name="graded"),
        sa.Index(
            "uq_attempt_open",
            "person_id",
            "quiz_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_attempt_deadline", "state", "deadline_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    person_name: Mapped[str]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    agency_name: Mapped[str]
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    quiz_version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_version.id"))
    cycle: Mapped[int]
    number: Mapped[int]
    seed: Mapped[str]
    state: Mapped[str]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    max_points: Mapped[int]
    points: Mapped[int | None]
    is_passed: Mapped[bool | None]

    @property
    def is_open(self) -> bool:
        """Whether answers can still change."""
        return self.state == "open"

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down; None while it is open."""
        return None if self.points is None else percent_of(self.points, self.max_points)


class AttemptItem(Base):
    """One question of an attempt's paper, in the order shown, and its latest answer.

    option_order: keys of the options as shown. answer: what the kind reads from the page, None = not answered.
    version counts the saves of this item; (client, client_number) is the last numbered save that wrote it.
    """

    __tablename__ = "attempt_item"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "position"),
        sa.CheckConstraint("max_points > 0", name="max_points"),
        sa.CheckConstraint("points IS NULL OR (points >= 0 AND points <= max_points)", name="points"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"))
    position: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), index=True)
    option_order: Mapped[list[Any]]
    max_points: Mapped[int]
    answer: Mapped[list[Any] | None] = mapped_column(NoneIsNull)
    version: Mapped[int]
    client: Mapped[str | None]
    client_number: Mapped[int | None]
    saved_at: Mapped[datetime | None]
    points: Mapped[int | None]


class Grade(Base):
    """A grade event, append-only: what the marking said, when and why. The attempt carries the latest."""

    __tablename__ = "grade"
    __table_args__ = (
        words_in("reason", "submitted", "expired"),
        sa.CheckConstraint("points >= 0 AND points <= max_points AND max_points > 0", name="points"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    reason: Mapped[str]
    points: Mapped[int]
    max_points: Mapped[int]
    is_passed: Mapped[bool]
