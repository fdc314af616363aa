"""Rules of quizzes in course folders: read with the line of each fault, written again, loaded, kept where the site edited them, published."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import db
from lms.courses import check_folders, export_folder
from lms.quizzes import Quiz, QuizVersion, quiz_rules
from lms.quizzes.models import AttemptLevel
from tests.cast import World
from tests.courses.conftest import Spoilt
from tests.courses.test_loading import everything, load
from tests.pages import Visitor
from tests.quizzes.test_rules_pages import quiz, typed
from tests.study.learner import Learner

__all__ = ["quiz"]
QUIZ = "quizzes/cuoi-khoa.yml"
RULES = """behaviour: immediate
grace_seconds: 60
per_page: 2
takes: last
wait_minutes: 15
review: {after: score, closed: marks}
"""
LEVELS = """levels:
  - {key: co-ban, title: {vi: "Cơ bản", en: "Basic"}, from_percent: 0}
  - {key: kha, title: {vi: "Khá", en: "Good"}, from_percent: 70}
"""
BLUEPRINT = """blueprint:
  - {question: m01-02}
  - {topic: mat-khau, take: 2, kind: single, difficulty: easy, scenario: false}
  - {topic: lua-dao, take: 1}
"""


def with_rules(folder: Spoilt, rules: str, blueprint: str = "") -> None:
    """Give the quiz of the folder these rules."""
    file = folder.path / QUIZ
    head, old = file.read_text("utf-8").split("blueprint:")
    file.write_text(head + rules + (blueprint or f"blueprint:{old}"), "utf-8")


FAULTS = [
    ("behaviour: exam\n", 7, "`behaviour` phải là một trong"),
    ("grace_seconds: 700\n", 7, "`grace_seconds`"),
    ("per_page: 2\ntakes: worst\n", 8, "`takes`"),
    ("review: {after: all}\n", 7, "`review: after`"),
    ("review:\n", 7, "để trống"),
    ("wait: 5\n", 7, "“wait” lạ"),
    (LEVELS, 5, "không có điểm đạt"),
    ("behaviour: practice\n", 6, "không tính điểm"),
]


@pytest.mark.parametrize(("rules", "line", "said"), FAULTS)
def test_a_fault_is_told_with_its_line(folder_m: Spoilt, rules: str, line: int, said: str) -> None:
    with_rules(folder_m, rules)
    problems = [problem for problem in check_folders(folder_m.path) if problem.file.endswith(QUIZ)]
    assert (problems[0].line, said in problems[0].sentence) == (line, True), problems


def test_a_blueprint_that_asks_for_what_is_not_there_is_told_at_the_blueprint(folder_m: Spoilt) -> None:
    with_rules(folder_m, "", 'blueprint:\n  - {topic: mat-khau, take: 1, tag: "không có"}\n  - {question: m01-s1}\n')
    problems = [problem for problem in check_folders(folder_m.path) if problem.file.endswith(QUIZ)]
    assert [problem.line for problem in problems] == [7, 7]
    assert "m01-s1 không dùng được" in problems[0].sentence and "có 0 câu phù hợp" in problems[1].sentence


def test_all_rules_are_loaded_and_the_export_is_the_same_again(
    app: Flask, world: World, binh: Visitor, an: Visitor, folder_m: Spoilt, tmp_path: Path
) -> None:
    with_rules(folder_m, RULES, BLUEPRINT)
    with app.app_context():
        load(folder_m.path, world)
        version = db.session.scalars(sa.select(QuizVersion).order_by(QuizVersion.id.desc())).first()
        assert version
        rules = quiz_rules(version.id)
        assert (rules.behaviour, rules.grace_seconds, rules.per_page, rules.takes, rules.wait_minutes) == ("immediate", 60, 2, "last", 15)
        assert (rules.review_after, rules.review_later, rules.review_closed, rules.total) == ("score", "answers", "marks", 4)
    assert "Bài kiểm tra 4 câu" in binh.get(f"/courses/{world.course}").text
    assert "4 câu" in an.get(f"/study/courses/{world.course}/quizzes/cuoi-khoa").text
    with app.app_context():
        target = export_folder("M", tmp_path / "ra")
        before = everything()
        assert load(target, world) == ["M: không có gì thay đổi."] and everything() == before


def test_defaults_that_are_spelt_out_make_no_new_version(app: Flask, world: World, folder_m: Spoilt) -> None:
    with_rules(folder_m, "behaviour: deferred\ngrace_seconds: 30\ntakes: best\nreview: {after: answers}\nlevels: []\n")
    with app.app_context():
        load(folder_m.path, world)
        assert db.session.scalars(sa.select(Quiz.version_number)).all() == [1]


def test_rules_that_a_trainer_edited_are_kept_and_said(app: Flask, world: World, binh: Visitor, folder_m: Spoilt, quiz: int) -> None:
    page = binh.get(f"/quizzes/{quiz}/edit")
    binh.post(f"/quizzes/{quiz}/edit", typed(page, minutes="44"), page=page, status=303)
    with_rules(folder_m, "grace_seconds: 60\n")
    with app.app_context():
        assert any("bài kiểm tra cuoi-khoa đã được sửa trên hệ thống" in line for line in load(folder_m.path, world))
        assert db.session.scalars(sa.select(QuizVersion.grace_seconds)).all() == [30, 30]


def test_who_is_under_way_stays_on_the_old_rules(app: Flask, world: World, an: Visitor, anh: Visitor, binh: Visitor, quiz: int) -> None:
    Learner(an, world.course).read("01-dai")
    page = binh.get(f"/quizzes/{quiz}/edit")
    binh.post(f"/quizzes/{quiz}/edit", typed(page, minutes="44"), page=page, status=303)
    binh.post(f"/courses/{world.course}/publish", page=f"/courses/{world.course}", status=303)
    address = f"/study/courses/{world.course}/quizzes/cuoi-khoa"
    assert "10 phút" in an.get(address).text and "44 phút" not in an.get(address).text
    assert "44 phút" in anh.get(address).text
    again = binh.post(f"/courses/{world.course}/publish", page=binh.get(f"/quizzes/{quiz}/edit"), status=422)
    assert "Chưa có bản nháp" in again.text


def test_a_placement_of_a_folder_gives_levels(app: Flask, world: World, an: Visitor, folder_m: Spoilt) -> None:
    folder_m.replace(QUIZ, "pass_percent: 80", "pass_percent: 0")
    with_rules(folder_m, LEVELS)
    with app.app_context():
        load(folder_m.path, world)
    Learner(an, world.course).pass_test()
    with app.app_context():
        found = db.session.execute(sa.select(AttemptLevel.points, AttemptLevel.max_points, AttemptLevel.level).order_by(AttemptLevel.points)).all()
        assert [tuple(row) for row in found] == [(200, 200, 1), (300, 300, 1)]
