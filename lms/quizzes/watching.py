"""Attempts as a trainer sees them: who sits a quiz and how far they are, and all that happened to one attempt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import TRAINER, Refused, clock, db, fold, found_by_name
from lms.base import gettext as _
from lms.people import Person, people_in_reach, person_named

from .allowing import may_be_reopened
from .answer_words import in_words
from .closing import CODE_LENGTH, shown_code, tidy_code
from .event_words import sentence_of
from .late import may_be_accepted
from .models import Attempt, AttemptEvent, AttemptItem, QuestionVersion, QuizRoom
from .points import in_questions
from .reach import HeldQuiz, attempts_in_reach, quiz_for

PER_PAGE = 50
LINES_PER_PAGE = 100
ANSWERS = ("save", "late", "stale", "lock", "accept")  # kinds of lines that carry an answer


@dataclass(frozen=True)
class Wanted:
    """What the list is to show: people or receipt codes by a text, and one room (None: all)."""

    query: str = ""
    room_id: int | None = None
    page: int = 1


@dataclass(frozen=True)
class AttemptLine:
    """An attempt of the list, with how many of its answers are saved."""

    attempt: Attempt
    staff_code: str | None
    room: str | None
    answered: int
    total: int

    @property
    def is_late(self) -> bool:
        """Whether its time is over and nobody has closed it yet."""
        return self.attempt.is_open and self.attempt.deadline_at is not None and self.attempt.deadline_at < clock.now()

    @property
    def code(self) -> str:
        """The receipt code as people read it."""
        return shown_code(self.attempt.receipt_code)


@dataclass(frozen=True)
class AttemptList:
    """A page of the attempts of a quiz, and the rooms by which they can be chosen."""

    held: HeldQuiz
    rows: list[AttemptLine]
    total: int
    number: int
    last: int
    rooms: list[QuizRoom]

    def room(self, room_id: int | None) -> QuizRoom | None:
        """The room of this id among those in reach."""
        return next((one for one in self.rooms if one.id == room_id), None)


@dataclass(frozen=True)
class Line:
    """A line of a timeline in words. who: who did it, "" for the system. is_blank: an answer was taken back.

    may_be_accepted: a late answer that a trainer may let count.
    """

    id: int
    at: datetime
    kind: str
    sentence: str
    question: str
    answer: list[str]
    who: str
    note: str
    is_blank: bool
    may_be_accepted: bool = False

    @property
    def at_said(self) -> str:
        """When, to the second: 10:31:05 05/02/2026."""
        return f"{clock.local(self.at):%H:%M:%S %d/%m/%Y}"


@dataclass(frozen=True)
class Watched:
    """One attempt with its facts, a page of its timeline (the newest line first) and its late answers."""

    line: AttemptLine
    held: HeldQuiz
    lines: list[Line]
    number: int
    last: int
    late: list[Line]
    may_be_reopened: bool

    @property
    def attempt(self) -> Attempt:
        """The attempt."""
        return self.line.attempt

    @property
    def points(self) -> str:
        """The points in questions."""
        return in_questions(self.attempt.points or 0)

    @property
    def max_points(self) -> str:
        """How many questions."""
        return in_questions(self.attempt.max_points)


def attempt_list(viewer: Any, quiz_id: int, wanted: Wanted) -> AttemptList | None:
    """The attempts at a quiz in reach of people in reach: those being sat first, then the newest."""
    held = quiz_for(viewer, quiz_id)
    if held is None:
        return None
    ids = sa.select(Attempt.id).where(Attempt.quiz_id == quiz_id, attempts_in_reach(viewer), *_found(wanted))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, wanted.page), last)
    order = (sa.case((Attempt.state == "open", 0), else_=1), Attempt.id.desc())
    portion = ids.order_by(*order).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    rows = [AttemptLine(*row) for row in db.session.execute(_lines().where(Attempt.id.in_(portion)).order_by(*order))]
    rooms = sa.select(QuizRoom).where(QuizRoom.quiz_id == quiz_id, QuizRoom.agency_id.in_(viewer.reach(TRAINER)))
    return AttemptList(held, rows, total, number, last, list(db.session.scalars(rooms.order_by(QuizRoom.opens_at.desc(), QuizRoom.id))))


def _lines() -> sa.Select[*tuple[Any, ...]]:
    """AttemptLines, in one GROUP BY."""
    counts = (sa.func.count(AttemptItem.answer), sa.func.count(AttemptItem.id))
    found = sa.select(Attempt, Person.staff_code, QuizRoom.title, *counts).join(Person, Person.id == Attempt.person_id)
    found = found.outerjoin(QuizRoom, QuizRoom.id == Attempt.quiz_room_id).outerjoin(AttemptItem, AttemptItem.attempt_id == Attempt.id)
    return found.group_by(Attempt.id, Person.staff_code, QuizRoom.title).execution_options(populate_existing=True)


def _found(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.room_id is not None:
        conditions.append(Attempt.quiz_room_id == wanted.room_id)
    if fold(wanted.query):
        people = found_by_name(wanted.query)["person"]
        conditions.append(sa.or_(Attempt.person_id.in_(people), Attempt.receipt_code == tidy_code(wanted.query)[:CODE_LENGTH]))
    return conditions


def watched(viewer: Any, attempt_id: int, page: int = 1) -> Watched | None:
    """One attempt of a person in reach at a quiz in reach."""
    row = db.session.execute(_lines().where(Attempt.id == attempt_id, attempts_in_reach(viewer))).first()
    held = quiz_for(viewer, row[0].quiz_id) if row else None
    if row is None or held is None:
        return None
    line = AttemptLine(*row)
    total = db.session.scalar(sa.select(sa.func.count()).where(AttemptEvent.attempt_id == attempt_id)) or 0
    last = max(1, -(-total // LINES_PER_PAGE))
    number = min(max(1, page), last)
    questions = _questions(attempt_id)
    events = _events(AttemptEvent.attempt_id == attempt_id).order_by(AttemptEvent.id.desc())
    shown = db.session.execute(events.limit(LINES_PER_PAGE).offset((number - 1) * LINES_PER_PAGE)).all()
    late = _late(attempt_id)
    lines = [_line(one, questions) for one in shown]
    can_reopen = sa.select(Attempt.id).where(Attempt.id == attempt_id, may_be_reopened())
    is_free = db.session.scalar(can_reopen) is not None
    return Watched(line, held, lines, number, last, [_line(one, questions) for one in late], is_free)


def learner_named(viewer: Any, typed: str) -> int:
    """The id of the person in reach who bears this staff code or user name; Refused (field "who") when there is none."""
    person_id = person_named(typed)
    known = sa.select(Person.id).where(Person.id == person_id, Person.id.in_(people_in_reach(viewer, TRAINER)))
    found = db.session.scalar(known) if person_id else None
    if found is None:
        raise Refused(_("Không tìm thấy người có mã hoặc tên này trong các đơn vị của Anh/Chị."), "who")
    return found


def _events(*conditions: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    actor = aliased(Person)
    found = sa.select(AttemptEvent, actor.full_name, sa.false().label("may_be_accepted")).outerjoin(actor, actor.id == AttemptEvent.actor_id)
    return found.where(*conditions)


def _late(attempt_id: int) -> list[Any]:
    """The late answers, the newest first, and whether each may be accepted now."""
    on_item = sa.and_(AttemptItem.attempt_id == AttemptEvent.attempt_id, AttemptItem.position == AttemptEvent.position)
    found = sa.select(AttemptEvent, sa.literal("").label("full_name"), may_be_accepted().label("may_be_accepted"))
    found = found.join(Attempt, Attempt.id == AttemptEvent.attempt_id).join(AttemptItem, on_item)
    own = found.where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == "late")
    return list(db.session.execute(own.order_by(AttemptEvent.position, AttemptEvent.id.desc())).all())


def _questions(attempt_id: int) -> dict[int, Any]:
    """position -> kind, body and order of what the paper showed."""
    wanted = sa.select(AttemptItem.position, QuestionVersion.kind, QuestionVersion.body, AttemptItem.option_order)
    joined = wanted.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    return {row.position: row for row in db.session.execute(joined.where(AttemptItem.attempt_id == attempt_id))}


def _line(row: Any, questions: dict[int, Any]) -> Line:
    event, details = row[0], row[0].details or {}
    is_answer = event.kind in ANSWERS and event.position in questions
    shown = questions[event.position] if is_answer else None
    words = in_words(shown.kind, shown.body, shown.option_order, event.answer) if shown else ("", [])
    said = (sentence_of(event), *words, row[1] or "", details.get("note") or "")
    return Line(event.id, event.at, event.kind, *said, is_answer and event.answer is None and "length" not in details, bool(row[2]))
