"""Forms of signing in and of one's own account."""

import wtforms

from lms.base import Form, at_most, required
from lms.base import gettext as _


class SignInForm(Form):
    """User name or staff code, and the password."""

    username = wtforms.StringField("Tên đăng nhập hoặc mã cán bộ", [required("Anh/Chị nhập tên đăng nhập hoặc mã cán bộ."), at_most(200)])
    password = wtforms.PasswordField("Mật khẩu", [required("Anh/Chị nhập mật khẩu.")])


class CodeForm(Form):
    """A code of the app or, without the telephone, a recovery code."""

    code = wtforms.StringField("Mã 6 số trên điện thoại", [at_most(40)])
    recovery = wtforms.StringField("Mã khôi phục", [at_most(40)])

    @property
    def typed(self) -> str:
        """What was typed, in whichever field."""
        return self.code.data or self.recovery.data or ""

    def validate_code(self, field: wtforms.Field) -> None:
        """One of the two is needed."""
        if not self.typed:
            raise wtforms.ValidationError(_("Anh/Chị nhập mã 6 số đang hiện trên điện thoại."))


class FirstCodeForm(Form):
    """The first code of an app that was just set up."""

    code = wtforms.StringField("Mã 6 số trên điện thoại", [required("Anh/Chị nhập mã 6 số đang hiện trên điện thoại."), at_most(40)])


class OwnPasswordForm(Form):
    """The present password, before something that matters is changed."""

    old = wtforms.PasswordField("Mật khẩu đang dùng", [required("Anh/Chị nhập mật khẩu đang dùng.")])


class WelcomeForm(Form):
    """At the first sign-in: a password of one's own, where the present one was issued."""

    new = wtforms.PasswordField("Mật khẩu mới", [at_most(200)])
    again = wtforms.PasswordField("Nhập lại mật khẩu mới", [at_most(200)])


class PasswordForm(WelcomeForm):
    """Changing the password."""

    old = wtforms.PasswordField("Mật khẩu đang dùng", [required("Anh/Chị nhập mật khẩu đang dùng.")])
