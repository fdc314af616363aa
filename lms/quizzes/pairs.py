"""Kinds that are answered by giving each part of the question one choice: matching, ordering, sorting into groups.

An answer lists "part:choice" for the parts that have one, in the author's order of the parts.
"""

from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from .kind import LETTERS, OPTION_KEYS, Answer, Body, Kind, KindError, keyed_marks, plain, rich, text_of
from .kind import blind_keys as blind_keys
from .writable import PickField, WordField

FEWEST, MOST = 2, len(OPTION_KEYS)
PARTS_SCORED = PickField(
    "Cách tính điểm",
    "scoring",
    words=(WordField("Đúng hết mới có điểm", "whole"), WordField("Đúng phần nào tính phần đó", "parts")),
    default="whole",
    is_needed=False,
)


def plain_list(raw: dict[str, Any], name: str, fewest: int, most: int) -> list[Any]:
    """The list under `name` with so many entries; KindError otherwise."""
    found = raw.get(name)
    if not isinstance(found, list) or not fewest <= len(found) <= most:
        raise KindError(_("`%(name)s` cần từ %(fewest)s đến %(most)s mục.", name=name, fewest=fewest, most=most))
    return found


def refuse_twice(texts: Sequence[str]) -> None:
    """KindError when two entries say the same: nobody could tell them apart."""
    if len(set(texts)) < len(texts):
        raise KindError(_("Hai mục có cùng nội dung."))


class PairKind(Kind):
    """A question of parts that each get a choice. Right only as a whole, unless the author wrote `scoring: parts`."""

    result_template = "quizzes/_pairs_result.html"
    self_check_template = "quizzes/_pairs_self_check.html"
    empties = True
    can_be_printed = True
    print_template = "quizzes/print/_pairs.html"

    @property
    def template(self) -> str:
        """All of them are shown alike."""
        return "quizzes/_pairs.html"

    def parts(self, body: Body) -> list[dict[str, Any]]:
        """[{key, text, right: the key of its choice, why}] in the author's order."""
        raise NotImplementedError

    def choices(self, body: Body) -> list[dict[str, Any]]:
        """[{key, text}] in the author's order."""
        raise NotImplementedError

    def shown(self, body: Body, order: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """(parts, choices) in the order of a paper: the drawn order is that of the parts here, of the choices in a matching."""
        by_key = {part["key"]: part for part in self.parts(body)}
        return [by_key[key] for key in order], self.choices(body)

    def scoring(self, raw: dict[str, Any]) -> dict[str, str]:
        """{"scoring": "parts"} where the author asked for it."""
        if raw.get("scoring", "whole") not in ("whole", "parts"):
            raise KindError(_("`scoring` chỉ là whole hoặc parts."))
        return {"scoring": "parts"} if raw.get("scoring") == "parts" else {}

    def keys(self, body: Body) -> list[str]:
        return [part["key"] for part in self.parts(body)]

    def deliver(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        parts, choices = self.shown(body, order)
        shown = [{"key": part["key"], "text": rich(part["text"])} for part in parts]
        return {"text": rich(body["text"]), "parts": shown, "choices": [{"key": one["key"], "text": plain(one["text"])} for one in choices]}

    def read(self, body: Body, values: Sequence[str]) -> Answer:
        known = {f"{part['key']}:{choice['key']}" for part in self.parts(body) for choice in self.choices(body)}
        given = [value for value in values if value]
        if any(value not in known for value in given) or len({value.split(":")[0] for value in given}) < len(given):
            raise KindError(_("Câu trả lời không thuộc câu hỏi này. Anh/Chị tải lại trang rồi chọn lại."))
        return sorted(given, key=lambda value: self._place(body, value)) or None

    def _place(self, body: Body, value: str) -> int:
        return [part["key"] for part in self.parts(body)].index(value.split(":")[0])

    def mark(self, body: Body, answer: Answer, max_points: int, order: Sequence[str] = ()) -> int | None:
        parts = self.parts(body)
        right = sum(f"{part['key']}:{part['right']}" in (answer or ()) for part in parts)
        if right == len(parts):
            return max_points
        return max_points * right // len(parts) if body.get("scoring") == "parts" else 0

    def explain(self, body: Body, answer: Answer, order: Sequence[str]) -> dict[str, Any]:
        parts, _choices = self.shown(body, order)
        texts = {choice["key"]: plain(choice["text"]) for choice in self.choices(body)}
        given = dict(value.split(":") for value in answer or ())
        told = [
            {
                "text": rich(part["text"]),
                "chosen": texts.get(given.get(part["key"], ""), ""),
                "right": texts[part["right"]],
                "is_right": given.get(part["key"]) == part["right"],
                "why": rich(part["why"]) if part.get("why") else "",
            }
            for part in parts
        ]
        return {"text": rich(body["text"]), "parts": told, "why": rich(body["why"]) if body.get("why") else ""}

    def guess(self, body: Body) -> int:
        parts, choices = len(self.parts(body)), len(self.choices(body))
        return round(100 / choices if body.get("scoring") == "parts" else 100 / choices**parts)

    def part_marks(self, parts: Sequence[dict[str, Any]]) -> list[str]:
        """How the parts are called on paper."""
        return [str(number) for number in range(1, len(parts) + 1)]

    def choice_marks(self, choices: Sequence[dict[str, Any]]) -> list[str]:
        """How the choices are called on paper, each by one sign."""
        return list(LETTERS[: len(choices)])

    def printed(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        shown = self.deliver(body, order)
        parts = [{**part, "mark": mark} for mark, part in zip(self.part_marks(shown["parts"]), shown["parts"], strict=True)]
        choices = [{**choice, "mark": mark} for mark, choice in zip(self.choice_marks(shown["choices"]), shown["choices"], strict=True)]
        return {**shown, "parts": parts, "choices": choices}

    def key_said(self, body: Body, order: Sequence[str]) -> str:
        parts, choices = self.shown(body, order)
        marks = {choice["key"]: mark for choice, mark in zip(choices, self.choice_marks(choices), strict=True)}
        return " ".join(f"{mark}-{marks[part['right']]}" for part, mark in zip(parts, self.part_marks(parts), strict=True))

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        """One sign for each part in the order of the paper, "-" for one without: "CAB", "C-B"."""
        parts, choices = self.shown(body, order)
        signs = keyed_marks(typed)
        marks = {mark: choice["key"] for choice, mark in zip(choices, self.choice_marks(choices), strict=True)}
        if signs and (len(signs) != len(parts) or any(sign not in marks and sign != "-" for sign in signs)):
            example = "".join(list(marks)[: len(parts)])
            raise KindError(_("Anh/Chị nhập %(n)s ký hiệu liền nhau, mỗi dòng một ký hiệu, ví dụ %(example)s.", n=len(parts), example=example))
        return self.read(body, [f"{part['key']}:{marks[sign]}" for part, sign in zip(parts, signs, strict=False) if sign != "-"])


def part_of(raw: Any, names: Sequence[str], place: str) -> dict[str, str]:
    """The texts of an entry {name: text}; KindError when one is missing or an unknown one stands there."""
    if not isinstance(raw, dict):
        raise KindError(_("%(place)s không đúng dạng.", place=place))
    if unknown := sorted(str(name) for name in raw if name not in names):
        raise KindError(_("%(place)s có mục lạ `%(name)s`.", place=place, name=unknown[0]))
    return {name: text_of(raw, name, place) for name in names}
