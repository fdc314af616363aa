"""Rules and blueprints as written in a folder: every fault is one clear sentence; defaults leave no trace; the site's edits are kept."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import quizzes
from lms.base import commit, db
from lms.quizzes import BankReport, Quiz, QuizVersion, check_quiz
from lms.quizzes.models import BEHAVIOURS
from lms.quizzes.quiz_writing import columns_of, rules_digest, written_quiz
from tests.cast import World

from .face.sitting import QUIZ, TOPICS, bank, load, question

TREE: list[dict[str, Any]] = [*TOPICS, {"key": "hai-con", "title": {"vi": "Con của hai"}, "parent": "hai"}]
LEVELS = [
    {"key": "co-ban", "title": {"vi": "Cơ bản", "en": "Basic"}, "from_percent": 0},
    {"key": "nang-cao", "title": {"vi": "Nâng cao", "en": "Advanced"}, "from_percent": 60},
]


def shelf() -> list[dict[str, Any]]:
    """The bank of the tests, with a question of a sub-topic, a tag, and questions for practice."""
    return [
        *bank(),
        question("con-1", "hai-con", difficulty="hard", tags=["lừa đảo"]),
        *(question(f"luyen-{n}", "mot", use="practice") for n in (1, 2)),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"behaviour": "later"}, "`behaviour` phải là một trong: deferred, immediate, practice"),
        ({"behaviour": ["practice"]}, "`behaviour`"),
        ({"behaviour": "practice", "counts": True, "blueprint": [{"topic": "mot", "take": 3}]}, "không tính điểm (`counts: false`)"),
        ({"behaviour": "practice", "counts": False, "blueprint": [{"topic": "hai", "take": 1}]}, "Chủ đề `hai` có 0 câu phù hợp"),
        ({"grace_seconds": 601}, "`grace_seconds`"),
        ({"grace_seconds": None}, "`grace_seconds`"),
        ({"per_page": 0}, "`per_page`"),
        ({"takes": "worst"}, "`takes` phải là một trong"),
        ({"wait_minutes": -1}, "`wait_minutes`"),
        ({"review": "all"}, "`review` gồm các mục"),
        ({"review": {"after": "everything"}}, "`review: after` phải là một trong: nothing, score, marks, answers"),
        ({"review": {"before": "marks"}}, "Không có mục `before`"),
        ({"levels": "ba"}, "`levels` phải là danh sách"),
        ({"levels": LEVELS[:1], "pass_percent": 0}, "từ 2 đến 10 mức"),
        ({"levels": [LEVELS[0], {**LEVELS[1], "from_percent": 0}], "pass_percent": 0}, "bắt đầu từ 0 % và tăng dần"),
        ({"levels": [{**LEVELS[0], "from_percent": 5}, LEVELS[1]], "pass_percent": 0}, "bắt đầu từ 0 % và tăng dần"),
        ({"levels": [LEVELS[0], {**LEVELS[1], "key": "co-ban"}], "pass_percent": 0}, "trùng `key`"),
        ({"levels": [{"key": {}, "from_percent": 0}, LEVELS[1]], "pass_percent": 0}, "Mỗi mức có `key`"),
        ({"levels": LEVELS}, "không có điểm đạt (`pass_percent: 0`)"),
        ({"blueprint": [{"topic": "la", "take": 1}]}, "Không có chủ đề `la`"),
        ({"blueprint": [{"topic": "mot", "take": 1, "kind": "dien"}]}, "không có dạng câu hỏi này"),
        ({"blueprint": [{"topic": "mot", "take": 1, "kind": ["single"]}]}, "không có dạng câu hỏi này"),
        ({"blueprint": [{"topic": "mot", "take": 3, "kind": "single"}]}, "có 2 câu phù hợp, đề cần 3"),
        ({"blueprint": [{"topic": "hai", "take": 2, "tag": "lừa đảo"}]}, "có 1 câu phù hợp, đề cần 2"),
        ({"blueprint": [{"topic": "mot", "take": 1, "tag": ""}]}, "`tag`"),
        ({"blueprint": [{"question": "khong-co"}]}, "Không có câu hỏi khong-co"),
        ({"blueprint": [{"question": "tu-1"}]}, "tu-1 không dùng được"),
        ({"blueprint": [{"question": 7}]}, "`question` là khóa"),
        ({"blueprint": [{"question": "con-1", "take": 1}]}, "chỉ có mục `question`"),
        ({"blueprint": [{"question": "con-1"}, {"question": "con-1"}]}, "đứng hai lần"),
        ({"blueprint": [{"question": "mot-single-1"}, {"topic": "mot", "take": 6}]}, "chung những câu hỏi"),
    ],
)
def test_a_faulty_rule_is_said_in_one_sentence(changes: dict[str, Any], said: str) -> None:
    faults = check_quiz(QUIZ | changes, shelf(), TREE)
    assert len(faults) == 1 and said in faults[0], faults


@pytest.mark.parametrize(
    "changes",
    [
        {"blueprint": [{"topic": "hai", "take": 7}]},  # six of its own and one of the sub-topic
        {"blueprint": [{"topic": "hai-con", "take": 1, "tag": "lừa đảo", "kind": "single", "difficulty": "hard", "scenario": False}]},
        {"blueprint": [{"question": "con-1"}, {"topic": "hai", "take": 6}]},
        {"blueprint": [{"topic": "mot", "take": 3}], "behaviour": "practice", "counts": False},
        {"levels": LEVELS, "pass_percent": 0, "review": {"closed": "score"}, "wait_minutes": 60, "takes": "average", "per_page": 5},
    ],
)
def test_sound_rules_have_no_fault(changes: dict[str, Any]) -> None:
    assert check_quiz(QUIZ | changes, shelf(), TREE) == []


def test_a_rule_that_everybody_has_leaves_no_trace_in_the_digest() -> None:
    plain = columns_of(QUIZ)
    spelt_out = {"behaviour": "deferred", "grace_seconds": 30, "per_page": None, "takes": "best", "wait_minutes": None, "levels": []}
    again = columns_of(QUIZ | spelt_out | {"review": {"after": "answers", "later": "answers", "closed": "answers"}})
    assert rules_digest(plain) == rules_digest(again)
    assert len({rules_digest(columns_of(QUIZ | {"behaviour": behaviour})) for behaviour in BEHAVIOURS}) == len(BEHAVIOURS)


def test_loading_the_same_rules_again_makes_no_version_and_others_do(app: Flask, world: World) -> None:
    more = {"review": {"closed": "score"}, "behaviour": "immediate", "levels": LEVELS, "pass_percent": 0}
    turns: list[tuple[dict[str, Any], int]] = [({}, 1), ({"grace_seconds": 30, "takes": "best"}, 1), (more, 2), (more, 2), ({}, 3)]
    for rules, number in turns:
        load(app, world.agencies["T"], **rules)
        with app.app_context():
            quiz = db.session.scalars(sa.select(Quiz).where(Quiz.key == "thi")).one()
            assert quiz.version_number == number and not quiz.is_edited


def test_what_a_folder_says_is_written_as_it_was(app: Flask, world: World) -> None:
    more: dict[str, Any] = {"review": {"closed": "score"}, "behaviour": "immediate", "grace_seconds": 0, "per_page": 3, "wait_minutes": 90}
    for rules in ({}, more, {"levels": LEVELS, "pass_percent": 0, "takes": "first"}):
        report = load(app, world.agencies["T"], **rules)
        with app.app_context():
            version = db.session.get_one(QuizVersion, report.quiz_versions["thi"])
            written = written_quiz(version)
        assert written == {name: value for name, value in (QUIZ | {"counts": True} | rules).items() if name != "key"}
        assert rules_digest(columns_of(written)) == version.digest


def edit(app: Flask, **rules: Any) -> None:
    """Somebody edits the rules on the site."""
    with app.app_context():
        quiz = db.session.scalars(sa.select(Quiz).where(Quiz.key == "thi")).one()
        quizzes.quiz_writing.save_quiz(None, quiz, 1, QUIZ | rules, quiz.version_number)
        commit()


def test_a_quiz_that_was_edited_here_is_left_alone_and_said(app: Flask, world: World) -> None:
    def loaded(**rules: Any) -> BankReport:
        return load(app, world.agencies["T"], **rules)

    first = loaded().quiz_versions["thi"]
    edit(app, minutes=44)
    for rules in ({}, {"minutes": 5}):
        report = loaded(**rules)
        assert (report.kept_quizzes, report.changed_quizzes) == (["thi"], []) and report.quiz_versions["thi"] != first
    same = loaded(minutes=44)
    assert (same.kept_quizzes, same.changed_quizzes) == ([], [])
    follows = loaded(minutes=5)
    assert (follows.kept_quizzes, follows.changed_quizzes) == ([], ["thi"])
