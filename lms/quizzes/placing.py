"""Placement: the result of a quiz with levels is a level for each topic of its blueprint, written when an attempt has its points."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lms.base import db, insert_once

from .drawing import above_of
from .models import Attempt, AttemptItem, AttemptLevel, Question, QuestionVersion, QuizVersion, Topic
from .points import percent_of


def place_attempts(attempts: Sequence[Attempt]) -> None:
    """Write the levels of those closed attempts whose quiz places; others are left alone. Calling it again changes only what was marked anew.

    Attempts that are open or wait for a marker are left alone, too: call it again when they have their points.
    """
    graded = [attempt for attempt in attempts if attempt.points is not None]
    versions = _placing_versions({attempt.quiz_version_id for attempt in graded})
    placed = {attempt.id: versions[attempt.quiz_version_id] for attempt in graded if attempt.quiz_version_id in versions}
    if not placed:
        return
    rows = _marked(placed)
    for attempt_id, version in placed.items():
        named = {line["topic"] for line in version.blueprint if "topic" in line}
        for topic_id, (points, most) in _by_topic(rows.get(attempt_id, []), named).items():
            values = {"points": points, "max_points": most, "level": level_of(version.levels, percent_of(points, most))}
            if not insert_once(AttemptLevel, attempt_id=attempt_id, topic_id=topic_id, **values):
                own = sa.and_(AttemptLevel.attempt_id == attempt_id, AttemptLevel.topic_id == topic_id)
                db.session.execute(sa.update(AttemptLevel).where(own, AttemptLevel.points != points).values(values))


def level_of(levels: Sequence[Mapping[str, Any]], percent: int) -> int:
    """The place (from 0) of the highest level that begins at this percent or below."""
    return max((place for place, level in enumerate(levels) if percent >= level["from_percent"]), default=0)


def _placing_versions(ids: Collection[int]) -> dict[int, QuizVersion]:
    found = db.session.scalars(sa.select(QuizVersion).where(QuizVersion.id.in_(ids))) if ids else ()
    return {version.id: version for version in found if version.levels}


def _marked(attempt_ids: Collection[int]) -> dict[int, list[tuple[Any, list[Any]]]]:
    """attempt -> its marked items, each with its topic and those above it, the nearest first."""
    wanted = sa.select(AttemptItem.attempt_id, AttemptItem.points, AttemptItem.max_points, Question.topic_id, Question.bank_id)
    joined = wanted.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    joined = joined.join(Question, Question.id == QuestionVersion.question_id)
    items = db.session.execute(joined.where(AttemptItem.attempt_id.in_(attempt_ids)).order_by(AttemptItem.attempt_id, AttemptItem.position)).all()
    banks = {item.bank_id for item in items}
    topics = {topic.id: topic for topic in db.session.scalars(sa.select(Topic).where(Topic.bank_id.in_(banks)))}
    above = above_of({topic.id: topic.parent_id for topic in topics.values()})
    rows: dict[int, list[tuple[Any, list[Any]]]] = {}
    for item in items:
        path = [topics[topic_id] for topic_id in (item.topic_id, *above[item.topic_id])]
        rows.setdefault(item.attempt_id, []).append((item, path))
    return rows


def _by_topic(items: Sequence[tuple[Any, list[Any]]], named: Collection[str]) -> dict[int, tuple[int, int]]:
    """topic -> (points, their maximum). A question counts for the nearest topic that the blueprint names, else for its own."""
    sums: dict[int, tuple[int, int]] = {}
    for item, path in items:
        topic = next((one for one in path if one.key in named), path[0])
        points, most = sums.get(topic.id, (0, 0))
        sums[topic.id] = (points + (item.points or 0), most + item.max_points)
    return sums
