"""An answer in words, from what the page showed: no key of a question is touched."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from .kinds import KINDS


def in_words(kind: str, body: dict[str, Any], order: Sequence[str], answer: Sequence[str] | None) -> tuple[str, list[str]]:
    """(question, what was answered) as text. Options chosen are named by their text, parts of a question by theirs."""
    shown = KINDS[kind].deliver(body, order)
    return plain_text(shown["text"]), answer_in_words(shown, answer or ())


def answer_in_words(shown: Mapping[str, Any], answer: Sequence[str]) -> list[str]:
    """What was answered to a question as `deliver` shows it."""
    options, parts, choices = (_texts(shown.get(name)) for name in ("options", "parts", "choices"))
    said = []
    for place, one in enumerate(answer):
        part, colon, choice = one.partition(":")
        if colon and part in parts and choice in choices:
            said.append(f"{parts[part]}: {choices[choice]}")
        else:
            said.append(options.get(one) or _in_gap(shown.get("gaps"), place, one))
    return said


def plain_text(text: str) -> str:
    """A text of the page without its marks."""
    return str(text.striptags() if isinstance(text, Markup) else text)


def _texts(listed: Any) -> dict[str, str]:
    return {one["key"]: plain_text(one["text"]) for one in listed or () if isinstance(one, Mapping) and "text" in one}


def _in_gap(gaps: Any, place: int, one: str) -> str:
    return _texts(gaps[place].get("options")).get(one, one) if gaps and place < len(gaps) and isinstance(gaps[place], Mapping) else str(one)
