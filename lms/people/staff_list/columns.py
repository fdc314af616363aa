"""Columns of staff lists: which field a title means, which columns are not kept and why.

A title of two header rows is written "upper – lower" ("Ngày sinh – Nam"), as `table` joins them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from lms.base import fold, nfc
from lms.base import gettext as _

JOINT = " – "
ORDER = "order"
FIELD_KEYS = (
    "full_name",
    "family_name",
    "given_name",
    "staff_code",
    "birth_on",
    "gender",
    "unit",
    "position",
    "staff_kind",
    "email",
    "phone",
    "personal_number",
    "username",
)
NAME_FIELDS = {"full_name", "family_name", "given_name"}
SHARED = ("birth_on", "gender", "phone", ORDER)  # several columns may feed one field: a day for men and one for women, two telephones

# What a title says, folded; the first that fits wins. Columns that are not kept come before the fields whose words they share.
_FIRST = {
    ORDER: r"^(stt|s t t|tt|so tt|so thu tu|thu tu|no|order)$",
    "email": r"\b(e ?mail|thu dien tu|hop thu|dia chi thu|gmail)",
}
_IGNORED = {
    "signature": r"\b(ky ten|chu ky|ky nhan|ky nop|sign(ature)?)\b|^ky$",
    "note": r"\b(ghi chu|notes?|remarks?|comments?)\b",
    "salary": r"\b(luong|he so|bac|ngach|phu cap|vuot khung|tham nien|hang|ngan hang|so tai khoan|bhxh|bao hiem|ma so thue|mst|salary|wage)\b"
    r"|\bma( so)? (chuc danh|cdnn)|\b(chuc danh|cdnn)\b.* ma so",
    "ethnicity": r"\b(dan toc|ethnic\w*)\b",
    "religion": r"\b(ton giao|religion)\b",
    "party": r"\b(dang vien|vao dang|vao doan|chuc vu dang|dang doan|chi bo|cap uy|doan vien|doan the|chinh thuc|du bi|party)\b|^dang$",
    "background": r"\b(que|que quan|nguyen quan|noi sinh|thuong tru|tam tru|ho khau|dia chi|cho o|noi o|noi cap|ngay cap|hon nhan|gia dinh|gia canh"
    r"|ten (cha|bo|me|vo|chong|con|goi khac|thuong goi)|bi danh|nguoi than|suc khoe|chieu cao|can nang|nhom mau|xuat than|ho chieu"
    r"|place of birth|birthplace|address|hometown|passport)\b",
    "career": r"\b(tuyen dung|vao nganh|bo nhiem|nghi huu|thoi gian|nam cong tac|ngay ve|luan chuyen|ngay bat dau)\b",
    "qualifications": r"\b(trinh do|hoc vi|hoc ham|bang cap|van bang|chung chi|chuyen nganh|tot nghiep|ngoai ngu|tin hoc|ly luan|quan ly nha nuoc"
    r"|qlnn|boi duong|dao tao|hoc van|van hoa|mon day|day mon|degree|qualifications?|education)\b|^(?!.*\b(to|phong|ban|bo phan)\b).*\bchuyen mon\b",
    "rewards": r"\b(khen thuong|danh hieu|thi dua|ky luat|xep loai|danh gia|thanh tich|rewards?|awards?)\b",
}
_NAME_OF_WHOM = (
    r"( cua)?( (day du|khai sinh|can bo|cong chuc|vien chuc|giao vien|nhan vien|nguoi lao dong|hoc vien|nhan su|thi sinh|cb\w*|cc\w*|gv\w*|nv|vn))*"
)
_FIELDS = {
    "personal_number": r"\b(can cuoc|cccd|cmnd|cmtnd|cmt|cmnd\w*|chung minh|dinh danh ca nhan|so dinh danh|dinh danh cong dan|identity)\b"
    r"|\b(ddcn|id card)\b|^(personal|national) (id|number|no)",
    "username": r"^(ten )?(tai khoan|dang nhap|nguoi dung)|tai khoan dang nhap|^user ?name$|^account$",
    "birth_on": r"\b(ngay (thang )?(nam )?sinh|nam sinh|sinh ngay|sinh nam|ngay sinh|ntns|nts|dob|birth ?(day|date)?)\b|^sinh$|\bof birth\b",
    "family_name": r"^(ho|ho va|ho (va )?(ten )?(chu )?(dem|lot)|ho chu lot|family name|surname|last name|middle name|family and middle name)$",
    "full_name": rf"^(ho (va )?ten|hovaten|hoten|ten (can bo|giao vien|nhan vien|cb\w*)|full ?name|name){_NAME_OF_WHOM}$",
    "given_name": r"^(ten|ten rieng|given name|first name)$",
    "gender": r"^(gioi tinh|gioi|gt|phai|nam( hoac)? nu|nu|nam|sex|gender)\b(?! sinh)",
    "staff_code": r"^ma$|^ma( so)?( hieu)?( (can bo|cb|cc|vc|cbcc\w*|nv|cbnv|nhan vien|nhan su|vien chuc|cong chuc|giao vien|gv|dinh danh)\b.*)?$"
    r"|^(so hieu|shcc|shcb)\b|^(staff|employee|emp) (code|id|no|number)$|^(code|id)$",
    "unit": r"^(ten )?(don vi|co quan|truong|xa|phuong|thi tran)\b|\b(noi cong tac|noi lam viec)\b"
    r"|^(unit|agency|school|department|organi[sz]ation|office|workplace)$",
    "position": r"\b(chuc vu|cv cd)\b|^(position|job title|title)$",
    "staff_kind": r"\b(doi tuong|phan loai|bien che|cbccvc|cbccvcnld|hinh thuc hop dong)\b|^loai\b|^(staff|employee) (kind|type)$",
    "phone": r"\b(dien thoai|sdt|dt|dtdd|di dong|mobile|phone|tel|telephone|zalo)\b",
}
_SECOND_CHOICE = {  # only where no other column is the field
    "unit": r"^(ten )?(phong|ban|phong ban)\b|\bbo phan\b|^ma (don vi|truong|co quan)$",
    "position": r"\b(chuc danh|vi tri viec lam|vtvl|nhiem vu|cong viec)\b",
}
_TABLES = [{key: re.compile(pattern) for key, pattern in table.items()} for table in (_FIRST, _IGNORED, _FIELDS, _SECOND_CHOICE)]


def field_words() -> dict[str, str]:
    """The fields, as a person picks them for a column."""
    words = (_("Họ và tên"), _("Họ và tên đệm"), _("Tên"), _("Mã cán bộ"), _("Ngày sinh"), _("Giới tính"), _("Đơn vị"), _("Chức vụ, chức danh"))
    more = (_("Đối tượng"), _("Thư điện tử"), _("Điện thoại"), _("Số định danh cá nhân"), _("Tên đăng nhập"))
    return dict(zip(FIELD_KEYS, (*words, *more), strict=True))


def reason_words() -> dict[str, str]:
    """Why a column is not used."""
    return {
        "salary": _("lương, ngạch, bảo hiểm: hệ thống không lưu"),
        "ethnicity": _("dân tộc: hệ thống không lưu"),
        "religion": _("tôn giáo: hệ thống không lưu"),
        "party": _("Đảng, đoàn thể: hệ thống không lưu"),
        "background": _("lý lịch, địa chỉ, gia đình: hệ thống không lưu"),
        "career": _("quá trình công tác: hệ thống không lưu"),
        "qualifications": _("trình độ, bằng cấp: hệ thống không lưu"),
        "rewards": _("khen thưởng, đánh giá: hệ thống không lưu"),
        "signature": _("ô ký tên"),
        "note": _("ghi chú"),
        "unknown": _("chưa biết là thông tin gì"),
        "unwanted": _("Anh/Chị đã chọn không dùng"),
    }


def title_key(title: str) -> str:
    """The key under which a column's meaning is remembered: no accents, signs or line breaks. `title_key("Họ và\\ntên:") == "ho va ten"`."""
    return " ".join(re.findall(r"\w+", fold(nfc(title)).replace("_", " ")))


def _meaning(title: str, tables: Sequence[Mapping[str, re.Pattern[str]]]) -> str:
    plain = nfc(title).casefold()
    key = title_key(plain)
    if key == "nam" and "năm" in plain:  # a year, not a man
        return ""
    if key == "dt" and "đ" not in plain:  # dân tộc, not điện thoại
        return "ethnicity"
    keys = (key, title_key(re.sub(r"\([^)]*\)?", " ", plain)))  # "Họ và tên (chữ in hoa)"
    return next((word for key in keys for table in tables for word, pattern in table.items() if pattern.search(key)), "")


def _meaning_of_title(title: str) -> str:
    """A field, ORDER, a family of ignored columns, or "". The upper row decides, except where it only gathers or says "name"."""
    first, ignored, fields, _second = _TABLES
    upper, joint, lower = title.rpartition(JOINT)
    above = _meaning(upper, (first, ignored, fields)) if joint else ""
    below = _meaning(lower, (first, ignored, fields))
    if above in ("", "note", "full_name"):
        return below or above
    return above


def propose_mapping(titles: Sequence[str]) -> dict[int, str]:
    """Which field each column is (index → field or ORDER), by its title alone. Columns that mean nothing or are not kept are left out."""
    meanings = [_meaning_of_title(title) for title in titles]
    proposal: dict[int, str] = {}
    for index, word in enumerate(meanings):
        if word in SHARED or (word in FIELD_KEYS and word not in proposal.values()):
            proposal[index] = word
    _split_names(titles, proposal)
    for index, title in enumerate(titles):
        word = "" if meanings[index] else _meaning(title.rpartition(JOINT)[2], _TABLES[3:])
        if word and word not in proposal.values():
            proposal[index] = word
    return proposal


def _split_names(titles: Sequence[str], proposal: dict[int, str]) -> None:
    """One title over two columns is the name in two parts; a lone "Tên" is the whole name; a lone "Họ" before it the rest."""
    at = {field: index for index, field in proposal.items()}
    full, family, given = at.get("full_name"), at.get("family_name"), at.get("given_name")
    if full is not None and full + 1 < len(titles) and title_key(titles[full]) == title_key(titles[full + 1]):
        proposal |= {full: "family_name", full + 1: "given_name"}
    elif full is not None and given is not None and family is None and given == full + 1:
        proposal[full] = "family_name"
    elif full is None and family is None and given is not None:
        proposal[given] = "full_name"
    elif full is not None:
        for part in (family, given):
            if part is not None:
                del proposal[part]


def has_name(fields: Iterable[str]) -> bool:
    """Whether these fields give people's names."""
    known = set(fields)
    return "full_name" in known or {"family_name", "given_name"} <= known


def is_title(title: str) -> bool:
    """Whether a text is a column title that we know, kept or not."""
    return 0 < len(title) <= 80 and bool(_meaning_of_title(title) or _meaning(title.rpartition(JOINT)[2], _TABLES[3:]))


def ignored_reason(title: str) -> str:
    """Why a column of this title is not used: a key of `reason_words()`."""
    word = _meaning_of_title(title)
    return word if word in _IGNORED else "unknown"


def ignored_columns(titles: Sequence[str], mapping: Mapping[int, str]) -> list[tuple[str, str]]:
    """The titles that are not used, with the reason's key. Columns without a title and those that number the lines need no mention."""
    unused = [title for index, title in enumerate(titles) if title and not mapping.get(index)]
    return [(title, ignored_reason(title)) for title in unused if _meaning_of_title(title) != ORDER]
