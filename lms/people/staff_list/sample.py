"""The staff list to start from: the columns that we keep, with three people who do not exist."""

from datetime import date

from lms.base import Cell, workbook

_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("CB0001", "Nguyễn Thị Hà", date(1985, 2, 5), "Nữ", "Trường Tiểu học An Phúc", "Hiệu trưởng", "Viên chức", "ha.nt@example.vn", "0912000001"),
    ("CB0002", "Trần Văn Bình", date(1979, 12, 20), "Nam", "UBND xã An Phúc", "Công chức Văn phòng", "Công chức", "", "0912000002"),
    ("CB0003", "Lê Minh Đức", date(1990, 7, 1), "Nam", "UBND xã An Phúc", "Nhân viên", "Người lao động hợp đồng", "", ""),
)


# Titles as lists have them, whatever language the person reads pages in
_COLUMNS = (
    ("Mã cán bộ", 12),
    ("Họ và tên", 26),
    ("Ngày sinh", 12),
    ("Giới tính", 9),
    ("Đơn vị", 30),
    ("Chức vụ", 22),
    ("Đối tượng", 24),
    ("Thư điện tử", 26),
    ("Điện thoại", 14),
)


def sample_list() -> bytes:
    """The sample as .xlsx."""
    return workbook("Danh sách", [], _COLUMNS, _ROWS)
