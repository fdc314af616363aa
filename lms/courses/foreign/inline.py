"""The inside of a paragraph: marks, links, keys and breaks as Markdown that says exactly the same."""

import re
from collections.abc import Callable, Iterator

from .line import Atom, Line, edge, pairs, sort_of
from .tree import Child, Node

SPACES = re.compile(r"[ \t\r\n\f\v]+")
SPECIAL = re.compile(r"[\\`*\[]|<(?=[A-Za-z/!?])|&(?=#[0-9xX]|[A-Za-z][A-Za-z0-9]{1,31};)|~(?=~)|(?<=~)~|\+(?=\+)|(?<=\+)\+|(?<![^\W_])_|_(?![^\W_])")
LINE_START = re.compile(r"#{1,6}(?=\s|$)|[-+](?=\s|$)|>|:::|=+\s*$|-+\s*$|[|:\-](?=[|:\-\s]*$)|~~~")
NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
NOTE_MARK = re.compile(r"\[\^([A-Za-z0-9-]{1,20})\]")
KEY_TEXT = re.compile(r"(?:(?!\+\+|\[[\^\[])[^\n<`\\]){1,60}")
RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
DELIMITERS = {"strong": ("**", "__"), "em": ("*", "_"), "s": ("~~", "~~")}
Address = Callable[[Node], str | None]


def atoms_of(nodes: list[Child], address: Address, notes: set[str]) -> list[Atom]:
    """Inline nodes as a tidy list of atoms. address: of a link, as a lesson may have it, or None; notes: the labels of footnotes that are there."""
    line = Line()
    for atom in _flat(nodes, address, notes, ()):
        line.add(atom)
    return line.done()


def _flat(nodes: list[Child], address: Address, notes: set[str], marks: tuple[str, ...]) -> Iterator[Atom]:
    for node in nodes:
        if isinstance(node, str):
            yield from _noted(node, notes)
        elif node.tag in LEAVES:
            yield from LEAVES[node.tag](node)
        elif node.tag in DELIMITERS and node.tag not in marks:
            yield Atom("open", "", node.tag)
            yield from _flat(node.children, address, notes, (*marks, node.tag))
            yield Atom("close", "", node.tag)
        elif node.tag == "a" and "a" not in marks and (where := address(node)):
            yield Atom("open", where, "a")
            yield from _flat(node.children, address, notes, (*marks, "a"))
            yield Atom("close", where, "a")
        else:
            yield from _flat(_raised(node), address, notes, marks)


def _raised(node: Node) -> list[Child]:
    if node.tag not in ("sup", "sub"):
        return node.children
    text = node.text().strip()
    letters, table = ("0123456789+-=()n", RAISED) if node.tag == "sup" else ("0123456789+-=()", LOWERED)
    return [text.translate(table)] if text and all(letter in letters for letter in text) and not node.has("note") else node.children


def _noted(text: str, notes: set[str]) -> Iterator[Atom]:
    at = 0
    for found in NOTE_MARK.finditer(text):
        if found[1] in notes:
            yield from _words(text[at : found.start()])
            yield Atom("note", found[1])
            at = found.end()
    yield from _words(text[at:])


def plain(text: str) -> str:
    """Text with single spaces, without what cannot be seen."""
    return SPACES.sub(" ", text.replace("\u00ad", "").replace("\x00", ""))


def _words(text: str) -> Iterator[Atom]:
    for piece in re.split(r"( )", plain(text)):
        if piece:
            yield Atom("space" if piece == " " else "text", piece)


def _keys(node: Node) -> Iterator[Atom]:
    text = plain(node.text()).strip()
    if KEY_TEXT.fullmatch(text):
        yield Atom("keys", text)
    else:
        yield from _words(text)


def _code(node: Node) -> Iterator[Atom]:
    yield Atom("code", plain(node.text()) or " ")


def _note(node: Node) -> Iterator[Atom]:
    yield Atom("note", node.attrs["label"])


LEAVES: dict[str, Callable[[Node], Iterator[Atom]]] = {
    "br": lambda _node: iter([Atom("break")]),
    "img": lambda node: iter([Atom("picture", node=node)]),
    "note": _note,
    "kbd": _keys,
    "code": _code,
    "samp": _code,
    "tt": _code,
}


def escaped(text: str, in_link: bool = False) -> str:
    """Text as Markdown that shows just it."""
    text = SPECIAL.sub(lambda found: {"<": "&lt;", "&": "&amp;"}.get(found[0], "\\" + found[0]), text)
    return text.replace("]", "\\]") if in_link else text


class _Writer:
    def __init__(self, atoms: list[Atom]) -> None:
        self.atoms, self.ends = atoms, pairs(atoms)
        self.texts: list[str] = []
        self.open: list[tuple[str, str]] = []

    def written(self) -> str:
        for at in range(len(self.atoms)):
            self.texts.append(self.piece(at))
        return "".join(self.texts)

    def piece(self, at: int) -> str:
        atom = self.atoms[at]
        match atom.kind:
            case "text":
                return self.text(at)
            case "code":
                return _ticked(atom.value)
            case "keys":
                return f"++{atom.value}++"
            case "note":
                return f"[^{atom.value}]"
            case "break":
                return "\\\n"
            case "open":
                return self.opening(at)
            case "close":
                mark, delimiter = self.open.pop()
                return f"]({atom.value})" if mark == "a" else delimiter
        return " "

    def text(self, at: int) -> str:
        """A text, with what only its neighbours make special."""
        said = self.atoms[at].value
        piece = escaped(said, any(mark == "a" for mark, _delimiter in self.open))
        before = self.atoms[at - 1] if at else Atom("")
        after = self.atoms[at + 1] if at + 1 < len(self.atoms) else Atom("")
        is_special = (
            (before.kind == "keys" and piece[0] == "+")
            or (before.kind == "note" and piece[0] in "(:")
            or (before.kind == "open" and before.mark == "a" and piece[0] == "^")
            or (piece[0] == "~" and self.texts and self.texts[-1].endswith("~"))
        )
        if is_special:
            piece = "\\" + piece
        is_before_bracket = after.kind == "note" or (after.kind == "open" and after.mark == "a")
        if (said.endswith("!") and is_before_bracket) or (said.endswith("~") and after.mark == "s" and not piece.endswith("\\~")):
            piece = f"{piece[:-1]}\\{piece[-1]}"
        return piece

    def opening(self, at: int) -> str:
        atom = self.atoms[at]
        if atom.mark == "a":
            self.open.append(("a", "["))
            return "["
        star, line = DELIMITERS[atom.mark]
        last, end = (self.texts[-1][-1:] if self.texts and self.is_delimiter(at - 1) else ""), self.ends[at]
        is_last = end + 1 < len(self.atoms) and self.atoms[end + 1].kind == "close" and bool(self.open) and self.open[-1][1][0] == "*"
        around = (edge(self.atoms, at - 1, -1), edge(self.atoms, end + 1, 0))
        is_free = "word" not in map(sort_of, around)
        chosen = line if (last == "*" or is_last) and is_free else star
        self.open.append((atom.mark, chosen))
        return chosen

    def is_delimiter(self, at: int) -> bool:
        return self.atoms[at].kind in ("open", "close") and self.atoms[at].mark != "a"


def _ticked(text: str) -> str:
    ticks = "`" * (max(map(len, re.findall(r"`+", text)), default=0) + 1)
    is_between_spaces = text[0] == text[-1] == " " and bool(text.strip(" "))  # of such a text Markdown takes one space away on either side
    pad = " " if text[0] == "`" or text[-1] == "`" or is_between_spaces else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def written(atoms: list[Atom]) -> str:
    """The Markdown of a line (of several, with breaks), without regard to what stands at the beginning of a line."""
    return _Writer(atoms).written()


def line_starts(text: str) -> str:
    """The lines of a paragraph, none of which is taken for something else by how it begins."""
    lines = []
    for line in map(str.strip, text.split("\n")):
        is_special = LINE_START.match(line)
        lines.append(f"\\{line}" if is_special else NUMBERED.sub(r"\1\\\2", line, count=1) if NUMBERED.match(line) else line)
    return "\n".join(lines)
