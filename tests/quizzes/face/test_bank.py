"""Loading a bank: idempotent, a changed question gets a version, a missing one retires and may come back."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, db
from lms.quizzes import Bank, BankReport, Question, QuestionVersion, QuizVersion, check_blueprint, check_quiz, quiz_rules, self_checks
from lms.site import Audit
from tests.cast import World

from .sitting import CANARY, QUIZ, bank, load, question


def rows_of(app: Flask) -> list[Any]:
    """Everything that loading may write, and the length of the audit trail."""
    with app.app_context():
        questions = db.session.execute(sa.select(Question.key, Question.state, Question.version_number).order_by(Question.key)).all()
        tables = (Bank, QuestionVersion, QuizVersion, Audit)
        return [questions, *(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables)]


def state_of(app: Flask, key: str) -> tuple[str, int]:
    """(state, current version) of a question."""
    with app.app_context():
        row = db.session.scalars(sa.select(Question).where(Question.key == key)).one()
        return row.state, row.version_number


def test_loading_the_same_again_writes_nothing(app: Flask, world: World, loaded: BankReport) -> None:
    assert (loaded.new, loaded.changed, loaded.retired, loaded.same) == (19, 0, 0, 0)
    before = rows_of(app)
    again = load(app, world.agencies["T"])
    assert (again.new, again.changed, again.retired, again.same) == (0, 0, 0, 19)
    assert again.quiz_versions == loaded.quiz_versions and again.bank_id == loaded.bank_id
    assert rows_of(app) == before


def test_a_changed_text_makes_a_version_and_the_old_one_stays(app: Flask, world: World, loaded: BankReport) -> None:
    questions = bank()
    questions[0]["text"] = "Câu đã sửa?"
    report = load(app, world.agencies["T"], questions)
    assert (report.new, report.changed, report.same) == (0, 1, 18)
    assert state_of(app, questions[0]["key"]) == ("published", 2)
    with app.app_context():
        versions = sa.select(QuestionVersion.body).join(Question).where(Question.key == questions[0]["key"]).order_by(QuestionVersion.number)
        assert [body["text"] for body in db.session.scalars(versions)] == ["Câu mot-single-1?", "Câu đã sửa?"]


def test_a_changed_entry_beside_the_text_makes_no_version(app: Flask, world: World, loaded: BankReport) -> None:
    questions = bank()
    questions[0]["difficulty"] = "hard"
    assert load(app, world.agencies["T"], questions).changed == 1
    assert state_of(app, questions[0]["key"]) == ("published", 1)


def test_a_question_that_left_the_folder_retires_and_comes_back(app: Flask, world: World, loaded: BankReport) -> None:
    key, rest = bank()[0]["key"], bank()[1:]
    assert load(app, world.agencies["T"], rest).retired == 1
    assert load(app, world.agencies["T"], rest).retired == 0
    assert state_of(app, key) == ("retired", 1)
    assert load(app, world.agencies["T"]).changed == 1
    assert state_of(app, key) == ("published", 1)


def test_changed_rules_make_a_version_of_the_quiz(app: Flask, world: World, loaded: BankReport) -> None:
    report = load(app, world.agencies["T"], minutes=15)
    assert report.quiz_versions["thi"] != loaded.quiz_versions["thi"]
    with app.app_context():
        old, new = quiz_rules(loaded.quiz_versions["thi"]), quiz_rules(report.quiz_versions["thi"])
    assert (old.minutes, new.minutes, old.total, old.left(2), old.left(9)) == (10, 15, 5, 1, 0)
    assert old.quiz_id == new.quiz_id


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.append(question("moi", "mot", kind="doan")),
        lambda rows: rows.append(question("moi", "khong-co")),
        lambda rows: rows.append(dict(rows[0])),
        lambda rows: rows.__delitem__(slice(12, None)),
    ],
)
def test_a_faulty_folder_loads_nothing(app: Flask, world: World, loaded: BankReport, spoil: Any) -> None:
    before, questions = rows_of(app), bank()
    spoil(questions)
    with pytest.raises(Refused):
        load(app, world.agencies["T"], questions)
    assert rows_of(app) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": ""}, "`key`"),
        ({"title": {"en": "Test"}}, "`title`"),
        ({"minutes": 0}, "`minutes`"),
        ({"minutes": True}, "`minutes`"),
        ({"attempts": "3"}, "`attempts`"),
        ({"pass_percent": 101}, "`pass_percent`"),
        ({"pass_percent": None}, "`pass_percent`"),
        ({"counts": "có"}, "`counts`"),
        ({"minute": 5}, "`minute`"),
        ({"blueprint": []}, "`blueprint`"),
        ({"blueprint": [{"topic": "mot", "take": 0}]}, "`take`"),
        ({"blueprint": [{"topic": "mot", "take": 7}]}, "có 6 câu phù hợp, đề cần 7"),
        ({"blueprint": [{"topic": "la", "take": 1}]}, "Không có chủ đề"),
        ({"blueprint": [{"topic": "mot", "take": 4}, {"topic": "mot", "take": 4}]}, "chung những câu hỏi"),
        ({"blueprint": ["mot"]}, "không đúng dạng"),
        ({"blueprint": [{"topic": "mot", "take": 1, "dificulty": "easy"}]}, "mục lạ"),
        ({"blueprint": [{"topic": "mot", "take": 1, "difficulty": "khó"}]}, "`difficulty`"),
    ],
)
def test_a_faulty_quiz_is_said_in_one_sentence(changes: dict[str, Any], said: str) -> None:
    faults = check_quiz(QUIZ | changes, bank())
    assert len(faults) == 1 and said in faults[0], faults


def test_a_self_check_never_counts_for_a_blueprint() -> None:
    assert check_blueprint([{"topic": "mot", "take": 6}], bank()) == []
    assert check_blueprint([{"topic": "mot", "take": 1}], [question("tu-1", "mot", use="self-check")])


def test_self_checks_are_explained_at_once_and_test_questions_never_are(app: Flask, loaded: BankReport) -> None:
    with app.app_context():
        checks = self_checks(loaded.bank_id, ["tu-1", "mot-single-1", "khong-co"])
        assert set(checks) == {"tu-1"}
        assert all(CANARY in option["why"] for option in checks["tu-1"].question["options"])
        assert self_checks(loaded.bank_id, []) == {}
        assert self_checks(loaded.bank_id + 1, ["tu-1"]) == {}
