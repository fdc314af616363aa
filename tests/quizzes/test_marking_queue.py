"""The marking queue: what waits, blind marking by a rubric, two markers at once, second opinions, and who may see any of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.people import grant_role
from lms.quizzes.judging import judge
from lms.quizzes.marking_queue import answer_to_mark, next_waiting, waiting_groups
from lms.quizzes.models import Attempt, AttemptItem, Bank, EssayMark, Grade
from lms.site.models import Audit
from tests.cast import CANARY as STRANGER
from tests.cast import OPENED, World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor

from .face.sitting import Sitter, load, question
from .face.test_races import at_once
from .trainers import attempt, grades_of, item, trainer

RUBRIC = [{"text": "Nêu đúng việc cần làm", "points": 60}, {"text": "Viết rõ ràng", "points": 40}]
TEXT = "Em báo đầu mối an toàn thông tin.\nRồi giữ nguyên máy."
FULL = {"score_a": "60", "score_b": "40", "comment": "Tốt."}


def essays() -> list[dict[str, Any]]:
    """Two questions that a person marks."""
    return [question(f"viet-{n}", "mot", "essay", rubric=RUBRIC, model="Bài mẫu") for n in (1, 2)]


@pytest.fixture
def sitters(app: Flask, world: World) -> Callable[..., Sitter]:
    """Makes a learner before the quiz of two essays; the bank is one of HT, which Bình reaches."""
    report = load(app, world.agencies["HT"], essays(), blueprint=[{"topic": "mot", "take": 2}], attempts=None)

    def make(name: str = "an", agency: str = "XP") -> Sitter:
        return Sitter(app, world.people[name], world.agencies[agency], report.quiz_versions["thi"])

    return make


def hand_in(sitter: Sitter, first: str = TEXT, second: str = "") -> int:
    """An attempt with these texts, handed in; the id of the attempt."""
    attempt_id = sitter.start()
    fields = [(f"answer-{position}", text) for position, text in ((1, first), (2, second)) if text]
    sitter.submit(attempt_id, *fields)
    return attempt_id


def item_of(sitter: Sitter, attempt_id: int, position: int = 1) -> int:
    """The id of an answer."""
    return item(sitter, attempt_id, position).id


def marks(app: Flask) -> list[tuple[int, int, int, str]]:
    """(item, number, points, comment) of every mark."""
    with app.app_context():
        rows = db.session.scalars(sa.select(EssayMark).order_by(EssayMark.id))
        return [(row.attempt_item_id, row.number, row.points, row.comment) for row in rows]


def typed(page: Page, **changes: str) -> dict[str, str]:
    """What the form of a page holds, with some fields typed anew."""
    fields = {field.get("name", ""): field.get("value", "") for field in page.all("input") if field.get("name") not in (None, "_key", "next")}
    fields |= {area.get("name", ""): (area.text or "").strip() for area in page.all("textarea") if area.get("name")}
    return fields | changes


def mark(visitor: Visitor, item_id: int, fields: dict[str, str], status: int = 303) -> Page:
    """Open the page of an answer and send these fields."""
    address = f"/quizzes/marking/{item_id}"
    shown = visitor.get(address)
    return visitor.post(address, typed(shown, **fields), page=shown, status=status)


def test_what_waits_is_listed_by_question_the_oldest_first(
    app: Flask, world: World, sitters: Callable[..., Sitter], time: FakeClock, binh: Visitor
) -> None:
    assert "Không có bài nào chờ" in binh.get("/quizzes/marking").text
    an, anh = sitters(), sitters("anh", "XM")
    hand_in(an)
    time.forward(hours=1)
    hand_in(anh, TEXT, TEXT)
    page = binh.get("/quizzes/marking")
    assert page.text.count("bài chờ chấm, bài cũ nhất") == 2
    with app.app_context():
        found = waiting_groups(trainer(world), 1)
        assert sum(group.count for group in found.rows) == 3
        assert [group.oldest_at for group in found.rows] == sorted(group.oldest_at for group in found.rows)
    assert "Bài thi" in page.text and "/quizzes/marking" in binh.get("/quizzes").links()


def test_an_answer_is_marked_by_its_rubric_and_the_next_one_opens(app: Flask, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    attempt_id = hand_in(an, TEXT, "Hai.")
    first, second = item_of(an, attempt_id), item_of(an, attempt_id, 2)
    page = binh.get(f"/quizzes/marking/{first}")
    assert TEXT in page.html and "Nêu đúng việc cần làm (0–60)" in page.text and "Bài mẫu" in page.text and "12 từ" in page.text
    answer = mark(binh, first, {"score_a": "50", "score_b": "25", "comment": "Thiếu một bước."})
    assert answer.response.headers["Location"].endswith(f"/quizzes/marking/{second}")
    half = attempt(an, attempt_id)
    assert (half.points, half.waiting_items) == (None, 1)
    answer = mark(binh, second, FULL)
    assert answer.response.headers["Location"].endswith("/quizzes/marking")
    assert "Không còn bài nào chờ chấm" in binh.get("/quizzes/marking").text
    done = attempt(an, attempt_id)
    assert (done.points, done.is_passed, done.waiting_items) == (175, True, 0)
    assert grades_of(an, attempt_id) == [(175, "marked")]
    assert marks(app) == [(first, 1, 75, "Thiếu một bước."), (second, 1, 100, "Tốt.")]


def test_the_page_tells_nothing_of_whose_answer_it_is(sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    item_id = item_of(an, hand_in(an))
    for address in ("/quizzes/marking", f"/quizzes/marking/{item_id}"):
        page = binh.get(address)
        assert not [word for word in ("Nguyễn Văn An", "CB001", "An Phúc", "Thuận An", "Văn thư") if word in page.html.replace("Trần Thị Bình", "")]
    mark(binh, item_id, FULL)
    page = binh.get("/quizzes/marking/done")
    assert "Trần Thị Bình" in page.text and "100/100" in page.text and "Nguyễn Văn An" not in page.html and "An Phúc" not in page.html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"score_a": "61", "score_b": "1"}, "từ 0 đến 60"),
        ({"score_a": "-1", "score_b": "1"}, "từ 0 đến 60"),
        ({"score_a": "", "score_b": "1"}, "từ 0 đến 60"),
        ({"score_a": "1,5", "score_b": "1"}, "từ 0 đến 60"),
        ({"score_a": "10", "score_b": "99999999999999999999"}, "từ 0 đến 40"),
        ({"score_a": "1", "score_b": "1", "comment": "x" * 2001}, "Tối đa 2000"),
    ],
)
def test_a_mark_out_of_bounds_is_refused_and_what_was_typed_stays(
    app: Flask, sitters: Callable[..., Sitter], binh: Visitor, fields: dict[str, str], said: str
) -> None:
    an = sitters()
    attempt_id = hand_in(an)
    page = mark(binh, item_of(an, attempt_id), {"comment": "Giữ lại giúp."} | fields, 422)
    assert said in page.text and (fields.get("comment") or "Giữ lại giúp.") in page.html
    assert marks(app) == [] and attempt(an, attempt_id).waiting_items == 1


def test_the_second_of_two_markers_is_told_and_sees_the_mark_of_the_first(
    app: Flask, world: World, sitters: Callable[..., Sitter], binh: Visitor, visitor: Callable[[], Visitor]
) -> None:
    an = sitters()
    attempt_id = hand_in(an)
    item_id = item_of(an, attempt_id)
    address = f"/quizzes/marking/{item_id}"
    shown = binh.get(address)
    with app.app_context():
        judge(trainer(world, "chi"), item_id, {"a": 30, "b": 20}, "Của Chi.", "", 0)
        commit()
    page = binh.post(address, typed(shown, **FULL | {"comment": "Của Bình."}), page=shown, status=422)
    assert "Người khác vừa chấm" in page.text and "Của Chi." in page.text and "Lê Thị Chi" in page.text and "Của Bình." in page.html
    assert marks(app) == [(item_id, 1, 50, "Của Chi.")] and attempt(an, attempt_id).points == 50
    again = binh.post(address, typed(page), page=page, status=422)
    assert "lý do chấm lại" in again.text and len(marks(app)) == 1
    binh.post(address, typed(again, note="Bài đủ cả hai ý."), page=again, status=303)
    assert [row[1:] for row in marks(app)] == [(1, 50, "Của Chi."), (2, 100, "Của Bình.")]
    assert attempt(an, attempt_id).points == 100 and grades_of(an, attempt_id) == [(50, "marked"), (100, "marked")]
    with app.app_context():
        assert db.session.scalars(sa.select(Grade.note).order_by(Grade.id)).all() == [None, "Bài đủ cả hai ý."]


def test_a_double_click_marks_once(app: Flask, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    item_id = item_of(an, hand_in(an))
    address = f"/quizzes/marking/{item_id}"
    shown = binh.get(address)
    for _click in range(2):
        binh.post(address, typed(shown, **FULL), page=shown, status=303)
    assert len(marks(app)) == 1


def test_a_second_opinion_that_agrees_is_kept_and_changes_no_grade(app: Flask, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    attempt_id = hand_in(an)
    item_id = item_of(an, attempt_id)
    mark(binh, item_id, FULL)
    mark(binh, item_id, FULL | {"note": "Chấm lại theo yêu cầu."})
    assert [row[1] for row in marks(app)] == [1, 2] and grades_of(an, attempt_id) == [(100, "marked")]
    with app.app_context():
        trail = db.session.scalars(sa.select(Audit).where(Audit.action == "mark").order_by(Audit.id)).all()
        assert [row.details.get("why") for row in trail] == ["", "Chấm lại theo yêu cầu."]
        assert {row.actor_name for row in trail} == {"Trần Thị Bình"}


def test_a_mark_given_before_the_answer_was_changed_does_not_count(
    app: Flask, world: World, sitters: Callable[..., Sitter], time: FakeClock, binh: Visitor
) -> None:
    an = sitters()
    attempt_id = hand_in(an)
    item_id = item_of(an, attempt_id)
    mark(binh, item_id, FULL)
    time.forward(minutes=5)
    values = {"state": "open", "closed_at": None, "points": None, "is_passed": None, "waiting_items": 0, "reviewed_at": None, "deadline_at": None}
    an.carry_out(lambda: db.session.execute(sa.update(Attempt).where(Attempt.id == attempt_id).values(values)))
    binh.get(f"/quizzes/marking/{item_id}", 404)
    an.save(attempt_id, 1, ["Viết lại."], 1)
    an.submit(attempt_id)
    assert attempt(an, attempt_id).waiting_items == 1
    page = binh.get(f"/quizzes/marking/{item_id}")
    assert "không tính" in page.text and "Lý do chấm lại" not in page.text
    mark(binh, item_id, {"score_a": "0", "score_b": "10"})
    assert attempt(an, attempt_id).points == 10 and [row[1] for row in marks(app)] == [1, 2]


def test_nobody_marks_their_own_answer(app: Flask, world: World, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    own = sitters("binh", "HT")
    item_id = item_of(own, hand_in(own))
    assert "Không có bài nào chờ" in binh.get("/quizzes/marking").text
    binh.get(f"/quizzes/marking/{item_id}", 404)
    with app.app_context():
        assert judge(trainer(world), item_id, {"a": 60, "b": 40}, "", "", 0) is None
        assert answer_to_mark(trainer(world, "chi"), item_id) is not None


def test_answers_of_people_out_of_reach_are_not_found(app: Flask, world: World, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    giao = sitters("giao", "HL")
    item_id = item_of(giao, hand_in(giao))
    assert "Không có bài nào chờ" in binh.get("/quizzes/marking").text
    binh.get(f"/quizzes/marking/{item_id}", 404)
    assert STRANGER not in binh.get("/quizzes/marking/done").html
    an = sitters()
    page = binh.get(f"/quizzes/marking/{item_of(an, hand_in(an))}")
    binh.post(f"/quizzes/marking/{item_id}", FULL | {"seen": "0"}, page=page, status=404)
    assert marks(app) == []


def test_a_trainer_of_the_neighbour_district_finds_nothing_and_others_do_not_enter(
    app: Flask, world: World, sitters: Callable[..., Sitter], an: Visitor, chi: Visitor, giang: Visitor, nobody: Visitor
) -> None:
    sitter = sitters()
    item_id = item_of(sitter, hand_in(sitter))
    addresses = ("/quizzes/marking", "/quizzes/marking/done", "/quizzes/marking/next", f"/quizzes/marking/{item_id}")
    for address in addresses:
        an.get(address, 403)
        chi.get(address, 403)
        giang.get(address, 403)
        nobody.get(address, 302)
    with app.app_context():
        grant_role(None, world.people["giang"], world.agencies["HL"], "trainer", OPENED)
        commit()
    giang.get(f"/quizzes/marking/{item_id}", 404)
    assert "Không có bài nào chờ" in giang.get("/quizzes/marking").text


def test_open_papers_and_unanswered_questions_do_not_wait(app: Flask, world: World, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    attempt_id = an.start()
    an.save(attempt_id, 1, [TEXT], 1)
    for position in (1, 2):
        binh.get(f"/quizzes/marking/{item_of(an, attempt_id, position)}", 404)
    an.submit(attempt_id)
    binh.get(f"/quizzes/marking/{item_of(an, attempt_id)}")
    binh.get(f"/quizzes/marking/{item_of(an, attempt_id, 2)}", 404)


def test_a_dropped_question_does_not_wait(sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    item_id = item_of(an, hand_in(an))
    an.carry_out(lambda: db.session.execute(sa.update(AttemptItem).where(AttemptItem.id == item_id).values(is_dropped=True)))
    binh.get(f"/quizzes/marking/{item_id}", 404)


def test_the_next_one_is_of_the_same_question_and_a_skipped_one_comes_last(
    app: Flask, world: World, sitters: Callable[..., Sitter], time: FakeClock, binh: Visitor
) -> None:
    items = []
    for name, agency in (("an", "XP"), ("anh", "XM"), ("chi", "HT")):
        sitter = sitters(name, agency)
        attempt_id = hand_in(sitter, TEXT, TEXT)
        items.append({item(sitter, attempt_id, position).question_version_id: item_of(sitter, attempt_id, position) for position in (1, 2)})
        time.forward(minutes=10)
    version = min(items[0])
    same = [one[version] for one in items]
    with app.app_context():
        first = answer_to_mark(trainer(world), same[0])
        assert first is not None
        for now, expected in ((same[0], same[1]), (same[1], same[2]), (same[2], same[0])):
            assert next_waiting(trainer(world), first.quiz_id, first.question_id, now) == expected
    skip = next(link for link in binh.get(f"/quizzes/marking/{same[0]}").links() if "/next" in link)
    assert binh.get(skip, 302).response.headers["Location"].endswith(f"/quizzes/marking/{same[1]}")
    binh.get("/quizzes/marking/next?quiz_id=x&after=99999999999999999999&question_id=-1", 302)


def test_a_trainer_comes_to_the_queue_of_one_quiz(app: Flask, world: World, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    attempt_id = hand_in(an)
    quiz_id = attempt(an, attempt_id).quiz_id
    page = binh.get(f"/quizzes/marking/quizzes/{quiz_id}")
    assert page.h1 == "Chấm bài: Bài thi" and "1 bài chờ chấm" in page.text
    binh.get("/quizzes/marking/quizzes/99999", 404)


def test_a_long_queue_has_pages_and_no_more_statements(app: Flask, world: World, binh: Visitor) -> None:
    many = [question(f"viet-{n}", "mot", "essay", rubric=RUBRIC, model="Bài mẫu") for n in range(35)]
    report = load(app, world.agencies["HT"], many, blueprint=[{"topic": "mot", "take": 35}])
    an = Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])
    an.submit(an.start(), *[(f"answer-{position}", "Chữ.") for position in range(1, 36)])
    page = binh.get("/quizzes/marking")
    assert "Trang 1 / 2" in page.text and page.text.count("bài chờ chấm") == 30
    assert binh.get("/quizzes/marking?page=2").text.count("bài chờ chấm") == 5
    assert "Trang 2 / 2" in binh.get("/quizzes/marking?page=99999999999").text


def test_the_database_takes_no_second_mark_of_one_number(app: Flask, world: World, sitters: Callable[..., Sitter]) -> None:
    an = sitters()
    item_id = item_of(an, hand_in(an))
    with app.app_context():
        judge(trainer(world), item_id, {"a": 60, "b": 40}, "", "", 0)
        with pytest.raises(Refused):
            judge(trainer(world, "chi"), item_id, {"a": 1, "b": 1}, "", "vì thế", 0)
        for scores in ({"a": 60}, {"a": 61, "b": 1}, {}):
            with pytest.raises(Refused):
                judge(trainer(world), item_id, scores, "", "vì thế", 1)
        db.session.rollback()


def test_of_two_markers_at_the_same_moment_one_is_told(app: Flask, world: World, sitters: Callable[..., Sitter]) -> None:
    an = sitters()
    attempt_id = hand_in(an)
    item_id = item_of(an, attempt_id)

    def give(name: str, points: int) -> Any:
        return an.carry_out(lambda: judge(trainer(world, name), item_id, {"a": points, "b": 0}, name, "", 0))

    results = at_once(lambda: give("binh", 10), lambda: give("chi", 20), lambda: give("dung", 30))
    told = [one for one in results if isinstance(one, Refused)]
    assert len(told) == 2 and all("Người khác vừa chấm" in one.sentence for one in told), results
    kept = marks(app)
    assert len(kept) == 1 and attempt(an, attempt_id).points == kept[0][2] and len(grades_of(an, attempt_id)) == 1


def test_two_answers_of_one_paper_marked_at_the_same_moment_both_count(app: Flask, world: World, sitters: Callable[..., Sitter]) -> None:
    an = sitters()
    attempt_id = hand_in(an, TEXT, TEXT)
    ids = [item_of(an, attempt_id, position) for position in (1, 2)]

    def give(name: str, item_id: int) -> Any:
        return an.carry_out(lambda: judge(trainer(world, name), item_id, {"a": 60, "b": 40}, "", "", 0))

    results = at_once(lambda: give("binh", ids[0]), lambda: give("chi", ids[1]))
    assert not [one for one in results if isinstance(one, Exception)], results
    assert attempt(an, attempt_id).points == 200 and grades_of(an, attempt_id) == [(200, "marked")]


def test_a_person_takes_along_the_marks_and_comments_of_others(
    app: Flask, world: World, sitters: Callable[..., Sitter], an: Visitor, binh: Visitor
) -> None:
    sitter = sitters()
    mark(binh, item_of(sitter, hand_in(sitter)), FULL)

    def told() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(an.get("/privacy/data.json").html)["kept"]["essay_mark"]["rows"]
        return rows

    assert [(row["comment"], row["points"]) for row in told()] == [("Tốt.", 100)]
    again = sitter.start()
    assert told() == [], "not while the person answers the same question again"
    sitter.submit(again)
    assert len(told()) == 1


def test_answers_at_quizzes_of_a_bank_out_of_reach_are_not_found(app: Flask, world: World, sitters: Callable[..., Sitter], binh: Visitor) -> None:
    an = sitters()
    item_id = item_of(an, hand_in(an))
    an.carry_out(lambda: db.session.execute(sa.update(Bank).values(agency_id=world.agencies["HL"])))
    binh.get(f"/quizzes/marking/{item_id}", 404)
    assert "Không có bài nào chờ" in binh.get("/quizzes/marking").text
