"""Questions pasted from Word, in the habits of those who wrote them."""

from typing import Any

import pytest

from lms.quizzes import FORMATS, Read
from lms.quizzes.format import NO_WHY

PLAIN = FORMATS["plain"]


def read(text: str) -> Read:
    """What stands in the text."""
    return PLAIN.read(text.encode())


def one(text: str) -> dict[str, Any]:
    """The only question of a text without faults."""
    found = read(text)
    assert found.faults == [] and len(found.questions) == 1, found
    return found.questions[0].raw


def right(text: str) -> str:
    """The letters of the right options."""
    return "".join(letter for letter, option in zip("ABCDE", one(text)["options"], strict=False) if option.get("correct"))


@pytest.mark.parametrize(
    "number",
    [
        "Câu 1. ",
        "Câu 1: ",
        "CÂU 1.",
        "câu hỏi 1) ",
        "Question 1: ",
        "1. ",
        "1) ",
        "Câu 1 (0,5 điểm): ",
        "Câu 1:\n",
        "1/ ",
        "Câu 1/ ",
        "1.\t",
        "",
        "Ca\u0302u 1.\t",
    ],
)
def test_ways_to_number_a_question(number: str) -> None:
    raw = one(f"{number}Thủ đô?\nA. Huế\n*B. Hà Nội\nC. Vinh")
    assert (raw["kind"], raw["text"], len(raw["options"])) == ("single", "Thủ đô?", 3)


@pytest.mark.parametrize("sign", ["{}. ", "{})", "{}/ ", "{}:", "({}) ", "{}.\t"])
@pytest.mark.parametrize("letters", ["ABC", "abc"])
def test_ways_to_letter_an_option(sign: str, letters: str) -> None:
    a, b, c = (sign.format(letter) for letter in letters)
    assert right(f"Câu 1. Hỏi?\n{a}một\n{b}hai\n{c}ba\nĐáp án: B") == "B"


def test_options_with_dashes_and_bullets() -> None:
    assert right("Câu 1. Hỏi?\n- một\n*- hai\n- ba") == "B"
    assert right("Câu 1. Hỏi?\n• một\n• hai\n• ba (đúng)") == "C"
    raw = one("Câu 1. Hỏi, biết:\n- một\n- hai\nA. a\n*B. b\nC. c")
    assert raw["text"] == "Hỏi, biết:\n- một\n- hai" and len(raw["options"]) == 3


@pytest.mark.parametrize(
    ("options", "letters"),
    [
        ("A. a\n*B. b\nC. c", "B"),
        ("A. a\nB. b*\nC. c", "B"),
        ("A. a\n* B. b\nC. c", "B"),
        ("A. a\nB. b (đúng)\nC. c", "B"),
        ("A. a\nB. b (ĐÚNG)\nC. c (sai)", "B"),
        ("A. a\nB. b\nC. c\nĐáp án: C", "C"),
        ("A. a\nB. b\nC. c\nĐÁP ÁN C", "C"),
        ("A. a\nB. b\nC. c\nĐáp án đúng là: C.", "C"),
        ("A. a\nB. b\nC. c\nAnswer: c", "C"),
        ("A. a\nB. b\nC. c\nĐA: A, C", "AC"),
        ("A. a\nB. b\nC. c\nĐáp án: A và C", "AC"),
        ("*A. a\nB. b\n*C. c", "AC"),
        ("A. a\nB. b\nC. c\n\nBẢNG ĐÁP ÁN\n1-B", "B"),
        ("A. a\nB. b\nC. c\n\nĐÁP ÁN:\n1\t2\nB\tC", ""),
        ("*A. **đậm**\nB. **b**\nC. c", "A"),
    ],
)
def test_ways_to_say_which_is_right(options: str, letters: str) -> None:
    text = f"Câu 1. Hỏi?\n{options}"
    if letters:
        assert right(text) == letters
    else:
        assert "câu 2" in read(text).faults[0].sentence


@pytest.mark.parametrize(
    "table", ["1-A 2-C 3.B", "1A\t2C\t3B", "Câu 1: A; Câu 2: C; Câu 3: B", "ĐÁP ÁN\n1. A\n2. C\n3. B", "Đáp án\n1 2 3\nA C B", "1–A, 2–C, 3–B."]
)
def test_a_table_of_answers_at_the_end(table: str) -> None:
    questions = "".join(f"Câu {n}. Hỏi {n}?\nA. a\nB. b\nC. c\n\n" for n in (1, 2, 3))
    found = read(questions + table)
    assert found.faults == []
    assert ["ABC"[[bool(option.get("correct")) for option in one.raw["options"]].index(True)] for one in found.questions] == ["A", "C", "B"]


def test_options_on_one_line_are_cut() -> None:
    for text in ("Hỏi? A. một B. hai C. ba", "Hỏi?\nA. một\tB. hai\tC. ba", "Hỏi?\nA. một    B. hai\nC. ba"):
        raw = one(f"Câu 1. {text}\nĐáp án: C")
        assert [option["text"] for option in raw["options"]] == ["một", "hai", "ba"], text
        assert raw["text"] == "Hỏi?" and raw["options"][2]["correct"]
    assert right("Câu 1. Hỏi? A. một *B. hai C. ba") == "B"


def test_explanations_and_what_is_none() -> None:
    raw = one("Câu 1. Hỏi?\nA. a (xem bài 2)\n*B. b\nC. c\nGiải thích: Vì b\nvà b.\nGiải thích C: c sai.\nMức độ: Khó\nMã chuẩn: X1; X2")
    assert [option["why"] for option in raw["options"]] == [NO_WHY, "Vì b\nvà b.", "c sai."]
    assert raw["options"][0]["text"] == "a (xem bài 2)" and raw["difficulty"] == "hard" and raw["standards"] == ["X1", "X2"]
    assert one("Câu 1. Hỏi?\nA. a\nB. b\nC. c\nĐáp án: A. Giải thích: Vì a.")["options"][0]["why"] == "Vì a."
    assert one("Câu 1. Hỏi?\n*A. a\nB. b\nC. c\nGT: Vì a.")["options"][0]["why"] == "Vì a."


@pytest.mark.parametrize("text", ["Hỏi.\nĐáp án: Sai", "Hỏi.\nĐáp án: S", "Hỏi.\nA. Đúng\n*B. Sai", "Hỏi.\nA. Đúng B. Sai\nĐáp án: B"])
def test_true_or_false(text: str) -> None:
    raw = one(f"Câu 1. {text}\nGiải thích: Vì thế.")
    assert (raw["kind"], raw["text"], raw["answer"], raw["why_false"], raw["why_true"]) == ("truefalse", "Hỏi.", False, "Vì thế.", NO_WHY)


def test_lines_go_on_and_quotes_stay() -> None:
    raw = one("Câu 1. Một “dòng”\nvà dòng nữa\n\nA. a\ntiếp a\n\n*B. ‘b’\n\nC. c")
    assert raw["text"] == "Một “dòng”\nvà dòng nữa"
    assert [option["text"] for option in raw["options"]] == ["a\ntiếp a", "‘b’", "c"]


def test_a_text_without_any_numbers_is_cut_at_empty_lines() -> None:
    found = read("Hỏi một?\na) x\nb) y\nc) z\nĐáp án: c\n\nHỏi hai?\n\n*A. x\nB. y\nC. z\nGiải thích: vì\n\nHỏi ba.\nĐáp án: Đúng")
    assert found.faults == [] and [one.raw["text"] for one in found.questions] == ["Hỏi một?", "Hỏi hai?", "Hỏi ba."]
    assert [one.place for one in found.questions] == ["dòng 1", "dòng 7", "dòng 14"]
    assert "Không thấy câu hỏi nào" in read("Kính gửi Anh/Chị,\n\nXin mời họp.").faults[0].sentence


def test_tags_and_scoring() -> None:
    text = "Câu 1. Hỏi?\n*A. a\n*B. b\nC. c\nNhãn: mật khẩu; OTP\nCách chấm: {}"
    raw = one(text.format("từng phần"))
    assert (raw["tags"], raw["scoring"]) == (["mật khẩu", "OTP"], "parts")
    assert one(text.format("Trừ điểm"))["scoring"] == "penalty" and "scoring" not in one(text.format("Cả câu"))
    assert "“tùy”" in read(text.format("tùy")).faults[0].sentence
    assert "“Cách chấm”" in " ".join(fault.sentence for fault in read(text.format("Trừ điểm").replace("*A", "A")).lost)


def test_what_belongs_to_no_question_is_listed() -> None:
    text = "NGÂN HÀNG\n\nCâu 1. Hỏi?\n*A. a\nB. b\nC. c\n\nPHẦN II\n\nCâu 4. Hỏi nữa?\n*A. a\nB. b\nC. c"
    found = read(text)
    assert len(found.questions) == 2 and found.questions[0].raw["options"][2]["text"] == "c"
    lost = {fault.place: fault.sentence for fault in found.lost}
    assert "NGÂN HÀNG" in lost["dòng 1"] and "PHẦN II" in lost["dòng 8"] and "sau câu 1 là câu 4" in lost["dòng 10"]


def test_a_numbered_list_in_a_question_begins_no_question() -> None:
    assert one("Câu 1. Thứ tự nào đúng?\n1. Bật máy\n2. Tắt máy\n*A. 1 2\nB. 2 1\nC. Cả hai")["text"].endswith("2. Tắt máy")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("Câu 1. Hỏi?\nA. a\nB. b\nC. c", "dòng 1", "chưa có đáp án"),
        ("Câu 1. Hỏi?\nA. a\n*B. b\nC. c\nĐáp án: C", "dòng 5", "hai đáp án khác nhau"),
        ("Câu 1. Hỏi?\nA. a\nB. b\nC. c\nĐáp án: E", "dòng 5", "“E”"),
        ("Câu 1. Hỏi?\nA. a\nB. b\nC. c\nĐáp án: xem bài", "dòng 5", "“xem bài”"),
        ("Câu 1. Hỏi?\n*A. a\nB. b\nD. d\nC. c", "dòng 4", "D không đứng đúng thứ tự"),
        ("\nCâu 1. Hỏi?", "dòng 2", "không có phương án"),
        ("Câu 1. Hỏi?\n*A. a\nB. b", "dòng 1", "từ 3 đến 5"),
        ("Câu 1. Hỏi?\n*A. a\nB. b\nC. c\nMức độ: xa", "dòng 1", "“xa”"),
        ("Câu 1. Hỏi?\n*A. a\nB. b\nC. c\nGiải thích E: e", "dòng 1", "giải thích cho E"),
        ("Câu 1. Hỏi?\nA. a\nB. b\nC. c\n\n1-A 7-B", "dòng 6", "câu 7"),
        ("Câu 1. Hỏi?\n*A. a\nB. b\nC. a", "dòng 1", "cùng nội dung"),
    ],
)
def test_a_fault_names_its_line(text: str, place: str, said: str) -> None:
    faults = read(text).faults
    assert faults and faults[0].place == place and said in faults[0].sentence, faults


def test_kinds_that_pasted_text_does_not_know_are_listed() -> None:
    lost = PLAIN.write([{"kind": "numerical", "text": "x", "value": "1", "why": "w", "difficulty": "easy"}]).lost
    assert [fault.place for fault in lost] == ["câu 1"] and "numerical" in lost[0].sentence


def test_text_that_looks_like_signs_comes_back_as_text() -> None:
    texts = ["Chọn A. một", "Câu 2. b\nĐáp án: A\n1-A 2-B", "c (đúng)", "d *", "Xem E. coli"]
    options = [{"text": text, **({"correct": True} if place == 2 else {}), "why": "GT: x\nB. y"} for place, text in enumerate(texts)]
    truth = {"kind": "truefalse", "text": "- x A. 1 B. 2 C. 3\n- y", "answer": True, "why_true": "a", "why_false": "b"}
    questions: list[dict[str, Any]] = [{"kind": "single", "text": "A. Hỏi\nB. gì?\n\nGiải thích: z", "options": options}, truth]
    assert [one.raw for one in PLAIN.read(PLAIN.write(questions).content).questions] == questions
