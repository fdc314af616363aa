"""Sentences about a file of questions, each with the places for which it holds; and where a question has room for explanations."""

from typing import Any

from lms.base import gettext as _

from .format import Fault, Raw
from .kinds import KINDS

MOST_PLACES = 8
MODEL = "model"  # the answer that explains how the others are marked
_PART_LISTS = ("options", "pairs", "items")


class Notes:
    """Sentences with the places for which they hold; each sentence is listed once. Place 0: the whole file."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self._places: dict[str, list[int]] = {}

    def add(self, number: int, sentence: str) -> None:
        """The sentence holds for this line, row or question."""
        self._places.setdefault(sentence, []).append(number)

    def listed(self) -> list[Fault]:
        """Every sentence, the one that comes first in the file first."""
        listed = sorted(self._places.items(), key=lambda item: min(item[1]))
        return [Fault(place_name(self.unit, *numbers), sentence) for sentence, numbers in listed]


def place_name(unit: str, *numbers: int) -> str:
    """ "dòng 3, 9": how a person finds the lines (or rows, or questions)."""
    different = sorted(set(numbers))
    if different == [0]:
        return _("cả tệp")
    told = ", ".join(map(str, different[:MOST_PLACES])) + (f", … ({len(different)})" if len(different) > MOST_PLACES else "")
    names = {"line": _("dòng %(n)s", n=told), "row": _("hàng %(n)s", n=told), "question": _("câu %(n)s", n=told)}
    return names[unit]


def places_of_why(raw: Raw) -> list[tuple[dict[str, Any], str]]:
    """(dictionary, name) of every explanation that a question has or should have."""
    own = [(raw, name) for name in KINDS[raw["kind"]].fields if name.startswith("why") or name == MODEL]
    return own + [(one, "why") for name in _PART_LISTS for one in raw.get(name) or () if isinstance(one, dict)]
