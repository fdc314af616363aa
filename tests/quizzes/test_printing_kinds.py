"""Questions on paper: what stands there, what its key says, and how what was written there is keyed in."""

import re
from random import Random
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes import KINDS
from lms.quizzes.kind import KindError

from .face.sitting import CANARY, question

PRINTED = ("single", "multiple", "truefalse", "matching", "ordering", "grouping", "numerical", "shortanswer", "cloze", "essay", "places", "inbox")
MARKED = [name for name in PRINTED if name != "essay"]


def drawn(name: str, seed: int = 7, **more: Any) -> tuple[Any, dict[str, Any], list[str]]:
    """A kind, a body of it, and an order as a variant of a paper draws it."""
    kind = KINDS[name]
    body = kind.parse(question("k-1", "mot", name, **more))
    return kind, body, kind.drawn(body, Random(seed))


@pytest.mark.parametrize("name", PRINTED)
def test_every_kind_stands_on_paper_without_its_key(name: str, app: Flask) -> None:
    kind, body, order = drawn(name)
    assert kind.can_be_printed
    with app.test_request_context():
        html = render_template(kind.print_template, question=kind.printed(body, order))
    assert "k-1" in html and not re.search(rf"{CANARY}|correct|<input|<select|<textarea", html)


@pytest.mark.parametrize("name", MARKED)
@pytest.mark.parametrize("seed", range(6))
def test_what_the_key_says_is_keyed_in_as_the_right_answer(name: str, seed: int) -> None:
    kind, body, order = drawn(name, seed)
    said = kind.key_said(body, order)
    typed = "".join(re.findall(r"-(\w)", said)) if re.fullmatch(r"(\w+-\w ?)+", said) else said
    assert kind.mark(body, kind.read_keyed(body, order, typed), 100, order) == 100
    assert kind.mark(body, kind.read_keyed(body, order, typed.lower()), 100, order) == 100


@pytest.mark.parametrize("name", PRINTED)
@pytest.mark.parametrize("typed", ["", " ", "-", "–"])
def test_nothing_or_a_dash_is_no_answer(name: str, typed: str) -> None:
    kind, body, order = drawn(name)
    assert kind.read_keyed(body, order, typed) is None


def test_letters_follow_the_order_of_the_variant() -> None:
    kind, body, _order = drawn("single")
    right = next(option["key"] for option in body["options"] if option["correct"])
    others = [key for key in kind.keys(body) if key != right]
    for place in range(4):
        order = [*others[:place], right, *others[place:]]
        assert kind.key_said(body, order) == "ABCD"[place]
        assert [option["letter"] for option in kind.printed(body, order)["options"]] == list("ABCD")
        assert kind.printed(body, order)["options"][place]["key"] == right
        assert kind.read_keyed(body, order, "abcd"[place]) == [right]


def test_several_letters_are_keyed_in_with_or_without_signs_between_them() -> None:
    kind, body, order = drawn("multiple")
    assert (
        kind.read_keyed(body, order, "AC")
        == kind.read_keyed(body, order, "c, a")
        == kind.read_keyed(body, order, "A; C.")
        == sorted([order[0], order[2]])
    )
    assert re.fullmatch(r"[A-D], [A-D]", kind.key_said(body, order))


def test_true_and_false_are_keyed_in_by_their_letter_or_their_word() -> None:
    kind, body, order = drawn("truefalse")
    assert kind.key_said(body, order) == "A"
    assert kind.read_keyed(body, order, "Đ") == kind.read_keyed(body, order, "a") == ["true"]
    assert kind.read_keyed(body, order, "s") == kind.read_keyed(body, order, "B") == ["false"]


def test_pairs_are_keyed_in_by_one_sign_for_each_line() -> None:
    kind, body, order = drawn("matching")
    said = kind.key_said(body, order)
    assert re.fullmatch(r"1-[A-D] 2-[A-D] 3-[A-D]", said)
    answer = kind.read_keyed(body, order, "A-B")
    assert answer == [f"a:{order[0]}", f"c:{order[1]}"]


def test_steps_are_lettered_on_paper_and_their_places_are_numbers() -> None:
    kind, body, order = drawn("ordering")
    assert re.fullmatch(r"A-\d B-\d C-\d D-\d", kind.key_said(body, order))
    assert [choice["mark"] for choice in kind.printed(body, order)["choices"]] == list("1234")
    assert set(kind.read_keyed(body, order, "4321")) == {f"{key}:{4 - place}" for place, key in enumerate(order)}


def test_several_gaps_are_keyed_in_with_semicolons_and_a_choice_by_its_letter() -> None:
    kind, body, order = drawn("cloze")
    assert kind.key_said(body, order) == f"{CANARY} tính; 8; B"
    assert kind.read_keyed(body, order, "máy; 8,0; b") == ["máy", "8,0", "b"]
    assert kind.read_keyed(body, order, "-;8;-") == ["", "8", ""]
    options = kind.printed(body, order)["gaps"][2]["options"]
    assert [(option["letter"], option["text"]) for option in options] == [("A", "một cái bàn"), ("B", "một ổ đĩa")]


def test_a_number_is_said_with_its_comma_and_unit() -> None:
    kind, body, order = drawn("numerical")
    assert kind.key_said(body, order) == "12,5 GB"
    assert kind.read_keyed(body, order, "12,5") == ["12,5"]


def test_one_field_may_hold_a_semicolon() -> None:
    kind, body, order = drawn("shortanswer")
    assert kind.read_keyed(body, order, "a; b") == ["a; b"]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("single", "E", "từ A đến D"),
        ("single", "AB", "nhiều ô"),
        ("single", "A-", "từ A đến D"),
        ("truefalse", "C", "từ A đến B"),
        ("matching", "AB", "3 ký hiệu"),
        ("matching", "ABZ", "3 ký hiệu"),
        ("matching", "AAAA", "3 ký hiệu"),
        ("ordering", "ABCD", "4 ký hiệu"),
        ("cloze", "máy; 8", "3 chỗ trống"),
        ("cloze", "máy; 8; C", "từ A đến B"),
    ],
)
def test_what_cannot_be_an_answer_is_said_so(name: str, typed: str, said: str) -> None:
    kind, body, order = drawn(name)
    with pytest.raises(KindError) as refused:
        kind.read_keyed(body, order, typed)
    assert said in refused.value.sentence


@given(st.sampled_from(PRINTED), st.text(max_size=12) | st.text("ABCDabcd1234-;, .Đs", max_size=12))
def test_no_typist_breaks_it(name: str, typed: str) -> None:
    kind, body, order = drawn(name)
    try:
        answer = kind.read_keyed(body, order, typed)
    except KindError as error:
        assert error.sentence.endswith(".")
    else:
        assert answer is None or answer == kind.read(body, answer)


@pytest.mark.parametrize(("most", "lines"), [(None, 8), (90, 10), (2000, 40)])
def test_a_text_gets_lines_for_its_words(most: int | None, lines: int) -> None:
    kind, body, order = drawn("essay", fewest_words=None, most_words=most)
    assert kind.printed(body, order)["lines"] == lines
    assert kind.key_said(body, order).startswith(CANARY)


def test_the_words_of_every_question_can_be_listed() -> None:
    for name in sorted(KINDS):
        if name not in PRINTED:
            continue
        kind, body, _order = drawn(name)
        assert kind.in_short(body).replace("Câu ", "").startswith("k-1") and "[[" not in kind.in_short(body)
