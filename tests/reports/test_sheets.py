"""The .xlsx files open with the same people as the page, true days, and no cell that runs."""

import io
from datetime import datetime

import openpyxl

from lms.base import clock
from tests.pages import Visitor
from tests.reports.conftest import FIGURES, District
from tests.reports.reading import opened

HEAD = (
    *("STT", "Mã cán bộ", "Họ và tên đệm", "Tên", "Ngày sinh", "Giới tính", "Đơn vị", "Chức vụ", "Đối tượng", "Khóa học"),
    *("Ngày giao", "Hạn", "Ngày hoàn thành", "Điểm", "Kết quả", "Số GCN"),
)


def test_the_list_holds_the_people_of_the_page(chi: Visitor, district: District, title: str) -> None:
    heading, labels, rows = opened(chi, "/reports/export.xlsx")
    assert heading[0] == "Huyện Thuận An"
    assert f"{clock.today():%d/%m/%Y}" in heading[2]
    assert tuple(labels) == HEAD
    assert len(rows) == FIGURES["assigned"]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    finished = next(row for row in rows if row[2:4] == ("Hồ Thị", "Xong"))
    assert finished[6:10] == ("Xã An Phúc", "Chuyên viên", "Công chức", title)
    assert isinstance(finished[10], datetime) and isinstance(finished[11], datetime)
    assert finished[12].date() == clock.today()
    assert finished[13:15] == (84, "Hoàn thành")


def test_filters_hold_in_the_list(chi: Visitor, district: District) -> None:
    heading, _labels, rows = opened(chi, f"/reports/export.xlsx?agency={district.agencies['XP']}&course={district.course}&state=overdue")
    assert [row[2:4] for row in rows] == [("Ngô Văn", "Trễ")]
    assert heading[0] == "Xã An Phúc" and "quá hạn" in heading[3]


def test_a_name_like_a_formula_stays_text(chi: Visitor, district: District) -> None:
    answer = chi.get("/reports/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).active
    found = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str) and cell.value.startswith("=")]
    assert [cell.value for cell in found] == ["=1+1 Đặng Công"]
    assert b"<f>" not in answer.body
    assert all(cell.data_type in ("s", "inlineStr") or cell.value == cell.internal_value for cell in found)


def test_the_summary_adds_up(chi: Visitor, district: District) -> None:
    heading, labels, rows = opened(chi, "/reports/summary.xlsx")
    assert "theo đơn vị" in heading[1]
    assert labels[2:7] == ["Được giao", "Hoàn thành", "Đang học", "Chưa bắt đầu", "Quá hạn"]
    *parts, last = rows
    assert last[1] == "Tổng cộng" and last[2] == FIGURES["assigned"] and last[7] == 30
    for column in (2, 3, 4, 5, 6, 8):
        assert sum(row[column] for row in parts) == last[column]
