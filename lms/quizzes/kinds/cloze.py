"""Cloze: a text with gaps, each filled by a choice, a short text or a number. The text says [[1]], [[2]] … where the gaps are."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from lms.base import gettext as _

from ..fields import FieldKind, decimal_of, is_number_right, is_text_right
from ..kind import OPTION_KEYS, Body, KindError, blind_keys, plain, rich, text_of
from ..pairs import PARTS_SCORED, plain_list, refuse_twice
from ..writable import LinesField, PickField, RowsField, TextField, WordField

MARK = re.compile(r"\[\[(\d{1,2})\]\]")
MOST_GAPS = 12
KINDS_OF_GAP = ("choice", "text", "number")
GAPS_IN_WORDS = (WordField("Gõ chữ", "text"), WordField("Gõ số", "number"), WordField("Chọn trong danh sách", "choice"))


class Cloze(FieldKind):
    """body = {text, gaps: [gap], why}; a gap: {kind: choice, options: [text], keys: [key], right: key}, {kind: text, accepted} or
    {kind: number, value, tolerance}.

    The choices of a gap are shown by the alphabet, so that their order tells nothing. Older bodies have no `keys`: theirs follow the author's order.
    """

    name = "cloze"
    list_order = 6
    form = (
        TextField("Đoạn văn, chỗ trống ghi [[1]], [[2]] …", "text", rows=4),
        RowsField("Chỗ trống", "gaps", (PickField("Loại", "kind", words=GAPS_IN_WORDS), LinesField("Đáp án, mỗi dòng một mục", "answers")), 2, 12),
        TextField("Giải thích", "why", rows=2),
        PARTS_SCORED,
    )
    fields = ("text", "gaps", "why", "scoring")

    def called(self) -> str:
        return _("Điền chỗ trống")

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
            keys = blind_keys(options)
            return {"kind": kind, "options": options, "keys": keys, "right": keys[options.index(raw["right"])]}
        if kind == "text":
            return {"kind": kind, "accepted": [text_of({"accepted": one}, "accepted", place) for one in plain_list(raw, "accepted", 1, 20)]}
        numbers = {name: str(raw.get(name, default)).replace(",", ".") for name, default in (("value", ""), ("tolerance", "0"))}
        if any(decimal_of(number) is None for number in numbers.values()):
            raise KindError(_("%(place)s: `value` phải là một số, ví dụ 12.5.", place=place))
        return {"kind": kind, **numbers}

    def hint(self) -> str:
        return _("Gõ chữ: mỗi dòng một cách viết đúng. Gõ số: dòng thứ hai là sai số. Chọn trong danh sách: thêm dấu * trước đáp án đúng.")

    def in_form(self, raw: dict[str, Any]) -> dict[str, Any]:
        gaps = raw.get("gaps")
        return {**raw, "gaps": [_gap_in_form(gap) for gap in gaps if isinstance(gap, dict)] if isinstance(gaps, list) else []}

    def from_form(self, raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "gaps": [_gap_from_form(gap) for gap in raw.get("gaps") or []]}

    def written(self, body: Body) -> dict[str, Any]:
        scoring = {"scoring": body["scoring"]} if body.get("scoring") else {}
        return {"text": body["text"], "gaps": [self._written(gap) for gap in body["gaps"]], "why": body["why"], **scoring}

    def _written(self, gap: dict[str, Any]) -> dict[str, Any]:
        if gap["kind"] == "choice":
            return {"kind": "choice", "options": gap["options"], "right": self.right_text(gap)}
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
        return self.choices(gap).get(typed, typed)

    def choices(self, gap: dict[str, Any]) -> dict[str, str]:
        """key -> text of the choices of a gap, in the order shown; empty where something is typed."""
        options = gap.get("options", [])
        return dict(sorted(zip(gap.get("keys", OPTION_KEYS), options, strict=False)))

    def right_text(self, gap: dict[str, Any]) -> str:
        if gap["kind"] == "choice":
            return self.shown(gap, gap["right"])
        return str(gap["accepted"][0] if gap["kind"] == "text" else gap["value"].replace(".", ","))

    def question_text(self, body: Body) -> str:
        return MARK.sub(r"(\1) ……", body["text"])

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        pieces = [Markup(piece) for piece in MARK.split(str(rich(body["text"])))[::2]]  # noqa: S704 - pieces of HTML that was sanitised as a whole
        gaps = [
            {"kind": gap["kind"], "options": [{"key": key, "text": plain(text)} for key, text in self.choices(gap).items()]} for gap in body["gaps"]
        ]
        return {"text": rich(self.question_text(body)), "pieces": pieces, "gaps": gaps}

    def keyed_like(self, body: Body, shown: Body) -> Body:
        if len(body["gaps"]) != len(shown["gaps"]):
            raise KindError(_("Các chỗ trống không còn như lúc học viên làm bài."))
        return {**body, "gaps": [self._keyed_like(gap, other) for gap, other in zip(body["gaps"], shown["gaps"], strict=True)]}

    def _keyed_like(self, gap: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
        if gap["kind"] != shown["kind"] or set(gap.get("options", ())) != set(shown.get("options", ())):
            raise KindError(_("Các chỗ trống không còn như lúc học viên làm bài."))
        if gap["kind"] != "choice":
            return gap
        keys = {text: key for key, text in self.choices(shown).items()}
        return {**shown, "right": keys[self.right_text(gap)]}


def _gap_in_form(gap: dict[str, Any]) -> dict[str, Any]:
    """A gap as written, as a row of the form: its kind and the lines of its answers."""
    if gap.get("kind") == "choice":
        lines = [f"* {option}" if option == gap.get("right") else option for option in gap.get("options") or []]
    elif gap.get("kind") == "number":
        lines = [gap[name] for name in ("value", "tolerance") if name in gap]
    else:
        lines = gap.get("accepted") or []
    return {"kind": gap.get("kind"), "answers": [str(line) for line in lines]}


def _gap_from_form(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the form as a gap is written."""
    lines = row.get("answers") or []
    if row.get("kind") == "choice":
        right = [line[1:].strip() for line in lines if line.startswith("*")]
        return {"kind": "choice", "options": [line.lstrip("* ") for line in lines], "right": right[0] if len(right) == 1 else None}
    if row.get("kind") == "number":
        return {"kind": "number", **dict(zip(("value", "tolerance"), lines, strict=False))}
    return {"kind": row.get("kind"), "accepted": lines}


KIND = Cloze()
