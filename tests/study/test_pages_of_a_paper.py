"""A paper on several pages: each page is a form of its own, leaving it saves it, and handing in from any page is whole."""

import pytest
from flask import Flask

from lms.base import db
from lms.quizzes import Attempt, AttemptItem
from tests.cast import World
from tests.pages import Page, Visitor
from tests.quizzes.face.sitting import question
from tests.study.learner import Learner, checked, choices, fields, put_quiz, rightly, set_rules


@pytest.fixture
def attempt(app: Flask, an: Visitor, world: World) -> str:
    """The address of an attempt of An: five questions, two on a page."""
    set_rules(app, per_page=2)
    return Learner(an, world.course).start()


def stored(app: Flask) -> set[int]:
    """The questions that have an answer."""
    with app.app_context():
        return {item.position for item in db.session.query(AttemptItem) if item.answer}


def turn(an: Visitor, attempt: str, sheet: Page, more: dict[str, str], answers: dict[int, list[str]] | None = None) -> Page:
    """Leave a page by one of its buttons; the page that comes."""
    data = {
        **fields(answers or {}),
        **{one.get("name", ""): one.get("value", "") for one in sheet.all("input") if one.get("type") == "hidden"},
        **more,
    }
    data.pop("_key")
    answer = an.post(f"{attempt}/save", data, key=sheet.key(f"{attempt}/submit"), status=303)
    return an.get(answer.response.headers["Location"])


def test_a_page_shows_its_questions_and_the_list_shows_all(an: Visitor, attempt: str) -> None:
    pages = [an.get(f"{attempt}?page={number}") for number in (1, 2, 3)]
    assert [sorted(choices(page)) for page in pages] == [[1, 2], [3, 4], [5]]
    assert all("Câu 5/5" in pages[2].text and f"Trang {number}/3" in page.text for number, page in enumerate(pages, 1))
    for page in pages:
        marked = [one.get("data-position", "") for tag in ("a", "button") for one in page.all(tag) if one.get("data-position")]
        assert sorted(marked) == ["1", "2", "3", "4", "5"]
    assert sorted(choices(an.get(f"{attempt}?page=99"))) == [5] and sorted(choices(an.get(f"{attempt}?page=x"))) == [1, 2]
    assert sorted(choices(an.get(f"{attempt}?goto=4"))) == [3, 4]


def test_without_script_turning_the_page_saves_it(app: Flask, an: Visitor, attempt: str) -> None:
    sheet = an.get(attempt)
    right = rightly(sheet)
    second = turn(an, attempt, sheet, {"page": "2"}, right)
    assert sorted(choices(second)) == [3, 4] and stored(app) == {1, 2}
    assert "Đã lưu 2/5" in second.text
    fifth = turn(an, attempt, second, {"goto": "5"}, {3: rightly(second)[3]})
    assert sorted(choices(fifth)) == [5] and stored(app) == {1, 2, 3}
    assert checked(an.get(attempt)) == right


def test_handing_in_from_any_page_keeps_the_other_pages(app: Flask, an: Visitor, attempt: str) -> None:
    sheet = an.get(attempt)
    second = turn(an, attempt, sheet, {"page": "2"}, rightly(sheet))
    third = turn(an, attempt, second, {"page": "3"}, rightly(second))
    confirm = an.post(f"{attempt}/submit", {**fields(rightly(third)), "here": "3"}, page=third, status=200)
    assert "Anh/Chị đã trả lời đủ 5 câu." in confirm.text
    assert any(link.endswith(f"{attempt}?page=3") for link in confirm.links())
    an.post(f"{attempt}/submit", {**fields(rightly(third)), "sure": "1"}, page=confirm, status=303)
    with app.app_context():
        assert db.session.query(Attempt).one().percent == 100


def test_the_unanswered_of_other_pages_are_named_with_their_page(an: Visitor, attempt: str) -> None:
    sheet = an.get(f"{attempt}?page=3")
    confirm = an.post(f"{attempt}/submit", {**fields(rightly(sheet)), "here": "3"}, page=sheet, status=200)
    assert "Còn 4 câu chưa trả lời: 1, 2, 3, 4" in confirm.text
    assert any(link.endswith(f"{attempt}?page=2#c3") for link in confirm.links())


def test_the_page_and_its_key_are_not_kept_by_the_browser(an: Visitor, anh: Visitor, attempt: str) -> None:
    page = an.get(attempt)
    assert "no-store" in page.response.headers["Cache-Control"]
    keys = [one.get("data-journal-key") or "" for one in page.all("form") if one.get("data-journal-key")]
    assert len(keys) == 1 and len(keys[0]) == 64
    again = an.get(f"{attempt}?page=2")
    assert keys[0] in again.html
    assert anh.knock("GET", attempt).status == 404


def test_the_journals_of_two_attempts_have_different_keys(an: Visitor, anh: Visitor, world: World) -> None:
    found = set()
    for visitor in (an, anh):
        page = visitor.get(Learner(visitor, world.course).start())
        found |= {one.get("data-journal-key") for one in page.all("form")} - {None}
    assert len(found) == 2


def test_long_papers_and_long_results_come_in_pages_that_are_not_too_heavy(app: Flask, an: Visitor, world: World) -> None:
    put_quiz(app, world, [question(f"mot-{n}", "mot") for n in range(60)], blueprint=[{"topic": "mot", "take": 60}])
    learner = Learner(an, world.course)
    attempt = learner.start()
    pages = [an.get(attempt), an.get(f"{attempt}?page=2")]
    assert [len(choices(page)) for page in pages] == [40, 20]
    learner.submit(attempt)
    results = [an.get(f"{attempt}/result?page={number}") for number in (1, 2, 3, 4)]
    assert [len(page.all("article")) for page in results] == [25, 25, 10, 10]
    assert "Trang 1 / 3" in results[0].text and any("page=2" in link for link in results[0].links())


def test_a_paper_marked_at_once_has_fewer_questions_on_a_page(app: Flask, an: Visitor, world: World) -> None:
    put_quiz(app, world, [question(f"mot-{n}", "mot") for n in range(30)], blueprint=[{"topic": "mot", "take": 30}], behaviour="immediate")
    assert len(choices(an.get(Learner(an, world.course).start()))) == 25
