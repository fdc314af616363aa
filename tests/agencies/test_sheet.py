"""The tree as a spreadsheet: what is exported is read back unchanged; every fault of a file is said by line and column."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from lms.agencies import TreeIn, agency_tree, open_agency, read_tree, tree_sheet
from lms.base import Refused, SheetIn, db, read_sheets
from tests.cast import OPENED, World
from tests.pages import Visitor

HEAD = ["Mã", "Tên đơn vị", "Loại", "Mã đơn vị cấp trên", "Thứ tự", "Người hỗ trợ", "Điện thoại hỗ trợ", "Từ ngày", "Số quyết định"]


def sheet(*rows: Sequence[object], head: Sequence[str] = tuple(HEAD), title: Sequence[str] = ()) -> list[SheetIn]:
    """A sheet with these lines below a header (and title lines above it)."""
    lines: list[Any] = [*([line] for line in title), list(head), *(list(row) for row in rows)]
    return [SheetIn("Cây", False, lines)]


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """Within the application; nothing is kept."""
    with app.app_context():
        yield
        db.session.rollback()


def faults(tree: TreeIn) -> dict[int, list[str]]:
    return {row.line: [column for column, _sentence in row.faults] for row in tree.rows if row.faults}


def test_the_file_is_in_official_order_with_its_columns(dung: Visitor) -> None:
    answer = dung.get("/agencies/export.xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(answer.body)).active.iter_rows(values_only=True))
    start = next(index for index, row in enumerate(rows) if row[0] == "Mã")
    assert list(rows[start]) == HEAD
    assert [(row[0], row[1], row[3] or "") for row in rows[start + 1 :]] == [
        ("HT", "Huyện Thuận An", ""),
        ("XP", "Xã An Phúc", "HT"),
        ("XM", "Xã Bình Minh", "HT"),
    ]
    assert rows[start + 2][2] == "Xã, phường, thị trấn" and rows[start + 2][7].date() == OPENED and rows[start + 2][8] == "01/QĐ-UBND"


def test_what_is_written_is_read_back(inside: None, world: World, tmp_path: Path) -> None:
    path = tmp_path / "cay.xlsx"
    path.write_bytes(tree_sheet([world.agencies["T"]]))
    tree = read_tree(read_sheets(path, "cay.xlsx"))
    assert [row.code for row in tree.rows] == [branch.code for branch in agency_tree([world.agencies["T"]])]
    assert not faults(tree) and tree.rows[2].parent == "HT" and tree.rows[2].from_on == "2020-01-01"


def test_a_table_is_found_below_title_lines_and_by_other_titles_too(inside: None) -> None:
    lines = sheet(["A1", "Phường A", "xã"], head=["MÃ ĐƠN VỊ", "Tên", "Loại đơn vị"], title=["UBND TỈNH", "Danh sách", ""])
    tree = read_tree(lines)
    assert tree.columns == ["code", "name", "kind"] and (tree.rows[0].line, tree.rows[0].kind) == (5, "commune")


def test_excel_makes_numbers_of_codes_and_telephones(inside: None) -> None:
    row = read_tree(sheet([12.0, "Xã A", "Xã", 3.0, 2.0, "", 222000111.0, date(2024, 2, 1), ""])).rows[0]
    assert (row.code, row.parent, row.position, row.help_phone, row.from_on) == ("12", "3", 2, "222000111", "2024-02-01")


def test_every_cell_that_cannot_be_read_is_named(inside: None) -> None:
    wrong = ["", "", "sao", "", "ba", "x" * 121, "", "31/02/2024", ""]
    tree = read_tree(sheet(["A", *wrong[1:]], ["", "Xã B", "xã"]))
    assert faults(tree) == {2: ["name", "help_name", "kind", "position", "from_on"], 3: ["code"]}


def test_a_file_without_the_columns_is_refused_with_advice(inside: None) -> None:
    for lines in (sheet(["a", "b"], head=["STT", "Họ và tên"]), sheet(), [SheetIn("Ẩn", True, [])]):
        with pytest.raises(Refused, match="Không thấy bảng"):
            read_tree(lines)


def test_a_name_that_looks_like_a_formula_leaves_as_text(inside: None, world: World) -> None:
    open_agency(None, "CT", "unit", '=HYPERLINK("x")', world.agencies["HT"], 9, OPENED)
    book = openpyxl.load_workbook(BytesIO(tree_sheet([world.agencies["HT"]])))
    cell = next(row[1] for row in book.active.iter_rows() if row[0].value == "CT")
    assert cell.data_type == "s"
