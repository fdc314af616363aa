"""Forms about other people: who they are and where they work."""

from typing import Any

import wtforms
from wtforms import validators

from lms.agencies import Branch
from lms.base import Choice, Day, Form, at_most, clock, required
from lms.base import gettext as _

from ..queries import gender_words, staff_kind_words


def choices_of(tree: list[Branch]) -> list[tuple[int, str]]:
    """(id, name set in by its depth) of each agency, for a list to choose from."""
    return [(branch.id, "\u2003" * branch.depth + branch.name) for branch in tree]


def row_id(text: str) -> int:
    """An id in an address or a form; ValueError for what no row can bear."""
    value = int(text)
    if not 0 < value < 2**31:
        raise ValueError(text)
    return value


class AboutForm(Form):
    """What is known of a person."""

    full_name = wtforms.StringField("Họ và tên", [required("Anh/Chị nhập họ và tên."), at_most(120)])
    staff_code = wtforms.StringField("Mã cán bộ", [at_most(40)])
    position = wtforms.StringField("Chức vụ, chức danh", [at_most(160)])
    staff_kind = Choice("Đối tượng", [required("Anh/Chị chọn một mục trong danh sách.")])
    birth_on = Day("Ngày sinh", [validators.Optional()])
    gender = Choice("Giới tính")
    email = wtforms.EmailField("Thư điện tử công vụ", [at_most(200)])
    phone = wtforms.TelField("Điện thoại", [at_most(40)])
    username = wtforms.StringField("Tên đăng nhập", [at_most(40)])

    def name_choices(self, not_known: str) -> None:
        """Set the kinds of staff and the genders."""
        self.staff_kind.choices = list(staff_kind_words().items())
        self.gender.choices = [("", not_known), *gender_words().items()]

    def validate_birth_on(self, field: wtforms.Field) -> None:
        """Nobody in a staff list is a child, or a hundred years old."""
        if field.data:
            _refuse_odd_year(field.data.year)

    def validate_email(self, field: wtforms.Field) -> None:
        """An address has one @ with something on both sides."""
        name, at, host = (field.data or "").partition("@")
        if field.data and not (name and at and "." in host and " " not in field.data and "@" not in host):
            raise wtforms.ValidationError(_("Anh/Chị kiểm tra lại địa chỉ thư, ví dụ hanh.nt@bacninh.gov.vn."))


class PersonForm(AboutForm):
    """A new person: who they are, where they work, how they are reached."""

    agency_id = Choice("Đơn vị", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=int)

    def offer(self, tree: list[Branch], not_known: str) -> "PersonForm":
        """Set the choices; agencies come from the viewer's reach."""
        self.agency_id.choices = choices_of(tree)
        self.name_choices(not_known)
        return self


class CorrectionForm(AboutForm):
    """What is known of a person, to be put right; the year stands where the birth day is not known."""

    birth_year = wtforms.StringField("Năm sinh", [at_most(4)])

    def offer(self, not_known: str) -> "CorrectionForm":
        """Set the choices."""
        self.name_choices(not_known)
        return self

    def validate_birth_year(self, field: wtforms.Field) -> None:
        """A year of four digits, or nothing."""
        if field.data:
            if not (field.data.isascii() and field.data.isdigit()):
                raise wtforms.ValidationError(_("Anh/Chị kiểm tra lại năm sinh."))
            _refuse_odd_year(int(field.data))

    def changes(self) -> dict[str, Any]:
        """What `correct_person` takes."""
        values = {name: field.data for name, field in self._fields.items()}
        return {**values, "gender": self.gender.data or None, "birth_year": int(self.birth_year.data) if self.birth_year.data else None}


def _refuse_odd_year(year: int) -> None:
    if not 14 <= clock.today().year - year <= 100:
        raise wtforms.ValidationError(_("Anh/Chị kiểm tra lại năm sinh."))
