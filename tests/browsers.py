"""Fixtures of every browser test: a real server and real Chromium."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import cast
from tests.serving import served

FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
expect.set_options(timeout=10_000)


@dataclass
class Site:
    """A served application: its address, and what it answers with while it is told to be busy."""

    address: str
    app: Flask


@pytest.fixture
def site(app: Flask) -> Iterator[Site]:
    """The application of this test, served on a port of its own."""
    with served(app, threads=4) as address:
        yield Site(address, app)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def at_a_pc(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Makes a browser of its own in which An is signed in: at_a_pc(), at_a_pc("chi"), at_a_pc(java_script_enabled=False); at_a_pc("") is nobody."""
    contexts: list[BrowserContext] = []

    def sit_down(name: str = "an", **options: object) -> Page:
        context = chromium.new_context(base_url=site.address, locale="vi-VN", **{"viewport": {"width": 1366, "height": 768}, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        if not name:
            return page
        page.goto("/sign-in")
        page.fill("[name=username]", name)
        page.fill("[name=password]", cast.PASSWORDS[name])
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda address: not address.endswith("/sign-in"))
        if "/sign-in/code" in page.url:
            page.fill("[name=code]", cast.code_for(site.app, name))
            page.press("[name=code]", "Enter")
            page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    yield sit_down
    for context in contexts:
        context.close()
