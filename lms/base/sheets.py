"""Spreadsheets: one writer for everything that leaves the house as .xlsx, so that no cell ever runs as a formula."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter

from . import clock

Cell = str | int | float | date | datetime | None


def workbook(title: str, heading: Sequence[str], columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> bytes:
    """An .xlsx of one sheet: heading lines, a frozen header row, then the rows.

    columns: (label, width in characters). Numbers and days stay numbers and days; text is always text.
    """
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd/mm/yyyy"}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "font_size": 13})
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#E8EDF3"})
    plain = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
    day = book.add_format({"border": 1, "valign": "top", "num_format": "dd/mm/yyyy"})
    for index, (_label, width) in enumerate(columns):
        sheet.set_column(index, index, width)
    line = 0
    for text in heading:
        sheet.write_string(line, 0, text, bold)
        line += 1
    line += 1 if heading else 0
    for index, (label, _width) in enumerate(columns):
        sheet.write_string(line, index, label, head)
    sheet.freeze_panes(line + 1, 0)
    sheet.repeat_rows(line)
    for row in rows:
        line += 1
        for index, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(line, index, clock.local(cell).replace(tzinfo=None), day)
            elif isinstance(cell, date):
                sheet.write_datetime(line, index, datetime(cell.year, cell.month, cell.day), day)
            elif isinstance(cell, bool) or cell is None:
                sheet.write_string(line, index, "" if not cell else "x", plain)
            elif isinstance(cell, int | float):
                sheet.write_number(line, index, cell, plain)
            else:
                sheet.write_string(line, index, cell, plain)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()
