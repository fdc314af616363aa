"""More than the rules give: minutes, attempts, opening again; for a person or a room, also in mid-attempt, always with a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import NotFound

from lms.base import Refused, clock, db
from lms.quizzes import close_expired, extra_attempts, lock_answer, open_review, quiz_rules, regrade
from lms.quizzes.allowing import Given, give_attempts, give_minutes, reopen
from lms.quizzes.models import Allowance, EssayMark, Quiz, QuizRoom
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import Sitter, as_fields
from .trainers import attempt, essays, grades_of, item, kinds_of, sitter_of, timeline, trainer

Act = Callable[..., Any]


@pytest.fixture
def sitter(app: Flask, world: World, time: FakeClock) -> Sitter:
    """An before a quiz whose trainer is Bình."""
    return sitter_of(app, world)


@pytest.fixture
def quiz_id(sitter: Sitter) -> int:
    """The quiz."""
    return int(sitter.carry_out(lambda: quiz_rules(sitter.version_id)).quiz_id)


@pytest.fixture
def minutes(sitter: Sitter, quiz_id: int, world: World) -> Act:
    """Bình gives An so many minutes."""

    def act(number: int, note: str = "Mất điện", **whom: Any) -> Given:
        whom = whom or {"person_id": sitter.person_id}
        return sitter.carry_out(lambda: give_minutes(trainer(world), quiz_id=quiz_id, minutes=number, note=note, **whom))

    return act


@pytest.fixture
def reopened(sitter: Sitter, world: World) -> Act:
    """Bình opens an attempt again."""

    def act(attempt_id: int, number: int = 5, note: str = "Máy hỏng", **more: Any) -> Any:
        return sitter.carry_out(lambda: reopen(more.get("actor") or trainer(world), attempt_id, number, note))

    return act


def room_of(sitter: Sitter, world: World, quiz_id: int, code: str = "PHONG1", **columns: Any) -> int:
    """A room of the quiz, open for two hours, in which the quiz must be sat."""

    def make() -> int:
        now = clock.now()
        window = {"opens_at": now - timedelta(minutes=1), "closes_at": now + timedelta(hours=2)}
        rest = {"agency_id": world.agencies["HT"], "title": f"Phòng {code}", "made_by_id": None, "made_at": now}
        room = QuizRoom(quiz_id=quiz_id, access_code=code, **{**window, **rest, **columns})
        db.session.add(room)
        db.session.execute(sa.update(Quiz).where(Quiz.id == quiz_id).values(is_in_rooms=True))
        db.session.flush()
        return room.id

    made: int = sitter.carry_out(make)
    return made


def in_room(sitter: Sitter, code: str = "PHONG1") -> int:
    """Begin with the code of a room."""
    return sitter.start(access_code=code)


def test_minutes_in_mid_attempt_move_the_deadline_and_are_seen_at_the_next_save(sitter: Sitter, minutes: Act, world: World) -> None:
    attempt_id = sitter.start()
    before = attempt(sitter, attempt_id).deadline_at
    assert before is not None
    given = minutes(10)
    assert given == Given(1, before + timedelta(minutes=10))
    assert sitter.save(attempt_id, 1, [], 1).deadline_at == attempt(sitter, attempt_id).deadline_at == before + timedelta(minutes=10)
    (line,) = [line for line in timeline(sitter, attempt_id) if line.kind == "extend"]
    assert line.actor_id == world.people["binh"] and line.details is not None
    assert (line.details["minutes"], line.details["note"]) == (10, "Mất điện")


def test_an_attempt_whose_time_is_over_goes_on_from_now(sitter: Sitter, minutes: Act, time: FakeClock) -> None:
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    time.forward(minutes=20)
    assert sitter.save(attempt_id, 1, right[1], 1).kept == "late"
    assert minutes(10).deadline_at == time.now + timedelta(minutes=10)
    assert sitter.save(attempt_id, 1, right[1], 1).kept == "yours"
    assert sitter.carry_out(close_expired) == []


def test_minutes_for_the_attempt_that_is_sat_are_not_given_to_the_next_one(sitter: Sitter, minutes: Act) -> None:
    attempt_id = sitter.start()
    minutes(10)
    sitter.submit(attempt_id)
    later = attempt(sitter, sitter.start())
    assert later.deadline_at == later.started_at + timedelta(minutes=10)


def test_minutes_given_before_count_for_the_attempts_to_come(sitter: Sitter, minutes: Act) -> None:
    assert minutes(5).moved == 0 and minutes(10).moved == 0
    started = attempt(sitter, sitter.start())
    assert started.deadline_at == started.started_at + timedelta(minutes=25)


def test_a_room_gets_its_minutes_and_no_other_room_does(app: Flask, world: World, sitter: Sitter, quiz_id: int, minutes: Act) -> None:
    first, _second = room_of(sitter, world, quiz_id), room_of(sitter, world, quiz_id, "PHONG2")
    other = Sitter(app, world.people["anh"], world.agencies["XM"], sitter.version_id)
    third = Sitter(app, world.people["giao"], world.agencies["HL"], sitter.version_id)
    here, there = in_room(sitter), in_room(other, "phong 2")
    assert attempt(sitter, here).quiz_room_id == first
    assert minutes(15, room_id=first).moved == 1
    late = in_room(third)
    left = [attempt(sitter, one) for one in (here, there, late)]
    assert [(one.deadline_at or one.started_at) - one.started_at for one in left] == [timedelta(minutes=n) for n in (25, 10, 25)]
    assert [kinds_of(sitter, one).count("extend") for one in (here, there, late)] == [1, 0, 0]


def test_minutes_given_may_pass_the_window_and_the_time_itself_may_not(
    sitter: Sitter, world: World, quiz_id: int, minutes: Act, time: FakeClock
) -> None:
    room_of(sitter, world, quiz_id, closes_at=time.now + timedelta(minutes=4))
    attempt_id = in_room(sitter)
    assert attempt(sitter, attempt_id).deadline_at == time.now + timedelta(minutes=4)
    minutes(10)
    assert attempt(sitter, attempt_id).deadline_at == time.now + timedelta(minutes=14)


def test_attempts_given_are_counted_by_person_and_cycle(sitter: Sitter, world: World, quiz_id: int) -> None:
    for _turn in range(3):
        sitter.submit(sitter.start())
    sitter.carry_out(lambda: give_attempts(trainer(world), quiz_id=quiz_id, person_id=sitter.person_id, number=1, note="Mất mạng"))
    assert sitter.carry_out(lambda: [extra_attempts(sitter.person_id, quiz_id, cycle) for cycle in (1, 2)]) == [1, 0]
    sitter.submit(sitter.start())
    with pytest.raises(Refused, match="hết 4 lượt"):
        sitter.start()


def test_attempts_given_to_a_room_are_for_those_who_sat_in_it(app: Flask, world: World, sitter: Sitter, quiz_id: int) -> None:
    first, _second = room_of(sitter, world, quiz_id), room_of(sitter, world, quiz_id, "PHONG2")
    other = Sitter(app, world.people["anh"], world.agencies["XM"], sitter.version_id)
    for _turn in range(3):
        sitter.submit(in_room(sitter))
        other.submit(in_room(other, "PHONG2"))
    sitter.carry_out(lambda: give_attempts(trainer(world), quiz_id=quiz_id, room_id=first, number=1, note="Mất điện"))
    assert sitter.submit(in_room(sitter, "PHONG2")).number == 4
    with pytest.raises(Refused, match="hết 3 lượt"):
        in_room(other, "PHONG2")


def test_opening_again_keeps_answers_and_receipt_code_and_is_graded_anew(sitter: Sitter, reopened: Act, world: World, time: FakeClock) -> None:
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    sitter.save(attempt_id, 1, right[1], 1)
    time.forward(minutes=11)
    (closed,) = sitter.carry_out(close_expired)
    assert reopened(attempt_id) == time.now + timedelta(minutes=5)
    opened = attempt(sitter, attempt_id)
    assert (opened.state, opened.points, opened.closed_at, opened.deadline_at) == ("open", None, None, time.now + timedelta(minutes=5))
    assert (item(sitter, attempt_id, 1).points, sitter.start()) == (None, attempt_id)
    again = sitter.submit(attempt_id, *as_fields({2: right[2], 3: right[3], 4: right[4]}))
    assert (again.state, again.points, again.receipt_code) == ("submitted", 400, closed.receipt_code)
    assert grades_of(sitter, attempt_id) == [(100, "expired"), (400, "submitted")]
    assert [kind for kind in kinds_of(sitter, attempt_id) if kind != "save"] == ["start", "expire", "reopen", "submit"]


def test_what_was_seen_passed_or_is_sat_elsewhere_is_not_opened_again(app: Flask, world: World, reopened: Act, time: FakeClock) -> None:
    sitter = sitter_of(app, world, attempts=9)
    attempt_id = sitter.start()
    with pytest.raises(Refused, match="đang mở"):
        reopened(attempt_id)
    sitter.submit(attempt_id)
    with pytest.raises(Refused, match="đã xem giải thích của lượt này"):
        reopened(attempt_id)
    time.forward(minutes=1)
    expired = sitter.start()
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    open_one = sitter.start()
    with pytest.raises(Refused, match="đang làm một lượt khác"):
        reopened(expired)
    time.forward(minutes=11)
    sitter.submit(open_one)
    reopened(expired)
    time.forward(minutes=6)
    sitter.carry_out(close_expired)
    sitter.carry_out(lambda: open_review(sitter.person_id, expired))
    with pytest.raises(Refused, match="đã xem giải thích của lượt này"):
        reopened(expired)


def test_a_passed_attempt_is_not_opened_again(app: Flask, world: World, reopened: Act, time: FakeClock) -> None:
    sitter = sitter_of(app, world)
    attempt_id = sitter.start()
    for position, values in sitter.right_answers(attempt_id).items():
        sitter.save(attempt_id, position, values, 1)
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    with pytest.raises(Refused, match="đã đạt"):
        reopened(attempt_id)


def test_questions_that_another_attempt_has_explained_are_not_opened_again(app: Flask, world: World, reopened: Act, time: FakeClock) -> None:
    sitter = sitter_of(app, world, blueprint=[{"topic": "mot", "take": 6}])
    attempt_id = sitter.start()
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    sitter.submit(sitter.start())
    with pytest.raises(Refused, match="ở một lượt khác"):
        reopened(attempt_id)


def test_locked_answers_stay_locked_when_it_is_opened_again(app: Flask, world: World, reopened: Act, time: FakeClock) -> None:
    sitter = sitter_of(app, world, behaviour="immediate")
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    sitter.carry_out(lambda: lock_answer(sitter.person_id, attempt_id, 1, right[1], "trang-1", 1, 0))
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    reopened(attempt_id)
    assert sitter.save(attempt_id, 1, [], 9).kept == "locked"
    assert item(sitter, attempt_id, 1).points == 100


def test_a_text_that_was_marked_and_is_changed_then_waits_again(app: Flask, world: World, reopened: Act, time: FakeClock) -> None:
    sitter = sitter_of(app, world, essays(), blueprint=[{"topic": "mot", "take": 1}])
    attempt_id = sitter.start()
    sitter.save(attempt_id, 1, ["Bài"], 1)
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    assert attempt(sitter, attempt_id).waiting_items == 1
    item_id = item(sitter, attempt_id, 1).id
    mark: dict[str, Any] = {
        "attempt_item_id": item_id,
        "number": 1,
        "marker_id": None,
        "marked_at": time.now,
        "scores": {},
        "points": 10,
        "comment": "",
    }
    sitter.carry_out(lambda: db.session.execute(sa.insert(EssayMark).values(**mark)))
    sitter.carry_out(lambda: regrade(trainer(world), [attempt_id], "marked"))
    assert attempt(sitter, attempt_id).points == 10
    reopened(attempt_id)
    assert (attempt(sitter, attempt_id).waiting_items, attempt(sitter, attempt_id).state) == (0, "open")
    time.forward(seconds=1)
    sitter.save(attempt_id, 1, ["Bài viết lại"], 2)
    assert sitter.submit(attempt_id).waiting_items == 1


@pytest.mark.parametrize(("number", "note", "said"), [(0, "x", "từ 1 đến"), (601, "x", "từ 1 đến"), (-5, "x", "từ 1 đến"), (5, "  ", "lý do")])
def test_what_is_given_is_a_sensible_number_with_a_reason(
    sitter: Sitter, quiz_id: int, world: World, minutes: Act, reopened: Act, number: int, note: str, said: str
) -> None:
    attempt_id = sitter.start()
    with pytest.raises(Refused, match=said):
        minutes(number, note)
    with pytest.raises(Refused, match=said):
        sitter.carry_out(lambda: give_attempts(trainer(world), quiz_id=quiz_id, person_id=sitter.person_id, number=number, note=note))
    sitter.submit(attempt_id)
    with pytest.raises(Refused, match=said):
        reopened(attempt_id, number, note)
    assert sitter.carry_out(lambda: db.session.scalar(sa.select(sa.func.count()).select_from(Allowance))) == 0


def test_what_has_no_limit_needs_no_more_of_it(app: Flask, world: World) -> None:
    sitter = sitter_of(app, world, minutes=None, attempts=None)
    sitter.start()
    quiz_id = sitter.carry_out(lambda: quiz_rules(sitter.version_id)).quiz_id
    for act in (
        lambda: give_minutes(trainer(world), quiz_id=quiz_id, person_id=sitter.person_id, minutes=5, note="x"),
        lambda: give_attempts(trainer(world), quiz_id=quiz_id, person_id=sitter.person_id, number=1, note="x"),
    ):
        with pytest.raises(Refused, match="không giới hạn"):
            sitter.carry_out(act)


def test_nobody_gives_to_themselves_or_out_of_reach(app: Flask, world: World, sitter: Sitter, quiz_id: int, reopened: Act, minutes: Act) -> None:
    attempt_id = sitter.start()
    sitter.submit(attempt_id)
    room_id = room_of(sitter, world, quiz_id, agency_id=world.agencies["T"])
    stranger = trainer(world, "giang", "HL")
    for act in (
        lambda: give_minutes(stranger, quiz_id=quiz_id, person_id=world.people["giao"], minutes=5, note="x"),
        lambda: give_attempts(stranger, quiz_id=quiz_id, person_id=sitter.person_id, number=5, note="x"),
        lambda: reopen(stranger, attempt_id, 5, "x"),
        lambda: give_minutes(trainer(world), quiz_id=quiz_id, person_id=world.people["giao"], minutes=5, note="x"),
        lambda: give_minutes(trainer(world), quiz_id=quiz_id, room_id=room_id, minutes=5, note="x"),
        lambda: give_minutes(trainer(world), quiz_id=quiz_id, room_id=10**6, minutes=5, note="x"),
    ):
        with pytest.raises(NotFound):
            sitter.carry_out(act)
    with pytest.raises(Refused, match="chính mình"):
        minutes(5, person_id=world.people["binh"])


def test_a_trainer_who_sits_in_the_room_gets_none_of_its_minutes(app: Flask, world: World, sitter: Sitter, quiz_id: int, minutes: Act) -> None:
    room_id = room_of(sitter, world, quiz_id)
    own = Sitter(app, world.people["binh"], world.agencies["HT"], sitter.version_id)
    attempt_id = in_room(own)
    before = attempt(own, attempt_id).deadline_at
    assert minutes(10, room_id=room_id).moved == 0
    assert attempt(own, attempt_id).deadline_at == before
