"""Which attempt counts, what completes a course later, and what a change of marks would mean."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock, commit, db, effects_on, work_once
from lms.certificates import Certificate
from lms.quizzes import Attempt, Grade, standing
from lms.study import Completion
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Visitor
from tests.study.learner import Learner, set_rules


@dataclass
class One:
    """An attempt as `standing` reads it."""

    number: int
    points: int | None
    max_points: int = 500
    state: str = "submitted"

    @property
    def is_passed(self) -> bool | None:
        """At 80 %."""
        return None if self.points is None else self.points * 100 >= 80 * self.max_points


@pytest.mark.parametrize(
    ("takes", "points", "percent", "is_passed", "number"),
    [
        ("best", [200, 450, 450], 90, True, 2),
        ("first", [200, 450], 40, False, 1),
        ("last", [450, 200], 40, False, 2),
        ("last", [200, 450], 90, True, 2),
        ("average", [350, 450], 80, True, 2),
        ("average", [349, 450], 79, False, 2),
        ("best", [], None, False, None),
    ],
)
def test_the_rules_say_which_attempt_counts(takes: str, points: list[int], percent: int | None, is_passed: bool, number: int | None) -> None:
    said = standing([One(n, each) for n, each in enumerate(points, 1)], takes, 80)
    assert (said.percent, said.is_passed, said.attempt and said.attempt.number) == (percent, is_passed, number)


@pytest.mark.parametrize("takes", ["best", "first", "last", "average"])
def test_an_open_attempt_says_nothing(takes: str) -> None:
    said = standing([One(1, 450), One(2, None, state="open")], takes, 80)
    assert (said.percent, said.is_passed, said.is_waiting) == (90, True, False)


@pytest.mark.parametrize(
    ("takes", "percent", "is_passed", "is_waiting"), [("best", 90, True, False), ("last", None, False, True), ("average", None, False, True)]
)
def test_an_attempt_that_waits_for_its_mark(takes: str, percent: int | None, is_passed: bool, is_waiting: bool) -> None:
    said = standing([One(1, 450), One(2, None)], takes, 80)
    assert (said.percent, said.is_passed, said.is_waiting) == (percent, is_passed, is_waiting)


def test_the_course_completes_by_the_attempts_that_count(app: Flask, an: Visitor, world: World) -> None:
    set_rules(app, takes="average", pass_percent=50)
    learner = Learner(an, world.course)
    learner.read()
    learner.fail_test()
    assert "trung bình của các lượt" in learner.pass_test().text
    with app.app_context():
        completion = db.session.query(Completion).one()
        assert completion.percent == 50
        assert db.session.get_one(Attempt, completion.attempt_id).number == 2
    assert "kết quả 50%" in an.get(learner.course).text


def test_a_later_attempt_does_not_help_where_the_first_counts(app: Flask, an: Visitor, world: World) -> None:
    set_rules(app, takes="first")
    learner = Learner(an, world.course)
    learner.read()
    assert "chỉ tính lượt đầu tiên" in learner.fail_test().text
    page = an.get(f"{learner.course}/quizzes/cuoi-khoa")
    assert "chỉ tính lượt đầu tiên" in page.text and "Bắt đầu làm bài" not in [one.text for one in page.all("button")]
    with app.app_context():
        assert db.session.query(Completion).count() == 0


def grade_later(app: Flask, reason: str, is_passed: bool) -> int:
    """Give the only attempt another mark, as a correction of a key does; its id."""
    with app.app_context():
        attempt = db.session.query(Attempt).one()
        attempt.points, attempt.is_passed = (attempt.max_points if is_passed else 0), is_passed
        values: dict[str, Any] = {"points": attempt.points, "max_points": attempt.max_points, "is_passed": is_passed}
        db.session.add(Grade(attempt_id=attempt.id, at=clock.now(), reason=reason, **values))
        commit()
        return attempt.id


def work(app: Flask) -> None:
    """Let the worker do all that is due."""
    with app.app_context():
        while work_once():
            pass


def completions(app: Flask) -> list[Completion]:
    """What is completed."""
    with app.app_context():
        return list(db.session.scalars(sa.select(Completion)))


@pytest.mark.parametrize("reason", ["marked", "regraded", "accepted", "paper"])
def test_a_mark_given_later_completes_the_course_once(app: Flask, an: Visitor, world: World, time: FakeClock, reason: str) -> None:
    an.sign_in("an", "mat-khau-cua-an-2026")
    learner = Learner(an, world.course)
    learner.read()
    learner.fail_test()
    handed_in = time.now
    time.forward(days=2)
    grade_later(app, reason, is_passed=True)
    for _turn in range(3):
        time.forward(minutes=2)
        work(app)
    found = completions(app)
    assert [(one.percent, one.certificate_id is not None) for one in found] == [(100, True)]
    assert found[0].completed_at - handed_in < timedelta(hours=1)


def test_a_mark_given_later_completes_nothing_while_lessons_are_unread(app: Flask, an: Visitor, world: World, time: FakeClock) -> None:
    an.sign_in("an", "mat-khau-cua-an-2026")
    Learner(an, world.course).fail_test()
    grade_later(app, "regraded", is_passed=True)
    time.forward(minutes=2)
    work(app)
    assert completions(app) == []
    time.forward(minutes=2)
    Learner(an, world.course).read()
    assert len(completions(app)) == 1


def test_what_a_pass_would_mean_is_told_before(app: Flask, an: Visitor, world: World) -> None:
    learner = Learner(an, world.course)
    learner.fail_test()
    with app.app_context():
        attempt_id = db.session.query(Attempt.id).scalar()
        assert effects_on("attempt-passing", [attempt_id], clock.today()) == []
    learner.read()
    with app.app_context(), app.test_request_context():
        said = effects_on("attempt-passing", [attempt_id], clock.today())
        assert len(said) == 1
        assert "Nguyễn Văn An hoàn thành khóa học “Khóa học mẫu về mật khẩu" in said[0] and "được cấp giấy chứng nhận" in said[0]
        assert db.session.query(Completion).count() == 0


def test_what_rests_on_an_attempt_is_told_and_nothing_is_revoked(app: Flask, an: Visitor, world: World) -> None:
    learner = Learner(an, world.course)
    learner.read()
    learner.pass_test()
    with app.app_context(), app.test_request_context():
        attempt_id, number = db.session.query(Attempt.id).scalar(), db.session.query(Certificate.number_text).scalar()
        said = effects_on("attempt-failing", [attempt_id], clock.today())
        assert len(said) == 1
        assert number in said[0] and "Nguyễn Văn An" in said[0] and "không tự thu hồi" in said[0]
    grade_later(app, "regraded", is_passed=False)
    work(app)
    with app.app_context():
        assert db.session.query(Certificate.state).scalar() == "valid"
        assert db.session.query(Completion).count() == 1


def test_nothing_rests_on_an_attempt_beside_which_another_one_passed(app: Flask, an: Visitor, world: World) -> None:
    learner = Learner(an, world.course)
    learner.read()
    learner.fail_test()
    learner.pass_test()
    with app.app_context(), app.test_request_context():
        first = db.session.query(Attempt.id).filter_by(number=1).scalar()
        assert effects_on("attempt-failing", [first], clock.today()) == []
