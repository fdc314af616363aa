"""Many at once on the real database: the constraints and conditional updates decide, and no acknowledged answer is lost."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms import quizzes
from lms.base import Refused, db
from lms.quizzes import Attempt, Grade
from lms.quizzes.marking import points_of
from lms.quizzes.models import AttemptItem
from lms.quizzes.saving import items_of
from tests.cast import World
from tests.conftest import FakeClock

from .sitting import Sitter, as_fields, load


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Carry them out at the same moment, each in a thread; their results (or what they raised), in order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_starting_at_once_is_one_attempt(an_sits: Sitter) -> None:
    started = at_once(*[an_sits.start] * 6)
    assert len(set(started)) == 1 and isinstance(started[0], int), started


def test_starting_and_submitting_at_once_never_exceeds_the_limit(app: Flask, an_sits: Sitter) -> None:
    def begin_and_hand_in() -> Any:
        try:
            return an_sits.submit(an_sits.start()).number
        except Refused as refused:
            return refused.sentence

    results = at_once(*[begin_and_hand_in] * 8)
    with app.app_context():
        numbers = db.session.scalars(sa.select(Attempt.number).where(Attempt.person_id == an_sits.person_id).order_by(Attempt.number)).all()
    assert numbers in ([1], [1, 2], [1, 2, 3]), numbers
    assert not [one for one in results if isinstance(one, Exception)], results


def test_submitting_and_the_timer_at_once_close_and_grade_once(app: Flask, an_sits: Sitter, time: FakeClock) -> None:
    attempt_id = an_sits.start()
    time.forward(minutes=11)
    hand_in, sweep = partial(an_sits.submit, attempt_id), partial(an_sits.carry_out, quizzes.close_expired)
    results = at_once(hand_in, sweep, hand_in, sweep)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert sum(len(one) for one in results if isinstance(one, list)) <= 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Grade).where(Grade.attempt_id == attempt_id)) == 1


def test_saves_beside_the_handing_in_are_marked_or_refused(app: Flask, an_sits: Sitter) -> None:
    """What a receipt said is stored is what was marked: no answer slips in behind the marking."""
    for _turn in range(3):
        attempt_id = an_sits.start()
        right = an_sits.right_answers(attempt_id)
        receipts: dict[int, Any] = {}

        def click(position: int, attempt_id: int = attempt_id, right: Any = right, receipts: Any = receipts) -> None:
            for number in range(1, 40):
                try:
                    values = right[position] if number % 2 else []
                    receipts[position] = an_sits.save(attempt_id, position, values, number, client=f"tab-{position}")
                except Refused:
                    return

        hand_in = partial(an_sits.submit, attempt_id, *as_fields({5: right[5]}))
        at_once(*(partial(click, position) for position in (1, 2, 3)), hand_in)
        stored = an_sits.stored(attempt_id)
        assert {position: stored[position] or [] for position in receipts} == {position: one.answer for position, one in receipts.items()}
        with app.app_context():
            marks = dict(db.session.execute(sa.select(AttemptItem.id, AttemptItem.points).where(AttemptItem.attempt_id == attempt_id)).all())
            items = items_of([attempt_id])
            assert marks == {item.id: points_of(item) for item in items}
            assert db.session.get_one(Attempt, attempt_id).points == sum(points_of(item) or 0 for item in items)


def test_two_pcs_clicking_the_same_question_at_once_lose_no_version(an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    keys = [option["key"] for option in an_sits.paper(attempt_id).items[0].question["options"]][:2]

    def click(client: str, key: str) -> list[int]:
        return [an_sits.save(attempt_id, 1, [key], number, client=client).version for number in range(1, 16)]

    versions = at_once(lambda: click("pc-1", keys[0]), lambda: click("pc-2", keys[1]))
    assert sorted(versions[0] + versions[1]) == list(range(1, 31))


def test_loading_the_bank_twice_at_once_is_loading_it_once(app: Flask, world: World) -> None:
    reports = at_once(*[lambda: load(app, world.agencies["T"])] * 2)
    assert sorted(report.new for report in reports) == [0, 19], reports
    assert reports[0].quiz_versions == reports[1].quiz_versions
