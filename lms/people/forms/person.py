"""Forms about other people: who they are and where they work."""

import wtforms

from lms.agencies import Branch
from lms.base import Choice, Day, Form, at_most, clock, required
from lms.base import gettext as _

from ..queries import gender_words, staff_kind_words


class PersonForm(Form):
    """A new person: who they are, where they work, how they are reached."""

    full_name = wtforms.StringField("Họ và tên", [required("Anh/Chị nhập họ và tên."), at_most(120)])
    staff_code = wtforms.StringField("Mã cán bộ", [at_most(40)])
    agency_id = Choice("Đơn vị", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=int)
    position = wtforms.StringField("Chức vụ, chức danh", [at_most(160)])
    staff_kind = Choice("Đối tượng", [required("Anh/Chị chọn một mục trong danh sách.")])
    birth_on = Day("Ngày sinh", [wtforms.validators.Optional()])
    gender = Choice("Giới tính")
    email = wtforms.EmailField("Thư điện tử công vụ", [at_most(200)])
    phone = wtforms.TelField("Điện thoại", [at_most(40)])
    username = wtforms.StringField("Tên đăng nhập", [at_most(40)])

    def offer(self, tree: list[Branch], not_known: str) -> "PersonForm":
        """Set the choices; agencies come from the viewer's reach."""
        self.agency_id.choices = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in tree]
        self.staff_kind.choices = list(staff_kind_words().items())
        self.gender.choices = [("", not_known), *gender_words().items()]
        return self

    def validate_birth_on(self, field: wtforms.Field) -> None:
        """Nobody in a staff list is a child, or a hundred years old."""
        if field.data and not 14 <= clock.today().year - field.data.year <= 100:
            raise wtforms.ValidationError(_("Anh/Chị kiểm tra lại năm sinh."))

    def validate_email(self, field: wtforms.Field) -> None:
        """An address has one @ with something on both sides."""
        name, at, host = (field.data or "").partition("@")
        if field.data and not (name and at and "." in host and " " not in field.data and "@" not in host):
            raise wtforms.ValidationError(_("Anh/Chị kiểm tra lại địa chỉ thư, ví dụ hanh.nt@bacninh.gov.vn."))
