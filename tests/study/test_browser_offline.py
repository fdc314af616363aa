"""Reading without network in real Chromium: a lesson is kept, read and finished off-line, recorded when the network is back, gone with its reader."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.base import db
from lms.study import LessonRead
from tests import cast
from tests.cast import World

pytestmark = pytest.mark.browser
SitDown = Callable[..., Page]


def keep(page: Page, world: World, key: str = "01-dai") -> str:
    """Keep a lesson on this machine; its address."""
    address = f"/study/courses/{world.course}/lessons/{key}"
    page.goto(address)
    page.get_by_role("button", name="Lưu bài để đọc khi mất mạng").click()
    expect(page.get_by_text("Đã lưu. Khi mất mạng")).to_be_visible()
    return address


def caches(page: Page) -> list[str]:
    """The names of what is kept in this browser."""
    names: list[str] = page.evaluate("caches.keys()")
    return names


def read(app: Flask) -> int:
    """How many lessons the database knows as read."""
    with app.app_context():
        return db.session.query(LessonRead).count()


def test_a_kept_lesson_is_read_without_network_and_recorded_afterwards(at_a_pc: SitDown, world: World, app: Flask) -> None:
    page = at_a_pc()
    address = keep(page, world)
    page.context.set_offline(True)
    page.goto(address)
    expect(page.get_by_text("Đây là bản lưu trên máy")).to_be_visible()
    pictures = page.evaluate("[...document.images].every((one) => one.complete && one.naturalWidth > 0)")
    assert pictures and "Nguyễn Văn An" not in page.content()
    page.get_by_role("button", name="Đã học xong").click()
    expect(page.get_by_text("Đã ghi trên máy này.")).to_be_visible()
    page.goto("/study/courses")
    expect(page.get_by_role("heading", name="Bài đã lưu trên máy")).to_be_visible()
    expect(page.locator("[data-kept-list] a")).to_have_attribute("href", address)
    assert read(app) == 0
    page.context.set_offline(False)
    page.goto("/study")
    expect(page.get_by_text("Đã ghi nhận 1 bài")).to_be_visible()
    assert read(app) == 1
    page.goto("/study")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.includes(' read ')).length") == 0


def test_what_is_kept_goes_with_its_reader(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc()
    address = keep(page, world)
    assert len(caches(page)) == 1
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("/(sign-in)?$"))
    page.wait_for_function("caches.keys().then((names) => names.length === 0)")
    page.goto("/sign-in")
    page.fill("[name=username]", "anh")
    page.fill("[name=password]", cast.PASSWORDS["anh"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda where: "/sign-in" not in where)
    page.evaluate("caches.open('lms-lessons 999')")
    page.goto("/study")
    page.wait_for_function("caches.keys().then((names) => names.length === 0)")
    page.context.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_(FAILED|INTERNET_DISCONNECTED)"):
        page.goto(address)
