"""Forms of printed papers: making variants, and the lines in which results are keyed in."""

from collections.abc import Sequence

import wtforms
from flask import request
from wtforms import validators

from lms.agencies import Branch
from lms.base import Choice, Form, at_most, nfc, required

from ..papers import MOST_VARIANTS, Line
from ..papers.keying import MOST_LINES

LONGEST_ANSWERS = 2000


class PapersForm(Form):
    """A new printed paper."""

    title = wtforms.StringField("Tên đợt in", [required("Anh/Chị nhập tên đợt in, ví dụ: Lớp tháng 12/2026."), at_most(100)])
    agency_id = Choice("Đơn vị tổ chức", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=int)
    variants = wtforms.IntegerField("Số mã đề", [validators.NumberRange(1, MOST_VARIANTS, "Anh/Chị nhập một số từ 1 đến 8.")], default=4)
    how = Choice("Các mã đề", default="same")

    def offer(self, agencies: Sequence[Branch], how: Sequence[tuple[str, str]]) -> "PapersForm":
        """Fill the lists."""
        self.agency_id.choices = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in agencies]
        self.how.choices = list(how)
        return self


def typed_lines() -> list[Line]:
    """The lines of the keying page as they were typed; blank ones where nothing was sent."""
    lists = [request.form.getlist(name) for name in ("code", "variant", "answers")]
    typed = [[nfc(value).strip()[:LONGEST_ANSWERS] for value in values[:MOST_LINES]] for values in lists]
    padded = [values + [""] * (MOST_LINES - len(values)) for values in typed]
    return [Line(*line) for line in zip(*padded, strict=True)]
