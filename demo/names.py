"""Plausible Vietnamese names, by weight of how common they are."""

from random import Random

FAMILIES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 9, "Phạm": 7, "Hoàng": 5, "Vũ": 5, "Phan": 4, "Đặng": 3, "Bùi": 3, "Đỗ": 3,
    "Ngô": 2, "Dương": 2, "Đinh": 1, "Lương": 1, "Đoàn": 1, "Trịnh": 1, "Hà": 1, "Mai": 1, "Tạ": 1, "Cao": 1,
}  # fmt: skip
MIDDLES = {
    "female": ["Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Thị Minh", "Thị Ngọc", "Thùy", "Ngọc", "Minh", "Hồng", "Thu"],
    "male": ["Văn", "Văn", "Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân", "Đình", "Ngọc", "Công", "Tiến"],
}
GIVENS = {
    "female": (
        "Hương Lan Hà Hạnh Hòa Hằng Huệ Hiền Mai Linh Loan Nga Ngân Nhung Oanh Phương Phượng Quyên Thảo Thanh Thúy Thủy Trang Tuyết "
        "Vân Xuân Yến Anh Bích Chi Dung Duyên Giang Hoa Khánh Lý Minh Nguyệt Tâm Thơm Thư Uyên Ánh"
    ).split(),
    "male": (
        "Anh Bình Cường Chiến Dũng Duy Đạt Đức Giang Hải Hiếu Hoàng Hùng Huy Khánh Khoa Kiên Lâm Long Lộc Mạnh Minh Nam Nghĩa Phong Phúc "
        "Quân Quang Quý Sơn Tài Tâm Thành Thắng Thịnh Tiến Toàn Trung Tuấn Tùng Việt Vinh Vũ Ước Đông"
    ).split(),
}


def full_name(random: Random, gender: str) -> str:
    """A full name, family name first."""
    family = random.choices(list(FAMILIES), list(FAMILIES.values()))[0]
    return f"{family} {random.choice(MIDDLES[gender])} {random.choice(GIVENS[gender])}"
