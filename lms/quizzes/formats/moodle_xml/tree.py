"""An XML file as a small tree with line numbers; the file is opened in a child process with limits."""

import tempfile
from dataclasses import dataclass, field

from lms.base import Refused, in_child
from lms.base import gettext as _

from .tree_child import Plain

MOST_BYTES, SECONDS, MEGABYTES = 10 << 20, 15, 512


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
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, tag: str) -> list["Node"]:
        """The children of this tag."""
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> "Node | None":
        """The first child of this tag."""
        return next((child for child in self.children if child.tag == tag), None)

    def own_text(self) -> str:
        """The text that stands in the element itself."""
        return self.text.strip()

    def said(self, tag: str) -> str:
        """The text of the first child of this tag, or of that child's <text>."""
        child = self.first(tag)
        inner = child.first("text") if child else None
        return (inner or child).own_text() if child else ""


def tree_of(content: bytes) -> Node:
    """The outermost element. Raises XmlFault(line, sentence)."""
    if len(content) > MOST_BYTES:
        raise XmlFault(0, _("Tệp lớn hơn %(n)s MB. Anh/Chị chia thành nhiều tệp.", n=MOST_BYTES >> 20))
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(content)
        file.flush()
        try:
            answer = in_child("lms.quizzes.formats.moodle_xml.tree_child.read", file.name, seconds=SECONDS, megabytes=MEGABYTES)
        except Refused as refused:
            raise XmlFault(0, refused.sentence) from None
    if "fault" in answer:
        line, code = answer["fault"]
        raise XmlFault(line, _sentence(code, line))
    return _node(answer["tree"])


def _node(plain: Plain) -> Node:
    tag, attributes, line, text, children = plain
    return Node(tag, attributes, line, text, [_node(child) for child in children])


def _sentence(code: str, line: int) -> str:
    return {
        "doctype": _("Tệp có phần DOCTYPE hoặc ENTITY không an toàn nên hệ thống không đọc."),
        "large": _("Tệp XML này lớn hoặc lồng nhau bất thường nên hệ thống không đọc."),
        "encoding": _("Tệp không phải văn bản UTF-8. Anh/Chị mở tệp, chọn Lưu thành (Save As) với mã UTF-8 rồi thử lại."),
    }.get(code, _("Tệp không phải XML đúng dạng (dòng %(line)s).", line=line))
