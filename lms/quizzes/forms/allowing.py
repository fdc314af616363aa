"""Forms by which a trainer gives more time or attempts, opens an attempt again, or accepts late answers; each with its reason."""

from typing import Any

import wtforms

from lms.base import Choice, Form, Whole, at_most, required
from lms.base import gettext as _

from ..allowing import LONGEST_NOTE, MOST_ATTEMPTS, MOST_MINUTES

NOTE = "Anh/Chị ghi lý do."


class NoteForm(Form):
    """A reason."""

    note = wtforms.StringField("Lý do", [required(NOTE), at_most(LONGEST_NOTE)])


class MinutesForm(NoteForm):
    """So many minutes, and why."""

    minutes = Whole("Số phút", 1, MOST_MINUTES, is_needed=True)


class AttemptsForm(NoteForm):
    """So many attempts, and why."""

    number = Whole("Số lượt", 1, MOST_ATTEMPTS, is_needed=True)


class AllowForm(NoteForm):
    """Minutes or attempts, how many, and why."""

    what = Choice("Cho thêm")
    number = Whole("Bao nhiêu", 1, MOST_MINUTES, is_needed=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.what.choices = [("minutes", _("Phút làm bài")), ("attempts", _("Lượt làm bài"))]


class PersonForm(AllowForm):
    """The same for one person, also before they begin."""

    who = wtforms.StringField("Mã cán bộ hoặc tên đăng nhập", [required("Anh/Chị nhập mã cán bộ hoặc tên đăng nhập."), at_most(60)])
