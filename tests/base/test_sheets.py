"""Spreadsheets: Vietnamese text, real numbers and days, and no cell that runs."""

import io
from datetime import date, datetime

import openpyxl

from lms.base import Cell, workbook


def test_cells_are_text_numbers_and_days() -> None:
    rows: list[list[Cell]] = [["=1+1", 84, date(2026, 2, 5)], ["@Nguyễn Thị Ước", 73.7, None], ["http://a.example", 0, None]]
    content = workbook("Danh sách", ["UBND XÃ AN PHÚC"], [("Họ và tên", 30), ("Số", 8), ("Ngày", 12)], rows)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert cells[0] == ["=1+1", 84, datetime(2026, 2, 5)]
    assert cells[1][:2] == ["@Nguyễn Thị Ước", 73.7]
    assert sheet["A4"].data_type == "s" and sheet["C4"].is_date and sheet["A6"].hyperlink is None
    assert sheet.freeze_panes == "A4"
