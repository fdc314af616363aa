"""Knocking on every route with every method as every member of the cast; the answers are the policy in doors.txt."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from lms.base import policy, refuse_undeclared_routes
from tests.cast import CAST, PASSWORDS
from tests.pages import Visitor

pytestmark = pytest.mark.house
FILE = Path(__file__).with_name("doors.txt")
HEAD = "# METHOD path door: an binh chi dung giang nobody. 400 at a POST: the door is open, the form key was missing. Written by `make doors`."


def _concrete(rule: str) -> str:
    return re.sub(r"<(int:)?\w+>", lambda found: "999999" if found[1] else "khong-co", rule)


def _knock(visitor: Visitor, method: str, path: str) -> str:
    return str(visitor.client.open(path, method=method, headers={"Accept": "text/html"}).status_code)


def test_every_door_answers_as_the_policy_file_says(app: Flask, visitor: Callable[[], Visitor], request: pytest.FixtureRequest) -> None:
    people = [*(visitor().sign_in(name, PASSWORDS[name]) for name in CAST), visitor()]
    lines = [HEAD]
    for line in policy(app):
        method, rule, _door = line.split()
        lines.append(f"{line}: {' '.join(_knock(person, method, _concrete(rule)) for person in people)}")
    if request.config.getoption("--write-doors"):
        FILE.write_text("\n".join(lines) + "\n", "utf-8")
    assert FILE.read_text("utf-8").splitlines() == lines


def test_the_app_refuses_to_start_with_a_route_without_a_door(own_app: Flask) -> None:
    stray = Blueprint("stray", "tests")
    stray.add_url_rule("/stray", "index", lambda: "open to all")
    own_app.register_blueprint(stray)
    with pytest.raises(RuntimeError, match=r"stray\.index"):
        refuse_undeclared_routes(own_app)


def test_nobody_passes_a_door_that_is_not_public(app: Flask, nobody: Visitor) -> None:
    for line in policy(app):
        method, rule, door = line.split()
        if door != "ANYONE":
            assert _knock(nobody, method, _concrete(rule)) == ("302" if method == "GET" else "401"), line
