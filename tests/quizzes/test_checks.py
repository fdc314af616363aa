"""Whatever an author writes is checked: faults are sentences, all of them at once, and nothing makes the check fall over."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes import KINDS, check_blueprint, check_question, check_quiz

from .face.sitting import QUIZ, bank, question

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=4),
    max_leaves=12,
)
NAMES = ("key", "kind", "use", "topic", "difficulty", "scenario", "lesson", "standards", "text", "options", "answer", "why_true", "why_false")
LINES = st.fixed_dictionaries({"topic": st.just("mot") | JUNK, "take": st.just(1) | JUNK}, optional={"difficulty": JUNK, "scenario": JUNK})
BANK = bank()


def entries(*names: str) -> st.SearchStrategy[dict[Any, Any]]:
    """Anything under the names that are known, and under others."""
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=6) | st.integers(), JUNK, max_size=5)


def assert_sentences(faults: list[str]) -> None:
    """Each is one line that ends as a sentence does."""
    assert all(isinstance(fault, str) and fault.endswith(".") for fault in faults), faults


def test_all_faults_of_a_question_are_said_at_once() -> None:
    faults = check_question(question("k-1", "mot") | {"key": "", "use": "x", "options": [], "dificulty": "easy"})
    assert len(faults) == 4
    assert_sentences(faults)


def test_entries_for_the_reader_of_the_file_are_no_fault() -> None:
    assert check_question(question("k-1", "mot") | {"_ghi chú": "cho người soạn", "standards": ["TT03-1.2"], "scenario": True}) == []


@settings(deadline=None)
@given(st.sampled_from(sorted(KINDS)), entries(*NAMES))
def test_whatever_stands_in_a_question_is_checked_and_what_passes_can_be_loaded(kind: str, more: dict[Any, Any]) -> None:
    raw = {**question("k-1", "mot", kind), **more}
    faults = check_question(raw)
    assert_sentences(faults)
    if not faults:
        KINDS[raw["kind"]].parse(raw)


@settings(deadline=None)
@given(JUNK | entries(*QUIZ).map(lambda more: {**QUIZ, **more}))
def test_whatever_stands_in_a_quiz_is_checked(raw: Any) -> None:
    assert_sentences(check_quiz(raw, BANK))


@settings(deadline=None)
@given(st.lists(LINES | JUNK, max_size=4) | JUNK)
def test_whatever_stands_in_a_blueprint_is_checked(blueprint: Any) -> None:
    assert_sentences(check_blueprint(blueprint, BANK))
