"""Opening a spreadsheet or a text file in the child process: what kind of file it is, whether it is safe, and its cells as plain data.

Loaded alone by `child_start` (see `child`), so it imports nothing of ours. The answers:
{"refused": reason, "values": {…}} or {"sheets": [{"name", "is_hidden", "rows"}]}; in a row a day is a list of one ISO text.
"""

import codecs
import csv
import io
import math
import re
import unicodedata
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_ROWS, MOST_COLUMNS, MOST_ENTRIES = 50_000, 200, 2_000
MOST_INFLATED, MOST_RATIO, CARELESS_SIZE = 200 << 20, 200, 10 << 20  # a small archive may be as empty as it likes
MOST_FILLED = 500_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_OLE = (("EncryptedPackage", "locked"), ("WordDocument", "document"), ("PowerPoint Document", "document"))
_HEADS = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "document"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"RIFF", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
_TONED = {unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưy" for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")}
_LETTERS = {form for letter in _TONED | {"đ"} for form in (letter, letter.upper())}
_PUNCTUATION = set("\u00a0–—…“”‘’•°")
_IMPOSSIBLE = re.compile("[ae][" + "".join(sorted(c for c in _TONED if not c.isascii())) + "]", re.IGNORECASE)  # VNI bytes read as Windows-1258
_WESTERN = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))  # the five holes of Windows-1252 filled
_CONTROLS = re.compile("[\0-\x08\x0e-\x1f]")

Answer = dict[str, Any]


def read(path: str) -> Answer:
    """The sheets of the file, or why it is refused."""
    content = Path(path).read_bytes()
    if not content.strip(b"\0\t\r\n "):
        return _refused("empty")
    if content.startswith(_OLE):
        return _refused(next((kind for word, kind in _IN_OLE if word.encode("utf-16-le") in content), "old_excel"))
    if content.startswith(b"PK"):
        return _workbook(content)
    kind = next((kind for head, kind in _HEADS if content.startswith(head) and not (head == b"BM" and content[6:10].strip(b"\0"))), None)
    return _refused(kind) if kind else _text(content)


def _refused(reason: str, **values: object) -> Answer:
    return {"refused": reason, "values": values}


# Excel workbooks


def _workbook(content: bytes) -> Answer:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if reason := _kind_of_archive(archive) or _danger(archive, len(content)):
            return _refused(reason)
    sheets, lines = [], 0
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            rows: list[list[Any]] = []
            if about.visible == SheetVisibleEnum.Visible:
                sheet = book.get_sheet_by_name(about.name)
                last_line, last_column = sheet.end or (0, 0)
                lines += last_line + 1
                if lines > MOST_ROWS:
                    return _refused("too_many_rows", n=MOST_ROWS)
                if last_column >= MOST_COLUMNS:
                    return _refused("too_many_columns", n=MOST_COLUMNS)
                rows = _rows(sheet)
            sheets.append({"name": about.name, "is_hidden": about.visible != SheetVisibleEnum.Visible, "rows": rows})
    return {"sheets": sheets}


def _kind_of_archive(archive: zipfile.ZipFile) -> str | None:
    names = set(archive.namelist())
    if len(archive.infolist()) > MOST_ENTRIES:
        return "bomb"
    if "[Content_Types].xml" not in names:
        is_ods = "mimetype" in names and archive.getinfo("mimetype").file_size < 200 and b"spreadsheet" in archive.read("mimetype")
        return "ods" if is_ods else ("document" if "mimetype" in names else "archive")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return "document"
    if "xl/workbook.bin" in names:
        return "old_excel"
    return None if any(name.startswith("xl/") for name in names) else "archive"


def _danger(archive: zipfile.ZipFile, size: int) -> str | None:
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    if inflated > MOST_INFLATED or (inflated > CARELESS_SIZE and inflated > MOST_RATIO * size):
        return "bomb"
    if any(entry.flag_bits & 1 for entry in entries):
        return "locked"
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")) and _has_doctype(archive, entry):
            return "doctype"
    return None


def _has_doctype(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type, in whatever encoding. Reading to the end also proves its size and checksum."""
    tail = b""
    with archive.open(entry) as part:
        while block := part.read(1 << 20):
            seen = tail + block.replace(b"\0", b"")
            if b"<!DOCTYPE" in seen.upper() or b"<!ENTITY" in seen.upper():
                return True
            tail = seen[-16:]
    return False


def _rows(sheet: Any) -> list[list[Any]]:
    rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    left = MOST_FILLED
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or []:
        if top >= len(rows) or first >= len(rows[top]) or rows[top][first] is None:
            continue
        bottom, last = min(bottom, len(rows) - 1), min(last, len(rows[top]) - 1)
        left -= max(bottom - top + 1, 0) * max(last - first + 1, 0)
        if left < 0:
            break
        for line in range(top, bottom + 1):
            rows[line][first : last + 1] = [rows[top][first]] * (last - first + 1)
    return rows


def _plain(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return None
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, datetime):
        return [cell.date().isoformat()] if cell.time() == time() else cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return [cell.isoformat()]
    return str(cell) if isinstance(cell, time | timedelta) else cell


# Text files


def _text(content: bytes) -> Answer:
    text = _decoded(content)
    if re.match(r"\s*(<\?xml|<!doctype|<html|<table|<meta|<style)", text[:500], re.IGNORECASE):
        return _refused("web_page")
    if len(_CONTROLS.findall(text)) > len(text) // 1000:
        return _refused("unknown")
    delimiter = _delimiter(text)
    rows: list[list[Any]] = []
    for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        rows.append([cell if cell.strip() else None for cell in record])
        if len(rows) > MOST_ROWS:
            return _refused("too_many_rows", n=MOST_ROWS)
        if len(record) > MOST_COLUMNS and any(cell.strip() for cell in record[MOST_COLUMNS:]):
            return _refused("too_many_columns", n=MOST_COLUMNS)
    if rows and str(rows[0][0] if rows[0] else "").startswith("sep="):
        rows[0] = []
    width = min(max(map(len, rows), default=0), MOST_COLUMNS)
    return {"sheets": [{"name": "", "is_hidden": False, "rows": [(row + [None] * width)[:width] for row in rows]}]}


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        as_1258 = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
    return as_1258 if _is_vietnamese(as_1258) else _as_western(content)


def _is_vietnamese(text: str) -> bool:
    """Whether text read as Windows-1258 makes sense: tone marks have found their vowels, and no sign stands outside the alphabet."""
    marked = [c for c in text if not c.isascii()]
    bad = sum(1 for c in marked if c not in _LETTERS and c not in _PUNCTUATION)
    return (bad + len(_IMPOSSIBLE.findall(text))) * 10 <= len(marked)


def _as_western(content: bytes) -> str:
    """Windows-1252: how Excel shows TCVN3 and VNI bytes."""
    return codecs.charmap_decode(content, "strict", _WESTERN)[0]


def _delimiter(text: str) -> str:
    """The separator that cuts the first lines into the most cells, quoted text left aside."""
    lines = re.sub(r'"[^"]*"', "", "\n".join(text.splitlines()[:60])).splitlines()
    return max(",;\t", key=lambda mark: sum(line.count(mark) for line in lines))
