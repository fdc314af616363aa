"""The form in which a correction of a key is proposed: what to do, why, and the question with its key corrected."""

from typing import Any

import wtforms
from flask import request

from lms.base import Choice, Form, Refused, at_most, nfc, read_yaml, without_lines, write_yaml
from lms.base import gettext as _

from ..editing import LONGEST_NOTE
from ..kind import Kind
from ..kinds import KINDS
from ..reach import HeldQuestion

LONGEST_SOURCE = 60_000


class KeyFixForm(Form):
    """Whether the key is corrected or the question dropped, and why."""

    fix = Choice("Việc cần làm", default="key")
    note = wtforms.StringField("Lý do", [at_most(LONGEST_NOTE)])


class KeyEditor:
    """The question as its kind's form shows it (`raw`), or as YAML (`source`) where the kind has no form."""

    def __init__(self, held: HeldQuestion) -> None:
        self.form = KeyFixForm.of_request()
        self.form.fix.choices = [("key", _("Sửa đáp án")), ("drop", _("Bỏ câu này: ai cũng được trọn điểm của câu"))]
        self.kind: Kind = KINDS[held.version.kind]
        self.faults: list[str] = []
        written, is_sent = self.kind.written(held.version.body), request.method == "POST"
        self.source: str | None = None
        if not self.kind.form:
            self.source = nfc(request.form.get("source", "").replace("\r\n", "\n"))[:LONGEST_SOURCE] if is_sent else write_yaml(written)
        self.raw = self.kind.sent(request.form) if is_sent else self.kind.in_form(written)

    def said(self) -> dict[str, Any]:
        """The question as written with its key corrected. Refused when something is missing or cannot be read."""
        if not self.form.validate():
            raise Refused(_("Anh/Chị xem lại các ô bên dưới."))
        if not self.form.note.data:
            raise Refused(_("Anh/Chị ghi lý do để người xác nhận hiểu."), "note")
        if self.form.fix.data == "drop":
            return {}
        if self.source is None:
            if faults := self.kind.faults_of(self.raw):
                raise Refused(faults[0])
            return self.kind.from_form(self.raw)
        value = read_yaml(self.source, lambda line, sentence: self.faults.append(_("Dòng %(line)s: %(sentence)s", line=line, sentence=sentence)))
        if self.faults or not isinstance(value, dict):
            raise Refused((self.faults or [_("Anh/Chị viết câu hỏi theo các mục “tên: giá trị”.")])[0])
        return dict(without_lines(value))

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was typed, for the hidden fields of the page that asks for certainty."""
        return [
            (name, value) for name, value in request.form.items(multi=True) if name == "source" or name in ("fix", "note") or name.startswith("f-")
        ]
