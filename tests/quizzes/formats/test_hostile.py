"""Whatever stands in a file, its reader ends soon and with sentences."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes import FORMATS, Read

from .writers import SIGNS

MOST_SECONDS = 15.0  # what went quadratic once took minutes; a slow machine is no fault
TEXT_FORMATS = ("aiken", "gift", "moodle-xml", "plain")
BOMB = b'<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><quiz><question type="essay"><name>&b;</name></question></quiz>'
FLOODS = {
    "nothing": b"",
    "zeros": b"\0" * 100_000,
    "one long line": b"a" * 1_500_000,
    "too large": b"a" * (21 << 20),
    "braces": b"{" * 500_000,
    "answers": b"x {" + b"=~" * 200_000 + b"}",
    "spaces": "Câu 1. Đáp án: A".encode() + b" " * 1_000_000 + b"x",
    "spaces everywhere": (("Đáp án: A" + " " * 4000 + "x\n") * 200).encode(),
    "many questions": "".join(f"Câu {n}. x\n*A. a\nB. b\nC. c\n" for n in range(9000)).encode(),
    "many options": b"Question\n" + b"A. a\n" * 100_000,
    "many answers": b"ANSWER: A\n" * 100_000,
    "a table": ("ĐÁP ÁN\n" + "1-A " * 100_000).encode(),
    "commas": ("1-A" + "," * 500_000 + "x").encode(),
    "tags": b"//" + b"[tag:" * 200_000,
    "deep": b"<a>" * 100_000,
    "wide": b"<quiz>" + b"<a/>" * 250_000 + b"</quiz>",
    "bomb": BOMB,
    "bomb in UTF-16": b"\xff\xfe" + BOMB.decode().encode("utf-16-le"),
    "windows-1258": "Câu hỏi tiếng Việt".encode("cp1258", "replace"),
    "half a letter": "Câu 1. ộ".encode()[:-1],
}
HTML = [
    "<b><i>" * 5000,
    "<!--" * 10_000,
    "<a " * 15_000,
    "&#" * 20_000,
    "<![if x]>" * 4000,
    "<ul><li>" * 5000,
    "<p" + " a='" * 9000,
    "<p" + " a='" * 9000 + ">",
    "<p a=" * 9000 + ">",
    "*_[" * 15_000,
]


def assert_soon_and_said(name: str, content: bytes) -> Read:
    """Read: no exception, no long wait, and every fault and loss is a sentence with a place."""
    started = time.process_time()
    read = FORMATS[name].read(content)
    assert time.process_time() - started < MOST_SECONDS
    assert all(fault.place and fault.sentence.endswith(".") for fault in [*read.faults, *read.lost])
    assert read.questions or read.faults
    return read


@pytest.mark.parametrize("name", [*TEXT_FORMATS, "excel"])
@pytest.mark.parametrize("flood", sorted(FLOODS))
def test_a_flood_ends_in_faults(name: str, flood: str) -> None:
    assert_soon_and_said(name, FLOODS[flood])


@pytest.mark.parametrize("place", ["dòng 1", "dòng 2"])
def test_a_document_type_is_refused_where_it_stands(place: str) -> None:
    content = BOMB if place == "dòng 1" else b"<?xml version='1.0'?>\n" + BOMB
    read = assert_soon_and_said("moodle-xml", content)
    assert read.questions == [] and [fault.place for fault in read.faults] == [place]
    assert "DOCTYPE" in read.faults[0].sentence


@pytest.mark.parametrize("html", HTML)
def test_hostile_html_ends_soon(html: str) -> None:
    question = (
        f'<question type="essay"/><question type="truefalse"><questiontext format="html"><text><![CDATA[{html}]]></text></questiontext></question>'
    )
    assert_soon_and_said("moodle-xml", f"<quiz>{question}</quiz>".encode())


@pytest.mark.parametrize("name", TEXT_FORMATS)
@settings(deadline=None, max_examples=40)
@given(content=st.binary(max_size=300) | st.lists(st.sampled_from([*SIGNS, "\n", "\n\n"]), max_size=40).map(lambda parts: "".join(parts).encode()))
def test_noise_ends_in_sentences(name: str, content: bytes) -> None:
    FORMATS[name].read(content)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(["<b>", "</b>", "<i>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<br>", "<sub>", "2", "</sub>", "<pre>", "a*b", "&lt;x"]))
)
def test_any_html_of_a_question_is_read(parts: list[str]) -> None:
    text = f'<questiontext format="html"><text><![CDATA[{"".join(parts)} Z]]></text></questiontext>'
    answers = '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
    read = FORMATS["moodle-xml"].read(f'<quiz><question type="truefalse">{text}{answers}</question></quiz>'.encode())
    assert len(read.questions) == 1 and "Z" in read.questions[0].raw["text"]


def test_too_many_questions_and_too_deep_elements_are_said() -> None:
    assert any("hơn 2000 câu" in fault.sentence for fault in FORMATS["plain"].read(FLOODS["many questions"]).faults)
    deep = FORMATS["moodle-xml"].read(b"<a>" * 40 + b"</a>" * 40)
    assert any("lồng nhau" in fault.sentence for fault in deep.faults)
