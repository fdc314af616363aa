"""Questions of parts and of fields in real Chromium: saved as they are filled, shown again as they were, without script too."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from lms.base import commit, db
from lms.quizzes import KINDS, AttemptItem, Question, QuestionVersion
from tests.cast import World

from .face.sitting import load, question

pytestmark = pytest.mark.browser
KINDS_SHOWN = ("matching", "ordering", "grouping", "numerical", "cloze")
STATUS = "[data-save-status] > span"


def put_on_the_paper(app: Flask, world: World) -> None:
    """Exchange the questions of An's open paper for one of each kind."""
    load(app, world.agencies["T"], [question(f"{kind}-1", "mot", kind) for kind in KINDS_SHOWN], blueprint=[{"topic": "mot", "take": 5}])
    with app.app_context():
        for position, kind in enumerate(KINDS_SHOWN, 1):
            wanted = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
            version = db.session.scalars(wanted.where(Question.key == f"{kind}-1")).one()
            values = {"question_version_id": version.id, "option_order": sorted(KINDS[kind].keys(version.body), reverse=True)}
            db.session.execute(sa.update(AttemptItem).where(AttemptItem.position == position).values(values))
        commit()


def begin(page: Page, app: Flask, world: World) -> None:
    """Begin the test and put these questions on its paper."""
    page.goto(f"/study/courses/{world.course}/quizzes/cuoi-khoa")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.wait_for_url(re.compile(r"/study/attempts/\d+$"))
    put_on_the_paper(app, world)
    page.reload()


def stored(app: Flask) -> dict[int, list[str]]:
    """The answers in the database."""
    with app.app_context():
        return {item.position: item.answer for item in db.session.query(AttemptItem) if item.answer}


def fill(page: Page) -> None:
    """Give every question an answer."""
    for position in (1, 2, 3):
        for number, box in enumerate(page.locator(f"#c{position} select").all()):
            box.select_option(index=1 + number % 2)
    page.locator("#c4 [name=answer-4]").press_sequentially("12,5")
    page.locator("#c5 input[name=answer-5]").nth(0).fill("máy tính, có dấu phẩy")
    page.locator("#c5 select").select_option(label="một cái bàn")


def test_they_are_saved_as_they_are_filled_and_shown_again(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc()
    begin(page, app, world)
    fill(page)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 5/5"))
    answers = stored(app)
    assert answers[4] == ["12,5"] and answers[5] == ["máy tính, có dấu phẩy", "", "a"]
    assert [len(answers[position]) for position in (1, 2, 3)] == [3, 4, 4]
    page.reload()
    assert page.locator("#c4 [name=answer-4]").input_value() == "12,5"
    assert sorted(box.input_value() for box in page.locator("#c2 select").all()) == sorted(answers[2])


def test_what_is_being_typed_is_saved_after_a_pause_without_leaving_the_field(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc()
    begin(page, app, world)
    page.locator("#c4 [name=answer-4]").press_sequentially("12,4")
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    assert stored(app) == {4: ["12,4"]}


def test_what_was_typed_without_network_comes_back_in_its_fields(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc()
    begin(page, app, world)
    page.context.set_offline(True)
    page.locator("#c5 input[name=answer-5]").nth(1).fill("8")
    page.locator("#c3 select").nth(1).select_option(index=2)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 2/5"))
    page.reload()
    assert [one.input_value() for one in page.locator("#c5 input[name=answer-5]").all()] == ["", "8"]
    assert stored(app)[3] == [page.locator("#c3 select").nth(1).input_value()]


def test_they_are_saved_without_script(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc(java_script_enabled=False)
    begin(page, app, world)
    fill(page)
    page.get_by_role("button", name="Lưu câu trả lời").first.click()
    assert stored(app)[5] == ["máy tính, có dấu phẩy", "", "a"] and set(stored(app)) == {1, 2, 3, 4, 5}
    assert page.locator("#c4 [name=answer-4]").input_value() == "12,5"
