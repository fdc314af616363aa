"""The forms of an import: the file, how it is cut, and which lessons are taken under which titles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import wtforms
from flask import request

from lms.base import Choice, Form, Refused, in_language, nfc
from lms.base import gettext as _

from .importing import Chosen, EmptyLesson
from .splitting import BY_CHAPTERS, BY_PARTS, LONGEST_TITLE, WHOLE, Proposed
from .taking import TakenFile


class OfficeForm(Form):
    """A file to be made into lessons; `token`: under which it waits, once it was read."""

    file = wtforms.FileField("Tệp Word, PowerPoint hoặc PDF")
    split = Choice("Tách thành bài")
    with_talk = wtforms.BooleanField("Đưa ghi chú của giảng viên vào bài")
    token = wtforms.HiddenField()

    def offer(self, taken: TakenFile, ways: Sequence[str]) -> "OfficeForm":
        """Set the ways in which this file can be cut."""
        parts = _("Mỗi phần (section) một bài") if taken.kind == "pptx" else _("Mỗi đề mục cấp 1 (Heading 1) một bài")
        chapters = _("Mỗi trang chiếu một bài") if taken.kind == "pptx" else _("Mỗi đề mục cấp 2 (Heading 2) một bài")
        words = {WHOLE: _("Không tách: cả tệp là một bài"), BY_PARTS: parts, BY_CHAPTERS: chapters}
        self.split.choices = [(way, words[way]) for way in ways]
        return self

    def sent_file(self) -> tuple[str, bytes]:
        """(name, content) of the file that was sent; Refused when there is none."""
        file = request.files.get("file")
        if not file or not file.filename:
            raise Refused(_("Anh/Chị chọn một tệp .docx, .pptx hoặc .pdf."), "file")
        with file.stream:
            return file.filename, file.read()


@dataclass(frozen=True)
class Row:
    """A lesson of the preview with what was typed about it. `into`: the id of an empty lesson as text; empty: a new lesson."""

    number: int
    lesson: Proposed
    is_taken: bool
    title: str
    into: str
    error: str = ""


def first_rows(lessons: Iterable[Proposed]) -> list[Row]:
    """The rows as the preview begins."""
    return [Row(number, one, not one.fault, one.title, "") for number, one in enumerate(lessons)]


def sent_rows(lessons: Iterable[Proposed], empty: Sequence[EmptyLesson]) -> list[Row]:
    """The rows as they were sent, each with what is wrong with it."""
    rows: list[Row] = []
    free = {str(one.id) for one in empty}
    for number, lesson in enumerate(lessons):
        title = " ".join(nfc(request.form.get(f"title-{number}", "")).split())
        into, is_taken = request.form.get(f"into-{number}", ""), f"take-{number}" in request.form
        error = _fault(lesson, title, into, free) if is_taken else ""
        free -= {into} if is_taken else set()
        rows.append(Row(number, lesson, is_taken, title, into, error))
    return rows


def _fault(lesson: Proposed, title: str, into: str, free: set[str]) -> str:
    if lesson.fault:
        return lesson.fault
    if not title:
        return _("Anh/Chị nhập tên bài.")
    if len(title) > LONGEST_TITLE:
        return _("Tối đa %(n)s ký tự. Anh/Chị rút ngắn giúp.", n=LONGEST_TITLE)
    return "" if not into or into in free else _("Bài này không còn trống, hoặc đã chọn cho bài khác. Anh/Chị chọn nơi đặt khác.")


def chosen_of(rows: Sequence[Row]) -> list[Chosen]:
    """The lessons to be made. Refused when a row has a fault or none is taken."""
    if any(row.error for row in rows):
        raise Refused(_("Có bài chưa nhập được. Anh/Chị xem lại các bài có báo lỗi."))
    chosen = [Chosen(row.lesson, row.title, int(row.into) if row.into else None) for row in rows if row.is_taken]
    if not chosen:
        raise Refused(_("Anh/Chị chọn ít nhất một bài."))
    return chosen


def places_of(empty: Iterable[EmptyLesson]) -> list[tuple[str, str]]:
    """(value, label) of where a lesson can go."""
    return [("", _("Bài mới ở cuối khóa học")), *((str(one.id), _("Bài trống “%(title)s”", title=in_language(one.title))) for one in empty)]
