"""What is measured: for each page the four connections that knock at it, signed in over HTTP as the people whose page it is."""

from pathlib import Path

from bench.load import Knocker
from bench.worlds import LESSON, PASSWORD, QUIZ, course_and_learners
from tests.heavy.browsers import JSON_TYPE, Browser, Room
from tests.heavy.servers import Server
from tests.heavy.sittings import Sitting

CONNECTIONS = 4
PLAIN = {"Accept": "text/html", "Accept-Encoding": "gzip"}


def pages_of(server: Server, address: str, folder: Path, room: Room) -> dict[str, list[Knocker]]:
    """Name of the page -> who knocks."""
    course, names = course_and_learners(address, folder, CONNECTIONS)
    learners = [_signed_in(Browser(server.port, room), name) for name in names]
    manager = _signed_in(Browser(server.port, room), "chi")
    at = f"/study/courses/{course}"
    return {
        "sign-in page": [Knocker(server.port, "/sign-in", PLAIN)] * CONNECTIONS,
        "learner's start page": _openers(learners, "/study"),
        "course page": _openers(learners, at),
        "lesson": _openers(learners, f"{at}/lessons/{LESSON}"),
        "saving one answer": [_saver(browser, f"{at}/quizzes/{QUIZ}") for browser in learners],
        "manager's start page": _openers([manager] * CONNECTIONS, "/reports"),
    }


def hello_page(server: Server) -> list[Knocker]:
    """The bare page, asked for in the same way."""
    return [Knocker(server.port, "/", PLAIN)] * CONNECTIONS


def _signed_in(browser: Browser, name: str) -> Browser:
    browser.sign_in(name, PASSWORD)
    return browser


def _openers(browsers: list[Browser], path: str) -> list[Knocker]:
    for browser in browsers:
        browser.get(path)
    return [Knocker(browser.connection.port, path, browser.headers()) for browser in browsers]


def _saver(browser: Browser, quiz: str) -> Knocker:
    """A learner who has started the test and goes through it again and again, choosing another option each time."""
    start = browser.post(f"{quiz}/start", {}, browser.get(quiz).key(f"{quiz}/start"))
    sitting = Sitting(browser, int(start.location.rpartition("/")[2]))
    turns = max(len(options) for options in sitting.sheet.options.values())
    saves = [(position, options[turn % len(options)]) for turn in range(turns) for position, options in sitting.sheet.options.items()]
    headers = {**browser.headers(), "Accept": JSON_TYPE, "Content-Type": JSON_TYPE, "X-Form-Key": sitting.sheet.key}
    return Knocker(browser.connection.port, f"{sitting.address}/answers", headers, saves, sitting.client)
