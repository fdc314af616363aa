"""Chromium: a step is dragged by its dots, with the mouse and with a finger, and moved by the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import World

ROWS = "[data-drag] [data-row]"


def order(page: Page) -> list[str]:
    return [row.get_attribute("data-row") or "" for row in page.locator(ROWS).all()]


@pytest.fixture
def outline(at_a_pc: Callable[..., Page], world: World) -> Page:
    """Bình before the structure of M."""
    page = at_a_pc("binh", has_touch=True)
    page.goto(f"/courses/{world.course}/outline")
    return page


def grip(page: Page, name: str) -> tuple[float, float]:
    box = page.locator(f'[data-row="{name}"] [data-grip]').bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_step_is_dragged_to_its_place(outline: Page) -> None:
    x, y = grip(outline, "quiz:cuoi-khoa")
    _x, top = grip(outline, "lesson:01-dai")
    outline.mouse.move(x, y)
    outline.mouse.down()
    outline.mouse.move(x, top - 30, steps=6)
    expect(outline.locator(".is-before")).to_have_attribute("data-row", "lesson:01-dai")
    outline.mouse.up()
    expect(outline.locator(ROWS).first).to_have_attribute("data-row", "quiz:cuoi-khoa")
    assert order(outline) == ["quiz:cuoi-khoa", "lesson:01-dai", "lesson:02-la"]
    x, y = grip(outline, "quiz:cuoi-khoa")
    _x, bottom = grip(outline, "lesson:02-la")
    outline.mouse.move(x, y)
    outline.mouse.down()
    outline.mouse.move(x, bottom + 60, steps=6)
    outline.keyboard.press("Escape")
    outline.mouse.up()
    assert order(outline)[0] == "quiz:cuoi-khoa", "Escape lets go"
    finger = outline.context.new_cdp_session(outline)
    for kind, at in (("touchStart", y), ("touchMove", bottom), ("touchMove", bottom + 60), ("touchEnd", 0)):
        points = [{"x": x, "y": at}] if at else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(outline.locator(ROWS).last).to_have_attribute("data-row", "quiz:cuoi-khoa")


def test_a_step_is_moved_by_the_keyboard_and_the_focus_stays_with_it(outline: Page) -> None:
    outline.locator('[name=move][value="lesson:01-dai down"]').focus()
    outline.keyboard.press("Enter")
    expect(outline.locator(ROWS).nth(1)).to_have_attribute("data-row", "lesson:01-dai")
    expect(outline.locator('[name=move][value="lesson:01-dai down"]')).to_be_focused()
    outline.keyboard.press("Enter")
    expect(outline.locator(ROWS).nth(2)).to_have_attribute("data-row", "lesson:01-dai")
    expect(outline.locator('[name=move][value="lesson:01-dai up"]')).to_be_focused()
