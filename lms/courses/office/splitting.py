"""A file that was taken in, cut into lessons at its headings: each a lesson as Markdown, with what could not be carried over. Pure data."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from lms.base import Refused
from lms.base import gettext as _

from ..folder import LessonSource
from ..from_html import markdown_of_html
from .taking import TakenFile

WHOLE, BY_PARTS, BY_CHAPTERS = "0", "1", "2"
WORDS_A_MINUTE, MOST_MINUTES, FEW_WORDS = 150, 240, 80
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_SOURCE, MOST_LESSONS = 200, 200, 100_000, 60
TALK = "Ghi chú của giảng viên"  # what stands in lessons is Vietnamese, whatever language the trainer reads
_IMAGE = re.compile(r'<img (?:alt="([^"]*)" src="(\d+)"|src="(\d+)" alt="([^"]*)")>')
_NOTE = re.compile(r'href="#((?:foot|end)note-[^"]+)"')
_PLACEHOLDER = re.compile(r"files/office-picture-(\d+)\.[a-z]+")

Block = dict[str, Any]


@dataclass(frozen=True)
class Proposed:
    """A lesson that a file would give. pictures: place in the file's list -> what it tells; lost: sentences; fault: why it cannot be taken."""

    title: str
    section: str
    source: str
    words: int
    summary: str
    pictures: dict[int, str]
    lost: list[str] = field(default_factory=list)
    fault: str = ""

    @property
    def minutes(self) -> int:
        """How long reading takes."""
        return min(MOST_MINUTES, max(1, math.ceil(self.words / WORDS_A_MINUTE)))

    @property
    def bare_pictures(self) -> int:
        """How many pictures say nothing to those who cannot see them."""
        return sum(not alt for alt in self.pictures.values())

    def as_source(self, title: str, names: dict[int, str]) -> LessonSource:
        """The lesson under this title; `names`: of the pictures, as the course keeps them."""
        source = _PLACEHOLDER.sub(lambda found: f"files/{names[int(found[1])]}" if int(found[1]) in names else found[0], self.source)
        said = {"title": {"vi": title, "en": ""}, "summary": {"vi": self.summary, "en": ""}}
        return LessonSource(**said, code=None, minutes=self.minutes, standards=[], legal_basis=[], reviewed_on=None, source=source)


def splits_of(taken: TakenFile) -> list[str]:
    """In which ways the file can be cut: not at all, at headings of level 1, of level 2."""
    levels = {block["level"] for block in taken.blocks} if taken.kind != "pdf" else set()
    ways = [WHOLE, *([BY_PARTS] if 1 in levels else []), *([BY_CHAPTERS] if 2 in levels else [])]
    return ways


def first_split(taken: TakenFile) -> str:
    """The way that the preview begins with: a Word file at its first headings, anything else as one lesson (or by its sections)."""
    ways, firsts = splits_of(taken), sum(block["level"] == 1 for block in taken.blocks)
    return BY_PARTS if BY_PARTS in ways and firsts > 1 else WHOLE


def lessons_of(taken: TakenFile, split: str, with_talk: bool = True) -> list[Proposed]:
    """The lessons, in order. Slow: to be called before the write. Refused when there are too many."""
    groups = list(_groups(taken, int(split)))
    if len(groups) > MOST_LESSONS:
        raise Refused(_("Cách tách này cho hơn %(n)s bài. Anh/Chị chọn cách tách khác.", n=MOST_LESSONS), "split")
    return [_proposed(taken, title, section, blocks, with_talk) for title, section, blocks in groups]


def _groups(taken: TakenFile, level: int) -> Iterator[tuple[str, str, list[Block]]]:
    """(title, section, blocks) of each lesson; the heading that a lesson begins with is its title, one above it names a section.

    A few words before the first heading, or between one above and the first below it, go to the lesson that follows.
    """
    title, section, blocks, is_above = taken.title, "", list[Block](), True
    for block in taken.blocks:
        if not 1 <= block["level"] <= level:
            blocks.append(block)
            continue
        is_carried = is_above and _is_short(blocks)
        if _has_text(blocks) and not is_carried:
            yield title, section, blocks
        is_above = block["level"] < level
        section = _called(taken, block) if is_above else section
        title, blocks = _called(taken, block), [*(blocks if is_carried else ()), {**block, "level": 0}]
    if _has_text(blocks):
        yield title, section, blocks


def _is_short(blocks: Sequence[Block]) -> bool:
    html = "".join(block["html"] for block in blocks)
    return not any(block["level"] or block["talk"] for block in blocks) and "<img" not in html and len(_plain(html).split()) <= FEW_WORDS


def _has_text(blocks: Sequence[Block]) -> bool:
    return any(block["html"] or block["talk"] for block in blocks) or len(blocks) > 1


def _called(taken: TakenFile, block: Block) -> str:
    number = block.get("number", 0)
    other = f"Trang {number}" if taken.kind == "pdf" else f"Trang chiếu {number}"
    return (block["title"] or other)[:LONGEST_TITLE]


def _proposed(taken: TakenFile, title: str, section: str, blocks: Sequence[Block], with_talk: bool) -> Proposed:
    html = "".join(_html_of(taken, blocks, title, with_talk))
    keys = [key for key in dict.fromkeys(_NOTE.findall(html)) if key in taken.notes]
    words = len(_plain(html).split())
    summary = _summary_of(html)
    if keys:
        html += "<ol>" + "".join(f'<li id="{escape(key)}">{taken.notes[key]}</li>' for key in keys) + "</ol>"
    pictures = {int(found[2] or found[3]): unescape(found[1] or found[4] or "") for found in _IMAGE.finditer(html)}
    shown = {place: alt for place, alt in pictures.items() if place < len(taken.pictures) and taken.pictures[place] is not None}
    html = _IMAGE.sub(lambda found: found[0] if int(found[2] or found[3]) in shown else "", html)
    try:
        made = markdown_of_html(html, lambda address: _placeholder(taken, address))
    except Refused as refused:
        return Proposed(title, section, "", words, summary, {}, [], refused.sentence)
    fault = _("Bài này dài quá %(n)s ký tự. Anh/Chị chọn cách tách nhỏ hơn.", n=LONGEST_SOURCE) if len(made.source) > LONGEST_SOURCE else ""
    lost = [sentence for sentence in made.left_out if "office-picture-" not in sentence]  # what a picture says is counted by `bare_pictures`
    return Proposed(title, section, made.source, words, summary, shown, lost, fault)


def _placeholder(taken: TakenFile, address: str) -> str | None:
    picture = taken.pictures[int(address)] if address.isdecimal() and int(address) < len(taken.pictures) else None
    return None if picture is None else f"office-picture-{address}.{picture.ending}"


def _html_of(taken: TakenFile, blocks: Sequence[Block], title: str, with_talk: bool) -> Iterator[str]:
    """The HTML of a lesson: headings from h2 on, none left out between two; the speaker's notes of a slide as a call-out."""
    levels = [block["level"] for block in blocks if block["level"]]
    before = 1
    for block in blocks:
        if block["level"]:
            before = min(block["level"] - min(levels) + 2, before + 1, 4)
            called = _called(taken, block)
            head = block["head"] or escape(called)
            yield f"<h{before}>{head}</h{before}>" if called != title or before > 2 else ""
        yield _described(taken, block) if taken.kind == "pdf" else block["html"]
        if block["talk"] and with_talk:
            yield f'<div class="call-out-note"><p><strong>{TALK}</strong></p>{block["talk"]}</div>'


def _described(taken: TakenFile, page: Block) -> str:
    """A page of a PDF, whose picture says that its text follows (that of a scan says nothing: somebody must describe it)."""
    html = str(page["html"])
    if page.get("is_scan"):
        return html
    alt = f"Hình chụp trang {page['number']}. Chữ của trang ở ngay dưới hình."
    return html.replace('alt=""', f'alt="{escape(alt)}"', 1)


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<sup>.*?</sup>", "", html)))


def _summary_of(html: str) -> str:
    """The first sentence, if it is short enough to say what the lesson is about."""
    first = next((words for found in re.findall(r"<p>(.*?)</p>", html) if (words := " ".join(_plain(found).split()))), "")
    sentence = re.split(r"(?<=[.!?])\s", first)[0]
    return sentence if 20 <= len(sentence) <= LONGEST_SUMMARY else ""
