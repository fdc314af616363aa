"""A trainer gives, opens again or accepts while a learner acts (or another trainer): the second waits, then sees what the first one did."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.base import Refused
from lms.quizzes import close_expired, open_review, quiz_rules, regrade, save_answer, start_attempt
from lms.quizzes.allowing import give_attempts, give_minutes, reopen
from lms.quizzes.late import accept_late
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import Sitter
from .test_allowances import in_room, room_of
from .test_beside import Act, Hall
from .trainers import attempt, grades_of, kinds_of, sitter_of, timeline, trainer


@pytest.fixture
def sitter(app: Flask, world: World, time: FakeClock) -> Sitter:
    """An before a quiz whose trainer is Bình."""
    return sitter_of(app, world)


@pytest.fixture
def hall(sitter: Sitter) -> Hall:
    """An's acts."""
    return Hall(sitter)


@pytest.fixture
def quiz_id(sitter: Sitter) -> int:
    """The quiz."""
    return int(sitter.carry_out(lambda: quiz_rules(sitter.version_id)).quiz_id)


class Desk:
    """The acts of Bình, without their transactions."""

    def __init__(self, world: World, sitter: Sitter, quiz_id: int) -> None:
        self.actor, self.person_id, self.quiz_id = trainer(world), sitter.person_id, quiz_id

    def minutes(self, number: int = 10, **whom: int) -> Act:
        """Give minutes to An (or whom it names)."""
        whom = whom or {"person_id": self.person_id}
        return lambda: give_minutes(self.actor, quiz_id=self.quiz_id, minutes=number, note="Mất điện", **whom)

    def attempts(self) -> Act:
        """Give An another attempt."""
        return lambda: give_attempts(self.actor, quiz_id=self.quiz_id, person_id=self.person_id, number=1, note="Mất điện")

    def reopening(self, attempt_id: int) -> Act:
        """Open it again."""
        return lambda: reopen(self.actor, attempt_id, 5, "Máy hỏng")

    def accepting(self, attempt_id: int, events: list[int]) -> Act:
        """Accept late answers."""
        return lambda: accept_late(self.actor, attempt_id, events, "Mất mạng")


@pytest.fixture
def desk(world: World, sitter: Sitter, quiz_id: int) -> Desk:
    """Bình's acts."""
    return Desk(world, sitter, quiz_id)


def run_out(sitter: Sitter, time: FakeClock) -> tuple[int, list[int]]:
    """A closed attempt with two late answers, and their lines."""
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    for position in (1, 2):
        sitter.save(attempt_id, position, right[position], 1)
    time.forward(seconds=1)
    return attempt_id, [line.id for line in timeline(sitter, attempt_id) if line.kind == "late"]


def test_a_save_after_the_time_that_meets_an_extension_is_stored(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id = hall.sitter.start()
    right = hall.sitter.right_answers(attempt_id)
    time.forward(minutes=11)
    given, receipt = hall.beside(desk.minutes(), hall.saving(attempt_id, right[1]))
    assert (receipt.kept, receipt.answer, receipt.deadline_at) == ("yours", right[1], given.deadline_at)


def test_an_extension_beside_a_save_finds_both(hall: Hall, desk: Desk) -> None:
    attempt_id = hall.sitter.start()
    right = hall.sitter.right_answers(attempt_id)
    receipt, given = hall.beside(hall.saving(attempt_id, right[1]), desk.minutes())
    assert given.deadline_at == receipt.deadline_at + timedelta(minutes=10)
    assert hall.sitter.stored(attempt_id)[1] == right[1]


def test_an_extension_that_meets_the_timer_comes_too_late_for_the_attempt_and_counts_for_the_next(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id = hall.sitter.start()
    time.forward(minutes=11)
    closed, given = hall.beside(close_expired, desk.minutes())
    assert ([one.id for one in closed], given.moved) == ([attempt_id], 0)
    later = attempt(hall.sitter, hall.sitter.start())
    assert later.deadline_at == later.started_at + timedelta(minutes=20)


def test_the_timer_leaves_what_is_being_extended(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id = hall.sitter.start()
    time.forward(minutes=11)
    _given, closed = hall.beside(desk.minutes(), close_expired)
    assert closed == [] and attempt(hall.sitter, attempt_id).is_open


def test_a_start_beside_an_extension_has_the_minutes_once(hall: Hall, desk: Desk) -> None:
    _given, attempt_id = hall.beside(desk.minutes(), hall.starting())
    started = attempt(hall.sitter, attempt_id)
    assert started.deadline_at == started.started_at + timedelta(minutes=20)


def test_an_extension_beside_a_start_finds_the_attempt(hall: Hall, desk: Desk) -> None:
    attempt_id, given = hall.beside(hall.starting(), desk.minutes())
    started = attempt(hall.sitter, attempt_id)
    assert given.moved == 1 and started.deadline_at == started.started_at + timedelta(minutes=20)


def test_a_room_that_gets_minutes_while_somebody_begins_in_it_gives_them_once(hall: Hall, desk: Desk, world: World, quiz_id: int, app: Flask) -> None:
    room_id = room_of(hall.sitter, world, quiz_id)
    other = Sitter(app, world.people["anh"], world.agencies["XM"], hall.sitter.version_id)
    here = in_room(other)

    def starting() -> int:
        who: dict[str, Any] = {"person_id": hall.person_id, "person_name": "An", "agency_id": hall.sitter.agency_id, "agency_name": "Xã"}
        return start_attempt(None, **who, quiz_version_id=hall.sitter.version_id, cycle=1, access_code="PHONG1")

    _given, attempt_id = hall.beside(desk.minutes(room_id=room_id), starting)
    for one in (attempt(hall.sitter, attempt_id), attempt(other, here)):
        assert one.deadline_at == one.started_at + timedelta(minutes=20)


def test_two_trainers_who_both_give_both_give(hall: Hall, desk: Desk) -> None:
    attempt_id = hall.sitter.start()
    before = attempt(hall.sitter, attempt_id).deadline_at
    first, second = hall.beside(desk.minutes(), desk.minutes(5))
    assert before and (first.deadline_at, second.deadline_at) == (before + timedelta(minutes=10), before + timedelta(minutes=15))
    assert attempt(hall.sitter, attempt_id).deadline_at == second.deadline_at and kinds_of(hall.sitter, attempt_id).count("extend") == 2


def test_a_start_beside_opening_again_is_the_attempt_that_was_opened(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, _late = run_out(hall.sitter, time)
    _deadline, started = hall.beside(desk.reopening(attempt_id), hall.starting())
    assert started == attempt_id


def test_opening_again_beside_a_start_is_refused(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, _late = run_out(hall.sitter, time)
    started, refused = hall.beside(hall.starting(), desk.reopening(attempt_id))
    assert started != attempt_id and isinstance(refused, Refused) and "một lượt khác" in refused.sentence


def test_two_who_open_again_open_it_once(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, _late = run_out(hall.sitter, time)
    deadline, refused = hall.beside(desk.reopening(attempt_id), desk.reopening(attempt_id))
    assert isinstance(refused, Refused) and attempt(hall.sitter, attempt_id).deadline_at == deadline
    assert kinds_of(hall.sitter, attempt_id).count("reopen") == 1


def test_opening_again_beside_the_review_is_refused(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, _late = run_out(hall.sitter, time)
    _opened, refused = hall.beside(lambda: open_review(hall.person_id, attempt_id), desk.reopening(attempt_id))
    assert isinstance(refused, Refused) and not attempt(hall.sitter, attempt_id).is_open


def test_the_review_beside_opening_again_shows_nothing(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, _late = run_out(hall.sitter, time)
    _deadline, refused = hall.beside(desk.reopening(attempt_id), lambda: open_review(hall.person_id, attempt_id))
    assert isinstance(refused, Refused) and attempt(hall.sitter, attempt_id).reviewed_at is None


def test_two_who_accept_the_same_answer_accept_it_once(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, late = run_out(hall.sitter, time)
    _changed, refused = hall.beside(desk.accepting(attempt_id, late), desk.accepting(attempt_id, late))
    assert isinstance(refused, Refused) and grades_of(hall.sitter, attempt_id) == [(0, "expired"), (200, "accepted")]


def test_two_who_accept_different_answers_both_count(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, late = run_out(hall.sitter, time)
    hall.beside(desk.accepting(attempt_id, late[:1]), desk.accepting(attempt_id, late[1:]))
    assert grades_of(hall.sitter, attempt_id) == [(0, "expired"), (100, "accepted"), (200, "accepted")]


def test_accepting_beside_marking_anew_marks_everything(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, late = run_out(hall.sitter, time)
    for first, second in (
        (desk.accepting(attempt_id, late[:1]), lambda: regrade(desk.actor, [attempt_id], "regraded")),
        (lambda: regrade(desk.actor, [attempt_id], "regraded"), desk.accepting(attempt_id, late[1:])),
    ):
        hall.beside(first, second)
    assert attempt(hall.sitter, attempt_id).points == 200
    assert grades_of(hall.sitter, attempt_id) == [(0, "expired"), (100, "accepted"), (200, "accepted")]


def test_accepting_beside_the_review_counts_what_came_before_it(hall: Hall, desk: Desk, time: FakeClock) -> None:
    attempt_id, late = run_out(hall.sitter, time)
    _opened, changed = hall.beside(lambda: open_review(hall.person_id, attempt_id), desk.accepting(attempt_id, late))
    assert [one.points for one in changed] == [200]


def test_one_more_attempt_beside_two_starts_is_one_more(hall: Hall, desk: Desk) -> None:
    for _turn in range(3):
        hall.sitter.submit(hall.sitter.start())
    _given, fourth = hall.beside(desk.attempts(), hall.starting())
    assert attempt(hall.sitter, fourth).number == 4
    first, second = hall.beside(hall.starting(), hall.starting())
    assert first == second == fourth
    hall.sitter.submit(fourth)
    with pytest.raises(Refused, match="hết 4 lượt"):
        hall.sitter.start()


def test_a_late_answer_beside_its_own_repetition_is_kept_once(hall: Hall, time: FakeClock) -> None:
    attempt_id = hall.sitter.start()
    right = hall.sitter.right_answers(attempt_id)
    time.forward(minutes=11)

    def resend() -> Any:
        return save_answer(hall.person_id, attempt_id, 1, right[1], "trang-1", 1, 0, True)

    first, second = hall.beside(resend, resend)
    assert (first.kept, second.kept, kinds_of(hall.sitter, attempt_id)) == ("late", "late", ["start", "late"])
