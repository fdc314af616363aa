"""Cells of staff lists: one function a field, each answering what the cell means, and what is wrong or doubtful about it."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from lms.base import CellIn, fold, nfc
from lms.base import gettext as _

from ..names import tidy_code, tidy_name, tidy_username
from .columns import title_key


class Taken(NamedTuple):
    """What a cell means. A `fault` keeps the whole line out, a `warning` is only told; both are sentences."""

    value: Any = None
    fault: str = ""
    warning: str = ""


NOTHING = Taken()
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def text_of(cell: CellIn) -> str:
    """The cell as text: composed, single spaces, no invisible signs, whole numbers without ".0"."""
    if isinstance(cell, str):
        return " ".join(nfc(cell.translate(_INVISIBLE)).split())
    if cell is None or isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(int(cell)) if cell == int(cell) else repr(cell)


# Names

_SURNAMES = frozenset(
    fold(
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lương Đoàn Trịnh Mai Tạ Cao Đào Trương Lâm "
        "Hà Phùng Tô Chu Châu Quách Thái Tống Kiều Tăng La Nghiêm Vương Triệu Doãn Đàm Thân Vi Nông Lò Quàng Hứa Lưu "
        "Từ Khuất Khổng Thạch Sơn Danh Giáp Ngụy Cù Lục Mạc Ma Bế Hoàn Giàng Vàng Sùng Mùa"
    ).split()
)
_COMMON = frozenset(fold("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Đinh Đoàn Trịnh Trương Đào").split())
_NEVER_NAMES = re.compile(
    r"^(đ\s*/\s*c|đ\.\s*c\.?|đc\.|đồng chí|ông\s*[(/]\s*bà\s*\)?|bà\s*[(/]\s*ông\s*\)?|mr|mrs|ms|miss|ths|ts|gs|pgs|bs|cn|ks)"
    r"(?=[\s.:,])[\s.:,]*|^(ông|bà|thầy|cô)\s*[.:]\s*",
    re.IGNORECASE,
)
_MAYBE_NAMES = re.compile(r"^(ông|bà|thầy|cô|anh|chị)\s+", re.IGNORECASE)
_TRAIL = re.compile(r"\s*(\([^)]*\)?|\[[^\]]*\]?|\*+|-\s*(ht|pht|gv|nv|kt|vt|tt)\.?)\s*$", re.IGNORECASE)
_STRANGE = re.compile(r"[^\w\s.'’ʼ`-]|[\d_]")


def read_name(*cells: CellIn) -> Taken:
    """The full name from one column, or from family and given name in two."""
    parts = [text for text in map(text_of, cells) if text]
    name = " ".join(parts[:1] if len(set(parts)) == 1 else parts)  # merged over both columns it stands in both
    if not name:
        return Taken(fault=_("Chưa có họ và tên."))
    bare = _TRAIL.sub("", name)
    warning = _("Phần “%(part)s” sau tên được bỏ đi.", part=name[len(bare) :].strip()) if bare != name else ""
    name = _usual_letters(_without_title(bare))
    if _STRANGE.search(name) or not any(map(str.isalpha, name)):
        return Taken(fault=_("Họ và tên “%(name)s” có dấu hoặc chữ số lạ.", name=(name or text_of(cells[0]))[:60]))
    if len(name) > 120:
        return Taken(fault=_("Họ và tên dài quá 120 chữ."))
    if len(name.split()) == 1:
        warning = _("Tên chỉ có một chữ. Anh/Chị kiểm tra lại.")
    if found := _MAYBE_NAMES.match(name):
        warning = _("Tên bắt đầu bằng “%(word)s”. Anh/Chị kiểm tra đó là họ hay lời xưng hô.", word=found[0].strip())
    return Taken(name, warning=warning)


def _without_title(name: str) -> str:
    """The name without "Ông", "Đ/c" …; a word that may itself be a family name (Ông Thị Hoa) goes only before another family name."""
    while bare := _NEVER_NAMES.sub("", name, count=1):
        if bare == name:
            break
        name = bare
    found = _MAYBE_NAMES.match(name)
    rest = name[found.end() :].split() if found else []
    surnames = _SURNAMES if len(rest) > 2 else _COMMON
    return " ".join(rest) if len(rest) > 1 and fold(rest[0]) in surnames else name


def _usual_letters(name: str) -> str:
    """NGUYỄN THỊ HÀ, nguyễn thị hà and Nguyễn THỊ hà as they are usually written; short ASCII capitals may be initials and stay."""
    words = tidy_name(name).split()
    return " ".join(word.capitalize() if word.islower() or (word.isupper() and len(word) > 1 + word.isascii()) else word for word in words)


# Who and where


_FEMALE, _MALE = ("nu", "f", "female", "gai", "ba", "chi", "co"), ("nam", "m", "male", "trai", "ong", "anh")


def read_gender(cell: CellIn, title: str = "") -> Taken:
    """ "female" or "male", from words, or from a mark in a column for women or men."""
    word = title_key(text_of(cell))
    if not word:
        return NOTHING
    if word in _FEMALE:
        return Taken("female")
    if word in _MALE:
        return Taken("male")
    column = gender_of_title(title)
    if column and (word in ("x", "v", "1", "co") or not word.isalpha()):
        return Taken(column)
    return Taken(warning=_("Giới tính “%(text)s” không rõ nên để trống.", text=text_of(cell)[:20]))


def gender_of_title(title: str) -> str | None:
    """Whose column it is: "Nữ", "Ngày sinh – Nam"; None for a column of both."""
    lower = title_key(title.split("–")[-1])
    return {"nu": "female", "nam": "male"}.get(lower) if "năm" not in nfc(title.split("–")[-1]).casefold() else None


_KINDS = (
    ("part_time", r"khong chuyen trach|\b(kct|ct|hdkct|part time)\b"),
    ("contract", r"hop dong|nguoi lao dong|lao dong|\b(nld|hd|hdld|ld|hd68|hd111|contract)\b|^hd\s?\d+"),
    ("armed_forces", r"luc luong vu trang|quan su|cong an|quan doi|quan nhan|bo doi|chien si|\b(llvt|qncn|ca|qs)\b"),
    ("public_employee", r"vien chuc|\b(vc|public employee)\b"),
    ("civil_servant", r"cong chuc|\b(cc|civil servant)\b"),
    ("official", r"can bo(?! quan ly)|\b(cb|official)\b"),
)


def read_staff_kind(cell: CellIn) -> Taken:
    """One of STAFF_KINDS from words or abbreviations (CB, CC, VC, NLĐ, HĐ, KCT)."""
    text = text_of(cell)
    key = title_key(text)
    if not key:
        return NOTHING
    kind = next((kind for kind, pattern in _KINDS if re.search(pattern, key)), None)
    return Taken(kind) if kind else Taken(warning=_("Đối tượng “%(text)s” không rõ nên để trống.", text=text[:40]))


_GROUPS = re.compile(
    r"(can bo|cong chuc|vien chuc|(lao dong |nguoi lao dong )?hop dong( lao dong)?|nguoi lao dong|(\w+ ){0,4}khong chuyen trach)( cap)?( xa| phuong)?"
)


def kind_of_group(group: str | None) -> str | None:
    """The staff kind of the people under a heading like "B. CÔNG CHỨC" or "Người hoạt động không chuyên trách"; None for all other headings."""
    return read_staff_kind(group).value if group and _GROUPS.fullmatch(title_key(group)) else None


def read_words(cell: CellIn, most: int = 160) -> Taken:
    """A text as it stands: a position, a unit."""
    text = text_of(cell).strip(" -–:;,")
    return Taken(text[:most] or None, warning=_("Nội dung dài quá %(n)s chữ nên bị cắt bớt.", n=most) if len(text) > most else "")


# Codes and numbers


def read_staff_code(cell: CellIn) -> Taken:
    """A staff code as it is kept."""
    code = tidy_code(text_of(cell))
    if code and (len(code) > 40 or not re.fullmatch(r"[\w./-]+", code)):
        return Taken(fault=_("Mã cán bộ “%(text)s” không hợp lệ. Mã gồm chữ, số, dấu chấm, gạch, dài nhất 40.", text=code[:40]))
    return Taken(code)


def usual_code_length(cells: Sequence[CellIn]) -> int:
    """How long the codes of a column are when nearly all are digits of one length and the rest are shorter; else 0.

    Excel eats leading zeros of numbers, so the shorter ones have lost theirs.
    """
    texts = [text for text in map(text_of, cells) if text]
    lengths = Counter(map(len, texts))
    if not texts or not all(text.isdecimal() for text in texts):
        return 0
    longest = max(lengths)
    return longest if len(lengths) > 1 and lengths[longest] >= 0.5 * len(texts) and longest - min(lengths) <= 3 and longest > 3 else 0


def restore_zeros(taken: Taken, length: int) -> Taken:
    """The code with the zeros that Excel ate, when the codes of its column are this long."""
    if not length or not taken.value or len(taken.value) >= length:
        return taken
    code = taken.value.zfill(length)
    return Taken(code, warning=_("Mã cán bộ được thêm số 0 ở đầu thành %(code)s.", code=code))


def read_username(cell: CellIn) -> Taken:
    """A user name as it is kept."""
    name = tidy_username(text_of(cell))
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,39}", name):
        return Taken(fault=_("Tên đăng nhập gồm 2 đến 40 chữ cái không dấu, chữ số, dấu chấm, gạch."))
    return Taken(name or None)


def read_email(cell: CellIn) -> Taken:
    """An address; of several the first. One that cannot be an address is left out with a warning."""
    text = text_of(cell)
    found = re.findall(r"[^\s;,<>()@]+@[^\s;,<>()@]+\.[^\s;,<>()@.]+", text)
    if not text.strip("-. /0x"):
        return NOTHING
    if not found or len(found[0]) > 200 or not found[0].isascii():
        return Taken(warning=_("Thư điện tử “%(text)s” không đúng nên để trống.", text=text[:60]))
    others = _("Có nhiều địa chỉ thư, hệ thống lấy địa chỉ đầu.") if len(found) > 1 else ""
    return Taken(found[0].lower(), warning=others)


def read_phone(cell: CellIn) -> Taken:
    """A telephone number as digits, with the leading 0 that Excel ate; of several the first."""
    text = text_of(cell)
    if not re.search(r"\d", text):
        return NOTHING
    numbers = [digits for part in re.split(r"[;,/\n|]|\s-\s|\bhoặc\b|\bvà\b", text) if (digits := re.sub(r"\D", "", part))]
    number = re.sub(r"^(?:00)?84(?=\d{9,10}$)", "0", numbers[0])
    rest = numbers[1:]
    if len(number) in (20, 22):  # two numbers with nothing but a space between them
        number, rest = number[: len(number) // 2], [number[len(number) // 2 :]]
    if len(number) in (9, 10) and not number.startswith("0"):
        number = "0" + number
    if len(number) not in (10, 11) or not number.startswith("0"):
        return Taken(warning=_("Số điện thoại “%(text)s” không đúng nên để trống.", text=text[:40]))
    return Taken(number, warning=_("Có nhiều số điện thoại, hệ thống lấy số đầu.") if rest else "")


def read_personal_number(cell: CellIn, gender: str | None = None, birth_year: int | None = None) -> Taken:
    """The twelve digits of a personal number (two zeros that Excel ate come back); the old nine of an identity card are not taken."""
    text = text_of(cell)
    digits = re.sub(r"[\s.'’-]", "", text)
    if not digits:
        return NOTHING
    if re.fullmatch(r"\d[.,]\d+e\+?\d+", digits, re.IGNORECASE):
        return Taken(fault=_("Số định danh đã bị Excel đổi thành dạng rút gọn. Anh/Chị đặt cột là Văn bản rồi nhập lại."))
    if digits.isdecimal() and len(digits) == 9:
        return Taken(warning=_("Số CMND 9 chữ số không còn dùng nên để trống."))
    if not digits.isdecimal() or not (len(digits) in (11, 12) or (len(digits) == 10 and not isinstance(cell, str))):
        return Taken(fault=_("Số định danh phải có 12 chữ số."))
    warning = _("Số định danh được thêm số 0 ở đầu.") if len(digits) < 12 else ""
    number = digits.zfill(12)
    return Taken(number, warning=warning or _doubt(number, gender, birth_year))


def _doubt(number: str, gender: str | None, birth_year: int | None) -> str:
    """Digits 1-3 are the province (001-096), digit 4 century and gender, digits 5-6 the year (NĐ 137/2015/NĐ-CP)."""
    century, is_female = divmod(int(number[3]), 2)
    year = 1900 + 100 * century + int(number[4:6])
    is_odd = not 1 <= int(number[:3]) <= 96 or (gender is not None and (gender == "female") != bool(is_female))
    if is_odd or (birth_year is not None and year != birth_year):
        return _("Số định danh không khớp với giới tính, năm sinh hoặc mã tỉnh. Anh/Chị kiểm tra lại.")
    return ""
