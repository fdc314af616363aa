"""Whole lists: the header is found under titles, units come from separators, totals and signatures are nobody, and each fault names its cell."""

import json
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.names import full_name
from lms.base import Refused, SheetIn
from lms.people.staff_list.sample import sample_list
from lms.people.staff_list.understand import Fault, Understood, letter_of, understand, understood_from
from tests.people.staff_list.lists import in_tcvn3, in_vni, understood, understood_file, work_done, workbook_of

HEAD: list[Any] = ["STT", "Họ và tên", "Ngày sinh", "Chức vụ"]
TITLES = [["UBND HUYỆN HỒ THÀNH", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["TRƯỜNG MẦM NON AN PHÚC", None, "Độc lập - Tự do - Hạnh phúc"], []]
TITLES += [["DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN"], ["(Kèm theo Công văn số 12/CV-MNAP ngày 05 tháng 9 năm 2026)"], []]
HA: list[Any] = [1, "Nguyễn Thị Hà", "5/2/1980", "Giáo viên"]
AN: list[Any] = [2, "Trần Văn An", 1975, "Nhân viên"]


def people(found: Understood) -> list[tuple[int, str | None, Any]]:
    return [(row.line, row.unit, row.values["full_name"]) for row in found.rows]


def test_the_header_is_found_under_motto_and_title_lines() -> None:
    found = understood(*TITLES, HEAD, HA, AN)
    assert people(found) == [(8, None, "Nguyễn Thị Hà"), (9, None, "Trần Văn An")] and found.header_line == {"Danh sách": 7}
    assert found.rows[0].values["birth_on"] == date(1980, 2, 5) and found.rows[1].values["birth_year"] == 1975


def test_totals_signatures_numbers_of_columns_and_free_lines_are_nobody() -> None:
    below: list[list[Any]] = [
        [3, None],
        [4, "……", "..."],
        [],
        ["Tổng cộng: 2 người"],
        [None, "Danh sách này có 02 người"],
        [None, None, "An Phúc, ngày 05 tháng 9 năm 2026"],
    ]
    signed = [[None, "Người lập biểu", None, "HIỆU TRƯỞNG"], [None, "(Ký, ghi rõ họ tên)"], [], [None, "Lê Thị Lập", None, "Trần Thị Trưởng"]]
    for numbers in (["1", "2", "3", "4"], [1, 2, 3, 4], ["(1)", "(2)", "(3)", "(4)"], ["A", "B", 1, 2]):
        assert [name for _line, _unit, name in people(understood(*TITLES, HEAD, numbers, HA, AN, *below, *signed))] == [
            "Nguyễn Thị Hà",
            "Trần Văn An",
        ]


def test_a_header_repeated_on_each_page_is_nobody() -> None:
    assert len(understood(HEAD, HA, HEAD, ["(1)", "(2)", "(3)", "(4)"], AN).rows) == 2


def test_people_below_signatures_are_read_again_after_the_header_or_their_number() -> None:
    signed = [[None, "NGƯỜI LẬP BIỂU"], [None, "Lê Thị Lập"]]
    assert [row.line for row in understood(HEAD, HA, *signed, HEAD, AN).rows] == [2, 6]
    assert [row.line for row in understood(HEAD, HA, *signed, AN).rows] == [2, 5]


@pytest.mark.parametrize(
    "line",
    [
        ["I. Trường Mầm non An Phúc"],
        ["I", "Trường Mầm non An Phúc"],
        [None, "Trường Mầm non An Phúc", None, None],
        ["Trường Mầm non An Phúc (2 người)"],
    ]
    + [["Trường Mầm non An Phúc"] * 4, ["I", "TRƯỜNG MẦM NON AN PHÚC", None, 2], [1, "Trường Mầm non An Phúc"], ["A/ Trường Mầm non An Phúc:"]],
)
def test_a_separator_line_names_the_unit_of_those_below(line: list[Any]) -> None:
    found = understood(HEAD, line, HA, ["II. Xã An Phúc"], [1, "Trần Văn An"])
    assert [unit.casefold() for _line, unit, _name in people(found) if unit] == ["trường mầm non an phúc", "xã an phúc"]


def test_a_group_within_a_school_is_no_unit() -> None:
    found = understood(HEAD, ["I. Trường Mầm non An Phúc"], ["1. Tổ Mẫu giáo"], HA, ["Ban Giám hiệu"], AN)
    assert {unit for _line, unit, _name in people(found)} == {"Trường Mầm non An Phúc"}


@pytest.mark.parametrize(
    "name",
    [
        "Đoàn Văn Trường",
        "Tống Thị Cộng",
        "Trương Văn Xã",
        "Tô Thị Hội",
        "Lương Văn Ngạch",
        "Công Văn Phòng",
        "Hà Thị Ban",
        "V. Nguyễn",
        "Truong Van An",
    ],
)
def test_a_person_with_nothing_but_a_name_is_a_person(name: str) -> None:
    assert [row.values["full_name"] for row in understood(["TT", "Họ và tên"], [1, name], [2, "Trần Văn An"]).rows] == [name, "Trần Văn An"]


def test_a_heading_of_staff_tells_the_kind_where_no_column_does() -> None:
    found = understood(
        HEAD, ["A. CÁN BỘ"], HA, ["B. CÔNG CHỨC"], AN, ["C", "NGƯỜI HOẠT ĐỘNG KHÔNG CHUYÊN TRÁCH"], [3, "Lê Tư"], ["Cán bộ quản lý"], [4, "Lê Năm"]
    )
    assert [row.values["staff_kind"] for row in found.rows] == ["official", "civil_servant", "part_time", None]
    found = understood([*HEAD, "Đối tượng"], ["A. CÁN BỘ"], [*HA, "VC"])
    assert found.rows[0].values["staff_kind"] == "public_employee"


def test_a_unit_keeps_what_is_no_count_of_people() -> None:
    found = understood(HEAD, ["Phân hiệu 2: Thôn Đông"] * 4, HA, ["Trường Tiểu học số 2 - 15 người"] * 4, AN)
    assert [unit for _line, unit, _name in people(found)] == ["Phân hiệu 2: Thôn Đông", "Trường Tiểu học số 2"]


def test_a_person_without_number_is_a_person() -> None:
    found = understood(["Họ và tên", "Chức vụ"], ["Trần Văn An", "Kế toán"], ["Đoàn Thị Bình"], ["Lê Văn Tư", "Thủ trưởng đơn vị"])
    assert [name for _line, _unit, name in people(found)] == ["Trần Văn An", "Đoàn Thị Bình", "Lê Văn Tư"]


def test_a_column_of_units_goes_before_separators() -> None:
    found = understood([*HEAD, "Đơn vị"], ["I. Xã An Phúc"], [*HA, "Trường Tiểu học An Phúc"], AN)
    assert [unit for _line, unit, _name in people(found)] == ["Trường Tiểu học An Phúc", "Xã An Phúc"]


def test_a_header_of_two_rows_gives_dates_by_gender_and_names_in_two_columns(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["TT", "Họ và tên", None, "Ngày sinh", None, "Chức vụ"], [None, "Họ đệm", "Tên", "Nam", "Nữ", None]]
    rows += [[1, "Nguyễn Thị", "Hà", None, "5/2/1980", "Giáo viên"], [2, "Trần Văn", "An", date(1975, 1, 2), None, "Nhân viên"]]
    merged = workbook_of(tmp_path / "a.xlsx", ("DS", rows), merged=("A1:A2", "B1:C1", "D1:E1", "F1:F2"))
    for found in (understood_file(merged), understood(*rows)):
        assert [(row.values["full_name"], row.values["gender"]) for row in found.rows] == [("Nguyễn Thị Hà", "female"), ("Trần Văn An", "male")]
        assert [row.values["birth_on"] for row in found.rows] == [date(1980, 2, 5), date(1975, 1, 2)]
        assert [column.title for column in found.columns][3:5] == ["Ngày sinh – Nam", "Ngày sinh – Nữ"]


def test_one_title_over_two_columns_without_a_second_row_is_a_name_in_two_parts(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["TT", "Họ và tên", None, "Chức vụ"], [1, "Nguyễn Thị", "Hà", "Giáo viên"], [2, "Trần Văn", "An", None]]
    for found in (understood_file(workbook_of(tmp_path / "a.xlsx", ("DS", rows), merged=("B1:C1",))), understood(*rows)):
        assert [name for _line, _unit, name in people(found)] == ["Nguyễn Thị Hà", "Trần Văn An"]


def test_a_person_merged_over_two_lines_is_one_person(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["TT", "Họ và tên", "Mã cán bộ", "Quá trình"],
        [1, "Lê An", "CB1", "2001-2010"],
        [None, None, None, "2011-2026"],
        [2, "Lê An", "CB2", None],
    ]
    found = understood_file(workbook_of(tmp_path / "a.xlsx", ("DS", rows), merged=("A2:A3", "B2:B3", "C2:C3")))
    assert [(row.line, row.faults) for row in found.rows] == [(2, []), (4, [])]


def test_a_birth_day_may_stand_in_three_columns() -> None:
    found = understood(
        ["TT", "Họ và tên", "Ngày sinh", None, None], [None, None, "Ngày", "Tháng", "Năm"], [1, "Lê An", 5, 2, 1980], [2, "Lê Tư", None, None, 1975]
    )
    assert [(row.values["birth_on"], row.values["birth_year"]) for row in found.rows] == [(date(1980, 2, 5), None), (None, 1975)]


def test_a_mark_in_the_column_for_women_tells_everybodys_gender() -> None:
    found = understood(["TT", "Họ và tên", "Nữ"], [1, "Lê Thị An", "x"], [2, "Lê Văn Tư", None])
    assert [row.values["gender"] for row in found.rows] == ["female", "male"]
    found = understood(["TT", "Họ và tên", "Giới tính", None], [None, None, "Nam", "Nữ"], [1, "Lê Thị An", None, "x"], [2, "Lê Văn Tư", "x", None])
    assert [row.values["gender"] for row in found.rows] == ["female", "male"]


def test_a_fault_names_its_cell_and_a_warning_keeps_the_line() -> None:
    found = understood([*HEAD, "Điện thoại"], [1, "Nguyễn Thị Hà", "31/02/1980", "GV", "113"])
    assert found.rows[0].faults == [Fault("C2", "Ngày sinh", "Không có ngày “31/02/1980”. Anh/Chị ghi ngày/tháng/năm, ví dụ 05/02/1980.")]
    assert [(one.cell, one.title) for one in found.rows[0].warnings] == [("E2", "Điện thoại")]


def test_a_day_in_words_does_not_end_the_table() -> None:
    found = understood(HEAD, [1, None, "ngày 5 tháng 3 năm 1980", "GV"], AN)
    assert [len(row.faults) for row in found.rows] == [1, 0] and found.rows[0].values["birth_on"] == date(1980, 3, 5)


def test_a_line_with_facts_and_no_name_is_a_fault_of_the_cell_of_the_name() -> None:
    found = understood(["Mã cán bộ", "Họ và tên"], ["CB1", "Lê An"], ["CB2", None])
    assert [(one.cell, one.sentence) for one in found.rows[1].faults] == [("B3", "Chưa có họ và tên.")]


def test_a_staff_code_twice_is_a_fault_of_the_second_line() -> None:
    found = understood(["Họ và tên", "Mã cán bộ"], ["Lê An", "CB1"], ["Lê An", "CB2"], ["Lê Tư", "cb 1"])
    assert [row.faults for row in found.rows] == [[], [], [Fault("B4", "Mã cán bộ", "Mã cán bộ CB1 đã có ở dòng 2.")]]


def test_lost_zeros_of_codes_come_back_when_the_others_have_them() -> None:
    found = understood(["Họ và tên", "Mã cán bộ"], ["Lê An", "00012"], ["Lê Tư", 13], ["Lê Ba", "00014"])
    assert [row.values["staff_code"] for row in found.rows] == ["00012", "00013", "00014"] and found.rows[1].warnings[0].cell == "B3"


def test_each_school_may_have_its_sheet() -> None:
    sheets = [SheetIn(name, False, [[*HEAD], [*HA[:1], person, *HA[2:]]]) for name, person in [("MN An Phúc", "Lê An"), ("TH An Phúc", "Lê Tư")]]
    found = understand([*sheets, SheetIn("Lương", True, [HEAD, AN]), SheetIn("Hướng dẫn", False, [["Cách điền"]])])
    assert people(found) == [(2, "MN An Phúc", "Lê An"), (2, "TH An Phúc", "Lê Tư")]
    assert found.notes == ["Trang tính ẩn không được đọc: Lương.", "Trang tính không có bảng danh sách nên không được đọc: Hướng dẫn."]
    assert [name for _line, _unit, name in people(understand(sheets, chosen_sheets=["TH An Phúc"]))] == ["Lê Tư"]
    assert understand(sheets[:1]).rows[0].unit is None


def test_with_several_sheets_cells_are_named_with_theirs() -> None:
    sheets = [SheetIn(name, False, [["Họ và tên", "Mã cán bộ"], ["Lê An", "CB1"]]) for name in ("A", "B")]
    assert understand(sheets).rows[1].faults == [Fault("B!B2", "Mã cán bộ", "Mã cán bộ CB1 đã có ở dòng A!2.")]


def test_columns_that_are_not_kept_are_named() -> None:
    found = understood([*HEAD, "Hệ số lương", "Dân tộc", "Cỡ áo"], [*HA, 2.34, "Kinh", "L"])
    assert found.ignored == [("Hệ số lương", "salary"), ("Dân tộc", "ethnicity"), ("Cỡ áo", "unknown")]
    assert "Kinh" not in json.dumps(found.as_data(), ensure_ascii=False)


def test_what_a_person_said_of_a_column_goes_before_its_title() -> None:
    rows = [["Họ và tên", "Mã", "Danh bạ", "Chức vụ"], ["Lê An", "CB1", "0912345678", "GV"]]
    found = understood(*rows, mapping={"danh ba": "phone", "ma": "username", "chuc vu": "", "ho va ten": "full_name", "gone": "email"})
    values = found.rows[0].values
    assert (values["phone"], values["username"], values["staff_code"], values["position"]) == ("0912345678", "cb1", None, None)
    assert [(column.letter, column.field, column.ignored_reason) for column in found.columns] == [
        ("A", "full_name", ""), ("B", "username", ""), ("C", "phone", ""), ("D", "", "unwanted"),
    ]  # fmt: skip


def test_a_name_chosen_by_hand_replaces_the_names_that_titles_offer() -> None:
    rows = [["Họ đệm", "Tên", "Viết đủ"], ["Ng. Thị", "Hà", "Nguyễn Thị Hà"]]
    found = understood(*rows, mapping={"viet du": "full_name"})
    assert found.rows[0].values["full_name"] == "Nguyễn Thị Hà" and [column.field for column in found.columns] == ["", "", "full_name"]


def test_two_columns_of_one_title_have_keys_of_their_own() -> None:
    assert [column.key for column in understood(["Họ và tên", "Họ và tên"], ["Nguyễn Thị", "Hà"]).columns] == ["ho va ten", "ho va ten 2"]


@pytest.mark.parametrize(("write", "encoding"), [(in_tcvn3, "tcvn3"), (in_vni, "vni")])
def test_a_list_in_an_old_font_is_converted_and_shown_before_and_after(write: Callable[[str], str], encoding: str) -> None:
    random = Random(5)
    names = [full_name(random, "female") for _ in range(12)]
    rows: list[list[Any]] = [
        ["STT", write("Họ và tên"), write("Đơn vị")],
        *([n, write(name), write("Trường Tiểu học")] for n, name in enumerate(names, 1)),
    ]
    found = understood(*rows)
    assert found.encoding == encoding and [row.values["full_name"] for row in found.rows] == names
    assert found.rows[0].unit == "Trường Tiểu học" and 0 < len(found.sample_before_after) <= 5
    assert all(before == write(after) for before, after in found.sample_before_after)
    assert understood(["Họ và tên"], [rows[1][1]], encoding=encoding).rows[0].values["full_name"] == names[0]


def test_decomposed_text_is_composed() -> None:
    rows = [[unicodedata.normalize("NFD", str(cell)) for cell in row] for row in (HEAD, HA, ["I. Xã Hồ Thành"], AN)]
    found = understood(*rows)
    assert people(found) == [(2, None, "Nguyễn Thị Hà"), (4, "Xã Hồ Thành", "Trần Văn An")] and found.encoding == "unicode"


@pytest.mark.parametrize("rows", [[["a", "b"], [1, 2]], [["STT", "Ngày sinh", "Đơn vị"], [1, "1/1/1980", "A"]], [[]], [["Lê An", "GV"]]])
def test_a_list_without_names_is_refused_with_what_is_needed(rows: list[list[Any]]) -> None:
    with pytest.raises(Refused, match="Họ và tên.*tệp mẫu"):
        understood(*rows)


def test_a_list_without_people_is_refused() -> None:
    with pytest.raises(Refused, match="chưa có người nào"):
        understood(HEAD, [], ["Tổng cộng"])


WORDS = [
    *HEAD,
    "Tên",
    "Họ đệm",
    "Nam",
    "Nữ",
    "Năm",
    "Ngày sinh",
    "Đơn vị",
    "Mã cán bộ",
    "Lê An",
    "I. Xã An Phúc",
    "Tổng cộng",
    "HIỆU TRƯỞNG",
    "x",
    "CB1",
    "Ghi chú",
]
CELLS = st.one_of(
    st.none(), st.sampled_from(WORDS), st.integers(), st.text(max_size=8), st.dates(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=6), max_size=12),
    st.dictionaries(st.sampled_from(["ho va ten", "stt", "ten"]), st.sampled_from(["full_name", "", "x", "order"])),
)
def test_any_cells_are_understood_or_refused(rows: list[list[Any]], mapping: dict[str, str]) -> None:
    for top in ([], [HEAD, HA]):
        try:
            found = understood(*top, *rows, mapping=mapping)
        except Refused as refused:
            assert refused.sentence
        else:
            assert found.rows and json.dumps(found.as_data()) and all(row.values["full_name"] or row.faults for row in found.rows)


def test_the_sample_file_is_without_faults(tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    path.write_bytes(sample_list())
    found = understood_file(path)
    assert len(found.rows) == 3 and not any(row.faults or row.warnings for row in found.rows) and not found.ignored and not found.notes
    assert all(row.unit and row.values["staff_kind"] and row.values["gender"] and row.values["birth_on"] for row in found.rows)


def test_what_was_understood_can_be_stored_and_comes_back() -> None:
    found = understood(["Mã", *HEAD[1:], "Lương"], ["CB1", "Lê An", "31/2/1980", "GV", 1], ["CB1", "Lê Tư", "5/2/1980", "GV", 1])
    assert understood_from(json.loads(json.dumps(found.as_data()))) == found


def test_columns_have_excels_letters() -> None:
    assert [letter_of(index) for index in (0, 25, 26, 51, 52, 199)] == ["A", "Z", "AA", "AZ", "BA", "GR"]


def teachers() -> list[list[Any]]:
    """The 38 people of a school as its head keeps them."""
    random = Random(38)
    lines: list[list[Any]] = []
    groups = {0: "Ban Giám hiệu", 3: "Tổ 1, 2, 3", 18: "Tổ 4, 5", 33: "Tổ Văn phòng"}
    for number in range(38):
        if number in groups:
            lines.append([groups[number]])
        gender = "female" if number % 5 else "male"
        *family, given = full_name(random, gender).split()
        birth: Any = [date(1980, 2, number % 28 + 1), f"{number % 28 + 1}/02/1980", 1980, f"{number % 28 + 1}-2-80"][number % 4]
        name = "Bà " + " ".join(family).upper() if number == 7 else " ".join(family) + " " * (number % 3)
        birth_cells = [None, birth] if gender == "female" else [birth, None]
        number_in_excel: Any = 27180012345 + number if number % 2 else f"0{27180012345 + number}"
        line: list[Any] = [number + 1, name, unicodedata.normalize("NFD", given), *birth_cells, "Hiệu trưởng" if not number else "Giáo viên",
                      "VC" if number < 33 else "NLĐ", 912345000 + number, number_in_excel, 2.34, "Kinh", "x" if number % 4 else None]  # fmt: skip
        lines.append(line)
    return lines


def test_a_schools_list_of_thirty_eight_gets_everybody_in(tmp_path: Path) -> None:
    head: list[list[Any]] = [
        ["STT", "Họ và tên", None, "Ngày, tháng, năm sinh", None, "Chức vụ", "Đối tượng", "SĐT", "Số CCCD", "Hệ số lương", "Dân tộc", "Đảng viên"],
        [None, "Họ và tên đệm", "Tên", "Nam", "Nữ"],
        [f"({n})" for n in range(1, 13)],
    ]
    end: list[list[Any]] = [
        ["Tổng cộng: 38 người"],
        [],
        [None, None, None, None, None, None, None, "An Phúc, ngày 05 tháng 9 năm 2026"],
        ["Người lập biểu", *[None] * 6, "HIỆU TRƯỞNG"],
    ]
    rows = [*TITLES, *head, *teachers(), *end, [], ["Lê Thị Lập", *[None] * 6, "Trần Thị Trưởng"]]
    areas = ("A4:L4", "A5:L5", "A7:A8", "B7:C7", "D7:E7", *(f"{c}7:{c}8" for c in "FGHIJKL"), "A10:L10", "A14:L14", "A30:L30", "A46:L46", "A52:L52")
    path = workbook_of(tmp_path / "ds.xlsx", ("Danh sách GV", rows), ("Lương", [["bí mật"]]), merged=areas, hidden=("Lương",))
    found = understood_file(path)
    assert len(found.rows) == 38 and not [row.faults for row in found.rows if row.faults]
    for row in found.rows:
        values = row.values
        assert len(values["full_name"].split()) >= 3 and values["full_name"] == unicodedata.normalize("NFC", values["full_name"]).title()
        assert values["birth_on"] or values["birth_year"] == 1980
        assert (
            values["gender"]
            and values["staff_kind"]
            and str(values["phone"]).startswith("0912345")
            and str(values["personal_number"]).startswith("0271800")
        )
    assert dict(found.ignored) == {"Hệ số lương": "salary", "Dân tộc": "ethnicity", "Đảng viên": "party"}
    assert {row.unit for row in found.rows} == {None} and found.notes == ["Trang tính ẩn không được đọc: Lương."]


def test_ten_thousand_people_are_read_and_understood_within_a_minute(tmp_path: Path) -> None:
    random, book = Random(1), openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(["STT", "Mã cán bộ", "Họ và tên", "Ngày sinh", "Giới tính", "Đơn vị", "Chức vụ", "Đối tượng", "Email", "SĐT", "CCCD", "Hệ số lương"])
    for n in range(10_000):
        sheet.append([n, f"CB{n:05}", full_name(random, "male"), "05/02/1980", "Nam", "Trường Tiểu học An Phúc", "Giáo viên", "Viên chức",
                      f"a{n}@b.vn", 912300000 + n, 27080000000 + n, 2.34])  # fmt: skip
    book.save(tmp_path / "a.xlsx")
    began = work_done()
    found = understood_file(tmp_path / "a.xlsx")
    assert len(found.rows) == 10_000 and not any(row.faults for row in found.rows)
    assert work_done() - began < 60
