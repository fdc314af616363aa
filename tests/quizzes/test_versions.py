"""An attempt keeps the versions that it showed: their text, their key and their explanations; and leaves its trail."""

from itertools import combinations
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms import quizzes
from lms.base import db
from lms.quizzes.draw import Candidate, draw, fits, total_of
from lms.site import Audit
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import CANARY, Sitter, as_fields, bank, load, question

Line = dict[str, Any]


def corrected() -> list[dict[str, Any]]:
    """The bank with another text, another key and other explanations for everything."""
    rows = []
    for raw in bank():
        kind, key = raw["kind"], raw["key"]
        if kind == "truefalse":
            rows.append({**raw, "text": f"Sửa {key}?", "answer": False, "why_true": "Vì sửa.", "why_false": "Vì sửa."})
        else:
            right = {3} if kind == "single" else {1, 3}
            options = [{"text": f"P{n} của {key}", "why": "Vì sửa.", "correct": n in right} for n in range(4)]
            rows.append({**raw, "text": f"Sửa {key}?", "options": options})
    return rows


def test_an_attempt_is_marked_and_explained_by_the_versions_that_it_showed(app: Flask, world: World, an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    before, right = an_sits.paper(attempt_id).items, an_sits.right_answers(attempt_id)
    load(app, world.agencies["T"], corrected())
    assert an_sits.paper(attempt_id).items == before
    assert an_sits.submit(attempt_id, *as_fields(right)).percent == 100
    items = an_sits.carry_out(lambda: quizzes.result(attempt_id, an_sits.person_id)).items
    assert [item.explanation["text"] for item in items] == [item.question["text"] for item in before]
    assert all(CANARY in option["why"] for item in items for option in item.explanation["options"])


def test_the_next_attempt_asks_the_new_versions(app: Flask, world: World, an_sits: Sitter) -> None:
    an_sits.submit(an_sits.start())
    load(app, world.agencies["T"], corrected())
    attempt_id = an_sits.start()
    assert all(item.question["text"].startswith("Sửa ") for item in an_sits.paper(attempt_id).items)
    assert an_sits.submit(attempt_id, *as_fields(an_sits.right_answers(attempt_id))).percent == 100


def test_a_question_on_an_open_paper_is_not_explained_by_an_older_version_of_it(app: Flask, world: World) -> None:
    report = load(app, world.agencies["T"], blueprint=[{"topic": "mot", "take": 6}])
    sitter = Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])
    first = sitter.start()
    sitter.submit(first)
    load(app, world.agencies["T"], corrected(), blueprint=[{"topic": "mot", "take": 6}])
    sitter.start()
    assert [item.explanation for item in sitter.carry_out(lambda: quizzes.result(first, sitter.person_id)).items] == [None] * 6


@pytest.mark.parametrize("text", ["Ca\u0301n bo\u0323\u0302 xã?", "  Cán bộ xã?\u0007 "])
def test_the_same_text_typed_otherwise_is_no_new_version(app: Flask, world: World, text: str) -> None:
    rules = {"blueprint": [{"topic": "mot", "take": 1}]}
    load(app, world.agencies["T"], [question("k-1", "mot", text="Cán bộ xã?")], **rules)
    report = load(app, world.agencies["T"], [question("k-1", "mot", text=text)], **rules)
    assert (report.changed, report.same) == (0, 1)


def test_loading_starting_and_handing_in_leave_one_trail_each(app: Flask, world: World, an_sits: Sitter) -> None:
    load(app, world.agencies["T"])
    attempt_id = an_sits.start()
    for _turn in range(2):
        an_sits.submit(attempt_id)
    an_sits.start()
    with app.app_context():
        trail = sa.select(Audit.action, Audit.actor_id).where(Audit.thing == "attempt", Audit.thing_id == attempt_id).order_by(Audit.id)
        assert [tuple(row) for row in db.session.execute(trail)] == [("start", None), ("submit", an_sits.person_id)]
        loads = db.session.scalars(sa.select(Audit.details).where(Audit.action == "load", Audit.thing == "bank")).all()
        assert [details["new"] for details in loads if details["key"] == "Q"] == [19]


def test_the_timer_takes_no_more_at_once_than_it_is_told(app: Flask, world: World, an_sits: Sitter, time: FakeClock) -> None:
    for who in ("an", "anh", "giao"):
        Sitter(app, world.people[who], world.agencies["XP"], an_sits.version_id).start()
    time.forward(hours=1)
    assert [len(an_sits.carry_out(lambda: quizzes.close_expired(2))) for _turn in range(3)] == [2, 1, 0]


def stands(paper: tuple[Candidate, ...], places: list[Line]) -> bool:
    """Whether every question of the paper finds a place of its own (by trying all)."""
    return not paper or any(fits(paper[0], place) and stands(paper[1:], places[:n] + places[n + 1 :]) for n, place in enumerate(places))


def repetition(paper: tuple[Candidate, ...]) -> int:
    """How much a paper repeats; a retired question is worse than any repetition."""
    return sum(1000 * candidate.is_retired + candidate.seen for candidate in paper)


DIFFICULTY = st.sampled_from(("easy", "hard"))
LINE = st.fixed_dictionaries({"topic": st.just("mot"), "take": st.integers(1, 2)}, optional={"difficulty": DIFFICULTY, "scenario": st.booleans()})
BANKS = st.lists(st.tuples(st.just("mot"), DIFFICULTY, st.booleans(), st.integers(0, 2), st.booleans()), max_size=7)


@settings(deadline=None)
@given(st.lists(LINE, min_size=1, max_size=3), BANKS, st.text(max_size=4))
def test_among_all_papers_that_satisfy_the_blueprint_one_that_repeats_least_is_drawn(blueprint: list[Line], rows: list[Any], seed: str) -> None:
    candidates = [Candidate(number, *row) for number, row in enumerate(rows, 1)]
    places = [line for line in blueprint for _place in range(line["take"])]
    drawn = draw(blueprint, candidates, seed)
    papers = [paper for paper in combinations(candidates, total_of(blueprint)) if stands(paper, places)]
    if papers:
        assert repetition(tuple(candidates[number - 1] for number in drawn)) == min(map(repetition, papers))
