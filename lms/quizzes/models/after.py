"""After the attempt: marks that persons give, corrections of a key, papers that were printed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, NoneIsNull, words_in


class EssayMark(Base):
    """A marker's judgement of one answer, append-only; the one with the highest number counts.

    scores: criterion of the rubric -> hundredths of a question; points: their sum. The number is unique, so that of two markers at one
    moment one is told that the other was first.
    """

    __tablename__ = "essay_mark"
    __table_args__ = (
        sa.UniqueConstraint("attempt_item_id", "number"),
        sa.CheckConstraint("points >= 0", name="points"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_item_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt_item.id"))
    number: Mapped[int]
    marker_id: Mapped[int | None]
    marked_at: Mapped[datetime]
    scores: Mapped[dict[str, Any]]
    points: Mapped[int]
    comment: Mapped[str]


class KeyFix(Base):
    """A correction of a question's key, or the dropping of the question, proposed by one person and decided by another.

    version_ids: the versions that were shown with the same words and whose answers are marked anew. body: the corrected body (kind "key").
    effects: what the dry run found when it was proposed. to_version_id: the version that the correction became.
    """

    __tablename__ = "key_fix"
    __table_args__ = (
        words_in("kind", "key", "drop"),
        words_in("state", "proposed", "done", "declined"),
        sa.CheckConstraint("(kind = 'key') = (body IS NOT NULL)", name="body"),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("state <> 'done' OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)", name="second_person"),
        sa.Index(
            "uq_key_fix_proposed",
            "question_id",
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"), index=True)
    kind: Mapped[str]
    version_ids: Mapped[list[Any]]
    body: Mapped[dict[str, Any] | None] = mapped_column(NoneIsNull)
    to_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    note: Mapped[str]
    effects: Mapped[dict[str, Any]]
    state: Mapped[str]
    proposed_by_id: Mapped[int]
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]


class PrintedPaper(Base):
    """A paper that was printed: variants of one quiz version, for an agency."""

    __tablename__ = "printed_paper"
    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_version.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    title: Mapped[str]
    made_by_id: Mapped[int | None]
    made_at: Mapped[datetime]


class PaperVariant(Base):
    """A variant (mã đề) of a printed paper: items [{version: id of the question version, order: keys of the options as printed}]."""

    __tablename__ = "paper_variant"
    __table_args__ = (sa.UniqueConstraint("printed_paper_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    printed_paper_id: Mapped[int] = mapped_column(sa.ForeignKey("printed_paper.id"))
    code: Mapped[str]
    seed: Mapped[str]
    items: Mapped[list[Any]]
