"""A PowerPoint file as plain data: a block for each slide with its title, text, tables, pictures and speaker's notes; what is lost is counted.

Runs in a child process on a file that `office_child` found safe (see `office`): imports only the standard library. The answer has the form of
`docx_child`; sections of slides are blocks of level 1, slides of level 2 with their `number`; `talk` holds the speaker's notes.
"""

import base64
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
LINK = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
MOST_PICTURES, HEAVIEST_PICTURE, HEAVIEST_PICTURES, MOST_SLIDES = 200, 10_000_000, 30_000_000, 200
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp")
MARGINAL = ("dt", "ftr", "sldNum", "hdr")
DEEPEST = 30

Answer = dict[str, Any]
Links = dict[str, tuple[str, str, bool]]  # id -> (kind, part or address, whether it lies outside)


def read(path: str) -> Answer:
    """What the slides hold, or {"refused": reason}."""
    with zipfile.ZipFile(path) as archive:
        deck = _Deck(archive)
        if sum(name.startswith("ppt/media/") for name in archive.namelist()) > MOST_PICTURES:
            return {"refused": "pictures"}
        if len(deck.slides) > MOST_SLIDES:
            return {"refused": "slides"}
        deck.read_slides()
    left_out = {reason: count for reason, count in deck.lost.items() if count}
    return {"title": deck.title, "blocks": deck.blocks, "notes": {}, "pictures": deck.pictures, "left_out": left_out}


class _Deck:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.title = ""
        self.blocks: list[dict[str, Any]] = []
        self.pictures: list[str] = []
        self.lost: Counter[str] = Counter()
        self._places: dict[str, int] = {}
        self._octets = 0
        root, links = self.part("ppt/presentation.xml"), self.links("ppt/presentation.xml")
        found = [(one.get("id", ""), links.get(one.get(f"{R}id", ""))) for one in root.iter(f"{P}sldId")]
        self.slides = [(key, link[1]) for key, link in found if link]
        self.sections = {
            slides[0].get("id", ""): one.get("name", "") for one in root.iter(f"{P14}section") if (slides := list(one.iter(f"{P14}sldId")))
        }
        self.lost["macros"] = sum(name.lower().endswith("vbaproject.bin") for name in archive.namelist())

    def part(self, name: str) -> ET.Element:
        """A part as a tree."""
        return ET.fromstring(self.archive.read(name))  # noqa: S314 - checked by office_child

    def links(self, name: str) -> Links:
        """What a part refers to."""
        folder, file = posixpath.split(name)
        rels = f"{folder}/_rels/{file}.rels"
        if rels not in self.archive.namelist():
            return {}
        found = {}
        for one in self.part(rels).iter(LINK):
            is_outside, target = one.get("TargetMode") == "External", one.get("Target", "")
            inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[one.get("Id", "")] = (posixpath.basename(one.get("Type", "")), target if is_outside else inside, is_outside)
        return found

    def read_slides(self) -> None:
        """Fill the blocks."""
        for number, (key, name) in enumerate(self.slides, 1):
            if self.sections.get(key):
                self.blocks.append({"level": 1, "title": self.sections[key], "head": escape(self.sections[key]), "html": "", "talk": ""})
            slide = self.part(name)
            self.lost["hidden"] += slide.get("show") in ("0", "false")
            _Slide(self, slide, self.links(name), number).read()
            self.lost["animations"] += any(one.get("presetClass") for one in slide.iter(f"{P}cTn"))

    def add(self, number: int, title: str, html: str, talk: str) -> None:
        """A slide; one with the title of the slide before goes on with it."""
        last = self.blocks[-1] if self.blocks else None
        if last and last["level"] == 2 and title and last["title"] == title:
            last["html"] += html
            last["talk"] += talk
        elif title or html or talk:
            self.blocks.append({"level": 2, "title": title, "head": escape(title), "html": html, "talk": talk, "number": number})

    def picture(self, name: str) -> int | None:
        """The place of a picture in the list; None when it cannot be shown, which is counted."""
        if not name.lower().endswith(PICTURES):
            self.lost["formats"] += 1
            return None
        if name not in self.archive.namelist():
            self.lost["missing"] += 1
            return None
        octets = self.archive.getinfo(name).file_size
        content = self.archive.read(name) if octets <= HEAVIEST_PICTURE else b""
        digest = sha256(content).hexdigest()
        if digest not in self._places:
            if not content or self._octets + octets > HEAVIEST_PICTURES:
                self.lost["heavy"] += 1
                return None
            self._octets += octets
            self._places[digest] = len(self.pictures)
            self.pictures.append(base64.b64encode(content).decode())
        return self._places[digest]


class _Slide:
    def __init__(self, deck: _Deck, root: ET.Element, links: Links, number: int) -> None:
        self.deck, self.root, self.links, self.number = deck, root, links, number
        self.title = ""
        self.html: list[str] = []

    def read(self) -> None:
        """Hand the slide to the deck."""
        tree = self.root.find(f"{P}cSld/{P}spTree")
        for shape in _shapes(tree) if tree is not None else ():
            self._shape(shape)
        self.deck.lost["equations"] += sum(one.tag.endswith("}oMath") for one in self.root.iter())
        self.deck.lost["comments"] += sum(kind == "comments" for kind, _target, _is_outside in self.links.values())
        self.deck.add(self.number, self.title, "".join(self.html), self._talk())

    def _shape(self, shape: ET.Element) -> None:
        if shape.tag == f"{P}pic":
            self._picture(shape)
        elif shape.tag == f"{P}graphicFrame":
            self._frame(shape)
        elif (body := shape.find(f"{P}txBody")) is not None:
            place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
            kind = "" if place is None else place.get("type", "body")
            if kind in ("title", "ctrTitle"):
                self.title = self.title or _text(body)[:300]
                self.deck.title = self.deck.title or (self.title if kind == "ctrTitle" else "")
            elif kind not in MARGINAL:
                self.html.append(_paragraphs(body, self.links, is_list=kind in ("body", "obj")))

    def _picture(self, shape: ET.Element) -> None:
        self.deck.lost["videos"] += any(one.tag in (f"{A}videoFile", f"{A}audioFile") for one in shape.iter())
        blip, about = shape.find(f"{P}blipFill/{A}blip"), shape.find(f"{P}nvPicPr/{P}cNvPr")
        link = self.links.get(blip.get(f"{R}embed", "")) if blip is not None else None
        if link is None or link[2]:
            self.deck.lost["linked"] += 1
            return
        place = self.deck.picture(link[1])
        said = " ".join((about.get("descr") or "").split()) if about is not None else ""
        alt = "" if re.search(r"automatically generated|ai-generated|được tạo (ra )?tự động|^\S+\.\w{3,4}$", said, re.IGNORECASE) else said
        if place is not None:
            self.html.append(f'<p><img src="{place}" alt="{escape(alt)}"></p>')

    def _frame(self, shape: ET.Element) -> None:
        data = shape.find(f"{A}graphic/{A}graphicData")
        uri = "" if data is None else data.get("uri", "")
        if data is not None and (table := data.find(f"{A}tbl")) is not None:
            self.html.append(_table(table, self.links))
        elif uri.endswith("/diagram"):
            self.deck.lost["diagrams"] += 1
            self._diagram()
        else:
            self.deck.lost["charts" if "chart" in uri else "objects"] += 1

    def _diagram(self) -> None:
        """The words of a diagram (SmartArt) as a list."""
        for kind, name, is_outside in self.links.values():
            if kind == "diagramData" and not is_outside and name in self.deck.archive.namelist():
                words = [text for one in self.deck.part(name).iter() if one.tag.endswith("}t") and len(one) and (text := _text(one))]
                self.html.append("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in words) + "</ul>" if words else "")

    def _talk(self) -> str:
        name = next((target for kind, target, is_outside in self.links.values() if kind == "notesSlide" and not is_outside), "")
        if name not in self.deck.archive.namelist():
            return ""
        links, html = self.deck.links(name), ""
        for shape in self.deck.part(name).iter(f"{P}sp"):
            place, body = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph"), shape.find(f"{P}txBody")
            if place is not None and place.get("type", "body") == "body" and body is not None:
                html += _paragraphs(body, links, is_list=False)
        return html


def _shapes(tree: ET.Element, depth: int = 0) -> Iterator[ET.Element]:
    """The shapes in reading order, groups opened."""
    for shape in tree if depth < DEEPEST else ():
        if shape.tag == f"{MC}AlternateContent":
            inner = shape.find(f"{MC}Fallback")
            yield from _shapes(inner, depth + 1) if inner is not None else ()
        elif shape.tag == f"{P}grpSp":
            yield from _shapes(shape, depth + 1)
        elif shape.tag in (f"{P}sp", f"{P}pic", f"{P}graphicFrame"):
            yield shape


# Text


def _text(body: ET.Element) -> str:
    parts = [" " if one.tag in (f"{A}br", f"{A}p") else one.text or "" for one in body.iter() if one.tag in (f"{A}br", f"{A}p", f"{A}t")]
    return " ".join("".join(parts).split())


def _paragraphs(body: ET.Element, links: Links, is_list: bool) -> str:
    """Paragraphs and nested lists: in a text placeholder every paragraph has a bullet unless it says otherwise, elsewhere only those that say so."""
    html, opened = "", list[str]()
    for paragraph in body.iter(f"{A}p"):
        inner = _runs(paragraph, links)
        if not inner:
            continue
        how = paragraph.find(f"{A}pPr")
        tag = _list_tag(how, is_list)
        wanted = min(int(level), 3) + 1 if tag and how is not None and (level := how.get("lvl", "0")).isdecimal() else bool(tag)
        while len(opened) > wanted or (opened and len(opened) == wanted and opened[-1] != tag):
            html += f"</li></{opened.pop()}>"
        if not wanted:
            html += f"<p>{inner}</p>"
            continue
        html += "</li>" if len(opened) == wanted else ""
        while len(opened) < wanted:
            html += f"<{tag}>" + ("<li>" if len(opened) + 1 < wanted else "")
            opened.append(tag)
        html += f"<li>{inner}"
    return html + "".join(f"</li></{tag}>" for tag in reversed(opened))


def _list_tag(how: ET.Element | None, is_list: bool) -> str:
    if how is not None and how.find(f"{A}buNone") is not None:
        return ""
    if how is not None and how.find(f"{A}buAutoNum") is not None:
        return "ol"
    return "ul" if is_list or (how is not None and how.find(f"{A}buChar") is not None) else ""


def _runs(paragraph: ET.Element, links: Links) -> str:
    html = ""
    for run in paragraph:
        if run.tag == f"{A}br":
            html += "<br>"
        if run.tag not in (f"{A}r", f"{A}fld"):
            continue
        text = run.find(f"{A}t")
        inner = escape(text.text or "") if text is not None else ""
        html += _dressed(inner, run.find(f"{A}rPr"), links) if inner.strip() else inner
    return html if re.sub(r"<br>|\s", "", html) else ""


def _dressed(inner: str, how: ET.Element | None, links: Links) -> str:
    if how is None:
        return inner
    for name, tag in (("b", "strong"), ("i", "em")):
        inner = f"<{tag}>{inner}</{tag}>" if how.get(name) in ("1", "true") else inner
    click = how.find(f"{A}hlinkClick")
    link = links.get(click.get(f"{R}id", "")) if click is not None else None
    is_address = link is not None and link[2] and re.match(r"(https?://|mailto:)", link[1])
    return f'<a href="{escape(link[1])}">{inner}</a>' if link and is_address else inner


def _table(table: ET.Element, links: Links) -> str:
    about = table.find(f"{A}tblPr")
    is_headed = about is not None and about.get("firstRow") in ("1", "true")
    rows = []
    for number, row in enumerate(table.iter(f"{A}tr")):
        tag, cells = "th" if is_headed and not number else "td", ""
        for cell in row.iter(f"{A}tc"):
            if cell.get("hMerge") in ("1", "true") or cell.get("vMerge") in ("1", "true"):
                continue
            spans = "".join(f' {name}="{value}"' for name, key in _SPANS if (value := cell.get(key, "1")).isdecimal() and value != "1")
            body = cell.find(f"{A}txBody")
            cells += f"<{tag}{spans}>{_paragraphs(body, links, is_list=False) if body is not None else ''}</{tag}>"
        rows.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


_SPANS = (("colspan", "gridSpan"), ("rowspan", "rowSpan"))
