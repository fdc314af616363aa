"""The whole way in real Chromium: with the keyboard only, without JavaScript, on a telephone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import World

pytestmark = pytest.mark.browser
SitDown = Callable[..., Page]


def press_until(page: Page, wanted: str, key: str = "Tab", most: int = 80) -> None:
    """Press a key until what has the focus matches the selector."""
    for _press in range(most):
        page.keyboard.press(key)
        if page.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def test_the_keyboard_alone_reaches_the_certificate(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc()
    page.goto("/study")
    press_until(page, ".desk-now button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/01-dai")
    press_until(page, ".check input")
    page.keyboard.press("Space")
    expect(page.locator(".check label + .why")).to_have_count(1)
    for following in ("**/lessons/02-la", "**/quizzes/cuoi-khoa"):
        press_until(page, ".lesson-end form button")
        page.keyboard.press("Enter")
        page.wait_for_url(following)
    press_until(page, "form[action$='/start'] button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/attempts/\d+$"))
    _answer_by_keyboard(page)
    press_until(page, ".sitting-side button.primary")
    page.keyboard.press("Enter")
    expect(page.locator("[data-hand-in]")).to_be_focused()
    press_until(page, "[data-really]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    expect(page.get_by_text("Anh/Chị đã hoàn thành khóa học này.")).to_be_visible()
    press_until(page, "a[href^='/certificates/']")


def _answer_by_keyboard(page: Page) -> None:
    """Choose the right options of all five questions with Tab, Space and the arrows."""
    for position in range(1, 6):
        question = page.locator(f"#c{position}")
        rights = question.locator("label", has_text=re.compile(r"^\s*Đúng")).locator("input")
        for index in range(rights.count()):
            right = rights.nth(index)
            press_until(page, f"#c{position} input")
            is_radio = right.get_attribute("type") == "radio"
            if is_radio:
                page.keyboard.press("Space")
            for _press in range(8):
                if right.evaluate("(one) => document.activeElement === one"):
                    break
                page.keyboard.press("ArrowDown" if is_radio else "Tab")
            if not right.is_checked():
                page.keyboard.press("Space")
        expect(page.locator("[data-save-status] > span")).to_have_text(re.compile(f"^Đã lưu {position}/5"))


def test_without_javascript_the_whole_way_works(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc(java_script_enabled=False)
    page.goto("/study")
    page.get_by_role("button", name="Bắt đầu học").click()
    page.get_by_text("Xem giải thích").first.click()
    expect(page.get_by_text("Vì sao 0 của m01-s1.")).to_be_visible()
    for _lesson in range(2):
        page.get_by_role("button", name="Đã học xong").click()
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    for position in (1, 2):
        for label in page.locator(f"#c{position} label", has_text=re.compile(r"^\s*Đúng")).all():
            label.click()
    page.get_by_role("button", name="Lưu câu trả lời").first.click()
    expect(page.locator("[data-save-status]")).to_contain_text(re.compile(r"Đã lưu 2/5 lúc \d\d:\d\d"))
    for position in (3, 4):
        for label in page.locator(f"#c{position} label", has_text=re.compile(r"^\s*Đúng")).all():
            label.click()
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_text("Còn 1 câu chưa trả lời:")).to_be_visible()
    page.get_by_role("button", name="Nộp bài").click()
    expect(page.get_by_text("Đúng 4/5 câu")).to_be_visible()
    expect(page.get_by_role("link", name="Xem giấy chứng nhận")).to_be_visible()


@pytest.mark.parametrize("path", ["", "/courses", "/courses/{course}", "/courses/{course}/lessons/01-dai", "/courses/{course}/quizzes/cuoi-khoa"])
def test_nothing_runs_over_the_edge_of_a_telephone(at_a_pc: SitDown, world: World, path: str) -> None:
    page = at_a_pc()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/study" + path.format(course=world.course))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    low = "(all) => all.filter((one) => one.offsetParent && one.offsetHeight < 44).map((one) => one.textContent)"
    assert page.locator("main a.button, main button").evaluate_all(low) == []


def test_a_sitting_fits_a_telephone(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/study/courses/{world.course}/quizzes/cuoi-khoa")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.wait_for_url(re.compile(r"/attempts/\d+$"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#c5").scroll_into_view_if_needed()
    expect(page.locator("[data-save-status]")).to_be_in_viewport()
    expect(page.locator("[role=timer]")).to_be_in_viewport()


def test_a_self_check_explains_at_once(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc()
    page.goto(f"/study/courses/{world.course}/lessons/01-dai")
    page.locator(".check label", has_text="Sai 1 của m01-s1").click()
    expect(page.locator(".check label + .why")).to_have_text(re.compile(r"Chưa đúng\.\s*Vì sao 1 của m01-s1\."))
    expect(page.locator("[data-told]")).to_contain_text("Vì sao 1 của m01-s1.")
    page.locator(".check label", has_text="Đúng 0 của m01-s1").click()
    expect(page.locator(".check label + .why")).to_have_text(re.compile(r"Đúng\.\s*Vì sao 0 của m01-s1\."))
    assert page.context.pages == [page]
