"""HTML of a foreign question as our Markdown: paragraphs, line breaks, bold, italics, lists, code; what else there is gets a name."""

import re
from html.parser import HTMLParser

from lms.base import nfc

LONGEST_HTML, LONGEST_TAG = 60_000, 1000
_BLOCKS = frozenset("p div ul ol blockquote table tr h1 h2 h3 h4 h5 h6 pre section article header footer".split())
_INLINE = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`", "sub": "", "sup": ""}
_MEANT = {"strong": "b", "em": "i", "tt": "code", "kbd": "code"}
_KEPT = frozenset("p div ul ol li br pre span section article header footer html body o:p".split()) | set(_INLINE)
_UNREAD = frozenset(("script", "style"))
_SMALL = {
    "sup": str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"),
    "sub": str.maketrans("0123456789+-=()aeoxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜ"),
}
_BREAK = "\x01"  # no text holds control characters
_SPECIAL = re.compile(r"([\\*`\[\]])|(?<!\w)(_)|(_)(?!\w)|(~)(?=~)|(<)(?=[A-Za-z/!?])|(&)(?=#?\w+;)")
_LINE_START = re.compile(r"([#>+=-]|:::|\d+(?=[.)](?:\s|$)))")


def escaped(text: str, is_line_start: bool = False) -> str:
    """Plain text as Markdown that shows just this text."""
    marked = _SPECIAL.sub(lambda found: "\\" + found[0], text)
    if not is_line_start:
        return marked
    number = re.match(r"(\d+)([.)])(?=\s|$)", marked)
    if number:
        return f"{number[1]}\\{number[2]}{marked[number.end() :]}"
    return "\\" + marked if _LINE_START.match(marked) else marked


class _Reader(HTMLParser):
    """Writes Markdown while it reads; an open inline tag gathers its content on `stack` until it is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, list[str]]] = [("", [])]
        self.lists: list[tuple[str, int]] = []
        self.lost: set[str] = set()
        self.unread = self.in_pre = 0

    @property
    def out(self) -> list[str]:
        return self.stack[-1][1]

    def _paragraph(self) -> None:
        self.out.append("\n\n")

    def _is_line_start(self) -> bool:
        return len(self.stack) == 1 and (not self.out or self.out[-1].endswith(("\n", _BREAK)))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KEPT:
            self.lost.add(tag)
        self.lost |= {name for name, value in attrs if name in ("style", "class") and value}
        if tag in _UNREAD:
            self.unread += 1
        elif tag == "br":
            self.out.append(_BREAK)
        elif tag == "li":
            self._item()
        elif tag in _INLINE:
            self._open(_MEANT.get(tag, tag))
        elif tag in _BLOCKS:
            self._block(tag)

    def _block(self, tag: str) -> None:
        if tag in ("ul", "ol") and len(self.lists) < 4:
            self.lists.append((tag, 0))
        self.in_pre += tag == "pre"
        if not self._is_item_start():
            self._paragraph()
        if tag == "pre":
            self.out.append("```\n")

    def _is_item_start(self) -> bool:
        return bool(self.lists) and bool(self.out) and self.out[-1].endswith((". ", "- ")) and self.out[-1].startswith("\n")

    def _item(self) -> None:
        tag, number = self.lists.pop() if self.lists else ("ul", 0)
        self.lists.append((tag, number + 1))
        self.out.append("\n" + "   " * (len(self.lists) - 1) + (f"{number + 1}. " if tag == "ol" else "- "))

    def _open(self, tag: str) -> None:
        if tag not in [name for name, _content in self.stack]:
            self.stack.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        meant = _MEANT.get(tag, tag)
        if tag in _UNREAD:
            self.unread = max(0, self.unread - 1)
        elif tag in _INLINE:
            while meant in [name for name, _content in self.stack]:
                self._close()
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self._paragraph()
        elif tag == "pre" and self.in_pre:
            self.in_pre -= 1
            self.out.append("\n```\n\n")
        elif tag in _BLOCKS:
            self._paragraph()

    def _close(self) -> None:
        tag, pieces = self.stack.pop()
        content = "".join(pieces)
        bare = content.strip(" \n" + _BREAK)
        before, after = content[: len(content) - len(content.lstrip(" \n" + _BREAK))], content[len(content.rstrip(" \n" + _BREAK)) :]
        self.out.append(before + self._marked(tag, bare) + after if bare else content)

    def _marked(self, tag: str, bare: str) -> str:
        if tag in _SMALL:
            small = bare.translate(_SMALL[tag])
            if any(ord(one) not in _SMALL[tag] for one in bare):
                self.lost.add(tag)
                return bare
            return small
        if "\n" in bare:
            self.lost.add(tag)
            return bare
        mark = _INLINE[tag] if tag != "code" or "`" not in bare else "``"
        pad = " " if mark == "``" else ""
        return f"{mark}{pad}{bare}{pad}{mark}"

    def handle_data(self, data: str) -> None:
        if self.unread:
            return
        if self.in_pre:
            self.out.append(data)
            return
        text = re.sub(r"\s+", " ", data)
        is_start = self._is_line_start()
        text = text.lstrip() if is_start else text
        is_code = any(tag == "code" for tag, _content in self.stack)
        if text:
            self.out.append(text if is_code else escaped(text, is_start))

    def markdown(self) -> str:
        while len(self.stack) > 1:
            self._close()
        text = "".join(self.out)
        text = re.sub(rf"[ {_BREAK}]*\n", "\n", text)
        text = re.sub(r"\n{3,}", "\n\n", text).strip(" \n" + _BREAK)
        return text.replace(_BREAK, "\\\n")


def _with_whole_tags(html: str) -> str:
    """The same with a tag that is never closed as text, and without endless attributes: on both the parser spends minutes."""
    closed = re.sub(r"<(?=[^<>]*(?:<|$))", "&lt;", html)
    return re.sub(rf"<(\w+)[^<>]{{{LONGEST_TAG},}}>", r'<\1 style="…">', closed)


def markdown_of(html: str) -> tuple[str, list[str]]:
    """(Markdown, names of what it does not hold). At most `LONGEST_HTML` characters are looked at; the caller asks first."""
    pieces = re.sub(r"data:[^\"'\s>]{200,}", "data:", html)[:LONGEST_HTML].split("<!--")
    bare = pieces[0] + "".join(piece.partition("-->")[2] for piece in pieces[1:])
    reader = _Reader()
    reader.feed(_with_whole_tags(re.sub(r"<[!?][^>]*>?", "", nfc(bare))))
    reader.close()
    return nfc(reader.markdown()).strip(), sorted(reader.lost)
