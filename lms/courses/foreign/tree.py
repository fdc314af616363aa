"""HTML as a small tree. The parser of HTML is base's (`well_formed`): what comes from there is closed and quoted, so that reading it is simple."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Union

from lms.base import well_formed

VOID = {"br", "hr", "img", "col", "track", "source"}
BLOCKS = set(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup"
    " hr legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul video audio".split()
)
DEEPEST = 60
MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "s": "s", "strike": "s", "del": "s", "u": "strong", "ins": ""}
HIDDEN = re.compile(r"display:none|mso-hide:all|visibility:hidden")
BOLD, LIGHT = re.compile(r"(?:^|;)font-weight:(bold|bolder|[6-9]00)"), re.compile(r"(?:^|;)font-weight:(normal|lighter|[1-5]00)")
SLANTED = re.compile(r"(?:^|;)font-style:italic")
Child = Union["Node", str]


@dataclass(eq=False, slots=True)
class Node:
    """An element: its tag, attributes and children."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    has_blocks: bool = False

    @property
    def style(self) -> str:
        """Its style attribute, in small letters without spaces."""
        style = self.attrs.get("style")
        return re.sub(r"\s+", "", style[:2000]).lower() if style else ""

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return self.attrs.get("class", "").split()

    @property
    def elements(self) -> list["Node"]:
        """Its children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, in order."""
        yield self
        for child in self.elements:
            yield from child.walk()

    def has(self, tag: str) -> bool:
        """Whether an element with this tag is within."""
        return any(node.tag == tag for node in self.walk())

    def text(self) -> str:
        """All its text."""
        return "".join(child if isinstance(child, str) else "\n" if child.tag == "br" else child.text() for child in self.children)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack, self.below = [Node("body")], 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self.stack) > DEEPEST and tag not in VOID:
            self.below += 1
            return
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self.below:
            self.below -= 1
        elif len(self.stack) > 1 and tag not in VOID:
            node = self.stack.pop()
            self.stack[-1].has_blocks |= node.has_blocks or node.tag in BLOCKS

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def tree_of(html: str) -> Node:
    """The tree of foreign HTML: hidden things gone, looks turned into marks. Refuses what is too large."""
    builder = _Builder()
    builder.feed(well_formed(html))
    builder.close()
    root = builder.stack[0]
    _tidy(root)
    return root


def _tidy(node: Node) -> None:
    node.children = [child for child in node.children if isinstance(child, str) or not _is_hidden(child)]
    for child in node.elements:
        _tidy(child)
    marks = _marks_of(node)
    for mark in marks:
        node.children = [Node(mark, children=node.children, has_blocks=node.has_blocks)]
    if node.tag in MARKS:
        is_light = MARKS[node.tag] == "strong" and LIGHT.search(node.style)
        node.tag = "span" if is_light else MARKS[node.tag] or "span"


def _is_hidden(node: Node) -> bool:
    style = node.style
    return "hidden" in node.attrs or bool(style and (HIDDEN.search(style) or "mso-element:comment" in style))


def _marks_of(node: Node) -> list[str]:
    style, found = node.style, []
    if not style or node.tag in ("table", "tr", "td", "th", "ul", "ol", "li", "body", "h1", "h2", "h3", "h4", "h5", "h6"):
        return []
    if BOLD.search(style):
        found.append("strong")
    if SLANTED.search(style):
        found.append("em")
    if "line-through" in style:
        found.append("s")
    if node.tag == "span" and "vertical-align:" in style:
        found += [tag for tag, word in (("sup", "vertical-align:super"), ("sub", "vertical-align:sub")) if word in style and tag not in found][:1]
    return found
