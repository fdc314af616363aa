"""Rooms in which a quiz is sat: who begins with the code of one, within its time, sits in it. A trainer sees those of agencies in reach."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency, AgencyName, Branch, agency_tree, holds_on
from lms.base import TRAINER, Refused, clock, db, insert_once, moment
from lms.base import gettext as _
from lms.site import record

from .models import Attempt, Quiz, QuizRoom
from .reach import HeldQuiz

READABLE = "ACEHMRTUV2346789"  # letters and digits that are not taken for one another, neither read aloud nor from the wall
CODE = re.compile(r"[A-Z0-9]{4,12}")
CODE_LENGTH = 6
TURNS = 5
MOST_ROOMS = 200


@dataclass(frozen=True)
class RoomLine:
    """A room of the list: where it is, how many have begun in it, how many are still writing."""

    room: QuizRoom
    agency: str
    begun: int
    writing: int

    @property
    def state(self) -> str:
        """Whether it is open now, by the server's clock: "waiting", "open" or "closed"."""
        now = clock.now()
        return "waiting" if now < self.room.opens_at else "open" if now < self.room.closes_at else "closed"


def room_agencies(viewer: Any) -> list[Branch]:
    """The agencies at which the viewer may open a room, as a tree in order."""
    return agency_tree(viewer.agencies_of(TRAINER))


def rooms_for(viewer: Any, held: HeldQuiz) -> list[RoomLine]:
    """The rooms of a quiz at agencies in reach, the next one first."""
    return _lines(viewer, held, QuizRoom.closes_at.desc())


def room_for(viewer: Any, held: HeldQuiz, room_id: int) -> RoomLine | None:
    """One of them."""
    return next(iter(_lines(viewer, held, QuizRoom.id, QuizRoom.id == room_id)), None)


def _lines(viewer: Any, held: HeldQuiz, order: Any, *conditions: Any) -> list[RoomLine]:
    begun = sa.select(sa.func.count()).where(Attempt.quiz_room_id == QuizRoom.id)
    writing = begun.where(Attempt.state == "open")
    is_named = sa.and_(AgencyName.agency_id == QuizRoom.agency_id, holds_on(AgencyName, clock.today()))
    found = sa.select(QuizRoom, sa.func.coalesce(AgencyName.name, ""), begun.scalar_subquery(), writing.scalar_subquery())
    found = found.outerjoin(AgencyName, is_named).where(QuizRoom.quiz_id == held.quiz.id, QuizRoom.agency_id.in_(viewer.reach(TRAINER)), *conditions)
    return [RoomLine(*row) for row in db.session.execute(found.order_by(order, QuizRoom.id).limit(MOST_ROOMS))]


def tidy(typed: str) -> str:
    """A code as it is kept: capitals and digits, whatever spaces and hyphens were typed."""
    return re.sub(r"[\s.-]", "", typed).upper()


def add_room(actor: Any, held: HeldQuiz, title: str, agency_id: int, opens_at: datetime, closes_at: datetime, typed_code: str = "") -> QuizRoom:
    """A new room of a quiz, with a code of its own; made here unless one was typed. The agency must be in the actor's reach.

    Refused when it closes before it opens, or the code is none or taken.
    """
    _refuse_hours(opens_at, closes_at)
    if db.session.scalar(sa.select(Agency.id).where(Agency.id == agency_id, Agency.id.in_(actor.reach(TRAINER)))) is None:
        raise Refused(_("Anh/Chị chọn một mục trong danh sách."), "agency_id")
    code = tidy(typed_code)
    if typed_code and not CODE.fullmatch(code):
        raise Refused(_("Mã phòng gồm 4 đến 12 chữ cái không dấu và chữ số."), "access_code")
    made = {"made_by_id": actor.person_id, "made_at": clock.now()}
    for _turn in range(1 if code else TURNS):
        own = code or "".join(secrets.choice(READABLE) for _place in range(CODE_LENGTH))
        values = {"agency_id": agency_id, "title": title, "opens_at": opens_at, "closes_at": closes_at}
        if insert_once(QuizRoom, quiz_id=held.quiz.id, access_code=own, **values, **made):
            room = db.session.scalars(sa.select(QuizRoom).where(QuizRoom.quiz_id == held.quiz.id, QuizRoom.access_code == own)).one()
            _tell(actor, "add-room", held.quiz, room)
            return room
    raise Refused(_("Bài này đã có một phòng dùng mã đó. Anh/Chị đặt mã khác."), "access_code")


def room_mark(room: QuizRoom) -> str:
    """What the room was when a form was opened."""
    return f"{room.title}|{room.opens_at.isoformat()}|{room.closes_at.isoformat()}"


def change_room(actor: Any, held: HeldQuiz, room_id: int, title: str, opens_at: datetime, closes_at: datetime, seen: str) -> None:
    """Change the title and the hours of a room in reach, at once; attempts under way keep their deadline. Refused as `set_window` does."""
    _refuse_hours(opens_at, closes_at)
    own = sa.select(QuizRoom).where(QuizRoom.id == room_id, QuizRoom.quiz_id == held.quiz.id)
    room = db.session.scalars(own.with_for_update(key_share=True).execution_options(populate_existing=True)).one()
    if (room.title, room.opens_at, room.closes_at) == (title, opens_at, closes_at):
        return
    if room_mark(room) != seen:
        raise Refused(_("Có người vừa đổi phòng này sau khi Anh/Chị mở trang. Anh/Chị xem lại rồi ghi lần nữa."))
    room.title, room.opens_at, room.closes_at = title, opens_at, closes_at
    _tell(actor, "change-room", held.quiz, room)


def _refuse_hours(opens_at: datetime, closes_at: datetime) -> None:
    if opens_at >= closes_at:
        raise Refused(_("Giờ đóng phải sau giờ mở."), "closes_on")


def _tell(actor: Any, action: str, quiz: Quiz, room: QuizRoom) -> None:
    said = {"room": room.title, "opens": moment(room.opens_at), "closes": moment(room.closes_at)}
    record(actor, action, "quiz", quiz.id, agency_id=room.agency_id, key=quiz.key, **said)
