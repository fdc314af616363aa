"""Two texts of a lesson side by side, with what differs marked: for the second of two people who save the same lesson. Pure data."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from lms.base import gettext as _

from .folder import LessonSource
from .word_changes import Patience, changes, words_of

LONGEST_LINE = 2_000  # of longer lines the words are not compared
MOST_LINES = 3_000
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Pair:
    """A line of both texts: pieces of (text, whether it differs); None where a text has no such line. is_beside: next to a line that differs."""

    own: Pieces | None
    stored: Pieces | None
    is_beside: bool = False

    @property
    def differs(self) -> bool:
        """Whether the two say something else here."""
        return self.own != self.stored


def lines_of(said: LessonSource) -> list[str]:
    """All that a lesson says, as lines for a person."""
    facts = [
        (_("Tên bài"), said.title.get("vi", "")),
        (_("Tên bài bằng tiếng Anh"), said.title.get("en", "")),
        (_("Tóm tắt một câu"), said.summary.get("vi", "")),
        (_("Tóm tắt bằng tiếng Anh"), said.summary.get("en", "")),
        (_("Số phút học"), str(said.minutes)),
        (_("Ngày rà soát nội dung"), f"{said.reviewed_on:%d/%m/%Y}" if said.reviewed_on else ""),
        *((_("Căn cứ pháp lý"), basis) for basis in said.legal_basis),
    ]
    return [f"{label}: {text}" for label, text in facts if text] + said.source.rstrip("\n").split("\n")


def side_by_side(own: LessonSource, stored: LessonSource) -> list[Pair]:
    """Every line of the two texts, those that say the same beside each other."""
    mine, theirs = lines_of(own)[:MOST_LINES], lines_of(stored)[:MOST_LINES]
    pairs: list[Pair] = []
    patience = Patience()
    for kind, a, b, c, d in changes(mine, theirs, patience):
        if kind == "equal":
            pairs += [Pair([(line, False)], [(line, False)]) for line in mine[a:b]]
        else:
            pairs += [_pair(*both, patience) for both in zip_longest(mine[a:b], theirs[c:d])]
    differing = {at for at, pair in enumerate(pairs) if pair.differs}
    return [replace(pair, is_beside=bool({at - 1, at + 1} & differing)) for at, pair in enumerate(pairs)]


def _pair(own: str | None, stored: str | None, patience: Patience) -> Pair:
    if own is None or stored is None or max(len(own), len(stored)) > LONGEST_LINE:
        return Pair(None if own is None else [(own, True)], None if stored is None else [(stored, True)])
    mine, theirs = words_of(own), words_of(stored)
    found = changes(mine, theirs, patience)
    return Pair(list(_pieces(mine, [code[:3] for code in found])), list(_pieces(theirs, [(code[0], *code[3:]) for code in found])))


def _pieces(words: list[str], parts: list[tuple[str, int, int]]) -> Iterator[tuple[str, bool]]:
    for kind, start, end in parts:
        if end > start:
            yield "".join(words[start:end]), kind != "equal"
