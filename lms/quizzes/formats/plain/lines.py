"""The lines of a pasted text, and the table of answers that may stand at its end."""

import re
from dataclasses import dataclass

from lms.base import gettext as _

from ...from_files import Reading
from . import signs


@dataclass
class Line:
    """A line of the file, and what of it is text beyond doubt (the reader finds no sign there)."""

    number: int
    text: str
    is_text: bool = False


def line_of(number: int, line: str) -> Line:
    """Verbatim text keeps its spaces; any other line loses those at its ends."""
    label, verbatim, text = line.partition(signs.VERBATIM)
    bare = signs.without_runs(label).strip()
    if not verbatim:
        return Line(number, bare)
    return Line(number, f"{bare} {verbatim}{text}") if bare else Line(number, text, True)


def without_table(reading: Reading, lines: list[Line]) -> tuple[list[Line], dict[int, tuple[int, str]]]:
    """(the other lines, {number of a question: (line, letter)}) with a table of answers taken out: "1-A 2-C", with or without a title."""
    kept: list[Line] = []
    table: dict[int, tuple[int, str]] = {}
    is_table = False
    numbers: list[str] = []
    for line in lines:
        if not line.is_text and line.text and signs.TABLE_HEAD.fullmatch(line.text):
            is_table, numbers = True, []
            continue
        pairs = [] if line.is_text else _pairs(line.text, is_table, numbers)
        numbers = re.findall(r"\d+", line.text) if is_table and signs.NUMBERS.fullmatch(line.text) else numbers
        for number, letter in pairs:
            if table.get(int(number), (0, letter))[1] != letter:
                reading.fault(line.number, _("Bảng đáp án cho câu %(n)s hai đáp án khác nhau.", n=number))
            table[int(number)] = (line.number, letter)
        if pairs or (is_table and (not line.text or signs.NUMBERS.fullmatch(line.text))):
            continue
        is_table = False
        kept.append(line)
    return kept, table


def _pairs(text: str, is_table: bool, numbers: list[str]) -> list[tuple[str, str]]:
    if signs.TABLE_LINE.fullmatch(text) or (is_table and signs.TABLE_ONE.fullmatch(text)):
        return [(found[1], found[2].upper()) for found in signs.TABLE_PAIR.finditer(text)]
    if is_table and numbers and signs.ANSWERS.fullmatch(text):
        letters = re.findall(r"\b[A-H]\b", text.upper())
        return list(zip(numbers, letters, strict=True)) if len(letters) == len(numbers) else []
    return []
