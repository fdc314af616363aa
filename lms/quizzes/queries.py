"""Reads: attempts, the paper to be sat, and the self-checks of lessons. What may be seen of marks stands in reviewing.py."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base import clock, db

from .deadlines import is_over
from .kinds import KINDS
from .models import Attempt, AttemptItem, Question, QuestionVersion, QuizVersion

MOST_ON_PAGE = {
    "deferred": 40,
    "immediate": 25,
    "practice": 40,
}  # more would make the page too heavy for the first round trip (explanations stand on the latter)


@dataclass(frozen=True)
class PaperItem:
    """A question to be answered. `template` shows it and reads only this; `was`: the stored answer, as the form's hidden field carries it."""

    position: int
    total: int
    template: str
    question: dict[str, Any]
    answer: list[str]
    was: str
    version: int
    saved_at: datetime | None
    is_locked: bool = False


@dataclass(frozen=True)
class Paper:
    """A person's paper without its key, and what is saved of it. per_page: None = all questions on one page."""

    attempt: Attempt
    title: dict[str, Any]
    pass_percent: int
    minutes: int | None
    items: list[PaperItem]
    behaviour: str = "deferred"
    per_page: int | None = None
    grace_seconds: int = 0

    @property
    def total(self) -> int:
        """How many questions."""
        return len(self.items)

    @property
    def answered(self) -> int:
        """How many have a saved answer."""
        return sum(bool(item.answer) for item in self.items)

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return -(-self.total // self.per_page) if self.per_page else 1

    def page_of(self, position: int) -> int:
        """The page, from 1, on which a question stands."""
        return (position - 1) // self.per_page + 1 if self.per_page else 1

    def on_page(self, number: int) -> list[PaperItem]:
        """The questions of a page."""
        return [item for item in self.items if self.page_of(item.position) == number]

    @property
    def saved_at(self) -> datetime | None:
        """When an answer was saved last."""
        return max((item.saved_at for item in self.items if item.saved_at), default=None)

    @property
    def is_over(self) -> bool:
        """Whether the time is up (grace included): nothing can be saved any more, but it can be handed in."""
        return is_over(self.attempt.deadline_at, self.grace_seconds)

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds until the deadline by the server's clock; None: no limit."""
        return None if self.attempt.deadline_at is None else max(0, int((self.attempt.deadline_at - clock.now()).total_seconds()))


@dataclass(frozen=True)
class SelfCheck:
    """A question of a lesson, with its explanations: it counts for nothing."""

    key: str
    kind: str
    template: str
    is_many: bool
    question: dict[str, Any]


def attempts_of(person_id: int, quiz_id: int, cycle: int) -> list[Attempt]:
    """A person's attempts in a cycle, the first one first."""
    own = sa.select(Attempt).where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, Attempt.cycle == cycle)
    return list(db.session.scalars(own.order_by(Attempt.number).execution_options(populate_existing=True)))


def paper(attempt_id: int, person_id: int) -> Paper | None:
    """The person's own paper, in one statement; None when there is no such attempt of theirs. Holds no key and no explanation."""
    wanted = (Attempt, AttemptItem, QuestionVersion.kind, QuestionVersion.body, QuizVersion)
    rows = db.session.execute(_paper_rows(sa.select(*wanted), attempt_id, person_id)).all()
    if not rows:
        return None
    items = []
    for _attempt, item, name, body, _version in rows:
        kind = KINDS[name]
        question = kind.deliver(body, item.option_order)
        said = (item.answer or [], kind.was(item.answer), item.version, item.saved_at, item.locked_at is not None)
        items.append(PaperItem(item.position, len(rows), kind.template, question, *said))
    attempt, version = rows[0][0], rows[0][-1]
    most = MOST_ON_PAGE[version.behaviour]
    per_page = min(version.per_page or most, most) if len(items) > min(version.per_page or most, most) else None
    return Paper(attempt, version.title, version.pass_percent, version.minutes, items, version.behaviour, per_page, version.grace_seconds)


def deadline_of(attempt_id: int, person_id: int) -> tuple[str, datetime | None] | None:
    """(state, deadline) of the person's attempt as they are now; None when there is no such attempt of theirs."""
    row = db.session.execute(sa.select(Attempt.state, Attempt.deadline_at).where(Attempt.id == attempt_id, Attempt.person_id == person_id)).first()
    return (row.state, row.deadline_at) if row else None


def _paper_rows(wanted: sa.Select[Any], attempt_id: int, person_id: int) -> sa.Select[Any]:
    joined = (
        wanted.select_from(Attempt)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    )
    own = joined.where(Attempt.id == attempt_id, Attempt.person_id == person_id).order_by(AttemptItem.position)
    return own.execution_options(populate_existing=True)


def self_checks(bank_id: int, keys: Collection[str]) -> dict[str, SelfCheck]:
    """The self-check questions of a bank by key, in one statement. A question that tests use is never among them."""
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    found = sa.select(Question.key, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current)
    rows = db.session.execute(found.where(Question.bank_id == bank_id, Question.key.in_(keys), Question.use == "self-check")) if keys else ()
    checks = {}
    for key, name, body in rows:
        kind = KINDS[name]
        checks[key] = SelfCheck(key, name, kind.self_check_template, kind.empties, kind.explain(body, None, kind.keys(body)))
    return checks


def names_of_attempts(ids: Collection[int]) -> dict[int, str]:
    """id -> whose attempt it is, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Attempt.id, Attempt.person_name).where(Attempt.id.in_(ids)))}
