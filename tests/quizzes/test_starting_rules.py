"""When an attempt may begin: in the window, with the code of a room, after the wait; the database decides."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, db
from lms.quizzes import quiz_rules, start_attempt
from lms.quizzes.allowing import give_attempts
from lms.quizzes.models import Attempt, Quiz, QuizRoom
from lms.quizzes.starting import Sitting, _insert
from lms.site import Audit
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import Sitter
from .test_allowances import in_room, room_of
from .trainers import attempt, sitter_of, trainer


@pytest.fixture
def sitter(app: Flask, world: World, time: FakeClock) -> Sitter:
    """An before a quiz whose trainer is Bình."""
    return sitter_of(app, world)


@pytest.fixture
def quiz_id(sitter: Sitter) -> int:
    """The quiz."""
    return int(sitter.carry_out(lambda: quiz_rules(sitter.version_id)).quiz_id)


def set_window(sitter: Sitter, **columns: Any) -> None:
    """Give the quiz a window."""
    sitter.carry_out(lambda: db.session.execute(sa.update(Quiz).where(Quiz.key == "thi").values(**columns)))


def attempts(sitter: Sitter) -> int:
    """How many attempts there are."""
    return int(sitter.carry_out(lambda: db.session.scalar(sa.select(sa.func.count()).select_from(Attempt))))


def test_it_begins_within_the_window_and_ends_with_it(sitter: Sitter, time: FakeClock) -> None:
    set_window(sitter, opens_at=time.now + timedelta(minutes=5), closes_at=time.now + timedelta(minutes=12))
    with pytest.raises(Refused, match="mở lúc"):
        sitter.start()
    time.forward(minutes=5)
    attempt_id = sitter.start()
    assert attempt(sitter, attempt_id).deadline_at == time.now + timedelta(minutes=7)
    time.forward(minutes=7)
    assert sitter.start() == attempt_id
    sitter.submit(attempt_id)
    with pytest.raises(Refused, match="đã đóng lúc"):
        sitter.start()


def test_a_quiz_without_time_limit_ends_with_its_window(app: Flask, world: World, time: FakeClock) -> None:
    sitter = sitter_of(app, world, minutes=None)
    set_window(sitter, closes_at=time.now + timedelta(days=2))
    assert attempt(sitter, sitter.start()).deadline_at == time.now + timedelta(days=2)


def test_the_room_is_known_by_its_code_however_it_is_typed(sitter: Sitter, world: World, quiz_id: int) -> None:
    room_id = room_of(sitter, world, quiz_id, "AB-23 cd")
    for typed, said in (("", "nhập mã"), ("  ", "nhập mã"), ("AB23", "không đúng")):
        with pytest.raises(Refused, match=said) as refused:
            in_room(sitter, typed)
        assert refused.value.field == "access_code"
    assert attempts(sitter) == 0
    assert attempt(sitter, in_room(sitter, " ab 23CD ")).quiz_room_id == room_id


def test_a_room_is_entered_in_its_time_and_ends_the_attempt(sitter: Sitter, world: World, quiz_id: int, time: FakeClock) -> None:
    room_of(sitter, world, quiz_id, opens_at=time.now + timedelta(minutes=1), closes_at=time.now + timedelta(minutes=6))
    with pytest.raises(Refused, match="chỉ mở từ"):
        in_room(sitter)
    time.forward(minutes=1)
    attempt_id = in_room(sitter)
    assert attempt(sitter, attempt_id).deadline_at == time.now + timedelta(minutes=5)
    time.forward(minutes=5)
    sitter.submit(attempt_id)
    with pytest.raises(Refused, match="chỉ mở từ"):
        in_room(sitter)


def test_going_on_needs_no_code(sitter: Sitter, world: World, quiz_id: int) -> None:
    room_of(sitter, world, quiz_id)
    assert in_room(sitter) == sitter.start()


def test_after_ten_wrong_codes_even_the_right_one_must_wait(app: Flask, world: World, sitter: Sitter, quiz_id: int, time: FakeClock) -> None:
    room_of(sitter, world, quiz_id)

    def guess(person: Sitter, code: str) -> str:
        """What is said; the guess is kept as a page keeps it."""

        def act() -> str:
            try:
                who: dict[str, Any] = {"person_name": "An", "agency_id": person.agency_id, "agency_name": "Xã", "cycle": 1}
                start_attempt(None, person_id=person.person_id, quiz_version_id=person.version_id, access_code=code, **who)
            except Refused as refused:
                return refused.sentence
            return ""

        return str(person.carry_out(act))

    assert all("không đúng" in guess(sitter, f"SAI{n}") for n in range(10))
    assert "nhiều lần" in guess(sitter, "PHONG1") and attempts(sitter) == 0
    other = Sitter(app, world.people["anh"], world.agencies["XM"], sitter.version_id)
    assert guess(other, "PHONG1") == ""
    time.forward(minutes=10)
    assert guess(sitter, "PHONG1") == ""
    lines = sa.select(Audit.thing_id).where(Audit.action == "refuse", Audit.actor_id == sitter.person_id)
    assert sitter.carry_out(lambda: db.session.scalars(lines).all()) == [quiz_id] * 10


def test_a_wait_between_attempts_is_kept_unless_one_was_given_since(app: Flask, world: World, time: FakeClock) -> None:
    sitter = sitter_of(app, world, wait_minutes=60)
    quiz_id = sitter.carry_out(lambda: quiz_rules(sitter.version_id)).quiz_id
    sitter.submit(sitter.start())
    time.forward(minutes=59)
    with pytest.raises(Refused, match="làm lại được từ"):
        sitter.start()
    time.forward(minutes=1)
    sitter.submit(sitter.start())
    time.forward(minutes=1)
    sitter.carry_out(lambda: give_attempts(trainer(world), quiz_id=quiz_id, person_id=sitter.person_id, number=1, note="Mất điện"))
    assert sitter.submit(sitter.start()).number == 3


def test_practice_begins_no_attempt(app: Flask, world: World) -> None:
    sitter = sitter_of(app, world)
    sitter.carry_out(lambda: db.session.execute(sa.text("UPDATE quiz_version SET behaviour = 'practice'")))
    with pytest.raises(Refused, match="luyện tập"):
        sitter.start()
    assert attempts(sitter) == 0


@pytest.mark.parametrize("broken", ["number", "opens", "closes", "in_rooms", "room_closed", "room_code", "wait"])
def test_the_insert_itself_refuses_what_a_look_a_moment_before_allowed(app: Flask, world: World, broken: str, time: FakeClock) -> None:
    sitter = sitter_of(app, world, wait_minutes=5, attempts=2)
    rules = sitter.carry_out(lambda: quiz_rules(sitter.version_id))
    room_id = room_of(sitter, world, rules.quiz_id)
    room = sitter.carry_out(lambda: db.session.get_one(QuizRoom, room_id))
    said: dict[str, Any] = {"number": 3} if broken == "number" else {"number": 2} if broken == "wait" else {"number": 1}
    changes: dict[str, Any] = {
        "opens": sa.update(Quiz).values(opens_at=time.now + timedelta(seconds=1)),
        "closes": sa.update(Quiz).values(closes_at=time.now),
        "room_closed": sa.update(QuizRoom).values(closes_at=time.now),
        "room_code": sa.update(QuizRoom).values(access_code="KHAC"),
    }
    if broken in changes:
        sitter.carry_out(lambda: db.session.execute(changes[broken]))
    if broken == "wait":
        sitter.submit(in_room(sitter))
    who: dict[str, Any] = {"person_id": sitter.person_id, "person_name": "An", "agency_id": sitter.agency_id, "agency_name": "Xã"}
    sitting = Sitting(**who, rules=rules, cycle=1, room=None if broken == "in_rooms" else room, **said)
    assert sitter.carry_out(lambda: _insert(sitting, 5, "hạt giống")) is None
    fine = Sitting(**who, rules=rules, cycle=2, room=room, number=1)
    if broken in ("number", "in_rooms"):
        assert sitter.carry_out(lambda: _insert(fine, 5, "hạt giống")) is not None


def test_the_grace_is_the_rules_own(app: Flask, world: World, time: FakeClock) -> None:
    sitter = sitter_of(app, world, grace_seconds=5)
    attempt_id = sitter.start()
    time.forward(minutes=10, seconds=5)
    assert sitter.save(attempt_id, 1, [], 1).kept == "yours"
    time.forward(seconds=1)
    assert sitter.save(attempt_id, 1, [], 2).kept == "late"
