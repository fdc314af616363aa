"""The forms of a course as one file, and of copying a course."""

from collections.abc import Mapping, Sequence
from typing import Any

import wtforms
from flask import request

from lms.base import Choice, Form, Refused, at_most
from lms.base import gettext as _

from .course_forms import named

SIDES = ("ours", "theirs")


class OwnedForm(Form):
    """Where a new course goes: its agency and its key."""

    agency_id = Choice("Đơn vị giữ khóa học", coerce=int)
    key = wtforms.StringField("Mã khóa học", [at_most(16)])

    def offer(self, agencies: Sequence[Any]) -> "OwnedForm":
        """Let the viewer choose among these agencies (Branch)."""
        self.agency_id.choices = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in agencies]
        if self.agency_id.data is None and agencies:
            self.agency_id.data = agencies[0].id
        return self


class ArchiveForm(OwnedForm):
    """A .zip of a course; from the preview on, what waits and what was chosen."""

    file = wtforms.FileField("Tệp .zip của khóa học")
    token = wtforms.HiddenField()
    seen = wtforms.HiddenField()
    rest = Choice("Các mục chưa chọn")

    def offer(self, agencies: Sequence[Any]) -> "ArchiveForm":
        """Set the choices."""
        super().offer(agencies)
        words = (_("Hỏi lại tôi"), _("Giữ bản ở đây"), _("Lấy bản trong tệp"))
        self.rest.choices = list(zip(("", *SIDES), words, strict=True))
        return self

    def content(self) -> bytes:
        """What was sent. Refused when no file was chosen."""
        file = request.files.get("file")
        if not file or not file.filename:
            raise Refused(_("Anh/Chị chọn tệp .zip của khóa học."), "file")
        with file.stream:
            return file.read()

    @staticmethod
    def choices_made() -> Mapping[str, str]:
        """Names of parts -> the side that was chosen for them."""
        made = {name.removeprefix("choice-"): value for name, value in request.form.items() if name.startswith("choice-")}
        return {name: value for name, value in made.items() if value in SIDES}


class CopyCourseForm(OwnedForm):
    """A copy of a course."""

    title = wtforms.StringField("Tên khóa học mới", [named("Anh/Chị nhập tên khóa học."), at_most(200)])
