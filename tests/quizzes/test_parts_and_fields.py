"""Kinds of parts (matching, ordering, grouping) and of fields (numerical, short answer, cloze): delivered without key, read, marked, explained."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes import KINDS, PaperItem, check_question, result
from lms.quizzes.fields import numbers_meant
from lms.quizzes.kind import KindError
from tests.cast import World

from .face.sitting import CANARY, Sitter, load, question

PAIRS, FIELDS = ("matching", "ordering", "grouping"), ("numerical", "shortanswer", "cloze")
RIGHT = {"numerical": ["12,45 GB"], "shortanswer": ["Mat  khau."], "cloze": [f"{CANARY} tính", "8,0", "b"]}
WRONG = {"numerical": ["12,7"], "shortanswer": ["mật mã"], "cloze": [f"{CANARY} tính", "8", "a"]}


def body_of(kind: str, **more: Any) -> dict[str, Any]:
    """The body of a question of the kind."""
    return KINDS[kind].parse(question("k-1", "mot", kind, **more))


def right_of(kind: str, body: dict[str, Any]) -> list[str]:
    """The right answer as a form sends it."""
    return RIGHT[kind] if kind in FIELDS else [f"{part['key']}:{part['right']}" for part in KINDS[kind].parts(body)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PAIRS + FIELDS)
def test_what_an_author_wrote_comes_back_as_written(name: str) -> None:
    body = body_of(name)
    assert KINDS[name].parse(KINDS[name].written(body)) == body


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("matching", {"pairs": [{"left": f"T{n} của k-1", "right": f"P{(n + 1) % 3} của k-1", "why": "khác"} for n in range(3)]}),
        ("ordering", {"items": [f"P{n} của k-1" for n in (2, 0, 3, 1)], "why": "khác"}),
        ("grouping", {"items": [{"text": f"P{n} của k-1", "group": "Nên", "why": "khác"} for n in (3, 1, 0, 2)]}),
        ("numerical", {"value": "99", "tolerance": "5", "why": "khác"}),
        ("shortanswer", {"accepted": ["khác"], "why": "khác"}),
    ],
)
def test_what_is_delivered_does_not_depend_on_the_key(name: str, twin: dict[str, Any]) -> None:
    kind, first, second = KINDS[name], body_of(name), body_of(name, **twin)
    order = sorted(kind.keys(first))
    assert sorted(kind.keys(second)) == order
    assert kind.deliver(first, order) == kind.deliver(second, order)
    assert CANARY not in repr(kind.deliver(first, order))


def test_a_cloze_delivers_its_gaps_without_what_belongs_there() -> None:
    body = body_of("cloze")
    delivered = KINDS["cloze"].deliver(body, [])
    assert CANARY not in repr(delivered) and len(delivered["pieces"]) == 4
    assert "".join(delivered["pieces"]).startswith("k-1: máy ")


@pytest.mark.parametrize("name", PAIRS)
def test_parts_are_right_as_a_whole_or_each_for_itself_where_the_author_says_so(name: str) -> None:
    kind, body = KINDS[name], body_of(name)
    right = right_of(name, body)
    assert kind.mark(body, kind.read(body, [*reversed(right), ""]), 6) == 6
    assert kind.mark(body, right[1:], 6) == 0
    assert kind.mark(body_of(name, scoring="parts"), right[1:], 12) == 12 * (len(right) - 1) // len(right)
    assert kind.read(body, ["", ""]) is None and kind.mark(body, None, 6) == 0


@pytest.mark.parametrize("name", PAIRS)
def test_only_known_parts_with_one_choice_each_are_read(name: str) -> None:
    kind, body = KINDS[name], body_of(name)
    right = right_of(name, body)
    for values in (["z:a"], ["a:z"], ["a"], [right[0], right[0]]):
        with pytest.raises(KindError):
            kind.read(body, values)


@pytest.mark.parametrize("name", FIELDS)
def test_fields_are_marked_as_a_reader_means_them(name: str) -> None:
    kind, body = KINDS[name], body_of(name)
    assert kind.mark(body, kind.read(body, RIGHT[name]), 3) == 3
    assert kind.mark(body, kind.read(body, WRONG[name]), 3) == 0
    assert kind.read(body, [" "] * len(WRONG[name])) is None
    assert kind.mark(body, None, 3) == 0
    with pytest.raises(KindError):
        kind.read(body, ["a"] * 9)


def test_each_gap_of_a_cloze_may_count_for_itself() -> None:
    body = body_of("cloze", scoring="parts")
    assert KINDS["cloze"].mark(body, WRONG["cloze"], 3) == 2


def test_what_was_typed_is_kept_as_it_was_typed() -> None:
    assert KINDS["numerical"].read(body_of("numerical"), [" khoảng  12 "]) == ["khoảng 12"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12,5", {"12.5"}),
        ("12.5", {"12.5"}),
        ("1.200", {"1200", "1.200"}),
        ("1.200.000", {"1200000"}),
        ("1.234,5", {"1234.5"}),
        ("1,234.5", {"1234.5"}),
        ("-3", {"-3"}),
        ("16 gb", {"16"}),
        ("mười", set()),
        ("1e5", set()),
        ("NaN", set()),
        (",", set()),
        ("", set()),
    ],
)
def test_numbers_are_read_as_they_are_written_here(typed: str, meant: set[str]) -> None:
    assert numbers_meant(typed, "GB") == {Decimal(one) for one in meant}


@given(st.text(max_size=40))
def test_no_text_stops_the_marking(typed: str) -> None:
    for name in ("numerical", "shortanswer"):
        kind, body = KINDS[name], body_of(name)
        answer = kind.read(body, [typed])
        assert kind.mark(body, answer, 1) in (0, 1)


def test_accents_and_capitals_matter_only_where_the_author_says_so() -> None:
    kind = KINDS["shortanswer"]
    strict = body_of("shortanswer", accepted=["Hà Nội"], case=True, accents=True)
    loose = body_of("shortanswer", accepted=["Hà Nội"])
    for typed, strictly in (("Hà Nội", 1), ("hà nội", 0), ("Ha Noi", 0)):
        assert (kind.mark(strict, [typed], 1), kind.mark(loose, [typed], 1)) == (strictly, 1)


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("matching", {"pairs": []}, "`pairs`"),
        ("matching", {"pairs": [{"left": "A", "right": "B", "why": "w"}] * 2}, "cùng nội dung"),
        ("matching", {"pairs": [{"left": "A", "right": "B"}, {"left": "C", "right": "D", "why": "w"}]}, "`why`"),
        ("matching", {"scoring": "half"}, "`scoring`"),
        ("ordering", {"items": ["A", "B"]}, "`items`"),
        ("ordering", {"items": ["A", "A", "B"]}, "cùng nội dung"),
        ("grouping", {"items": [{"text": t, "group": "Lạ", "why": "w"} for t in "ABC"]}, "Lạ"),
        ("numerical", {"value": "nhiều"}, "`value`"),
        ("numerical", {"tolerance": "-1"}, "`tolerance`"),
        ("numerical", {"value": True}, "`value`"),
        ("shortanswer", {"accepted": []}, "`accepted`"),
        ("shortanswer", {"case": "có"}, "`case`"),
        ("cloze", {"text": "Không có chỗ trống"}, "[[1]]"),
        ("cloze", {"text": "[[2]] [[1]] [[3]]"}, "[[1]]"),
        ("cloze", {"gaps": [{"kind": "essay"}], "text": "[[1]]"}, "`kind`"),
        ("cloze", {"gaps": [{"kind": "choice", "options": ["A", "B"], "right": "C"}], "text": "[[1]]"}, "`right`"),
        ("cloze", {"gaps": [{"kind": "number", "value": "tám"}], "text": "[[1]]"}, "`value`"),
    ],
)
def test_a_fault_is_one_sentence(kind: str, changes: dict[str, Any], said: str) -> None:
    faults = check_question(question("k-1", "mot", kind) | changes)
    assert len(faults) == 1 and said in faults[0], faults


@pytest.fixture
def an_sits_all(app: Flask, world: World) -> Sitter:
    """An before one question of each of these kinds."""
    rows = [question(f"{kind}-1", "mot", kind) for kind in PAIRS + FIELDS]
    report = load(app, world.agencies["T"], rows, blueprint=[{"topic": "mot", "take": len(rows)}])
    return Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])


def test_all_of_them_are_sat_saved_by_form_and_by_number_marked_and_explained(an_sits_all: Sitter) -> None:
    attempt_id = an_sits_all.start()
    paper = an_sits_all.paper(attempt_id)
    assert CANARY not in repr(paper.items)
    answers = {item.position: _right_for(item) for item in paper.items}
    for position, values in list(answers.items())[:3]:
        assert an_sits_all.save(attempt_id, position, values, 1).answer
    form = [(f"answer-{position}", value) for position, values in list(answers.items())[3:] for value in values]
    assert an_sits_all.submit(attempt_id, *form).points == 100 * len(answers)
    items = an_sits_all.carry_out(lambda: result(attempt_id, an_sits_all.person_id)).items
    assert all(item.is_right for item in items)
    with an_sits_all.app.test_request_context():
        for item in items:
            assert CANARY in render_template("quizzes/_pairs_result.html" if "pair" in item.template else "quizzes/_fields_result.html", item=item)


def _right_for(item: PaperItem) -> list[str]:
    """What is right for an item, told by what the page shows."""
    question_shown = item.question
    if "pieces" in question_shown:
        return RIGHT["cloze"]
    if "parts" not in question_shown:
        return RIGHT["numerical"] if question_shown["unit"] else RIGHT["shortanswer"]
    texts = {choice["text"]: choice["key"] for choice in question_shown["choices"]}
    if "1" in texts:
        return [f"{part['key']}:{int(str(part['text'])[1]) + 1}" for part in _plain(question_shown["parts"])]
    if "Nên" in texts:
        return [f"{part['key']}:{texts['Nên' if int(part['text'][1]) % 2 else 'Không nên']}" for part in _plain(question_shown["parts"])]
    return [f"{part['key']}:{texts['P' + part['text'][1:]]}" for part in _plain(question_shown["parts"])]


def _plain(parts: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{"key": part["key"], "text": part["text"].striptags()} for part in parts]
