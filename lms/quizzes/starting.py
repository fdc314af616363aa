"""Starting an attempt: within the window, with the code of a room, after the wait, and never more often than allowed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from lms.base import Refused, clock, db, keep_although_refused, moment
from lms.base import gettext as _
from lms.people import Person
from lms.site import Audit, record

from .allowances import attempts_given, minutes_given, sum_of
from .closing import Sitter, close_attempts, tidy_code
from .draw import draw, random_for
from .drawing import candidates_for
from .events import add_event
from .kinds import KINDS
from .models import Allowance, Attempt, Question, QuestionVersion, Quiz, QuizRoom
from .points import UNIT
from .rules import QuizRules, quiz_rules
from .saving import lock_attempt

TURNS = 3
MOST_WRONG_CODES = 10
WRONG_CODES_WITHIN = timedelta(minutes=10)
QUIZ, PERSON, CYCLE, ROOM = (sa.bindparam(name, type_=sa.Integer()) for name in ("quiz", "person", "cycle", "room"))
ATTEMPTS, ITEMS = (Attempt.metadata.tables[name] for name in ("attempt", "attempt_item"))
NOW, SINCE = (sa.bindparam(name, type_=Attempt.started_at.type) for name in ("now", "since"))


@dataclass(frozen=True)
class Sitting:
    """What is fixed of an attempt that starts; room: where it is begun."""

    person_id: int
    person_name: str
    agency_id: int
    agency_name: str
    rules: QuizRules
    cycle: int
    number: int
    room: QuizRoom | None

    @property
    def room_id(self) -> int | None:
        """The id of the room."""
        return self.room.id if self.room else None


def start_attempt(
    actor: Any,
    *,
    person_id: int,
    person_name: str,
    agency_id: int,
    agency_name: str,
    quiz_version_id: int,
    cycle: int,
    access_code: str = "",
) -> int:
    """The id of the person's open attempt at the quiz, begun now unless there is one (double click, second PC).

    The open one is returned even when its time is over: it must be handed in, or the timer closes it. An open one of an
    earlier cycle is closed with what was answered. Refused (field "access_code" where it is about the room) outside the window of the
    quiz, without the code of a room that is open where it is sat in rooms, before the wait is over, when no attempt is left, and for
    a quiz that only practises. A wrong code is counted although the request is refused.
    """
    for _turn in range(TURNS):
        rules = _rules_to_start(quiz_version_id)
        number = 1
        for attempt in _earlier(person_id, rules.quiz_id):
            if attempt.state == "open" and attempt.cycle == cycle:
                return int(attempt.id)
            if attempt.state == "open":
                lock_attempt(person_id, attempt.id)
                close_attempts([attempt.id], "expired")
            number = max(number, attempt.number + 1 if attempt.cycle == cycle else 1)
        refuse_unless_in_window(rules)
        room = _room(Sitter(person_id, person_name), rules, access_code) if rules.is_in_rooms else None
        sitting = Sitting(person_id, person_name, agency_id, agency_name, rules, cycle, number, room)
        attempt_id = _begin(sitting, _refuse_too_many(sitting))
        if attempt_id is not None:
            record(actor, "start", "attempt", attempt_id, agency_id=agency_id, quiz=rules.key, number=number)
            add_event(attempt_id, "start", actor_id=person_id, details={"number": number, "room": room.title if room else None})
            return attempt_id
    raise Refused(_("Hệ thống đang bận. Anh/Chị đợi vài giây rồi bấm lại."))


def _rules_to_start(quiz_version_id: int) -> QuizRules:
    """The rules, read under the quiz's lock (shared by all who start): what is given to a person or a room comes before or after, never beside."""
    rules = quiz_rules(quiz_version_id)
    if rules.behaviour == "practice":
        raise Refused(_("Bài này chỉ để luyện tập, không tính lượt và không lưu điểm."))
    if db.session.get_bind().dialect.name == "postgresql":  # on SQLite whoever writes has the whole database
        db.session.execute(sa.select(Quiz.id).where(Quiz.id == rules.quiz_id).with_for_update(read=True, key_share=True))
    return rules


def _earlier(person_id: int, quiz_id: int) -> Sequence[Any]:
    own = sa.select(Attempt.id, Attempt.state, Attempt.cycle, Attempt.number)
    return db.session.execute(own.where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id).order_by(Attempt.id)).all()


def refuse_unless_in_window(rules: QuizRules) -> None:
    """Refused before the quiz opens and after it has closed."""
    if rules.opens_at and clock.now() < rules.opens_at:
        raise Refused(_("Bài này mở lúc %(at)s.", at=moment(rules.opens_at)))
    if rules.closes_at and clock.now() >= rules.closes_at:
        raise Refused(_("Bài này đã đóng lúc %(at)s.", at=moment(rules.closes_at)))


def _room(sitter: Sitter, rules: QuizRules, typed: str) -> QuizRoom:
    """The open room whose code was typed. Guesses of one person wait for one another, so that none slips through uncounted."""
    code = tidy_code(typed)
    if not code:
        raise Refused(_("Anh/Chị nhập mã phòng thi do người coi thi đọc."), "access_code")
    db.session.execute(sa.select(Person.id).where(Person.id == sitter.person_id).with_for_update(key_share=True))
    wrong = sa.select(sa.func.count()).where(Audit.thing == "quiz", Audit.thing_id == rules.quiz_id, Audit.action == "refuse")
    wrong = wrong.where(Audit.actor_id == sitter.person_id, Audit.at > clock.now() - WRONG_CODES_WITHIN)
    if (db.session.scalar(wrong) or 0) >= MOST_WRONG_CODES:
        raise Refused(_("Anh/Chị đã nhập sai mã nhiều lần. Anh/Chị hỏi lại người coi thi và thử lại sau 10 phút."), "access_code")
    rooms = sa.select(QuizRoom).where(QuizRoom.quiz_id == rules.quiz_id).execution_options(populate_existing=True)
    room = next((one for one in db.session.scalars(rooms) if tidy_code(one.access_code) == code), None)
    if room is None:
        record(sitter, "refuse", "quiz", rules.quiz_id, quiz=rules.key)
        keep_although_refused()
        raise Refused(_("Mã phòng thi không đúng. Anh/Chị xem lại mã rồi nhập lại."), "access_code")
    if not room.opens_at <= clock.now() < room.closes_at:
        span = {"from_at": moment(room.opens_at), "to_at": moment(room.closes_at)}
        raise Refused(_("Phòng thi này chỉ mở từ %(from_at)s đến %(to_at)s.", **span), "access_code")
    return room


def _parameters(sitting: Sitting) -> dict[str, Any]:
    """What the statements below ask about the person."""
    now, wait = clock.now(), timedelta(minutes=sitting.rules.wait_minutes or 0)
    who = {"quiz": sitting.rules.quiz_id, "person": sitting.person_id, "cycle": sitting.cycle, "room": sitting.room_id}
    return {**who, "now": now, "since": now - wait, "number": sitting.number, "most": sitting.rules.attempts}


@cache
def _beyond() -> sa.Select[*tuple[Any, ...]]:
    """(attempts given, minutes given, the closing that still bars another attempt). Built once: every start carries it out."""
    barring = sa.select(sa.func.max(Attempt.closed_at)).where(*_too_early()).scalar_subquery()
    given, minutes = sum_of(attempts_given(QUIZ, PERSON, CYCLE, ROOM)), sum_of(minutes_given(QUIZ, PERSON, CYCLE, ROOM))
    return sa.select(given.label("attempts"), minutes.label("minutes"), barring.label("last"))


def _too_early() -> tuple[sa.ColumnElement[bool], ...]:
    """Attempts whose closing still bars another one; an attempt that was given since then is not waited for."""
    given = attempts_given(QUIZ, PERSON, CYCLE, ROOM)
    is_given = sa.select(Allowance.id).where(given, Allowance.given_at >= Attempt.closed_at).correlate(Attempt).exists()
    return (Attempt.person_id == PERSON, Attempt.quiz_id == QUIZ, Attempt.closed_at > SINCE, ~is_given)


def _refuse_too_many(sitting: Sitting) -> int:
    """Refused, in plain words, when no attempt is left or it is too early for another (the INSERT decides); the minutes that were given."""
    rules = sitting.rules
    found = db.session.execute(_beyond(), _parameters(sitting)).one()
    if rules.attempts is not None and sitting.number > rules.attempts + found.attempts:
        raise Refused(_("Anh/Chị đã dùng hết %(n)s lượt làm bài này.", n=rules.attempts + found.attempts))
    if rules.wait_minutes is not None and found.last is not None:
        raise Refused(_("Anh/Chị làm lại được từ %(at)s.", at=moment(found.last + timedelta(minutes=rules.wait_minutes))))
    return int(found.minutes)


def _begin(sitting: Sitting, extra: int) -> int | None:
    """Draw, and insert if nobody was faster: the open attempt and the number are unique, and all limits hold at that moment."""
    rules, seed = sitting.rules, secrets.token_hex(16)
    drawn = draw(rules.blueprint, candidates_for(rules, sitting.person_id), seed)
    if not drawn or len(drawn) < rules.total:
        raise Refused(_("Bài này chưa đủ câu hỏi để ra đề. Anh/Chị báo giảng viên phụ trách khóa học."))
    attempt_id = _insert(sitting, len(drawn), seed, extra)
    if attempt_id is not None:
        db.session.execute(sa.insert(ITEMS), _paper_of(attempt_id, drawn, seed))
    return attempt_id


def _insert(sitting: Sitting, total: int, seed: str, extra: int = 0) -> int | None:
    """The id of the new attempt; None when a limit or a unique constraint kept it out."""
    rules, now = sitting.rules, clock.now()
    values = {
        "person_id": sitting.person_id,
        "person_name": sitting.person_name,
        "agency_id": sitting.agency_id,
        "agency_name": sitting.agency_name,
        "quiz_id": rules.quiz_id,
        "quiz_version_id": rules.quiz_version_id,
        "cycle": sitting.cycle,
        "number": sitting.number,
        "seed": seed,
        "state": "open",
        "started_at": now,
        "deadline_at": _deadline(sitting, now, extra),
        "max_points": UNIT * total,
        "waiting_items": 0,
        "quiz_room_id": sitting.room_id,
    }
    code = {"code": sitting.room.access_code} if sitting.room else {}
    shape = (sitting.room is not None, rules.attempts is not None, rules.wait_minutes is not None)
    statement = _insertion(db.session.get_bind().dialect.name, tuple(values), *shape)
    return db.session.scalar(statement, {**{f"new_{name}": value for name, value in values.items()}, **_parameters(sitting), **code})


@cache
def _insertion(dialect: str, names: tuple[str, ...], in_room: bool, is_limited: bool, has_wait: bool) -> Any:
    """INSERT of an attempt if all limits hold. Built once for each shape of rules."""
    row = sa.select(*(sa.bindparam(f"new_{name}", type_=ATTEMPTS.c[name].type).label(name) for name in names))
    row = row.select_from(Quiz).where(Quiz.id == QUIZ, *_limits(in_room, is_limited, has_wait))
    kind = postgresql if dialect == "postgresql" else sqlite
    return kind.insert(ATTEMPTS).from_select(list(names), row).on_conflict_do_nothing().returning(ATTEMPTS.c.id)


def _deadline(sitting: Sitting, now: datetime, extra: int) -> datetime | None:
    """The end of the time or of the window, whichever comes first; minutes that were given come on top and may pass the window."""
    rules, room = sitting.rules, sitting.room
    ends = [now + timedelta(minutes=rules.minutes)] if rules.minutes else []
    ends += [end for end in (rules.closes_at, room.closes_at if room else None) if end is not None]
    return min(ends) + timedelta(minutes=extra) if ends else None


def _limits(in_room: bool, is_limited: bool, has_wait: bool) -> list[sa.ColumnElement[bool]]:
    """What must hold at the moment of the INSERT: the window, the room, the number of attempts with what was given, the wait."""
    limits = [sa.or_(Quiz.opens_at.is_(None), Quiz.opens_at <= NOW), sa.or_(Quiz.closes_at.is_(None), Quiz.closes_at > NOW)]
    if in_room:
        held = sa.select(QuizRoom.id).where(QuizRoom.id == ROOM, QuizRoom.access_code == sa.bindparam("code", type_=sa.Text()))
        limits.append(held.where(QuizRoom.opens_at <= NOW, QuizRoom.closes_at > NOW).correlate(None).exists())
    else:
        limits.append(Quiz.is_in_rooms.is_(False))
    if is_limited:
        limits.append(
            sa.bindparam("number", type_=sa.Integer()) <= sa.bindparam("most", type_=sa.Integer()) + sum_of(attempts_given(QUIZ, PERSON, CYCLE, ROOM))
        )
    if has_wait:
        limits.append(~sa.select(Attempt.id).where(*_too_early()).correlate(None).exists())
    return limits


def _paper_of(attempt_id: int, drawn: Sequence[int], seed: str) -> list[dict[str, Any]]:
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    wanted = sa.select(Question.id, QuestionVersion.id, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current)
    versions = {row[0]: row for row in db.session.execute(wanted.where(Question.id.in_(drawn)))}
    items = []
    for position, question_id in enumerate(drawn, 1):
        _question_id, version_id, name, body = versions[question_id]
        order = KINDS[name].drawn(body, random_for(seed, question_id))
        item = {"attempt_id": attempt_id, "position": position, "question_version_id": version_id, "option_order": order}
        items.append({**item, "max_points": UNIT, "version": 0, "is_dropped": False})
    return items
