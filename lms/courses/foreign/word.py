"""What Word makes of lists and titles in HTML, put right: paragraphs that only look like a list become one."""

import re
from dataclasses import dataclass, field

from .tree import Node

LEVEL = re.compile(r"mso-list:l\d+level(\d)")
NUMBER = re.compile(r"\(?(\d{1,4}|[a-zA-Z]|[ivxlcIVXLC]{1,7})[.)]")
MARKER = re.compile(r"[\s\u00a0]*(\(?(?:\d{1,4}|[a-zA-Z]|[ivxlc]{1,7})[.)]|[^\w\s(<“\"'])[\s\u00a0]{2,}")


@dataclass
class _Entry:
    level: int
    is_numbered: bool
    number: int
    node: Node = field(repr=False)


def with_lists(node: Node) -> None:
    """Turn Word's paragraphs that stand for entries of lists into lists, everywhere in a tree."""
    children: list[Node | str] = []
    entries: list[_Entry] = []
    for child in node.children:
        entry = _entry_of(child) if isinstance(child, Node) else None
        if entry is not None:
            entries.append(entry)
        elif not (isinstance(child, str) and not child.strip() and entries):
            children += [*_nested(entries), child]
            entries = []
    node.children = [*children, *_nested(entries)]
    for child in node.elements:
        if child.tag == "p" and "MsoTitle" in child.classes:
            child.tag = "h1"
        with_lists(child)


def _entry_of(node: Node) -> _Entry | None:
    found = LEVEL.search(node.style) if node.tag in ("p", "div") else None
    if found is None and not (node.tag == "p" and any(name.startswith("MsoListParagraph") for name in node.classes)):
        return None
    marker = _taken_marker(node)
    if found is None and not marker:
        return None
    number = NUMBER.match(marker)
    digits = number[1] if number and number[1].isdigit() else "1"
    return _Entry(int(found[1]) if found else 1, number is not None, int(digits), Node("li", children=node.children, has_blocks=node.has_blocks))


def _taken_marker(node: Node) -> str:
    """The bullet or number that Word wrote as text; it is taken out."""
    for parent in node.walk():
        for child in parent.elements:
            if "mso-list:ignore" in child.style:
                parent.children.remove(child)
                return child.text().strip()
    for parent in node.walk():
        if parent.children and isinstance(parent.children[0], str):
            found = MARKER.match(parent.children[0])
            if found is not None:
                parent.children[0] = parent.children[0][found.end() :]
                return found[1]
            if parent.children[0].strip():
                return ""
    return ""


def _nested(entries: list[_Entry]) -> list[Node]:
    """Lists of the entries; an entry that lies deeper belongs to the one before it."""
    roots: list[Node] = []
    open_lists: list[tuple[int, Node]] = []
    for entry in entries:
        while open_lists and open_lists[-1][0] > entry.level:
            open_lists.pop()
        tag = "ol" if entry.is_numbered else "ul"
        if not open_lists or open_lists[-1][0] < entry.level or open_lists[-1][1].tag != tag:
            if open_lists and open_lists[-1][0] == entry.level:
                open_lists.pop()
            made = Node(tag, {"start": str(entry.number)} if entry.is_numbered and entry.number != 1 else {}, has_blocks=True)
            if open_lists:
                last = open_lists[-1][1].elements[-1]
                last.children.append(made)
                last.has_blocks = True
            else:
                roots.append(made)
            open_lists.append((entry.level, made))
        open_lists[-1][1].children.append(entry.node)
    return roots
