"""What was understood of a staff list: columns, people line by line, what is wrong and in which cell. Plain data that can be stored."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

VALUES = ("full_name", "staff_code", "birth_on", "birth_year", "gender", "position", "staff_kind", "email", "phone", "personal_number", "username")


class Column(NamedTuple):
    """A column of a sheet. `key` remembers its meaning; `field` is "" where it is unused; `ignored_reason`, a key of `reason_words`, says why."""

    sheet: str
    index: int  # type: ignore[assignment]  # not tuple.index, which nobody calls on a column
    letter: str
    title: str
    key: str
    field: str
    ignored_reason: str


class Fault(NamedTuple):
    """What is wrong or doubtful in a cell ("C12", or "Danh sách!C12" when several sheets are read) of the column of this title."""

    cell: str
    title: str
    sentence: str


class StaffRow(NamedTuple):
    """A person of the list. `values` has every key of VALUES; `birth_year` only where the day is unknown. A line with faults cannot be taken in."""

    sheet: str
    line: int
    unit: str | None
    values: dict[str, Any]
    faults: list[Fault]
    warnings: list[Fault]


@dataclass
class Understood:
    """A whole list: `ignored` are (title, reason key), `sample_before_after` shows a conversion from old fonts, `header_line` is by sheet."""

    encoding: str
    columns: list[Column] = field(default_factory=list)
    rows: list[StaffRow] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    sample_before_after: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header_line: dict[str, int] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """All of it as JSON data; days are ISO texts."""
        return {**vars(self), "columns": [column._asdict() for column in self.columns], "rows": [_row_data(row) for row in self.rows]}


def understood_from(data: dict[str, Any]) -> Understood:
    """What `as_data` made, back again."""
    again = Understood(**{name: value for name, value in data.items() if name not in ("columns", "rows")})
    again.columns = [Column(**column) for column in data["columns"]]
    again.rows = [_row_from(row) for row in data["rows"]]
    again.ignored = [(title, reason) for title, reason in data["ignored"]]
    again.sample_before_after = [(before, after) for before, after in data["sample_before_after"]]
    return again


def _row_data(row: StaffRow) -> dict[str, Any]:
    day = row.values["birth_on"]
    values = {**row.values, "birth_on": day.isoformat() if day else None}
    return {**row._asdict(), "values": values, "faults": [one._asdict() for one in row.faults], "warnings": [one._asdict() for one in row.warnings]}


def _row_from(data: dict[str, Any]) -> StaffRow:
    day = data["values"]["birth_on"]
    values = {**data["values"], "birth_on": date.fromisoformat(day) if day else None}
    return StaffRow(
        **{**data, "values": values, "faults": [Fault(**one) for one in data["faults"]], "warnings": [Fault(**one) for one in data["warnings"]]}
    )
