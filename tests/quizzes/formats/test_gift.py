"""GIFT as teachers and Moodle write it."""

import re
from typing import Any

import pytest

from lms.quizzes import FORMATS
from lms.quizzes.format import NO_WHY

GIFT = FORMATS["gift"]


def one(text: str) -> dict[str, Any]:
    """The only question of a text without faults."""
    read = GIFT.read(text.encode())
    assert read.faults == [] and len(read.questions) == 1, read
    return read.questions[0].raw


def losses(text: str) -> str:
    """All that is listed as lost."""
    return " ".join(fault.sentence for fault in GIFT.read(text.encode()).lost)


def test_one_right_option_with_its_explanations_and_escapes() -> None:
    raw = one("Mật khẩu\\: nào \\{mạnh\\}?{\n=a\\=b#vì dài\n~c\\~d # ngắn\n~e\n}")
    assert (raw["kind"], raw["text"]) == ("single", "Mật khẩu: nào {mạnh}?")
    assert raw["options"] == [
        {"text": "a=b", "correct": True, "why": "vì dài"},
        {"text": "c~d", "why": "ngắn"},
        {"text": "e", "why": NO_WHY},
    ]


@pytest.mark.parametrize(("wrong", "scoring", "said"), [("%-50%", "penalty", ""), ("%0%", "parts", "chọn thừa"), ("%-100%", "penalty", "(-100 %)")])
def test_weights_that_are_shared_equally_make_several_right_options(wrong: str, scoring: str, said: str) -> None:
    text = f"Chọn hai {{~%50%a ~%50%b ~{wrong}c}}"
    raw = one(text)
    assert raw["kind"] == "multiple" and [option.get("correct", False) for option in raw["options"]] == [True, True, False]
    assert "Điểm từng phần" not in losses(text)
    assert raw["scoring"] == scoring and (said in losses(text) if said else "Điểm trừ" not in losses(text) and "chọn thừa" not in losses(text))


@pytest.mark.parametrize(("scoring", "weights"), [("whole", ["50", "50", "-100"]), ("parts", ["50", "50", "0"]), ("penalty", ["50", "50", "-50"])])
def test_scoring_goes_out_as_weights_and_what_others_do_not_know_is_listed(scoring: str, weights: list[str]) -> None:
    options = [{"text": text, "correct": text != "c", "why": "vì"} for text in "abc"]
    raw = {"kind": "multiple", "text": "x", "options": options, "scoring": scoring, "difficulty": "easy"}
    for name in ("gift", "moodle-xml"):
        written = FORMATS[name].write([raw])
        found = re.findall(r'%(-?[0-9]+)%|fraction="(-?[0-9]+)"', written.content.decode())
        assert ["".join(pair) for pair in found] == weights
        assert any("chỉ hệ thống này hiểu" in fault.sentence for fault in written.lost) is (scoring != "penalty")
        assert FORMATS[name].read(written.content).questions[0].raw.get("scoring", "whole") == scoring


def test_an_essay_holds_its_rubric_and_model_in_the_general_feedback() -> None:
    raw = one("Viết {####Tiêu chí chấm:\\n- 60 điểm: a\\n- 40 điểm: b\\nBài làm mẫu:\\nNhư sau.\\n\\nHết.}")
    assert raw["rubric"] == [{"text": "a", "points": 60}, {"text": "b", "points": 40}] and raw["model"] == "Như sau.\n\nHết."
    other = one("Viết {####Nói đủ ba ý.}")
    assert other["model"] == "Nói đủ ba ý." and [one["points"] for one in other["rubric"]] == [100]
    assert one("Viết {}")["model"] == NO_WHY and "tiêu chí chấm" in losses("Viết {}")


def test_tags_of_others_are_kept_and_ours_mean_what_they_say() -> None:
    raw = one("// [tag:mật khẩu] [tag:use:practice] [tag:use:lạ] [tag:tag:scenario] [tag:difficulty:hard] [tag:a,b]\nCâu {T}")
    assert raw["tags"] == ["mật khẩu", "use:lạ", "scenario"] and raw["use"] == "practice" and raw["difficulty"] == "hard"
    assert "“a,b”" in losses("// [tag:a,b]\nCâu {T}")


def test_partial_weights_are_listed() -> None:
    assert "(50 %)" in losses("Hỏi {=a ~%50%b ~c}")
    assert "(70 %)" in losses("Hỏi {~%70%a ~%30%b ~c}") and "(-25 %)" in losses("Hỏi {=a ~%-25%b ~c}")


def test_true_or_false_knows_which_feedback_is_whose() -> None:
    assert one("Câu {TRUE#sai rồi#đúng rồi}") | {"text": ""} == {
        **{"kind": "truefalse", "text": "", "answer": True},
        **{"why_true": "đúng rồi", "why_false": "sai rồi"},
    }
    assert one("Câu {F#sai rồi#đúng rồi}")["why_false"] == "đúng rồi"
    assert one("Câu {T}")["why_true"] == NO_WHY


def test_short_answers_numbers_and_pairs() -> None:
    assert one("Phím? {=Ctrl+C =Ctrl C####Chữ C.}")["accepted"] == ["Ctrl+C", "Ctrl C"]
    assert one("Phím? {=Ctrl+C#Chữ C.}")["why"] == "Chữ C."
    assert one("Mấy? {#12.5:0.1}")["tolerance"] == "0.1"
    ranged = one("Mấy? {#1..2}")
    assert (ranged["value"], ranged["tolerance"]) == ("1.5", "0.5")
    assert one("Mấy? {#=3:0 =%50%4:1}")["value"] == "3" and "“4:1”" in losses("Mấy? {#=3:0 =%50%4:1}")
    raw = one("Ghép {=a -> 1 =b -> 2 = -> 3}")
    assert [(pair["left"], pair["right"]) for pair in raw["pairs"]] == [("a", "1"), ("b", "2")] and raw["extra"] == ["3"]


def test_what_has_no_place_is_listed_and_never_imported_silently() -> None:
    text = "// ghi chú [tag:lạ]\n::Tên:: [html]<p style='x'>Câu <b>1</b><img src='a'></p> {T}\n\n$CATEGORY: An toàn\n\nViết {}\n\nLời dẫn."
    said = losses(text)
    for part in ("Tên riêng", "`img`", "`style`", "tiêu chí chấm", "lời dẫn"):
        assert part in said
    first, second = GIFT.read(text.encode()).questions
    assert first.raw["text"] == "Câu **1**" and first.raw["tags"] == ["lạ"]
    assert (second.raw["kind"], second.topic) == ("essay", "An toàn")
    assert GIFT.read("$CATEGORY: $course$/top/An toàn\n\nCâu {T}".encode()).questions[0].topic == "An toàn"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("Tốt {T}\n\n// c\nHỏng {=a\n\nTốt {T}", "dòng 4", "cặp { }"),
        ("Tốt {T}\n\n\nHỏi {=a ~b}", "dòng 4", "từ 3 đến 5 phương án"),
        ("Hỏi {a b}", "dòng 1", "= (đúng)"),
        ("Số {#abc}", "dòng 1", "`value`"),
        ("Hỏi {~a ~b ~c}", "dòng 1", "một phương án đúng"),
    ],
)
def test_a_fault_names_its_line(text: str, place: str, said: str) -> None:
    faults = GIFT.read(text.encode()).faults
    assert len(faults) == 1 and faults[0].place == place and said in faults[0].sentence, faults


def test_the_rest_of_a_sentence_after_the_braces_is_kept() -> None:
    assert one("Thủ đô là {=Hà Nội ~Huế ~Vinh} nhé.")["text"] == "Thủ đô là _____ nhé."


def test_decomposed_letters_are_composed() -> None:
    assert one("Ca\u0302u {T}")["text"] == "Câu"


def test_special_signs_come_back() -> None:
    options = [{"text": text, **({"correct": True} if text == "%50%a" else {}), "why": "#~=\n\\n"} for text in ("%50%a", "=b ~c {d}", "[html]e\\")]
    questions = [{"kind": "single", "text": "//x::y\n\n{z} = \\: #", "options": options, "standards": ["a]b"]}]
    assert [found.raw for found in GIFT.read(GIFT.write(questions).content).questions] == questions
