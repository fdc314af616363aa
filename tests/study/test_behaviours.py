"""Before and during: window, rooms, waiting, more attempts; late answers; questions that are marked at once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.base import clock, commit, db
from lms.quizzes import Attempt, AttemptItem
from lms.quizzes.models import Allowance, AttemptEvent, Quiz, QuizRoom
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor
from tests.study.learner import Learner, checked, choices, fields, rightly, set_rules, set_window, wrongly

WHY = "Vì sao"


@pytest.fixture
def learner(an: Visitor, world: World) -> Learner:
    """An at the course M."""
    return Learner(an, world.course)


def rules_page(learner: Learner) -> Page:
    """The page of the test before it is begun."""
    return learner.visitor.get(f"{learner.course}/quizzes/cuoi-khoa")


def start(learner: Learner, page: Page, code: str = "") -> Page:
    """Press the button, or send what an old page would send."""
    address = f"{learner.course}/quizzes/cuoi-khoa/start"
    return learner.visitor.post(address, {"code": code}, page=page)


def has_start(page: Page) -> bool:
    """Whether the page lets one begin."""
    return any(" ".join("".join(one.itertext()).split()) == "Bắt đầu làm bài" for one in page.all("button"))


def test_before_the_window_and_after_it_the_time_is_told_instead_of_the_button(app: Flask, learner: Learner) -> None:
    old = rules_page(learner)
    set_window(app, opens_at=clock.now() + timedelta(days=1), closes_at=clock.now() + timedelta(days=2))
    page = rules_page(learner)
    assert not has_start(page) and "Bài chưa mở" in page.text and "Bài mở từ" in page.text
    assert start(learner, old).status == 422
    set_window(app, opens_at=clock.now() - timedelta(days=2), closes_at=clock.now() - timedelta(days=1))
    page = rules_page(learner)
    assert not has_start(page) and "Bài đã đóng" in page.text


def test_in_a_room_one_begins_with_its_code(app: Flask, learner: Learner, world: World) -> None:
    set_window(app, is_in_rooms=True)
    with app.app_context():
        quiz_id, now = db.session.query(Quiz.id).scalar(), clock.now()
        values: dict[str, Any] = {"opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(hours=1), "made_by_id": None, "made_at": now}
        db.session.add(QuizRoom(quiz_id=quiz_id, agency_id=world.agencies["XP"], title="Phòng 1", access_code="HOA7SEN", **values))
        commit()
    page = rules_page(learner)
    wrong = start(learner, page, "sai roi")
    assert wrong.status == 422 and "Mã phòng thi không đúng" in wrong.text
    assert [one.get("value") for one in wrong.all("input") if one.get("name") == "code"] == ["sai roi"]
    assert start(learner, rules_page(learner), " hoa7 sen ").status == 303


def test_the_wait_between_two_attempts_is_told(app: Flask, learner: Learner) -> None:
    set_rules(app, wait_minutes=30)
    assert "Giữa hai lượt cách nhau ít nhất 30 phút" in rules_page(learner).text
    old = rules_page(learner)
    learner.fail_test()
    page = rules_page(learner)
    assert not has_start(page) and "làm lượt tiếp theo được từ" in page.text
    assert start(learner, old).status == 422


def test_attempts_that_were_allowed_beyond_the_rules_are_counted_and_told(app: Flask, learner: Learner, world: World) -> None:
    learner.fail_test()
    learner.fail_test()
    assert "đã dùng hết 2 lượt" in rules_page(learner).text
    with app.app_context():
        quiz_id = db.session.query(Quiz.id).scalar()
        common: dict[str, Any] = {"quiz_id": quiz_id, "kind": "attempts", "amount": 1, "note": "ốm", "given_by_id": None, "given_at": clock.now()}
        db.session.add(Allowance(person_id=world.people["an"], **common))
        db.session.add(Allowance(person_id=world.people["anh"], **common))
        db.session.add(Allowance(person_id=world.people["an"], cycle=2, **common))
        commit()
    page = rules_page(learner)
    assert "1/3 lượt còn lại" in page.text and "được thêm 1 lượt" in page.text and has_start(page)
    assert "còn 1 lượt" in learner.visitor.get(learner.course).text
    assert start(learner, page).status == 303


def test_the_receipt_carries_the_deadline_as_it_is_now(app: Flask, learner: Learner, an: Visitor) -> None:
    attempt = learner.start()
    right = rightly(an.get(attempt))
    first = learner.saved(attempt, 1, right[1], 1)
    with app.app_context():
        row = db.session.query(Attempt).one()
        assert row.deadline_at is not None
        row.deadline_at += timedelta(minutes=15)
        commit()
    second = learner.saved(attempt, 2, right[2], 2)
    assert second["deadline"] - first["deadline"] == 15 * 60 * 1000
    told = json.loads(an.get(f"{attempt}/clock", headers={"Accept": "application/json"}).html)
    assert (told["deadline"], told["until"], told["state"]) == (second["deadline"], second["until"], "open")
    assert f"nộp trước {told['until']}" in an.get(attempt).text


def test_the_clock_of_an_attempt_is_told_to_nobody_else(learner: Learner, anh: Visitor) -> None:
    assert anh.knock("GET", f"{learner.start()}/clock").status == 404


def test_what_comes_after_the_time_is_refused_and_kept(time: FakeClock, an: Visitor, world: World, app: Flask) -> None:
    an.sign_in("an", "mat-khau-cua-an-2026")
    learner = Learner(an, world.course)
    attempt = learner.start()
    right = rightly(an.get(attempt))
    time.forward(minutes=11)
    for position in (1, 2, 2):
        late = learner.save(attempt, position, right[position], position, late=True)
        told = json.loads(late.html)
        assert (late.status, told["kept"], "Hết giờ" in told["error"]) == (409, "late", True)
    with app.app_context():
        lines = db.session.query(AttemptEvent).filter_by(kind="late").order_by(AttemptEvent.id).all()
        assert [(line.position, sorted(line.answer or [])) for line in lines] == [(1, right[1]), (2, right[2])]
        assert all(item.answer is None for item in db.session.query(AttemptItem))


@pytest.fixture
def at_once(app: Flask, learner: Learner) -> str:
    """The address of an attempt whose questions are marked at once."""
    set_rules(app, behaviour="immediate")
    assert "thì câu đó được chấm ngay" in rules_page(learner).text
    return learner.start()


def check(visitor: Visitor, attempt: str, position: int, answers: dict[int, list[str]]) -> Page:
    """Press "Trả lời và xem giải thích" of a question; the page that comes."""
    sheet = visitor.get(attempt)
    answer = visitor.post(f"{attempt}/check", {**fields(answers), "at": str(position), "here": "1"}, key=sheet.key(f"{attempt}/submit"), status=303)
    return visitor.get(answer.response.headers["Location"])


def test_a_question_is_locked_before_its_explanation_is_shown(an: Visitor, at_once: str, app: Flask) -> None:
    sheet = an.get(at_once)
    assert WHY not in sheet.html
    wrong, right = wrongly(sheet), rightly(sheet)
    page = check(an, at_once, 2, {1: right[1], 2: wrong[2]})
    assert WHY in page.html and "Chưa đúng" in page.text and len(page.all("article")) == 1
    assert sorted(choices(page)) == [1, 3, 4, 5] and checked(page) == {1: right[1]}
    with app.app_context():
        rows = {item.position: item for item in db.session.query(AttemptItem)}
        assert rows[2].locked_at is not None and rows[2].points == 0 and rows[1].locked_at is None


def test_a_locked_answer_never_changes(an: Visitor, at_once: str, learner: Learner, app: Flask) -> None:
    old = an.get(at_once)
    wrong, right = wrongly(old), rightly(old)
    check(an, at_once, 1, {1: wrong[1]})
    receipt = learner.saved(at_once, 1, right[1], 7)
    assert (receipt["kept"], receipt["answer"]) == ("locked", wrong[1])
    check(an, at_once, 1, {1: right[1]})
    an.post(f"{at_once}/save", fields({1: right[1]}), key=old.key(f"{at_once}/submit"), status=303)
    page = an.get(learner.submit(at_once, right).response.headers["Location"])
    assert "Đúng 4/5 câu" in page.text
    with app.app_context():
        assert db.session.query(AttemptItem).filter_by(position=1).one().answer == wrong[1]


def test_without_an_answer_nothing_is_locked_and_the_question_says_so(an: Visitor, at_once: str, app: Flask) -> None:
    page = check(an, at_once, 3, {})
    assert "Anh/Chị trả lời câu này trước" in page.text and WHY not in page.html
    with app.app_context():
        assert all(item.locked_at is None for item in db.session.query(AttemptItem))


def test_in_other_quizzes_no_question_is_marked_at_once(an: Visitor, learner: Learner, app: Flask) -> None:
    attempt = learner.start()
    page = check(an, attempt, 1, {1: wrongly(an.get(attempt))[1]})
    assert WHY not in page.html and "chỉ chấm khi Anh/Chị nộp bài" in page.text
    with app.app_context():
        assert all(item.locked_at is None for item in db.session.query(AttemptItem))


def test_a_question_of_somebody_elses_attempt_cannot_be_locked(anh: Visitor, at_once: str) -> None:
    key = anh.get("/study").keys()[0]
    assert anh.knock("POST", f"{at_once}/check", data={"_key": key, "at": "1", "answer-1": "a"}).status == 404


@pytest.mark.parametrize("at", ["", "0", "99", "x", "٣"])
def test_a_question_that_is_not_there_cannot_be_locked(an: Visitor, at_once: str, at: str) -> None:
    key = an.get(at_once).key(f"{at_once}/submit")
    assert an.knock("POST", f"{at_once}/check", data={"_key": key, "at": at, f"answer-{at}": "a"}).status in (400, 404)
