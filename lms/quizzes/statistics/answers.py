"""What was answered, in words: how many chose each option, or the most frequent answers of each part. Pure; names no kind of question."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..kind import Kind

MOST_TOLD = 5
Counted = Sequence[tuple[list[str] | None, int]]


@dataclass(frozen=True)
class Told:
    """An answer that people gave, how many gave it, and whether it is right. part: of which part of the question, "" where there are none."""

    part: str
    text: str
    count: int
    is_right: bool


def told_answers(kind: Kind, body: dict[str, Any], counted: Counted) -> list[Told]:
    """What was answered, from (answer, how many gave it): every option, or the most frequent answers of each part."""
    explained = kind.explain(body, None, kind.keys(body))
    if "options" in explained:
        return _options(explained["options"], counted)
    return _parts(kind, body, counted) if "parts" in explained else []


def _options(options: Sequence[dict[str, Any]], counted: Counted) -> list[Told]:
    chosen: Counter[str] = Counter()
    for answer, count in counted:
        chosen.update({key: count for key in answer or ()})
    return [Told("", _plain(option["text"]), chosen[option["key"]], bool(option["correct"])) for option in options]


def _parts(kind: Kind, body: dict[str, Any], counted: Counted) -> list[Told]:
    names: dict[int, str] = {}
    given: dict[int, Counter[tuple[str, bool]]] = {}
    for answer, count in counted:
        if answer is None:
            continue
        parts = kind.explain(body, answer, kind.keys(body))["parts"]
        for number, part in enumerate(parts, 1):
            names[number] = _plain(part.get("text", "")) or (f"({number})" if len(parts) > 1 else "")
            given.setdefault(number, Counter())[(_plain(part["chosen"]), bool(part["is_right"]))] += count
    return [
        Told(names[number], text, count, is_right)
        for number, counts in sorted(given.items())
        for (text, is_right), count in counts.most_common(MOST_TOLD)
        if text
    ]


def _plain(text: Any) -> str:
    return text.striptags() if hasattr(text, "striptags") else str(text)
