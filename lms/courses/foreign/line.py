"""A line as a flat list of pieces, put in order: spaces outside marks, neighbours joined, marks only where Markdown can have them."""

import unicodedata
from dataclasses import dataclass

from .tree import Node


@dataclass(eq=False, slots=True)
class Atom:
    """A piece of a line. kind: "text" (as a reader sees it), "code", "keys", "note", "space", "break", "picture", "open" or "close".

    value: the text, the label of a note, the address of a link; mark: "strong", "em", "s" or "a" for open and close.
    """

    kind: str
    value: str = ""
    mark: str = ""
    node: Node | None = None


class Line:
    """Takes atoms one by one: no doubled spaces, none at the ends of marks and lines, no empty marks."""

    def __init__(self) -> None:
        self.out: list[Atom] = []
        self.is_after_space = True

    def add(self, atom: Atom) -> None:
        """One more atom."""
        if atom.kind in ("break", "picture", "space"):
            self._gap(atom)
        elif atom.kind == "open":
            self._open(atom)
        elif atom.kind == "close":
            self._close(atom)
        else:
            self._said(atom)

    def done(self) -> list[Atom]:
        """The line, settled."""
        while self.out and self.out[-1].kind in ("space", "break"):
            self.out.pop()
        return settled(self.out)

    def _last(self, back: int = 1) -> Atom:
        return self.out[-back] if len(self.out) >= back else Atom("")

    def _said(self, atom: Atom) -> None:
        last = self._last()
        if atom.kind == last.kind and atom.kind in ("text", "code"):
            self.out[-1] = Atom(atom.kind, last.value + atom.value)
        elif atom.kind == "keys" and last.kind == "text" and last.value == "+" and self._last(2).kind == "keys":
            self.out.pop()
            self.out[-1] = Atom("keys", f"{self.out[-1].value}+{atom.value}")
        else:
            if atom.kind == "keys" and (last.kind == "keys" or last.value[-1:].isalnum() or last.value.endswith("+")):
                self._gap(Atom("space", " "))
            self.out.append(atom)
        self.is_after_space = False

    def _gap(self, atom: Atom) -> None:
        if atom.kind == "space" and self.is_after_space:
            return
        if atom.kind != "space" and self.out and self.out[-1].kind == "space":
            self.out.pop()
        at = len(self.out)
        while at and self.out[at - 1].kind == "open":
            at -= 1
        if atom.kind != "space" and at and self.out[at - 1].kind == "space":
            self.out[at - 1] = atom
        else:
            self.out.insert(at, atom)
        self.is_after_space = True

    def _open(self, atom: Atom) -> None:
        last = self._last()
        if last.kind == "close" and (last.mark, last.value) == (atom.mark, atom.value):
            self.out.pop()
        else:
            self.out.append(atom)

    def _close(self, atom: Atom) -> None:
        after: list[Atom] = []
        while self.out and self.out[-1].kind in ("space", "break", "picture"):
            after.append(self.out.pop())
        if self.out and self.out[-1].kind == "open":
            self.out.pop()
        else:
            self.out.append(atom)
        self.out += reversed(after)


def sort_of(character: str) -> str:
    """How Markdown sees a character beside a delimiter: "space", "mark" (punctuation or symbol) or "word"."""
    if not character or character.isspace():
        return "space"
    return "mark" if unicodedata.category(character)[0] in "PS" else "word"


def edge(atoms: list[Atom], at: int, side: int) -> str:
    """The first (side 0) or last (side -1) character that stands for the atom at a place in the Markdown."""
    atom = atoms[at] if 0 <= at < len(atoms) else None
    if atom is None or atom.kind in ("space", "break", "picture"):
        return " "
    return atom.value[side] if atom.kind == "text" else "*"


def pairs(atoms: list[Atom]) -> dict[int, int]:
    """The place of the end of every mark by the place of its beginning."""
    opened: list[int] = []
    found = {}
    for at, atom in enumerate(atoms):
        if atom.kind == "open":
            opened.append(at)
        elif atom.kind == "close":
            found[opened.pop()] = at
    return found


def settled(atoms: list[Atom]) -> list[Atom]:
    """The atoms with marks only where Markdown takes them for marks; a mark that begins or ends with punctuation within a word gives that up."""
    for _round in range(3):
        wrong = _unflanked(atoms)
        if not wrong:
            return atoms
        atoms = _without_punctuation(atoms, wrong)
    while wrong := _unflanked(atoms):
        ends = pairs(atoms)
        dropped = {place for begin, end in ends.items() if {begin, end} & wrong for place in (begin, end)}
        atoms = [atom for at, atom in enumerate(atoms) if at not in dropped]
    return atoms


def _unflanked(atoms: list[Atom]) -> set[int]:
    return {at for at, atom in enumerate(atoms) if atom.kind in ("open", "close") and atom.mark != "a" and not _is_flanked(atoms, at)}


def _is_flanked(atoms: list[Atom], at: int) -> bool:
    before, after = sort_of(edge(atoms, at - 1, -1)), sort_of(edge(atoms, at + 1, 0))
    inner, outer = (after, before) if atoms[at].kind == "open" else (before, after)
    return inner == "word" or (inner == "mark" and outer in ("space", "mark"))


def _without_punctuation(atoms: list[Atom], wrong: set[int]) -> list[Atom]:
    """Where a mark is not taken for one: the punctuation at its edge moves out of it."""
    before: dict[int, str] = {}
    after: dict[int, str] = {}
    for at in wrong:
        is_open = atoms[at].kind == "open"
        inside = atoms[at + 1 if is_open else at - 1]
        if inside.kind != "text":
            continue
        text = inside.value
        words = [index for index, letter in enumerate(text) if sort_of(letter) == "word"] or [len(text) if is_open else -1]
        if is_open:
            before[at], inside.value = text[: words[0]], text[words[0] :]
        else:
            after[at], inside.value = text[words[-1] + 1 :], text[: words[-1] + 1]
    moved = Line()
    for at, atom in enumerate(atoms):
        around = (Atom("text", before.get(at, "")), atom, Atom("text", after.get(at, "")))
        for one in around:
            if one.value or one.kind != "text":
                moved.out.append(one)
    return _without_empty(moved.out)


def _without_empty(atoms: list[Atom]) -> list[Atom]:
    kept: list[Atom] = []
    for atom in atoms:
        if atom.kind == "close" and kept and kept[-1].kind == "open":
            kept.pop()
        elif atom.kind == "text" and kept and kept[-1].kind == "text":
            kept[-1] = Atom("text", kept[-1].value + atom.value)
        else:
            kept.append(atom)
    return kept
