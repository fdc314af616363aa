"""The rules of a version of a quiz, with the window of the quiz, as everything that starts, shows or closes an attempt reads them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import db

from .draw import total_of
from .models import Quiz, QuizVersion

PRACTICE_USES = ("practice", "self-check")
TEST_USES = ("test",)


def uses_of(behaviour: str) -> tuple[str, ...]:
    """The uses of the questions from which a quiz of this behaviour draws: practice shows keys, so it never draws those of tests."""
    return PRACTICE_USES if behaviour == "practice" else TEST_USES


@dataclass(frozen=True)
class QuizRules:
    """The rules of a version of a quiz, as told before the start. minutes, attempts, per_page, wait_minutes: None = no limit, one page, no wait.

    opens_at, closes_at, is_in_rooms are those of the quiz now, the same for all its versions.
    """

    quiz_version_id: int
    quiz_id: int
    bank_id: int
    key: str
    title: dict[str, Any]
    minutes: int | None
    attempts: int | None
    pass_percent: int
    counts: bool
    blueprint: list[Any]
    behaviour: str
    grace_seconds: int
    per_page: int | None
    takes: str
    wait_minutes: int | None
    review_after: str
    review_later: str
    review_closed: str
    levels: list[Any]
    opens_at: datetime | None
    closes_at: datetime | None
    is_in_rooms: bool

    @property
    def total(self) -> int:
        """How many questions a paper has."""
        return total_of(self.blueprint)

    @property
    def grace(self) -> timedelta:
        """How late an answer that was sent in time may arrive."""
        return timedelta(seconds=self.grace_seconds)

    @property
    def is_placement(self) -> bool:
        """Whether its result is a level for each topic instead of passed or not."""
        return bool(self.levels)

    @property
    def uses(self) -> tuple[str, ...]:
        """The uses of the questions from which it draws."""
        return uses_of(self.behaviour)

    def left(self, used: int) -> int | None:
        """How many attempts are left after `used`; None: no limit."""
        return None if self.attempts is None else max(0, self.attempts - used)


OF_VERSION = (
    "title",
    "minutes",
    "attempts",
    "pass_percent",
    "counts",
    "blueprint",
    "behaviour",
    "grace_seconds",
    "per_page",
    "takes",
    "wait_minutes",
    "review_after",
    "review_later",
    "review_closed",
    "levels",
)


def rules_of(quiz: Quiz, version: QuizVersion) -> QuizRules:
    """The rules of rows that are already read."""
    said: dict[str, Any] = {name: getattr(version, name) for name in OF_VERSION}
    said |= {"opens_at": quiz.opens_at, "closes_at": quiz.closes_at, "is_in_rooms": quiz.is_in_rooms}
    return QuizRules(quiz_version_id=version.id, quiz_id=quiz.id, bank_id=quiz.bank_id, key=quiz.key, **said)


def quiz_rules(quiz_version_id: int) -> QuizRules:
    """The rules of a version of a quiz, which its course revision names."""
    columns = [QuizVersion.id, Quiz.id, Quiz.bank_id, Quiz.key, *(getattr(QuizVersion, name) for name in OF_VERSION)]
    rules = sa.select(*columns, Quiz.opens_at, Quiz.closes_at, Quiz.is_in_rooms)
    row: Any = db.session.execute(rules.join(Quiz, Quiz.id == QuizVersion.quiz_id).where(QuizVersion.id == quiz_version_id)).one()
    return QuizRules(*row)
