"""The tree as a spreadsheet: written in official order, read back by the titles of its columns."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import Cell, CellIn, Refused, SheetIn, clock, day, db, fold, nfc, workbook
from lms.base import gettext as _

from .models import Agency, AgencyName, AgencyParent
from .queries import agency_tree, holds_on, kind_words

MOST_ROWS, TITLE_LINES = 10_000, 40
TITLES = {
    "code": ("ma", "ma don vi", "code"),
    "name": ("ten don vi", "ten", "unit name", "name"),
    "kind": ("loai", "loai don vi", "type", "type of unit"),
    "parent": ("ma don vi cap tren", "ma cap tren", "cap tren", "code of parent unit"),
    "position": ("thu tu", "order"),
    "help_name": ("nguoi ho tro", "help contact"),
    "help_phone": ("dien thoai ho tro", "help telephone"),
    "from_on": ("tu ngay", "from day"),
    "decision": ("so quyet dinh", "quyet dinh", "decision number"),
}
LONGEST = {"code": 40, "name": 200, "help_name": 120, "help_phone": 40, "decision": 120}
KIND_WORDS = {
    "province": ("tinh", "thanh pho", "tinh, thanh pho"),
    "district": ("huyen", "thi xa", "huyen, thi xa", "quan"),
    "department": ("phong", "ban", "phong ban", "phong, ban", "phong, ban chuyen mon", "phong chuyen mon", "so"),
    "commune": ("xa", "phuong", "thi tran", "xa, phuong", "xa, phuong, thi tran", "dac khu"),
    "school": ("truong", "truong hoc"),
    "unit": ("don vi", "don vi khac", "khac"),
}


class RowIn(NamedTuple):
    """A line of a file as it was understood; `parent` is a code. `faults`: (column key, sentence). Plain values, ready to be kept as JSON."""

    line: int
    code: str
    name: str
    kind: str
    parent: str
    position: int | None
    help_name: str
    help_phone: str
    from_on: str
    decision: str
    faults: list[tuple[str, str]]


class TreeIn(NamedTuple):
    """What a file holds: the keys of the columns that it has, and its rows."""

    columns: list[str]
    rows: list[RowIn]


def column_labels() -> dict[str, str]:
    """The key of a column -> its title."""
    return {
        "code": _("Mã"),
        "name": _("Tên đơn vị"),
        "kind": _("Loại"),
        "parent": _("Mã đơn vị cấp trên"),
        "position": _("Thứ tự"),
        "help_name": _("Người hỗ trợ"),
        "help_phone": _("Điện thoại hỗ trợ"),
        "from_on": _("Từ ngày"),
        "decision": _("Số quyết định"),
    }


def top_agencies() -> list[int]:
    """The ids of the agencies of today that stand under nothing, for the operator's commands."""
    roots = sa.select(AgencyParent.agency_id).where(AgencyParent.parent_id.is_(None), holds_on(AgencyParent, clock.today()))
    return list(db.session.scalars(roots.order_by(AgencyParent.agency_id)))


def tree_sheet(top_ids: Collection[int]) -> bytes:
    """The agencies of today at or below these as .xlsx, in official order; the day and the decision are those of the opening."""
    labels, widths = column_labels(), (14, 44, 22, 14, 8, 24, 18, 12, 24)
    columns = list(zip(labels.values(), widths, strict=True))
    heading = [_("Cây đơn vị ngày %(day)s", day=day(clock.today()))]
    return workbook(_("Cây đơn vị"), heading, columns, _lines(top_ids))


def _lines(top_ids: Collection[int]) -> Iterator[Sequence[Cell]]:
    tree, words = agency_tree(top_ids), kind_words()
    rows = sa.select(Agency.id, Agency.position, Agency.opened_on, AgencyName.decision)
    first = sa.and_(AgencyName.agency_id == Agency.id, AgencyName.from_on == Agency.opened_on)
    facts = {row.id: row for row in db.session.execute(rows.outerjoin(AgencyName, first))} if tree else {}
    codes: dict[int | None, str] = {branch.id: branch.code for branch in tree}
    for one in tree:
        fact = facts[one.id]
        named = (one.code, one.name, words[one.kind], codes.get(one.parent_id))
        yield [*named, fact.position, one.help_name, one.help_phone, fact.opened_on, fact.decision]


def read_tree(sheets: Sequence[SheetIn]) -> TreeIn:
    """The rows below the first line that names the columns for code and name. Refused when no sheet has one, or has too many rows."""
    for sheet in sheets:
        for index, cells in enumerate([] if sheet.is_hidden else sheet.rows[:TITLE_LINES]):
            places = _places(cells)
            if "code" in places and "name" in places:
                rows = list(_rows(sheet.rows, index + 1, places))
                if len(rows) > MOST_ROWS:
                    raise Refused(_("Tệp có hơn %(n)s đơn vị. Anh/Chị chia thành nhiều tệp.", n=MOST_ROWS), "file")
                if rows:
                    return TreeIn(list(places), rows)
    sentence = _("Không thấy bảng có cột “Mã” và cột “Tên đơn vị”. Anh/Chị tải tệp mẫu bằng nút Xuất Excel ở trang Các đơn vị, rồi điền vào đó.")
    raise Refused(sentence, "file")


def _places(cells: Sequence[CellIn]) -> dict[str, int]:
    known = {title: key for key, titles in TITLES.items() for title in titles}
    places: dict[str, int] = {}
    for index, cell in enumerate(cells):
        key = known.get(fold(cell).strip("*: ")) if isinstance(cell, str) else None
        if key:
            places.setdefault(key, index)
    return places


def _rows(lines: Sequence[Sequence[CellIn]], start: int, places: dict[str, int]) -> Iterator[RowIn]:
    for number, cells in enumerate(lines[start:], start + 1):
        values: dict[str, CellIn] = {key: cells[place] if place < len(cells) else None for key, place in places.items()}
        if _text(values.get("code")) or _text(values.get("name")):
            yield _row(number, values)


def _row(number: int, values: dict[str, CellIn]) -> RowIn:
    faults: list[tuple[str, str]] = []
    texts = {key: _text(values.get(key)) for key in (*LONGEST, "parent")}
    if not texts["code"]:
        faults.append(("code", _("Thiếu mã đơn vị.")))
    if not texts["name"]:
        faults.append(("name", _("Thiếu tên đơn vị.")))
    faults += [(key, _("Tối đa %(n)s ký tự. Anh/Chị rút ngắn giúp.", n=most)) for key, most in LONGEST.items() if len(texts[key]) > most]
    kind, position, from_on = _kind(values.get("kind"), faults), _position(values.get("position"), faults), _day(values.get("from_on"), faults)
    named = (texts["code"], texts["name"], kind, texts["parent"], position)
    return RowIn(number, *named, texts["help_name"], texts["help_phone"], from_on, texts["decision"], faults)


def _text(value: CellIn) -> str:
    """The cell as text; a number that Excel made of a code or telephone comes without its ".0"."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return day(value) if isinstance(value, date) else " ".join(nfc(str(value)).split())


def _kind(value: CellIn, faults: list[tuple[str, str]]) -> str:
    text = fold(_text(value))
    known = {word: kind for kind, words in KIND_WORDS.items() for word in (kind, *words)} | {fold(word): kind for kind, word in kind_words().items()}
    if text and text not in known:
        kinds = ", ".join(f"“{word}”" for word in kind_words().values())
        faults.append(("kind", _("Không có loại “%(text)s”. Anh/Chị chọn một trong các loại: %(kinds)s.", text=_text(value), kinds=kinds)))
    return known.get(text, "")


def _position(value: CellIn, faults: list[tuple[str, str]]) -> int | None:
    text = _text(value)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        faults.append(("position", _("Anh/Chị nhập một số từ 0 đến 99999.")))
        return None
    return int(text)


def _day(value: CellIn, faults: list[tuple[str, str]]) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    text = _text(value)
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat() if text else ""
        except ValueError:
            continue
    faults.append(("from_on", _("Anh/Chị nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/02/2026.")))
    return ""


def row_of(kept: dict[str, Any]) -> RowIn:
    """The row that was kept as JSON."""
    return RowIn(**{**kept, "faults": [(fault[0], fault[1]) for fault in kept["faults"]]})
