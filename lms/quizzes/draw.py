"""Drawing a paper by its blueprint: the stored seed decides, questions not seen before come first. Pure; knows no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Blueprint = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn. `seen`: in how many earlier papers of this person it stood."""

    question_id: int
    topic: str
    difficulty: str
    is_scenario: bool
    seen: int = 0
    is_retired: bool = False


def fits(candidate: Candidate, line: dict[str, Any]) -> bool:
    """Whether the question may stand for this line {topic, take, difficulty?, scenario?} of a blueprint."""
    if candidate.topic != line["topic"]:
        return False
    return candidate.difficulty == line.get("difficulty", candidate.difficulty) and candidate.is_scenario == line.get(
        "scenario", candidate.is_scenario
    )


def total_of(blueprint: Blueprint) -> int:
    """How many questions a paper by this blueprint has."""
    return sum(line["take"] for line in blueprint)


def draw(blueprint: Blueprint, candidates: Sequence[Candidate], seed: str) -> list[int]:
    """Question ids in the order of the paper; fewer than `total_of(blueprint)` only when the bank cannot fill it.

    Retired questions are the last resort: a learner in the middle of an older course revision still gets a paper.
    The same arguments give the same paper, in whatever order the candidates come.
    """
    random = Random(seed)  # noqa: S311  not a secret: shuffles a paper, and must be repeatable
    ranked = sorted(candidates, key=lambda candidate: candidate.question_id)
    random.shuffle(ranked)
    ranked.sort(key=lambda candidate: (candidate.is_retired, candidate.seen))
    taken: list[list[Candidate]] = [[] for _line in blueprint]
    for candidate in ranked:
        _place(candidate, blueprint, taken, set())
    paper = sorted(candidate.question_id for line in taken for candidate in line)
    random.shuffle(paper)
    return paper


def _place(candidate: Candidate, blueprint: Blueprint, taken: list[list[Candidate]], tried: set[int]) -> bool:
    """Find the question a line, moving others to lines that fit them too: lines may overlap, and no question is wasted."""
    for index, line in enumerate(blueprint):
        if index in tried or not fits(candidate, line):
            continue
        tried.add(index)
        if len(taken[index]) < line["take"]:
            taken[index].append(candidate)
            return True
        for other in taken[index]:
            if _place(other, blueprint, taken, tried):
                taken[index].remove(other)
                taken[index].append(candidate)
                return True
    return False


def option_order(keys: Sequence[str], seed: str, question_id: int) -> list[str]:
    """The drawn order of a question's options."""
    order = list(keys)
    Random(f"{seed} {question_id}").shuffle(order)  # noqa: S311  as above
    return order
