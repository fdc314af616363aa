"""A short text that must be one of the accepted ones; capitals and accents matter only where the author says so."""

from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from ..fields import LONGEST_ANSWER, FieldKind, is_text_right
from ..kind import Body, KindError, rich, text_of
from ..pairs import plain_list
from ..writable import LinesField, TextField, TickField

MOST_ACCEPTED = 20


class ShortAnswer(FieldKind):
    """body = {text, accepted: [text], case, accents, why}; the first accepted text is the one that is shown as right."""

    name = "shortanswer"
    list_order = 4
    form = (
        TextField("Câu hỏi", "text", rows=3),
        LinesField("Các câu trả lời được chấp nhận, mỗi dòng một câu", "accepted"),
        TickField("Phân biệt dấu tiếng Việt", "accents"),
        TickField("Phân biệt chữ hoa, chữ thường (khi đã phân biệt dấu)", "case"),
        TextField("Giải thích", "why", rows=2),
    )
    fields = ("text", "accepted", "case", "accents", "why")

    def called(self) -> str:
        return _("Trả lời ngắn")

    def parse(self, raw: dict[str, Any]) -> Body:
        place = _("Câu hỏi")
        accepted = [text_of({"accepted": one}, "accepted", place) for one in plain_list(raw, "accepted", 1, MOST_ACCEPTED)]
        if any(len(text) > LONGEST_ANSWER for text in accepted):
            raise KindError(_("Câu trả lời dài quá %(most)s ký tự. Anh/Chị viết ngắn lại.", most=LONGEST_ANSWER))
        if not all(isinstance(raw.get(name, False), bool) for name in ("case", "accents")):
            raise KindError(_("`case` và `accents` chỉ là true hoặc false."))
        matters = {name: raw.get(name, False) for name in ("case", "accents")}
        return {"text": text_of(raw, "text", place), "accepted": accepted, **matters, "why": text_of(raw, "why", place)}

    def written(self, body: Body) -> dict[str, Any]:
        optional = {name: True for name in ("case", "accents") if body[name]}
        return {"text": body["text"], "accepted": body["accepted"], **optional, "why": body["why"]}

    def gaps(self, body: Body) -> list[dict[str, Any]]:
        return [body]

    def is_right(self, gap: dict[str, Any], typed: str) -> bool:
        return is_text_right(typed, gap["accepted"], gap["case"], gap["accents"])

    def right_text(self, gap: dict[str, Any]) -> str:
        text: str = gap["accepted"][0]
        return text

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        return {"text": rich(body["text"]), "unit": ""}


KIND = ShortAnswer()
