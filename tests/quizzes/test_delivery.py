"""What reaches the page before marking does not depend on the key, over questions that Hypothesis writes; for every kind."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes import KINDS, PaperItem
from lms.quizzes.kind import KindError

from .face.sitting import CANARY, question

SAID = st.text(st.sampled_from("abđêơư 159 *_`<>&\"'()[]/\\=-~"), max_size=30)
few = settings(deadline=None, max_examples=60)


@dataclass(frozen=True)
class Written:
    """A question; a twin that looks the same but has another key and other explanations; the right answer of the first."""

    raw: dict[str, Any]
    twin: dict[str, Any]
    right: frozenset[str]


@st.composite
def choices(draw: st.DrawFn, kind: str, fewest: int, least_wrong: int) -> Written:
    """Questions with options, of which at least `fewest` are right."""
    texts = draw(st.lists(SAID, min_size=3, max_size=5))
    most = 1 if fewest == 1 else len(texts) - least_wrong
    places = st.sets(st.integers(0, len(texts) - 1), min_size=fewest, max_size=most)
    base = {"kind": kind, "text": f"Câu hỏi {draw(SAID)}?"}

    def with_key(right: set[int], mark: str) -> dict[str, Any]:
        options = [{"text": f"Phương án {n} {said}", "correct": n in right, "why": f"{CANARY} {mark} {said}"} for n, said in enumerate(texts)]
        return {**base, "options": options}

    right = draw(places)
    return Written(with_key(right, "một"), with_key(draw(places), "hai"), frozenset("abcde"[n] for n in right))


@st.composite
def statements(draw: st.DrawFn) -> Written:
    """Questions of true or false."""
    text, said, answer = f"Nhận định {draw(SAID)}.", draw(SAID), draw(st.booleans())
    raw = {"kind": "truefalse", "text": text, "answer": answer, "why_true": f"{CANARY} {said}", "why_false": f"{CANARY} khác"}
    twin = {**raw, "answer": not answer, "why_true": f"{CANARY} hai", "why_false": f"{CANARY} ba"}
    return Written(raw, twin, frozenset({"true" if answer else "false"}))


WRITTEN = {"single": choices("single", 1, 0), "multiple": choices("multiple", 2, 1), "truefalse": statements()}
of_every_kind = pytest.mark.parametrize("name", sorted(WRITTEN))


@of_every_kind
def test_what_is_delivered_does_not_depend_on_the_key_or_the_explanations(name: str) -> None:
    kind = KINDS[name]

    @few
    @given(WRITTEN[name], st.randoms())
    def holds(written: Written, chance: Any) -> None:
        body, twin = kind.parse(written.raw), kind.parse(written.twin)
        order = kind.keys(body)
        chance.shuffle(order)
        delivered = kind.deliver(body, order)
        assert delivered == kind.deliver(twin, order)
        assert CANARY not in repr(delivered)
        assert [option["key"] for option in delivered["options"]] == order

    holds()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_page_of_a_question_holds_no_canary(name: str, app: Flask) -> None:
    kind = KINDS[name]
    body = kind.parse(question("k-1", "mot", name))
    item = PaperItem(1, 1, kind.template, kind.deliver(body, kind.keys(body)), [], "", 0, None)
    with app.test_request_context():
        html = render_template(kind.template, item=item)
    assert "k-1" in html and all(re.search(rf'value="(\w:)?{key}[":]', html) for key in kind.keys(body))
    assert not re.search(f"{CANARY}|correct|why|checked", html)


@of_every_kind
def test_only_options_of_the_question_are_read(name: str) -> None:
    kind = KINDS[name]
    values_sent = st.lists(st.text(max_size=5) | st.sampled_from(["a", "b", "true", "false", "z", "A", "a,b", ""]), max_size=6)

    @few
    @given(WRITTEN[name], values_sent)
    def holds(written: Written, values: list[str]) -> None:
        body = kind.parse(written.raw)
        known = set(kind.keys(body))
        try:
            answer = kind.read(body, values)
        except KindError as error:
            assert error.sentence.endswith(".")
            assert not set(values) <= known or len(set(values)) > 1
        else:
            assert set(values) == set(answer or ()) <= known
            assert answer != []

    holds()


@of_every_kind
def test_only_the_whole_right_answer_gives_points(name: str) -> None:
    kind = KINDS[name]

    @few
    @given(WRITTEN[name], st.data())
    def holds(written: Written, data: st.DataObject) -> None:
        body = kind.parse(written.raw)
        chosen = data.draw(st.just(set(written.right)) | st.sets(st.sampled_from(kind.keys(body))))
        assert kind.mark(body, sorted(chosen), 3) == (3 if chosen == written.right else 0)
        shown = kind.explain(body, sorted(chosen), kind.keys(body))["options"]
        assert {option["key"] for option in shown if option["correct"]} == written.right
        assert {option["key"] for option in shown if option["chosen"]} == chosen
        assert all(CANARY in option["why"] for option in shown)

    holds()
