"""The facility index of a question: the mean mark of its answers, written by a timer, from ten answers on."""

import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.quizzes import Attempt
from lms.quizzes.facility import measure_facility
from lms.quizzes.models import AttemptItem, Question, QuestionVersion
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import Sitter, as_fields, load, question

RULES = {"blueprint": [{"topic": "mot", "take": 1}], "attempts": None}


def measure(app: Flask) -> int:
    with app.app_context():
        changed = measure_facility()
        commit()
        return changed


def facility(app: Flask) -> tuple[int | None, int]:
    with app.app_context():
        row = db.session.execute(sa.select(Question.facility_percent, Question.facility_of).where(Question.key == "k-1")).one()
        return row.facility_percent, row.facility_of


def sitter(app: Flask, world: World) -> Sitter:
    report = load(app, world.agencies["T"], [question("k-1", "mot")], **RULES)
    return Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])


def sit(an: Sitter, times: int, is_right: bool) -> None:
    for _time in range(times):
        attempt_id = an.start()
        an.submit(attempt_id, *(as_fields(an.right_answers(attempt_id)) if is_right else ()))


def test_it_is_the_mean_mark_of_at_least_ten_answers(app: Flask, world: World) -> None:
    an = sitter(app, world)
    assert measure(app) == 0 and facility(app) == (None, 0)
    sit(an, 6, is_right=True)
    sit(an, 3, is_right=False)
    assert measure(app) == 1 and facility(app) == (None, 9)
    sit(an, 3, is_right=False)
    assert measure(app) == 1 and facility(app) == (50, 12)
    assert measure(app) == 0


def test_an_open_paper_and_what_was_left_when_the_time_ran_out_say_nothing(app: Flask, world: World, time: FakeClock) -> None:
    an = sitter(app, world)
    sit(an, 10, is_right=True)
    attempt_id = an.start()
    measure(app)
    assert facility(app) == (100, 10)
    time.forward(hours=2)
    an.submit(attempt_id)
    measure(app)
    with app.app_context():
        assert db.session.get_one(Attempt, attempt_id).state == "expired"
    assert facility(app) == (100, 10)


def test_dropped_questions_are_left_out_and_what_is_no_longer_known_is_forgotten(app: Flask, world: World) -> None:
    an = sitter(app, world)
    sit(an, 10, is_right=True)
    measure(app)
    with app.app_context():
        db.session.execute(sa.update(AttemptItem).values(is_dropped=True))
        commit()
    measure(app)
    assert facility(app) == (None, 0)


def test_answers_to_all_versions_count_together(app: Flask, world: World) -> None:
    an = sitter(app, world)
    sit(an, 5, is_right=True)
    load(app, world.agencies["T"], [question("k-1", "mot", text="Câu khác?")], **RULES)
    sit(an, 5, is_right=False)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(QuestionVersion).join(Question).where(Question.key == "k-1")) == 2
    measure(app)
    assert facility(app) == (50, 10)
