"""Marking: points in whole numbers, pass or not by exact comparison. Pure; knows no database."""

from collections.abc import Iterable
from typing import Any, Protocol

from .kinds import KINDS


class Marked(Protocol):
    """What marking needs of an item of a paper."""

    @property
    def kind(self) -> str: ...
    @property
    def body(self) -> dict[str, Any]: ...
    @property
    def answer(self) -> list[str] | None: ...
    @property
    def max_points(self) -> int: ...


def points_of(item: Marked) -> int:
    """Points of one answer, from 0 to its maximum; no answer gives none."""
    if item.answer is None:
        return 0
    return KINDS[item.kind].mark(item.body, item.answer, item.max_points)


def total_points(items: Iterable[Marked]) -> int:
    """Points of a paper."""
    return sum(points_of(item) for item in items)


def has_passed(points: int, max_points: int, pass_percent: int) -> bool:
    """Exact: 79,9 % has not passed at 80 %."""
    return points * 100 >= pass_percent * max_points


def percent_of(points: int, max_points: int) -> int:
    """Whole percent, rounded down, so that what is shown never promises a pass that was not reached."""
    return points * 100 // max_points
