"""Trainers as the actions of the room see them, and the timeline of an attempt as it stands in the database."""

from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.base import db
from lms.people.viewer import Viewer
from lms.quizzes.models import Attempt, AttemptEvent, AttemptItem, Grade
from tests.cast import World

from .face.sitting import Sitter, load, question


def trainer(world: World, name: str = "binh", agency: str = "HT") -> Viewer:
    """A trainer at an agency."""
    own = world.agencies[agency]
    return Viewer(world.people[name], name.title(), name, None, 0, (("trainer", own),), own, agency, False, False, None)


def sitter_of(app: Flask, world: World, questions: Any = None, name: str = "an", agency: str = "XP", **rules: Any) -> Sitter:
    """A learner before the quiz of the bank Q, which the trainers of HT reach, with these rules."""
    report = load(app, world.agencies["HT"], questions, **rules)
    return Sitter(app, world.people[name], world.agencies[agency], report.quiz_versions["thi"])


def essays() -> list[dict[str, Any]]:
    """A bank with two questions that a person marks in the first topic, and two others in each of the rest."""
    rubric = [{"text": "Ý đúng", "points": 100}]
    written = [question(f"viet-{n}", "mot", "essay", rubric=rubric, model="Bài mẫu") for n in (1, 2)]
    return written + [question(f"{topic}-{n}", topic) for topic in ("hai", "ba") for n in (1, 2)]


def timeline(sitter: Sitter, attempt_id: int) -> list[AttemptEvent]:
    """What stands in the timeline."""
    lines = sa.select(AttemptEvent).where(AttemptEvent.attempt_id == attempt_id).order_by(AttemptEvent.id)
    return list(sitter.carry_out(lambda: db.session.scalars(lines).all()))


def kinds_of(sitter: Sitter, attempt_id: int) -> list[str]:
    """The kinds of the lines."""
    return [line.kind for line in timeline(sitter, attempt_id)]


def attempt(sitter: Sitter, attempt_id: int) -> Attempt:
    """The attempt as stored."""
    found = sitter.carry_out(lambda: db.session.get(Attempt, attempt_id, populate_existing=True))
    assert isinstance(found, Attempt)
    return found


def item(sitter: Sitter, attempt_id: int, position: int) -> AttemptItem:
    """An item as stored."""
    wanted = sa.select(AttemptItem).where(AttemptItem.attempt_id == attempt_id, AttemptItem.position == position)
    found = sitter.carry_out(lambda: db.session.scalars(wanted.execution_options(populate_existing=True)).one())
    assert isinstance(found, AttemptItem)
    return found


def grades_of(sitter: Sitter, attempt_id: int) -> list[tuple[int, str]]:
    """(points, reason) of the grades, the first first."""
    rows = sa.select(Grade.points, Grade.reason).where(Grade.attempt_id == attempt_id).order_by(Grade.id)
    return [(row.points, row.reason) for row in sitter.carry_out(lambda: db.session.execute(rows).all())]
