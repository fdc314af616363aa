"""The agencies of the demonstration district, invented: 17 agencies, 18 communes and wards, 69 schools; a rename and a merger in its past."""

from datetime import date

from lms.agencies import Agency, open_agency, rename_agency
from lms.base import db
from lms.people import merge

OPENED = date(2018, 1, 1)
OFFICES = (
    "Văn phòng HĐND và UBND", "Phòng Nội vụ", "Phòng Tư pháp", "Phòng Tài chính - Kế hoạch", "Phòng Tài nguyên và Môi trường",
    "Phòng Lao động - Thương binh và Xã hội", "Phòng Văn hóa và Thông tin", "Phòng Giáo dục và Đào tạo", "Phòng Y tế", "Thanh tra thị xã",
    "Phòng Nông nghiệp và Phát triển nông thôn", "Phòng Kinh tế và Hạ tầng", "Trung tâm Văn hóa - Thể thao", "Trung tâm Y tế",
    "Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên", "Ban Quản lý dự án đầu tư xây dựng", "Trung tâm Phục vụ hành chính công",
)  # fmt: skip
PLACES = (
    "Phường Thuận An", "Xã An Phúc", "Xã Bình Minh", "Xã Cẩm Tú", "Xã Đại Thắng", "Phường Đông Hưng", "Xã Gia Hòa", "Xã Hòa Lập",
    "Xã Hưng Đạo", "Xã Kim Sơn", "Xã Liên Châu", "Xã Minh Đức", "Xã Nghĩa Phương", "Xã Phú Lâm", "Phường Quang Trung", "Xã Song Khê",
    "Xã Tân Dân", "Xã Yên Định",
)  # fmt: skip
LEVELS = (("MN", "Trường Mầm non"), ("TH", "Trường Tiểu học"), ("CS", "Trường THCS"), ("LC", "Trường Tiểu học và THCS số 2"))
SCHOOLS = 69


class Tree:
    """Ids of the agencies by code, as they are opened."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.schools: list[str] = []

    def open(self, code: str, kind: str, name: str, parent: str | None, position: int) -> int:
        """Open one agency."""
        agency: Agency = open_agency(None, code, kind, name, self.ids.get(parent or ""), position, OPENED, "12/QĐ-UBND")
        db.session.flush()
        self.ids[code] = agency.id
        return agency.id


def build_tree() -> Tree:
    """Open everything as it was in 2018, then rename one office (2025) and merge two communes (2025) into Xã Hòa Lập."""
    tree = Tree()
    tree.open("T", "province", "UBND tỉnh Bắc Sơn", None, 1)
    tree.open("HTA", "district", "UBND thị xã Thuận An", "T", 1)
    tree.open("HLT", "district", "UBND huyện Lạc Thủy", "T", 2)
    tree.open("HLT01", "unit", "Phòng Nội vụ huyện Lạc Thủy", "HLT", 1)
    for number, name in enumerate(OFFICES, 1):
        tree.open(f"P{number:02d}", "department", name, "HTA", number)
    for number, name in enumerate(PLACES, 1):
        tree.open(f"X{number:02d}", "commune", name, "HTA", 20 + number)
    tree.open("X91", "commune", "Xã Hòa Bình", "HTA", 91)
    tree.open("X92", "commune", "Xã Tân Lập", "HTA", 92)
    _open_schools(tree)
    rename_agency(None, tree.ids["P07"], "Phòng Văn hóa, Khoa học và Thông tin", date(2025, 3, 1), "215/QĐ-UBND")
    return tree


def _open_schools(tree: Tree) -> None:
    for index, (sign, level) in enumerate(LEVELS):
        for number, place in enumerate(PLACES, 1):
            if len(tree.schools) < SCHOOLS:
                code = f"{sign}{number:02d}"
                name = f"{level} {place.removeprefix('Xã ').removeprefix('Phường ')}"
                tree.open(code, "school", name, f"X{number:02d}", index + 1)
                tree.schools.append(code)


def merge_communes(tree: Tree) -> None:
    """Merge Xã Hòa Bình and Xã Tân Lập, with their people, into Xã Hòa Lập."""
    old = [tree.ids.pop("X91"), tree.ids.pop("X92")]
    merge(None, old, tree.ids["X08"], date(2025, 7, 1), "1658/NQ-UBTVQH15")
