"""What a bank gives for a blueprint: whether it suffices, for how many papers without a repeated question, and how equally hard they are. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .draw import Blueprint, Candidate, draw, expected_of, fits, mean_of, take_of, total_of

PAPERS = 200  # how many are drawn to see how hard they are
MOST_ROUNDS = 10
WIDEST_SPREAD = 10  # points of the expected mean mark between the easiest and the hardest paper
FEWEST_KNOWN = 50  # percent of the questions; below it the figures are guesses


@dataclass(frozen=True)
class LineStock:
    """A line of a blueprint and how many questions of the bank may stand there."""

    line: dict[str, Any]
    wanted: int
    found: int


@dataclass(frozen=True)
class Hardness:
    """Expected mean marks, in percent, of papers that were drawn to try. known: for how many of the questions the facility is measured."""

    mean: int
    lowest: int
    highest: int
    known: int
    questions: int

    @property
    def spread(self) -> int:
        """Points between the easiest and the hardest paper."""
        return self.highest - self.lowest

    @property
    def is_measured(self) -> bool:
        """Whether enough is known for the figures to mean something."""
        return self.known * 100 >= FEWEST_KNOWN * self.questions > 0

    @property
    def is_uneven(self) -> bool:
        """Whether one person may get a clearly harder paper than another."""
        return self.is_measured and self.spread > WIDEST_SPREAD


def lines_of(blueprint: Blueprint, candidates: Sequence[Candidate]) -> list[LineStock]:
    """Each line with what the bank has for it."""
    return [LineStock(line, take_of(line), sum(fits(one, line) for one in candidates)) for line in blueprint]


def rounds_of(blueprint: Blueprint, candidates: Sequence[Candidate]) -> int:
    """How many papers can be drawn, at most ten, none of which repeats a question; fixed questions stand in each of them and are not counted."""
    fixed = {line["question"] for line in blueprint if "question" in line}
    lines = [line for line in blueprint if "question" not in line]
    free = [one for one in candidates if one.key not in fixed]
    rounds = 0
    while lines and rounds < MOST_ROUNDS:
        more = [{**line, "take": line["take"] * (rounds + 1)} for line in lines]
        if len(draw(more, free, "rounds")) < total_of(more):
            break
        rounds += 1
    return rounds


def hardness_of(blueprint: Blueprint, candidates: Sequence[Candidate]) -> Hardness:
    """Draw papers to try and say how hard they are, by what is known of the questions and a guess for the rest."""
    standing = tuple(one for one in candidates if any(fits(one, line) for line in blueprint))
    return _tried(json.dumps(blueprint, sort_keys=True), standing)


@lru_cache(maxsize=64)
def _tried(written: str, standing: tuple[Candidate, ...]) -> Hardness:
    """The same blueprint for the same questions is tried once per process."""
    blueprint, expected = json.loads(written), expected_of(standing)
    means = [mean_of(draw(blueprint, standing, f"try {number}"), expected) for number in range(PAPERS)] if standing else [0.0]
    known = sum(one.facility is not None for one in standing)
    return Hardness(round(sum(means) / len(means)), round(min(means)), round(max(means)), known, len(standing))
