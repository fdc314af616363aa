"""Ordering: steps are put in their order by giving each its number."""

from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from ..kind import LETTERS, Body, blind_keys, text_of
from ..pairs import MOST, PARTS_SCORED, PairKind, plain_list, refuse_twice
from ..writable import LinesField, TextField


class Ordering(PairKind):
    """body = {text, items: [{key, text}] in the right order, why}; a choice is a place, 1 to n."""

    name = "ordering"
    list_order = 8
    form = (
        TextField("Câu hỏi", "text", rows=3),
        LinesField("Các bước theo thứ tự đúng, mỗi dòng một bước", "items", rows=6),
        TextField("Giải thích", "why", rows=2),
        PARTS_SCORED,
    )
    fields = ("text", "items", "why", "scoring")

    def called(self) -> str:
        return _("Sắp thứ tự")

    def parse(self, raw: dict[str, Any]) -> Body:
        found = plain_list(raw, "items", 3, MOST)
        texts = [text_of({"items": one}, "items", _("Bước %(n)s", n=number)) for number, one in enumerate(found, 1)]
        refuse_twice(texts)
        items = [{"key": key, "text": text} for key, text in zip(blind_keys(texts), texts, strict=True)]
        place = _("Câu hỏi")
        return {"text": text_of(raw, "text", place), "items": items, "why": text_of(raw, "why", place), **self.scoring(raw)}

    def written(self, body: Body) -> dict[str, Any]:
        scoring = {"scoring": body["scoring"]} if body.get("scoring") else {}
        return {"text": body["text"], "items": [item["text"] for item in body["items"]], "why": body["why"], **scoring}

    def parts(self, body: Body) -> list[dict[str, Any]]:
        return [{"key": item["key"], "text": item["text"], "right": str(number), "why": ""} for number, item in enumerate(body["items"], 1)]

    def choices(self, body: Body) -> list[dict[str, Any]]:
        return [{"key": str(number), "text": str(number)} for number in range(1, len(body["items"]) + 1)]

    def part_marks(self, parts: Sequence[dict[str, Any]]) -> list[str]:
        return list(LETTERS[: len(parts)])

    def choice_marks(self, choices: Sequence[dict[str, Any]]) -> list[str]:
        return [choice["key"] for choice in choices]


KIND = Ordering()
