"""An inbox and a picture with places in real Chromium: by keyboard, by mouse on the picture, and without script."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from lms.base import commit, db
from lms.quizzes import AttemptItem, Question, QuestionVersion, load_bank
from tests.cast import World

from .face.sitting import QUIZ, TOPICS, question
from .pictures import PNG

pytestmark = pytest.mark.browser
STATUS = "[data-save-status] > span"
ORDERS = {"inbox": list("abcdefghi"), "places": list("abcde")}


def begin(page: Page, app: Flask, world: World) -> None:
    """Begin the test of the course with an inbox and a picture in place of its first two questions."""
    page.goto(f"/study/courses/{world.course}/quizzes/cuoi-khoa")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.wait_for_url(re.compile(r"/study/attempts/\d+$"))
    with app.app_context():
        rows = [question(f"{kind}-1", "mot", kind) for kind in ORDERS]
        load_bank(None, "Q", world.agencies["T"], TOPICS, rows, [{**QUIZ, "blueprint": [{"topic": "mot", "take": 2}]}], {"ban.png": PNG})
        for position, (kind, order) in enumerate(ORDERS.items(), 1):
            wanted = sa.select(QuestionVersion.id).join(Question, Question.id == QuestionVersion.question_id)
            values = {"question_version_id": db.session.scalar(wanted.where(Question.key == f"{kind}-1")), "option_order": order}
            db.session.execute(sa.update(AttemptItem).where(AttemptItem.position == position).values(values))
        commit()
    page.reload()


def stored(app: Flask) -> dict[int, list[str]]:
    """The answers in the database."""
    with app.app_context():
        return {item.position: item.answer for item in db.session.query(AttemptItem) if item.answer}


def test_a_message_is_opened_read_and_judged_by_keyboard_and_leads_nowhere(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc()
    begin(page, app, world)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    mail = page.locator("#c1 details").first
    mail.locator("summary").focus()
    page.keyboard.press("Enter")
    target = mail.get_by_role("tooltip", include_hidden=True)
    expect(target).to_be_hidden()
    page.keyboard.press("Tab")
    expect(mail.locator(".mail-link")).to_be_focused()
    expect(target).to_have_text(re.compile(r"^https://inbox-1-\d\.example/xem$"))
    expect(target).to_be_visible()
    page.keyboard.press("Enter")
    mail.locator(".mail-link").click()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/"))
    expect(mail.locator("[data-mark]")).to_be_visible()
    page.wait_for_function("document.querySelector('#c1 [name=was-1]').value === 'a:report,a:1'")
    page.reload()
    assert stored(app)[1] == ["a:report", "a:1"]
    assert asked and not [address for address in asked if "example" in address]
    assert [box.input_value() for box in page.locator("#c1 select").all()[:2]] == ["a:report", "a:1"]


def click_on_place_b(page: Page) -> None:
    """Press the mouse on the number of a place, away from the bar that stays at the top."""
    circle = page.locator("#c2 [data-place=b] circle")
    circle.evaluate("one => one.scrollIntoView({block: 'center'})")
    box = circle.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_place_is_chosen_on_the_picture_or_in_the_list(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc(viewport={"width": 390, "height": 844})
    begin(page, app, world)
    expect(page.locator("#c2 image")).to_be_visible()
    click_on_place_b(page)
    expect(page.locator("#c2 [type=checkbox][value=b]")).to_be_checked()
    page.locator("#c2 [type=checkbox][value=d]").focus()
    page.keyboard.press("Space")
    expect(page.locator("#c2 [data-place].is-chosen")).to_have_count(2)
    click_on_place_b(page)
    expect(page.locator("#c2 [type=checkbox][value=b]")).not_to_be_checked()
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/"))
    page.wait_for_function("document.querySelector('#c2 [name=was-2]').value === 'd'")
    assert stored(app) == {2: ["d"]}
    page.reload()
    expect(page.locator("#c2 [data-place=d].is-chosen")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_both_are_saved_without_script(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc(java_script_enabled=False)
    begin(page, app, world)
    mail = page.locator("#c1 details").nth(2)
    mail.locator("summary").click()
    mail.locator("select").nth(0).select_option("c:ask")
    page.locator("#c2 input").and_(page.locator("[value=a]")).check()
    page.get_by_role("button", name="Lưu câu trả lời").first.click()
    assert stored(app) == {1: ["c:ask"], 2: ["a"]}
