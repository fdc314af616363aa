"""Hostile HTML and Markdown: whatever comes in, nothing that runs or leaves the house comes out, and none of it takes long."""

import re
from collections.abc import Callable
from time import process_time

import html5lib
import pytest

from lms.base import Refused, render_markdown, sanitise
from lms.base.markup import ATTRIBUTES, TAGS
from lms.courses.from_html import editor_html, markdown_of_html

from .hostile import HTML, MARKDOWN

LONGEST_SECONDS = 1.0
EXPECTED = {"html", "head", "body"}


def of_html(html: str) -> str:
    """HTML as it would be saved from the editor and shown to learners."""
    return render_markdown(markdown_of_html(html).source, form="lesson")


def of_markdown(source: str) -> str:
    """Markdown as it would be shown to learners."""
    return render_markdown(source, form="lesson")


def refused_or(make: Callable[[str], str], text: str) -> str:
    """What is made, or nothing when it is refused with a sentence; in a second."""
    began = process_time()
    try:
        made = make(text)
    except Refused as refused:
        assert refused.sentence.endswith(".")
        made = ""
    assert process_time() - began < LONGEST_SECONDS, text[:100]
    return made


def forbidden_in(html: str) -> list[str]:
    """Everything in HTML, read as a browser reads it, that a lesson may not have. The lists here are written anew, not taken from the sanitiser."""
    found = []
    for node in html5lib.parse(html, namespaceHTMLElements=False).iter():
        if node.tag not in EXPECTED and (not isinstance(node.tag, str) or node.tag not in TAGS):
            found.append(f"<{node.tag}>")
        for name, value in node.attrib.items():
            if name.startswith("on") or name in (
                "style",
                "srcdoc",
                "srcset",
                "poster",
                "ping",
                "target",
                "action",
                "formaction",
                "autoplay",
                "background",
            ):
                found.append(f"{node.tag} {name}")
            if name in ("href", "src") and re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*:|//|\\|/\\|/[\s]*/)", value, re.IGNORECASE):
                found.append(f"{name}={value[:40]}")
            if name == "id" and not re.match(r"(muc|note|note-from|term-back)-[a-z0-9-]+$", value):
                found.append(f"id={value[:40]}")
            if name not in ATTRIBUTES.get(node.tag, ()):
                found.append(f"{node.tag} {name}=")
    return found


@pytest.mark.parametrize("make", [sanitise, of_html], ids=["sanitised", "converted"])
@pytest.mark.parametrize("html", HTML, ids=range(len(HTML)))
def test_of_hostile_html_nothing_forbidden_is_left(html: str, make: Callable[[str], str]) -> None:
    assert forbidden_in(refused_or(make, html)) == []


@pytest.mark.parametrize("make", [render_markdown, of_markdown, editor_html], ids=["short", "lesson", "editor"])
@pytest.mark.parametrize("source", MARKDOWN, ids=range(len(MARKDOWN)))
def test_of_hostile_markdown_nothing_forbidden_is_left(source: str, make: Callable[[str], str]) -> None:
    html = refused_or(make, source)
    assert forbidden_in(re.sub(r'href="(lesson|term):[a-z0-9-]+"', "", html)) == []


def test_ids_and_classes_are_only_those_of_lessons() -> None:
    html = sanitise('<h2 id="main">a</h2><h2 id="muc-2">b</h2><a class="term" id="term-back-a" href="#term-a">c</a><a class="button" href="/x">d</a>')
    assert html == '<h2>a</h2><h2 id="muc-2">b</h2><a class="term" id="term-back-a" href="#term-a">c</a><a href="/x">d</a>'


def test_a_recording_never_starts_by_itself() -> None:
    html = sanitise('<video src="/a.mp4" autoplay loop muted preload="auto" poster="/x.png" controls></video>')
    assert html == '<video src="/a.mp4" controls=""></video>' or html == '<video src="/a.mp4" controls></video>'
