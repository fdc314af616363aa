"""Marking: the points of answers. Pure; knows no database."""

from collections.abc import Sequence
from typing import Any, Protocol

from .kinds import KINDS


class Marked(Protocol):
    """What marking needs of an item of a paper; `body` is that of the version by whose key it is marked."""

    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def answer(self) -> list[str] | None: ...
    @property
    def max_points(self) -> int: ...
    @property
    def order(self) -> Sequence[str]: ...
    @property
    def is_dropped(self) -> bool: ...


def points_of(item: Marked) -> int | None:
    """Points of one answer, from 0 to its maximum; no answer gives none, a dropped question gives all. None: a person must mark it."""
    if item.is_dropped:
        return item.max_points
    if item.answer is None:
        return 0
    return KINDS[item.kind].mark(item.body, item.answer, item.max_points, item.order)
