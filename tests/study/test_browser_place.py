"""In Chromium: the place where one stopped reading is offered, kept on this machine by person and lesson, and never jumped to by itself."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.cast import World
from tests.study.planned import add_lessons, lesson_said

pytestmark = pytest.mark.browser
LINES = "\n\n".join(["Một đoạn để lấp đầy trang."] * 30)
LONG = f"## Mở đầu\n\n{LINES}\n\n## Sao lưu <3-2-1>\n\n{LINES}\n\n## Kết\n\n{LINES}"


def read_down_to(page: Page, heading: str) -> None:
    """Scroll until the heading stands at the top, and wait until that was noted."""
    page.get_by_role("heading", name=heading, exact=True).evaluate("node => node.scrollIntoView()")
    page.wait_for_function("() => (localStorage.getItem('places') || '').includes('muc-')")


def test_the_place_is_offered_and_not_jumped_to(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    add_lessons(app, world, {"03-dai": lesson_said("Bài rất dài", LONG), "04-khac": lesson_said("Bài khác", LONG)})
    address = f"/study/courses/{world.course}/lessons/03-dai"
    page = at_a_pc()
    page.goto(address)
    offer = page.locator("[data-place]")
    expect(offer).to_be_hidden()
    read_down_to(page, "Sao lưu <3-2-1>")
    page.goto("/study")
    page.goto(address)
    expect(offer).to_be_visible()
    assert page.evaluate("scrollY") == 0
    offer.get_by_role("link", name="Đọc tiếp từ: Sao lưu <3-2-1>").click()
    page.wait_for_function("() => scrollY > 300")
    page.goto(f"/study/courses/{world.course}/lessons/04-khac")
    expect(page.locator("[data-place]")).to_be_hidden()
    page.goto(address)
    page.get_by_role("button", name="Đã học xong", exact=True).click()
    page.goto(address)
    expect(offer).to_be_hidden()


def test_the_next_person_at_the_machine_is_offered_nothing(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    add_lessons(app, world, {"03-dai": lesson_said("Bài rất dài", LONG)})
    address = f"/study/courses/{world.course}/lessons/03-dai"
    first, second = at_a_pc(), at_a_pc("anh")
    first.goto(address)
    read_down_to(first, "Kết")
    kept = first.evaluate("localStorage.getItem('places')")
    second.goto("/study")
    second.evaluate("kept => localStorage.setItem('places', kept)", kept)
    second.goto(address)
    expect(second.locator("[data-place]")).to_be_hidden()


@pytest.mark.parametrize("kept", ["{", "null", "7", '{"a": 1}', "[7, null]"])
def test_what_somebody_else_left_there_breaks_nothing(at_a_pc: Callable[..., Page], world: World, kept: str) -> None:
    page = at_a_pc()
    page.evaluate("kept => localStorage.setItem('places', kept)", kept)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(f"/study/courses/{world.course}/lessons/01-dai")
    read_down_to(page, "Ghi nhớ")
    assert faults == []
