"""One acts while another has acted and not yet committed: the second waits, then sees what the first one did."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from lms.base import Refused, commit, db
from lms.quizzes import Attempt, Grade, close_expired, save_answer, start_attempt, submit_attempt
from tests.conftest import FakeClock

from .face.sitting import Sitter, as_fields

Act = Callable[[], Any]


class Hall:
    """The acts of An, without their transactions."""

    def __init__(self, sitter: Sitter) -> None:
        self.sitter, self.app, self.person_id = sitter, sitter.app, sitter.person_id

    def starting(self, cycle: int = 1) -> Act:
        """Begin."""
        agency_id, version_id = self.sitter.agency_id, self.sitter.version_id
        return lambda: start_attempt(
            None, person_id=self.person_id, person_name="An", agency_id=agency_id, agency_name="Xã", quiz_version_id=version_id, cycle=cycle
        )

    def saving(self, attempt_id: int, values: list[str], client: str = "trang-1", late: bool = False) -> Act:
        """Save the first answer."""
        return lambda: save_answer(self.person_id, attempt_id, 1, values, client, 1, 0, late)

    def submitting(self, attempt_id: int, answers: dict[int, list[str]] | None = None) -> Act:
        """Hand in."""
        return lambda: submit_attempt(self.person_id, attempt_id, MultiDict(as_fields(answers or {})))

    def grades(self) -> list[int]:
        """The points of every grade event."""
        return list(self.sitter.carry_out(lambda: db.session.scalars(sa.select(Grade.points)).all()))

    def points(self, attempt_id: int) -> int | None:
        """The points of an attempt."""
        found: int | None = self.sitter.carry_out(lambda: db.session.scalar(sa.select(Attempt.points).where(Attempt.id == attempt_id)))
        return found

    def _carry_out(self, act: Act) -> Any:
        try:
            return self.sitter.carry_out(act)
        except Refused as refused:
            return refused

    def beside(self, first: Act, second: Act) -> tuple[Any, Any]:
        """What both gave (or the Refused of the second), which sets out when the first has acted and not yet committed."""
        with ThreadPoolExecutor(1) as pool, self.app.app_context():
            done = first()
            db.session.flush()
            later = pool.submit(self._carry_out, second)
            _wait_until_it_waits(later)
            commit()
            return done, later.result(30)


def _wait_until_it_waits(later: "Future[Any]") -> None:
    """PostgreSQL: until the other one waits for a lock, or is through. On SQLite its BEGIN waits, whenever it comes."""
    if db.engine.dialect.name != "postgresql":
        return
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
        while not later.done() and not watcher.scalar(waiting):
            pass


@pytest.fixture
def hall(app: Flask, an_sits: Sitter) -> Hall:
    """An before the quiz of the bank Q."""
    return Hall(an_sits)


@pytest.fixture
def attempt_id(an_sits: Sitter) -> int:
    """The attempt that An has begun."""
    return an_sits.start()


def test_a_start_beside_a_start_is_the_same_attempt(hall: Hall) -> None:
    first, second = hall.beside(hall.starting(), hall.starting())
    assert first == second and len(hall.sitter.paper(first).items) == 5


def test_a_submit_beside_a_submit_is_the_same_result(hall: Hall, attempt_id: int) -> None:
    right = hall.sitter.right_answers(attempt_id)
    first, second = hall.beside(hall.submitting(attempt_id, right), hall.submitting(attempt_id))
    assert (first.points, second.points, second.state, hall.grades()) == (500, 500, "submitted", [500])


def test_a_submit_marks_the_save_that_it_had_to_wait_for(hall: Hall, attempt_id: int) -> None:
    right = hall.sitter.right_answers(attempt_id)
    receipt, closed = hall.beside(hall.saving(attempt_id, right[1]), hall.submitting(attempt_id))
    assert (receipt.kept, closed.points) == ("yours", 100)


def test_a_save_that_comes_while_it_is_handed_in_is_late(hall: Hall, attempt_id: int) -> None:
    right = hall.sitter.right_answers(attempt_id)
    closed, receipt = hall.beside(hall.submitting(attempt_id), hall.saving(attempt_id, right[1]))
    assert (closed.points, receipt.kept, receipt.answer) == (0, "late", [])
    assert set(hall.sitter.stored(attempt_id).values()) == {None}


def test_a_new_cycle_that_closes_the_old_attempt_marks_the_save_that_it_had_to_wait_for(hall: Hall, attempt_id: int) -> None:
    right = hall.sitter.right_answers(attempt_id)
    receipt, new = hall.beside(hall.saving(attempt_id, right[1]), hall.starting(cycle=2))
    assert (receipt.kept, hall.points(attempt_id)) == ("yours", 100)
    assert new != attempt_id


def test_the_timer_leaves_what_is_being_handed_in(hall: Hall, time: FakeClock) -> None:
    attempt_id = hall.sitter.start()
    time.forward(minutes=11)
    closed, by_timer = hall.beside(hall.submitting(attempt_id), close_expired)
    assert (closed.state, by_timer, hall.grades()) == ("expired", [], [0])


def test_a_save_sent_twice_is_written_once(hall: Hall, attempt_id: int) -> None:
    right = hall.sitter.right_answers(attempt_id)
    first, second = hall.beside(hall.saving(attempt_id, right[1]), hall.saving(attempt_id, []))
    assert (first.version, second.version, second.kept, second.answer) == (1, 1, "yours", right[1])


def test_a_late_journal_beside_a_click_elsewhere_leaves_the_click(hall: Hall, attempt_id: int) -> None:
    right = hall.sitter.right_answers(attempt_id)
    _click, journal = hall.beside(hall.saving(attempt_id, right[1], "pc-khac"), hall.saving(attempt_id, [], late=True))
    assert (journal.version, journal.kept, journal.answer) == (1, "other", right[1])
