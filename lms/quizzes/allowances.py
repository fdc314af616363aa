"""What is allowed to a person or a room beyond the rules, as conditions and sums of a statement. Giving it stands in allowing.py."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import db

from .models import Allowance, Attempt


def _given(kind: str, quiz_id: Any, cycle: Any, *whom: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Of this kind and not bound to one attempt, to any of these."""
    is_for_cycle = sa.or_(Allowance.cycle.is_(None), Allowance.cycle == cycle)
    return sa.and_(Allowance.quiz_id == quiz_id, Allowance.kind == kind, Allowance.attempt_id.is_(None), is_for_cycle, sa.or_(*whom))


def attempts_given(quiz_id: Any, person_id: Any, cycle: Any, room_id: Any) -> sa.ColumnElement[bool]:
    """The allowances of attempts that count for the person: given to them, to the room in which they begin, or to one in which they have sat.

    Each may be a number or a parameter of the statement; without a room, room_id is None (or a parameter that is).
    """
    sat = aliased(Attempt)
    own = sa.select(sat.quiz_room_id).where(sat.person_id == person_id, sat.quiz_id == quiz_id, sat.cycle == cycle, sat.quiz_room_id.is_not(None))
    whom = [Allowance.person_id == person_id, Allowance.quiz_room_id.in_(own.correlate(None))]
    return _given("attempts", quiz_id, cycle, *whom, *([] if room_id is None else [Allowance.quiz_room_id == room_id]))


def minutes_given(quiz_id: Any, person_id: Any, cycle: Any, room_id: Any) -> sa.ColumnElement[bool]:
    """The allowances of minutes for an attempt that the person begins in this room; as in attempts_given."""
    return _given("minutes", quiz_id, cycle, Allowance.person_id == person_id, *([] if room_id is None else [Allowance.quiz_room_id == room_id]))


def sum_of(given: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    """How much these allowances give together."""
    return sa.select(sa.func.coalesce(sa.func.sum(Allowance.amount), 0)).where(given).correlate(None).scalar_subquery()


def extra_attempts(person_id: int, quiz_id: int, cycle: int) -> int:
    """How many attempts more than the rules say the person has at a quiz in a cycle."""
    return db.session.scalar(sa.select(sum_of(attempts_given(quiz_id, person_id, cycle, None)))) or 0


def allowed_beyond(person_id: int, quiz_id: Any, cycle: Any, *outer: Any) -> sa.ScalarSelect[Any]:
    """How many attempts more than the rules say the person has: as a part of a statement that reads quiz and cycle from these outer tables."""
    sat = sa.select(Attempt.quiz_room_id).where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, Attempt.cycle == cycle)
    rooms = sat.where(Attempt.quiz_room_id.is_not(None)).correlate(*outer)
    whose = sa.or_(Allowance.person_id == person_id, Allowance.quiz_room_id.in_(rooms))
    given = sa.select(sa.func.coalesce(sa.func.sum(Allowance.amount), 0)).where(Allowance.quiz_id == quiz_id, Allowance.kind == "attempts")
    of_cycle = sa.or_(Allowance.cycle.is_(None), Allowance.cycle == cycle)
    return given.where(Allowance.attempt_id.is_(None), of_cycle, whose).correlate(*outer).scalar_subquery()
