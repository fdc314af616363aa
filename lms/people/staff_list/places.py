"""Which agency a list means by the name of a unit: its code, its name, or its name without "Trường", "UBND xã" and with MN, TH, THCS written out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lms.agencies import Branch
from lms.base import fold

from .columns import title_key

_SHORT = {
    "mn": "mam non",
    "mg": "mau giao",
    "th": "tieu hoc",
    "thcs": "trung hoc co so",
    "thpt": "trung hoc pho thong",
    "gdtx": "giao duc thuong xuyen",
    "ub": "uy ban",
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "x": "xa",
    "p": "phuong",
    "tt": "thi tran",
    "tx": "thi xa",
}
_PLAIN = re.compile(r"^(truong|truong cong lap)\s+")
_KIND = re.compile(
    r"^(uy ban nhan dan|mam non|mau giao|tieu hoc|trung hoc co so|trung hoc pho thong|co so|xa|phuong|thi tran|thi xa|huyen|quan|tinh|thanh pho)\s+"
)
_DIVISION = re.compile(r"^(to|nhom|khoi|bo phan|phong|ban|van phong|hanh chinh|lanh dao|giao vien|nhan vien|bgh|cbql|bao ve|phuc vu|ke toan)\b")


class Unit(NamedTuple):
    """A unit of the list: as it is written there, of how many people, and which agency that is (None: not known)."""

    name: str
    people: int
    agency_id: int | None


def _written_out(text: str) -> str:
    words = " ".join(_SHORT.get(word, word) for word in title_key(text).split())
    while (shorter := _PLAIN.sub("", words)) != words:
        words = shorter
    return words


def _bare(text: str) -> str:
    words = _written_out(text)
    while (shorter := _KIND.sub("", words)) != words:
        words = shorter
    return words


_WAYS = (fold, title_key, _written_out, _bare)


class Places:
    """The agencies that a list may mean: the one that it was sent for (first) and all below it.

    chosen: which agency a person said a unit (by `title_key`) is.
    """

    def __init__(self, branches: list[Branch], chosen: Mapping[str, int]) -> None:
        self.top = branches[0]
        self.is_leaf = len(branches) == 1
        self.kinds = {branch.id: branch.kind for branch in branches}
        self.chosen = {key: agency_id for key, agency_id in chosen.items() if agency_id in self.kinds}
        self._known: list[dict[str, set[int]]] = []
        for way in _WAYS:
            table: dict[str, set[int]] = defaultdict(set)
            for branch in branches:
                table[way(branch.code)].add(branch.id)
                table[way(branch.name)].add(branch.id)
            self._known.append(table)
        self._found: dict[str, int | None] = {}

    def find(self, name: str | None) -> int | None:
        """The agency of this unit; without a unit the one that the list is for; None when it is not clear."""
        if not name:
            return self.top.id
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> int | None:
        if (key := title_key(name)) in self.chosen:
            return self.chosen[key]
        for text in dict.fromkeys((name, re.split(r"\s+[-–]\s+|[,;(]", name)[0])):
            for way, table in zip(_WAYS, self._known, strict=True):
                fits = table.get(way(text), set()) if way(text) else set()
                if len(fits) == 1:
                    return next(iter(fits))
        return self.top.id if self.is_leaf and _DIVISION.search(key) else None

    def units(self, names: Iterable[str | None]) -> list[Unit]:
        """Each unit of the list once, those that are not clear first."""
        counts = Counter(name for name in names if name)
        units = [Unit(name, people, self.find(name)) for name, people in counts.items()]
        return sorted(units, key=lambda unit: unit.agency_id is not None)
