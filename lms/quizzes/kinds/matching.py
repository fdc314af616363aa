"""Matching: each thing on the left gets its counterpart from a list, which may hold more than are needed."""

from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from ..kind import OPTION_KEYS, Body, blind_keys, text_of
from ..pairs import FEWEST, MOST, PARTS_SCORED, PairKind, part_of, plain_list, refuse_twice
from ..writable import LinesField, RowsField, TextField

MOST_EXTRA = 4
CHOICE_KEYS = "abcdefghijkl"


class Matching(PairKind):
    """body = {text, pairs: [{key, left, right, why, choice: the key of its right side}], extra: [{key, text}]}."""

    name = "matching"
    list_order = 7
    form = (
        TextField("Câu hỏi", "text", rows=3),
        RowsField("Cặp", "pairs", (TextField("Vế trái", "left"), TextField("Vế phải", "right"), TextField("Giải thích", "why")), 4, 8),
        LinesField("Vế phải thừa (không ghép với vế nào), mỗi dòng một mục", "extra", is_needed=False),
        PARTS_SCORED,
    )
    fields = ("text", "pairs", "extra", "scoring")

    def called(self) -> str:
        return _("Ghép đôi")

    def parse(self, raw: dict[str, Any]) -> Body:
        names = ("left", "right", "why")
        pairs = [part_of(one, names, _("Cặp %(n)s", n=number)) for number, one in enumerate(plain_list(raw, "pairs", FEWEST, MOST), 1)]
        extra = [text_of({"extra": one}, "extra", _("Mục thừa")) for one in plain_list(raw, "extra", 0, MOST_EXTRA)] if "extra" in raw else []
        refuse_twice([pair["left"] for pair in pairs])
        rights = [*(pair["right"] for pair in pairs), *extra]
        refuse_twice(rights)
        keys = dict(zip(rights, blind_keys(rights, CHOICE_KEYS), strict=True))
        keyed = [{"key": key, **pair, "choice": keys[pair["right"]]} for key, pair in zip(OPTION_KEYS, pairs, strict=False)]
        spare = [{"key": keys[text], "text": text} for text in extra]
        return {"text": text_of(raw, "text", _("Câu hỏi")), "pairs": keyed, "extra": spare, **self.scoring(raw)}

    def written(self, body: Body) -> dict[str, Any]:
        pairs = [{name: pair[name] for name in ("left", "right", "why")} for pair in body["pairs"]]
        extra = {"extra": [one["text"] for one in body["extra"]]} if body["extra"] else {}
        scoring = {"scoring": body["scoring"]} if body.get("scoring") else {}
        return {"text": body["text"], "pairs": pairs, **extra, **scoring}

    def parts(self, body: Body) -> list[dict[str, Any]]:
        return [{"key": pair["key"], "text": pair["left"], "right": pair["choice"], "why": pair["why"]} for pair in body["pairs"]]

    def choices(self, body: Body) -> list[dict[str, Any]]:
        return [{"key": pair["choice"], "text": pair["right"]} for pair in body["pairs"]] + list(body["extra"])

    def keys(self, body: Body) -> list[str]:
        return [choice["key"] for choice in self.choices(body)]

    def shown(self, body: Body, order: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        by_key = {choice["key"]: choice for choice in self.choices(body)}
        return self.parts(body), [by_key[key] for key in order]


KIND = Matching()
