"""Markdown: what a lesson needs comes through, what runs does not."""

import re

import html5lib
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.base import Refused, html_seal, inline, render_markdown, sanitise, trusted

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:123)",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/x.png)",
    "[x](//evil.example)",
    "[x](/\\\\evil.example)",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    '<a href="javascript:123">x</a>',
    '<p style="position:fixed">x</p>',
]


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_that_runs_or_leaves_the_house_survives(source: str) -> None:
    for html in (render_markdown(source), sanitise(source)):
        for node in html5lib.parse(html, namespaceHTMLElements=False).iter():
            assert node.tag not in ("script", "svg", "style", "iframe"), html
            assert not [name for name in node.attrib if name == "style" or name.startswith("on")], html
            for name in ("href", "src"):
                assert not re.match(r"[\s\x00-\x1f]*([a-z]+:|//|/\\\\)", node.get(name, ""), re.I), html


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_sanitising_twice_changes_nothing(text: str) -> None:
    once = sanitise(text)
    assert sanitise(once) == once


def test_call_outs_tables_and_alignment_come_through() -> None:
    html = render_markdown("::: remember\nDài **trước**\n:::\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n")
    assert '<div class="call-out-remember">' in html
    assert "<strong>trước</strong>" in html
    assert '<td class="right">2</td>' in html


def test_addresses_are_resolved_before_they_are_cleaned() -> None:
    html = render_markdown("![ảnh](files/a.png) [bài](lesson:02-la)", {"files/a.png": "/courses/1/files/t/a.png", "lesson:02-la": "02-la"}.get)
    assert 'src="/courses/1/files/t/a.png"' in html and 'href="02-la"' in html


def test_a_text_that_is_too_large_is_refused() -> None:
    with pytest.raises(Refused):
        render_markdown("&" * 200_001)


def test_html_without_its_seal_is_cleaned_again(app: Flask) -> None:
    with app.app_context():
        good = "<p>tốt</p>"
        assert trusted(good, html_seal(good)) == good
        assert "<script" not in trusted("<script>1</script><p>x</p>", html_seal(good))


def test_a_short_text_has_no_outer_paragraph() -> None:
    assert inline("Một **câu**") == "Một <strong>câu</strong>"
