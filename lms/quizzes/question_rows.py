"""A question as written and what becomes of it in the tables: the entries beside its text, how it is found, and when it says the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from lms.base import fold, nfc

from .digests import digest_of
from .kinds import KINDS


def entries_of(raw: Mapping[str, Any], topic_id: int) -> dict[str, Any]:
    """The columns of a question beside its versions, from a (checked) question as written; it is in use."""
    return {
        "topic_id": topic_id,
        "use": raw.get("use", "test"),
        "difficulty": raw["difficulty"],
        "is_scenario": raw.get("scenario", False),
        "lesson_key": raw.get("lesson"),
        "standards": list(raw.get("standards", [])),
        "tags": composed_tags(raw.get("tags", [])),
        "state": "published",
    }


def composed_tags(tags: Sequence[str]) -> list[str]:
    """The tags in their one form, each once."""
    return list(dict.fromkeys(tag for tag in (" ".join(nfc(tag).split()) for tag in tags) if tag))


def search_of(key: str, body: Mapping[str, Any], tags: Sequence[str]) -> str:
    """The text by which a question is found: its key, what it asks and its tags, without accents."""
    return fold(" ".join([key, str(body.get("text", "")), *tags]))


def said_by(kind: str, body: dict[str, Any]) -> list[Any]:
    """What the author said with this body: its own keys (a, b, c …) do not matter, the content of its picture does."""
    picture = body.get("picture")
    return [kind, KINDS[kind].written(body), *([picture["token"]] if isinstance(picture, dict) and "token" in picture else [])]


def question_digest(kind: str, body: dict[str, Any]) -> str:
    """The digest of a version: the same for whoever says the same, however its options are keyed."""
    return digest_of(said_by(kind, body))
