"""The lines with errors as .xlsx: what the file says in them, and the reason beside each."""

from collections.abc import Collection

from lms.base import gettext as _
from lms.base import workbook

from .columns import field_words
from .lines import Line


def faults_sheet(lines: Collection[Line], titles: dict[str, str]) -> bytes:
    """An .xlsx of these lines. `titles`: field → the title of its column in the file."""
    fields = [field for field in field_words() if any(field in line.values["sent"] for line in lines)]
    columns = [(_("Dòng"), 8), (_("Ô"), 10), (_("Lý do"), 60), *((titles.get(field, field_words()[field]), 24) for field in fields)]
    is_many = len({line.sheet for line in lines}) > 1
    columns = [(_("Trang tính"), 18), *columns] if is_many else columns
    rows = []
    for line in lines:
        cells = ", ".join(dict.fromkeys(fault[0] for fault in line.faults if fault[0]))
        why = " ".join(fault[2] for fault in line.faults)
        row = [line.line, cells, why, *(line.values["sent"].get(field, "") for field in fields)]
        rows.append([line.sheet, *row] if is_many else row)
    return workbook(_("Dòng lỗi"), [_("Các dòng chưa ghi được. Anh/Chị sửa trong tệp gốc rồi gửi lại.")], columns, rows)
