"""Aiken, and what it cannot hold."""

import pytest

from lms.quizzes import FORMATS

AIKEN = FORMATS["aiken"]
GOOD = "Thủ đô?\nA. Huế\nB) Hà Nội\nC. Vinh\nANSWER: B\n"


def test_points_and_brackets_after_the_letter() -> None:
    read = AIKEN.read(("\ufeff" + GOOD + "\n" + GOOD.replace("Thủ đô", "Nước\nnào")).replace("\n", "\r\n").encode())
    assert read.faults == [] and [one.place for one in read.questions] == ["dòng 1", "dòng 7"]
    assert [option.get("correct", False) for option in read.questions[0].raw["options"]] == [False, True, False]
    assert read.questions[1].raw["text"] == "Nước\nnào?"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        (GOOD + "\nHỏi?\nA. a\nB. b\nC. c\n", "dòng 7", "thiếu dòng"),
        (GOOD.replace("ANSWER: B", "ANSWER: D"), "dòng 5", "“ANSWER: D”"),
        ("ANSWER: A\n" + GOOD, "dòng 1", "không có câu hỏi"),
        ("Hỏi?\nANSWER: A\n", "dòng 1", "không có phương án"),
        (GOOD.replace("C. Vinh\n", ""), "dòng 1", "từ 3 đến 5"),
        ("Hỏi?\nA. a\nB. b\nC. c\nlạ\nA. a\nB. b\nC. c\nANSWER: A\n", "dòng 5", "Không hiểu dòng này"),
    ],
)
def test_a_fault_names_its_line(text: str, place: str, said: str) -> None:
    faults = AIKEN.read(text.encode()).faults
    assert len(faults) == 1 and faults[0].place == place and said in faults[0].sentence, faults


def test_what_it_cannot_hold_is_listed_with_the_question() -> None:
    options = [{"text": "a", "correct": True, "why": "vì"}, {"text": "b", "why": "vì"}, {"text": "c", "why": "vì"}]
    single = {"kind": "single", "text": "Một\nhai", "options": options, "difficulty": "hard", "topic": "mot", "standards": ["X"]}
    true = {"kind": "truefalse", "text": "x", "answer": True, "why_true": "a", "why_false": "b", "difficulty": "easy"}
    written = AIKEN.write([true, single])
    said = {fault.sentence: fault.place for fault in written.lost}
    assert set(said.values()) == {"câu 1", "câu 2"}
    for part in ("truefalse", "`why`", "`difficulty`", "`topic`", "`standards`", "xuống dòng"):
        assert any(part in sentence for sentence in said), part
    assert written.content.decode() == "Một hai\nA. a\nB. b\nC. c\nANSWER: A\n"


def test_a_text_that_looks_like_markdown_is_pointed_out() -> None:
    assert any("định dạng chữ" in fault.sentence for fault in AIKEN.read(GOOD.replace("Thủ đô", "A1*B1*C1").encode()).lost)
