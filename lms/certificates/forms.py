"""The form that revokes."""

from wtforms import TextAreaField

from lms.base import Form, at_most, required


class RevokeForm(Form):
    """Why a certificate is revoked."""

    why = TextAreaField("Lý do thu hồi", [required("Anh/Chị ghi lý do thu hồi."), at_most(500)])
