"""Saving in real Chromium: receipts, a cut network, a busy server, an ended session, another PC, the deadline."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, Route, expect

from lms.base import db
from lms.quizzes import Attempt, AttemptItem
from tests.cast import World

pytestmark = pytest.mark.browser
SitDown = Callable[..., Page]
STATUS = "[data-save-status] > span"


def begin(page: Page, world: World) -> str:
    """Begin the test; the address of the attempt."""
    page.goto(f"/study/courses/{world.course}/quizzes/cuoi-khoa")
    page.get_by_role("button", name="Bắt đầu làm bài").click()
    page.wait_for_url(re.compile(r"/study/attempts/\d+$"))
    return page.url


def choose(page: Page, position: int, right: bool = True) -> str:
    """Choose a right (or the first wrong) option of a question; its value."""
    labels = page.locator(f"#c{position} label", has=page.locator("input"))
    wanted = labels.filter(has_text=re.compile(r"^\s*Đúng" if right else r"^\s*Sai")).first
    wanted.click()
    value = wanted.locator("input").get_attribute("value")
    assert value is not None
    return value


def stored(app: Flask) -> dict[int, list[str]]:
    """The answers in the database."""
    with app.app_context():
        return {item.position: item.answer for item in db.session.query(AttemptItem) if item.answer}


def journal(page: Page) -> int:
    """How many answers stand in the journal on this machine."""
    number: int = page.evaluate("Object.keys(localStorage).filter((key) => key.includes(' answer ')).length")
    return number


def test_each_answer_is_saved_as_it_is_given(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    first = choose(page, 1)
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^Đã lưu 1/5 lúc \d\d:\d\d$"))
    second = choose(page, 2)
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^Đã lưu 2/5 lúc"))
    assert {1: [first], 2: [second]}.items() <= {key: value[:1] for key, value in stored(app).items()}.items()
    assert journal(page) == 0
    expect(page.locator("[data-navigator] a").nth(1)).to_have_attribute("aria-label", "Câu 2, đã trả lời")


def test_a_cut_network_loses_nothing_and_answers_are_sent_by_themselves(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    choose(page, 1, right=False)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    page.context.set_offline(True)
    changed = choose(page, 1)
    third = choose(page, 3)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối. Câu trả lời đang được giữ trên máy này"))
    assert journal(page) == 2
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 2/5"))
    assert journal(page) == 0
    assert changed in stored(app)[1]
    assert stored(app)[3] == [third]


def test_a_page_closed_without_network_sends_its_journal_when_it_is_opened_again(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    address = begin(page, world)
    page.context.set_offline(True)
    value = choose(page, 2)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    page.close(run_before_unload=False)
    assert stored(app) == {}
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(address)
    expect(again.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    assert stored(app)[2][0] == value
    expect(again.locator(f'#c2 label input[value="{value}"]')).to_be_checked()


def test_the_same_attempt_goes_on_at_another_pc(at_a_pc: SitDown, world: World, app: Flask) -> None:
    first = at_a_pc()
    address = begin(first, world)
    value = choose(first, 1)
    expect(first.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    second = at_a_pc()
    second.goto("/study")
    second.get_by_role("link", name="Làm tiếp bài kiểm tra").click()
    assert second.url.endswith(address.rpartition("/")[2])
    expect(second.locator(f'#c1 label input[value="{value}"]')).to_be_checked()
    first.context.set_offline(True)
    choose(first, 2, right=False)
    expect(first.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    newer = choose(second, 2)
    expect(second.locator(STATUS)).to_have_text(re.compile("^Đã lưu 2/5"))
    first.context.set_offline(False)
    expect(first.locator(STATUS)).to_have_text(re.compile("Câu 2 đã được chọn ở máy khác"))
    expect(first.locator(f'#c2 label input[value="{newer}"]')).to_be_checked()
    assert stored(app)[2][0] == newer


def test_a_busy_server_is_asked_again_after_the_time_it_names(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    asked: list[str] = []

    def busy_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"error": "busy"})
        else:
            route.continue_()

    page.route("**/answers", busy_once)
    choose(page, 1)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Hệ thống đang bận"))
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    assert len(asked) == 2


def test_after_signing_in_again_in_another_tab_the_old_one_goes_on(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    page.context.clear_cookies()
    choose(page, 1)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Anh/Chị đã bị đăng xuất"))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Đăng nhập ở thẻ mới").click()
    tab = opened.value
    tab.fill("[name=username]", "an")
    tab.fill("[name=password]", "mat-khau-cua-an-2026")
    tab.press("[name=password]", "Enter")
    tab.wait_for_url(lambda address: "/sign-in" not in address)
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    assert len(stored(app)) == 1


def test_handing_in_names_the_unanswered_and_survives_a_cut(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    for position in (1, 2, 3, 5):
        choose(page, position)
    page.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(page.locator("[data-hand-in]")).to_contain_text("Còn 1 câu chưa trả lời: 4")
    page.get_by_role("button", name="Chưa nộp, làm tiếp").click()
    choose(page, 4)
    page.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(page.locator("[data-hand-in]")).to_contain_text("Anh/Chị đã trả lời đủ 5 câu.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Nộp bài ngay").click()
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối. Bài làm đang được giữ trên máy này"))
    page.context.set_offline(False)
    page.wait_for_url("**/result")
    assert journal(page) == 0
    with app.app_context():
        assert db.session.query(Attempt).one().state == "submitted"


def test_an_attempt_closed_elsewhere_says_so_and_leads_to_the_result(at_a_pc: SitDown, world: World) -> None:
    page, other = at_a_pc(), at_a_pc()
    address = begin(page, world)
    other.goto(address)
    other.get_by_role("button", name="Nộp bài", exact=True).click()
    other.get_by_role("button", name="Nộp bài ngay").click()
    other.wait_for_url("**/result")
    choose(page, 1)
    expect(page.locator(STATUS)).to_have_text(re.compile("đã nộp"))
    page.get_by_role("link", name="Xem kết quả").click()
    page.wait_for_url("**/result")


def test_at_the_end_of_the_time_the_page_hands_in_by_itself(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    address = begin(page, world)
    value = choose(page, 1)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))

    def nearly_over(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        deadline = re.search(r'data-deadline="(\d+)"', body)
        assert deadline
        route.fulfill(response=answer, body=re.sub(r'data-now="\d+"', f'data-now="{int(deadline[1]) - 2500}"', body))

    def over(route: Route) -> None:
        told = route.fetch().json()
        route.fulfill(json={**told, "now": told["deadline"]})

    page.route(address, nearly_over)
    page.route("**/clock", over)
    page.goto(address)
    expect(page.locator("[role=timer]")).to_have_text(re.compile("00:0[0-3]"))
    page.wait_for_url("**/result")
    assert stored(app)[1][0] == value


def test_the_clock_of_the_pc_does_not_matter(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc()
    page.clock.set_fixed_time("2020-01-01T00:00:00")
    begin(page, world)
    expect(page.locator("[role=timer]")).to_have_text(re.compile(r"(10:00|09:5\d)"))


def test_leaving_warns_only_while_something_is_unsent(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc()
    begin(page, world)
    warned: list[str] = []

    def leave(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    choose(page, 1)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    page.reload()
    assert warned == []
    page.context.set_offline(True)
    choose(page, 2)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    page.route("**/answers", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto("/study")
    assert warned == ["beforeunload"]


def test_a_mark_to_come_back_stays_on_the_machine(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc()
    begin(page, world)
    page.locator("#c3").get_by_role("button", name="Đánh dấu xem lại").click()
    page.reload()
    expect(page.locator("[data-navigator] a").nth(2)).to_have_attribute("aria-label", "Câu 3, chưa trả lời, đánh dấu xem lại")
