"""Giving more than the rules: minutes and attempts, to a person or a whole room, also in mid-attempt; opening a closed attempt again.

Each is a row that never changes, with a reason. Whoever gives holds the lock of the quiz that those who start share, so that an attempt
begins either before it (and is moved) or after it (and has it from the start).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import aliased

from lms.agencies import holds_on
from lms.base import TRAINER, Refused, clock, db
from lms.base import gettext as _
from lms.people import Membership, Person
from lms.site import record

from .deadlines import later
from .events import add_event, add_events
from .explained import is_explained_elsewhere
from .models import Allowance, Attempt, AttemptItem, AttemptLevel, Quiz, QuizRoom
from .reach import HeldQuiz, attempt_for, quiz_for

MOST_MINUTES = 600
MOST_ATTEMPTS = 20
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Given:
    """What was given: how many open attempts go on longer because of it, and the latest deadline of them."""

    moved: int
    deadline_at: datetime | None


@dataclass(frozen=True)
class _Whom:
    """A person (with the cycle of their latest attempt) or a room, and how the trail calls them."""

    person_id: int | None
    room_id: int | None
    cycle: int | None
    agency_id: int | None
    name: str

    @property
    def attempts(self) -> sa.ColumnElement[bool]:
        """The condition that an attempt is theirs."""
        return Attempt.person_id == self.person_id if self.person_id else Attempt.quiz_room_id == self.room_id


def give_minutes(actor: Any, *, quiz_id: int, person_id: int | None = None, room_id: int | None = None, minutes: int, note: str) -> Given:
    """More minutes, at once for open attempts (their deadline moves, and may pass the window), else for those that begin.

    To a person who sits just now they are given for this attempt; otherwise for the attempts to come. To a room: for all who sit in it.
    404 when quiz, person or room are out of the actor's reach; Refused without reason, for a quiz without time limit, and to oneself.
    """
    held, why = _held(actor, quiz_id), reason_of(note)
    _refuse_unless_between(minutes, MOST_MINUTES, "minutes")
    whom = _whom(actor, held, person_id, room_id)
    moved = _move_deadlines(actor, held, whom, minutes, why)
    if not moved and held.version.minutes is None and held.quiz.closes_at is None and room_id is None:
        raise Refused(_("Bài này không giới hạn thời gian nên không cần thêm phút."), "minutes")
    of_attempt = {"attempt_id": moved[0][0]} if person_id and moved else {}
    _allow(actor, held, whom, "minutes", minutes, why, **of_attempt)
    _record(actor, "give-minutes", held, whom, why, minutes=minutes, number=len(moved))
    return Given(len(moved), max((deadline for _id, deadline in moved), default=None))


def give_attempts(actor: Any, *, quiz_id: int, person_id: int | None = None, room_id: int | None = None, number: int, note: str) -> None:
    """So many attempts more, for the cycle that the person is in, or for each who sits in the room. Errors as in give_minutes."""
    held, why = _held(actor, quiz_id), reason_of(note)
    _refuse_unless_between(number, MOST_ATTEMPTS, "number")
    whom = _whom(actor, held, person_id, room_id)
    if held.version.attempts is None:
        raise Refused(_("Bài này không giới hạn số lượt nên không cần thêm lượt."), "number")
    _allow(actor, held, whom, "attempts", number, why)
    _record(actor, "give-attempts", held, whom, why, number=number)


def reopen(actor: Any, attempt_id: int, minutes: int, note: str) -> datetime:
    """Open a closed attempt again for so many minutes from now, with all its answers; returns the new deadline.

    Refused when it is open or was passed, when its explanations (or those of one of its questions elsewhere) may have been seen, when the
    person sits the quiz just now, for a paper that was keyed in, and for one's own. 404 out of reach. Locked answers stay locked.
    """
    attempt = attempt_for(actor, attempt_id) or abort(404)
    held, why = _held(actor, attempt.quiz_id), reason_of(note)
    _refuse_unless_between(minutes, MOST_MINUTES, "minutes")
    refuse_own(actor, attempt.person_id)
    locked = sa.select(Attempt).where(Attempt.id == attempt_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    attempt = db.session.scalars(locked).one()
    deadline = clock.now() + timedelta(minutes=minutes)
    if not _opened(attempt, deadline):
        raise Refused(_why_not(attempt))
    whom = _Whom(attempt.person_id, None, attempt.cycle, attempt.agency_id, attempt.person_name)
    _allow(actor, held, whom, "reopen", minutes, why, attempt_id=attempt_id)
    add_event(attempt_id, "reopen", actor_id=actor.person_id, details={"minutes": minutes, "deadline": deadline.isoformat(), "note": why})
    record(actor, "reopen", "attempt", attempt_id, agency_id=attempt.agency_id, minutes=minutes, why=why)
    return deadline


def may_be_reopened() -> sa.ColumnElement[bool]:
    """The condition that the Attempt of the statement may be opened again."""
    other = aliased(Attempt)
    is_sitting = sa.select(other.id).where(other.person_id == Attempt.person_id, other.quiz_id == Attempt.quiz_id, other.state == "open")
    is_clean = sa.and_(Attempt.reviewed_at.is_(None), Attempt.is_passed.is_not(True), Attempt.paper_variant_id.is_(None))
    return sa.and_(Attempt.state != "open", is_clean, ~is_sitting.correlate(Attempt).exists(), ~is_explained_elsewhere(Attempt))


def _opened(attempt: Attempt, deadline: datetime) -> bool:
    """Open it again if it may be; the database decides."""
    blank = {"state": "open", "closed_at": None, "points": None, "is_passed": None, "waiting_items": 0, "deadline_at": deadline}
    write = sa.update(Attempt).where(Attempt.id == attempt.id, may_be_reopened()).values(blank)
    if db.session.scalar(write.returning(Attempt.id).execution_options(synchronize_session=False)) is None:
        return False
    unlocked = sa.update(AttemptItem).where(AttemptItem.attempt_id == attempt.id, AttemptItem.locked_at.is_(None)).values(points=None)
    db.session.execute(unlocked.execution_options(synchronize_session=False))
    db.session.execute(sa.delete(AttemptLevel).where(AttemptLevel.attempt_id == attempt.id).execution_options(synchronize_session=False))
    return True


def _why_not(attempt: Attempt) -> str:
    """Why it was not opened again."""
    if attempt.state == "open":
        return _("Lượt này đang mở. Anh/Chị thêm phút thay cho mở lại.")
    if attempt.is_passed:
        return _("Lượt này đã đạt nên không mở lại.")
    if attempt.paper_variant_id is not None:
        return _("Bài làm trên giấy không mở lại được.")
    if attempt.reviewed_at is not None:
        return _("Học viên đã xem giải thích của lượt này nên không mở lại được. Anh/Chị cho thêm một lượt.")
    other = sa.select(Attempt.id).where(Attempt.person_id == attempt.person_id, Attempt.quiz_id == attempt.quiz_id, Attempt.state == "open")
    if db.session.scalar(other.limit(1)) is not None:
        return _("Học viên đang làm một lượt khác của bài này.")
    return _("Học viên đã xem giải thích của những câu này ở một lượt khác nên không mở lại được. Anh/Chị cho thêm một lượt.")


def _held(actor: Any, quiz_id: int) -> HeldQuiz:
    """The quiz in reach, locked against those who start."""
    held = quiz_for(actor, quiz_id) or abort(404)
    db.session.execute(sa.select(Quiz.id).where(Quiz.id == quiz_id).with_for_update())
    return held


def reason_of(note: str) -> str:
    """The reason on one line. Refused when there is none, or it is too long."""
    why = " ".join(note.split())
    if not why:
        raise Refused(_("Anh/Chị ghi lý do."), "note")
    if len(why) > LONGEST_NOTE:
        raise Refused(_("Lý do dài quá %(most)s ký tự.", most=LONGEST_NOTE), "note")
    return why


def _refuse_unless_between(number: int, most: int, field: str) -> None:
    if not 1 <= number <= most:
        raise Refused(_("Anh/Chị nhập số từ 1 đến %(most)s.", most=most), field)


def refuse_own(actor: Any, person_id: int | None) -> None:
    """Refused when the actor would decide about themselves."""
    if person_id == actor.person_id:
        raise Refused(_("Anh/Chị không tự quyết định về bài của chính mình. Anh/Chị nhờ một giảng viên khác."))


def _whom(actor: Any, held: HeldQuiz, person_id: int | None, room_id: int | None) -> _Whom:
    """The person or the room, if it is in the actor's reach."""
    if person_id is None:
        room = sa.select(QuizRoom).where(QuizRoom.id == room_id, QuizRoom.quiz_id == held.quiz.id, QuizRoom.agency_id.in_(actor.reach(TRAINER)))
        found = db.session.scalar(room) or abort(404)
        return _Whom(None, found.id, None, found.agency_id, found.title)
    own = sa.select(Person.full_name, Membership.agency_id).join(Membership, Membership.person_id == Person.id)
    own = own.where(Person.id == person_id, Membership.agency_id.in_(actor.reach(TRAINER)), holds_on(Membership, clock.today()))
    row = db.session.execute(own.order_by(Membership.is_main.desc()).limit(1)).first()
    latest = sa.select(Attempt.cycle, Attempt.agency_id, Attempt.person_name).where(Attempt.person_id == person_id, Attempt.quiz_id == held.quiz.id)
    known = db.session.execute(latest.where(Attempt.agency_id.in_(actor.reach(TRAINER))).order_by(Attempt.cycle.desc(), Attempt.id.desc()).limit(1))
    last = known.first()
    if row is None and last is None:
        abort(404)
    refuse_own(actor, person_id)
    name, agency_id = (row.full_name, row.agency_id) if row else (last.person_name, last.agency_id) if last else ("", None)
    return _Whom(person_id, None, last.cycle if last else None, agency_id, name)


def _move_deadlines(actor: Any, held: HeldQuiz, whom: _Whom, minutes: int, why: str) -> list[tuple[int, datetime]]:
    """Move the deadlines of their open attempts that have one: (attempt, new deadline). The quiz is locked, the attempts are from here on."""
    opened = sa.select(Attempt.id, Attempt.deadline_at).where(Attempt.quiz_id == held.quiz.id, Attempt.state == "open", whom.attempts)
    opened = opened.where(Attempt.deadline_at.is_not(None), Attempt.person_id != actor.person_id).order_by(Attempt.id)
    rows: Sequence[Any] = db.session.execute(opened.with_for_update(key_share=True)).all()
    moved = [(row.id, later(row.deadline_at, minutes)) for row in rows]
    if moved:
        db.session.execute(sa.update(Attempt), [{"id": attempt_id, "deadline_at": deadline} for attempt_id, deadline in moved])
    said = {"minutes": minutes, "note": why, "room": whom.name if whom.room_id else None}
    add_events([_line(actor, attempt_id, {**said, "deadline": deadline.isoformat()}) for attempt_id, deadline in moved])
    return moved


def _line(actor: Any, attempt_id: int, details: dict[str, Any]) -> dict[str, Any]:
    return {"attempt_id": attempt_id, "kind": "extend", "actor_id": actor.person_id, "details": details}


def _allow(actor: Any, held: HeldQuiz, whom: _Whom, kind: str, amount: int, note: str, attempt_id: int | None = None) -> None:
    row = {"quiz_id": held.quiz.id, "person_id": whom.person_id, "quiz_room_id": whom.room_id, "attempt_id": attempt_id, "cycle": whom.cycle}
    given = {"kind": kind, "amount": amount, "note": note, "given_by_id": actor.person_id, "given_at": clock.now()}
    db.session.execute(sa.insert(Allowance).values(**row, **given))


def _record(actor: Any, deed: str, held: HeldQuiz, whom: _Whom, why: str, **details: Any) -> None:
    if whom.person_id:
        record(actor, deed, "person", whom.person_id, agency_id=whom.agency_id, quiz=held.quiz.key, why=why, **details)
    else:
        record(actor, deed, "quiz", held.quiz.id, agency_id=whom.agency_id, quiz=held.quiz.key, room=whom.name, why=why, **details)
