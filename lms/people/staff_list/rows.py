"""One line of a staff list under its columns: the person it speaks of, with what is wrong in which cell."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from lms.base import CellIn, nfc

from .cells import (
    NOTHING,
    Taken,
    gender_of_title,
    kind_of_group,
    read_email,
    read_gender,
    read_name,
    read_personal_number,
    read_phone,
    read_staff_code,
    read_staff_kind,
    read_username,
    read_words,
    restore_zeros,
    text_of,
    usual_code_length,
)
from .columns import ORDER
from .days import read_birth, read_birth_parts
from .table import Line
from .understood import VALUES, Column, Fault, StaffRow

_SIMPLE: tuple[tuple[str, Callable[[CellIn], Taken]], ...] = (
    ("position", read_words),
    ("staff_kind", read_staff_kind),
    ("email", read_email),
    ("phone", read_phone),
    ("username", read_username),
)
_PARTS_OF_A_DAY = ("ngày", "tháng", "năm")


class RowReader:
    """Reads the lines of one sheet. `people` are the lines (index in the sheet) that speak of people; `prefix` stands before every cell's name."""

    def __init__(self, rows: Sequence[Sequence[CellIn]], columns: Sequence[Column], people: Sequence[int], prefix: str) -> None:
        self.rows, self.prefix = rows, prefix
        self.at: dict[str, list[Column]] = defaultdict(list)
        for column in columns:
            if column.field:
                self.at[column.field].append(column)
        codes = self.at["staff_code"][:1]
        self.code_length = usual_code_length([rows[line][codes[0].index] for line in people]) if codes else 0
        women = self.at["gender"]
        self.only_women = (
            len(women) == 1 and gender_of_title(women[0].title) == "female" and any(text_of(rows[line][women[0].index]) for line in people)
        )
        by_part = {nfc(column.title).split("–")[-1].strip().casefold(): column for column in self.at["birth_on"]}
        self.day_parts = [by_part[part] for part in _PARTS_OF_A_DAY] if all(part in by_part for part in _PARTS_OF_A_DAY) else []

    def read(self, line: Line) -> StaffRow | None:
        """The person of this line, of its unit and group unless a column says otherwise. None when the line says nothing of anybody."""
        if not any(text_of(self.rows[line.place][column.index]) for field in self.at if field not in (ORDER, "unit") for column in self.at[field]):
            return None
        sheet = next(column.sheet for columns in self.at.values() for column in columns)
        row = StaffRow(sheet, line.place + 1, line.unit, dict.fromkeys(VALUES), [], [])
        self._read_name(row)
        self._read_birth(row)
        self._read_gender(row)
        self._read_code(row)
        for field, reader in _SIMPLE:
            row.values[field] = self._first(row, field, reader)
        row.values["staff_kind"] = row.values["staff_kind"] or kind_of_group(line.group)
        year = row.values["birth_on"].year if row.values["birth_on"] else row.values["birth_year"]
        row.values["personal_number"] = self._first(row, "personal_number", lambda cell: read_personal_number(cell, row.values["gender"], year))
        return row._replace(unit=self._first(row, "unit", lambda cell: read_words(cell, 300)) or line.unit)

    def _cell(self, row: StaffRow, column: Column) -> CellIn:
        return self.rows[row.line - 1][column.index]

    def _note(self, row: StaffRow, column: Column, taken: Taken) -> Any:
        """Put down what is wrong with the cell; the value."""
        cell = f"{self.prefix}{column.letter}{row.line}"
        if taken.fault:
            row.faults.append(Fault(cell, column.title, taken.fault))
        if taken.warning:
            row.warnings.append(Fault(cell, column.title, taken.warning))
        return taken.value

    def _first(self, row: StaffRow, field: str, reader: Callable[[CellIn], Taken]) -> Any:
        """The value of the first column of this field that has one; what is wrong is told of the first that has anything."""
        taken = [(column, found) for column in self.at.get(field, ()) if (found := reader(self._cell(row, column))) != NOTHING]
        column, found = next((pair for pair in taken if pair[1].value is not None), taken[0] if taken else (None, NOTHING))
        return self._note(row, column, found) if column else None

    def _read_name(self, row: StaffRow) -> None:
        columns = self.at["full_name"][:1] or [*self.at["family_name"][:1], *self.at["given_name"][:1]]
        row.values["full_name"] = self._note(row, columns[0], read_name(*(self._cell(row, column) for column in columns)))

    def _read_birth(self, row: StaffRow) -> None:
        columns = self.at["birth_on"]
        if self.day_parts:
            pair = self._note(row, self.day_parts[0], read_birth_parts(*(self._cell(row, column) for column in self.day_parts)))
        else:
            pair = self._first(row, "birth_on", read_birth)
            filled = [column for column in columns if text_of(self._cell(row, column))]
            row.values["gender"] = gender_of_title(filled[0].title) if len(columns) > 1 and len(filled) == 1 else None
        row.values["birth_on"], row.values["birth_year"] = pair or (None, None)

    def _read_gender(self, row: StaffRow) -> None:
        for column in self.at["gender"]:
            said = self._note(row, column, read_gender(self._cell(row, column), column.title))
            if said:
                row.values["gender"] = said
                return
        if self.only_women and not text_of(self._cell(row, self.at["gender"][0])):
            row.values["gender"] = row.values["gender"] or "male"

    def _read_code(self, row: StaffRow) -> None:
        row.values["staff_code"] = self._first(row, "staff_code", lambda cell: restore_zeros(read_staff_code(cell), self.code_length))
