"""An XML file as a small tree with line numbers: no document type, no entity, and no deeper or larger than a question bank is."""

from dataclasses import dataclass, field
from xml.parsers import expat

from lms.base import gettext as _

MOST_BYTES, MOST_NODES, MOST_DEPTH = 20 << 20, 100_000, 30


class XmlFault(Exception):
    """The file cannot be read; `line` and `sentence` say where and why."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.sentence = line, sentence


@dataclass
class Node:
    """An element: its tag, attributes, own text and children; `line` is where it begins."""

    tag: str
    attributes: dict[str, str]
    line: int
    pieces: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)

    def all(self, tag: str) -> list["Node"]:
        """The children of this tag."""
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> "Node | None":
        """The first child of this tag."""
        return next((child for child in self.children if child.tag == tag), None)

    def own_text(self) -> str:
        """The text that stands in the element itself."""
        return "".join(self.pieces).strip()

    def said(self, tag: str) -> str:
        """The text of the first child of this tag, or of that child's <text>."""
        child = self.first(tag)
        inner = child.first("text") if child else None
        return (inner or child).own_text() if child else ""


class _Builder:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.open = [Node("", {}, 0)]
        self.nodes = 0

    def _fault(self, sentence: str) -> XmlFault:
        return XmlFault(self.parser.CurrentLineNumber, sentence)

    def _doctype(self, *_args: object) -> None:
        raise self._fault(_("Tệp có phần DOCTYPE hoặc ENTITY không an toàn nên hệ thống không đọc."))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES or len(self.open) > MOST_DEPTH:
            raise self._fault(_("Tệp XML này lớn hoặc lồng nhau bất thường nên hệ thống không đọc."))
        node = Node(tag, attributes, self.parser.CurrentLineNumber)
        self.open[-1].children.append(node)
        self.open.append(node)

    def _end(self, _tag: str) -> None:
        self.open.pop()

    def _data(self, text: str) -> None:
        self.open[-1].pieces.append(text)


def tree_of(content: bytes) -> Node:
    """The outermost element. Raises XmlFault(line, sentence)."""
    if len(content) > MOST_BYTES:
        raise XmlFault(0, _("Tệp lớn hơn %(n)s MB. Anh/Chị chia thành nhiều tệp.", n=MOST_BYTES >> 20))
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise XmlFault(0, _("Tệp không phải văn bản UTF-8. Anh/Chị mở tệp, chọn Lưu thành (Save As) với mã UTF-8 rồi thử lại.")) from None
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise XmlFault(error.lineno, _("Tệp không phải XML đúng dạng (dòng %(line)s).", line=error.lineno)) from None
    return builder.open[0].children[0]
