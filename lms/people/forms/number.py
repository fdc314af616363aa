"""The form of a personal number."""

import wtforms

from lms.base import Form, at_most, required


class NumberForm(Form):
    """One number; what makes it a good one is said by the action."""

    number = wtforms.StringField("Số định danh cá nhân", [required("Anh/Chị nhập số định danh cá nhân."), at_most(40)])
