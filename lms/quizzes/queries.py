"""Reads: rules, attempts, the paper to be sat, the result, and the self-checks of lessons."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock, db

from .draw import Candidate, total_of
from .kinds import KINDS
from .models import Attempt, AttemptItem, Question, QuestionVersion, Quiz, QuizVersion, Topic

GRACE = timedelta(seconds=30)  # an answer sent in the last second may arrive this late


@dataclass(frozen=True)
class QuizRules:
    """The rules of a version of a quiz, as told before the start. minutes, attempts: None = no limit."""

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

    @property
    def total(self) -> int:
        """How many questions a paper has."""
        return total_of(self.blueprint)

    def left(self, used: int) -> int | None:
        """How many attempts are left after `used`; None: no limit."""
        return None if self.attempts is None else max(0, self.attempts - used)


@dataclass(frozen=True)
class PaperItem:
    """A question to be answered. `template` shows it and reads only this; `was` is the stored answer, comma-joined."""

    position: int
    total: int
    template: str
    question: dict[str, Any]
    answer: list[str]
    version: int
    saved_at: datetime | None

    @property
    def was(self) -> str:
        """The answer at serving, as the form's hidden field carries it."""
        return ",".join(self.answer)


@dataclass(frozen=True)
class Paper:
    """A person's paper without its key, and what is saved of it."""

    attempt: Attempt
    title: dict[str, Any]
    pass_percent: int
    minutes: int | None
    items: list[PaperItem]

    @property
    def total(self) -> int:
        """How many questions."""
        return len(self.items)

    @property
    def answered(self) -> int:
        """How many have a saved answer."""
        return sum(bool(item.answer) for item in self.items)

    @property
    def saved_at(self) -> datetime | None:
        """When an answer was saved last."""
        return max((item.saved_at for item in self.items if item.saved_at), default=None)

    @property
    def is_over(self) -> bool:
        """Whether the time is up (grace included): nothing can be saved any more, but it can be handed in."""
        return is_over(self.attempt.deadline_at)

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds until the deadline by the server's clock; None: no limit."""
        return None if self.attempt.deadline_at is None else max(0, int((self.attempt.deadline_at - clock.now()).total_seconds()))


@dataclass(frozen=True)
class ResultItem:
    """A marked question. `explanation` and the points are None while the person has another open attempt on that question."""

    position: int
    total: int
    template: str
    max_points: int
    points: int | None
    is_right: bool | None
    is_answered: bool
    lesson_key: str | None
    explanation: dict[str, Any] | None


@dataclass(frozen=True)
class Result:
    """A closed attempt with its marks and explanations."""

    attempt: Attempt
    title: dict[str, Any]
    pass_percent: int
    counts: bool
    percent: int
    items: list[ResultItem]


@dataclass(frozen=True)
class SelfCheck:
    """A question of a lesson, with its explanations: it counts for nothing."""

    key: str
    kind: str
    template: str
    is_many: bool
    question: dict[str, Any]


def is_over(deadline_at: datetime | None) -> bool:
    """Whether nothing can be saved any more, by the server's clock."""
    return deadline_at is not None and clock.now() > deadline_at + GRACE


def quiz_rules(quiz_version_id: int) -> QuizRules:
    """The rules of a version of a quiz, which its course revision names."""
    columns = (QuizVersion.id, Quiz.id, Quiz.bank_id, Quiz.key, QuizVersion.title, QuizVersion.minutes, QuizVersion.attempts)
    rules = sa.select(*columns, QuizVersion.pass_percent, QuizVersion.counts, QuizVersion.blueprint)
    row = db.session.execute(rules.join(Quiz, Quiz.id == QuizVersion.quiz_id).where(QuizVersion.id == quiz_version_id)).one()
    return QuizRules(*row)


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
        items.append(PaperItem(item.position, len(rows), kind.template, question, item.answer or [], item.version, item.saved_at))
    attempt, version = rows[0][0], rows[0][-1]
    return Paper(attempt, version.title, version.pass_percent, version.minutes, items)


def _paper_rows(wanted: sa.Select[Any], attempt_id: int, person_id: int) -> sa.Select[Any]:
    joined = (
        wanted.select_from(Attempt)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    )
    own = joined.where(Attempt.id == attempt_id, Attempt.person_id == person_id).order_by(AttemptItem.position)
    return own.execution_options(populate_existing=True)


def _is_on_open_paper(person_id: int) -> sa.Exists:
    other, item, version = aliased(Attempt), aliased(AttemptItem), aliased(QuestionVersion)
    open_papers = sa.select(item.id).join(other, other.id == item.attempt_id).join(version, version.id == item.question_version_id)
    return open_papers.where(other.person_id == person_id, other.state == "open", version.question_id == QuestionVersion.question_id).exists()


def result(attempt_id: int, person_id: int) -> Result | None:
    """Marks and explanations of the person's own closed attempt, in one statement; None when it is open or not theirs.

    A question that stands on another, open paper of the same person is not explained until that one is closed.
    """
    hidden = _is_on_open_paper(person_id).label("is_hidden")
    wanted = sa.select(Attempt, AttemptItem, QuestionVersion.kind, QuestionVersion.body, Question.lesson_key, hidden, QuizVersion)
    rows = db.session.execute(
        _paper_rows(wanted, attempt_id, person_id).join(Question, Question.id == QuestionVersion.question_id).where(Attempt.state != "open")
    ).all()
    if not rows:
        return None
    items = [_result_item(len(rows), *row[1:6]) for row in rows]
    attempt, version = rows[0][0], rows[0][-1]
    return Result(attempt, version.title, version.pass_percent, version.counts, attempt.percent, items)


def _result_item(total: int, item: AttemptItem, name: str, body: dict[str, Any], lesson_key: str | None, is_hidden: bool) -> ResultItem:
    kind = KINDS[name]
    return ResultItem(
        position=item.position,
        total=total,
        template=kind.result_template,
        max_points=item.max_points,
        points=None if is_hidden else item.points,
        is_right=None if is_hidden else item.points == item.max_points,
        is_answered=item.answer is not None,
        lesson_key=lesson_key,
        explanation=None if is_hidden else kind.explain(body, item.answer, item.option_order),
    )


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


def candidates_for(rules: QuizRules, person_id: int) -> list[Candidate]:
    """The questions from which this person's paper may be drawn, with how often they stood on the person's papers of this quiz."""
    seen = (
        sa.select(QuestionVersion.question_id, sa.func.count().label("times"))
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.person_id == person_id, Attempt.quiz_id == rules.quiz_id)
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    times, is_retired = sa.func.coalesce(seen.c.times, 0), Question.state == "retired"
    found = (
        sa.select(Question.id, Topic.key, Question.difficulty, Question.is_scenario, times, is_retired)
        .join(Topic, Topic.id == Question.topic_id)
        .outerjoin(seen, seen.c.question_id == Question.id)
        .where(Question.bank_id == rules.bank_id, Question.use == "test", Topic.key.in_({line["topic"] for line in rules.blueprint}))
    )
    return [Candidate(*row) for row in db.session.execute(found)]


def names_of_attempts(ids: Collection[int]) -> dict[int, str]:
    """id -> whose attempt it is, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Attempt.id, Attempt.person_name).where(Attempt.id.in_(ids)))}
