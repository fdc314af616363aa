"""Birth days as people and Excel write them: always day first, whole, or at least the year; what cannot be is said."""

import re
from datetime import date, timedelta

from lms.base import CellIn, clock
from lms.base import gettext as _

from .cells import NOTHING, Taken, text_of

_EPOCH, _FIRST_SERIAL, _LAST_SERIAL = date(1899, 12, 30), 4_000, 60_000
_DAY_TEXT = re.compile(r"(?:ngày )?\s*(\d{1,2})\s*(?:[/.\-\s,]|tháng)+\s*(\d{1,2})\s*(?:[/.\-\s,]|năm)+\s*(\d{2}|\d{4})", re.IGNORECASE)
_ISO_TEXT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_MONTH_TEXT = re.compile(r"(?:tháng )?(?:00[/.-])?(\d{1,2})\s*[/.-]\s*(\d{4})", re.IGNORECASE)


def read_birth(cell: CellIn) -> Taken:
    """A birth day as (day, None), or as (None, year) where only the year is known; d/m/y is always in this order."""
    text = text_of(cell).rstrip(".,; ")
    text = re.sub(r"[ T]0?0:00(:00)?(\.0+)?$", "", text)
    if not text:
        return NOTHING
    if isinstance(cell, date):
        return _in_life(cell, text)
    if text.isdecimal() and len(text) in (4, 5):
        number = int(text)
        if 1900 <= number <= 2100:
            return _year(number, text)
        return _in_life(_EPOCH + timedelta(days=number), text) if _FIRST_SERIAL <= number <= _LAST_SERIAL else _unreadable(text)
    if re.fullmatch(r"\d{8}", text):
        return _day(text[:2], text[2:4], text[4:], text)
    if found := _ISO_TEXT.fullmatch(text):
        return _day(found[3], found[2], found[1], text)
    if found := _DAY_TEXT.fullmatch(text):
        return _year(int(found[3]), text) if int(found[1]) == int(found[2]) == 0 and len(found[3]) == 4 else _day(found[1], found[2], found[3], text)
    if found := _MONTH_TEXT.fullmatch(text):
        taken = _year(int(found[2]), text)
        return taken if taken.fault else Taken(taken.value, warning=_("Ngày sinh “%(text)s” chỉ có tháng và năm, hệ thống lưu năm.", text=text))
    if re.fullmatch(r"\d{1,2}\s*[/.-]\s*\d{1,2}", text):
        return Taken(fault=_("Ngày sinh “%(text)s” thiếu năm. Anh/Chị ghi đủ, ví dụ 05/02/1980.", text=text))
    return _unreadable(text)


def _unreadable(text: str) -> Taken:
    return Taken(fault=_("Ngày sinh “%(text)s” không đọc được. Anh/Chị ghi ngày/tháng/năm, ví dụ 05/02/1980.", text=text[:40]))


def _day(day: str, month: str, year: str, text: str) -> Taken:
    century = 0
    if len(year) == 2:
        century = 1900 if int(year) > (clock.today().year - 14) % 100 else 2000
    try:
        return _in_life(date(century + int(year), int(month), int(day)), text)
    except ValueError:
        return Taken(fault=_("Không có ngày “%(text)s”. Anh/Chị ghi ngày/tháng/năm, ví dụ 05/02/1980.", text=text))


def _is_life(year: int) -> bool:
    return 14 <= clock.today().year - year <= 100


def _in_life(day: date, text: str) -> Taken:
    if not _is_life(day.year):
        return Taken(fault=_("Ngày sinh “%(text)s” cho năm %(year)s. Anh/Chị kiểm tra lại năm sinh.", text=text, year=day.year))
    return Taken((day, None))


def _year(year: int, text: str) -> Taken:
    if not _is_life(year):
        return Taken(fault=_("Ngày sinh “%(text)s” cho năm %(year)s. Anh/Chị kiểm tra lại năm sinh.", text=text, year=year))
    return Taken((None, year))


def read_birth_parts(day: CellIn, month: CellIn, year: CellIn) -> Taken:
    """A birth day that stands in three columns."""
    texts = [text_of(cell) for cell in (day, month, year)]
    return read_birth("/".join(texts) if all(texts) else texts[2] or "/".join(filter(None, texts)))
