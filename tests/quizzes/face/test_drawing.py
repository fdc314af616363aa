"""Papers drawn by blueprint: full, without repeats, repeatable, unseen questions first."""

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.draw import Candidate, draw, expected_of, fits, mean_of, random_for, total_of, usual_mean
from lms.quizzes.drawing import above_of
from lms.quizzes.trial_papers import hardness_of, rounds_of

TOPICS = st.sampled_from(["mot", "hai", "ba"])
DIFFICULTIES = st.sampled_from(["easy", "medium", "hard"])
KINDS, TAGS = st.sampled_from(["loai-a", "loai-b"]), st.sampled_from(["nhan-a", "nhan-b"])
LINES = st.builds(
    lambda topic, take, more: {"topic": topic, "take": take, **more},
    TOPICS,
    st.integers(1, 4),
    st.fixed_dictionaries({}, optional={"difficulty": DIFFICULTIES, "scenario": st.booleans(), "kind": KINDS, "tag": TAGS}),
)
BLUEPRINTS = st.lists(LINES, min_size=1, max_size=5)


@st.composite
def banks(draw_from: Any) -> list[Candidate]:
    """Banks of up to 40 questions; some stand in a sub-topic of "mot", some have been measured."""
    above = st.sampled_from([(), (), ("mot",)])
    more = st.fixed_dictionaries(
        {"kind": KINDS, "tags": st.sets(TAGS).map(tuple), "above": above, "facility": st.none() | st.integers(0, 100)},
    )
    rows = draw_from(st.lists(st.tuples(st.tuples(TOPICS, DIFFICULTIES, st.booleans(), st.integers(0, 3), st.booleans()), more), max_size=40))
    return [replace(Candidate(number, *row), key=f"k-{number}", **others) for number, (row, others) in enumerate(rows, 1)]


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
    ranks = {one.question_id: (one.is_retired, one.seen) for one in bank if "mot" in (one.topic, *one.above)}
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
    order = list(keys)
    random_for(seed, question_id).shuffle(order)
    assert sorted(order) == sorted(keys)
    again = list(keys)
    random_for(seed, question_id).shuffle(again)
    assert order == again


@given(BLUEPRINTS, banks(), st.data(), st.text(max_size=8))
def test_fixed_questions_stand_on_every_paper_even_when_seen_or_retired(
    blueprint: list[dict[str, Any]], bank: list[Candidate], data: st.DataObject, seed: str
) -> None:
    fixed = data.draw(st.lists(st.sampled_from(bank), unique=True, max_size=3)) if bank else []
    lines = [*blueprint, *({"question": one.key} for one in fixed)]
    paper = draw(lines, bank, seed)
    assert {one.question_id for one in fixed} <= set(paper) and len(set(paper)) == len(paper) <= total_of(lines)
    rest = [one for one in bank if one not in fixed]
    assert len(paper) == len(fixed) + fillable(blueprint, rest)


def test_a_topic_covers_its_sub_topics_and_not_the_other_way_round() -> None:
    above = above_of({"goc": None, "con": "goc", "chau": "con", "khac": None})
    assert above == {"goc": (), "con": ("goc",), "chau": ("con", "goc"), "khac": ()}
    low = Candidate(1, "chau", "easy", False, above=above["chau"])
    assert all(fits(low, {"topic": topic, "take": 1}) for topic in ("chau", "con", "goc"))
    assert not fits(Candidate(2, "goc", "easy", False), {"topic": "con", "take": 1}) and not fits(low, {"topic": "khac", "take": 1})


def test_topics_that_name_each_other_in_a_circle_end() -> None:
    assert above_of({"a": "b", "b": "c", "c": "a"})["a"] == ("b", "c") and above_of({"a": "a"}) == {"a": ()}


@given(banks(), st.integers(1, 6))
def test_papers_are_nearer_to_the_usual_difficulty_than_by_chance(bank: list[Candidate], take: int) -> None:
    blueprint = [{"topic": "mot", "take": take}]
    expected = expected_of(bank)
    usual = usual_mean(blueprint, bank, expected)
    fresh = [Candidate(one.question_id, one.topic, one.difficulty, one.is_scenario, above=one.above) for one in bank]  # nothing measured
    even = [replace(one, difficulty="easy") for one in fresh]  # nothing is known at all: the first paper of the seed is taken
    drawn, by_chance = [draw(blueprint, bank, str(seed)) for seed in range(20)], [draw(blueprint, even, str(seed)) for seed in range(20)]
    if all(one.seen == 0 and not one.is_retired for one in bank):
        for chosen, first in zip(drawn, by_chance, strict=True):
            assert abs(mean_of(chosen, expected) - usual) <= abs(mean_of(first, expected) - usual) + 1e-9


def test_easy_and_hard_questions_are_mixed_alike_on_all_papers() -> None:
    bank = [Candidate(number, "mot", "easy", False, facility=80 if number % 2 else 50) for number in range(1, 41)]
    hardness = hardness_of([{"topic": "mot", "take": 10}], bank)
    assert hardness.mean == 65 and hardness.spread <= 6 and not hardness.is_uneven
    assert hardness.is_measured and hardness.known == 40
    assert not hardness_of([{"topic": "mot", "take": 10}], [replace(one, facility=None) for one in bank]).is_measured


@given(BLUEPRINTS, banks())
def test_so_many_papers_without_a_repeated_question_can_be_drawn(blueprint: list[dict[str, Any]], bank: list[Candidate]) -> None:
    rounds = rounds_of(blueprint, bank)
    many = [{**line, "take": line["take"] * rounds} for line in blueprint]
    assert fillable(many, bank) == total_of(many)
    more = [{**line, "take": line["take"] * (rounds + 1)} for line in blueprint]
    assert rounds == 10 or fillable(more, bank) < total_of(more)
