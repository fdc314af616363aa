"""True or false: a statement, always shown with Đúng before Sai."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from lms.base import gettext as _

from ..kind import Answer, Body, KindError, OptionKind, keyed_marks, text_of
from ..writable import PickField, TextField, WordField


class TrueFalse(OptionKind):
    """Written as `answer: true|false` with `why_true` and `why_false`; stored as two options with the keys true and false."""

    name = "truefalse"
    list_order = 3
    form = (
        TextField("Khẳng định", "text", rows=3),
        PickField("Khẳng định này", "answer", words=(WordField("Đúng", True), WordField("Sai", False))),
        TextField("Giải thích khi chọn Đúng", "why_true", rows=2),
        TextField("Giải thích khi chọn Sai", "why_false", rows=2),
    )
    fields = ("text", "answer", "why_true", "why_false")
    shuffles = False
    most_chosen = 1

    def called(self) -> str:
        return _("Đúng hay sai")

    def parse(self, raw: dict[str, Any]) -> Body:
        answer = raw.get("answer")
        if not isinstance(answer, bool):
            raise KindError(_("Câu đúng/sai cần `answer: true` hoặc `answer: false`."))
        place = _("Câu hỏi")
        options = [
            {"key": "true", "correct": answer, "why": text_of(raw, "why_true", place)},
            {"key": "false", "correct": not answer, "why": text_of(raw, "why_false", place)},
        ]
        return {"text": text_of(raw, "text", place), "options": options}

    def written(self, body: Body) -> dict[str, Any]:
        true, false = body["options"]
        return {"text": body["text"], "answer": true["correct"], "why_true": true["why"], "why_false": false["why"]}

    def hint(self) -> str:
        return ""

    def from_form(self, raw: dict[str, Any]) -> dict[str, Any]:
        return raw

    def option_text(self, option: dict[str, Any]) -> Markup:
        return escape(_("Đúng") if option["key"] == "true" else _("Sai"))

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        """A or B as printed, or Đ and S."""
        words = {"Đ": "true", "S": "false"}
        marks = keyed_marks(typed)
        return self.read(body, [words[marks[0]]]) if len(marks) == 1 and marks[0] in words else super().read_keyed(body, order, typed)


KIND = TrueFalse()
