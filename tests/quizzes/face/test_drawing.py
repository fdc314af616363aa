"""Papers drawn by blueprint: full, without repeats, repeatable, unseen questions first."""

from collections import Counter
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.draw import Candidate, draw, fits, option_order, total_of

TOPICS = st.sampled_from(["mot", "hai", "ba"])
DIFFICULTIES = st.sampled_from(["easy", "medium", "hard"])
LINES = st.builds(
    lambda topic, take, more: {"topic": topic, "take": take, **more},
    TOPICS,
    st.integers(1, 4),
    st.fixed_dictionaries({}, optional={"difficulty": DIFFICULTIES, "scenario": st.booleans()}),
)
BLUEPRINTS = st.lists(LINES, min_size=1, max_size=5)


@st.composite
def banks(draw_from: Any) -> list[Candidate]:
    """Banks of up to 40 questions."""
    rows = draw_from(st.lists(st.tuples(TOPICS, DIFFICULTIES, st.booleans(), st.integers(0, 3), st.booleans()), max_size=40))
    return [Candidate(number, *row) for number, row in enumerate(rows, 1)]


def fillable(blueprint: list[dict[str, Any]], bank: list[Candidate]) -> int:
    """How many places can be filled at most: matching by brute augmenting, place by place."""
    places = [line for line in blueprint for _turn in range(line["take"])]
    holder: dict[int, int] = {}

    def seat(place: int, tried: set[int]) -> bool:
        for one in bank:
            if one.question_id not in tried and fits(one, places[place]):
                tried.add(one.question_id)
                if one.question_id not in holder or seat(holder[one.question_id], tried):
                    holder[one.question_id] = place
                    return True
        return False

    return sum(seat(place, set()) for place in range(len(places)))


@given(BLUEPRINTS, banks(), st.text(max_size=8))
def test_a_paper_is_as_full_as_the_bank_allows_and_repeats_nothing(blueprint: list[dict[str, Any]], bank: list[Candidate], seed: str) -> None:
    paper = draw(blueprint, bank, seed)
    assert len(set(paper)) == len(paper) == fillable(blueprint, bank)
    chosen = [one for one in bank if one.question_id in paper]
    assert fillable(blueprint, chosen) == len(paper) <= total_of(blueprint)


@given(BLUEPRINTS, banks(), st.text(max_size=8), st.randoms())
def test_the_same_seed_draws_the_same_paper_in_whatever_order_the_bank_comes(
    blueprint: list[dict[str, Any]], bank: list[Candidate], seed: str, random: Random
) -> None:
    shuffled = list(bank)
    random.shuffle(shuffled)
    assert draw(blueprint, shuffled, seed) == draw(blueprint, bank, seed)


@given(banks(), st.integers(1, 10), st.text(max_size=8))
def test_questions_not_seen_come_first_and_retired_ones_last(bank: list[Candidate], take: int, seed: str) -> None:
    paper = draw([{"topic": "mot", "take": take}], bank, seed)
    ranks = {one.question_id: (one.is_retired, one.seen) for one in bank if one.topic == "mot"}
    left = [rank for question_id, rank in ranks.items() if question_id not in paper]
    assert not left or max(ranks[question_id] for question_id in paper) <= min(left)


def test_every_question_has_the_same_chance() -> None:
    bank = [Candidate(number, "mot", "easy", False) for number in range(1, 11)]
    drawn = Counter(question_id for seed in range(2000) for question_id in draw([{"topic": "mot", "take": 3}], bank, str(seed)))
    assert set(drawn) == set(range(1, 11)) and all(480 < count < 720 for count in drawn.values())


def test_lines_that_overlap_waste_nothing() -> None:
    bank = [Candidate(1, "mot", "easy", False), Candidate(2, "mot", "hard", False), Candidate(3, "mot", "easy", True)]
    blueprint = [{"topic": "mot", "take": 1}, {"topic": "mot", "take": 1, "difficulty": "easy"}, {"topic": "mot", "take": 1, "scenario": True}]
    assert all(sorted(draw(blueprint, bank, str(seed))) == [1, 2, 3] for seed in range(50))


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.text(max_size=8), st.integers(1, 99))
def test_option_orders_are_repeatable_and_lose_no_option(keys: list[str], seed: str, question_id: int) -> None:
    order = option_order(keys, seed, question_id)
    assert sorted(order) == sorted(keys)
    assert order == option_order(keys, seed, question_id)
