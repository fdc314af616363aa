"""A Word document as plain data: blocks that each begin with a heading, notes, pictures, and what could not be carried over. Knows mammoth.

Runs in a child process on a file that `office_child` found safe (see `office`): imports only the standard library and mammoth. The answer:
{"title", "blocks": [{"level", "title", "head", "html", "talk"}], "notes": {id: HTML}, "pictures": [base64], "left_out": {reason: count}};
pictures are named by their place in the list: <img src="0">.
"""

import base64
import re
import unicodedata
import zipfile
from collections import Counter
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import mammoth

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MOST_PICTURES, HEAVIEST_PICTURE, HEAVIEST_PICTURES = 200, 10_000_000, 30_000_000
LONGEST_HEADING = 120
_HEADING = re.compile(r"(?:heading|tiêu đề|đầu đề|đề mục)\s*([1-6])")
_TITLE = re.compile(r"title|tiêu đề|tên tài liệu")
_CONTENTS = re.compile(r"(toc|mục lục|contents)\s*\d|toc heading|tiêu đề mục lục|table of figures|index\s*\d")
_QUOTE = re.compile(r"(intense )?quote|trích dẫn( đậm| mạnh)?")
_CALLED = {
    "can biet": "note",
    "thong tin": "note",
    "note": "note",
    "lam thu": "try",
    "thuc hanh": "try",
    "ghi nho": "remember",
    "can nho": "remember",
    "canh bao": "warning",
    "luu y": "warning",
    "chu y": "warning",
    "warning": "warning",
    "tinh huong": "scenario",
}
_LOST = {  # what is counted in the text of the document -> the reason under which it is told
    "equations": rb"<m:oMath[ >]",
    "charts": rb"<c:chart[ >]",
    "diagrams": rb"<dgm:relIds[ >]",
    "objects": rb"<o:OLEObject[ >]",
    "comments": rb"<w:commentReference[ >]",
    "deleted": rb"<w:del [^>]*[^/>]>",
    "videos": rb"<wp15:webVideoPr[ >]",
}
_GENERATED = re.compile(r"automatically generated|ai-generated|được tạo (ra )?(một cách )?tự động|^\S+\.(png|jpe?g|gif|bmp|emf|wmf)$", re.IGNORECASE)
_PART = re.compile(r"(phần|chương|bài|chuyên đề)\s+\w+|[IVXLC]{1,6}\s*[.)/]|[A-H]\s*[.)]\s", re.IGNORECASE)

Answer = dict[str, Any]


def read(path: str) -> Answer:
    """What the document holds, or {"refused": reason}."""
    pictures = _Pictures()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if sum(name.startswith("word/media/") for name in names) > MOST_PICTURES:
            return {"refused": "pictures"}
        styles = _style_map(archive)
        lost = _lost(archive, names)
    with Path(path).open("rb") as file:
        made = mammoth.convert_to_html(
            file,
            style_map="\n".join(styles),
            convert_image=pictures.place,
            external_file_access=False,
            include_embedded_style_map=False,
        )
    lost["linked"] += sum("external" in message.message for message in made.messages)
    lost["symbols"] += sum("unsupported character" in message.message for message in made.messages)
    body = ET.fromstring(f"<body>{made.value}</body>")  # noqa: S314 - written by mammoth from parts without document types
    return _answer(body, pictures, lost)


def _answer(body: ET.Element, pictures: "_Pictures", lost: Counter[str]) -> Answer:
    notes = _take_notes(body)
    _tidy_links(body, lost)
    for place, child in enumerate(list(body)):
        if child.tag == "table" and (box := _call_out(child)) is not None:
            body[place] = box
    title = _take_title(body)
    if not any(re.fullmatch("h[1-6]", child.tag) for child in body):
        lost["bold"] += _bold_to_headings(body)
    blocks = _blocks(body)
    if lost["bold"] and not title and len(blocks) > 1 and not blocks[0]["html"]:
        title = blocks.pop(0)["title"]
    lost += pictures.lost
    left_out = {reason: count for reason, count in lost.items() if count}
    return {"title": title, "blocks": blocks, "notes": notes, "pictures": pictures.contents, "left_out": left_out}


# Styles


def _style_map(archive: zipfile.ZipFile) -> list[str]:
    """Lines of mammoth's style map for what the styles of this document are called, in English and in Vietnamese, or are based on."""
    styles: dict[str, ET.Element] = {}
    if "word/styles.xml" in archive.namelist():
        root = ET.fromstring(archive.read("word/styles.xml"))  # noqa: S314 - checked by office_child
        styles = {one.get(f"{W}styleId", ""): one for one in root.iter(f"{W}style") if one.get(f"{W}type") == "paragraph"}
    lines = ["u => u", "comment-reference => !"]
    for style in map(styles.get, _used_styles(archive)):
        name = "" if style is None else _name_of(style)
        if style is not None and name and name.isprintable() and (path := _path_of(style, styles)):
            quoted = name.replace("\\", "\\\\").replace("'", "\\'")
            lines.append(f"p[style-name='{quoted}'] => {path}")
    return lines


def _used_styles(archive: zipfile.ZipFile) -> list[str]:
    """The ids of the styles that some paragraph has; a template brings hundreds along."""
    parts = [archive.read(name) for name in archive.namelist() if re.fullmatch(r"word/(document|footnotes|endnotes)\.xml", name)]
    found = {unescape(one.decode("utf-8", "replace")) for part in parts for one in re.findall(rb'<w:pStyle w:val="([^"]*)"', part)}
    return sorted(found)


def _name_of(style: ET.Element) -> str:
    found = style.find(f"{W}name")
    return "" if found is None else found.get(f"{W}val", "")


def _path_of(style: ET.Element, styles: dict[str, ET.Element]) -> str:
    """What a paragraph of this style becomes, as mammoth writes it; empty for a plain paragraph."""
    name = unicodedata.normalize("NFC", _name_of(style)).casefold().strip()
    if _CONTENTS.match(name):
        return "!"
    if _TITLE.fullmatch(name):
        return "h1.title:fresh"
    if _QUOTE.fullmatch(name):
        return "blockquote > p:fresh"
    if kind := _CALLED.get(_folded(name)):
        return f"div.call-out-{kind} > p:fresh"
    level = _level_of(style, styles)
    return f"h{level}:fresh" if level else ""


def _level_of(style: ET.Element, styles: dict[str, ET.Element]) -> int:
    """1 to 6 for a heading, by its name, its outline level, or the style that it is based on; else 0."""
    for _step in range(12):
        found = _HEADING.fullmatch(unicodedata.normalize("NFC", _name_of(style)).casefold().strip())
        if found:
            return int(found[1])
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        value = "" if outline is None else outline.get(f"{W}val", "")
        if value.isdecimal():
            return int(value) + 1 if int(value) < 6 else 0
        based = style.find(f"{W}basedOn")
        after = None if based is None else styles.get(based.get(f"{W}val", ""))
        if after is None:
            return 0
        style = after
    return 0


def _folded(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c)).replace("đ", "d")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


# What is lost


def _lost(archive: zipfile.ZipFile, names: list[str]) -> Counter[str]:
    text = archive.read("word/document.xml")
    lost = Counter({reason: len(re.findall(pattern, text)) for reason, pattern in _LOST.items()})
    heads = [name for name in names if re.fullmatch(r"word/(header|footer)\d*\.xml", name)]
    lost["headers"] = sum(bool(re.search(rb"<w:t[ >][^<]*\w", archive.read(name))) for name in heads)
    lost["macros"] = sum(name.lower().endswith("vbaproject.bin") for name in names)
    return lost


class _Pictures:
    """The pictures of a document, each content once."""

    def __init__(self) -> None:
        self.contents: list[str] = []
        self.lost: Counter[str] = Counter()
        self._places: dict[str, int] = {}
        self._octets = 0

    def place(self, image: Any) -> list[Any]:
        """mammoth's element for a picture, which names it by its place; nothing for one that is not there or too heavy."""
        if image.content_type and not re.fullmatch(r"image/(png|jpe?g|gif|webp|bmp|x-ms-bmp)", image.content_type):
            self.lost["formats"] += 1
            return []
        try:
            with image.open() as file:
                content = file.read(HEAVIEST_PICTURE + 1)
        except KeyError:
            self.lost["missing"] += 1
            return []
        digest = sha256(content).hexdigest()
        if digest not in self._places:
            if len(content) > HEAVIEST_PICTURE or self._octets + len(content) > HEAVIEST_PICTURES:
                self.lost["heavy"] += 1
                return []
            self._octets += len(content)
            self._places[digest] = len(self.contents)
            self.contents.append(base64.b64encode(content).decode())
        alt = " ".join((image.alt_text or "").split())
        said = "" if _GENERATED.search(alt) else alt
        element: list[Any] = mammoth.images.img_element(lambda _image: {"src": str(self._places[digest]), "alt": said})(image)
        return element


# The text


def _take_notes(body: ET.Element) -> dict[str, str]:
    """The foot- and endnotes, which mammoth puts into a list at the end; each leads back to its reference."""
    last = body[-1] if len(body) else None
    if last is None or last.tag != "ol" or not all(re.match("(foot|end)note-", item.get("id") or "") for item in last):
        return {}
    body.remove(last)
    return {item.get("id") or "": _inside(item) for item in last}


def _tidy_links(body: ET.Element, lost: Counter[str]) -> None:
    """Bookmarks go; a link to another place of the document becomes its text."""
    for parent in list(body.iter()):
        for place, child in reversed(list(enumerate(parent))):
            address = child.get("href") or ""
            if child.tag == "a" and not (address and re.match("(?!#)|#(foot|end)note-", address)):
                lost["places"] += bool(address)
                _unwrap(parent, place)


def _unwrap(parent: ET.Element, place: int) -> None:
    """The element's text and children stand where it stood."""
    gone = parent[place]
    inner = list(gone)
    text = gone.text or ""
    if inner:
        inner[-1].tail = (inner[-1].tail or "") + (gone.tail or "")
    else:
        text += gone.tail or ""
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent[place : place + 1] = inner


def _call_out(table: ET.Element) -> ET.Element | None:
    """A table of one cell is a box around a text: the kind is what its first words say."""
    cells = [node for node in table.iter() if node.tag in ("td", "th")]
    if len(cells) != 1:
        return None
    cell = cells[0]
    words = "".join(cell.itertext()).strip()
    box = ET.Element("div", {"class": "call-out-note"} if words else {})
    box.text, box[:] = cell.text, list(cell)
    first = next(iter(box), None)
    said = _folded("".join(first.itertext())) if first is not None else ""
    for name, kind in _CALLED.items():
        if words and (said == name or said.startswith(f"{name} ")):
            box.set("class", f"call-out-{kind}")
            if said == name and len(box) > 1:
                del box[0]
            break
    return box


def _take_title(body: ET.Element) -> str:
    titles = [child for child in body if child.tag == "h1" and child.get("class") == "title"]
    for title in titles:
        body.remove(title)
    return " ".join(filter(None, map(_words, titles)))[:300]


def _bold_to_headings(body: ET.Element) -> int:
    """Where no style says what is a heading: short paragraphs in bold. Answers how many there are."""
    found = 0
    for child in body:
        words = _words(child)
        if child.tag == "p" and 0 < len(words) <= LONGEST_HEADING and words == " ".join(" ".join(map(_words, child.findall("strong"))).split()):
            child.tag = "h1" if _PART.match(words) else "h2"
            for place, bold in reversed(list(enumerate(child))):
                if bold.tag == "strong":
                    _unwrap(child, place)
            found += 1
    return found


def _words(node: ET.Element) -> str:
    """The text of an element without the marks of notes."""
    marks = {"".join(sup.itertext()) for sup in node.iter("sup") if sup.find("a") is not None}
    text = "".join(node.itertext())
    for mark in marks:
        text = text.replace(mark, "")
    return " ".join(text.split())


def _blocks(body: ET.Element) -> list[dict[str, Any]]:
    """The text cut before each heading; the first block may be without one (level 0)."""
    blocks: list[dict[str, Any]] = [{"level": 0, "title": "", "head": "", "html": "", "talk": ""}]
    for child in body:
        is_heading = re.fullmatch("h[1-6]", child.tag)
        if is_heading and _words(child):
            blocks.append({"level": int(child.tag[1]), "title": _words(child), "head": _inside(child), "html": "", "talk": ""})
        else:
            child.tag = "p" if is_heading else child.tag
            blocks[-1]["html"] += ET.tostring(child, encoding="unicode", method="html")
    return blocks if blocks[0]["html"] else blocks[1:]


def _inside(node: ET.Element) -> str:
    """The HTML inside an element."""
    inner = "".join(ET.tostring(child, encoding="unicode", method="html") for child in node)
    text = ET.Element("i")
    text.text = node.text
    return ET.tostring(text, encoding="unicode", method="html")[3:-4] + inner
