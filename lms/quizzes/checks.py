"""What an author wrote, checked: every fault is one sentence. The same checks stand before typing, loading and importing."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lms.base import gettext as _

from .kind import KindError
from .kinds import KINDS
from .models import DIFFICULTIES, USES

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
FIELDS = {"key", "kind", "use", "topic", "difficulty", "scenario", "lesson", "standards", "tags"}
MOST_TAGS, LONGEST_TAG, DEEPEST_TOPIC = 20, 60, 4


def is_key(value: Any) -> bool:
    """Whether it is a key: small letters, digits and hyphens, at most 64."""
    return isinstance(value, str) and KEY.fullmatch(value) is not None


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether it is a whole number (and not true or false) within the bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def is_tag(value: Any) -> bool:
    """Whether it is a tag: some text of one line, without the signs that stand between tags."""
    return isinstance(value, str) and 0 < len(" ".join(value.split())) <= LONGEST_TAG and not re.search(r"[,;\x00-\x1f\x7f\u2028\u2029]", value)


def unknown_entries(raw: dict[Any, Any], known: set[str]) -> list[str]:
    """Sentences for entries that nobody knows (a misspelt name loses its content silently); `_…` is for the reader of the file."""
    return [_("Không có mục `%(name)s`.", name=name) for name in map(str, raw) if name not in known and not name.startswith("_")]


def check_question(raw: Any) -> list[str]:
    """What is wrong with a question as written; empty: it can be loaded."""
    if not isinstance(raw, dict):
        return [_("Câu hỏi không đúng dạng.")]
    kind = KINDS.get(raw["kind"]) if isinstance(raw.get("kind"), str) else None
    if kind is None:
        return [_("`kind` phải là một trong: %(names)s.", names=", ".join(sorted(KINDS)))]
    faults = unknown_entries(raw, FIELDS | set(kind.fields)) + _check_entries(raw)
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
    faults = [sentence for holds, sentence in rules if not holds]
    tags = raw.get("tags", [])
    if not isinstance(tags, list) or len(tags) > MOST_TAGS or not all(is_tag(tag) for tag in tags):
        told = _(
            "`tags` là danh sách, tối đa %(n)s nhãn; mỗi nhãn tối đa %(most)s ký tự, không có dấu phẩy, chấm phẩy.", n=MOST_TAGS, most=LONGEST_TAG
        )
        faults.append(told)
    return faults


def check_topics(topics: Sequence[dict[str, Any]]) -> list[tuple[int, str]]:
    """What is wrong with the tree of topics as written ({key, title, parent?}): (place in the list, sentence)."""
    parents = {topic["key"]: topic.get("parent") for topic in topics}
    faults = []
    for place, topic in enumerate(topics):
        key, parent = topic["key"], topic.get("parent")
        if parent is None:
            continue
        if parent not in parents:
            faults.append((place, _("Chủ đề `%(key)s`: không có chủ đề `%(parent)s` để đứng dưới.", key=key, parent=str(parent)[:60])))
        elif _depth(key, parents) > DEEPEST_TOPIC:
            faults.append((place, _("Chủ đề `%(key)s` đứng dưới chính mình, hoặc sâu quá %(most)s cấp.", key=key, most=DEEPEST_TOPIC)))
    return faults


def _depth(key: str, parents: Mapping[str, str | None]) -> int:
    """On which level of the tree a topic stands, from 1; beyond the deepest that is allowed it no longer matters."""
    depth, above = 1, parents.get(key)
    while above is not None and depth <= DEEPEST_TOPIC:
        depth, above = depth + 1, parents.get(above)
    return depth
