"""The kinds of question: parse, deliver without key, read, mark, explain."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes import KINDS, check_question
from lms.quizzes.kind import KindError

from .sitting import CANARY, question

OF_OPTIONS = ("multiple", "single", "truefalse")


@pytest.fixture(params=OF_OPTIONS)
def kind_name(request: pytest.FixtureRequest) -> str:
    """Every kind that is answered by choosing among options."""
    return str(request.param)


def body_of(kind: str) -> dict[str, Any]:
    """The body of a question of the kind."""
    return KINDS[kind].parse(question("k-1", "mot", kind))


def keys_in(data: Any) -> set[str]:
    """Every name of every mapping inside."""
    if isinstance(data, dict):
        return set(data) | {name for value in data.values() for name in keys_in(value)}
    return {name for value in data for name in keys_in(value)} if isinstance(data, list) else set()


def test_every_file_of_the_folder_is_a_kind() -> None:
    assert set(KINDS) == {*OF_OPTIONS, "matching", "ordering", "grouping", "numerical", "shortanswer", "cloze", "essay", "inbox", "places"}


def test_what_is_delivered_holds_no_key_and_no_explanation(kind_name: str) -> None:
    kind, body = KINDS[kind_name], body_of(kind_name)
    delivered = kind.deliver(body, kind.keys(body))
    assert keys_in(delivered) == {"text", "options", "key"}
    assert CANARY not in repr(delivered)


def test_the_explanation_says_chosen_correct_and_why_of_every_option(kind_name: str) -> None:
    kind, body = KINDS[kind_name], body_of(kind_name)
    first = kind.keys(body)[0]
    explained = kind.explain(body, [first], list(reversed(kind.keys(body))))["options"]
    assert [option["key"] for option in explained] == list(reversed(kind.keys(body)))
    assert [option["key"] for option in explained if option["chosen"]] == [first]
    assert any(option["correct"] for option in explained)
    assert all(CANARY in option["why"] for option in explained)


def test_only_values_of_the_question_are_read(kind_name: str) -> None:
    kind, body = KINDS[kind_name], body_of(kind_name)
    assert kind.read(body, []) is None
    assert kind.read(body, kind.keys(body)[:1]) == kind.keys(body)[:1]
    for values in (["z"], [kind.keys(body)[0], "z"], [""], ["\x00"]):
        with pytest.raises(KindError):
            kind.read(body, values)


@pytest.mark.parametrize("name", ["single", "truefalse"])
def test_one_choice_reads_one_value(name: str) -> None:
    kind, body = KINDS[name], body_of(name)
    with pytest.raises(KindError):
        kind.read(body, kind.keys(body)[:2])


@given(st.sampled_from(OF_OPTIONS), st.sets(st.sampled_from(["a", "b", "c", "d", "true", "false"])), st.integers(1, 9))
def test_all_or_nothing(name: str, chosen: set[str], most: int) -> None:
    kind, body = KINDS[name], body_of(name)
    correct = {option["key"] for option in body["options"] if option["correct"]}
    assert kind.mark(body, sorted(chosen), most) == (most if chosen == correct else 0)
    assert kind.mark(body, None, most) == 0


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6))
def test_the_order_of_ticks_does_not_matter(values: list[str]) -> None:
    kind, body = KINDS["multiple"], body_of("multiple")
    assert kind.read(body, values) == (sorted(set(values)) or None)


def test_markup_of_an_author_is_made_safe() -> None:
    raw = question("k-1", "mot", text="**Đậm** <script>alert(1)</script> [x](javascript:alert(1))")
    kind = KINDS["single"]
    text = kind.deliver(kind.parse(raw), ["a"])["text"]
    assert "<strong>Đậm</strong>" in text and "<script" not in text and "javascript" not in text


def options(**first: Any) -> list[Any]:
    """Four options, the first of them changed."""
    return [{"text": "A", "why": "w", "correct": True} | first, *({"text": text, "why": "w"} for text in "BCD")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "poem"}, "`kind`"),
        ({"kind": ["single"]}, "`kind`"),
        ({"key": "Câu 1"}, "`key`"),
        ({"topic": None}, "`topic`"),
        ({"difficulty": "rất khó"}, "`difficulty`"),
        ({"use": "thi"}, "`use`"),
        ({"scenario": "có"}, "`scenario`"),
        ({"lesson": 3}, "`lesson`"),
        ({"standards": "CD19"}, "`standards`"),
        ({"text": ""}, "`text`"),
        ({"text": 5}, "`text`"),
        ({"text": "x" * 5000}, "dài quá"),
        ({"text": "![hình](files/x.png)"}, "hình"),
        ({"dificulty": "easy"}, "`dificulty`"),
        ({"options": "a, b"}, "phương án"),
        ({"options": options()[:2]}, "từ 3 đến 5"),
        ({"options": options(correct=False)}, "đúng một phương án đúng"),
        ({"options": [*options()[:3], {"text": "D", "why": "w", "correct": True}]}, "đúng một phương án đúng"),
        ({"options": options(correct="có")}, "`correct`"),
        ({"options": options(corect=True)}, "`corect`"),
        ({"options": options(why=" ")}, "`why`"),
        ({"options": options(text="B")}, "cùng nội dung"),
        ({"options": options(text="- a\n- b")}, "một đoạn văn"),
        ({"options": [None, *options()[1:]]}, "không đúng dạng"),
    ],
)
def test_a_fault_is_one_sentence(changes: dict[str, Any], said: str) -> None:
    faults = check_question(question("k-1", "mot") | changes)
    assert any(said in fault for fault in faults), faults


@pytest.mark.parametrize(
    "raw",
    [
        question("k-1", "mot", "truefalse", answer="có"),
        question("k-1", "mot", "truefalse", why_true=None),
        question("k-1", "mot", "multiple", options=options()),
        question("k-1", "mot", "multiple", options=[one | {"correct": True} for one in options()]),
    ],
)
def test_other_kinds_have_their_faults_too(raw: dict[str, Any]) -> None:
    assert len(check_question(raw)) == 1


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"kind": None}])
def test_what_is_no_question_is_said_so(raw: Any) -> None:
    assert check_question(raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )
)
def test_no_option_list_however_odd_breaks_the_check(odd: Any) -> None:
    for name in sorted(KINDS):
        check_question({"kind": name, "options": odd, "text": "Câu?", "answer": odd, "why_true": odd})


def test_a_sound_question_has_no_fault(kind_name: str) -> None:
    assert check_question(question("k-1", "mot", kind_name)) == []
