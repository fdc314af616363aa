"""A line of a staff list on its way: what the file says of a person, and what taking it in would change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa

from lms.agencies import Agency, agencies_below
from lms.base import sort_key

from .models import StaffImportRow

AT_ONCE = 1_000
T = TypeVar("T")
COLUMNS = ("number", "sheet", "line", "verdict", "person_id", "agency_id", "name", "values", "changes", "faults", "is_chosen")


def in_parts(things: Iterable[T]) -> Iterator[list[T]]:
    """The same in lists of at most a thousand, for statements that take many values."""
    rest = iter(things)
    while part := list(islice(rest, AT_ONCE)):
        yield part


class Scope(NamedTuple):
    """From which day a list counts, and what its sender administers (None: everything, for the operator)."""

    on: date
    administers: tuple[int, ...] | None

    def reach(self) -> sa.Select[int]:
        """The ids of the agencies that the sender administers today."""
        return sa.select(Agency.id) if self.administers is None else agencies_below(self.administers)


@dataclass
class Line:
    """A line, as `StaffImportRow` keeps it.

    values: the keys of `understood.VALUES` (days as ISO texts; the personal number only sealed, as fingerprint and masked), and
    unit, sent {field: text as in the file}, cells {field: "C12"}, faults and warnings of reading [[cell, title, sentence]],
    namesake (the name stands in the list again), twin_of (number of an earlier line that may be the same person), and what comparing found:
    options, candidate, why. changes: [[field, before, after]]; faults: [[cell, title, sentence]].
    """

    number: int
    sheet: str
    line: int
    name: str
    values: dict[str, Any]
    agency_id: int | None = None
    person_id: int | None = None
    verdict: str = "error"
    changes: list[Any] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)
    is_chosen: bool = False
    id: int | None = None

    @cached_property
    def sort(self) -> str:
        """The name as people are found by it: capitals and the place of the tone do not matter."""
        return sort_key(self.name)

    @property
    def birth(self) -> tuple[str | None, int | None]:
        """(day as ISO text, year), as far as known."""
        day = self.values["birth_on"]
        return day, int(day[:4]) if day else self.values["birth_year"]

    @property
    def is_effective(self) -> bool:
        """Whether taking it in changes anything."""
        return self.is_chosen and (self.person_id is None or bool(self.changes))

    def as_row(self) -> dict[str, Any]:
        """The columns of `StaffImportRow`."""
        return {name: getattr(self, name) for name in COLUMNS}

    def again(self) -> "Line":
        """A line of its own that says the same, to be compared anew."""
        return replace(self, values=dict(self.values))


def line_of(row: Any) -> Line:
    """The line of a row of `StaffImportRow`."""
    return Line(id=row.id, **{name: getattr(row, name) for name in COLUMNS})


def stored_lines() -> sa.Select[*tuple[Any, ...]]:
    """A select of rows for `line_of`, in the order of the list."""
    return sa.select(StaffImportRow.id, *(getattr(StaffImportRow, name) for name in COLUMNS)).order_by(StaffImportRow.number)
