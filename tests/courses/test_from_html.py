"""From HTML to the Markdown of lessons: the editor's text comes back the same, Word's and anybody's becomes clean structure, junk does no harm."""

import re
from html import escape, unescape
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base import Refused, medium_of, render_markdown
from lms.courses import CourseFile
from lms.courses.folder import read_markdown
from lms.courses.from_html import editor_html, markdown_of_html
from lms.courses.rendering import render_lesson

from .lessons_at_random import LESSONS

FILES = {
    name: CourseFile(course_id=1, token=f"tok{at}", name=name, octets=12_345 * at, width=None if medium_of(name) else 300, height=200)
    for at, name in enumerate(["anh-1.png", "so-do.jpg", "x.webp", "phim.mp4", "bai.webm", "loi.mp3", "mau.docx"], 1)
}


def shown(source: str) -> str:
    """A lesson as learners get it."""
    return render_lesson(source, FILES, lambda key: f"01-{key}")


def faults(source: str) -> list[str]:
    """What keeps a text from being a lesson."""
    found: list[str] = []
    read_markdown(source, 1, lambda _line, sentence: found.append(sentence))
    return found


def seen(html: str) -> str:
    """The letters that a reader sees."""
    return "".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


@given(LESSONS)
@settings(max_examples=60, deadline=None)
def test_a_lesson_comes_back_from_the_editor_the_same(source: str) -> None:
    converted = markdown_of_html(editor_html(source))
    assert shown(converted.source) == shown(source)
    assert converted.left_out == []


@pytest.mark.parametrize(
    "source",
    [
        "## Cần biết\n\n**Đậm** và *nghiêng*, bấm ++Ctrl+C++, xem [bài hai](lesson:hai-2), [mã độc](term:mot).\n\n- một\n- hai\n\n1. ba\n2. bốn\n",
        "::: try\nLàm thử việc này.\n:::\n\n| Việc | Số |\n| --- | ---: |\n| Gửi | 2 |\n\n![so sánh](files/anh-1.png)\n\n[[self-check: kiem-tra]]\n",
        "## Mục\n\nCó chú thích[^1] ở đây.\n\n### Mục con\n\n```\nx = 1\n```\n\n> Trích\n\n[^1]: Lời chú ++F2++.\n",
    ],
)
def test_a_lesson_as_it_is_shown_is_understood_again(source: str) -> None:
    html = shown(source)
    again = shown(markdown_of_html(html).source.replace("lesson:01-", "lesson:"))
    assert again == html


AWKWARD = st.text(st.sampled_from(list("ab1 .\\`*_[]()<>&;#+-!~|:=^\"'\u00a0ă“”$@/\n")), min_size=1, max_size=20)
TAGGED = st.tuples(st.sampled_from(["", "strong", "em", "s", "code", "kbd", "u"]), AWKWARD).map(
    lambda two: f"<{two[0]}>{escape(two[1])}</{two[0]}>" if two[0] else escape(two[1])
)
AROUND = st.sampled_from(
    ["<p>{}</p>", "<ul><li>{}</li></ul>", "<table><tr><th>a</th></tr><tr><td>{}</td></tr></table>", "<h2>{}</h2>", "<blockquote>{}</blockquote>"]
    + ["<div class='call-out-note'><p>{}</p></div>", "<ol start=3><li><p>x</p><p>{}</p></li></ol>"]
)


@given(st.tuples(AROUND, st.lists(TAGGED, min_size=1, max_size=4)))
@settings(max_examples=150, deadline=None)
def test_every_letter_is_shown_as_it_was_written(said: tuple[str, list[str]]) -> None:
    html = said[0].format("".join(said[1]))
    source = markdown_of_html(html).source
    assert seen(render_markdown(source, form="lesson")) == seen(html)
    assert faults(source) == []


PIECES = st.sampled_from(
    (
        "<p> </p> <div> </div> <ul> <ol\u00a0start=7> <li> </li> </ul> </ol> <table> <tr> <td> <td\u00a0colspan=3> <td\u00a0rowspan=9> "
        "<th> </table> <b> </b> <i> </i> <a\u00a0href=x> <a\u00a0href=lesson:x> <a\u00a0href=#a> </a> <img> <img\u00a0src=files/a.png> "
        "<img\u00a0src=files/a.mp4\u00a0alt=x> <h1> <h2> <h4> <h6> </h1> <pre> </pre> <code> </code> <br> <hr> <blockquote> "
        "</blockquote> <div\u00a0class=call-out-note> <sup> </sup> <kbd> </kbd> <dl><dt> <dd> <details><summary> <figure> "
        "<figcaption> <video\u00a0src=files/a.mp4> <svg> <script> </script> <!-- --> <span\u00a0style=font-weight:bold> </span> "
        "<p\u00a0class=MsoListParagraph> <p\u00a0data-self-check=k> [[self-check:\u00a0k]] [^1] [^1]:\u00a0 ::: ``` ~~~ ## - 1. > | |--| "
        "*** __ <b> &lt; &amp; & < > \\ ! [ ] ( ) chữ Anh/Chị <a\u00a0id=a> <p\u00a0id=b> <li\u00a0id=c>"
    ).split(" ")
).map(lambda piece: piece.replace("\u00a0", " "))


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=200, deadline=None)
def test_junk_becomes_a_text_without_faults_or_its_faults_are_told(pieces: list[str]) -> None:
    converted = markdown_of_html(" ".join(pieces))
    told = "".join(converted.left_out)
    left = [sentence for sentence in faults(converted.source) if not ("chưa có" in sentence and "chưa có lời mô tả" in told)]
    assert left == [], converted.source


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    markdown_of_html(text)


WORD = (Path(__file__).parents[1] / "data" / "word.html").read_text("utf-8")


def test_what_is_pasted_from_word_becomes_clean_structure() -> None:
    converted = markdown_of_html(WORD)
    assert converted.source == (
        "## Giữ mật khẩu\n\n## 1. Vì sao cần\n\n**Mật khẩu** là chìa khóa. *Đừng cho ai mượn*, kể cả người quen.\n\n"
        "- Dài từ 14 ký tự\n  - Không dùng ngày sinh\n- Mỗi nơi một mật khẩu\n\nLàm lần lượt:\n\n"
        "1. Mở **Cài đặt**\n2. Chọn Đổi mật khẩu[^1]\n\n"
        "| Loại | Số ký tự |\n| --- | ---: |\n| Cá nhân | 14 |\n| Cá nhân | 16 |\n\n"
        "Xem Nghị định 30, H₂O, 5 m².\n\n[^1]: Theo quy chế của đơn vị.\n"
    )
    told = " ".join(converted.left_out)
    assert "hình “Ổ khóa”" in told and "https://vanban.example/nd30" in told and "ô gộp" in told
    assert faults(converted.source) == []


def test_the_html_of_a_word_file_keeps_its_footnotes_and_pictures() -> None:
    html = (
        '<h2>Một</h2><p>Câu<sup><a href="#footnote-1" id="footnote-ref-1">[1]</a></sup> <img src="1" alt="Sơ đồ"> sau</p>'
        '<ol><li id="footnote-1"><p> Chú thích <a href="#footnote-ref-1">↑</a></p></li></ol>'
    )
    converted = markdown_of_html(html, {"1": "hinh-1.jpg"}.get)
    assert converted.source == "## Một\n\nCâu[^1]\n\n![Sơ đồ](files/hinh-1.jpg)\n\nsau\n\n[^1]: Chú thích\n"
    assert converted.left_out == []


CASES = {
    "<p><b>Lưu ý:</b>nhớ</p>": "**Lưu ý**:nhớ",
    "<p>Bấm<kbd>Ctrl</kbd>+<kbd>C</kbd></p>": "Bấm ++Ctrl+C++",
    "<p>a<br>b<br><br>c</p>": "a\\\nb\n\nc",
    "<b style='font-weight:normal'><p>Không đậm</p></b>": "Không đậm",
    "<p><b>a</b><b>b</b> <strong> c </strong>d</p>": "**ab** **c** d",
    "<h1>A</h1><h3>B</h3>": "## A\n\n### B",
    "<h4>A</h4>": "## A",
    "<ul><li><p>a</p></li><li>b<ol><li>c</li></ol></li></ul>": "- a\n- b\n  1. c",
    "<ul><li>a</li></ul><ul><li>b</li></ul>": "- a\n\n* b",
    "<ol start=3><li>a</li></ol>": "3. a",
    "<p>1. a</p><p>- b</p><p># c</p>": "1\\. a\n\n\\- b\n\n\\# c",
    "<table><tr><td><p>Khung</p><p>một ô</p></td></tr></table>": "Khung\n\nmột ô",
    "<table><tr><th colspan=2>a</th></tr><tr><td>b|c</td><td>d</td></tr></table>": "| a |  |\n| --- | --- |\n| b\\|c | d |",
    "<div class='call-out-try'><p>a</p><p>[[self-check: k]]</p></div>": "::: try\na\n:::\n\n[[self-check: k]]",
    "<p><a href='lesson:02-la'>x</a> <a href='term:khoa'>y</a></p>": "[x](lesson:02-la) [y](term:khoa)",
    "<p><a href='files/a.docx'>z</a> <a href='/courses/3/files/tok/b.docx'>y (DOCX, 2 KB)</a></p>": "[z](files/a.docx) [y](files/b.docx)",
    "<p>x[^a] y</p><p>[^a]: chú thích</p>": "x[^a] y\n\n[^a]: chú thích",
    "<p>x[^a] y</p>": "x\\[^a] y",
    "<p>trước <img src='files/a.png' alt='Một [hai]'> sau</p>": "trước\n\n![Một \\[hai\\]](files/a.png)\n\nsau",
    "<figure><img src='files/a.png'><figcaption>Lời</figcaption></figure>": "![Lời](files/a.png)\n\nLời",
    "<dl><dt>Từ</dt><dd>Nghĩa</dd></dl>": "**Từ**\n\nNghĩa",
    "<pre>a\n```\nb</pre>": "````\na\n```\nb\n````",
    "<p>&lt;b&gt; a_b *c* &amp;amp;</p>": "&lt;b> a_b \\*c\\* &amp;amp;",
}


@pytest.mark.parametrize(("html", "source"), CASES.items(), ids=range(len(CASES)))
def test_one_thing_after_the_other_is_written_as_authors_write_it(html: str, source: str) -> None:
    assert markdown_of_html(html).source == f"{source}\n"


TOLD = {
    "<iframe src=x></iframe>": "khung nhúng",
    "<svg><path/></svg>": "SVG",
    "<math><mi>x</mi></math>": "công thức",
    "<p><a href='https://a.example'>x</a></p>": "https://a.example",
    "<p><img src='data:image/png;base64,AAAA' alt='Ảnh'></p>": "hình “Ảnh”",
    "<p><img src='files/a.png'></p>": "a.png chưa có lời mô tả",
    "<video src='https://a.example/x.mp4'></video>": "đoạn phim",
    "<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td><td>d</td></tr></table>": "chỉ giữ chữ",
    "<h2>A</h2><h4>B</h4>": "nhảy bậc",
    "<p>[[self-check: a]]</p><p>[[self-check: a]]</p>": "“a” đã có ở trên",
}


@pytest.mark.parametrize(("html", "told"), TOLD.items(), ids=range(len(TOLD)))
def test_what_could_not_be_carried_over_is_told(html: str, told: str) -> None:
    assert told in " ".join(markdown_of_html(html).left_out)


HUGE = {
    "long": "x" * 3_000_001,
    "tags": "<br>" * 100_000,
    "result": "chữ " * 100_000,
    "depth": "<div>" * 50_000,
    "attributes": "<p " + " ".join(f"a{number}" for number in range(300_000)) + ">x",
    "notes": "".join(f"<p>[^{number}]: x [^{number}]</p>" for number in range(5_000)),
    "spans": "<table>" + "<tr><td rowspan=60000 colspan=900>x</td></tr>" * 1_000 + "</table>",
    "quotes": "<a href='" * 100_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_html_is_done_soon_or_refused(name: str) -> None:
    began, sentence = process_time(), ""
    try:
        markdown_of_html(HUGE[name])
    except Refused as refused:
        sentence = refused.sentence
    assert process_time() - began < 5
    assert ("quá dài" in sentence) == (name in ("long", "tags", "result"))
