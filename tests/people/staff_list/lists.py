"""Lists made for the tests: workbooks as head teachers make them, and texts in the encodings of before."""

import os
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl

from lms.base import SheetIn, read_sheets
from lms.people.staff_list.legacy_text import TCVN3, VNI
from lms.people.staff_list.understand import Understood, understand

_TO_TCVN3 = {letter: chr(byte) for byte, letter in TCVN3.items()}
_TO_VNI: dict[str, str] = {}
for _signs, _letter in VNI.items():
    _TO_VNI.setdefault(_letter, _signs)


def in_tcvn3(text: str) -> str:
    """The text as a TCVN3 font's bytes look in Latin letters; capitals with tones as small ones, as in .VnTimeH."""
    return "".join(_TO_TCVN3.get(c, _TO_TCVN3.get(c.lower(), c)) for c in text)


def in_vni(text: str) -> str:
    """The text as VNI's bytes look in Latin letters."""
    return "".join(_TO_VNI.get(c, c) for c in text)


def in_1258(text: str) -> bytes:
    """The text in Windows-1258: letters with their marks, the five tones as signs of their own."""
    parts = (unicodedata.normalize("NFD", c) for c in text)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = (unicodedata.normalize("NFC", "".join(m for m in part if m not in tones)) + "".join(m for m in part if m in tones) for part in parts)
    return "".join(letters).encode("cp1258")


def work_done() -> float:
    """Seconds of processor time spent so far by this process and its children: a busy machine does not make a test fail."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def workbook_of(path: Path, *sheets: tuple[str, list[list[Any]]], merged: tuple[str, ...] = (), hidden: tuple[str, ...] = ()) -> Path:
    """An .xlsx with these sheets; `merged` ranges are of the first."""
    book = openpyxl.Workbook()
    for number, (name, rows) in enumerate(sheets):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged if number == 0 else ():
            sheet.merge_cells(area)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.remove(book.worksheets[0])
    book.save(path)
    return path


def understood(*rows: list[Any], **choices: Any) -> Understood:
    """What is understood of one sheet with these rows."""
    return understand([SheetIn("Danh sách", False, list(rows))], **choices)


def understood_file(path: Path, **choices: Any) -> Understood:
    """What is understood of a file."""
    return understand(read_sheets(path, path.name), **choices)
