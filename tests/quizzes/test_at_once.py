"""Two at once, in real threads on a real database: one attempt, one grade, and nothing lost after a receipt."""

from typing import Any

import pytest
import sqlalchemy as sa

from lms.base import Refused, db
from lms.quizzes import Attempt, Grade, Receipt, close_expired
from tests.conftest import FakeClock
from tests.quizzes.conftest import Hall
from tests.quizzes.written import quiz, single

THREE = [single("q1"), single("q2"), single("q3")]
LEARNERS = ("an", "anh", "giao")


@pytest.fixture
def full(hall: Hall) -> Hall:
    """A hall with a quiz of two attempts."""
    hall.load(THREE, quiz(attempts=2))
    return hall


def grades(hall: Hall) -> list[int]:
    """The points of every grade event."""
    return hall.do(lambda: list(db.session.scalars(sa.select(Grade.points).order_by(Grade.id))))


def points(hall: Hall, attempt: int) -> int | None:
    """The points of an attempt."""
    return hall.do(lambda: db.session.scalar(sa.select(Attempt.points).where(Attempt.id == attempt)))


def test_two_starts_at_once_are_one_attempt(full: Hall) -> None:
    for who in LEARNERS:
        ids = full.at_once(*[full.starting(who)] * 4)
        assert len(set(ids)) == 1
        assert len(full.paper(ids[0], who).items) == 3
    assert len(full.attempts()) == len(LEARNERS)


def test_a_start_beside_a_start_that_is_not_through_is_the_same_attempt(full: Hall) -> None:
    first, second = full.beside(full.starting(), full.starting())
    assert first == second


def test_the_last_attempt_is_given_once(full: Hall) -> None:
    full.submit(full.start())
    last = full.at_once(*[full.starting()] * 4)
    assert len(set(last)) == 1
    full.submit(last[0])
    assert all(isinstance(answer, Refused) for answer in full.at_once(full.starting(), full.starting()))
    assert [attempt.number for attempt in full.attempts()] == [1, 2]


def test_two_submits_at_once_are_one_grade(full: Hall) -> None:
    for who in LEARNERS:
        attempt = full.start(who)
        right = full.right(attempt)
        closed = full.at_once(*[full.submitting(attempt, right, who), full.submitting(attempt, {}, who)] * 2)
        assert len({(one.id, one.points, one.state) for one in closed}) == 1
    assert len(grades(full)) == len(LEARNERS)


def test_a_submit_beside_a_submit_that_is_not_through_is_the_same_result(full: Hall) -> None:
    attempt = full.start()
    first, second = full.beside(full.submitting(attempt, full.right(attempt)), full.submitting(attempt, {1: ["d"]}))
    assert (first.points, second.points, second.state, grades(full)) == (3, 3, "submitted", [3])


def _saved_and_marked_or_refused(hall: Hall, attempt: int, answer: Any) -> None:
    if isinstance(answer, Receipt):
        assert (answer.kept, hall.stored(attempt), points(hall, attempt)) == ("yours", {1: answer.answer}, 1)
    else:
        assert isinstance(answer, Refused)
        assert (hall.stored(attempt), points(hall, attempt)) == ({}, 0)


def test_a_save_and_a_submit_at_once_lose_nothing_that_got_a_receipt(full: Hall) -> None:
    for who in LEARNERS:
        attempt = full.start(who)
        save = full.saving(attempt, 1, full.right(attempt)[1], who=who)
        answer, closed = full.at_once(save, full.submitting(attempt, who=who))
        assert closed.state == "submitted"
        _saved_and_marked_or_refused(full, attempt, answer)


def test_a_submit_waits_for_a_save_that_is_not_through_and_marks_it(full: Hall) -> None:
    attempt = full.start()
    receipt, closed = full.beside(full.saving(attempt, 1, full.right(attempt)[1]), full.submitting(attempt))
    assert (receipt.kept, closed.points) == ("yours", 1)


def test_a_save_that_comes_while_it_is_handed_in_is_refused(full: Hall) -> None:
    attempt = full.start()
    closed, refused = full.beside(full.submitting(attempt), full.saving(attempt, 1, full.right(attempt)[1]))
    assert closed.points == 0 and isinstance(refused, Refused) and "đã nộp" in refused.sentence
    assert full.stored(attempt) == {}


def test_a_new_cycle_that_closes_the_old_attempt_waits_for_a_save_that_is_not_through(full: Hall) -> None:
    attempt = full.start()
    receipt, new = full.beside(full.saving(attempt, 1, full.right(attempt)[1]), full.starting(cycle=2))
    assert (receipt.kept, points(full, attempt)) == ("yours", 1)
    assert new != attempt


def test_the_timer_and_a_submit_at_once_are_one_grade(full: Hall, time: FakeClock) -> None:
    attempts = {who: full.start(who) for who in LEARNERS}
    time.forward(minutes=11)
    full.at_once(close_expired, *(full.submitting(attempt, who=who) for who, attempt in attempts.items()), close_expired)
    full.do(close_expired)
    assert grades(full) == [0, 0, 0]
    assert {attempt.state for attempt in full.attempts()} == {"expired"}


def test_saves_of_two_pages_at_once_are_all_counted(full: Hall) -> None:
    attempt = full.start()
    acts = [full.saving(attempt, position, ["b"], client=client) for position in (1, 2, 3) for client in ("trang0001", "maykhac01")]
    receipts = full.at_once(*acts)
    assert all(receipt.kept == "yours" for receipt in receipts)
    assert {item.position: item.version for item in full.paper(attempt).items} == {1: 2, 2: 2, 3: 2}


def test_the_same_save_sent_twice_at_once_is_written_once(full: Hall) -> None:
    attempt = full.start()
    receipts = full.at_once(*[full.saving(attempt, 1, ["b"])] * 4)
    assert {(receipt.version, receipt.kept, tuple(receipt.answer)) for receipt in receipts} == {(1, "yours", ("b",))}
