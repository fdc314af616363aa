"""The form of an import: a file or pasted text, its format, and where its questions go."""

from collections.abc import Iterable
from dataclasses import dataclass

import wtforms
from flask import request

from lms.base import Choice, Form, at_most, in_language
from lms.base import gettext as _

from ..bank_reading import TopicLine
from ..banks import LONGEST_TITLE
from ..format import Read
from ..formats import FORMATS
from ..importing import Place
from ..incoming import read_sent, unpacked
from ..models import DIFFICULTIES

NEW = "new"
SAMPLE = """\
Câu 1. Mật khẩu nào mạnh nhất?
A. Ngày sinh
*B. Bốn từ không liên quan
C. Tên cơ quan
Giải thích A: Ngày sinh dễ đoán.
Mức độ: Dễ
Nhãn: mật khẩu

Câu 2. Được cho người khác mượn mật khẩu.
Đáp án: Sai
Giải thích: Mật khẩu là của riêng mỗi người."""


def format_words() -> dict[str, str]:
    """Name of a format -> what people call it."""
    words = {"plain": _("Văn bản chép từ Word"), "excel": _("Excel (.xlsx)"), "gift": "GIFT", "aiken": "Aiken", "moodle-xml": "Moodle XML"}
    return {name: words.get(name, name) for name in sorted(FORMATS, key=lambda name: [*words, name].index(name))}


def level_words() -> dict[str, str]:
    """Difficulty -> what people call it."""
    return dict(zip(DIFFICULTIES, (_("Dễ"), _("Trung bình"), _("Khó")), strict=True))


class ImportForm(Form):
    """Questions to be imported."""

    file = wtforms.FileField("Tệp câu hỏi")
    text = wtforms.TextAreaField("Hoặc dán câu hỏi vào đây")
    format = Choice("Định dạng")
    topic = Choice("Đưa vào chủ đề")
    new_topic = wtforms.StringField("Tên chủ đề mới", [at_most(LONGEST_TITLE)])
    by_file = wtforms.BooleanField("Câu có ghi chủ đề trong tệp thì vào chủ đề đó")
    difficulty = Choice("Mức độ của câu không ghi mức độ")
    packed = wtforms.HiddenField()

    def offer(self, topics: Iterable[TopicLine]) -> "ImportForm":
        """Set the choices; the topics are those of the bank."""
        self.format.choices = [("", _("Tự nhận biết")), *format_words().items()]
        self.difficulty.choices = list(level_words().items())
        known = [(str(line.id), "\u2003" * line.depth + in_language(line.title)) for line in topics]
        self.topic.choices = [*known, (NEW, _("Chủ đề mới"))]
        if self.topic.data is None and known:
            self.topic.data = known[0][0]
        return self

    def validate_new_topic(self, field: wtforms.StringField) -> None:
        """A new topic needs a name."""
        if self.topic.data in (None, NEW) and not field.data:
            raise wtforms.validators.ValidationError(_("Anh/Chị nhập tên chủ đề mới, hoặc chọn một chủ đề có sẵn."))

    def place(self) -> Place:
        """Where the questions go."""
        topic_id = None if self.topic.data in (None, NEW) else int(self.topic.data)
        return Place(topic_id, self.new_topic.data or "", bool(self.by_file.data), self.difficulty.data or DIFFICULTIES[1])

    def sent(self, is_confirmed: bool) -> "Sent":
        """What was sent: what a preview carried on (to be confirmed), a file, or pasted text. Refused for a preview that nobody made."""
        if is_confirmed and self.packed.data:
            return Sent("", "", Read(unpacked(self.packed.data)))
        file = request.files.get("file")
        if file and file.filename:
            with file.stream:
                content = file.read()
            return Sent(file.filename, *read_sent(file.filename, content, self.format.data or ""))
        return Sent("", *read_sent("", (self.text.data or "").encode(), self.format.data or ""))


@dataclass(frozen=True)
class Sent:
    """A file (without a name: pasted text), its format, and what stands in it."""

    file_name: str
    format_name: str
    read: Read


class ExportForm(Form):
    """Which questions go out, and in which format."""

    format = Choice("Định dạng")
    topic = Choice("Chủ đề")

    def offer(self, topics: Iterable[TopicLine]) -> "ExportForm":
        """Set the choices; the topics are those of the bank."""
        self.format.choices = list(format_words().items())
        self.topic.choices = [("", _("Cả ngân hàng")), *((line.key, "\u2003" * line.depth + in_language(line.title)) for line in topics)]
        return self
