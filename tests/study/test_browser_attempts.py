"""Attempts that lose nothing, in real Chromium: twenty cuts and another PC, the journal that nobody else reads, more time, pages, marked at once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.base import clock, commit, db
from lms.quizzes import Attempt, AttemptItem
from lms.quizzes.models import AttemptEvent
from tests import cast
from tests.cast import World
from tests.quizzes.face.sitting import question
from tests.study.learner import put_quiz, set_rules
from tests.study.test_browser_saving import STATUS, begin, choose, journal, stored

pytestmark = pytest.mark.browser
SitDown = Callable[..., Page]
FORTY, CUTS = 40, 20


def tick(page: Page, position: int, index: int) -> str:
    """Choose an option of a question by its place, as a script would; its value."""
    option = page.locator(f"#c{position} label input").nth(index)
    option.check(force=True)
    return option.get_attribute("value") or ""


def test_twenty_cuts_and_another_pc_lose_none_of_forty_answers(at_a_pc: SitDown, world: World, app: Flask) -> None:
    put_quiz(app, world, [question(f"mot-{n}", "mot") for n in range(FORTY)], blueprint=[{"topic": "mot", "take": FORTY}], per_page=20)
    page, given = at_a_pc(), {}
    address = begin(page, world)
    for cut in range(CUTS):
        if cut == CUTS // 2:  # the first PC breaks down; what it had in its journal is there when it is mended
            first, page = page, at_a_pc()
            first.context.set_offline(True)
            given[20] = [tick(first, 20, 1)]
            page.goto(f"{address}?page=2")
        first_of_two = 2 * cut + 1
        page.context.set_offline(True)
        for position in (first_of_two, first_of_two + 1):
            given[position] = [tick(page, position, position % 4)]
        expect(page.locator(STATUS)).to_have_text(re.compile("^(Mất kết nối|Đang gửi)"))
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.locator("[data-save-status]")).to_have_attribute("data-state", "saved")
    given[20] = [stored(app)[20][0]]
    first.context.set_offline(False)
    first.evaluate("dispatchEvent(new Event('online'))")
    expect(first.locator(STATUS)).to_have_text(re.compile(f"^Đã lưu {FORTY}/{FORTY}"))
    assert stored(app) | {20: given[20]} == given
    assert (journal(page), journal(first)) == (0, 0)
    page.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(page.locator("[data-hand-in]")).to_contain_text(f"Anh/Chị đã trả lời đủ {FORTY} câu.")
    page.get_by_role("button", name="Nộp bài ngay").click()
    page.wait_for_url("**/result")


def everything_kept(page: Page) -> str:
    """All that the browser keeps of this site, as one text."""
    kept: str = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    return kept


def test_the_next_person_at_the_pc_cannot_read_the_journal(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    address = begin(page, world)
    page.context.set_offline(True)
    value = choose(page, 2)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    kept = everything_kept(page)
    assert journal(page) == 1 and " answer 2" in kept
    assert not re.search(r"values|client|late", kept)
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    next_one = page.context.new_page()
    next_one.goto("/study")
    next_one.get_by_role("button", name="Đăng xuất").click()
    sign_in(next_one, "binh")
    answer = next_one.goto(address)
    assert answer and answer.status == 404
    assert not re.search(r"values|client", everything_kept(next_one)) and journal(next_one) == 1
    assert stored(app) == {}
    next_one.goto("/study")
    next_one.get_by_role("button", name="Đăng xuất").click()
    sign_in(next_one, "an")
    next_one.goto(address)
    expect(next_one.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    assert stored(app)[2][0] == value and journal(next_one) == 0


def sign_in(page: Page, name: str) -> None:
    """Sign in at this browser."""
    page.goto("/sign-in")
    page.fill("[name=username]", name)
    page.fill("[name=password]", cast.PASSWORDS[name])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)


def test_a_journal_of_the_former_version_is_taken_over_and_sealed(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    value = page.locator("#c3 label input").first.get_attribute("value")
    name = f"lms {world.people['an']} {page.locator('[data-sitting]').get_attribute('data-attempt')} answer 3"
    entry = {"values": [value], "client": "trangcu01", "number": 1, "seen": 0, "late": False}
    page.evaluate("([name, entry]) => localStorage.setItem(name, JSON.stringify(entry))", [name, entry])
    page.route("**/answers", lambda route: route.abort())
    page.reload()
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    assert "values" not in page.evaluate("(name) => localStorage.getItem(name)", name)
    page.unroute("**/answers")
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    assert stored(app) == {3: [value]} and journal(page) == 0


def change_deadline(app: Flask, minutes: int) -> None:
    """Move the deadline of the open attempt."""
    with app.app_context():
        attempt = db.session.query(Attempt).one()
        assert attempt.deadline_at is not None
        attempt.deadline_at += timedelta(minutes=minutes)
        commit()


def test_more_time_is_seen_at_the_next_save(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    expect(page.locator("[role=timer]")).to_have_text(re.compile(r"(10:00|09:5\d)"))
    change_deadline(app, 20)
    choose(page, 1)
    expect(page.locator("[role=timer]")).to_have_text(re.compile(r"(30:00|29:5\d)"))
    expect(page.locator("[data-time-notice]")).to_have_text(re.compile(r"^Anh/Chị được thêm giờ: nộp trước \d\d:\d\d\.$"))
    expect(page.locator("[data-time-notice]")).to_be_visible()


def test_more_time_is_asked_for_before_a_page_hands_in_by_itself(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    with app.app_context():
        db.session.query(Attempt).one().deadline_at = clock.now() + timedelta(seconds=8)
        commit()
    page.reload()
    expect(page.locator("[role=timer]")).to_have_text(re.compile(r"00:0[1-8]"))
    change_deadline(app, 20)
    expect(page.locator("[role=timer]")).to_have_text(re.compile(r"(20:0\d|19:\d\d)"))
    with app.app_context():
        assert db.session.query(Attempt).one().state == "open"


def test_after_the_time_the_whole_journal_is_sent_and_the_page_says_that_it_is_kept(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    begin(page, world)
    choose(page, 1)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Đã lưu 1/5"))
    page.context.set_offline(True)
    for position in (2, 3, 4):
        choose(page, position)
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối"))
    change_deadline(app, -60)
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_have_text(re.compile("3 câu trả lời đến sau giờ không được tính, nhưng vẫn được giữ lại"))
    assert journal(page) == 0 and set(stored(app)) == {1}
    with app.app_context():
        assert {line.position for line in db.session.query(AttemptEvent).filter_by(kind="late")} == {2, 3, 4}
    page.get_by_role("link", name="Xem kết quả").click()


def test_turning_the_page_saves_first_and_waits_for_the_network(at_a_pc: SitDown, world: World, app: Flask) -> None:
    set_rules(app, per_page=2)
    page = at_a_pc()
    begin(page, world)
    page.context.set_offline(True)
    choose(page, 1)
    choose(page, 2)
    page.get_by_role("button", name="Lưu và sang trang sau").click()
    expect(page.locator(STATUS)).to_have_text(re.compile("^Mất kết nối nên chưa sang trang được"))
    page.context.set_offline(False)
    page.wait_for_url("**page=2*")
    assert set(stored(app)) == {1, 2}
    page.get_by_role("button", name="Câu 5").click()
    page.wait_for_url("**#c5")
    page.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(page.locator("[data-hand-in]")).to_contain_text("Còn 3 câu chưa trả lời: 3 4 5")
    page.locator("[data-hand-in] button", has_text="3").click()
    page.wait_for_url("**#c3")
    expect(page.locator("#c3")).to_be_visible()


def test_a_question_is_marked_at_once_without_script(at_a_pc: SitDown, world: World, app: Flask) -> None:
    set_rules(app, behaviour="immediate")
    page = at_a_pc(java_script_enabled=False)
    begin(page, world)
    choose(page, 1, right=False)
    choose(page, 2)
    page.locator("#c1").get_by_role("button", name="Trả lời và xem giải thích").click()
    expect(page.locator("#c1")).to_contain_text("Chưa đúng")
    expect(page.locator("#c1")).to_contain_text("Phương án đúng")
    expect(page.locator("#c1 input")).to_have_count(0)
    page.locator("#c1").get_by_role("link", name="Câu tiếp theo").click()
    assert page.url.endswith("#c2")
    assert set(stored(app)) == {1, 2}
    with app.app_context():
        assert [item.locked_at is not None for item in db.session.query(AttemptItem).order_by(AttemptItem.position)] == [True, *[False] * 4]


def test_a_question_is_marked_at_once_with_script(at_a_pc: SitDown, world: World, app: Flask) -> None:
    set_rules(app, behaviour="immediate")
    page = at_a_pc()
    begin(page, world)
    choose(page, 3)
    page.locator("#c3").get_by_role("button", name="Trả lời và xem giải thích").click()
    expect(page.locator("#c3")).to_contain_text("Vì sao")
    expect(page.locator("[data-navigator] [data-position='3']")).to_have_class(re.compile("is-answered"))
    page.get_by_role("button", name="Nộp bài", exact=True).click()
    expect(page.locator("[data-hand-in]")).to_contain_text("Còn 4 câu chưa trả lời: 1 2 4 5")
