"""How answers count: whole, by parts, with a deduction; and keys of options that tell nothing of the author's order."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes import KINDS, check_question
from lms.quizzes.kind import KindError

from .face.sitting import question

MULTIPLE = KINDS["multiple"]
SCORINGS = ("whole", "parts", "penalty")


def options(right: set[int], texts: str = "ABCDE") -> list[dict[str, Any]]:
    """Options with these texts, of which those at these places are right."""
    return [{"text": text, "why": "vì"} | ({"correct": True} if place in right else {}) for place, text in enumerate(texts)]


def body_of(scoring: str, right: set[int], texts: str = "ABCDE") -> dict[str, Any]:
    """The body of a multiple choice question."""
    return MULTIPLE.parse(question("k-1", "mot", "multiple", options=options(right, texts), scoring=scoring))


def points(scoring: str, right: set[int], chosen: str, most: int = 100) -> int | None:
    """Points of these letters; the texts are in the order of the alphabet, so the letters are the keys."""
    return MULTIPLE.mark(body_of(scoring, right), list(chosen), most)


@pytest.mark.parametrize(
    ("scoring", "chosen", "expected"),
    [
        ("whole", "abc", 100),
        ("whole", "ab", 0),
        ("whole", "abcd", 0),
        ("parts", "abc", 100),
        ("parts", "a", 33),
        ("parts", "ab", 66),
        ("parts", "abd", 66),
        ("parts", "de", 0),
        ("parts", "abcd", 0),
        ("parts", "abcde", 0),
        ("penalty", "abc", 100),
        ("penalty", "ab", 66),
        ("penalty", "abd", 33),
        ("penalty", "abcd", 66),
        ("penalty", "ad", 0),
        ("penalty", "de", 0),
    ],
)
def test_three_of_five_right_options_count_by_the_rule_of_the_question(scoring: str, chosen: str, expected: int) -> None:
    assert points(scoring, {0, 1, 2}, chosen) == expected


@given(st.sampled_from(SCORINGS), st.sets(st.integers(0, 4), min_size=2, max_size=4), st.sets(st.sampled_from("abcde")), st.integers(1, 1000))
def test_points_lie_between_nothing_and_the_maximum_which_only_the_right_answer_gets(
    scoring: str, right: set[int], chosen: set[str], most: int
) -> None:
    given_points = points(scoring, right, "".join(sorted(chosen)), most)
    keys = {"abcde"[place] for place in right}
    assert given_points is not None and 0 <= given_points <= most
    assert (given_points == most) == (chosen == keys)
    share = Fraction(len(chosen & keys), len(right))
    assert given_points <= most * share


@given(st.sets(st.integers(0, 4), min_size=2, max_size=4), st.sets(st.sampled_from("abcde")))
def test_a_deduction_never_gives_more_than_no_deduction_within_the_number_of_right_options(right: set[int], chosen: set[str]) -> None:
    said = "".join(sorted(chosen))
    if len(chosen) <= len(right):
        assert (points("penalty", right, said) or 0) <= (points("parts", right, said) or 0)


def test_choosing_everything_gives_nothing_by_parts() -> None:
    assert points("parts", {0, 1, 2, 3}, "abcde") == 0


def test_no_answer_gives_nothing() -> None:
    for scoring in SCORINGS:
        assert MULTIPLE.mark(body_of(scoring, {0, 1}), None, 100) == 0


def test_the_rule_comes_back_as_written_and_the_usual_one_is_not_stored() -> None:
    for scoring in SCORINGS:
        body = body_of(scoring, {0, 2})
        assert MULTIPLE.parse(MULTIPLE.written(body)) == body
        assert body.get("scoring", "whole") == scoring and ("scoring" in body) == (scoring != "whole")


def test_a_rule_that_nobody_knows_is_said_so() -> None:
    faults = check_question(question("k-1", "mot", "multiple", scoring="half"))
    assert len(faults) == 1 and "`scoring`" in faults[0]
    assert check_question(question("k-1", "mot", "single", scoring="parts"))


def test_the_learner_is_told_that_wrong_choices_cost_points() -> None:
    assert MULTIPLE.deliver(body_of("penalty", {0, 1}), ["a"])["scoring"] == "penalty"
    assert "scoring" not in MULTIPLE.deliver(body_of("whole", {0, 1}), ["a"])


@given(st.permutations("ABCDE"), st.sets(st.integers(0, 4), min_size=2, max_size=4))
def test_keys_depend_on_the_texts_and_not_on_where_the_author_put_them(texts: list[str], right: set[int]) -> None:
    body = body_of("whole", right, "".join(texts))
    assert {option["text"]: option["key"] for option in body["options"]} == dict(zip("ABCDE", "abcde", strict=True))
    assert [option["text"] for option in body["options"]] == texts
    assert [option["text"] for option in MULTIPLE.written(body)["options"]] == texts
    assert MULTIPLE.read(body, MULTIPLE.keys(body)) == list("abcde"), "not even the order of a stored answer is the author's"


def test_the_choices_of_a_gap_tell_nothing_by_their_keys_or_their_order() -> None:
    kind = KINDS["cloze"]
    shown = []
    for choices in (["x", "m", "b"], ["b", "x", "m"]):
        body = kind.parse(question("k-1", "mot", "cloze", text="[[1]]", gaps=[{"kind": "choice", "options": choices, "right": "x"}]))
        assert kind.parse(kind.written(body)) == body and kind.written(body)["gaps"][0]["options"] == choices
        shown.append(kind.deliver(body, [])["gaps"])
        assert kind.mark(body, ["c"], 100) == 100 and kind.explain(body, ["c"], [])["parts"][0]["chosen"] == "x"
    assert shown[0] == shown[1] == [{"kind": "choice", "options": [{"key": key, "text": text} for key, text in ("ab", "bm", "cx")]}]


OLD_GAP = {"kind": "choice", "options": ["x", "m"], "right": "a"}


def test_bodies_stored_with_keys_by_the_authors_order_are_still_marked_and_shown() -> None:
    old = {"text": "Câu?", "options": [{"key": key, "text": text, "correct": key == "a", "why": "vì"} for key, text in ("az", "by", "cx")]}
    assert KINDS["single"].mark(old, ["a"], 100) == 100
    cloze = {"text": "[[1]]", "gaps": [OLD_GAP], "why": "vì"}
    assert KINDS["cloze"].mark(cloze, ["a"], 100) == 100
    assert [one["text"] for one in KINDS["cloze"].deliver(cloze, [])["gaps"][0]["options"]] == ["x", "m"]


def test_a_corrected_body_takes_the_keys_of_the_one_that_was_answered() -> None:
    old = {"text": "Câu?", "options": [{"key": key, "text": text, "correct": key == "a", "why": "vì"} for key, text in ("az", "by", "cx")]}
    single = KINDS["single"]
    raw = single.written(old)
    raw["options"][0].pop("correct")
    raw["options"][2]["correct"] = True
    corrected = single.keyed_like(single.parse(raw), old)
    assert (single.mark(corrected, ["c"], 100), single.mark(corrected, ["a"], 100)) == (100, 0)
    assert single.deliver(corrected, ["b", "a", "c"]) == single.deliver(old, ["b", "a", "c"])
    raw["options"][1]["text"] = "khác"
    with pytest.raises(KindError):
        single.keyed_like(single.parse(raw), old)


def test_a_corrected_cloze_takes_the_keys_of_the_one_that_was_answered() -> None:
    cloze, old = KINDS["cloze"], {"text": "[[1]]", "gaps": [OLD_GAP], "why": "vì"}
    raw = cloze.written(old)
    raw["gaps"] = [{"kind": "choice", "options": ["m", "x"], "right": "m"}]
    corrected = cloze.keyed_like(cloze.parse(raw), old)
    assert (cloze.mark(corrected, ["b"], 100), cloze.mark(corrected, ["a"], 100)) == (100, 0)
    for gaps in ([{"kind": "choice", "options": ["m", "y"], "right": "m"}], [{"kind": "text", "accepted": ["m"]}]):
        with pytest.raises(KindError):
            cloze.keyed_like(cloze.parse({**raw, "gaps": gaps}), old)
    assert KINDS["truefalse"].keyed_like(body := KINDS["truefalse"].parse(question("k", "mot", "truefalse")), body) == body


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("12,5", True),
        ("12.5", True),
        ("12,4", True),
        ("12,6 GB", True),
        ("12,61", False),
        ("12,39", False),
        ("12,5 MB", False),
        ("12500", False),
    ],
)
def test_a_number_is_right_within_its_tolerance_with_or_without_its_unit(typed: str, is_right: bool) -> None:
    kind = KINDS["numerical"]
    body = kind.parse(question("k-1", "mot", "numerical"))
    assert kind.mark(body, kind.read(body, [typed]), 100) == (100 if is_right else 0)


@pytest.mark.parametrize("case", [True, False])
@pytest.mark.parametrize("accents", [True, False])
def test_capitals_and_accents_of_a_short_text_matter_each_for_itself(case: bool, accents: bool) -> None:
    kind = KINDS["shortanswer"]
    body = kind.parse(question("k-1", "mot", "shortanswer", accepted=["Đà Nẵng"], case=case, accents=accents))
    for typed, has_case, has_accents in (("Đà Nẵng.", True, True), ("đà nẵng", False, True), ("Da Nang", True, False), ("da nang", False, False)):
        is_right = (has_case or not case) and (has_accents or not accents)
        assert kind.mark(body, kind.read(body, [typed]), 100) == (100 if is_right else 0), typed


@given(
    st.sampled_from([name for name in sorted(KINDS) if name in ("matching", "ordering", "grouping")]), st.sampled_from(["whole", "parts"]), st.data()
)
def test_parts_of_a_question_never_give_more_than_their_share(name: str, scoring: str, data: st.DataObject) -> None:
    kind: Any = KINDS[name]
    body = kind.parse(question("k-1", "mot", name, scoring=scoring))
    choices = [choice["key"] for choice in kind.choices(body)]
    answer = [f"{part['key']}:{data.draw(st.sampled_from(choices))}" for part in kind.parts(body)]
    right = sum(value == f"{part['key']}:{part['right']}" for value, part in zip(answer, kind.parts(body), strict=True))
    total, mark = len(answer), kind.mark(body, answer, 100)
    assert 0 <= mark <= 100 and (mark == 100) == (right == total)
    assert mark == (100 * right // total if scoring == "parts" or right == total else 0)


def test_a_paper_shows_all_options_whatever_the_order() -> None:
    body = body_of("whole", {0, 1})
    orders = {tuple(MULTIPLE.drawn(body, Random(seed))) for seed in range(50)}
    assert len(orders) > 10 and all(sorted(order) == list("abcde") for order in orders)
