"""Footnotes as HTML has them (a raised number that leads to a note, which leads back): found and taken apart."""

import re
from collections import Counter

from .inline import NOTE_MARK
from .tree import Child, Node

NUMBER = re.compile(r"[\[(]?\s*(\d{1,3}|[a-z*†]|[ivx]{1,5})\s*[\])]?")
GONE = "gone"
VERBATIM = ("pre", "code", "kbd", "samp", "tt")
Notes = dict[str, list[Child]]
WRITTEN = re.compile(r"\s*\[\^([A-Za-z0-9-]{1,20})\]:\s*")


def take_notes(root: Node) -> Notes:
    """The notes by label, in order of their references; in the tree, references become nodes "note" and the notes themselves are gone."""
    parents = {id(child): node for node in root.walk() for child in node.elements}
    named: dict[str, Node] = {}
    for node in root.walk():
        for name in (node.attrs.get("id"), node.attrs.get("name")):
            if name:
                named.setdefault(name, node)
    notes: Notes = {}
    labels: dict[int, str] = {}
    for link in [node for node in root.walk() if node.tag == "a" and node.attrs.get("href", "").startswith("#")]:
        block = _block_of(named.get(link.attrs["href"][1:]), parents)
        if block is None or id(link) not in parents or not NUMBER.fullmatch(link.text().strip()) or _is_below(link, block, parents):
            continue
        if id(block) not in labels:
            if not _leads_back(block, link, parents):
                continue
            labels[id(block)] = str(len(notes) + 1)
            notes[labels[id(block)]] = block.children
            _remove(block)
        link.tag, link.attrs, link.children = "note", {"label": labels[id(block)]}, []
    notes |= _written_notes(root, set(notes))
    _swept(root)
    return notes


def _block_of(node: Node | None, parents: dict[int, Node]) -> Node | None:
    while node is not None and node.tag not in ("li", "p", "div", "dd", "td", "aside", GONE):
        node = parents.get(id(node))
    return node


def _is_below(node: Node | None, above: Node, parents: dict[int, Node]) -> bool:
    while node is not None:
        if node is above:
            return True
        node = parents.get(id(node))
    return False


def _leads_back(block: Node, link: Node, parents: dict[int, Node]) -> bool:
    """Whether the block has a link to the reference; such links are taken out of it."""
    around = [link, *(one for one in (parents.get(id(link)),) if one is not None)]
    names = {name for node in around for name in (node.attrs.get("id"), node.attrs.get("name")) if name}
    backs = [node for node in block.walk() if node.tag == "a" and node.attrs.get("href", "").startswith("#")]
    if not any(back.attrs["href"][1:] in names for back in backs):
        return False
    for back in backs:
        if back.attrs["href"][1:] in names or not any(letter.isalnum() for letter in back.text()):
            _remove(back)
    return True


def _remove(node: Node) -> None:
    node.tag, node.children = GONE, []


def _swept(node: Node) -> None:
    """Take away what was removed, and the lists and boxes that are empty by that."""
    for child in node.elements:
        _swept(child)
    if any(child.tag == GONE for child in node.elements):
        node.children = [child for child in node.children if isinstance(child, str) or child.tag != GONE]
        is_empty = not any(child.strip() if isinstance(child, str) else child.tag not in ("hr", "br") for child in node.children)
        if is_empty and node.tag in ("ol", "ul", "section", "div", "sup"):
            _remove(node)


def _written_notes(root: Node, known: set[str]) -> Notes:
    """Notes written as in the source: a paragraph that begins with [^label]:, when the label is used somewhere else."""
    written: dict[str, Node] = {}
    for node in root.walk():
        found = WRITTEN.match(_beginning(node)) if node.tag == "p" else None
        if found and found[1] not in known:
            written.setdefault(found[1], node)
    used = Counter(NOTE_MARK.findall(_prose(root))) if written else Counter()
    notes = {}
    for label, node in written.items():
        if used[label] > 1:
            first = next(part for part in node.walk() if part.children and isinstance(part.children[0], str) and part.children[0].strip())
            first.children[0] = WRITTEN.sub("", str(first.children[0]), count=1)
            notes[label] = node.children
            _remove(node)
    return notes


def _prose(node: Node) -> str:
    """Its text without what stands as it is (code, keys)."""
    parts = [child if isinstance(child, str) else "" if child.tag in VERBATIM else _prose(child) for child in node.children]
    return "".join(parts)


def _beginning(node: Node) -> str:
    """The first text within an element, when nothing stands before it."""
    first = node.children[0] if node.children else ""
    return first if isinstance(first, str) else _beginning(first)
