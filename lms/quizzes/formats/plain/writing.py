"""Writing text as it is pasted from Word. A line that would be taken for something else bears the sign of verbatim text."""

from collections.abc import Sequence

from lms.base import gettext as _

from ...format import Raw, Written
from ...kind_names import MULTIPLE, SINGLE, TRUEFALSE
from ...to_files import Writing
from . import signs

NAME = "plain"
SCORINGS = {"parts": "Từng phần", "penalty": "Trừ điểm"}
LEVELS = {"easy": "Dễ", "medium": "Trung bình", "hard": "Khó"}


def write(questions: Sequence[Raw]) -> Written:
    """A text of numbered questions."""
    writing = Writing(NAME, frozenset({SINGLE, MULTIPLE, TRUEFALSE}))
    blocks: list[str] = []
    for number, raw, topic in writing.known(questions):
        for name in ("use", "scenario", "lesson"):
            if name in raw:
                writing.lose_entry(number, name)
        if any(";" in tag for tag in raw.get("standards", ())):
            writing.lose(number, _("Dấu ; trong mã chuẩn không giữ."))
        blocks.append("\n".join(_lines(len(blocks) + 1, raw, topic)) + "\n")
    return writing.done("\n".join(blocks).encode())


def _lines(number: int, raw: Raw, topic: str) -> list[str]:
    has_letters = "options" in raw
    lines = _put(f"Câu {number}. ", raw["text"], has_letters)
    for letter, option in zip(signs.LETTERS, raw.get("options", ()), strict=False):
        lines += _put(f"{'*' if option.get('correct') else ''}{letter}. ", option["text"], has_letters)
    for letter, option in zip(signs.LETTERS, raw.get("options", ()), strict=False):
        lines += _put(f"Giải thích {letter}: ", option["why"], has_letters) if option["why"] else []
    if raw["kind"] == TRUEFALSE:
        lines.append(f"Đáp án: {'Đúng' if raw['answer'] else 'Sai'}")
        for word, name in (("Đúng", "why_true"), ("Sai", "why_false")):
            lines += _put(f"Giải thích {word}: ", raw[name], has_letters) if raw[name] else []
    lines += [f"Mức độ: {LEVELS[raw['difficulty']]}"] if raw.get("difficulty") else []
    lines += [f"Chủ đề: {topic}"] if topic else []
    lines += [f"Nhãn: {'; '.join(raw['tags'])}"] if raw.get("tags") else []
    lines += [f"Cách chấm: {SCORINGS[raw['scoring']]}"] if "scoring" in raw else []
    return lines + ([f"Mã chuẩn: {'; '.join(raw['standards'])}"] if raw.get("standards") else [])


def _put(label: str, text: str, has_letters: bool) -> list[str]:
    """The lines of a text, the first one after its label."""
    first, *more = text.split("\n")
    is_option = label.lstrip("*")[:2] in [f"{letter}." for letter in signs.LETTERS]
    is_taken = signs.VERBATIM in first or (is_option and signs.bare_option(first) != (first, False))
    return [label + _safe(first, is_taken)] + [_safe(line, signs.VERBATIM in line or signs.is_sign(line, has_letters)) for line in more]


def _safe(line: str, is_taken: bool) -> str:
    """The line, marked as verbatim where a reader would change it, cut it, or take it for something else."""
    is_plain = line and line.strip() == line and signs.without_runs(line) == line
    has_options = any(len(list(signs.inner_options(line, signs.LETTERS[place:]))) > 1 for place in range(len(signs.LETTERS)))
    return line if is_plain and not has_options and not is_taken else signs.VERBATIM + line
