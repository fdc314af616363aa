"""Places: what is wrong (or asked for) is found on a picture. The places are numbered there and listed as tick boxes, wrong ones among them."""

import re
from collections.abc import Sequence
from math import comb
from random import Random
from typing import Any

from lms.base import gettext as _

from ..kind import Answer, Body, KindError, blind_keys, keyed_list, text_of
from ..pairs import plain_list, refuse_twice
from .multiple import Multiple

FEWEST, MOST = 3, 16
PLACE_KEYS = "abcdefghijklmnop"
SMALLEST_SIDE = 10  # pixels
LARGEST_SIDE = 4000
BOX = ("x", "y", "w", "h")
UNKNOWN = {"token": "", "name": "", "width": 0, "height": 0}


class Places(Multiple):
    """body = {text, picture: {token, name, width, height}, options: [{key, text, correct, why, x, y, w, h}], scoring?}.

    x, y, w, h: the place in pixels of the picture. Marked as a question of many options. Written as `places` with a `label` each.
    """

    name = "places"
    list_order = 11
    fields = ("text", "picture", "places", "scoring")
    most_chosen = MOST
    form = ()  # written as YAML
    print_template = "quizzes/kinds/places_print.html"
    result_template = "quizzes/kinds/places_result.html"
    self_check_template = "quizzes/kinds/places_self_check.html"

    def called(self) -> str:
        return _("Tìm chỗ trên hình")

    def hint(self) -> str:
        return ""

    def pictures(self, raw: dict[str, Any]) -> list[str]:
        named = raw.get("picture")
        return [named.removeprefix("files/")] if isinstance(named, str) and named.startswith("files/") else []

    def parse(self, raw: dict[str, Any]) -> Body:
        names = self.pictures(raw)
        if not names or "/" in names[0]:
            raise KindError(_("Câu hỏi thiếu `picture` (ví dụ files/ban-lam-viec.png)."))
        picture = {**UNKNOWN, "name": names[0], **raw.get("_picture", {})}
        found = [self._place(one, picture, _("Chỗ thứ %(n)s", n=number)) for number, one in enumerate(plain_list(raw, "places", FEWEST, MOST), 1)]
        texts = [one["text"] for one in found]
        refuse_twice(texts)
        self.check_correct(sum(one["correct"] for one in found), len(found))
        options = [{"key": key, **one} for key, one in zip(blind_keys(texts, PLACE_KEYS), found, strict=True)]
        return {"text": text_of(raw, "text", _("Câu hỏi")), "picture": picture, "options": options, **self.scoring_of(raw)}

    def _place(self, raw: Any, picture: dict[str, Any], place: str) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise KindError(_("%(place)s không đúng dạng.", place=place))
        if unknown := sorted(str(name) for name in raw if name not in (*BOX, "label", "correct", "why")):
            raise KindError(_("%(place)s có mục lạ `%(name)s`.", place=place, name=unknown[0]))
        if not isinstance(raw.get("correct", False), bool):
            raise KindError(_("%(place)s: `correct` chỉ là true hoặc false.", place=place))
        box = {name: raw.get(name) for name in BOX}
        if not all(isinstance(side, int) and not isinstance(side, bool) and 0 <= side <= LARGEST_SIDE for side in box.values()):
            raise KindError(_("%(place)s: `x`, `y`, `w`, `h` là số nguyên, tính bằng điểm ảnh của hình.", place=place))
        x, y, w, h = (raw[name] for name in BOX)
        if min(w, h) < SMALLEST_SIDE or (picture["width"] and (x + w > picture["width"] or y + h > picture["height"])):
            raise KindError(_("%(place)s nằm ngoài hình hoặc nhỏ hơn %(n)s điểm ảnh.", place=place, n=SMALLEST_SIDE))
        return {"text": text_of(raw, "label", place), "correct": raw.get("correct", False), "why": text_of(raw, "why", place), **box}

    def written(self, body: Body) -> dict[str, Any]:
        places = [
            {**{name: one[name] for name in BOX}, "label": one["text"], **({"correct": True} if one["correct"] else {}), "why": one["why"]}
            for one in body["options"]
        ]
        scoring = {"scoring": body["scoring"]} if "scoring" in body else {}
        return {"text": body["text"], "picture": f"files/{body['picture']['name']}", "places": places, **scoring}

    def drawn(self, body: Body, random: Random) -> list[str]:
        """From top to bottom and left to right, so that the numbers are easy to find on the picture."""
        return [one["key"] for one in sorted(body["options"], key=lambda one: (one["y"] + one["h"] // 2, one["x"], one["key"]))]

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        shown = super().deliver(body, order)
        return {**shown, "picture": body["picture"], **self._marks(body, order)}

    def printed(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        return self.deliver(body, order)

    def key_said(self, body: Body, order: Sequence[str]) -> str:
        return ", ".join(str(number) for number, one in enumerate(self._ordered(body, order), 1) if one["correct"])

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        """The numbers of the places, with spaces or commas between them: "1, 4, 12"."""
        numbers = keyed_list(typed)
        if any(not re.fullmatch(r"[1-9]\d?", one) or int(one) > len(order) for one in numbers):
            raise KindError(_("Câu này nhập số của các chỗ từ 1 đến %(n)s, cách nhau bằng dấu phẩy.", n=len(order)))
        return self.read(body, [order[int(one) - 1] for one in numbers])

    def _marks(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        """`radius` of a mark and, for each place in this order, its box and the centre of its mark, wholly on the picture."""
        width, height = body["picture"]["width"] or LARGEST_SIDE, body["picture"]["height"] or LARGEST_SIDE
        radius = max(width // 34, 4)
        marks = [
            {
                "key": one["key"],
                **{name: one[name] for name in BOX},
                "cx": min(max(one["x"], radius + 2), width - radius - 2),
                "cy": min(max(one["y"], radius + 2), height - radius - 2),
            }
            for one in self._ordered(body, order)
        ]
        return {"radius": radius, "marks": marks}

    def explain(self, body: Body, answer: Sequence[str] | None, order: Sequence[str]) -> dict[str, Any]:
        told = super().explain(body, list(answer) if answer else None, order)
        return {**told, "picture": body["picture"], **self._marks(body, order)}

    def guess(self, body: Body) -> int:
        right = [one["key"] for one in body["options"] if one["correct"]]
        wrong = [one["key"] for one in body["options"] if not one["correct"]]
        points = sum(
            comb(len(right), some) * comb(len(wrong), others) * (self.mark(body, right[:some] + wrong[:others], 100) or 0)
            for some in range(len(right) + 1)
            for others in range(len(wrong) + 1)
        )
        return round(points / (2 ** len(body["options"]) - 1))


KIND = Places()
