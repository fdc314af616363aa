"""How a rubric and a model answer stand in a file that has one text for both, and how they are read from it."""

import re
from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from .format import Raw
from .from_files import Reading
from .to_files import Writing

CRITERIA, MODEL = "Tiêu chí chấm:", "Bài làm mẫu:"
ONLY = "Nội dung đúng và đủ ý"  # the criterion of an essay whose file has none
_OURS = re.compile(rf"{CRITERIA}\n((?:- \d{{1,3}} điểm: [^\n]+\n)+){MODEL}\n?(.*)", re.DOTALL)
_LINE = re.compile(r"(?:[-–•*]\s*)?(\d{1,3})\s*(?:điểm|đ|%)?\s*[:.)\-–]\s*(\S.*)")


def written_rubric(raw: Raw, writing: Writing, number: int) -> str:
    """The criteria, a line each, and the model answer."""
    lines = "".join(f"- {points} điểm: {text}\n" for points, text in one_lined(raw, writing, number))
    return f"{CRITERIA}\n{lines}{MODEL}\n{raw['model']}".strip()


def one_lined(raw: Raw, writing: Writing, number: int) -> list[tuple[int, str]]:
    """(points, text) of each criterion, the text on one line."""
    if any(" ".join(one["text"].split()) != one["text"] for one in raw["rubric"]):
        writing.lose(number, _("Chỗ xuống dòng và nhiều dấu cách trong tiêu chí chấm không giữ."))
    return [(one["points"], " ".join(one["text"].split())) for one in raw["rubric"]]


def rubric_in(text: str, reading: Reading, number: int) -> dict[str, Any]:
    """rubric and model from a text: as we write it, else the whole of it is the model answer."""
    found = _OURS.fullmatch(text.strip())
    if not found:
        return {"rubric": only(reading, number), "model": text.strip()}
    return {"rubric": rubric_of(found[1].split("\n"), reading, number), "model": found[2].strip()}


def rubric_of(lines: Sequence[str], reading: Reading, number: int) -> list[dict[str, Any]]:
    """The criteria of lines such as "40: Nêu đúng hai cách"; without any, the one that every essay can have."""
    rubric = []
    for line in (line.strip() for line in lines if line.strip()):
        found = _LINE.fullmatch(line)
        if found:
            rubric.append({"text": found[2], "points": int(found[1])})
        else:
            reading.fault(number, _("Tiêu chí “%(text)s” cần ghi số điểm ở đầu dòng, ví dụ “40: Nêu đúng hai cách”.", text=line[:60]))
    return rubric or only(reading, number)


def only(reading: Reading, number: int) -> list[dict[str, Any]]:
    """One criterion for all points, where a file has none."""
    reading.lose(number, _("Câu tự luận không có tiêu chí chấm: hệ thống đặt một tiêu chí “%(name)s” cho cả câu.", name=ONLY))
    return [{"text": ONLY, "points": 100}]
