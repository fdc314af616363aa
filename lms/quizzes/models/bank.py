"""The question bank: topics, questions and their versions, pictures."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in

DIFFICULTIES = ("easy", "medium", "hard")
USES = ("test", "self-check", "practice")  # a key that lessons or practice show is never one of a test


class Bank(Base):
    """A question bank, owned at an agency. A course folder brings its own under the course's key; loading it makes the two equal.

    title: {"vi": …, "en": …}; None for the bank of a course folder, which is called by its key.
    """

    __tablename__ = "bank"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    is_from_folder: Mapped[bool]
    title: Mapped[dict[str, Any] | None]


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
    """A question of the bank. What it asks stands in its versions; this row says which one is current.

    search: key, text and tags, folded. is_edited: written or changed on the site; loading the folder leaves it alone and says so.
    facility_percent: the facility index (mean mark, of the maximum) of `facility_of` answers, written by a timer; None: not enough of them.
    """

    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("bank_id", "key"),
        words_in("difficulty", *DIFFICULTIES),
        words_in("use", *USES),
        words_in("state", "published", "retired"),
        sa.CheckConstraint("facility_percent BETWEEN 0 AND 100", name="facility_percent"),
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
    tags: Mapped[list[Any]] = mapped_column(default=list)
    search: Mapped[str] = mapped_column(default="")
    is_edited: Mapped[bool] = mapped_column(default=False)
    facility_percent: Mapped[int | None]
    facility_of: Mapped[int] = mapped_column(default=0)


class QuestionVersion(Base):
    """One version of a question. `body` is what its kind parsed, key and explanations included; it never changes. note: why it was made."""

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
    note: Mapped[str | None]


class BankFile(Base):
    """A picture that questions of a bank show. token: random, part of its address; width and height in pixels."""

    __tablename__ = "bank_file"
    __table_args__ = (
        sa.UniqueConstraint("bank_id", "name", "digest"),
        sa.CheckConstraint("width > 0 AND height > 0 AND octets > 0", name="size"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    token: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    digest: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    octets: Mapped[int]
