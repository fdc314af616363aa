"""Spreadsheets that people send (.xlsx, .csv): their cells as plain values, or one sentence that says what to do instead."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from .child import in_child
from .errors import Refused
from .words import gettext as _

CellIn = str | int | float | bool | date | None
MOST_MEGABYTES = 10
_SECONDS, _MEGABYTES = 30, 512


class SheetIn(NamedTuple):
    """A sheet: `rows[i]` is its line i + 1, equally long all; a merged cell's value stands in all its cells. A hidden sheet comes without rows."""

    name: str
    is_hidden: bool
    rows: list[list[CellIn]]


def read_sheets(path: Path, file_name: str) -> list[SheetIn]:
    """The sheets of a file, judged by content (`file_name` only appears in sentences). A text file is one sheet without a name.

    Raises Refused(sentence) for everything that is not a sound .xlsx, .xlsm, .csv or .txt of at most 10 MB, 50,000 rows and 200 columns.
    """
    if path.stat().st_size > MOST_MEGABYTES << 20:
        raise Refused(_("Tệp lớn hơn %(n)s MB. Anh/Chị xóa hình ảnh và trang tính thừa, hoặc chia thành nhiều tệp.", n=MOST_MEGABYTES))
    answer = in_child("lms.base.reading_child.read", str(path.resolve()), seconds=_SECONDS, megabytes=_MEGABYTES)
    if "refused" in answer:
        raise Refused(_advice(answer["refused"], {"name": Path(file_name).name, **answer["values"]}))
    return [SheetIn(sheet["name"], sheet["is_hidden"], [[_cell(cell) for cell in row] for row in sheet["rows"]]) for sheet in answer["sheets"]]


def _cell(cell: Any) -> CellIn:
    return date.fromisoformat(cell[0]) if isinstance(cell, list) else cell


def _advice(reason: str, values: dict[str, Any]) -> str:
    """What the person does with a file that we do not read."""
    save_as = _("Anh/Chị mở bằng Excel, chọn Lưu thành (Save As), loại Excel Workbook (.xlsx), rồi tải lên lại.")
    sentences = {
        "empty": _("Tệp này trống. Anh/Chị kiểm tra lại tệp đã chọn."),
        "old_excel": _("Tệp .xls là định dạng cũ.") + " " + save_as,
        "ods": _("Tệp .ods của LibreOffice chưa đọc được.") + " " + save_as,
        "web_page": _("Tệp này là trang web được đặt tên như tệp Excel.") + " " + save_as,
        "locked": _("Tệp đang được đặt mật khẩu. Anh/Chị mở tệp, bỏ mật khẩu (Tệp, Thông tin, Bảo vệ sổ làm việc), lưu lại rồi tải lên."),
        "document": _("Tệp này là văn bản. Anh/Chị chép bảng danh sách sang Excel, lưu thành .xlsx rồi tải lên."),
        "pdf": _("Tệp PDF không đọc được thành danh sách. Anh/Chị tải lên tệp Excel (.xlsx) gốc."),
        "picture": _("Tệp này là hình ảnh. Anh/Chị tải lên tệp Excel (.xlsx) của danh sách."),
        "archive": _("Tệp này là tệp nén hoặc không phải Excel. Anh/Chị giải nén rồi tải lên tệp .xlsx bên trong."),
        "bomb": _("Tệp này khi mở ra lớn bất thường nên hệ thống không đọc. Anh/Chị chép danh sách sang một tệp mới rồi tải lên."),
        "doctype": _("Tệp này có phần không an toàn nên hệ thống không đọc. Anh/Chị chép danh sách sang một tệp mới rồi tải lên."),
        "too_many_rows": _("Danh sách có hơn %(n)s dòng. Anh/Chị chia thành nhiều tệp, hoặc xóa các dòng trống ở cuối."),
        "too_many_columns": _("Trang tính có hơn %(n)s cột. Anh/Chị xóa các cột không cần rồi tải lên lại."),
    }
    unknown = _("Tệp %(name)s không phải bảng tính. Anh/Chị tải lên tệp .xlsx hoặc .csv.")
    return sentences.get(reason, unknown) % values
