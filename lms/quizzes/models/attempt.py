"""Attempts: the paper, the latest answers, everything that happened to it, and its grades."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, NoneIsNull, words_in

from ..points import percent_of

EVENTS = ("start", "save", "lock", "late", "stale", "submit", "expire", "extend", "reopen", "accept", "mark", "review", "key")


class Attempt(Base):
    """A person sits a quiz. Paper, order, maximum and deadline are frozen at the start; name and agency are those of that day.

    points, max_points: in hundredths of a question. waiting_items: how many answers of the closed paper wait for a person's mark; until there
    are none left it has no points. receipt_code: given at the end, to be noted. reviewed_at: since when its explanations may have been seen;
    from then on no answer of it changes. quiz_room_id: where it was begun. paper_variant_id: it was sat on paper and keyed in.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "quiz_id", "cycle", "number"),
        sa.UniqueConstraint("receipt_code"),
        words_in("state", "open", "submitted", "expired"),
        sa.CheckConstraint("max_points > 0", name="max_points"),
        sa.CheckConstraint("points IS NULL OR (points >= 0 AND points <= max_points)", name="points"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        sa.CheckConstraint("(state = 'open' OR waiting_items > 0) = (points IS NULL)", name="graded"),
        sa.CheckConstraint("(points IS NULL) = (is_passed IS NULL)", name="passed"),
        sa.CheckConstraint("waiting_items >= 0 AND (state <> 'open' OR waiting_items = 0)", name="waiting"),
        sa.CheckConstraint("state <> 'open' OR reviewed_at IS NULL", name="reviewed"),
        sa.Index(
            "uq_attempt_open",
            "person_id",
            "quiz_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_attempt_deadline", "state", "deadline_at"),
        sa.Index("ix_attempt_quiz", "quiz_id", "closed_at"),
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
    waiting_items: Mapped[int] = mapped_column(default=0)
    receipt_code: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    quiz_room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_room.id"), index=True)
    paper_variant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("paper_variant.id"), index=True)

    @property
    def is_open(self) -> bool:
        """Whether answers can still change."""
        return self.state == "open"

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down; None while it is open or waits for a marker."""
        return None if self.points is None else percent_of(self.points, self.max_points)


class AttemptItem(Base):
    """One question of an attempt's paper, in the order shown, and its latest answer.

    option_order: keys of the options as shown. answer: what the kind reads from the page, None = not answered.
    version counts the saves of this item; (client, client_number) is the last numbered save that wrote it.
    locked_at: the learner had it marked at once; it never changes again. marked_by_version_id: a corrected version whose key marks it
    instead of its own. is_dropped: the question was dropped; everybody has its points. points: None: not marked.
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
    locked_at: Mapped[datetime | None]
    marked_by_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    is_dropped: Mapped[bool] = mapped_column(default=False)


class AttemptEvent(Base):
    """A line of an attempt's timeline: append-only (the database refuses change and deletion), for complaints.

    kind "late": an answer that arrived after the time, kept and not counted; "stale": an older one than what is stored. answer: what was sent.
    """

    __tablename__ = "attempt_event"
    __table_args__ = (
        words_in("kind", *EVENTS),
        sa.Index("ix_attempt_event_attempt", "attempt_id", "id"),
        sa.Index(
            "uq_attempt_event_late",
            "attempt_id",
            "position",
            "client",
            "client_number",
            unique=True,
            sqlite_where=sa.text("kind = 'late'"),
            postgresql_where=sa.text("kind = 'late'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    position: Mapped[int | None]
    answer: Mapped[list[Any] | None] = mapped_column(NoneIsNull)
    client: Mapped[str | None]
    client_number: Mapped[int | None]
    actor_id: Mapped[int | None]
    details: Mapped[dict[str, Any] | None] = mapped_column(NoneIsNull)


class AttemptLevel(Base):
    """The result of a placement in one topic: points of its questions, and the place of the level in the rules' list (from 0)."""

    __tablename__ = "attempt_level"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "topic_id"),
        sa.CheckConstraint("points >= 0 AND points <= max_points AND max_points > 0", name="points"),
        sa.CheckConstraint("level >= 0", name="level"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"))
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id"))
    points: Mapped[int]
    max_points: Mapped[int]
    level: Mapped[int]


class Grade(Base):
    """A grade event, append-only: what the marking said, when and why. The attempt carries the latest. note: the reason that a person gave."""

    __tablename__ = "grade"
    __table_args__ = (
        words_in("reason", "submitted", "expired", "marked", "regraded", "accepted", "paper"),
        sa.CheckConstraint("points >= 0 AND points <= max_points AND max_points > 0", name="points"),
        sa.Index("ix_grade_at", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    reason: Mapped[str]
    points: Mapped[int]
    max_points: Mapped[int]
    is_passed: Mapped[bool]
    note: Mapped[str | None]
    key_fix_id: Mapped[int | None] = mapped_column(sa.ForeignKey("key_fix.id"))
