"""The rules and the blueprint of a quiz, checked: every fault is one sentence. The same checks stand before folders and pages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from lms.base import Refused
from lms.base import gettext as _

from .checks import is_key, is_whole, unknown_entries
from .draw import Candidate, draw, fits, take_of, total_of
from .drawing import Stock, above_of
from .kinds import KINDS
from .models import BEHAVIOURS, DIFFICULTIES, REVIEWS, TAKES
from .rules import uses_of

QUIZ_FIELDS = {"key", "title", "minutes", "attempts", "pass_percent", "counts", "blueprint"}
QUIZ_FIELDS |= {"behaviour", "grace_seconds", "per_page", "takes", "wait_minutes", "review", "levels"}
REVIEW_FIELDS = ("after", "later", "closed")
LINE_FIELDS = {"topic", "take", "difficulty", "scenario", "kind", "tag"}
LEVEL_FIELDS = {"key", "title", "from_percent"}
MOST_QUESTIONS = 200
LONGEST_WAIT = 60 * 24 * 60
MOST_LEVELS = 10


def is_title(value: Any) -> bool:
    """Whether it is a title with Vietnamese words."""
    return isinstance(value, dict) and isinstance(value.get("vi"), str) and bool(value["vi"].strip())


def is_tag(value: Any) -> bool:
    """Whether it can be a tag: one line of at most 60 characters."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 60


def stock_from(questions: Sequence[dict[str, Any]], topics: Sequence[Mapping[str, Any]] | None, behaviour: str) -> Stock:
    """What (checked) questions as written have for a quiz. topics: as written; None: those that the questions name."""
    written = [{"key": key} for key in sorted({raw["topic"] for raw in questions})] if topics is None else topics
    parents: dict[str, str | None] = {topic["key"]: topic.get("parent") for topic in written}
    above, uses = above_of(parents), uses_of(behaviour)
    candidates, others = [], set()
    for number, raw in enumerate(questions):
        if raw.get("use", "test") not in uses:
            others.add(raw["key"])
            continue
        own = (number, raw["topic"], raw["difficulty"], raw.get("scenario", False), 0, False, raw["key"], raw["kind"])
        candidates.append(Candidate(*own, tags=tuple(raw.get("tags", ())), above=above.get(raw["topic"], ())))
    return Stock(candidates, {key: {} for key in parents}, frozenset(others))


def check_blueprint(
    blueprint: Any, questions: Sequence[dict[str, Any]], topics: Sequence[Mapping[str, Any]] | None = None, behaviour: str = "deferred"
) -> list[str]:
    """What is wrong with a blueprint for a bank of these (checked) questions and topics, as written."""
    return blueprint_faults(blueprint, stock_from(questions, topics, behaviour))


def blueprint_faults(blueprint: Any, stock: Stock) -> list[str]:
    """What is wrong with a blueprint for what a bank has."""
    if not isinstance(blueprint, list) or not blueprint:
        return [_("`blueprint` phải là danh sách, mỗi dòng một chủ đề và số câu lấy ra.")]
    faults = [fault for number, line in enumerate(blueprint, 1) for fault in _line_faults(number, line)]
    if faults:
        return faults
    if total_of(blueprint) > MOST_QUESTIONS:
        return [_("Một đề có nhiều nhất %(most)s câu.", most=MOST_QUESTIONS)]
    faults = _fixed_faults(blueprint, stock) + [fault for line in blueprint for fault in _shortage(line, stock)]
    if not faults and len(draw(blueprint, stock.candidates, "check")) < total_of(blueprint):
        faults.append(_("Các dòng của đề cần chung những câu hỏi như nhau nên không đủ câu."))
    return faults


def _line_faults(number: int, line: Any) -> list[str]:
    if not isinstance(line, dict):
        return [_("Dòng %(number)s của `blueprint` không đúng dạng.", number=number)]
    if "question" in line:
        rules = [
            (not unknown_entries(line, {"question"}), _("Dòng %(number)s của `blueprint`: câu cố định chỉ có mục `question`.", number=number)),
            (is_key(line["question"]), _("Dòng %(number)s của `blueprint`: `question` là khóa của một câu hỏi.", number=number)),
        ]
        return [sentence for holds, sentence in rules if not holds]
    rules = [
        (not unknown_entries(line, LINE_FIELDS), _("Dòng %(number)s của `blueprint` có mục lạ.", number=number)),
        (is_key(line.get("topic")), _("Dòng %(number)s của `blueprint` thiếu `topic`.", number=number)),
        (is_whole(line.get("take"), 1, MOST_QUESTIONS), _("Dòng %(number)s của `blueprint`: `take` là số câu, từ 1.", number=number)),
        (line.get("difficulty", "easy") in DIFFICULTIES, _("Dòng %(number)s của `blueprint`: không có `difficulty` này.", number=number)),
        (
            isinstance(line.get("scenario", False), bool),
            _("Dòng %(number)s của `blueprint`: `scenario` chỉ là true hoặc false.", number=number),
        ),
        (
            "kind" not in line or (isinstance(line["kind"], str) and line["kind"] in KINDS),
            _("Dòng %(number)s của `blueprint`: không có dạng câu hỏi này.", number=number),
        ),
        ("tag" not in line or is_tag(line["tag"]), _("Dòng %(number)s của `blueprint`: `tag` là một nhãn.", number=number)),
    ]
    return [sentence for holds, sentence in rules if not holds]


def _fixed_faults(blueprint: Sequence[dict[str, Any]], stock: Stock) -> list[str]:
    wanted = Counter(line["question"] for line in blueprint if "question" in line)
    usable = {candidate.key for candidate in stock.candidates}
    faults = []
    for key, times in wanted.items():
        if times > 1:
            faults.append(_("Câu cố định %(key)s đứng hai lần trong đề.", key=key))
        if key in stock.others:
            faults.append(_("Câu cố định %(key)s không dùng được cho bài này (đã ngừng dùng, hoặc mục đích khác).", key=key))
        elif key not in usable:
            faults.append(_("Không có câu hỏi %(key)s để làm câu cố định.", key=key))
    return faults


def _shortage(line: dict[str, Any], stock: Stock) -> list[str]:
    if "question" in line:
        return []
    if line["topic"] not in stock.topics:
        return [_("Không có chủ đề `%(topic)s`.", topic=line["topic"])]
    found = sum(fits(candidate, line) for candidate in stock.candidates)
    if found >= take_of(line):
        return []
    name = stock.topics[line["topic"]].get("vi") or line["topic"]
    return [_("Chủ đề `%(topic)s` có %(found)s câu phù hợp, đề cần %(take)s.", topic=name, found=found, take=line["take"])]


def rule_faults(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with the rules of a quiz as written, without key, title and blueprint: (entry, sentence)."""
    most = {"minutes": 600, "attempts": 100, "per_page": 200, "wait_minutes": LONGEST_WAIT}
    least = {name: raw.get(name) is None or is_whole(raw[name], 1, limit) for name, limit in most.items()}
    rules = [
        ("minutes", least["minutes"], _("`minutes` là số phút, từ 1 đến 600.")),
        ("attempts", least["attempts"], _("`attempts` là số lượt làm bài, từ 1 đến 100.")),
        ("pass_percent", is_whole(raw.get("pass_percent"), 0, 100), _("`pass_percent` là số từ 0 đến 100.")),
        ("counts", isinstance(raw.get("counts", True), bool), _("`counts` chỉ là true hoặc false.")),
        ("behaviour", raw.get("behaviour", "deferred") in BEHAVIOURS, _one_of("behaviour", BEHAVIOURS)),
        ("grace_seconds", is_whole(raw.get("grace_seconds", 30), 0, 600), _("`grace_seconds` là số giây, từ 0 đến 600.")),
        ("per_page", least["per_page"], _("`per_page` là số câu mỗi trang, từ 1 đến 200.")),
        ("takes", raw.get("takes", "best") in TAKES, _one_of("takes", TAKES)),
        ("wait_minutes", least["wait_minutes"], _("`wait_minutes` là số phút chờ, từ 1 đến %(most)s.", most=LONGEST_WAIT)),
    ]
    faults = [(entry, sentence) for entry, holds, sentence in rules if not holds]
    faults += [("review", sentence) for sentence in _review_faults(raw.get("review", {}))]
    faults += [("levels", sentence) for sentence in _level_faults(raw.get("levels", []))]
    return faults or _contradictions(raw)


def _one_of(name: str, words: Sequence[str]) -> str:
    return _("`%(name)s` phải là một trong: %(words)s.", name=name, words=", ".join(words))


def _contradictions(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    is_practice, levels = raw.get("behaviour") == "practice", raw.get("levels", [])
    rules = [
        ("counts", not is_practice or not raw.get("counts", True), _("Bài luyện tập không lưu kết quả nên không tính điểm (`counts: false`).")),
        ("levels", not is_practice or not levels, _("Bài luyện tập không lưu kết quả nên không xếp mức.")),
        ("pass_percent", not levels or raw.get("pass_percent") == 0, _("Bài xếp mức không có điểm đạt (`pass_percent: 0`).")),
    ]
    return [(entry, sentence) for entry, holds, sentence in rules if not holds]


def _review_faults(review: Any) -> list[str]:
    if not isinstance(review, dict):
        return [_("`review` gồm các mục %(names)s.", names=", ".join(REVIEW_FIELDS))]
    faults = unknown_entries(review, set(REVIEW_FIELDS))
    return faults + [_one_of(f"review: {name}", REVIEWS) for name in REVIEW_FIELDS if review.get(name, "answers") not in REVIEWS]


def _level_faults(levels: Any) -> list[str]:
    if not isinstance(levels, list) or not all(isinstance(level, dict) for level in levels):
        return [_("`levels` phải là danh sách, mỗi dòng một mức.")]
    if not levels:
        return []
    if not 2 <= len(levels) <= MOST_LEVELS:
        return [_("Bài xếp mức có từ 2 đến %(most)s mức.", most=MOST_LEVELS)]
    faults = [fault for level in levels for fault in unknown_entries(level, LEVEL_FIELDS)]
    faults += [_("Mỗi mức có `key` và tên tiếng Việt.") for level in levels if not is_key(level.get("key")) or not is_title(level.get("title"))][:1]
    starts = [level.get("from_percent") for level in levels]
    if not all(is_whole(start, 0, 100) for start in starts) or starts[0] != 0 or any(a >= b for a, b in zip(starts, starts[1:], strict=False)):
        faults.append(_("Các mức phải bắt đầu từ 0 % và tăng dần (`from_percent`)."))
    if len({str(level.get("key")) for level in levels}) < len(levels):
        faults.append(_("Hai mức trùng `key`."))
    return faults


def check_quiz(raw: Any, questions: Sequence[dict[str, Any]], topics: Sequence[Mapping[str, Any]] | None = None) -> list[str]:
    """What is wrong with a quiz as written, its blueprint included."""
    if not isinstance(raw, dict):
        return [_("Bài kiểm tra không đúng dạng.")]
    faults = unknown_entries(raw, QUIZ_FIELDS)
    if not is_key(raw.get("key")):
        faults.append(_("`key` chỉ gồm chữ thường không dấu, số và gạch nối."))
    if not is_title(raw.get("title")):
        faults.append(_("`title` thiếu tên tiếng Việt (`vi`)."))
    faults += [sentence for _entry, sentence in rule_faults(raw)]
    behaviour = raw.get("behaviour") if raw.get("behaviour") in BEHAVIOURS else "deferred"
    return faults + check_blueprint(raw.get("blueprint"), questions, topics, str(behaviour))


def refuse_faults(raw: Mapping[str, Any], stock: Stock) -> None:
    """Refused, at the field of a form where there is one, when the rules or the blueprint have a fault. Key and title are checked by the form."""
    for entry, sentence in rule_faults(raw):
        raise Refused(sentence.replace("`", ""), entry if entry in ("counts", "pass_percent") else "")
    for sentence in blueprint_faults(raw["blueprint"], stock):
        raise Refused(sentence.replace("`", ""))
