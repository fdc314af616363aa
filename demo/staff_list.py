"""The list that a head teacher has: titles above, capitals, salaries, a total and a signature below. To try the import with."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

from lms.base import Cell, workbook

from .names import full_name

FILE_NAME = "danh-sach-giao-vien.xlsx"
TEACHERS = 38


def write_staff_list(folder: Path, school: str) -> Path:
    """Write the list of a school that has no accounts yet; answers where it stands. The same at every start."""
    random = Random(2026)
    rows: list[list[Cell]] = []
    for number in range(1, TEACHERS + 1):
        if number in (1, 16):
            rows.append([None, "I. TỔ MẪU GIÁO" if number == 1 else "II. TỔ NHÀ TRẺ"])
        gender = "male" if random.random() < 0.1 else "female"
        born = date(1968, 1, 1) + timedelta(days=random.randrange(30 * 365))
        name = full_name(random, gender)
        shown: list[Cell] = [f"{born:%d/%m/%Y}", born, born.year]
        rows.append(
            [
                *(number, name.upper() if number % 3 else f"Bà {name}", shown[number % 3], "Nam" if gender == "male" else "Nữ"),
                *("Giáo viên" if number > 2 else "Phó hiệu trưởng", "VC" if number % 7 else "HĐ", 912_000_000 + random.randrange(10**6)),
                *(f"{2 + number % 5},{number % 9}4", "Kinh" if number % 2 else "", None),
            ]
        )
    rows += [
        [None, f"Tổng cộng: {TEACHERS} người"],
        [],
        [None, None, None, None, "Thuận An, ngày 20 tháng 11 năm 2026"],
        [None, None, None, None, "HIỆU TRƯỞNG"],
    ]
    columns = [("STT", 6), ("HỌ VÀ TÊN", 28), ("Ngày, tháng, năm sinh", 14), ("Giới tính", 9), ("Chức vụ", 16), ("Đối tượng", 10)]
    columns += [("Số ĐT", 13), ("Hệ số lương", 9), ("Dân tộc", 9), ("Ghi chú", 12)]
    heading = [school.upper(), "DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN", "Năm học 2026-2027"]
    path = folder / FILE_NAME
    path.write_bytes(workbook("Danh sách", heading, columns, rows))
    return path
