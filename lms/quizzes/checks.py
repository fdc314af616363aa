"""What an author wrote, checked: every fault is one sentence. The same checks stand before typing, loading and importing."""

import re
from collections.abc import Sequence
from typing import Any

from lms.base import gettext as _

from .draw import Candidate, draw, fits, total_of
from .kind import KindError
from .kinds import KINDS
from .models import DIFFICULTIES, USES

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
FIELDS = {"key", "kind", "use", "topic", "difficulty", "scenario", "lesson", "standards"}
QUIZ_FIELDS = {"key", "title", "minutes", "attempts", "pass_percent", "counts", "blueprint"}
LINE_FIELDS = {"topic", "take", "difficulty", "scenario"}
MOST_QUESTIONS = 200


def is_key(value: Any) -> bool:
    """Whether it is a key: small letters, digits and hyphens, at most 64."""
    return isinstance(value, str) and KEY.fullmatch(value) is not None


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether it is a whole number (and not true or false) within the bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _unknown(raw: dict[Any, Any], known: set[str]) -> list[str]:
    """Sentences for entries that nobody knows (a misspelt name loses its content silently); `_…` is for the reader of the file."""
    return [_("Không có mục `%(name)s`.", name=name) for name in map(str, raw) if name not in known and not name.startswith("_")]


def check_question(raw: Any) -> list[str]:
    """What is wrong with a question as written; empty: it can be loaded."""
    if not isinstance(raw, dict):
        return [_("Câu hỏi không đúng dạng.")]
    kind = KINDS.get(raw["kind"]) if isinstance(raw.get("kind"), str) else None
    if kind is None:
        return [_("`kind` phải là một trong: %(names)s.", names=", ".join(sorted(KINDS)))]
    faults = _unknown(raw, FIELDS | set(kind.fields)) + _check_entries(raw)
    try:
        kind.parse(raw)
    except KindError as error:
        faults.append(error.sentence)
    return faults


def _check_entries(raw: dict[str, Any]) -> list[str]:
    standards = raw.get("standards", [])
    rules = [
        (is_key(raw.get("key")), _("`key` chỉ gồm chữ thường không dấu, số và gạch nối.")),
        (is_key(raw.get("topic")), _("Câu hỏi thiếu `topic` (khóa của một chủ đề).")),
        (raw.get("use", "test") in USES, _("`use` phải là một trong: %(names)s.", names=", ".join(USES))),
        (raw.get("difficulty") in DIFFICULTIES, _("`difficulty` phải là một trong: %(names)s.", names=", ".join(DIFFICULTIES))),
        (isinstance(raw.get("scenario", False), bool), _("`scenario` chỉ là true hoặc false.")),
        (raw.get("lesson") is None or is_key(raw["lesson"]), _("`lesson` phải là khóa của một bài học.")),
        (isinstance(standards, list) and all(isinstance(tag, str) for tag in standards), _("`standards` phải là danh sách mã chuẩn.")),
    ]
    return [sentence for holds, sentence in rules if not holds]


def candidates_of(questions: Sequence[dict[str, Any]]) -> list[Candidate]:
    """The questions as written that tests may draw from."""
    return [
        Candidate(number, raw["topic"], raw["difficulty"], raw.get("scenario", False))
        for number, raw in enumerate(questions)
        if raw.get("use", "test") == "test"
    ]


def check_blueprint(blueprint: Any, questions: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with a blueprint for a bank of these (checked) questions."""
    if not isinstance(blueprint, list) or not blueprint:
        return [_("`blueprint` phải là danh sách, mỗi dòng một chủ đề và số câu lấy ra.")]
    faults = [fault for number, line in enumerate(blueprint, 1) for fault in _check_line(number, line)]
    if faults:
        return faults
    if total_of(blueprint) > MOST_QUESTIONS:
        return [_("Một đề có nhiều nhất %(most)s câu.", most=MOST_QUESTIONS)]
    candidates = candidates_of(questions)
    for line in blueprint:
        found = sum(fits(candidate, line) for candidate in candidates)
        if found < line["take"]:
            faults.append(_("Chủ đề `%(topic)s` có %(found)s câu phù hợp, đề cần %(take)s.", topic=line["topic"], found=found, take=line["take"]))
    if not faults and len(draw(blueprint, candidates, "check")) < total_of(blueprint):
        faults.append(_("Các dòng của đề cần chung những câu hỏi như nhau nên không đủ câu."))
    return faults


def _check_line(number: int, line: Any) -> list[str]:
    if not isinstance(line, dict):
        return [_("Dòng %(number)s của `blueprint` không đúng dạng.", number=number)]
    rules = [
        (not _unknown(line, LINE_FIELDS), _("Dòng %(number)s của `blueprint` có mục lạ.", number=number)),
        (is_key(line.get("topic")), _("Dòng %(number)s của `blueprint` thiếu `topic`.", number=number)),
        (is_whole(line.get("take"), 1, MOST_QUESTIONS), _("Dòng %(number)s của `blueprint`: `take` là số câu, từ 1.", number=number)),
        (
            "difficulty" not in line or line["difficulty"] in DIFFICULTIES,
            _("Dòng %(number)s của `blueprint`: không có `difficulty` này.", number=number),
        ),
        (
            isinstance(line.get("scenario", False), bool),
            _("Dòng %(number)s của `blueprint`: `scenario` chỉ là true hoặc false.", number=number),
        ),
    ]
    return [sentence for holds, sentence in rules if not holds]


def check_quiz(raw: Any, questions: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with a quiz as written, its blueprint included."""
    if not isinstance(raw, dict):
        return [_("Bài kiểm tra không đúng dạng.")]
    title = raw.get("title")
    rules = [
        (is_key(raw.get("key")), _("`key` chỉ gồm chữ thường không dấu, số và gạch nối.")),
        (isinstance(title, dict) and isinstance(title.get("vi"), str) and bool(title["vi"].strip()), _("`title` thiếu tên tiếng Việt (`vi`).")),
        (raw.get("minutes") is None or is_whole(raw["minutes"], 1, 600), _("`minutes` là số phút, từ 1 đến 600.")),
        (raw.get("attempts") is None or is_whole(raw["attempts"], 1, 100), _("`attempts` là số lượt làm bài, từ 1 đến 100.")),
        (is_whole(raw.get("pass_percent"), 0, 100), _("`pass_percent` là số từ 0 đến 100.")),
        (isinstance(raw.get("counts", True), bool), _("`counts` chỉ là true hoặc false.")),
    ]
    faults = _unknown(raw, QUIZ_FIELDS) + [sentence for holds, sentence in rules if not holds]
    return faults + check_blueprint(raw.get("blueprint"), questions)
