"""A placement: a level for each topic of the blueprint, from the points of its questions, written once when the attempt has its points."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.base import commit, db
from lms.quizzes import Attempt
from lms.quizzes.models import AttemptItem, AttemptLevel, Question, QuestionVersion, Topic
from lms.quizzes.placing import level_of, place_attempts
from tests.cast import World

from .face.sitting import Sitter, as_fields, load
from .test_blueprint_check import LEVELS

BLUEPRINT = [{"topic": "mot", "take": 3}, {"topic": "hai", "take": 2}]


@pytest.fixture
def placed(app: Flask, world: World) -> Sitter:
    """An before a placement of two topics."""
    report = load(app, world.agencies["T"], levels=LEVELS, pass_percent=0, blueprint=BLUEPRINT, attempts=None)
    return Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])


def levels(app: Flask, attempt_id: int) -> dict[str, tuple[int, int, int]]:
    wanted = sa.select(Topic.key, AttemptLevel.points, AttemptLevel.max_points, AttemptLevel.level)
    with app.app_context():
        found = wanted.join(Topic, Topic.id == AttemptLevel.topic_id).where(AttemptLevel.attempt_id == attempt_id)
        return {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(found)}


def topic_of(app: Flask, attempt_id: int) -> dict[int, str]:
    wanted = sa.select(AttemptItem.position, Topic.key).join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    wanted = wanted.join(Question, Question.id == QuestionVersion.question_id).join(Topic, Topic.id == Question.topic_id)
    with app.app_context():
        return {position: key for position, key in db.session.execute(wanted.where(AttemptItem.attempt_id == attempt_id))}


def place(app: Flask, attempt_id: int) -> None:
    with app.app_context():
        place_attempts([db.session.get_one(Attempt, attempt_id)])
        commit()


def test_each_topic_gets_its_level(app: Flask, placed: Sitter) -> None:
    attempt_id = placed.start()
    topics, right = topic_of(app, attempt_id), placed.right_answers(attempt_id)
    known = {position: keys for position, keys in right.items() if topics[position] == "mot"}
    placed.submit(attempt_id, *as_fields(known))
    place(app, attempt_id)
    assert levels(app, attempt_id) == {"mot": (300, 300, 1), "hai": (0, 200, 0)}


def test_it_is_written_once(app: Flask, placed: Sitter) -> None:
    attempt_id = placed.start()
    placed.submit(attempt_id)
    for _again in range(3):
        place(app, attempt_id)
    assert len(levels(app, attempt_id)) == 2


def test_what_is_marked_anew_is_placed_anew(app: Flask, placed: Sitter) -> None:
    attempt_id = placed.start()
    placed.submit(attempt_id)
    with app.app_context():
        db.session.execute(sa.update(AttemptItem).where(AttemptItem.attempt_id == attempt_id).values(points=AttemptItem.max_points))
        commit()
    place(app, attempt_id)
    assert levels(app, attempt_id) == {"mot": (300, 300, 1), "hai": (200, 200, 1)}


def test_handing_in_places(app: Flask, placed: Sitter) -> None:
    attempt_id = placed.start()
    placed.submit(attempt_id, *as_fields(placed.right_answers(attempt_id)))
    assert levels(app, attempt_id) == {"mot": (300, 300, 1), "hai": (200, 200, 1)}


def test_open_attempts_and_other_quizzes_are_left_alone(app: Flask, placed: Sitter, world: World) -> None:
    attempt_id = placed.start()
    place(app, attempt_id)
    assert levels(app, attempt_id) == {}
    placed.submit(attempt_id)
    report = load(app, world.agencies["T"])
    other = Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])
    plain = other.start(cycle=2)
    other.submit(plain)
    place(app, plain)
    assert levels(app, plain) == {}


def test_a_question_of_a_sub_topic_counts_for_the_topic_that_the_blueprint_names(app: Flask, placed: Sitter) -> None:
    with app.app_context():
        parent = db.session.scalars(sa.select(Topic).where(Topic.key == "hai")).one()
        below = Topic(bank_id=parent.bank_id, parent_id=parent.id, key="hai-con", title={"vi": "Con"}, position=9)
        db.session.add(below)
        db.session.flush()
        db.session.execute(sa.update(Question).where(Question.topic_id == parent.id).values(topic_id=below.id))
        commit()
    attempt_id = placed.start()
    placed.submit(attempt_id)
    place(app, attempt_id)
    assert levels(app, attempt_id) == {"mot": (0, 300, 0), "hai": (0, 200, 0)}


@given(st.lists(st.integers(1, 100), unique=True, max_size=9), st.integers(0, 100))
def test_the_level_is_the_highest_that_was_reached(starts: list[int], percent: int) -> None:
    steps: list[dict[str, Any]] = [{"from_percent": start} for start in (0, *sorted(starts))]
    place = level_of(steps, percent)
    assert steps[place]["from_percent"] <= percent
    assert place == len(steps) - 1 or steps[place + 1]["from_percent"] > percent
