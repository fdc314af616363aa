"""Forms about where somebody works, from when to when, and about the roles that they hold there."""

import wtforms
from wtforms import validators

from lms.agencies import Branch
from lms.base import Choice, Day, Form, at_most, required
from lms.base import gettext as _

from ..models import LEAVE_REASONS, LEFT_REASONS
from ..queries import reason_words, role_words, staff_kind_words
from .person import choices_of

GRANTED = ("manager", "trainer", "administrator")
NO_DAY = _("Anh/Chị nhập ngày hiệu lực.")  # without a request this is the key; the page says it in the language of the reader


def chosen_id(value: object) -> int | None:
    """The id that was chosen; none for the line that only says to choose."""
    return int(str(value)) if value not in ("", None) else None


class FromDay(Form):
    """A change that holds from a day on."""

    on = Day("Từ ngày", [validators.InputRequired(NO_DAY)])


class Decided(FromDay):
    """A change that rests on a decision."""

    decision = wtforms.StringField("Số quyết định", [at_most(120)])


class TransferForm(Decided):
    """Another main agency."""

    agency_id = Choice("Đơn vị mới", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=chosen_id)
    position = wtforms.StringField("Chức vụ, chức danh ở đơn vị mới", [at_most(160)])

    def offer(self, tree: list[Branch]) -> "TransferForm":
        """Set the choices: the agencies of the viewer's reach."""
        self.agency_id.choices = [("", _("Chọn đơn vị")), *choices_of(tree)]
        return self


class LeaveForm(Decided):
    """A leave, with or without a day of return."""

    reason = Choice("Lý do", [required("Anh/Chị chọn một mục trong danh sách.")])
    until_on = Day("Trở lại làm việc từ ngày", [validators.Optional()])

    def offer(self) -> "LeaveForm":
        """Set the reasons."""
        self.reason.choices = [("", _("Chọn lý do")), *((key, reason_words()[key]) for key in LEAVE_REASONS)]
        return self


class LeftForm(Decided):
    """Leaving service."""

    reason = Choice("Lý do", [required("Anh/Chị chọn một mục trong danh sách.")])

    def offer(self) -> "LeftForm":
        """Set the reasons."""
        self.reason.choices = [("", _("Chọn lý do")), *((key, reason_words()[key]) for key in LEFT_REASONS)]
        return self


class BesideForm(FromDay):
    """A second agency beside the main one."""

    agency_id = Choice("Nơi công tác thêm", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=chosen_id)
    position = wtforms.StringField("Chức vụ, chức danh", [at_most(160)])
    staff_kind = Choice("Đối tượng", [required("Anh/Chị chọn một mục trong danh sách.")])
    until_on = Day("Kết thúc vào ngày", [validators.Optional()])

    def offer(self, tree: list[Branch]) -> "BesideForm":
        """Set the choices: the agencies of the viewer's reach."""
        self.agency_id.choices = [("", _("Chọn đơn vị")), *choices_of(tree)]
        self.staff_kind.choices = list(staff_kind_words().items())
        return self


class EndForm(FromDay):
    """Something ends: a secondary place, a role."""


class RoleForm(FromDay):
    """A role at an agency."""

    role = Choice("Vai trò", [required("Anh/Chị chọn một mục trong danh sách.")])
    agency_id = Choice("Tại đơn vị và mọi đơn vị trực thuộc", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=chosen_id)
    to_on = Day("Kết thúc vào ngày", [validators.Optional()])

    def offer(self, tree: list[Branch]) -> "RoleForm":
        """Set the choices: the roles that can be granted, and the agencies that the viewer administers."""
        self.role.choices = [("", _("Chọn vai trò")), *((role, role_words()[role]) for role in GRANTED)]
        self.agency_id.choices = [("", _("Chọn đơn vị")), *choices_of(tree)]
        return self
