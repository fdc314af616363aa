"""From HTML (of the editor, of Word, of a web page) to the Markdown of lessons, and from Markdown to the HTML that the editor begins with."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lms.base import Refused
from lms.base import gettext as _

from .foreign.blocks import Reading, own_file
from .foreign.notes import take_notes
from .foreign.tree import tree_of
from .foreign.word import with_lists
from .foreign.writing import Block, write_blocks
from .rendering import editor_html

LONGEST = 200_000
__all__ = ["Converted", "editor_html", "markdown_of_html", "own_file"]


@dataclass
class Converted:
    """Markdown, and sentences about what could not be carried over."""

    source: str
    left_out: list[str] = field(default_factory=list)


def markdown_of_html(html: str, resolve: Callable[[str], str | None] = own_file) -> Converted:
    """The Markdown of a lesson that says what the HTML says, and what had to be left out.

    `resolve` turns the address of a picture into the name of a file of the course, or None when there is none: it is then left out and told.
    Raises Refused when the HTML is too long, never anything else.
    """
    reading = Reading(resolve)
    root = tree_of(html)
    with_lists(root)
    notes = take_notes(root)
    reading.notes = set(notes)
    blocks = reading.top(root)
    for label, children in notes.items():
        blocks.append(Block("text", f"[^{label}]: {reading.one_line(children).strip()}"))
        blocks += reading.taken_later()
    _even_headings(blocks, reading)
    for pattern, sentence in _gone().items():
        if re.search(pattern, html, re.IGNORECASE):
            reading.tell(sentence)
    source = write_blocks(blocks)
    if len(source) > LONGEST:
        raise Refused(_("Nội dung quá dài. Anh/Chị chia thành nhiều bài ngắn hơn."))
    return Converted(f"{source}\n" if source else "", reading.left_out)


def _gone() -> dict[str, str]:
    return {
        r"<(iframe|object|embed|applet)\b": _("Bỏ khung nhúng trang hoặc chương trình khác."),
        r"<svg\b": _("Bỏ hình vẽ dạng SVG. Anh/Chị lưu thành PNG rồi chèn vào bài."),
        r"<(math|m:omath)\b": _("Bỏ công thức. Anh/Chị gõ lại bằng chữ hoặc chèn hình."),
        r"<(textarea|select|button)\b": _("Bỏ ô nhập và nút bấm."),
    }


def _headings(blocks: list[Block]) -> list[Block]:
    return [one for block in blocks for one in ([block] if block.kind == "heading" else _headings(block.parts))]


def _even_headings(blocks: list[Block], reading: Reading) -> None:
    """Headings begin with ##, and none is skipped."""
    found = _headings(blocks)
    shift = 1 if any(one.level == 1 for one in found) else 0
    before = 1
    for one in found:
        level = min(4, one.level + shift)
        if level > before + 1:
            level = before + 1
            reading.tell(_("Tiêu đề nhảy bậc được nâng lên một bậc."))
        one.level = before = level
