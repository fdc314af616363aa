"""Formats are found by being in the folder, and a file's format by its name and its signs."""

from pathlib import Path
from typing import Any

import pytest

import lms.quizzes.formats
from lms.quizzes import FORMATS, KINDS, format_of
from lms.quizzes.format import NO_WHY


def test_the_formats_are_the_files_of_the_folder() -> None:
    folder = Path(lms.quizzes.formats.__file__).parent
    there = {path.stem for path in folder.iterdir() if path.stem != "__init__" and not path.stem.startswith("__")}
    assert there == {name.replace("-", "_") for name in FORMATS}
    assert all(form.kinds <= set(KINDS) for form in FORMATS.values())


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.gift", "", "gift"),
        ("a.XML", "", "moodle-xml"),
        ("a.xlsx", "", "excel"),
        ("a.txt", "", "plain"),
        ("a.txt", "Câu 1. x {y}\nA. a", "plain"),
        ("a.txt", "Hỏi?\nA. a\nANSWER: A\n", "aiken"),
        ("a.txt", "Hỏi {=a ~b}", "gift"),
        ("a.docx", "", None),
    ],
)
def test_the_format_of_a_file(name: str, content: str, found: str | None) -> None:
    form = format_of(name, content.encode())
    assert (form.name if form else None) == found


def test_the_placeholder_of_an_explanation_is_never_written_and_arrows_stay() -> None:
    pairs = [{"left": "a -> b", "right": "1", "why": NO_WHY}, {"left": "c", "right": "-> 2", "why": NO_WHY}]
    questions: list[dict[str, Any]] = [
        {"kind": "truefalse", "text": "x", "answer": True, "why_true": NO_WHY, "why_false": "b", "difficulty": "easy"},
        {"kind": "matching", "text": "y", "pairs": pairs, "difficulty": "easy"},
        {"kind": "shortanswer", "text": "z", "accepted": ["a -> b", "->"], "why": NO_WHY, "difficulty": "easy"},
    ]
    for form in FORMATS.values():
        known = [raw for raw in questions if raw["kind"] in form.kinds]
        written = form.write(known)
        assert NO_WHY.encode() not in written.content
        if known:
            assert [one.raw for one in form.read(written.content).questions] == known, form.name
