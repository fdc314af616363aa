"""Quizzes: rules by version, the window and rooms in which they are sat, and what is allowed to a person or a room beyond the rules."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in

BEHAVIOURS = ("deferred", "immediate", "practice")  # marks at the end; at once, the answer locked first; nothing is recorded
TAKES = ("best", "first", "last", "average")  # which attempt counts
REVIEWS = ("nothing", "score", "marks", "answers")  # each shows what the one before shows, and more


class Quiz(Base):
    """A quiz of a bank; its rules stand in its versions. The window holds for everybody; is_in_rooms: begun only with the code of a room."""

    __tablename__ = "quiz"
    __table_args__ = (
        sa.UniqueConstraint("bank_id", "key"),
        sa.CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="window"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    key: Mapped[str]
    version_number: Mapped[int]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    is_in_rooms: Mapped[bool] = mapped_column(default=False)
    is_edited: Mapped[bool] = mapped_column(default=False)


class QuizVersion(Base):
    """The rules of a quiz. minutes, attempts, per_page, wait_minutes: None = no limit, all on one page, no wait.

    blueprint: [{topic, take, difficulty?, scenario?, kind?, tag?} | {question: key}]. grace_seconds: how late an answer sent in time may arrive.
    levels: [{key, title, from_percent}] rising from 0; not empty: a placement, whose result is a level for each topic.
    review_…: what the learner may see right after, later, and after the quiz has closed.
    """

    __tablename__ = "quiz_version"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "number"),
        words_in("behaviour", *BEHAVIOURS),
        words_in("takes", *TAKES),
        words_in("review_after", *REVIEWS),
        words_in("review_later", *REVIEWS),
        words_in("review_closed", *REVIEWS),
        sa.CheckConstraint("pass_percent BETWEEN 0 AND 100", name="pass_percent"),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
        sa.CheckConstraint("attempts IS NULL OR attempts > 0", name="attempts"),
        sa.CheckConstraint("grace_seconds BETWEEN 0 AND 600", name="grace"),
        sa.CheckConstraint("per_page IS NULL OR per_page > 0", name="per_page"),
        sa.CheckConstraint("wait_minutes IS NULL OR wait_minutes > 0", name="wait"),
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
    made_by_id: Mapped[int | None]
    behaviour: Mapped[str] = mapped_column(default="deferred")
    grace_seconds: Mapped[int] = mapped_column(default=30)
    per_page: Mapped[int | None]
    takes: Mapped[str] = mapped_column(default="best")
    wait_minutes: Mapped[int | None]
    review_after: Mapped[str] = mapped_column(default="answers")
    review_later: Mapped[str] = mapped_column(default="answers")
    review_closed: Mapped[str] = mapped_column(default="answers")
    levels: Mapped[list[Any]] = mapped_column(default=list)


class QuizRoom(Base):
    """A room (or a sitting) of a quiz: those who begin with its code within its time sit in it."""

    __tablename__ = "quiz_room"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "access_code"),
        sa.CheckConstraint("opens_at < closes_at", name="window"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    title: Mapped[str]
    access_code: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    made_by_id: Mapped[int | None]
    made_at: Mapped[datetime]


class Allowance(Base):
    """More than the rules give, to a person or to a room: minutes, attempts, or (minutes for) an attempt that was opened again. Never changed.

    cycle: of the person's attempts; None: whichever cycle comes. note: why.
    """

    __tablename__ = "allowance"
    __table_args__ = (
        words_in("kind", "minutes", "attempts", "reopen"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("(person_id IS NULL) <> (quiz_room_id IS NULL)", name="whom"),
        sa.CheckConstraint("kind <> 'reopen' OR attempt_id IS NOT NULL", name="reopened"),
        sa.Index("ix_allowance_person", "quiz_id", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    quiz_room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_room.id"))
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attempt.id"))
    cycle: Mapped[int | None]
    kind: Mapped[str]
    amount: Mapped[int]
    note: Mapped[str]
    given_by_id: Mapped[int | None]
    given_at: Mapped[datetime]
