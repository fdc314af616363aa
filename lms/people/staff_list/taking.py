"""Reading a staff list that was sent into lines: the file is opened, understood, and each line given its agency. Nothing is written."""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lms.base import SheetIn, fingerprint, read_sheets, seal
from lms.base import gettext as _

from ..personal_number import PURPOSE
from .cells import text_of
from .columns import ORDER
from .lines import Line
from .places import Places
from .understand import Column, StaffRow, Understood, understand


class Sent(NamedTuple):
    """A file as it was sent, and how it is to be understood: title key → field, encoding (None: found out), names of sheets (None: all)."""

    file_name: str
    content: bytes
    mapping: Mapping[str, str]
    encoding: str | None
    sheets: Sequence[str] | None


class Taken(NamedTuple):
    """What a file holds: its lines, and what is told of it (for `StaffImport.found`)."""

    lines: list[Line]
    found: dict[str, Any]


def take_list(sent: Sent, places: Places) -> Taken:
    """The lines of the file; Refused with what to do when it is no staff list."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(sent.content)
        sheets = read_sheets(path, sent.file_name)
    understood = understand(sheets, sent.mapping, sent.encoding, sent.sheets)
    reader = _LineReader(sheets, understood, places)
    lines = [reader.line(number, row) for number, row in enumerate(understood.rows, 1)]
    _mark_namesakes(lines)
    return Taken(lines, _found(sheets, understood, places))


class _LineReader:
    def __init__(self, sheets: Sequence[SheetIn], understood: Understood, places: Places) -> None:
        self.cells = {sheet.name: sheet.rows for sheet in sheets}
        self.columns: dict[str, list[Column]] = {}
        for column in understood.columns:
            if column.field and column.field != ORDER:
                self.columns.setdefault(column.sheet, []).append(column)
        self.is_many = len(understood.header_line) > 1
        self.places = places

    def line(self, number: int, row: StaffRow) -> Line:
        """The line of this row. The personal number is kept sealed from here on."""
        values = {name: value for name, value in row.values.items() if name != "personal_number"}
        values["birth_on"] = values["birth_on"].isoformat() if values["birth_on"] else None
        values |= _number(row.values["personal_number"])
        values |= {"unit": row.unit, "sent": self._sent(row), "cells": self._cells(row)}
        values |= {"faults": [list(one) for one in row.faults], "warnings": [list(one) for one in row.warnings]}
        values |= {"namesake": False, "twin_of": None, "choice": "", "options": [], "candidate": None, "why": ""}
        agency_id = self.places.find(row.unit)
        name = row.values["full_name"] or values["sent"].get("full_name") or ""
        return Line(number, row.sheet, row.line, name[:200], values, agency_id)

    def _sent(self, row: StaffRow) -> dict[str, str]:
        """What the file says in the columns that we keep; of a personal number only the end."""
        sent: dict[str, str] = {}
        for column in self.columns.get(row.sheet, []):
            text = text_of(self.cells[row.sheet][row.line - 1][column.index])[:300]
            text = _masked(text) if column.field == "personal_number" and text else text
            sent[column.field] = " / ".join(filter(None, (sent.get(column.field), text)))
        return sent

    def _cells(self, row: StaffRow) -> dict[str, str]:
        prefix = f"{row.sheet}!" if self.is_many else ""
        return {column.field: f"{prefix}{column.letter}{row.line}" for column in reversed(self.columns.get(row.sheet, []))}


def _masked(number: str) -> str:
    return f"•••• {number[-4:]}" if len(number) > 6 else "••••"


def _number(number: str | None) -> dict[str, str | None]:
    if not number:
        return {"number_sealed": None, "number_fingerprint": None, "number_shown": None}
    return {"number_sealed": seal(number, PURPOSE), "number_fingerprint": fingerprint(number, PURPOSE), "number_shown": _masked(number)}


def _mark_namesakes(lines: list[Line]) -> None:
    """Who bears the same name as another line; and which later line may be the same person: nothing in the list tells them apart."""
    names = Counter(line.sort for line in lines)
    first: dict[tuple[Any, ...], Line] = {}
    for line in lines:
        line.values["namesake"] = names[line.sort] > 1
        before = first.setdefault((line.sort, *line.birth, line.agency_id), line)
        is_told_apart = line.values["staff_code"] or line.values["number_fingerprint"]
        if before is not line and not is_told_apart:
            line.values["twin_of"] = before.line


def _found(sheets: Sequence[SheetIn], understood: Understood, places: Places) -> dict[str, Any]:
    """What is told of the file as a whole."""
    units = places.units(row.unit for row in understood.rows)
    once: dict[str, Column] = {}
    for column in understood.columns:
        if column.field != ORDER:
            once.setdefault(column.key, column)
    return {
        "columns": [column._asdict() for column in once.values()],
        "ignored": [list(pair) for pair in understood.ignored],
        "notes": understood.notes + _group_note(units, places),
        "encoding": understood.encoding,
        "samples": [list(pair) for pair in understood.sample_before_after],
        "units": [unit._asdict() for unit in units],
        "sheets": [sheet.name for sheet in sheets if not sheet.is_hidden and sheet.rows],
        "headers": understood.header_line,
    }


def _group_note(units: Sequence[Any], places: Places) -> list[str]:
    if not places.is_leaf or not any(unit.agency_id for unit in units):
        return []
    names = [unit.name for unit in units if unit.agency_id and unit.name != places.top.name]
    return [_("Tổ, bộ phận trong danh sách được ghi vào %(agency)s: %(names)s.", agency=places.top.name, names=", ".join(names[:8]))] if names else []
