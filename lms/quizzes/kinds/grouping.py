"""Sorting into groups: each thing gets the group to which it belongs."""

from typing import Any

from lms.base import gettext as _

from ..kind import OPTION_KEYS, Body, KindError, blind_keys, text_of
from ..pairs import FEWEST, PARTS_SCORED, PairKind, part_of, plain_list, refuse_twice
from ..writable import LinesField, RowsField, TextField

MOST_GROUPS, MOST_ITEMS = 5, 12
ITEM_KEYS = "abcdefghijkl"


class Grouping(PairKind):
    """body = {text, groups: [{key, text}], items: [{key, text, group, why}]}; the author names a group by its title."""

    name = "grouping"
    list_order = 9
    form = (
        TextField("Câu hỏi", "text", rows=3),
        LinesField("Tên các nhóm, mỗi dòng một nhóm", "groups"),
        RowsField("Mục", "items", (TextField("Nội dung", "text"), TextField("Thuộc nhóm", "group"), TextField("Giải thích", "why")), 4, 12),
        PARTS_SCORED,
    )
    fields = ("text", "groups", "items", "scoring")

    def called(self) -> str:
        return _("Xếp vào nhóm")

    def parse(self, raw: dict[str, Any]) -> Body:
        titles = plain_list(raw, "groups", FEWEST, MOST_GROUPS)
        groups = [
            {"key": key, "text": text_of({"groups": one}, "groups", _("Nhóm %(key)s", key=key))}
            for key, one in zip(OPTION_KEYS, titles, strict=False)
        ]
        refuse_twice([group["text"] for group in groups])
        keys = {group["text"]: group["key"] for group in groups}
        found = [
            part_of(one, ("text", "group", "why"), _("Mục %(n)s", n=number)) for number, one in enumerate(plain_list(raw, "items", 3, MOST_ITEMS), 1)
        ]
        if strays := [item["group"] for item in found if item["group"] not in keys]:
            raise KindError(_("Không có nhóm `%(group)s`. Anh/Chị ghi đúng tên một nhóm.", group=strays[0]))
        refuse_twice([item["text"] for item in found])
        blind = blind_keys([item["text"] for item in found], ITEM_KEYS)
        items = [{"key": key, "text": item["text"], "group": keys[item["group"]], "why": item["why"]} for key, item in zip(blind, found, strict=True)]
        return {"text": text_of(raw, "text", _("Câu hỏi")), "groups": groups, "items": items, **self.scoring(raw)}

    def written(self, body: Body) -> dict[str, Any]:
        titles = {group["key"]: group["text"] for group in body["groups"]}
        items = [{"text": item["text"], "group": titles[item["group"]], "why": item["why"]} for item in body["items"]]
        scoring = {"scoring": body["scoring"]} if body.get("scoring") else {}
        return {"text": body["text"], "groups": list(titles.values()), "items": items, **scoring}

    def parts(self, body: Body) -> list[dict[str, Any]]:
        return [{"key": item["key"], "text": item["text"], "right": item["group"], "why": item["why"]} for item in body["items"]]

    def choices(self, body: Body) -> list[dict[str, Any]]:
        return list(body["groups"])


KIND = Grouping()
