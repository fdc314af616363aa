"""Kinds that are answered by typing: a number, a short text, the gaps of a cloze.

An answer lists what stands in each field, in the author's order; a field left open is "". What was typed is kept as it was typed.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.base import fold, nfc
from lms.base import gettext as _

from .kind import Answer, Body, Kind, KindError, rich

LONGEST_ANSWER = 200
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*")


class FieldKind(Kind):
    """A question with one field or more. Right only as a whole, unless the author wrote `scoring: parts`."""

    shuffles = False
    empties = True
    result_template = "quizzes/_fields_result.html"
    self_check_template = "quizzes/_fields_self_check.html"

    def gaps(self, body: Body) -> list[dict[str, Any]]:
        """The fields in the author's order."""
        raise NotImplementedError

    def is_right(self, gap: dict[str, Any], typed: str) -> bool:
        """Whether this is a right answer for the field."""
        raise NotImplementedError

    def shown(self, gap: dict[str, Any], typed: str) -> str:
        """What was typed (or chosen), as a reader sees it."""
        return typed

    def right_text(self, gap: dict[str, Any]) -> str:
        """A right answer, as a reader sees it."""
        raise NotImplementedError

    def keys(self, body: Body) -> list[str]:
        return []

    def read(self, body: Body, values: Sequence[str]) -> Answer:
        typed = [" ".join(nfc(value).split()) for value in values]
        if not any(typed):
            return None
        if len(typed) != len(self.gaps(body)):
            raise KindError(_("Câu trả lời không thuộc câu hỏi này. Anh/Chị tải lại trang rồi chọn lại."))
        if any(len(text) > LONGEST_ANSWER for text in typed):
            raise KindError(_("Câu trả lời dài quá %(most)s ký tự. Anh/Chị viết ngắn lại.", most=LONGEST_ANSWER))
        return typed

    def mark(self, body: Body, answer: Answer, max_points: int) -> int:
        gaps = self.gaps(body)
        right = sum(self.is_right(gap, typed) for gap, typed in zip(gaps, answer or (), strict=False))
        if right == len(gaps):
            return max_points
        return max_points * right // len(gaps) if body.get("scoring") == "parts" else 0

    def explain(self, body: Body, answer: Answer, order: Sequence[str]) -> dict[str, Any]:
        gaps = self.gaps(body)
        told = [
            {"chosen": self.shown(gap, typed), "right": self.right_text(gap), "is_right": self.is_right(gap, typed)}
            for gap, typed in zip(gaps, answer or [""] * len(gaps), strict=False)
        ]
        return {"text": rich(self.question_text(body)), "parts": told, "why": rich(body["why"])}

    def question_text(self, body: Body) -> str:
        """The question without its fields, for the page of results."""
        text: str = body["text"]
        return text


def numbers_meant(typed: str, unit: str = "") -> set[Decimal]:
    """Every number that a Vietnamese reader may have meant: "12,5" and "12.5"; "1.200" is both 1200 and 1,2."""
    text = "".join(nfc(typed).split())
    if unit and fold(text).endswith(fold("".join(unit.split()))):
        text = text[: len(text) - len("".join(unit.split()))]
    if not re.fullmatch(r"[+-]?[\d.,]+", text):
        return set()
    readings = {text.replace(",", ".")} if text.count(",") + text.count(".") <= 1 else set()
    if found := _GROUPED.fullmatch(text):
        readings.add(text.replace(found[1], ""))
    last = max(text.rfind(","), text.rfind("."))
    if "," in text and "." in text:
        readings.add(re.sub(r"[.,]", "", text[:last]) + "." + text[last + 1 :])
    return {number for reading in readings if (number := decimal_of(reading)) is not None}


def decimal_of(text: str) -> Decimal | None:
    """A number as the machine writes it, or None."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_number_right(typed: str, value: str, tolerance: str, unit: str = "") -> bool:
    """Whether a number that was typed lies within the tolerance of the value."""
    return any(abs(number - Decimal(value)) <= Decimal(tolerance) for number in numbers_meant(typed, unit))


def is_text_right(typed: str, accepted: Sequence[str], is_case_kept: bool, are_accents_kept: bool) -> bool:
    """Whether what was typed is one of the accepted texts; spaces and a full stop at the end never matter."""

    def bare(text: str) -> str:
        text = " ".join(nfc(text).split()).rstrip(". ")
        if not are_accents_kept:
            return fold(text)
        return text if is_case_kept else text.casefold()

    return bare(typed) in {bare(text) for text in accepted} - {""}
