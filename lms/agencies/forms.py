"""Forms of the tree."""

import wtforms
from wtforms import validators

from lms.base import Choice, Day, Form, at_most, required
from lms.base import gettext as _

from .queries import Branch, kind_words

NUMBER = _("Anh/Chị nhập một số từ 0 đến 99999.")  # without a request this is the key; the page says it in the language of the reader


class DayForm(Form):
    """Of which day the tree is shown."""

    on = Day("Cây đơn vị ngày", [validators.InputRequired(_("Anh/Chị nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/02/2026."))])


class AgencyForm(Form):
    """What may change on any day: code, official order, help contact."""

    code = wtforms.StringField("Mã đơn vị", [required("Anh/Chị nhập mã đơn vị."), at_most(40)])
    position = wtforms.IntegerField("Thứ tự trong danh sách", [validators.NumberRange(0, 99_999, NUMBER)])
    help_name = wtforms.StringField("Người hỗ trợ", [at_most(120)])
    help_phone = wtforms.TelField("Điện thoại hỗ trợ", [at_most(40)])

    def validate_position(self, field: wtforms.Field) -> None:
        """One sentence of ours instead of the library's."""
        if field.data is None:
            field.errors = []
            raise validators.StopValidation(NUMBER)


class NewAgencyForm(AgencyForm):
    """A new agency under one of the viewer's."""

    name = wtforms.StringField("Tên đơn vị", [required("Anh/Chị nhập tên đơn vị."), at_most(200)])
    kind = Choice("Loại đơn vị", [required("Anh/Chị chọn một mục trong danh sách.")])
    parent_id = Choice("Trực thuộc", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=int)
    from_on = Day("Ngày hiệu lực", [validators.InputRequired(_("Anh/Chị nhập ngày hiệu lực."))])
    decision = wtforms.StringField("Số quyết định", [at_most(120)])

    def offer(self, tree: list[Branch]) -> "NewAgencyForm":
        """Set the choices: the kinds, and the agencies of the viewer's reach."""
        self.kind.choices = list(kind_words().items())
        self.parent_id.choices = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in tree]
        return self
