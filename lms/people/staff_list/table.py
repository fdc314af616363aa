"""The table in a sheet: where its header is, which lines below it are people, which name the unit, and where it ends."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lms.base import CellIn, fold, nfc

from .cells import text_of
from .columns import JOINT, NAME_FIELDS, ORDER, has_name, is_title, propose_mapping, title_key

Row = Sequence[CellIn]
_SEARCHED = 80  # lines in which a header is looked for
_HIGHEST_HEADER = 3
_NAME_WORD = re.compile(r"\b(ten|name|ho|hoten|hovaten|surname)\b")
_LONGEST_TITLE = 80


class Header(NamedTuple):
    """The header: its first and last line (index in the sheet), and the title of every column ("" for none)."""

    first: int
    last: int
    titles: list[str]


class Line(NamedTuple):
    """A line of the table that speaks of a person, by its index in the sheet; `unit` and `group` (of staff) are those of the separators above it."""

    place: int
    unit: str | None
    group: str | None


class Separator(NamedTuple):
    """A line that names the unit of those below it, or a group among them."""

    text: str
    is_group: bool


# The header


def find_header(rows: Sequence[Row]) -> Header | None:
    """The header: the lines whose titles we know best, among them the name. None when nothing in the sheet is a staff list."""
    best, most = None, 0
    for first in range(min(len(rows), _SEARCHED)):
        if not any(map(_is_name_title, _texts(rows[first]))):
            continue
        header = _header_at(rows, first)
        known = propose_mapping(header.titles)
        count = sum(map(is_title, header.titles))
        if has_name(known.values()) and count > most:
            best, most = header, count
    return best


def _is_name_title(text: str) -> bool:
    return bool(_NAME_WORD.search(title_key(text))) and bool(NAME_FIELDS & set(propose_mapping([text]).values()))


def _header_at(rows: Sequence[Row], first: int) -> Header:
    titles, last = _texts(rows[first]), first
    while last + 1 < min(len(rows), first + _HIGHEST_HEADER) and _is_lower_half(titles, _texts(rows[last + 1])):
        last += 1
        titles = _joined(titles, _texts(rows[last]))
    return Header(first, last, _with_given_names(titles, rows[last + 1 :]))


def _texts(row: Row) -> list[str]:
    return [text_of(cell)[:_LONGEST_TITLE] for cell in row]


def _is_lower_half(upper: list[str], lower: list[str]) -> bool:
    """Whether a line holds the lower titles of a header: some stand under a title that spans several columns, none under a name but its parts."""
    filled = [index for index, text in enumerate(lower) if text and text != upper[index]]
    if any(re.fullmatch(r"[\d().\s]+", lower[index]) for index in filled):
        return False
    if any(_is_name_title(upper[index]) and not _is_name_title(lower[index]) for index in filled):
        return False
    return len(set(map(lower.__getitem__, filled))) > 1 and any(_is_spanned(upper, index) for index in filled)


def _is_spanned(upper: list[str], index: int) -> bool:
    beside = upper[max(index - 1, 0) : index] + upper[index + 1 : index + 2]
    return not upper[index] or upper[index] in beside


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Each column's title from two lines; an upper title also covers the empty cells to its right that have a lower title."""
    titles, cover = [], ""
    for above, below in zip(upper, lower, strict=True):
        cover = above or (cover if below else "")
        titles.append(cover if not below or below == cover else f"{cover}{JOINT}{below}" if cover else below)
    return titles


def _with_given_names(titles: list[str], below: Sequence[Row]) -> list[str]:
    """A column without a title beside the names, filled with single words, holds the given names."""
    for index in range(len(titles) - 1):
        if titles[index] and not titles[index + 1] and has_name(propose_mapping([titles[index]]).values()):
            pairs = [(text_of(row[index]), text_of(row[index + 1])) for row in below[:40]]
            named = [given for name, given in pairs if name]
            if sum(given.isalpha() for given in named) > len(named) / 2:
                return [*titles[: index + 1], titles[index], *titles[index + 2 :]]
    return titles


# The lines below it


_TOTAL = re.compile(
    r"^\(?(tổng cộng|tổng số|tong cong|tong so|danh sách (này )?(có|gồm)|ấn định danh sách)\b|^\(?(tổng|cộng)\b[\s:.\d…]*(người)?\)?$"
)
_END = re.compile(
    r"^(người lập( biểu| danh sách| bảng)?|nguoi lap|lập biểu|thủ trưởng( đơn vị| cơ quan)?"
    r"|xác nhận của|nơi nhận|ký tên|\(?ký,|tm\.|t/m|kt\.|tl\.|tuq\.)"
    r"|ngày\s*[\d.…]*\s*tháng\s*[\d.…]*\s*năm"
    r"|^(phó )?(hiệu trưởng|chủ tịch|trưởng phòng|giám đốc|chánh văn phòng|trưởng ban)$"
)
_UNIT_WORDS = (
    "trường|phòng|xã|phường|thị trấn|thị xã|ubnd|ủy ban|uỷ ban|hđnd|sở|ban|trung tâm|trạm|văn phòng|chi cục|cục|đơn vị"
    "|công an|đảng ủy|đảng uỷ|hội|đoàn thanh niên|đoàn tncs|mặt trận|mttq|bệnh viện|mầm non|mn|th|thcs|thpt|tiểu học|trung học"
    "|quận|huyện|tỉnh|thành phố|thanh tra|nhà văn hóa|nhà thiếu nhi|đài|viện|chi nhánh"
)
_GROUP_WORDS = (
    "tổ|khối|nhóm|ban giám hiệu|bgh|giáo viên|nhân viên|cán bộ|công chức|viên chức|hợp đồng|biên chế|lãnh đạo|người lao động"
    "|người hoạt động|cbql|cbgv"
)
_UNIT, _GROUP = (re.compile(rf"^({words})\b") for words in (_UNIT_WORDS, _GROUP_WORDS))
_UNIT_ASCII, _GROUP_ASCII = (re.compile(rf"^({fold(words)})\b") for words in (_UNIT_WORDS, _GROUP_WORDS))
_NUMBERING = re.compile(r"^\s*(?:[IVXLC]+|[A-Z]|\d{1,3}(?:\.\d+)*)\s*[.)/:–-]+\s*")
_ROMAN_OR_LETTER = re.compile(r"[IVXLC]+|[A-Z]")


def lines_of_people(rows: Sequence[Row], header: Header, fields: Mapping[int, str]) -> Iterator[Line]:
    """The lines below the header that speak of people, under the columns' fields. Signatures end the table until its header is repeated."""
    looks = _Looks(rows, header, fields)
    unit, group, is_over = None, None, False
    for index in range(header.last + 1, len(rows)):
        texts = _texts(rows[index])
        if looks.is_header(texts):
            is_over = False
        elif looks.is_empty(texts) or looks.is_total(texts):
            continue
        elif looks.is_end(texts):
            is_over = True
        elif separator := looks.separator(texts):
            if not is_over:
                unit, group = (unit, separator.text) if separator.is_group else (separator.text, None)
        elif not is_over or looks.is_numbered(texts):
            is_over = False
            yield Line(index, unit, group)


class _Looks:
    """How a line looks, given the header and what its columns are."""

    def __init__(self, rows: Sequence[Row], header: Header, fields: Mapping[int, str]) -> None:
        self.heads = [_texts(row) for row in rows[header.first : header.last + 1]] + [header.titles]
        self.order = [index for index, field in fields.items() if field == ORDER]
        self.names = [index for index, field in fields.items() if field in ("full_name", "family_name", "given_name")]
        self.facts = [index for index, field in fields.items() if field not in (ORDER, "unit") and index not in self.names]

    def is_header(self, texts: list[str]) -> bool:
        """The header again (on each printed page), or the line that numbers the columns."""
        filled = [(index, text) for index, text in enumerate(texts) if text]
        if len(filled) >= 3 and all(re.fullmatch(r"\(?(\d{1,2}|[a-zA-Z])\)?", text) for _index, text in filled):
            return True
        same = sum(any(text == head[index] for head in self.heads) for index, text in filled)
        return len(filled) >= 2 and same > 0.6 * len(filled)

    def is_empty(self, texts: list[str]) -> bool:
        """Nothing, or only dots and the number of a line that was left free."""
        return not any(text.strip(".…-–_ ") for index, text in enumerate(texts) if not (index in self.order and text.rstrip(".").isdecimal()))

    def is_total(self, texts: list[str]) -> bool:
        """ "Tổng cộng: 38 người" and the like."""
        return any(_TOTAL.search(text.casefold()) for text in self._outside_facts(texts)) and not self._has_facts(texts, 3)

    def is_end(self, texts: list[str]) -> bool:
        """Place and date, "Người lập biểu", "HIỆU TRƯỞNG": from here on people sign."""
        if self._number(texts).isdecimal() or self._has_facts(texts, 3):
            return False
        names = [texts[index] for index in self.names if texts[index]]
        return any(_END.search(text.casefold()) for text in texts) and all(_END.search(text.casefold()) for text in names)

    def separator(self, texts: list[str]) -> Separator | None:
        """The unit or group that the line names; None when it is no such line."""
        number = self._number(texts)
        words = self._words(texts, number)
        if len(words) != 1:
            return None
        word = words[0]
        bare = _NUMBERING.sub("", word)
        is_group, is_unit = _names_a(bare, _GROUP, _GROUP_ASCII), _names_a(bare, _UNIT, _UNIT_ASCII)
        is_named = (is_group or is_unit) and not (bare.isascii() and number.isdecimal())
        is_spread = len(set(texts) - {""}) == 1 and sum(map(bool, texts)) >= 3
        is_marked = (bare != word and not number.isdecimal()) or bool(_ROMAN_OR_LETTER.fullmatch(number.rstrip(".)")))
        is_first = not any(texts[index] for index in self.names) and word in texts[:1] and (" " in word or 0 not in self.facts)
        if not (is_named or is_spread or is_marked or is_first):
            return None
        return Separator(_unit_name(bare), is_group)

    def _words(self, texts: list[str], number: str) -> list[str]:
        """The different texts of a line, without its number and without counts of people."""
        others = {text for index, text in enumerate(texts) if not (index in self.order and text == number)} - {""}
        words = [text for text in others if not re.fullmatch(r"\(?\d+( người| ng)?\)?", text.casefold())]
        return words or ([number] if len(number) > 3 and not number.isdecimal() else [])

    def is_numbered(self, texts: list[str]) -> bool:
        """Whether the line has its number and a name: a person, even below signatures."""
        return self._number(texts).isdecimal() and any(texts[index] for index in self.names)

    def _number(self, texts: list[str]) -> str:
        return next((texts[index] for index in self.order if texts[index]), "")

    def _outside_facts(self, texts: list[str]) -> list[str]:
        return [text for index, text in enumerate(texts) if text and index not in self.facts][:2]

    def _has_facts(self, texts: list[str], most: int) -> bool:
        return len({texts[index] for index in self.facts if texts[index]}) >= most


def _names_a(text: str, pattern: re.Pattern[str], ascii_pattern: re.Pattern[str]) -> bool:
    """Whether a text begins like a unit or a group. Accents count where there are any: Trương and Đoàn are people, Trường is not."""
    return bool(ascii_pattern.search(text.casefold()) if text.isascii() else pattern.search(text.casefold()))


_COUNT = re.compile(r"\s*(\([^()]*\d[^()]*\)|[:–-]\s*(gồm |có )?\d+\s*(người|đồng chí|đ/c|cb\w*|gv\w*)?)?\s*[:.]?$", re.IGNORECASE)


def _unit_name(text: str) -> str:
    """The unit in a separator line, without its count: "Trường Mầm non An Phúc (12 người):"."""
    return _COUNT.sub("", text, count=1).strip() or text


_GENERIC_SHEETS = re.compile(r"^(sheet|trang tinh|trang|bang|danh sach|ds|list|data|du lieu)?( ?\d*)$")


def unit_of_sheet(name: str) -> str | None:
    """The unit that a sheet is named after, when it is named after anything."""
    return None if _GENERIC_SHEETS.fullmatch(title_key(name)) else " ".join(nfc(name).split())


def has_units(lines: Iterable[Line], fields: Mapping[int, str]) -> bool:
    """Whether the table itself says which unit people are of."""
    return "unit" in fields.values() or any(line.unit for line in lines)
