"""Forms of signing in and of one's own account."""

import wtforms

from lms.base import Form, at_most, required


class SignInForm(Form):
    """User name or staff code, and the password."""

    username = wtforms.StringField("Tên đăng nhập hoặc mã cán bộ", [required("Anh/Chị nhập tên đăng nhập hoặc mã cán bộ."), at_most(200)])
    password = wtforms.PasswordField("Mật khẩu", [required("Anh/Chị nhập mật khẩu.")])


class WelcomeForm(Form):
    """At the first sign-in: a password of one's own, where the present one was issued."""

    new = wtforms.PasswordField("Mật khẩu mới", [at_most(200)])
    again = wtforms.PasswordField("Nhập lại mật khẩu mới", [at_most(200)])


class PasswordForm(WelcomeForm):
    """Changing the password."""

    old = wtforms.PasswordField("Mật khẩu đang dùng", [required("Anh/Chị nhập mật khẩu đang dùng.")])
