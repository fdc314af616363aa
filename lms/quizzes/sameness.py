"""Which versions of a question were shown with the same words: a correction of the key changes nothing that a learner sees."""

from collections.abc import Iterable, Sequence
from typing import Any

from .kind import KindError
from .kinds import KINDS
from .models import QuestionVersion


def keyed_as(kind: str, body: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any] | None:
    """The body with the keys of one that was shown; None unless the page and the meaning of its answers are the same with both."""
    one = KINDS[kind]
    try:
        keyed = one.keyed_like(body, shown)
        order = one.keys(shown)
        is_alike = sorted(order) == sorted(one.keys(keyed)) and one.deliver(shown, order) == one.deliver(keyed, order)
    except (KindError, KeyError):
        return None
    return keyed if is_alike else None


def shown_alike(versions: Iterable[QuestionVersion], current: QuestionVersion) -> Sequence[QuestionVersion]:
    """Those of a question's versions whose answers mean the same as the current one's; it is among them."""
    return [one for one in versions if one.kind == current.kind and keyed_as(one.kind, current.body, one.body) == current.body]
