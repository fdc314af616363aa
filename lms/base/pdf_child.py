"""A PDF as plain data: a picture of each page and the text on it. Knows pypdfium2.

Runs in a child process (see `office`): imports only the standard library and pypdfium2 (which brings Pillow's pictures along). The answer has the
form of `docx_child`: a block of level 2 for each page with its `number`; pictures are ready for the page: {"content", "ending", "width", "height"}.
"""

import base64
import io
import re
from html import escape
from pathlib import Path
from typing import Any

import pypdfium2

MOST_PAGES, WIDE, TALLEST = 60, 1000, 2000
GREYS, AIM = 16, 60_000
QUALITIES = (70, 55, 40)
LONGEST_TEXT = 20_000  # characters of a page
HEAVIEST_PICTURES = 30_000_000
SHORT = 0.6  # of the longest line of a page: a shorter one ends its paragraph

Answer = dict[str, Any]


def read(path: str) -> Answer:
    """What the pages hold, or {"refused": reason}."""
    try:
        document = pypdfium2.PdfDocument(Path(path))
    except pypdfium2.PdfiumError as error:
        return {"refused": "locked" if "password" in str(error).lower() else "broken"}
    if len(document) > MOST_PAGES:
        return {"refused": "pages"}
    if not len(document):
        return {"refused": "empty"}
    pictures = []
    blocks = []
    for place in range(len(document)):
        page = document[place]
        pictures.append(_picture(page))
        text = page.get_textpage().get_text_bounded()[:LONGEST_TEXT]
        html = f'<p><img src="{place}" alt=""></p>' + "".join(f"<p>{escape(words)}</p>" for words in _paragraphs(text))
        blocks.append({"level": 2, "title": "", "head": "", "html": html, "talk": "", "number": place + 1, "is_scan": not text.strip()})
        page.close()
    if sum(len(one["content"]) for one in pictures) > HEAVIEST_PICTURES:
        return {"refused": "pictures"}
    return {"title": "", "blocks": blocks, "notes": {}, "pictures": pictures, "left_out": {}}


def _picture(page: Any) -> dict[str, Any]:
    """The page 1000 pixels wide: in sixteen greys when it has no colour and few tones, else whichever of PNG and JPEG is lighter."""
    width, height = page.get_size()
    scale = min(WIDE / max(width, 1), TALLEST / max(height, 1))
    shown = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    grey = shown.convert("L")
    content, ending = b"", ""
    if _is_grey(shown):
        content, ending = _written(grey.quantize(GREYS), "PNG", optimize=False), "png"
    for quality in QUALITIES if not content or len(content) > AIM else ():
        made = _written(grey if content and ending == "png" else shown, "JPEG", quality=quality, optimize=True)
        if not content or len(made) < len(content):
            content, ending = made, "jpg"
        if len(content) <= AIM:
            break
    return {"content": base64.b64encode(content).decode(), "ending": ending, "width": shown.width, "height": shown.height}


def _is_grey(picture: Any) -> bool:
    """Whether no point of a small copy has a colour that is worth keeping."""
    small = picture.resize((100, 100))
    hue, saturation, _value = small.convert("HSV").split()
    return bool(hue) and saturation.getextrema()[1] < 40


def _written(picture: Any, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


_ENDS = re.compile(r"[.:;!?…]$")
_BEGINS = re.compile(r"([-–•*+▪●]|\d{1,3}[.)]|[a-zđ][.)]|[IVXLC]+[.)]|(Điều|Khoản|Chương|Mục|Phần)\s+\w+)\s*")


def _paragraphs(text: str) -> list[str]:
    """The lines of a page put together to paragraphs: a line goes on unless it is short, ends a sentence, or the next one begins a point."""
    paragraphs: list[str] = []
    is_open = False
    lines = [" ".join("".join(c if c.isprintable() else " " for c in line).split()) for line in text.replace("\ufffe", "-").splitlines()]
    longest = max(map(len, lines), default=0)
    for words in lines:
        if words and is_open and not _BEGINS.match(words):
            paragraphs[-1] += f" {words}"
        elif words:
            paragraphs.append(words)
        is_open = len(words) > SHORT * longest and not _ENDS.search(words)
    return paragraphs
