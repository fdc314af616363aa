"""A new kind of question is one file and its template: it is found by being there, and no other file knows it."""

import ast
import re
import shutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import lms
from lms.quizzes import KINDS, result
from lms.quizzes.kind import Kind, KindError, text_of
from tests.cast import World

from .face.sitting import CANARY, Sitter, load

ROOM = Path(lms.__file__).parent / "quizzes"


def others(pattern: str) -> list[Path]:
    """The files of the room that are not one of a kind."""
    return [path for path in ROOM.rglob(pattern) if path.parent.name != "kinds"]


def test_the_kinds_are_the_files_of_the_folder_and_each_has_its_template(app: Flask) -> None:
    assert {path.stem for path in (ROOM / "kinds").glob("*.py")} - {"__init__"} == set(KINDS)
    for kind in KINDS.values():
        for template in (kind.template, kind.result_template, kind.self_check_template):
            assert app.jinja_env.get_template(template)


def test_no_other_file_of_the_room_knows_the_name_of_a_kind() -> None:
    wrong = [f"{path.name}: {name}" for path in others("*.html") for name in KINDS if re.search(rf"\b{name}\b", path.read_text("utf-8"))]
    for path in others("*.py"):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        wrong += [f"{path.name}: {node.value!r}" for node in nodes if isinstance(node, ast.Constant) and node.value in KINDS]
    assert not wrong


def test_a_kind_is_found_when_its_file_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "phong_thu"
    shutil.copytree(ROOM / "kinds", copy / "kinds", ignore=shutil.ignore_patterns("__pycache__"))
    for beside in ("kind.py", "pairs.py", "fields.py", "writable.py"):
        shutil.copy(ROOM / beside, copy)
    (copy / "__init__.py").touch()
    (copy / "kinds" / "number.py").write_text('from ..kind import Kind\n\n\nclass Number(Kind):\n    name = "number"\n\n\nKIND = Number()\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        found = import_module("phong_thu.kinds").KINDS
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "phong_thu"]:
            del sys.modules[name]
    assert set(found) == {*KINDS, "number"}
    assert found["number"].template == "quizzes/kinds/number.html"


class Number(Kind):
    """A kind without options, as a later one may be: a number with a decimal comma."""

    name = "number"
    fields = ("text", "number", "why")
    shuffles = False

    def parse(self, raw: dict[str, Any]) -> dict[str, Any]:
        return {name: text_of(raw, name, "Câu hỏi") for name in self.fields}

    def written(self, body: dict[str, Any]) -> dict[str, Any]:
        return body

    def keys(self, body: dict[str, Any]) -> list[str]:
        return []

    def deliver(self, body: dict[str, Any], order: Sequence[str]) -> dict[str, Any]:
        return {"text": body["text"]}

    def read(self, body: dict[str, Any], values: Sequence[str]) -> list[str] | None:
        if len(values) > 1 or not all(re.fullmatch(r"[0-9,]*", value) for value in values):
            raise KindError("Anh/Chị gõ một số.")
        return [value for value in values if value] or None

    def mark(self, body: dict[str, Any], answer: list[str] | None, max_points: int, order: Sequence[str] = ()) -> int:
        return max_points if answer == [body["number"]] else 0

    def explain(self, body: dict[str, Any], answer: list[str] | None, order: Sequence[str]) -> dict[str, Any]:
        return {**body, "chosen": answer}


@pytest.fixture
def numbers(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Sitter:
    """An before three questions of one kind more."""
    monkeypatch.setitem(KINDS, "number", Number())
    raw = {"kind": "number", "topic": "mot", "difficulty": "easy", "text": "Một nửa là bao nhiêu?", "number": "0,5", "why": CANARY}
    report = load(app, world.agencies["T"], [{**raw, "key": f"so-{n}"} for n in range(3)], blueprint=[{"topic": "mot", "take": 3}])
    return Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])


def test_a_kind_without_options_is_loaded_sat_saved_marked_and_explained(numbers: Sitter) -> None:
    attempt_id = numbers.start()
    assert CANARY not in repr(numbers.paper(attempt_id).items)
    numbers.save(attempt_id, 1, ["0,5"], 1)
    numbers.save_form(attempt_id, ("answer-2", "0,5"), ("was-2", ""))
    assert numbers.submit(attempt_id, ("answer-3", "7")).points == 200
    items = numbers.carry_out(lambda: result(attempt_id, numbers.person_id)).items
    assert [(item.is_right, item.explanation["chosen"], item.explanation["why"]) for item in items] == [
        (True, ["0,5"], CANARY),
        (True, ["0,5"], CANARY),
        (False, ["7"], CANARY),
    ]


def test_a_page_left_open_overwrites_nothing_even_when_answers_hold_commas(numbers: Sitter) -> None:
    attempt_id = numbers.start()
    numbers.save(attempt_id, 1, ["7,5"], 1)
    served = numbers.paper(attempt_id).items[0].was
    numbers.save(attempt_id, 1, ["0,5"], 2)
    assert numbers.save_form(attempt_id, ("answer-1", "7,5"), ("was-1", served)) == 0
    assert numbers.stored(attempt_id)[1] == ["0,5"]
