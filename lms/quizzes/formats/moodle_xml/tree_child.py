"""The child's side of reading XML: no document type, no entity, and no deeper or larger than a question bank is. Standard library only."""

from pathlib import Path
from typing import Any
from xml.parsers import expat

MOST_NODES, MOST_DEPTH = 100_000, 30
Plain = list[Any]  # [tag, attributes, line, text, children]


class _Fault(Exception):
    """The file cannot be read; `code` says why, `line` where."""

    def __init__(self, line: int, code: str) -> None:
        super().__init__(code)
        self.line, self.code = line, code


class _Builder:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.open: list[Plain] = [["", {}, 0, [], []]]
        self.nodes = 0

    def _fault(self, code: str) -> _Fault:
        return _Fault(self.parser.CurrentLineNumber, code)

    def _doctype(self, *_args: object) -> None:
        raise self._fault("doctype")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES or len(self.open) > MOST_DEPTH:
            raise self._fault("large")
        node: Plain = [tag, attributes, self.parser.CurrentLineNumber, [], []]
        self.open[-1][4].append(node)
        self.open.append(node)

    def _end(self, _tag: str) -> None:
        node = self.open.pop()
        node[3] = "".join(node[3])

    def _data(self, text: str) -> None:
        self.open[-1][3].append(text)


def read(path: str) -> dict[str, Any]:
    """{"tree": [tag, attributes, line, text, children]}, or {"fault": [line, code]}."""
    content = Path(path).read_bytes()
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return {"fault": [0, "encoding"]}
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        return {"fault": [error.lineno, "form"]}
    except _Fault as fault:
        return {"fault": [fault.line, fault.code]}
    return {"tree": builder.open[0][4][0]}
