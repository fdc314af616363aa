"""Forms of staff lists: sending a file, saying what its columns and units are, choosing lines."""

from collections.abc import Collection
from typing import Any

import wtforms
from flask import request

from lms.agencies import Branch
from lms.base import Choice, Day, Form, required
from lms.base import gettext as _

from ..staff_list.columns import FIELD_KEYS, title_key
from ..staff_list.importing import Reading
from ..staff_list.legacy_text import ENCODINGS


def _agency_id(value: str | int | None) -> int | None:
    return int(value) if value else None


class StaffListForm(Form):
    """A list for an agency (and all below it), from a day on."""

    file = wtforms.FileField("Tệp danh sách")
    agency_id = Choice("Danh sách của đơn vị", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=_agency_id)
    on = Day("Có hiệu lực từ ngày", [wtforms.validators.InputRequired(_("Anh/Chị nhập ngày."))])

    def offer(self, tree: list[Branch], nothing: str) -> "StaffListForm":
        """Set the choices; agencies come from the viewer's reach. `nothing` stands where the person has to choose."""
        known = {branch.id for branch in tree}
        first = [] if self.agency_id.data in known else [("", nothing)]
        self.agency_id.choices = [*first, *((branch.id, "\u2003" * branch.depth + branch.name) for branch in tree)]
        return self

    def sent_file(self) -> tuple[str, bytes]:
        """(name, content) of the file; "" and nothing when none was chosen."""
        sent = request.files.get("file")
        return (sent.filename or "", sent.read()) if sent else ("", b"")


def sent_reading(found: dict[str, Any], agency_ids: Collection[int]) -> Reading:
    """How a list is to be read, from the page of columns and units. What was not offered there is passed over."""
    columns = {}
    for index, column in enumerate(found["columns"]):
        field = request.form.get(f"column-{index}")
        if field == "" or field in FIELD_KEYS:
            columns[column["key"]] = field
    units: dict[str, int] = {}
    for index, unit in enumerate(found["units"]):
        agency_id = request.form.get(f"unit-{index}", type=int)
        if agency_id and agency_id in agency_ids and agency_id != unit["agency_id"]:
            units[title_key(unit["name"])] = agency_id
    encoding = request.form.get("encoding", "")
    sheets = [name for index, name in enumerate(found["sheets"]) if request.form.get(f"sheet-{index}")]
    return Reading(columns, encoding if encoding in ENCODINGS else found["encoding"], sheets, units)


def sent_choices() -> dict[int, str]:
    """Row id → "same", "new" or "skip", of the lines on the page."""
    named = ((name.removeprefix("line-"), value) for name, value in request.form.items() if name.startswith("line-"))
    return {int(number): value for number, value in named if number.isascii() and number.isdigit() and len(number) < 10}
