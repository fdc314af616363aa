"""Practice without record: nothing is stored, no question of a test is ever explained, everything works without script."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Base, db
from lms.quizzes import Attempt
from lms.study import Completion
from tests.cast import World
from tests.pages import Page, Visitor
from tests.quizzes.face.sitting import CANARY, question
from tests.study.learner import Learner, choices, put_quiz, set_rules

RIGHT = "P1"


@pytest.fixture
def practice(app: Flask, an: Visitor, world: World) -> str:
    """The address of a practice of three questions that An may open; the bank has questions of tests, too."""
    shown = [question(f"luyen-{n}", "mot", use="practice" if n else "self-check") for n in range(3)]
    put_quiz(
        app,
        world,
        [*shown, *(question(f"thi-{n}", "mot") for n in range(5))],
        blueprint=[{"topic": "mot", "take": 3}],
        behaviour="practice",
        counts=False,
    )
    return f"/study/courses/{world.course}/quizzes/cuoi-khoa/practice"


def answer(visitor: Visitor, page: Page, practice: str, values: list[str]) -> Page:
    """Answer the question of the page."""
    data: dict[str, object] = {one.get("name", ""): one.get("value", "") for one in page.all("input") if one.get("type") == "hidden"}
    number = data["n"]
    return visitor.post(practice, {**data, f"answer-{number}": values}, key=page.key(practice))


def value_of(page: Page, text: str) -> list[str]:
    """The value of the option that begins so."""
    return [value for options in choices(page).values() for value, said in options if said.startswith(text)]


def rows(app: Flask) -> dict[str, int]:
    """How many rows each table has."""
    with app.app_context():
        return {name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for name, table in Base.metadata.tables.items()}


def test_the_page_of_the_quiz_leads_to_it(an: Visitor, practice: str) -> None:
    page = an.get(practice.removesuffix("/practice"))
    assert practice in page.links() and "không lưu kết quả" in page.text
    assert all("Bắt đầu làm bài" not in "".join(one.itertext()) for one in page.all("button"))


def test_one_question_at_a_time_is_explained_at_once_and_nothing_is_stored(app: Flask, an: Visitor, practice: str) -> None:
    before = rows(app)
    page, asked = an.follow(practice), set()
    for number in (1, 2, 3):
        assert f"Câu {number}/3" in page.text and CANARY not in page.html
        found = re.search(r"Câu ([a-z]+-\d)\?", page.text)
        assert found
        asked.add(found[1])
        told = answer(an, page, practice, value_of(page, RIGHT if number < 3 else "P0"))
        assert (told.status, CANARY in told.html) == (200, True)
        assert ("Chưa đúng" in told.text) == (number == 3)
        page = an.get(next(link for link in told.links() if "seed=" in link))
    assert asked == {"luyen-0", "luyen-1", "luyen-2"}
    assert "đúng 2/3 câu" in page.text
    assert rows(app) == before


def test_the_same_address_shows_the_same_question_again(an: Visitor, practice: str) -> None:
    first, again = an.get(f"{practice}?seed=abcd1234&n=2"), an.get(f"{practice}?seed=abcd1234&n=2")
    assert choices(first) == choices(again)
    drawn = [str(choices(an.get(f"{practice}?seed=abcd{n}&n=1"))) for n in range(12)]
    assert len(set(drawn)) > 3


def test_an_answer_comes_before_the_explanation(an: Visitor, practice: str) -> None:
    page = an.get(f"{practice}?seed=abcd1234&n=1")
    for values in ([], ["zzz"]):
        told = answer(an, page, practice, values)
        assert (told.status, CANARY in told.html, told.h1) == (422, False, page.h1)


def test_a_quiz_that_counts_is_not_practised(app: Flask, an: Visitor, practice: str) -> None:
    page = an.get(f"{practice}?seed=abcd1234&n=1")
    set_rules(app, behaviour="deferred")
    assert an.knock("GET", f"{practice}?seed=abcd1234&n=1").status == 404
    assert answer(an, page, practice, ["a"]).status == 404


def test_practice_is_never_begun_as_an_attempt_and_never_needed(app: Flask, an: Visitor, world: World, practice: str) -> None:
    learner = Learner(an, world.course)
    key = an.get("/study/courses").keys()
    assert an.knock("POST", practice.replace("practice", "start"), data={"_key": key[0]}).status in (400, 422)
    set_rules(app, counts=True)
    learner.read()
    with app.app_context():
        assert db.session.query(Attempt).count() == 0
        completion = db.session.query(Completion).one()
        assert completion.percent is None and completion.certificate_id is not None


@pytest.mark.parametrize("query", ["seed=abcd1234&n=0", "seed=abcd1234&n=-1", "seed=abcd1234&n=x&right=99", "seed=abcd1234", "seed=ABC&n=1", "n=1"])
def test_an_address_that_was_meddled_with_leads_to_a_question(an: Visitor, practice: str, query: str) -> None:
    page = an.follow(f"{practice}?{query}")
    assert "Câu 1/3" in page.text and "Đúng 0 câu" in page.text


def test_past_the_end_stands_the_sum(an: Visitor, practice: str) -> None:
    page = an.get(f"{practice}?seed=abcd1234&n=4&right=3")
    assert "đúng 3/3 câu" in page.text
    assert "đúng 3/3 câu" in an.get(f"{practice}?seed=abcd1234&n=4&right=99").text


def test_who_does_not_learn_the_course_finds_no_practice(giang: Visitor, practice: str) -> None:
    assert giang.knock("GET", f"{practice}?seed=abcd1234&n=1").status == 404
