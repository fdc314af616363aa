"""An essay in real Chromium: its lines are saved while it is written, come back after the network was gone, and stay as they are without script."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.base import db
from lms.quizzes import AttemptItem
from tests.cast import World
from tests.study.learner import put_quiz

from .trainers import essays

pytestmark = pytest.mark.browser
STATUS = "[data-save-status] > span"
BOX = "[name=answer-1]"
LINES = "Dòng một.\n\nDòng ba, có “ngoặc” và < dấu."


def begin(page: Page, app: Flask, world: World) -> None:
    """Begin a test of two essays."""
    put_quiz(app, world, essays(), blueprint=[{"topic": "mot", "take": 2}])
    page.goto(f"/study/courses/{world.course}/quizzes/cuoi-khoa")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.wait_for_url(re.compile(r"/study/attempts/\d+$"))


def stored(app: Flask) -> dict[int, list[str]]:
    """The answers in the database."""
    with app.app_context():
        return {item.position: item.answer for item in db.session.query(AttemptItem) if item.answer}


def test_what_is_written_is_saved_with_its_lines_and_shown_again(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc()
    begin(page, app, world)
    page.locator(BOX).fill(LINES)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/2"))
    assert stored(app) == {1: [LINES]}
    page.reload()
    assert page.locator(BOX).input_value() == LINES


def test_what_was_written_without_network_comes_back(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc()
    begin(page, app, world)
    page.context.set_offline(True)
    page.locator(BOX).fill(LINES)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/2"))
    assert stored(app) == {1: [LINES]}


def test_it_is_written_and_saved_without_script(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc(java_script_enabled=False)
    begin(page, app, world)
    page.locator(BOX).fill(LINES)
    page.get_by_role("button", name="Lưu câu trả lời").first.click()
    assert stored(app) == {1: [LINES]} and page.locator(BOX).input_value() == LINES
