"""Kinds that are answered by typing: a number, a short text, the gaps of a cloze.

An answer lists what stands in each field, in the author's order; a field left open is "". What was typed is kept as it was typed.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from math import prod
from typing import Any

from lms.base import fold, nfc
from lms.base import gettext as _

from .kind import LETTERS, Answer, Body, Kind, KindError, keyed_marks, plain, rich

LONGEST_ANSWER = 200
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*")


class FieldKind(Kind):
    """A question with one field or more. Right only as a whole, unless the author wrote `scoring: parts`."""

    shuffles = False
    empties = True
    can_be_printed = True
    print_template = "quizzes/print/_fields.html"
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

    def mark(self, body: Body, answer: Answer, max_points: int, order: Sequence[str] = ()) -> int | None:
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

    def guess(self, body: Body) -> int:
        """Only a gap with a list to choose from can be guessed."""
        chances = [1 / len(gap["options"]) if gap.get("options") else 0 for gap in self.gaps(body)]
        return round(100 * (sum(chances) / len(chances) if body.get("scoring") == "parts" else prod(chances)))

    def question_text(self, body: Body) -> str:
        """The question without its fields, for the page of results."""
        text: str = body["text"]
        return text

    def in_short(self, body: Body) -> str:
        return plain(self.question_text(body))

    def choices(self, gap: dict[str, Any]) -> dict[str, str]:
        """key -> text of what a field lets choose among, in the order shown; empty where something is typed."""
        return {}

    def printed(self, body: Body, order: Sequence[str]) -> dict[str, Any]:
        gaps = [{"options": [{"letter": letter, "text": plain(text)} for letter, text in self._lettered(gap)]} for gap in self.gaps(body)]
        return {"text": rich(self.question_text(body)), "unit": body.get("unit", ""), "gaps": gaps}

    def _lettered(self, gap: dict[str, Any]) -> list[tuple[str, str]]:
        return list(zip(LETTERS, self.choices(gap).values(), strict=False))

    def key_said(self, body: Body, order: Sequence[str]) -> str:
        said = [(self.right_text(gap), {text: letter for letter, text in self._lettered(gap)}) for gap in self.gaps(body)]
        return "; ".join(letters.get(text, text) for text, letters in said)

    def read_keyed(self, body: Body, order: Sequence[str], typed: str) -> Answer:
        """The text of the field, or of several fields with ";" between them; a letter where one chooses; "-" for a field left open."""
        gaps = self.gaps(body)
        pieces = [typed] if len(gaps) == 1 else typed.split(";")
        if not keyed_marks(typed):
            return None
        if len(pieces) != len(gaps):
            raise KindError(_("Câu này có %(n)s chỗ trống. Anh/Chị nhập cách nhau bằng dấu chấm phẩy, chỗ bỏ trống nhập dấu -.", n=len(gaps)))
        return self.read(body, [self._keyed(gap, piece.strip()) for gap, piece in zip(gaps, pieces, strict=True)])

    def _keyed(self, gap: dict[str, Any], piece: str) -> str:
        choices = self.choices(gap)
        keys = dict(zip(LETTERS, choices, strict=False))
        if choices and keyed_marks(piece) and piece.upper() not in keys:
            raise KindError(_("Chỗ trống này chỉ có các phương án từ A đến %(last)s.", last=list(keys)[-1]))
        return keys[piece.upper()] if choices and keyed_marks(piece) else piece if keyed_marks(piece) else ""


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


def without_accents(text: str) -> str:
    """The letters without their marks, capitals as they are: Đà Nẵng is Da Nang."""
    plain_letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain_letters if not unicodedata.combining(letter))


def is_text_right(typed: str, accepted: Sequence[str], is_case_kept: bool, are_accents_kept: bool) -> bool:
    """Whether what was typed is one of the accepted texts; spaces and a full stop at the end never matter."""

    def bare(text: str) -> str:
        text = " ".join(nfc(text).split()).rstrip(". ")
        if not are_accents_kept:
            return without_accents(text) if is_case_kept else fold(text)
        return text if is_case_kept else text.casefold()

    return bare(typed) in {bare(text) for text in accepted} - {""}
