"""Which questions of a bank a quiz may draw: for one person's paper, and for the pages that judge a blueprint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from lms.base import db

from .draw import Candidate
from .models import Attempt, AttemptItem, Question, QuestionVersion, Topic
from .rules import QuizRules, uses_of

Key = TypeVar("Key", str, int)


@dataclass(frozen=True)
class Stock:
    """What a bank has for a quiz. topics: title by key, in their order; others: keys of questions that it may not draw (another use)."""

    candidates: list[Candidate]
    topics: Mapping[str, dict[str, Any]]
    others: frozenset[str]


def above_of(parents: Mapping[Key, Key | None]) -> dict[Key, tuple[Key, ...]]:
    """topic -> the topics above it, the nearest first, by the parent of each (keys or ids); a circle ends where it closes."""
    found = {}
    for key in parents:
        above: list[Key] = []
        upper = parents[key]
        while upper is not None and upper in parents and upper not in above and upper != key:
            above.append(upper)
            upper = parents[upper]
        found[key] = tuple(above)
    return found


def _topics_of(bank_id: int) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[str, ...]]]:
    rows = db.session.execute(
        sa.select(Topic.id, Topic.key, Topic.title, Topic.parent_id).where(Topic.bank_id == bank_id).order_by(Topic.position, Topic.id)
    ).all()
    keys = {row.id: row.key for row in rows}
    return {row.key: row.title for row in rows}, above_of({row.key: keys.get(row.parent_id) for row in rows})


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
    _titles, above = _topics_of(rules.bank_id)
    wanted = {line["topic"] for line in rules.blueprint if "topic" in line}
    topics = [key for key, upper in above.items() if key in wanted or wanted.intersection(upper)]
    fixed = [line["question"] for line in rules.blueprint if "question" in line]
    found = _questions(rules.bank_id, rules.uses, sa.func.coalesce(seen.c.times, 0)).outerjoin(seen, seen.c.question_id == Question.id)
    rows = db.session.execute(found.where(sa.or_(Topic.key.in_(topics), Question.key.in_(fixed))))
    return [_candidate(row, above) for row in rows]


def stock_of(bank_id: int, behaviour: str) -> Stock:
    """What the bank has for a quiz of this behaviour; retired questions are left out."""
    titles, above = _topics_of(bank_id)
    uses = uses_of(behaviour)
    rows = db.session.execute(_questions(bank_id, uses, sa.literal(0)).where(Question.state == "published")).all()
    usable = [_candidate(row, above) for row in rows]
    others = sa.select(Question.key).where(Question.bank_id == bank_id, sa.or_(Question.use.not_in(uses), Question.state != "published"))
    return Stock(usable, titles, frozenset(db.session.scalars(others)))


def _questions(bank_id: int, uses: tuple[str, ...], times: Any) -> sa.Select[Any]:
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    columns = (Question.id, Topic.key.label("topic"), Question.difficulty, Question.is_scenario, times.label("seen"), Question.state, Question.key)
    wanted = sa.select(*columns, QuestionVersion.kind, Question.tags, Question.facility_percent)
    joined = wanted.join(Topic, Topic.id == Question.topic_id).join(QuestionVersion, is_current)
    return joined.where(Question.bank_id == bank_id, Question.use.in_(uses))


def _candidate(row: Any, above: Mapping[str, tuple[str, ...]]) -> Candidate:
    own = (row.id, row.topic, row.difficulty, row.is_scenario, row.seen, row.state == "retired", row.key, row.kind)
    return Candidate(*own, tags=tuple(row.tags), above=above[row.topic], facility=row.facility_percent)
