"""Texts made to take long: what is compared, searched and read of them is bounded, so that one trainer cannot hold up everybody."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from flask import Flask

from lms.base import Refused, well_formed
from lms.courses.folder import LessonSource
from lms.courses.from_html import markdown_of_html
from lms.courses.reading import excerpt
from lms.courses.side_by_side import side_by_side
from lms.courses.word_changes import Patience, changes, compared
from tests.courses.test_trainer import edit as edit
from tests.courses.test_trainer import source, typed
from tests.pages import Page, Visitor

Two = tuple[list[str], list[str]]
TOO_LONG = "Nội dung quá dài"
TEXTS: dict[str, Two] = {
    "few words in few lines": (["a " * 990 + str(n) for n in range(5)], ["a b " * 495 + f"{n}x" for n in range(5)]),
    "many short lines": (["c"] * 4_999 + ["x"], [line for n in range(2_500) for line in ("c", f"y{n}")]),
    "words that stand alone": (["c " * 199 + f"{n}" for n in range(250)], ["c y " * 99 + f"{n}x" for n in range(250)]),
    "another number in each line": ([f"l{n} " * 5 for n in range(5_000)], [f"l{n} " * 4 for n in range(5_000)]),
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails when what is done in it keeps the processor for longer."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def said(lines: list[str]) -> LessonSource:
    """A lesson of these lines."""
    title = {"vi": "Bài"}
    return LessonSource(title, {}, None, 5, [], [], None, "\n".join(lines) + "\n")


@pytest.mark.parametrize("name", TEXTS)
def test_two_texts_are_compared_in_time_whatever_they_say(name: str) -> None:
    old, new = TEXTS[name]
    with within(3):
        rows = compared(old, new)
    with within(3):
        pairs = side_by_side(said(old), said(new))
    assert any(row.kind != "same" for row in rows) and any(pair.differs for pair in pairs)
    kept = [text for row in rows for kind, text in row.pieces if kind != "del"]
    left_out = sum(row.left_out for row in rows)
    assert left_out or "".join(kept) == "".join(new)


def test_a_long_text_with_little_changed_still_shows_only_that() -> None:
    old = [line for n in range(1_500) for line in (f"Đoạn {n} nói về mật khẩu.", "")]
    new = [line.replace("mật khẩu", "sao lưu") if line.startswith(("Đoạn 7 ", "Đoạn 1300 ")) else line for line in old]
    new.insert(0, "Mở đầu.")
    rows = [row for row in compared(old, [*new, "Hết."]) if row.kind not in ("same", "gap")]
    assert [row.kind for row in rows] == ["added", "changed", "changed", "added"]
    assert rows[1].pieces == [("same", "Đoạn 7 nói về "), ("del", "mật khẩu."), ("ins", "sao lưu.")]


def test_when_patience_is_over_what_is_left_is_one_change() -> None:
    old, new, tired = ["a", "b", "b", "c", "c", "e"], ["a", "d", "b", "d", "b", "e"], Patience()
    assert [part[0] for part in changes(old, new, tired)] == ["equal", "insert", "equal", "insert", "equal", "delete", "equal"]
    tired.left = 0
    assert changes(old, new, tired) == [("equal", 0, 1, 0, 1), ("replace", 1, 5, 1, 5), ("equal", 5, 6, 5, 6)]


@pytest.mark.parametrize("word", ["-" * 20_000, "-" * 10_000 + "mat" + "-" * 10_000, "mat" + "-" * 20_000 + "a"])
def test_a_long_word_of_dashes_is_found_in_time(word: str) -> None:
    with within(1):
        shown = excerpt(f"<p>đầu {word} cuối</p>", word.strip("-")[:3] or "-")
    assert "<mark>" in shown


def test_marks_around_a_word_are_not_marked() -> None:
    assert excerpt("<p>(“mật-khẩu”), --</p>", "mat") == "(“<mark>mật-khẩu</mark>”), --"
    assert excerpt("<p>a -- b</p>", "--") == "a --<mark></mark> b"


@pytest.mark.parametrize("sign", ["[", "é ", "\u00a0", "&nbsp;", "&", "&amp;", "\u00a0a"])
def test_html_of_many_escapes_is_read_in_time_and_says_the_same(sign: str) -> None:
    with within(2):
        html = well_formed(f"<p>{sign * 480_000}</p>")
    assert html == f"<p>{well_formed(sign) * 480_000}</p>"


def test_markdown_of_many_hard_spaces_is_written_in_time() -> None:
    with within(3):
        assert markdown_of_html("<p>" + "\u00a0" * 480_000).source == ""
        assert len(markdown_of_html('<p>x<img src="files/a.png" alt="' + "\u00a0" * 480_000 + '"></p>').source) < 2_000
        with pytest.raises(Refused):
            markdown_of_html("<p>x" + "\u00a0x" * 240_000)


@pytest.mark.parametrize("text", ["[" * 99_000, "a\n" * 5_010])
def test_a_text_of_too_many_brackets_or_lines_is_refused_and_kept_in_the_field(binh: Visitor, edit: str, text: str) -> None:
    form = binh.get(edit)
    save, look = (partial(binh.post, address, page=form, status=422) for address in (edit, edit.replace("edit", "preview")))
    with within(3):
        pages: list[Page] = [send(typed(form, source=text)) for send in (save, look)]
    for page in pages:
        assert TOO_LONG in page.text and source(page).replace("\r\n", "\n").strip() == text.strip()
    assert source(binh.get(edit)) == source(form)


@pytest.mark.parametrize("sent", [{"source": "[" * 99_000}, {"html": "<p>" + "[" * 40_000}])
def test_the_page_that_saves_by_itself_is_told_so_too(app: Flask, binh: Visitor, edit: str, sent: dict[str, str]) -> None:
    form = binh.get(edit)
    with within(3):
        told = binh.post(edit.replace("edit", "autosave"), typed(form, **sent), page=form, status=422, headers={"Accept": "application/json"})
    assert TOO_LONG in told.response.get_json()["error"]
