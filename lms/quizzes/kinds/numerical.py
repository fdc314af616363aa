"""A number, with a tolerance and a unit; "12,5" and "12.5" are the same."""

from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from ..fields import FieldKind, decimal_of, is_number_right
from ..kind import Body, KindError, rich, text_of
from ..writable import TextField


class Numerical(FieldKind):
    """body = {text, value, tolerance, unit, why}; value and tolerance are decimal numbers as text, with a point."""

    name = "numerical"
    list_order = 5
    form = (
        TextField("Câu hỏi", "text", rows=3),
        TextField("Đáp số", "value"),
        TextField("Sai số cho phép (để trống: đúng hệt)", "tolerance", is_needed=False),
        TextField("Đơn vị, ví dụ GB (không bắt buộc)", "unit", is_needed=False),
        TextField("Giải thích", "why", rows=2),
    )
    fields = ("text", "value", "tolerance", "unit", "why")

    def called(self) -> str:
        return _("Điền số")

    def parse(self, raw: dict[str, Any]) -> Body:
        place = _("Câu hỏi")
        numbers = {name: self._number(raw, name, default) for name, default in (("value", None), ("tolerance", "0"))}
        unit = text_of(raw, "unit", place) if raw.get("unit") else ""
        return {"text": text_of(raw, "text", place), **numbers, "unit": unit, "why": text_of(raw, "why", place)}

    def _number(self, raw: dict[str, Any], name: str, default: str | None) -> str:
        written = str(raw.get(name, default)).strip().replace(",", ".")
        number = decimal_of(written)
        if number is None or isinstance(raw.get(name), bool) or (name == "tolerance" and number < 0):
            raise KindError(_("`%(name)s` phải là một số, ví dụ 12.5.", name=name))
        return written

    def written(self, body: Body) -> dict[str, Any]:
        optional = {"tolerance": body["tolerance"]} if body["tolerance"] != "0" else {}
        optional |= {"unit": body["unit"]} if body["unit"] else {}
        return {"text": body["text"], "value": body["value"], **optional, "why": body["why"]}

    def gaps(self, body: Body) -> list[dict[str, Any]]:
        return [body]

    def is_right(self, gap: dict[str, Any], typed: str) -> bool:
        return is_number_right(typed, gap["value"], gap["tolerance"], gap["unit"])

    def right_text(self, gap: dict[str, Any]) -> str:
        return f"{gap['value'].replace('.', ',')} {gap['unit']}".strip()

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        return {"text": rich(body["text"]), "unit": body["unit"]}


KIND = Numerical()
