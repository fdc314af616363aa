"""What an author wrote is checked, and every fault is one sentence; nothing that can be written makes the check fall over."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes import KINDS, check_blueprint, check_question, check_quiz
from tests.quizzes.written import JUNK, PLAIN, multiple, quiz, single, truefalse

BANK = [single("q1"), single("q2", difficulty="hard"), multiple("q3", scenario=True), truefalse("q4", "hai"), single("s1", use="self-check")]
NAMES = ["key", "kind", "use", "topic", "difficulty", "scenario", "lesson", "standards", "text", "options", "answer", "why_true", "title", "take"]


def entries_of(*names: str) -> st.SearchStrategy[dict[Any, Any]]:
    """Anything under the names that are known, and under others."""
    return st.dictionaries(st.sampled_from(names) | st.text(max_size=6) | st.integers(), JUNK, max_size=5)


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_a_whole_question_has_no_fault(name: str) -> None:
    more = {"use": "test", "scenario": True, "lesson": "01-dai", "standards": ["TT03-1.2"], "_ghi chú": "cho người soạn"}
    assert check_question({**PLAIN[name], **more}) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"key": "Câu 1"}, "`key` chỉ gồm"),
        ({"key": 1}, "`key` chỉ gồm"),
        ({"topic": None}, "thiếu `topic`"),
        ({"kind": "essay"}, "`kind` phải là một trong: "),
        ({"kind": ["single"]}, "`kind` phải là một trong: "),
        ({"use": "exam"}, "`use` phải là một trong: test, self-check"),
        ({"difficulty": "impossible"}, "`difficulty` phải là một trong: easy, medium, hard"),
        ({"scenario": "yes"}, "`scenario` chỉ là true hoặc false"),
        ({"lesson": "Bài 1"}, "`lesson` phải là khóa"),
        ({"standards": "TT03"}, "`standards` phải là danh sách"),
        ({"dificulty": "easy"}, "Không có mục `dificulty`"),
        ({"why_true": "của loại khác"}, "Không có mục `why_true`"),
        ({"text": ""}, "Câu hỏi thiếu `text`"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(wrong: dict[str, Any], said: str) -> None:
    faults = check_question({**PLAIN["single"], **wrong})
    assert len(faults) == 1 and said in faults[0] and faults[0].endswith(".")


def test_all_faults_are_said_at_once() -> None:
    assert len(check_question({**PLAIN["single"], "key": "", "use": "x", "options": []})) == 3


@pytest.mark.parametrize(
    ("blueprint", "said"),
    [
        (None, "phải là danh sách"),
        ([], "phải là danh sách"),
        (["mot"], "Dòng 1 của `blueprint` không đúng dạng"),
        ([{"topic": "mot"}], "`take` là số câu"),
        ([{"topic": "mot", "take": True}], "`take` là số câu"),
        ([{"topic": "mot", "take": 0}], "`take` là số câu"),
        ([{"topic": "mot", "take": -1}], "`take` là số câu"),
        ([{"take": 1}], "thiếu `topic`"),
        ([{"topic": "mot", "take": 1, "difficulty": "x"}], "không có `difficulty` này"),
        ([{"topic": "mot", "take": 1, "scenario": None}], "`scenario` chỉ là"),
        ([{"topic": "mot", "take": 1, "count": 1}], "có mục lạ"),
        ([{"topic": "ba", "take": 1}], "Chủ đề `ba` có 0 câu phù hợp, đề cần 1"),
        ([{"topic": "mot", "take": 4}], "Chủ đề `mot` có 3 câu phù hợp, đề cần 4"),
        ([{"topic": "mot", "take": 3}, {"topic": "mot", "take": 1, "difficulty": "hard"}], "cần chung những câu hỏi"),
        ([{"topic": "mot", "take": 150}, {"topic": "hai", "take": 100}], "nhiều nhất 200 câu"),
    ],
)
def test_a_blueprint_that_the_bank_cannot_fill_is_said(blueprint: Any, said: str) -> None:
    faults = check_blueprint(blueprint, BANK)
    assert faults and said in faults[0] and faults[0].endswith(".")


def test_lines_that_overlap_share_the_bank() -> None:
    assert check_blueprint([{"topic": "mot", "take": 2}, {"topic": "mot", "take": 1, "difficulty": "hard"}], BANK) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "Bài"},
        {"title": "Bài"},
        {"title": {"en": "Test"}},
        {"minutes": 0},
        {"attempts": 0},
        {"pass_percent": 101},
        {"counts": 1},
        {"minute": 5},
    ],
)
def test_what_is_wrong_with_a_quiz_is_said(wrong: dict[str, Any]) -> None:
    assert check_quiz(quiz(), BANK) == []
    faults = check_quiz(quiz(**wrong), BANK)
    assert len(faults) == 1 and faults[0].endswith(".")


@settings(deadline=None)
@given(JUNK | st.tuples(st.sampled_from(sorted(PLAIN)), entries_of(*NAMES)).map(lambda pair: {**PLAIN[pair[0]], **pair[1]}))
def test_whatever_is_written_as_a_question_is_checked(raw: Any) -> None:
    faults = check_question(raw)
    assert all(isinstance(fault, str) and fault for fault in faults)
    if not faults:
        KINDS[raw["kind"]].parse(raw)


@settings(deadline=None)
@given(JUNK | entries_of("key", "title", "minutes", "attempts", "pass_percent", "counts", "blueprint").map(lambda more: {**quiz(), **more}))
def test_whatever_is_written_as_a_quiz_is_checked(raw: Any) -> None:
    assert all(isinstance(fault, str) and fault for fault in check_quiz(raw, BANK))


@given(st.lists(st.fixed_dictionaries({"topic": st.just("mot") | JUNK, "take": st.just(1) | JUNK}) | JUNK, max_size=4))
def test_whatever_is_written_as_a_blueprint_is_checked(blueprint: list[Any]) -> None:
    assert all(isinstance(fault, str) and fault for fault in check_blueprint(blueprint, BANK))
