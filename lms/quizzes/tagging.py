"""Entries of a question that have no place of their own in GIFT and Moodle XML travel as tags, which both know, beside its own tags."""

from collections.abc import Callable, Sequence
from typing import Any

from lms.base import gettext as _

from .checks import MOST_TAGS, is_key, is_tag
from .format import Raw
from .from_files import Reading
from .kinds import KINDS
from .models import DIFFICULTIES, USES
from .question_rows import composed_tags
from .to_files import BESIDE

OWN, SCORING, WHOLE = "tag", "scoring", "whole"
_FLAGS = ("scenario", "case", "accents")
_WORDS: dict[str, Callable[[str], bool]] = {
    "use": USES.__contains__,
    "difficulty": DIFFICULTIES.__contains__,
    "lesson": is_key,
    SCORING: (WHOLE, "parts", "penalty").__contains__,
    "unit": bool,
}
_NUMBERS = ("fewest_words", "most_words")


def tags_of(raw: Raw, without: Sequence[str] = ()) -> list[str]:
    """The entries beside the question, its rules and its tags, as tags."""
    values = {**({SCORING: WHOLE} if SCORING in KINDS[raw["kind"]].fields else {}), **raw}
    tags = [f"{name}:{values[name]}" for name in (*_WORDS, *_NUMBERS) if values.get(name) and name not in without]
    tags += [name for name in _FLAGS if raw.get(name) and name not in without]
    tags += [f"standard:{tag}" for tag in raw.get("standards", ())]
    return tags + [tag if from_tags([tag]) == ({}, [tag]) else f"{OWN}:{tag}" for tag in raw.get("tags", ())]


def from_tags(tags: Sequence[str]) -> tuple[Raw, list[str]]:
    """(entries of the question, tags of its own)."""
    entries: Raw = {}
    own = []
    for tag in tags:
        name, _colon, value = tag.partition(":")
        if tag in _FLAGS:
            entries[tag] = True
        elif name in _WORDS and _WORDS[name](value):
            entries[name] = value
        elif name in _NUMBERS and value.isascii() and value.isdigit() and len(value) < 5:
            entries[name] = int(value)
        elif name == "standard" and value:
            entries.setdefault("standards", []).append(value)
        else:
            own.append(value if name == OWN and value else tag)
    return entries, own


def with_tags(raw: Raw, tags: Sequence[str], reading: Reading, number: int) -> Raw:
    """The question with what its tags say. Where no tag of ours says otherwise, parts are marked one by one, as Moodle marks them."""
    entries, own = from_tags(tags)
    kept: list[str] = []
    for tag in composed_tags(own):
        if is_tag(tag) and len(kept) < MOST_TAGS:
            kept.append(tag)
        else:
            reading.lose(number, _("Nhãn “%(tag)s” không có chỗ ở đây.", tag=tag[:40]))
    fields = KINDS[raw["kind"]].fields
    scoring = entries.pop(SCORING, raw.get(SCORING, "parts"))
    known = {name: value for name, value in entries.items() if name in BESIDE or name in fields}
    rest = {name: value for name, value in raw.items() if name != SCORING}
    return {**rest, **known, **_scoring(raw, scoring), **({"tags": kept} if kept else {})}


def _scoring(raw: Raw, scoring: str) -> dict[str, Any]:
    """The entry for the scoring, where the kind has one and it is not the usual one."""
    is_known = SCORING in KINDS[raw["kind"]].fields and (scoring != "penalty" or "options" in raw)
    return {SCORING: scoring} if is_known and scoring != WHOLE else {}
