"""Every role's pages in real Chromium: axe-core finds nothing serious, and no page scrolls sideways on a telephone."""

from collections.abc import Callable
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from tests.cast import World

pytestmark = pytest.mark.browser
SitDown = Callable[..., Page]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
SIZES = ((1366, 768), (390, 844))
WAYS = {
    "": ("/", "/sign-in", "/c", "/c?code=XXXX", "/help", "/khong-co"),
    "an": ("/study", "/study/courses", "/study/courses?q=zzzz", "{course}", "{course}/lessons/01-dai", "{course}/quizzes/cuoi-khoa", "/certificates"),
    "binh": ("/courses", "/courses/{id}", "/courses/{id}/lessons/1/edit", "/courses/{id}/lessons/1/revisions"),
    "chi": ("/reports", "/reports?course={id}", "/reports/people", "/reports/people/{an}", "/people/{an}", "/account"),
    "dung": ("/people", "/people/new", "/people/{an}", "/agencies", "/agencies/new", "/agencies/{agency}", "/site/audit", "/certificates/register"),
}


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands, a line each."""
    page.evaluate(AXE)
    found = [f"{page.url}: {one['id']} at {one['nodes'][0]['target']}" for one in page.evaluate(RUN) if one["impact"] in ("serious", "critical")]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{page.url}: scrolls sideways")
    if page.locator("h1:visible").count() != 1:
        found.append(f"{page.url}: not one main heading")
    return found


@pytest.mark.parametrize("name", WAYS, ids=lambda name: name or "nobody")
def test_nothing_serious_stands_in_the_way(at_a_pc: SitDown, world: World, name: str) -> None:
    page = at_a_pc(name)
    places = {"id": world.course, "course": f"/study/courses/{world.course}", "an": world.people["an"], "agency": world.agencies["XP"]}
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for way in WAYS[name]:
            answer = page.goto(way.format(**places))
            assert answer and (answer.ok or not name)
            found += faults(page)
    assert not found


def test_nothing_serious_stands_in_the_way_of_a_test(at_a_pc: SitDown, world: World) -> None:
    page = at_a_pc(viewport={"width": 390, "height": 844})
    page.goto(f"/study/courses/{world.course}")
    page.click("aside button")
    page.wait_for_url("**/lessons/**")
    page.goto(f"/study/courses/{world.course}/quizzes/cuoi-khoa")
    page.click("form[action$='/start'] button")
    page.wait_for_url("**/attempts/*")
    found = faults(page)
    page.click(".sitting-side button")
    found += faults(page)
    page.click("[data-really]")
    page.wait_for_url("**/result")
    assert not found + faults(page)


def test_a_refused_form_puts_the_keyboard_on_the_first_fault(at_a_pc: SitDown) -> None:
    page = at_a_pc("dung")
    page.goto("/people/new")
    page.fill("[name=email]", "khong-dung")
    page.click("main form button")
    expect(page.locator("[name=full_name]")).to_be_focused()
    assert page.input_value("[name=email]") == "khong-dung"
    assert not faults(page)
