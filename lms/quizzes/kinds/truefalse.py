"""True or false: a statement, always shown with Đúng before Sai."""

from typing import Any

from markupsafe import Markup, escape

from lms.base import gettext as _

from ..kind import Body, KindError, OptionKind, text_of


class TrueFalse(OptionKind):
    """Written as `answer: true|false` with `why_true` and `why_false`; stored as two options with the keys true and false."""

    name = "truefalse"
    fields = ("text", "answer", "why_true", "why_false")
    shuffles = False
    most_chosen = 1

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

    def option_text(self, option: dict[str, Any]) -> Markup:
        return escape(_("Đúng") if option["key"] == "true" else _("Sai"))


KIND = TrueFalse()
