"""The audit trail as it is asked for in an address, and as a file."""

import wtforms
from wtforms import validators

from lms.base import Cell, Choice, Day, Form, clock, workbook
from lms.base import gettext as _

from .queries import Line, Wanted
from .vocabulary import deeds, things

LONGEST = 100
COLUMNS = (12, 10, 26, 30, 16, 30, 50, 18)


class TrailForm(Form):
    """The filter of the trail. It is sent by GET, so that a filtered trail has an address."""

    actor = wtforms.SearchField("Người thực hiện", [validators.Length(max=LONGEST)])
    about = wtforms.SearchField("Tên hoặc mã của cán bộ liên quan", [validators.Length(max=LONGEST)])
    action = Choice("Việc")
    thing = Choice("Loại đối tượng")
    thing_id = wtforms.HiddenField()
    from_on = Day("Từ ngày", [validators.Optional()], name="from")
    to_on = Day("Đến ngày", [validators.Optional()], name="to")

    def offer(self) -> "TrailForm":
        """Set the choices."""
        self.action.choices = [("", _("Tất cả")), *sorted(((" ".join(deed), said) for deed, said in deeds().items()), key=lambda pair: pair[1])]
        self.thing.choices = [("", _("Tất cả")), *things().items()]
        return self

    def validate_to_on(self, field: wtforms.Field) -> None:
        """The days are in order."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise validators.ValidationError(_("Ngày cuối phải từ ngày đầu trở đi."))

    def wanted(self) -> Wanted:
        """What is asked for; a number that is none asks for nothing that there is."""
        text = self.thing_id.data or ""
        thing_id = (int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0) if text else None
        words = ((self.actor.data or "")[:LONGEST], (self.about.data or "")[:LONGEST], self.action.data or "", self.thing.data or "")
        return Wanted(*words, thing_id, self.from_on.data, self.to_on.data)


def trail_sheet(lines: list[Line]) -> bytes:
    """The lines as .xlsx, day and time in columns of their own."""
    labels = (_("Ngày"), _("Giờ"), _("Người thực hiện"), _("Việc"), _("Loại đối tượng"), _("Đối tượng"), _("Chi tiết"), _("Địa chỉ máy"))
    kinds = things()
    rows = (_row(line, kinds.get(line.kind, line.kind)) for line in lines)
    heading = [_("Nhật ký hệ thống"), _("Lập lúc %(moment)s", moment=f"{clock.local(clock.now()):%H:%M %d/%m/%Y}")]
    return workbook(_("Nhật ký"), heading, list(zip(labels, COLUMNS, strict=True)), rows)


def _row(line: Line, kind: str) -> list[Cell]:
    at = clock.local(line.at)
    return [at.date(), f"{at:%H:%M:%S}", line.actor or _("Hệ thống"), line.deed, kind, line.thing, ", ".join(line.details), line.address]
