"""A staff list as people really send it, understood: which columns are what, who stands in which line, what is wrong in which cell."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lms.base import CellIn, Refused, SheetIn
from lms.base import gettext as _

from .columns import FIELD_KEYS, NAME_FIELDS, ORDER, SHARED, has_name, ignored_reason, propose_mapping, title_key
from .legacy_text import detect_encoding, to_unicode
from .rows import RowReader
from .table import Header, find_header, lines_of_people, unit_of_sheet
from .understood import Column, Fault, StaffRow, Understood, understood_from

__all__ = ["Column", "Fault", "StaffRow", "Understood", "understand", "understood_from"]

_SAMPLES, _SAMPLED_TEXTS = 5, 5_000


class _Table(NamedTuple):
    sheet: SheetIn
    header: Header
    columns: list[Column]


def understand(
    sheets: Sequence[SheetIn],
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    chosen_sheets: Sequence[str] | None = None,
) -> Understood:
    """The staff list in these sheets.

    mapping: title key → field, or "" for a column that is not wanted; it goes before what the titles say.
    encoding: "unicode", "tcvn3" or "vni"; found out when None. chosen_sheets: the names of those to read; all visible ones when None.
    Raises Refused when no sheet holds a header with a name, or nobody stands below it.
    """
    wanted = [_even(sheet) for sheet in sheets if not sheet.is_hidden and (chosen_sheets is None or sheet.name in chosen_sheets)]
    texts = [cell for sheet in wanted for row in sheet.rows for cell in row if isinstance(cell, str) and not cell.isascii()]
    found = Understood(encoding or detect_encoding(_spread(texts)))
    if found.encoding != "unicode":
        found.sample_before_after = _samples(texts, found.encoding)
        wanted = [sheet._replace(rows=[[_converted(cell, found.encoding) for cell in row] for row in sheet.rows]) for sheet in wanted]
    tables = [table for sheet in wanted if (table := _table(sheet, mapping or {}))]
    if not tables:
        raise Refused(
            _(
                "Không tìm thấy dòng tiêu đề của danh sách. Cần có cột “Họ và tên” (hoặc hai cột “Họ và tên đệm” và “Tên”); "
                "nên có “Mã cán bộ”, “Ngày sinh”, “Đơn vị”. Anh/Chị có thể bắt đầu từ tệp mẫu."
            )
        )
    found.notes += _notes_on_sheets(sheets, wanted, tables)
    for table in tables:
        _take(found, table, is_one_of_many=len(tables) > 1)
    if not found.rows:
        raise Refused(_("Danh sách có tiêu đề nhưng chưa có người nào. Anh/Chị kiểm tra lại tệp, hoặc bắt đầu từ tệp mẫu."))
    _tell_twice(found)
    return found


def _even(sheet: SheetIn) -> SheetIn:
    width = max(map(len, sheet.rows), default=0)
    return sheet._replace(rows=[row if len(row) == width else [*row, *[None] * (width - len(row))] for row in sheet.rows])


def _spread(texts: list[str]) -> list[str]:
    """Texts from all over the list, not more than needed to recognise it."""
    return texts[:: len(texts) // _SAMPLED_TEXTS + 1]


def _converted(cell: CellIn, encoding: str) -> CellIn:
    return to_unicode(cell, encoding) if isinstance(cell, str) else cell


def _samples(texts: Iterable[str], encoding: str) -> list[tuple[str, str]]:
    """Some texts before and after, names rather than headings: those of several words that changed."""
    pairs = [(text, to_unicode(text, encoding)) for text in dict.fromkeys(text.strip() for text in texts) if 4 <= len(text) <= 40]
    changed = [(before, after) for before, after in pairs if before != after and " " in before]
    return changed[len(changed) // 3 :][:_SAMPLES] or changed[:_SAMPLES]


def _table(sheet: SheetIn, mapping: Mapping[str, str]) -> _Table | None:
    header = find_header(sheet.rows)
    if header is None:
        return None
    filled = [sum(1 for row in sheet.rows[header.last + 1 :] if row[index] is not None) for index in range(len(header.titles))]
    titles = [title or (_("Cột %(letter)s", letter=letter_of(index)) if filled[index] > 2 else "") for index, title in enumerate(header.titles)]
    keys: list[str] = []
    for title in titles:
        key = title_key(title)
        keys.append(key if key not in keys else f"{key} {keys.count(key) + 1}")
    fields = _fields(header.titles, keys, mapping)
    columns = [
        Column(sheet.name, index, letter_of(index), title, keys[index], fields.get(index, ""), _reason(index, keys[index], title, fields, mapping))
        for index, title in enumerate(titles)
        if title
    ]
    return _Table(sheet, header, columns) if has_name(fields.values()) else None


def _fields(titles: Sequence[str], keys: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Index → field: what the person (or the list before) said, then what the titles say, as far as that leaves it free."""
    said = {index: mapping[key] for index, key in enumerate(keys) if key and key in mapping}
    said = {index: field if field in FIELD_KEYS or field == ORDER else "" for index, field in said.items()}
    taken = {field for field in said.values() if field not in SHARED}
    if taken & NAME_FIELDS:
        taken |= NAME_FIELDS if "full_name" in taken else {"full_name"}
    proposed = {index: field for index, field in propose_mapping(titles).items() if index not in said and field not in taken}
    return {index: field for index, field in sorted((proposed | said).items()) if field}


def _reason(index: int, key: str, title: str, fields: Mapping[int, str], mapping: Mapping[str, str]) -> str:
    if index in fields:
        return ""
    reason = ignored_reason(title)
    return "unwanted" if reason == "unknown" and key in mapping else reason


def letter_of(index: int) -> str:
    """The letters of a column: 0 → A, 26 → AA."""
    return (letter_of(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def _take(found: Understood, table: _Table, is_one_of_many: bool) -> None:
    """Read the people of one sheet."""
    sheet, header, columns = table
    fields = {column.index: column.field for column in columns if column.field}
    lines = list(lines_of_people(sheet.rows, header, fields))
    reader = RowReader(sheet.rows, columns, [line.place for line in lines], f"{sheet.name}!" if is_one_of_many else "")
    people = _each_once([row for line in lines if (row := reader.read(line))], table)
    if is_one_of_many and not any(row.unit for row in people) and (unit := unit_of_sheet(sheet.name)):
        people = [row._replace(unit=unit) for row in people]
    found.columns += columns
    found.rows += people
    found.header_line[sheet.name] = header.first + 1
    told = {title for title, _reason in found.ignored}
    found.ignored += [(column.title, column.ignored_reason) for column in columns if column.ignored_reason and column.title not in told]


def _each_once(people: list[StaffRow], table: _Table) -> list[StaffRow]:
    """The people without those whose cells are merged over two lines: the same number, the same everything."""
    order = next((column.index for column in table.columns if column.field == ORDER), None)
    if order is None:
        return people
    numbers = [table.sheet.rows[row.line - 1][order] for row in people]
    pairs = zip(people[1:], people, numbers[1:], numbers, strict=False)
    again = {row.line for row, before, number, same in pairs if number is not None and number == same and row.values == before.values}
    return [row for row in people if row.line not in again]


def _notes_on_sheets(sheets: Sequence[SheetIn], wanted: Sequence[SheetIn], tables: Sequence[_Table]) -> list[str]:
    hidden = [sheet.name for sheet in sheets if sheet.is_hidden]
    read = {table.sheet.name for table in tables}
    useless = [sheet.name for sheet in wanted if sheet.name not in read and sheet.rows]
    notes = []
    if hidden:
        notes.append(_("Trang tính ẩn không được đọc: %(names)s.", names=", ".join(hidden)))
    if useless:
        notes.append(_("Trang tính không có bảng danh sách nên không được đọc: %(names)s.", names=", ".join(useless)))
    return notes


_UNIQUE = ("staff_code", "username", "personal_number")


def _tell_twice(found: Understood) -> None:
    """A code that stands in the list twice is a fault of the second line."""
    columns = {(column.sheet, column.field): column for column in reversed(found.columns)}
    is_many = len(found.header_line) > 1
    for field in _UNIQUE:
        first: dict[str, StaffRow] = {}
        for row in found.rows:
            value = row.values[field]
            before = first.setdefault(value, row) if value else row
            if before is not row:
                column = columns[row.sheet, field]
                cell, where = f"{column.letter}{row.line}", str(before.line)
                if is_many:
                    cell, where = f"{row.sheet}!{cell}", f"{before.sheet}!{where}"
                row.faults.append(Fault(cell, column.title, _twice(field, value, where)))


def _twice(field: str, value: str, where: str) -> str:
    sentences = {
        "staff_code": _("Mã cán bộ %(value)s đã có ở dòng %(where)s."),
        "username": _("Tên đăng nhập %(value)s đã có ở dòng %(where)s."),
        "personal_number": _("Số định danh này đã có ở dòng %(where)s."),
    }
    return sentences[field] % {"value": value, "where": where}
