"""Late answers: kept, not counted; accepted by a trainer with a reason, unless explanations may have been seen before they came."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from lms.base import Refused
from lms.quizzes import close_expired, open_review, save_form
from lms.quizzes.late import accept_late
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import Sitter, as_fields
from .trainers import attempt, essays, grades_of, item, kinds_of, sitter_of, timeline, trainer

Accept = Callable[..., Any]


@pytest.fixture
def sitter(app: Flask, world: World, time: FakeClock) -> Sitter:
    """An before a quiz whose trainer is Bình."""
    return sitter_of(app, world)


@pytest.fixture
def accept(sitter: Sitter, world: World) -> Accept:
    """Bình accepts late answers of an attempt (all of them, if none are named)."""

    def act(attempt_id: int, events: list[int] | None = None, note: str = "Mất mạng cả xã", actor: Any = None) -> Any:
        wanted = [line.id for line in timeline(sitter, attempt_id) if line.kind == "late"] if events is None else events
        return sitter.carry_out(lambda: accept_late(actor or trainer(world), attempt_id, wanted, note))

    return act


def run_out(sitter: Sitter, time: FakeClock, cycle: int = 1) -> tuple[int, dict[int, list[str]]]:
    """An attempt whose time is over before anything was answered, closed by the timer; the right answers."""
    attempt_id = sitter.start(cycle)
    right = sitter.right_answers(attempt_id)
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    time.forward(minutes=1)
    return attempt_id, right


def test_a_whole_journal_that_comes_late_is_kept_once_and_counts_nothing(sitter: Sitter, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)
    for _again in range(2):
        for position, values in right.items():
            assert sitter.save(attempt_id, position, values, 7, late=True).kept == "late"
    assert kinds_of(sitter, attempt_id) == ["start", "expire", *["late"] * 5]
    assert set(sitter.stored(attempt_id).values()) == {None} and attempt(sitter, attempt_id).points == 0


def test_a_form_that_comes_late_is_kept_once(app: Flask, sitter: Sitter, time: FakeClock) -> None:
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    time.forward(minutes=11)
    for _again in range(2):
        assert sitter.submit(attempt_id, *as_fields({1: right[1], 2: right[2]})).points == 0
    kept = [(line.position, line.answer) for line in timeline(sitter, attempt_id) if line.kind == "late"]
    assert kept == [(1, right[1]), (2, right[2])]


def test_a_form_saved_late_is_refused_and_kept_by_a_page_that_goes_on(sitter: Sitter, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)

    def save_and_go_on() -> None:
        with pytest.raises(Refused, match="Hết giờ"):
            save_form(sitter.person_id, attempt_id, MultiDict(as_fields(right)))

    sitter.carry_out(save_and_go_on)
    assert kinds_of(sitter, attempt_id).count("late") == 5


def test_after_a_week_nothing_is_kept_any_more(sitter: Sitter, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)
    time.forward(days=7)
    with pytest.raises(Refused, match="Hết giờ"):
        sitter.save(attempt_id, 1, right[1], 1)
    sitter.submit(attempt_id, *as_fields(right))
    assert kinds_of(sitter, attempt_id) == ["start", "expire"]


def test_accepting_writes_the_answers_and_marks_anew(sitter: Sitter, world: World, accept: Accept, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)
    for position in (1, 2, 3, 4):
        sitter.save(attempt_id, position, right[position], position)
    (changed,) = accept(attempt_id)
    assert (changed.points_before, changed.is_passed_before, changed.points, changed.is_passed) == (0, False, 400, True)
    assert (attempt(sitter, attempt_id).points, grades_of(sitter, attempt_id)) == (400, [(0, "expired"), (400, "accepted")])
    stored = item(sitter, attempt_id, 1)
    assert (stored.answer, stored.version, stored.client, stored.client_number, stored.points) == (right[1], 1, sitter.client, 1, 100)
    lines = [line for line in timeline(sitter, attempt_id) if line.kind == "accept"]
    assert [(line.position, line.answer, line.actor_id) for line in lines] == [(n, right[n], world.people["binh"]) for n in (1, 2, 3, 4)]
    assert {line.details["note"] for line in lines if line.details} == {"Mất mạng cả xã"}


def test_only_the_chosen_ones_are_accepted_and_of_one_question_the_newest(sitter: Sitter, accept: Accept, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)
    sitter.save(attempt_id, 1, [], 1)
    sitter.save(attempt_id, 1, right[1], 2)
    sitter.save(attempt_id, 2, right[2], 1)
    late = [line.id for line in timeline(sitter, attempt_id) if line.kind == "late" and line.position == 1]
    accept(attempt_id, late)
    assert sitter.stored(attempt_id) == {1: right[1], 2: None, 3: None, 4: None, 5: None}
    assert attempt(sitter, attempt_id).points == 100


def test_an_answer_is_accepted_once(sitter: Sitter, accept: Accept, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)
    sitter.save(attempt_id, 1, right[1], 1)
    accept(attempt_id)
    with pytest.raises(Refused, match="không chấp nhận được nữa"):
        accept(attempt_id)
    assert grades_of(sitter, attempt_id) == [(0, "expired"), (100, "accepted")]


def test_what_came_after_the_explanations_were_opened_is_not_accepted(sitter: Sitter, accept: Accept, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)
    sitter.save(attempt_id, 1, right[1], 1)
    time.forward(minutes=1)
    sitter.carry_out(lambda: open_review(sitter.person_id, attempt_id))
    sitter.save(attempt_id, 2, right[2], 1)
    before, after = [line.id for line in timeline(sitter, attempt_id) if line.kind == "late"]
    for events in ([after], [before, after]):
        with pytest.raises(Refused, match="không chấp nhận được nữa"):
            accept(attempt_id, events)
    assert attempt(sitter, attempt_id).points == 0
    accept(attempt_id, [before])
    assert attempt(sitter, attempt_id).points == 100


def test_who_handed_in_and_saw_the_answers_cannot_send_better_ones(sitter: Sitter, accept: Accept, time: FakeClock) -> None:
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    sitter.submit(attempt_id)
    sitter.save(attempt_id, 1, right[1], 1)
    with pytest.raises(Refused, match="không chấp nhận được nữa"):
        accept(attempt_id)


def test_what_another_attempt_explained_meanwhile_is_not_accepted(app: Flask, world: World, accept: Accept, time: FakeClock) -> None:
    sitter = sitter_of(app, world, blueprint=[{"topic": "mot", "take": 6}])
    sitter.submit(sitter.start())
    time.forward(minutes=1)
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    time.forward(minutes=10, seconds=31)
    sitter.save(attempt_id, 1, right[1], 1)
    sitter.carry_out(close_expired)
    sitter.save(attempt_id, 2, right[2], 1)
    early, late = [line.id for line in timeline(sitter, attempt_id) if line.kind == "late"]
    with pytest.raises(Refused, match="không chấp nhận được nữa"):
        accept(attempt_id, [late])
    accept(attempt_id, [early])
    assert attempt(sitter, attempt_id).points == 100


def test_an_older_late_answer_does_not_replace_a_newer_one(sitter: Sitter, accept: Accept, time: FakeClock) -> None:
    attempt_id, right = run_out(sitter, time)
    sitter.save(attempt_id, 1, [], 1)
    time.forward(seconds=5)
    sitter.save(attempt_id, 1, right[1], 2)
    time.forward(seconds=5)
    older, newer = [line.id for line in timeline(sitter, attempt_id) if line.kind == "late"]
    accept(attempt_id, [newer])
    with pytest.raises(Refused, match="không chấp nhận được nữa"):
        accept(attempt_id, [older])
    assert sitter.stored(attempt_id)[1] == right[1]


def test_accepting_needs_a_reason_a_choice_and_a_closed_attempt(sitter: Sitter, accept: Accept, time: FakeClock) -> None:
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    time.forward(minutes=11)
    sitter.save(attempt_id, 1, right[1], 1)
    for said, more in (("đang mở", {}), ("ghi lý do", {"note": "  "}), ("quá 300", {"note": "x" * 301})):
        with pytest.raises(Refused, match=said):
            accept(attempt_id, **more)
    sitter.carry_out(close_expired)
    for events in ([], [10**6]):
        with pytest.raises(Refused):
            accept(attempt_id, events)


def test_nobody_decides_about_the_own_attempt_or_about_people_out_of_reach(
    app: Flask, world: World, sitter: Sitter, accept: Accept, time: FakeClock
) -> None:
    attempt_id, right = run_out(sitter, time)
    sitter.save(attempt_id, 1, right[1], 1)
    for actor in (trainer(world, "giang", "HL"), trainer(world, "anh", "XM")):
        with pytest.raises(NotFound):
            accept(attempt_id, actor=actor)
    own = Sitter(app, world.people["binh"], world.agencies["HT"], sitter.version_id)
    own_id, right = run_out(own, time)
    own.save(own_id, 1, right[1], 1)
    events = [line.id for line in timeline(own, own_id) if line.kind == "late"]
    with pytest.raises(Refused, match="chính mình"):
        accept(own_id, events)


def test_an_event_of_another_attempt_is_not_accepted(app: Flask, world: World, sitter: Sitter, accept: Accept, time: FakeClock) -> None:
    attempt_id, _right = run_out(sitter, time)
    other = Sitter(app, world.people["anh"], world.agencies["XM"], sitter.version_id)
    other_id, right = run_out(other, time)
    other.save(other_id, 1, right[1], 1)
    events = [line.id for line in timeline(other, other_id) if line.kind == "late"]
    with pytest.raises(Refused, match="không chấp nhận được nữa"):
        accept(attempt_id, events)


def test_a_late_text_waits_for_its_marker_when_it_is_accepted(app: Flask, world: World, accept: Accept, time: FakeClock) -> None:
    sitter = sitter_of(app, world, essays(), blueprint=[{"topic": "mot", "take": 1}])
    attempt_id = sitter.start()
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    sitter.save(attempt_id, 1, ["Bài viết đến muộn"], 1)
    time.forward(seconds=1)
    (changed,) = accept(attempt_id)
    stored = attempt(sitter, attempt_id)
    assert (changed.waiting_items, stored.points, stored.is_passed, stored.waiting_items) == (1, None, None, 1)
    assert grades_of(sitter, attempt_id) == [(0, "expired")]
