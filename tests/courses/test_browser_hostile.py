"""The hostile corpus in real Chromium: nothing runs and nothing is fetched, although no policy of the page forbids it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from lms.base import Refused, db, render_markdown, sanitise
from lms.courses import LessonRevision
from lms.courses.from_html import editor_html, markdown_of_html
from tests.cast import World

from .hostile import HTML, MARKDOWN

pytestmark = pytest.mark.browser
OWN = "http://lesson.example/"
PAGE = "<!DOCTYPE html><html><head><meta charset=utf-8><script>window.ran = () => console.log('ran')</script></head><body>{}</body></html>"
TOUCH = """() => {
  for (const node of document.body.querySelectorAll('*')) {
    for (const name of ['click', 'mouseover', 'focus', 'pointerenter', 'toggle', 'error', 'load', 'start']) node.dispatchEvent(new Event(name));
    if (node.href && !/^https?:$/.test(node.protocol)) node.click();
  }
}"""


def shown(make: object, texts: list[str]) -> str:
    """All texts, one after the other, as they would be shown; what is refused is not."""
    pieces = []
    for text in texts:
        try:
            pieces.append(make(text))  # type: ignore[operator]
        except Refused:
            continue
    return "\n".join(f"<div>{piece}</div>" for piece in pieces)


class Watched:
    """A page without any policy; it counts what runs and what is asked for."""

    def __init__(self, chromium: Browser) -> None:
        self.context = chromium.new_context()
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.html, self.ran = "", 0
        self.page.on("console", self._hear)
        self.context.route("**/*", self._answer)

    def _hear(self, message: ConsoleMessage) -> None:
        self.ran += message.text == "ran"

    def _answer(self, route: Route) -> None:
        address = route.request.url
        if route.request.is_navigation_request() and address == OWN:
            route.fulfill(body=PAGE.replace("{}", self.html), content_type="text/html")
            return
        self.asked.append(address)
        route.abort()

    def show(self, html: str) -> int:
        """Open the HTML as a page, touch everything in it; how often script ran."""
        self.html, self.ran = html, 0
        self.page.goto(OWN)
        self.page.evaluate(TOUCH)
        self.page.wait_for_timeout(150)
        assert self.page.url == OWN
        return self.ran


def test_nothing_of_the_hostile_corpus_runs_or_is_fetched(chromium: Browser) -> None:
    watched = Watched(chromium)
    pages = [
        shown(sanitise, HTML),
        shown(lambda html: render_markdown(markdown_of_html(html).source, form="lesson"), HTML),
        shown(lambda source: render_markdown(source, form="lesson"), MARKDOWN),
        shown(editor_html, MARKDOWN),
    ]
    for html in pages:
        assert len(html) > 1_000
        assert watched.show(html) == 0
    foreign = [address for address in watched.asked if "evil.example" in address or not address.startswith("http")]
    assert foreign == []
    watched.context.close()


def test_a_stored_lesson_with_a_wrong_seal_is_clean_on_the_real_page(at_a_pc: Callable[..., Page], app: Flask, world: World) -> None:
    page = at_a_pc()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.goto(f"/study/courses/{world.course}")
    page.get_by_role("button", name="Bắt đầu học").first.click()
    page.wait_for_load_state()
    with app.app_context():
        hostile = "".join(f"<div>{html}</div>" for html in HTML if len(html) < 400 and "plaintext" not in html).replace("\x00", "")
        db.session.execute(
            sa.update(LessonRevision).where(LessonRevision.number > 0).values(html=f"<p>Bài này đã bị sửa.</p>{hostile}<p>Hết bài.</p>")
        )
        db.session.commit()
    page.add_init_script("window.ran = () => console.log('ran')")
    page.goto(f"/study/courses/{world.course}/lessons/02-la")
    assert "Bài này đã bị sửa." in page.inner_text(".prose")
    page.evaluate(TOUCH)
    assert "ran" not in heard
    assert page.locator(".prose script, .prose svg, .prose iframe, .prose style, .prose [onclick], .prose [onerror], .prose form").count() == 0


def test_the_watch_sees_what_runs(chromium: Browser) -> None:
    watched = Watched(chromium)
    assert watched.show("<img src=x onerror=ran()><p onclick=ran()>x</p><img src=//evil.example/x.png>") >= 2
    assert any("evil.example" in address for address in watched.asked)
    watched.context.close()
