"""Drawing a paper by its blueprint: the seed decides, unseen questions come first, papers are equally hard. Pure; knows no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Blueprint = Sequence[dict[str, Any]]
TRIES = 8  # papers made from a seed, of which the one that is nearest to the usual difficulty is taken
GUESSED = {"easy": 80, "medium": 65, "hard": 50}  # mean marks in percent, as long as nothing is known of a difficulty


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn.

    seen: in how many earlier papers of this person it stood. above: keys of the topics above its own. facility: its mean mark in percent,
    None as long as too few answers are known.
    """

    question_id: int
    topic: str
    difficulty: str
    is_scenario: bool
    seen: int = 0
    is_retired: bool = False
    key: str = ""
    kind: str = ""
    tags: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    facility: int | None = None


def fits(candidate: Candidate, line: dict[str, Any]) -> bool:
    """Whether the question may stand for this line {topic, take, difficulty?, scenario?, kind?, tag?} or {question} of a blueprint.

    A topic covers its sub-topics.
    """
    if "question" in line:
        return bool(candidate.key == line["question"])
    if line["topic"] != candidate.topic and line["topic"] not in candidate.above:
        return False
    own = {"difficulty": candidate.difficulty, "scenario": candidate.is_scenario, "kind": candidate.kind}
    return all(line.get(name, value) == value for name, value in own.items()) and ("tag" not in line or line["tag"] in candidate.tags)


def take_of(line: dict[str, Any]) -> int:
    """How many questions a line gives; a fixed question is one."""
    return 1 if "question" in line else int(line["take"])


def total_of(blueprint: Blueprint) -> int:
    """How many questions a paper by this blueprint has."""
    return sum(take_of(line) for line in blueprint)


def expected_of(candidates: Iterable[Candidate]) -> dict[int, float]:
    """The mean mark in percent that is to be expected of each question: its own, or that of the known ones as difficult as it, or a guess."""
    known: dict[str, list[int]] = {}
    candidates = list(candidates)
    for one in candidates:
        if one.facility is not None:
            known.setdefault(one.difficulty, []).append(one.facility)
    usual = {difficulty: sum(found) / len(found) for difficulty, found in known.items()}
    return {
        one.question_id: float(one.facility if one.facility is not None else usual.get(one.difficulty, GUESSED.get(one.difficulty, 65)))
        for one in candidates
    }


def usual_mean(blueprint: Blueprint, candidates: Sequence[Candidate], expected: Mapping[int, float]) -> float:
    """The expected mean mark of the papers that may be drawn, in percent: the mean of each line's questions, weighed by how many it gives."""
    total = weight = 0.0
    for line in blueprint:
        marks = [expected[one.question_id] for one in candidates if fits(one, line) and not one.is_retired]
        marks = marks or [expected[one.question_id] for one in candidates if fits(one, line)]
        if marks:
            total += take_of(line) * sum(marks) / len(marks)
            weight += take_of(line)
    return total / weight if weight else 0.0


def mean_of(paper: Sequence[int], expected: Mapping[int, float]) -> float:
    """The expected mean mark of a paper, in percent."""
    return sum(expected[question_id] for question_id in paper) / len(paper) if paper else 0.0


def draw(blueprint: Blueprint, candidates: Sequence[Candidate], seed: str) -> list[int]:
    """Question ids in the order of the paper; fewer than `total_of(blueprint)` only when the bank cannot fill it.

    Fixed questions always stand there. Retired questions are the last resort: a learner in the middle of an older course revision still gets a
    paper. Of several papers that are as good, the one whose expected mean mark is nearest to the usual one is taken, so that nobody has a
    harder paper by luck. The same arguments give the same paper, in whatever order the candidates come.
    """
    places = _Places(blueprint, candidates)
    expected = expected_of(candidates)
    first = places.paper(Random(seed))  # noqa: S311  not a secret: shuffles a paper, and must be repeatable
    if len(set(expected.values())) < 2:
        return first
    usual = usual_mean(blueprint, candidates, expected)
    others = [places.paper(Random(f"{seed} again {turn}")) for turn in range(1, TRIES)]  # noqa: S311  as above
    return min([first, *others], key=lambda paper: abs(mean_of(paper, expected) - usual))


class _Places:
    """Where the candidates may stand, in the order of their ids. A fixed question always finds a place: no other fits in its line."""

    def __init__(self, blueprint: Blueprint, candidates: Sequence[Candidate]) -> None:
        self.lines = list(blueprint)
        self.room = [take_of(line) for line in self.lines]
        self.lines_of: dict[int, list[int]] = {}
        for one in candidates:
            own = [index for index, line in enumerate(self.lines) if fits(one, line)]
            if own:
                self.lines_of[one.question_id] = own
        standing = [one for one in candidates if one.question_id in self.lines_of]
        self.ranked = sorted(standing, key=lambda one: one.question_id)

    def paper(self, random: Random) -> list[int]:
        """One paper: those not retired and least seen first, among them by chance."""
        ranked = list(self.ranked)
        random.shuffle(ranked)
        ranked.sort(key=lambda candidate: (candidate.is_retired, candidate.seen))
        taken: list[list[int]] = [[] for _line in self.lines]
        free = sum(self.room)
        for candidate in ranked:
            if free == 0:
                break
            free -= self._place(candidate.question_id, taken, set())
        paper = sorted(question_id for line in taken for question_id in line)
        random.shuffle(paper)
        return paper

    def _place(self, question_id: int, taken: list[list[int]], tried: set[int]) -> bool:
        """Find the question a line, moving others to lines that fit them too: lines may overlap, and no question is wasted."""
        for index in self.lines_of[question_id]:
            if index in tried:
                continue
            tried.add(index)
            if len(taken[index]) < self.room[index]:
                taken[index].append(question_id)
                return True
            for other in taken[index]:
                if len(self.lines_of[other]) > 1 and self._place(other, taken, tried):
                    taken[index].remove(other)
                    taken[index].append(question_id)
                    return True
        return False


def random_for(seed: str, question_id: int) -> Random:
    """What decides the order of one question's options on the paper of this seed."""
    return Random(f"{seed} {question_id}")  # noqa: S311  as above
