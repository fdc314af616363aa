"""Moodle XML as Moodle exports it."""

from typing import Any

from lms.quizzes import FORMATS, Read
from lms.quizzes.format import NO_WHY
from lms.quizzes.incoming import topic_losses

MOODLE = FORMATS["moodle-xml"]


def read(kind: str, text: str, inside: str = "") -> Read:
    """One question with this HTML and these elements, as Moodle writes it."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n<question type="{kind}">\n<name><text>Tên</text></name>\n'
    asked = f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
    usual = "<generalfeedback format='html'><text></text></generalfeedback><defaultgrade>1.0000000</defaultgrade><hidden>0</hidden><idnumber/>"
    return MOODLE.read(f"{head}{asked}{usual}{inside}</question></quiz>".encode())


def one(kind: str, text: str, inside: str = "") -> dict[str, Any]:
    """The question, when there are no faults."""
    found = read(kind, text, inside)
    assert found.faults == [], found.faults
    return found.questions[0].raw


def said(kind: str, text: str, inside: str = "") -> str:
    """All that is listed as lost."""
    return " ".join(fault.sentence for fault in read(kind, text, inside).lost)


def answer(text: str, fraction: str, more: str = "") -> str:
    """An <answer>."""
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{more}</answer>'


def feedback(text: str) -> str:
    """A <feedback>."""
    return f'<feedback format="html"><text>{text}</text></feedback>'


def test_choices_with_feedback() -> None:
    inside = answer("a", "100", feedback("vì a")) + answer("b", "0") + answer("c", "-50")
    raw = one("multichoice", "<p>Chọn</p>", "<single>true</single>" + inside)
    assert raw["kind"] == "single" and raw["options"][0] == {"text": "a", "correct": True, "why": "vì a"}
    assert raw["options"][1]["why"] == NO_WHY
    assert "(-50 %)" in said("multichoice", "x", "<single>true</single>" + inside)
    several = "<single>false</single>" + answer("a", "50") + answer("b", "50") + answer("c", "-100")
    assert one("multichoice", "x", several)["kind"] == "multiple" and "Điểm từng phần" not in said("multichoice", "x", several)
    uneven = "<single>false</single>" + answer("a", "70") + answer("b", "30") + answer("c", "0")
    assert "(70 %)" in said("multichoice", "x", uneven)


def test_an_essay_of_moodle_becomes_one_with_a_model_and_limits() -> None:
    limits = "<responseformat>editor</responseformat><attachments>1</attachments><minwordlimit>50</minwordlimit><maxwordlimit>200</maxwordlimit>"
    inside = limits + "<graderinfo format='html'><text>&lt;p&gt;Nói đủ &lt;b&gt;ba&lt;/b&gt; ý&lt;/p&gt;</text></graderinfo>"
    raw = one("essay", "<p>Viết</p>", inside)
    assert (raw["model"], raw["fewest_words"], raw["most_words"]) == ("Nói đủ **ba** ý", 50, 200)
    lost = said("essay", "x", inside)
    assert "<attachments>" in lost and "tiêu chí chấm" in lost


def test_html_becomes_markdown_and_the_rest_of_it_is_listed() -> None:
    html = "<p>Một <strong>hai</strong> <em>ba</em><br>H<sub>2</sub>O 10<sup>n</sup></p><ul><li>x</li><li>y</li></ul>"
    html += "<p>A1*B1*C1 &lt;b&gt; <code>ls</code></p>"
    raw = one("truefalse", html, answer("true", "100") + answer("false", "0"))
    assert raw["text"] == "Một **hai** *ba*\\\nH₂O 10ⁿ\n\n- x\n- y\n\nA1\\*B1\\*C1 \\<b> `ls`"
    lost = said("truefalse", '<p style="color:red">x <img src="@@PLUGINFILE@@/a.png"> <a href="//x">y</a><table><tr><td>1</td></tr></table></p>')
    assert all(part in lost for part in ("`style`", "`img`", "`a`", "`table`", "Tệp và hình"))


def test_short_answers_numbers_and_truth() -> None:
    raw = one("shortanswer", "x", "<usecase>1</usecase>" + answer("Ctrl", "100", feedback("vì")) + answer("C", "50"))
    assert (raw["accepted"], raw["case"], raw["why"]) == (["Ctrl"], True, "vì")
    assert "“C”" in said("shortanswer", "x", answer("a", "100") + answer("C", "50"))
    assert "Dấu *" in said("shortanswer", "x", answer("a*", "100"))
    unit = "<units><unit><multiplier>1</multiplier><unit_name>GB</unit_name></unit></units>"
    raw = one("numerical", "x", answer("12.5", "100", "<tolerance>0.1</tolerance>") + unit)
    assert (raw["value"], raw["tolerance"], raw["unit"]) == ("12.5", "0.1", "GB")
    raw = one("truefalse", "x", answer("true", "0", feedback("không")) + answer("false", "100", feedback("phải")))
    assert (raw["answer"], raw["why_true"], raw["why_false"]) == (False, "không", "phải")


def test_pairs_steps_gaps_and_dragged_words() -> None:
    pair = "<subquestion format='html'><text>{}</text><answer><text>{}</text></answer></subquestion>"
    raw = one("matching", "x", pair.format("a", "1") + pair.format("b", "2") + pair.format("", "3"))
    assert [one["right"] for one in raw["pairs"]] == ["1", "2"] and raw["extra"] == ["3"] and raw["scoring"] == "parts"
    steps = "".join(answer(text, str(place)) for place, text in enumerate("abc", 1))
    assert one("ordering", "x", "<gradingtype>ALL_OR_NOTHING</gradingtype>" + steps)["items"] == ["a", "b", "c"]
    assert "RELATIVE" in said("ordering", "x", "<gradingtype>RELATIVE_ALL</gradingtype>" + steps)
    raw = one("cloze", "<p>Máy {1:SHORTANSWER:=tính~=vi tính} có {2:NUMERICAL:=8:1} GB, {:MC:=hai &amp; ba~một#ít quá}</p>")
    assert raw["text"] == "Máy [[1]] có [[2]] GB, [[3]]"
    assert raw["gaps"] == [
        {"kind": "text", "accepted": ["tính", "vi tính"]},
        {"kind": "number", "value": "8", "tolerance": "1"},
        {"kind": "choice", "options": ["hai & ba", "một"], "right": "hai & ba"},
    ]
    assert "“ít quá”" in said("cloze", "{:MC:=hai~một#ít quá}")
    boxes = "".join(f"<dragbox><text>{text}</text><group>{group}</group></dragbox>" for text, group in (("a", 1), ("b", 1), ("c", 2), ("d", 2)))
    raw = one("ddwtos", "Chọn [[2]] và [[3]]", boxes)
    assert raw["text"] == "Chọn [[1]] và [[2]]"
    assert raw["gaps"] == [{"kind": "choice", "options": ["a", "b"], "right": "b"}, {"kind": "choice", "options": ["c", "d"], "right": "c"}]


def test_kinds_and_elements_that_have_no_place_are_listed() -> None:
    assert "“shortessay”" in said("shortessay", "x") and "“cloze MULTIRESPONSE”" in said("cloze", "{1:MULTIRESPONSE:=a~=b~c}")
    true = answer("true", "100") + answer("false", "0")
    more = "<hint format='html'><text>gợi ý</text></hint><defaultgrade>2</defaultgrade><idnumber>7</idnumber><tags><tag><text>lạ</text></tag></tags>"
    lost = said("truefalse", "x", true + more)
    assert all(part in lost for part in ("<hint>", "<defaultgrade>", "<idnumber>", "Tên riêng"))
    assert one("truefalse", "x", true + more)["tags"] == ["lạ"]


def test_a_general_explanation_goes_to_the_right_answer_or_is_listed() -> None:
    general = (
        "<question type='truefalse'><questiontext><text>x</text></questiontext><generalfeedback><text>chung</text></generalfeedback>{}</question>"
    )
    found = MOODLE.read(f"<quiz>{general.format(answer('true', '100'))}</quiz>".encode())
    assert found.questions[0].raw["why_true"] == "chung" and found.questions[0].raw["why_false"] == NO_WHY
    found = MOODLE.read(f"<quiz>{general.format(answer('true', '100', feedback('riêng')))}</quiz>".encode())
    assert any("giải thích chung" in fault.sentence for fault in found.lost)


def test_a_category_is_told_as_topic() -> None:
    category = '<question type="category"><category><text>$course$/top/An toàn</text></category></question>'
    true = f'<question type="truefalse"><questiontext format="markdown"><text>x</text></questiontext>{answer("true", "100")}</question>'
    found = MOODLE.read(f"<quiz>{category}{true}</quiz>".encode())
    assert found.questions[0].topic == "An toàn" and "“An toàn”" in topic_losses(found.questions)[0].sentence


def test_a_fault_names_the_line_of_its_question() -> None:
    true = '<question type="truefalse"><questiontext><text>x</text></questiontext></question>\n'
    bad = '<question type="multichoice">\n<questiontext><text>x</text></questiontext>\n</question>'
    found = MOODLE.read(f"<quiz>\n{true}{bad}</quiz>".encode())
    assert [fault.place for fault in found.faults] == ["dòng 3"]
    broken = MOODLE.read(b"<quiz>\n<question>\n</quiz>")
    assert [fault.place for fault in broken.faults] == ["dòng 3"] and "XML" in broken.faults[0].sentence
