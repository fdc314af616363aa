"""Cloze: a text with gaps, each filled by a choice, a short text or a number. The text says [[1]], [[2]] … where the gaps are."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from lms.base import gettext as _

from ..fields import FieldKind, decimal_of, is_number_right, is_text_right
from ..kind import OPTION_KEYS, Body, KindError, rich, text_of
from ..pairs import plain, plain_list, refuse_twice

MARK = re.compile(r"\[\[(\d{1,2})\]\]")
MOST_GAPS = 12
KINDS_OF_GAP = ("choice", "text", "number")


class Cloze(FieldKind):
    """body = {text, gaps: [{kind: choice, options: [text], right: key} | {kind: text, accepted} | {kind: number, value, tolerance}], why}."""

    name = "cloze"
    fields = ("text", "gaps", "why", "scoring")

    def parse(self, raw: dict[str, Any]) -> Body:
        place = _("Câu hỏi")
        text, found = text_of(raw, "text", place), plain_list(raw, "gaps", 1, MOST_GAPS)
        if MARK.findall(text) != [str(number) for number in range(1, len(found) + 1)]:
            raise KindError(_("Trong `text`, đánh dấu mỗi chỗ trống một lần theo thứ tự: [[1]], [[2]], … (%(n)s chỗ trống).", n=len(found)))
        if raw.get("scoring", "whole") not in ("whole", "parts"):
            raise KindError(_("`scoring` chỉ là whole hoặc parts."))
        scoring = {"scoring": "parts"} if raw.get("scoring") == "parts" else {}
        gaps = [self._gap(one, _("Chỗ trống %(n)s", n=number)) for number, one in enumerate(found, 1)]
        return {"text": text, "gaps": gaps, "why": text_of(raw, "why", place), **scoring}

    def _gap(self, raw: Any, place: str) -> dict[str, Any]:
        kind = raw.get("kind") if isinstance(raw, dict) else None
        if kind not in KINDS_OF_GAP:
            raise KindError(_("%(place)s: `kind` phải là một trong: %(names)s.", place=place, names=", ".join(KINDS_OF_GAP)))
        if kind == "choice":
            options = [text_of({"options": one}, "options", place) for one in plain_list(raw, "options", 2, len(OPTION_KEYS))]
            refuse_twice(options)
            if raw.get("right") not in options:
                raise KindError(_("%(place)s: `right` phải là một trong `options`.", place=place))
            return {"kind": kind, "options": options, "right": OPTION_KEYS[options.index(raw["right"])]}
        if kind == "text":
            return {"kind": kind, "accepted": [text_of({"accepted": one}, "accepted", place) for one in plain_list(raw, "accepted", 1, 20)]}
        numbers = {name: str(raw.get(name, default)).replace(",", ".") for name, default in (("value", ""), ("tolerance", "0"))}
        if any(decimal_of(number) is None for number in numbers.values()):
            raise KindError(_("%(place)s: `value` phải là một số, ví dụ 12.5.", place=place))
        return {"kind": kind, **numbers}

    def written(self, body: Body) -> dict[str, Any]:
        scoring = {"scoring": body["scoring"]} if body.get("scoring") else {}
        return {"text": body["text"], "gaps": [self._written(gap) for gap in body["gaps"]], "why": body["why"], **scoring}

    def _written(self, gap: dict[str, Any]) -> dict[str, Any]:
        if gap["kind"] == "choice":
            return {**gap, "right": self.right_text(gap)}
        return {name: value for name, value in gap.items() if (name, value) != ("tolerance", "0")}

    def gaps(self, body: Body) -> list[dict[str, Any]]:
        gaps: list[dict[str, Any]] = body["gaps"]
        return gaps

    def is_right(self, gap: dict[str, Any], typed: str) -> bool:
        if gap["kind"] == "choice":
            return bool(typed == gap["right"])
        if gap["kind"] == "text":
            return is_text_right(typed, gap["accepted"], False, False)
        return is_number_right(typed, gap["value"], gap["tolerance"])

    def shown(self, gap: dict[str, Any], typed: str) -> str:
        if gap["kind"] != "choice" or typed not in OPTION_KEYS[: len(gap["options"])] or not typed:
            return typed
        text: str = gap["options"][OPTION_KEYS.index(typed)]
        return text

    def right_text(self, gap: dict[str, Any]) -> str:
        if gap["kind"] == "choice":
            return self.shown(gap, gap["right"])
        return str(gap["accepted"][0] if gap["kind"] == "text" else gap["value"].replace(".", ","))

    def question_text(self, body: Body) -> str:
        return MARK.sub(r"(\1) ……", body["text"])

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        pieces = [Markup(piece) for piece in MARK.split(str(rich(body["text"])))[::2]]  # noqa: S704 - pieces of HTML that was sanitised as a whole
        gaps = [
            {
                "kind": gap["kind"],
                "options": [{"key": key, "text": plain(text)} for key, text in zip(OPTION_KEYS, gap.get("options", ()), strict=False)],
            }
            for gap in body["gaps"]
        ]
        return {"pieces": pieces, "gaps": gaps}


KIND = Cloze()
