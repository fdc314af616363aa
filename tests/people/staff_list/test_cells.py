"""Cells of real lists: names, days, codes and numbers as people and Excel leave them; what is wrong is said, nothing is guessed silently."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people import STAFF_KINDS
from lms.people.staff_list.cells import (
    Taken,
    read_email,
    read_gender,
    read_name,
    read_personal_number,
    read_phone,
    read_staff_code,
    read_staff_kind,
    read_username,
    restore_zeros,
    usual_code_length,
)
from lms.people.staff_list.days import read_birth

CELLS = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.dates())


@given(CELLS)
def test_any_cell_is_read_by_every_reader(cell: Any) -> None:
    for reader in (read_name, read_birth, read_email, read_gender, read_personal_number, read_phone, read_staff_code, read_staff_kind, read_username):
        taken = reader(cell)
        assert isinstance(taken, Taken) and not (taken.fault and taken.value is not None)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("  Nguyễn   Thị Hà ", "Nguyễn Thị Hà"),
        ("NGUYỄN THỊ HÀ", "Nguyễn Thị Hà"),
        ("nguyễn thị hà", "Nguyễn Thị Hà"),
        ("Nguyễn Thị ánh", "Nguyễn Thị Ánh"),
        ("Bùi THỊ HÀ", "Bùi Thị Hà"),
        (unicodedata.normalize("NFD", "Trần Hữu Ước"), "Trần Hữu Ước"),
        ("Nguyễn\u00a0Văn\u200b An", "Nguyễn Văn An"),
        ("Ông Nguyễn Văn An", "Nguyễn Văn An"),
        ("Bà Lê Hà", "Lê Hà"),
        ("BÀ LÊ THỊ HÀ", "Lê Thị Hà"),
        ("Đ/c: TRẦN THỊ BÌNH", "Trần Thị Bình"),
        ("Đ/c Ông Trần Văn Tư", "Trần Văn Tư"),
        ("Đồng chí Lê Văn Tư", "Lê Văn Tư"),
        ("Ông (bà) Lê Văn Tư", "Lê Văn Tư"),
        ("Cô Lê Thị Mai", "Lê Thị Mai"),
        ("Thầy Đỗ Văn Ba", "Đỗ Văn Ba"),
        ("Mr. Lê An", "Lê An"),
        ("Y Phôn Ksor", "Y Phôn Ksor"),
        ("H’Hen Niê", "H’Hen Niê"),
        ("Đoàn Văn Trường", "Đoàn Văn Trường"),
    ],
)
def test_a_name_is_written_as_usual(cell: str, name: str) -> None:
    assert read_name(cell) == Taken(name)


@pytest.mark.parametrize("name", ["Ông Thị Hoa", "Ông Ích Khiêm", "Anh Đức", "Ông Cao Thắng"])
def test_a_word_that_may_be_a_family_name_stays_and_is_told(name: str) -> None:
    assert read_name(name).value == name and "Tên bắt đầu bằng" in read_name(name).warning


def test_two_columns_are_joined_and_a_merged_name_is_not_doubled() -> None:
    assert read_name("NGUYỄN THỊ", "HÀ").value == "Nguyễn Thị Hà"
    assert read_name("Nguyễn Thị Hà", "Nguyễn Thị Hà").value == "Nguyễn Thị Hà"
    assert read_name("Nguyễn Thị Hà", None).value == "Nguyễn Thị Hà"


def test_what_follows_a_name_is_left_out_and_told() -> None:
    assert read_name("Nguyễn Thị Hà (TS)") == Taken("Nguyễn Thị Hà", warning="Phần “(TS)” sau tên được bỏ đi.")
    assert read_name("Nguyễn Thị Hà - HT").value == "Nguyễn Thị Hà"
    assert "một chữ" in read_name("Hà").warning


@pytest.mark.parametrize("cell", [None, "", "  ", "(", "...", "Nguyễn Văn A1", "=HYPERLINK(1)", "<script>", "Lê; DROP", 12345, "x" * 200])
def test_a_cell_that_is_no_name_is_a_fault(cell: Any) -> None:
    assert read_name(cell).fault and read_name(cell).value is None


@pytest.mark.parametrize(
    "cell",
    [
        date(1980, 3, 5),
        29285,
        29285.0,
        "29285",
        "5/3/1980",
        "05/03/1980",
        "5-3-80",
        "5.3.1980",
        " 5 / 3 / 1980 ",
        "1980-03-05",
        "05031980",
        "05/03/1980 00:00:00",
    ]
    + ["ngày 5 tháng 3 năm 1980", "5/3/1980."],
)
def test_a_day_is_read_in_every_form_day_first(cell: Any) -> None:
    assert read_birth(cell) == Taken((date(1980, 3, 5), None))


def test_two_digits_of_a_year_are_those_of_a_working_life() -> None:
    assert read_birth("1/2/05").value == (date(2005, 2, 1), None)
    assert read_birth("1/2/65").value == (date(1965, 2, 1), None)


@pytest.mark.parametrize("cell", [1975, 1975.0, "1975", "00/00/1975"])
def test_a_year_alone_stays_a_year(cell: Any) -> None:
    assert read_birth(cell) == Taken((None, 1975))


def test_month_and_year_keep_the_year_and_say_so() -> None:
    taken = read_birth("03/1975")
    assert taken.value == (None, 1975) and "chỉ có tháng và năm" in taken.warning


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("12/5", "thiếu năm"),
        ("31/02/1980", "Không có ngày"),
        ("02/13/1980", "Không có ngày"),
        ("không rõ", "không đọc được"),
        ("1/1/2025", "năm 2025"),
    ]
    + [
        (date(2026, 5, 12), "năm 2026"),
        ("1/1/1890", "năm 1890"),
        (1890, "không đọc được"),
        (2020, "năm 2020"),
        (True, "không đọc được"),
        ("99999", "không đọc được"),
    ],
)
def test_a_day_that_cannot_be_is_a_fault(cell: Any, words: str) -> None:
    assert words in read_birth(cell).fault


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (912345678, "0912345678"),
        ("0912.345.678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        (84912345678, "0912345678"),
        (2223865432, "02223865432"),
    ]
    + [("0222 3865 432", "02223865432"), ("912 345 678", "0912345678")],
)
def test_a_telephone_number_gets_its_zero_back(cell: Any, number: str) -> None:
    assert read_phone(cell) == Taken(number)


@pytest.mark.parametrize(
    "cell", ["0912345678; 0987654321", "0912345678/0987654321", "0912 345 678 - 0987 654 321", "0912345678\n0987654321", "0912345678 0987654321"]
)
def test_the_first_of_several_numbers_is_taken_and_told(cell: str) -> None:
    assert read_phone(cell) == Taken("0912345678", warning="Có nhiều số điện thoại, hệ thống lấy số đầu.")


def test_what_is_no_number_or_address_is_left_out_and_told() -> None:
    assert read_phone("113").warning and read_phone("113").value is None and read_phone("không có") == Taken()
    assert read_email("ha.nt").warning and read_email("ha.nt").value is None and read_email("-") == Taken()


def test_an_address_is_taken_in_small_letters() -> None:
    assert read_email(" Ha.NT@BacNinh.gov.vn ") == Taken("ha.nt@bacninh.gov.vn")
    assert read_email("a@b.vn; c@d.vn").value == "a@b.vn" and read_email("a@b.vn; c@d.vn").warning


def test_a_personal_number_gets_its_zeros_back() -> None:
    assert read_personal_number("027085012345") == read_personal_number("027 085 012 345") == Taken("027085012345")
    assert read_personal_number(27085012345).value == "027085012345" and "thêm số 0" in read_personal_number(27085012345).warning
    assert read_personal_number(1085012345).value == "001085012345"


def test_an_old_identity_card_is_left_out_and_a_damaged_number_is_a_fault() -> None:
    assert read_personal_number("125123456").warning and read_personal_number("125123456").value is None
    assert "rút gọn" in read_personal_number("2,70850E+10").fault and "12 chữ số" in read_personal_number("1234").fault


FITTING = [("027085012345", "male", 1985), ("027185012345", "female", 1985), ("027204012345", "male", 2004), ("027085012345", None, None)]
DOUBTFUL = [("027085012345", "female", 1985), ("027085012345", "male", 1984), ("999085012345", None, None)]


@pytest.mark.parametrize(("number", "gender", "year", "doubtful"), [*((*one, False) for one in FITTING), *((*one, True) for one in DOUBTFUL)])
def test_a_personal_number_that_does_not_fit_the_person_is_told(number: str, gender: str | None, year: int | None, doubtful: bool) -> None:
    taken = read_personal_number(number, gender, year)
    assert taken.value == number and bool(taken.warning) == doubtful


def test_a_staff_code_has_no_point_zero_and_gets_its_zeros_back() -> None:
    assert read_staff_code(1234.0) == Taken("1234") and read_staff_code(" cb 01 ") == Taken("CB01")
    assert usual_code_length(["00012", "00345", 17]) == 5 and usual_code_length(["CB1", "CB22"]) == 0 and usual_code_length([1, 22, 333]) == 0
    assert restore_zeros(read_staff_code(17), 5).value == "00017" and "00017" in restore_zeros(read_staff_code(17), 5).warning
    assert read_staff_code("CB 01; DROP").fault


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("official", "CB|Cán bộ|CÁN BỘ"),
        ("civil_servant", "CC|Công chức|công chức xã"),
        ("public_employee", "VC|Viên chức"),
        ("contract", "NLĐ|HĐ|HĐ 68|HĐ111|HĐLĐ|Hợp đồng|Người lao động hợp đồng"),
        ("part_time", "KCT|Không chuyên trách|Người hoạt động không chuyên trách|Cán bộ không chuyên trách"),
        ("armed_forces", "LLVT|Lực lượng vũ trang|Công an|Quân sự"),
    ],
)
def test_staff_kinds_are_known_by_words_and_abbreviations(kind: str, words: str) -> None:
    assert kind in STAFF_KINDS and [read_staff_kind(word).value for word in words.split("|")] == [kind] * len(words.split("|"))
    assert read_staff_kind("biên chế").warning and read_staff_kind(None) == Taken()


def test_gender_is_a_word_or_a_mark_in_its_column() -> None:
    assert [read_gender(word).value for word in ("Nam", "nữ", "NỮ", "F", "male")] == ["male", "female", "female", "female", "male"]
    assert read_gender("x", "Nữ").value == "female" and read_gender("X", "Giới tính – Nam").value == "male"
    assert read_gender("x", "Giới tính").value is None and read_gender("x", "Giới tính").warning and read_gender("", "Nữ") == Taken()
