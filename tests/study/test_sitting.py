"""Sitting a quiz over HTTP: rules, numbered saves, plain forms, handing in, the clock, the result."""

import json

import pytest
from flask import Flask

from lms.base import db, work_once
from lms.quizzes import Attempt, AttemptItem
from lms.study import Completion
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Visitor
from tests.study.learner import Learner, checked, choices, fields, rightly, wrongly


@pytest.fixture
def learner(an: Visitor, world: World) -> Learner:
    """An at the course M."""
    return Learner(an, world.course)


@pytest.fixture
def attempt(learner: Learner) -> str:
    """The address of the attempt that An has begun."""
    return learner.start()


def test_the_rules_are_said_before_the_start(an: Visitor, world: World) -> None:
    page = an.get(f"/study/courses/{world.course}/quizzes/cuoi-khoa")
    for said in ("5 câu hỏi", "10 phút làm bài", "80% câu đúng là đạt", "2/2 lượt còn lại", "Đồng hồ của máy chủ", "Mất mạng"):
        assert said in page.text


def test_starting_twice_is_one_attempt(learner: Learner, an: Visitor) -> None:
    address = f"{learner.course}/quizzes/cuoi-khoa"
    tabs = [an.get(address), an.get(address)]
    started = {an.post(f"{address}/start", page=tab, status=303).response.headers["Location"] for tab in (*tabs, tabs[0])}
    assert len(started) == 1


def test_the_page_holds_no_key_and_no_explanation(an: Visitor, attempt: str) -> None:
    page = an.get(attempt)
    assert len(choices(page)) == 5
    assert "Vì sao" not in page.html and "correct" not in page.html


def test_a_save_gives_a_receipt_and_the_page_shows_it_anywhere(learner: Learner, attempt: str, visitor: object, an: Visitor) -> None:
    right = rightly(an.get(attempt))
    receipt = learner.saved(attempt, 1, right[1], 1)
    assert (receipt["answered"], receipt["total"], receipt["kept"], receipt["answer"]) == (1, 5, "yours", right[1])
    other_pc = visitor().sign_in("an", "mat-khau-cua-an-2026")  # type: ignore[operator]
    page = other_pc.get(attempt)
    assert checked(page) == {1: right[1]}
    assert f"Đã lưu 1/5 lúc {receipt['time']}" in page.text


def test_the_same_save_again_changes_nothing_and_an_old_one_does_not_win(learner: Learner, attempt: str, an: Visitor) -> None:
    sheet = an.get(attempt)
    right, wrong = rightly(sheet), wrongly(sheet)
    learner.saved(attempt, 2, wrong[2], 1)
    second = learner.saved(attempt, 2, right[2], 2)
    for number in (2, 1):
        again = learner.saved(attempt, 2, wrong[2], number)
        assert (again["version"], again["answer"]) == (second["version"], right[2])
    assert checked(an.get(attempt)) == {2: right[2]}


def test_a_late_resend_does_not_undo_what_was_chosen_elsewhere(learner: Learner, attempt: str, an: Visitor) -> None:
    sheet = an.get(attempt)
    right, wrong = rightly(sheet), wrongly(sheet)
    learner.saved(attempt, 3, right[3], 1, client="maykhac01")
    late = learner.saved(attempt, 3, wrong[3], 1, client="trang0001", late=True)
    assert (late["kept"], late["answer"]) == ("other", right[3])
    clicked = learner.saved(attempt, 3, wrong[3], 2, client="trang0001")
    assert (clicked["kept"], clicked["answer"]) == ("yours", wrong[3])


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"position": "1"},
        {"position": True},
        {"values": "a"},
        {"values": [1]},
        {"client": "x"},
        {"number": -1},
        {"values": ["a"] * 101},
        {"client": "a b c d e f"},
    ],
)
def test_a_malformed_save_is_refused(an: Visitor, attempt: str, broken: dict[str, object]) -> None:
    body = {"position": 1, "values": [], "client": "trang0001", "number": 1, "seen": 0, "late": False, **broken} if broken else {}
    headers = {"Accept": "application/json", "X-Form-Key": an.get("/study").keys()[0]}
    assert an.knock("POST", f"{attempt}/answers", json=body, headers=headers).status == 400
    assert an.knock("POST", f"{attempt}/answers", data="{", headers=headers, content_type="application/json").status == 400


def test_nobody_else_reaches_the_attempt(attempt: str, anh: Visitor, giang: Visitor, nobody: Visitor) -> None:
    for stranger in (anh, giang):
        key = stranger.get("/study").keys()[0]
        body = {"position": 1, "values": [], "client": "trang0001", "number": 1, "seen": 0, "late": False}
        for path in (attempt, f"{attempt}/result"):
            assert stranger.knock("GET", path).status == 404
        for path in ("save", "submit"):
            assert stranger.knock("POST", f"{attempt}/{path}", data={"_key": key, "sure": "1"}).status == 404
        assert stranger.knock("POST", f"{attempt}/answers", json=body, headers={"X-Form-Key": key}).status == 404
    assert nobody.knock("POST", f"{attempt}/answers", json={}, headers={"Accept": "application/json"}).status == 401


def test_without_script_saving_comes_back_with_the_receipt(an: Visitor, attempt: str) -> None:
    sheet = an.get(attempt)
    right = rightly(sheet)
    answer = an.post(f"{attempt}/save", fields({1: right[1], 4: right[4]}), key=sheet.key(f"{attempt}/submit"), status=303)
    page = an.get(answer.response.headers["Location"])
    assert checked(page) == {1: right[1], 4: right[4]}
    assert "Đã lưu 2/5 lúc" in page.text


def test_a_page_left_open_overwrites_nothing(an: Visitor, attempt: str) -> None:
    old = an.get(attempt)
    right, wrong, key = rightly(old), wrongly(old), old.key(f"{attempt}/submit")
    was = {"was-1": ",".join(wrong[1])}
    an.post(f"{attempt}/save", fields({1: wrong[1]}), key=key, status=303)
    an.post(f"{attempt}/save", {**fields({1: right[1]}), **was}, key=key, status=303)
    an.post(f"{attempt}/save", {**fields({1: wrong[1], 2: right[2]}), **was}, key=key, status=303)
    assert checked(an.get(attempt)) == {1: right[1], 2: right[2]}


def test_without_script_the_unanswered_are_named_before_handing_in(an: Visitor, attempt: str) -> None:
    right = rightly(an.get(attempt))
    confirm = an.post(f"{attempt}/submit", fields({1: right[1], 3: right[3]}), page=attempt, status=200)
    assert "Còn 3 câu chưa trả lời: 2, 4, 5" in confirm.text
    carried: dict[str, list[str]] = {}
    for field in confirm.all("input"):
        if (field.get("name") or "").startswith("answer-"):
            carried.setdefault(field.get("name", ""), []).append(field.get("value", ""))
    assert set(carried) == {"answer-1", "answer-3"}
    answer = an.post(f"{attempt}/submit", {**carried, "sure": "1"}, page=confirm, status=303)
    result = an.get(answer.response.headers["Location"])
    assert "Đúng 2/5 câu" in result.text


def test_the_result_explains_and_says_what_to_read_again(learner: Learner) -> None:
    result = learner.fail_test()
    for said in ("0%", "Chưa đạt", "điểm đạt từ 80%", "còn 1 lượt", "Bài nên đọc lại", "Mật khẩu dài", "Mật khẩu không giống ai"):
        assert said in result.text
    assert "Vì sao 0 của" in result.text


def test_handing_in_twice_is_one_result(learner: Learner, attempt: str, app: Flask, an: Visitor) -> None:
    learner.read()
    sheet = an.get(attempt)
    key = sheet.key(f"{attempt}/submit")
    for answers in (rightly(sheet), wrongly(sheet)):
        answer = an.knock("POST", f"{attempt}/submit", data={**fields(answers), "sure": "1", "_key": key})
        assert answer.status == 303
    with app.app_context():
        assert db.session.query(Attempt).one().percent == 100
        assert db.session.query(Completion).count() == 1


def test_a_closed_attempt_takes_no_answer_and_says_so(learner: Learner, attempt: str, an: Visitor) -> None:
    right = rightly(an.get(attempt))
    learner.submit(attempt, right)
    refused = learner.save(attempt, 1, right[1], 9)
    assert refused.status == 409
    assert "đã nộp" in json.loads(refused.html)["error"]
    assert an.knock("GET", attempt).response.headers["Location"].endswith("/result")


def test_spent_attempts_are_said_plainly(learner: Learner, an: Visitor) -> None:
    before = an.get(f"{learner.course}/quizzes/cuoi-khoa")
    learner.fail_test()
    result = learner.fail_test()
    assert "đã dùng hết 2 lượt" in result.text
    assert "đã dùng hết 2 lượt" in an.get(f"{learner.course}/quizzes/cuoi-khoa").text
    answer = an.post(f"{learner.course}/quizzes/cuoi-khoa/start", page=before)
    assert (answer.status, "đã dùng hết 2 lượt" in answer.text) == (422, True)
    assert "Đã hết lượt làm bài" in an.get("/study").text


def test_who_has_passed_need_not_sit_again(learner: Learner, an: Visitor) -> None:
    before = an.get(f"{learner.course}/quizzes/cuoi-khoa")
    learner.pass_test()
    assert "đã đạt bài này" in an.get(f"{learner.course}/quizzes/cuoi-khoa").text
    answer = an.post(f"{learner.course}/quizzes/cuoi-khoa/start", page=before)
    assert (answer.status, "đã đạt bài này" in answer.text) == (422, True)


def test_what_was_answered_in_time_counts(time: FakeClock, an: Visitor, world: World) -> None:
    an.sign_in("an", "mat-khau-cua-an-2026")
    learner = Learner(an, world.course)
    learner.read()
    attempt = learner.start()
    right = rightly(an.get(attempt))
    for position in range(1, 5):
        learner.saved(attempt, position, right[position], position)
    time.forward(minutes=11)
    refused = learner.save(attempt, 5, right[5], 5)
    assert (refused.status, "Hết giờ" in json.loads(refused.html)["error"]) == (409, True)
    over = an.get(attempt)
    assert "(4/5 câu) được tính" in over.text
    answer = an.post(f"{attempt}/submit", {**fields(right), "sure": "1"}, page=over, status=303)
    result = an.get(answer.response.headers["Location"])
    assert "Đúng 4/5 câu" in result.text and "Hết giờ lúc" in result.text and "Đạt" in result.text
    assert any(link.startswith("/certificates/") for link in result.links())


def test_the_worker_closes_late_attempts_and_completes_the_course(time: FakeClock, an: Visitor, app: Flask, world: World) -> None:
    an.sign_in("an", "mat-khau-cua-an-2026")
    learner = Learner(an, world.course)
    learner.read()
    attempt = learner.start()
    for position, values in rightly(an.get(attempt)).items():
        learner.saved(attempt, position, values, position)
    time.forward(minutes=10, seconds=45)
    for _turn in range(2):
        time.forward(minutes=1)
        with app.app_context():
            while work_once():
                pass
    with app.app_context():
        assert db.session.query(Attempt).one().state == "expired"
        completion = db.session.query(Completion).one()
        assert completion.percent == 100 and completion.certificate_id
        assert all(item.points == 100 for item in db.session.query(AttemptItem))


def test_saving_one_answer_takes_few_statements(learner: Learner, attempt: str, an: Visitor) -> None:
    right = rightly(an.get(attempt))
    answer = learner.save(attempt, 1, right[1], 1)
    assert len(answer.statements) <= 6, "\n".join(answer.statements)


@pytest.mark.parametrize("body", ["[" * 100_000, '{"position":' * 50_000, "9" * 5000, "\udcff".encode("utf-8", "surrogatepass"), "null"])
def test_a_save_that_cannot_be_read_is_refused(an: Visitor, attempt: str, body: str | bytes) -> None:
    headers = {"Accept": "application/json", "X-Form-Key": an.get("/study").keys()[0]}
    assert an.knock("POST", f"{attempt}/answers", data=body, headers=headers, content_type="application/json").status == 400
