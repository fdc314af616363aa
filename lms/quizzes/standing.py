"""Which of a person's attempts at a quiz counts, and what it comes to. Pure; knows no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Standing:
    """What the attempts come to. percent: whole, rounded down; None: nothing that counts has its points yet.

    attempt: the one that counts; of an average, the latest. is_waiting: an attempt that may decide it waits for a person's mark.
    """

    percent: int | None
    is_passed: bool
    attempt: Any | None
    is_waiting: bool


def standing(attempts: Sequence[Any], takes: str, pass_percent: int) -> Standing:
    """The standing of one person in one quiz and cycle. Each attempt has number, state, points, max_points and is_passed.

    takes: "best" (of two alike the earlier), "first", "last" or "average". The open attempt says nothing yet. While an attempt that counts
    waits for its mark, "first", "last" and "average" say nothing; the best one may be passed all the same.
    """
    closed = sorted((one for one in attempts if one.state != "open"), key=lambda one: one.number)
    counting = {"first": closed[:1], "last": closed[-1:]}.get(takes, closed)
    graded = [one for one in counting if one.points is not None]
    is_waiting = len(graded) < len(counting)
    if not graded or (is_waiting and takes != "best"):
        return Standing(None, False, None, is_waiting)
    shares = [Fraction(one.points, one.max_points) for one in graded]
    if takes == "average":
        share, attempt = sum(shares, Fraction()) / len(shares), graded[-1]
        is_passed = share * 100 >= pass_percent
    else:
        share = max(shares)
        attempt = graded[shares.index(share)]
        is_passed = any(one.is_passed for one in graded)
    if takes == "best" and is_passed and not attempt.is_passed:  # a pass mark that changed between two versions
        attempt = next(one for one in graded if one.is_passed)
        share = Fraction(attempt.points, attempt.max_points)
    return Standing(int(share * 100), bool(is_passed), attempt, is_waiting and not is_passed)
