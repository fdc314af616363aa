"""The result: what may be seen of it and when, the receipt, the review that the learner opens, waiting for a marker, a placement."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from lms.base import clock, commit, db, work_once
from lms.quizzes import Attempt, AttemptItem, review_level
from lms.quizzes.models import AttemptEvent, EssayMark, Quiz, QuizRoom, QuizVersion
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor
from tests.quizzes.face.sitting import CANARY, question
from tests.study.learner import Learner, put_quiz, rightly, set_rules, set_window

WHY = "Vì sao"


@pytest.fixture
def learner(an: Visitor, world: World) -> Learner:
    """An at the course M."""
    return Learner(an, world.course)


def result_of(app: Flask, visitor: Visitor) -> Page:
    """The page of the only attempt's result."""
    with app.app_context():
        attempt_id = db.session.query(Attempt.id).scalar()
    return visitor.get(f"/study/attempts/{attempt_id}/result")


def verdicts(page: Page) -> int:
    """How many questions are said to be right or wrong."""
    return sum(
        bool(re.search(r"^(Đúng|Chưa đúng|Chưa trả lời)$", " ".join("".join(one.itertext()).split())))
        for one in page.all("span")
        if "state" in (one.get("class") or "")
    )


def test_the_receipt_is_shown_to_be_noted_and_stays_the_same(learner: Learner, app: Flask, an: Visitor) -> None:
    first = learner.pass_test()
    code = re.search(r"Mã biên nhận: ([0-9A-Z]{4}-[0-9A-Z]{4}) Anh/Chị nên ghi lại", first.text)
    assert code and code[1] in result_of(app, an).text
    with app.app_context():
        assert db.session.query(Attempt.receipt_code).scalar() == code[1].replace("-", "")


@pytest.mark.parametrize(
    ("level", "has_score", "has_marks", "has_why"),
    [("nothing", False, False, False), ("score", True, False, False), ("marks", True, False, False), ("answers", True, True, True)],
)
def test_the_rules_say_what_is_seen_right_after(app: Flask, learner: Learner, level: str, has_score: bool, has_marks: bool, has_why: bool) -> None:
    set_rules(app, review_after=level)
    page = learner.fail_test()
    assert ("điểm đạt từ 80%" in page.text, verdicts(page) == 5, WHY in page.html) == (has_score, has_marks, has_why)
    assert "Mã biên nhận" in page.text


def test_marks_without_explanations_are_opened_by_the_learner(app: Flask, learner: Learner, an: Visitor) -> None:
    set_rules(app, review_after="marks", review_later="marks")
    page = learner.fail_test()
    assert "Bài nên đọc lại" not in page.text
    an.post(f"{page.path.removesuffix('/result')}/review", page=page, status=303)
    page = an.get(page.path)
    assert (verdicts(page), WHY in page.html, "Bài nên đọc lại" in page.text) == (5, False, True)


def test_nothing_of_a_hidden_result_stands_on_the_other_pages(app: Flask, learner: Learner, an: Visitor) -> None:
    set_rules(app, review_after="nothing", review_later="nothing")
    learner.fail_test()
    for path in (learner.course, f"{learner.course}/quizzes/cuoi-khoa"):
        assert "Đã nộp" in an.get(path).text and "0%" not in an.get(path).text.replace("80%", "")


@pytest.mark.parametrize(
    ("seconds", "closes_in", "level"),
    [(0, None, "score"), (119, None, "score"), (121, None, "marks"), (121, 3600, "marks"), (121, 100, "answers"), (60, 30, "answers")],
)
def test_after_two_minutes_and_after_closing_other_rules_hold(seconds: int, closes_in: int | None, level: str) -> None:
    now = clock.now()
    version = QuizVersion(review_after="score", review_later="marks", review_closed="answers")
    quiz = Quiz(closes_at=None if closes_in is None else now + timedelta(seconds=closes_in))
    assert review_level(Attempt(closed_at=now), version, quiz, now + timedelta(seconds=seconds)) == level


def test_the_end_of_the_room_is_the_end_for_who_sat_in_it() -> None:
    now = clock.now()
    version = QuizVersion(review_after="nothing", review_later="nothing", review_closed="answers")
    room = QuizRoom(closes_at=now - timedelta(minutes=1))
    assert review_level(Attempt(closed_at=now), version, Quiz(closes_at=None), now, room) == "answers"
    assert review_level(Attempt(closed_at=now), version, Quiz(closes_at=now + timedelta(hours=1)), now, room) == "nothing"


def test_after_the_time_the_learner_opens_the_review_and_then_nothing_changes(time: FakeClock, an: Visitor, world: World, app: Flask) -> None:
    an.sign_in("an", "mat-khau-cua-an-2026")
    learner = Learner(an, world.course)
    attempt = learner.start()
    learner.saved(attempt, 1, rightly(an.get(attempt))[1], 1)
    time.forward(minutes=11)
    with app.app_context():
        while work_once():
            pass
    page = an.get(f"{attempt}/result")
    assert (verdicts(page), WHY in page.html) == (0, False)
    assert "Đúng 1/5 câu" in page.text and "Xem giải thích rồi thì bài này không mở lại được" in page.text
    for _again in range(2):
        an.post(f"{attempt}/review", page=page, status=303)
    page = an.get(f"{attempt}/result")
    assert (verdicts(page), WHY in page.html) == (5, True)
    with app.app_context():
        assert db.session.query(Attempt.reviewed_at).scalar() is not None
        assert db.session.query(AttemptEvent).filter_by(kind="review").count() == 1


def test_the_review_of_others_and_of_an_open_attempt_is_not_found(learner: Learner, an: Visitor, anh: Visitor, app: Flask) -> None:
    attempt = learner.start()
    key = an.get("/study").keys()[0]
    assert an.knock("POST", f"{attempt}/review", data={"_key": key}).status == 404
    learner.submit(attempt)
    assert anh.knock("POST", f"{attempt}/review", data={"_key": anh.get("/study").keys()[0]}).status == 404


def test_the_review_is_not_opened_where_the_rules_keep_it(learner: Learner, an: Visitor, app: Flask) -> None:
    set_rules(app, review_after="score", review_later="score")
    page = learner.fail_test()
    assert an.knock("POST", page.path.replace("result", "review"), data={"_key": an.get("/study").keys()[0]}).status == 303
    with app.app_context():
        assert db.session.query(Attempt.reviewed_at).scalar() is None
    assert WHY not in an.get(page.path).html


def essay(key: str) -> dict[str, object]:
    """A question that a person marks, as an author writes it."""
    rubric = [{"text": "Nêu đúng", "points": 60}, {"text": "Viết rõ", "points": 40}]
    raw = {key: value for key, value in question(key, "mot", "single").items() if key != "options"}
    return {**raw, "kind": "essay", "rubric": rubric, "model": f"{CANARY} bài mẫu"}


def test_a_paper_with_an_essay_waits_for_its_marker(app: Flask, an: Visitor, world: World, learner: Learner) -> None:
    put_quiz(app, world, [essay("bai-viet"), question("mot-1", "mot")], blueprint=[{"topic": "mot", "take": 2}])
    learner.read()
    attempt = learner.start()
    sheet = an.get(attempt)
    area = sheet.all("textarea")[0].get("name") or ""
    text = "Tôi gọi lại theo số trong danh bạ.\n" * 200
    assert learner.saved(attempt, int(area.removeprefix("answer-")), [text], 1)["answered"] == 1
    page = an.get(learner.submit(attempt).response.headers["Location"])
    assert "Chờ chấm tự luận" in page.text and "Còn 1 câu tự luận" in page.text
    assert f"{CANARY} bài mẫu" not in page.text
    for path, said in (
        (learner.course, "Chờ chấm"),
        (f"{learner.course}/quizzes/cuoi-khoa", "đang chờ giảng viên chấm"),
        ("/study", "đang chờ giảng viên chấm"),
    ):
        assert said in an.get(path).text
    with app.app_context():
        item = db.session.query(AttemptItem).filter(AttemptItem.points.is_(None)).one()
        mark = EssayMark(
            attempt_item_id=item.id, number=1, marker_id=None, marked_at=clock.now(), scores={"a": 60, "b": 20}, points=80, comment="Viết tốt."
        )
        db.session.add(mark)
        attempt_row = db.session.query(Attempt).one()
        item.points, attempt_row.waiting_items = 80, 0
        attempt_row.points, attempt_row.is_passed = 80, False
        commit()
    marked = an.get(page.path)
    assert "40%" in marked.text and "Viết tốt." in marked.text and f"{CANARY} bài mẫu" in marked.text


def test_a_placement_says_a_level_for_each_topic(app: Flask, an: Visitor, world: World, learner: Learner) -> None:
    levels = [
        {"key": "co-ban", "title": {"vi": "Cơ bản", "en": "Basic"}, "from_percent": 0},
        {"key": "kha", "title": {"vi": "Khá", "en": "Good"}, "from_percent": 60},
    ]
    set_rules(app, levels=levels, pass_percent=0, attempts=1)
    learner.read()
    rules = an.get(f"{learner.course}/quizzes/cuoi-khoa")
    assert "xếp mức theo từng chủ đề" in rules.text and "là đạt" not in rules.text
    attempt = learner.start()
    sheet = an.get(attempt)
    asked = {int(one.get("data-item", "0")): "".join(one.itertext()) for one in sheet.all("div") if one.get("data-item")}
    right = {position: values for position, values in rightly(sheet).items() if "m01" in asked[position]}
    page = an.get(learner.submit(attempt, right).response.headers["Location"])
    rows = [" ".join(" ".join(row.itertext()).split()) for row in page.all("tr")]
    assert len(rows) == 3 and any("Khá 3/3" in row for row in rows) and any("Cơ bản 0/2" in row for row in rows)
    assert "Chưa đạt" not in page.text and "điểm đạt từ" not in page.text
    assert "đã hoàn thành khóa học này" in page.text


def test_a_window_that_has_closed_shows_what_the_rules_keep_for_then(app: Flask, learner: Learner, an: Visitor) -> None:
    set_rules(app, review_after="nothing", review_later="nothing", review_closed="answers")
    page = learner.fail_test()
    assert "chưa công bố kết quả" in page.text
    set_window(app, closes_at=clock.now() - timedelta(minutes=1))
    page = an.get(page.path)
    assert "Chưa đạt" in page.text and "Xem giải thích từng câu" in page.text
