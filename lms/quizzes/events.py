"""The timeline of an attempt: what happened to it, line by line, for complaints. Lines are only added; the database refuses any change."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import clock, db, insert_once

from .kinds import KINDS
from .models import AttemptEvent

TEXT_EVERY = timedelta(minutes=1)  # the whole text of an answer that a person marks is kept at most so often
MOST_LATE = 400
LATE_LIFE = timedelta(days=7)
WRITING = sa.insert(AttemptEvent.metadata.tables["attempt_event"])
BLANK: dict[str, Any] = {"position": None, "answer": None, "client": None, "client_number": None, "actor_id": None, "details": None}


def add_event(attempt_id: int, kind: str, **more: Any) -> None:
    """Add a line: `more` are columns of AttemptEvent."""
    add_events([{"attempt_id": attempt_id, "kind": kind, **more}])


def add_events(lines: Sequence[dict[str, Any]]) -> None:
    """Add these lines, all of this instant, in one statement."""
    if lines:
        db.session.execute(WRITING, [{"at": clock.now(), **BLANK, **line} for line in lines])


def add_answers(event: str, attempt_id: int, answers: Sequence[tuple[int, str, list[str] | None]], **more: Any) -> None:
    """Add a line for each (position, kind, answer), in one statement, or two where a person marks.

    Of a text that a person marks only the length is kept when its whole was kept less than a minute ago by such a line.
    """
    are_texts = any(answer is not None and KINDS[kind].needs_marker for _position, kind, answer in answers)
    just_kept = _texts_just_kept(event, attempt_id) if are_texts else set()
    add_events([_line(event, attempt_id, one, just_kept) | more for one in answers])


def _line(event: str, attempt_id: int, said: tuple[int, str, list[str] | None], just_kept: set[int]) -> dict[str, Any]:
    position, kind, answer = said
    line = {"attempt_id": attempt_id, "kind": event, "position": position, "answer": answer}
    if answer is None or position not in just_kept or not KINDS[kind].needs_marker:
        return line
    return line | {"answer": None, "details": {"length": sum(len(one) for one in answer)}}


def _texts_just_kept(event: str, attempt_id: int) -> set[int]:
    """The positions whose answer was kept whole within the last minute."""
    recent = sa.select(AttemptEvent.position).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.answer.is_not(None))
    positions = db.session.scalars(recent.where(AttemptEvent.at > clock.now() - TEXT_EVERY, AttemptEvent.kind == event))
    return {position for position in positions if position is not None}


def late_lines(attempt_id: int) -> int:
    """How many late answers of an attempt are kept. The attempt is locked."""
    lines = sa.select(sa.func.count()).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == "late")
    return db.session.scalar(lines) or 0


def add_late(attempt_id: int, position: int, answer: list[str] | None, client: str, number: int) -> None:
    """Keep a numbered answer that came after the time, once however often it is sent."""
    line = {**BLANK, "attempt_id": attempt_id, "at": clock.now(), "kind": "late", "position": position}
    insert_once(AttemptEvent, **{**line, "answer": answer, "client": client, "client_number": number})


def late_of_forms(attempt_id: int) -> dict[int, list[str] | None]:
    """position -> the newest late answer that a plain form brought. The attempt is locked."""
    lines = sa.select(AttemptEvent.position, AttemptEvent.answer).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.kind == "late")
    rows = db.session.execute(lines.where(AttemptEvent.client.is_(None)).order_by(AttemptEvent.id))
    return {row.position: row.answer for row in rows}
