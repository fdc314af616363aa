"""Closing attempts: handing in, and the timer's closing of those whose time is over. Each is marked and closed once."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort
from werkzeug.datastructures import MultiDict

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .deadlines import is_over
from .events import add_event, add_events
from .models import Attempt, AttemptItem, Grade, QuizVersion
from .placing import place_attempts
from .points import has_passed, said
from .regrading import Regraded, marks_of, regrade
from .saving import SavedItem, items_of, keep_late_form, lock_attempt, write_form

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike
CODE_LENGTH = 8


@dataclass(frozen=True)
class Sitter:
    """The person of an attempt, as the audit trail names them."""

    person_id: int
    name: str


def shown_code(code: str | None) -> str:
    """A receipt code as people read it: XXXX-XXXX."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def tidy_code(typed: str) -> str:
    """A code as it is kept, from what somebody typed: without spaces, hyphens and small letters."""
    return "".join(one for one in typed.upper() if one.isalnum())


def submit_attempt(person_id: int, attempt_id: int, form: MultiDict[str, str]) -> Attempt:
    """Hand in: what the form changed is saved while there is time (grace included), then all is marked and closed.

    A second call (double click, second tab) returns the attempt as it was closed. 404 when it is not the person's.
    After the deadline only what was saved in time counts, and the state says `expired`; what the form brings then is kept in the timeline.
    """
    attempt = lock_attempt(person_id, attempt_id)
    in_time = attempt.state == "open" and not is_over(attempt.deadline_at, attempt.grace_seconds)
    if in_time:
        write_form(items_of([attempt_id]), form)
    else:
        keep_late_form(attempt, items_of([attempt_id]), form)
    closed = close_attempts([attempt_id], "submitted" if in_time else "expired") if attempt.state == "open" else []
    return closed[0] if closed else db.session.get_one(Attempt, attempt_id, populate_existing=True)


def close_expired(limit: int = 200) -> list[Attempt]:
    """Mark and close attempts whose time is over (grace included), with what was answered in time; returns those closed now.

    For a timer: any number of workers may call it, and again; each attempt is closed once.
    """
    now = clock.now()
    graces = db.session.scalars(sa.select(QuizVersion.grace_seconds).distinct()).all()
    is_late = [sa.and_(QuizVersion.grace_seconds == grace, Attempt.deadline_at < now - timedelta(seconds=grace)) for grace in graces]
    over = sa.select(Attempt.id).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    over = over.where(Attempt.state == "open", Attempt.deadline_at < now, sa.or_(sa.false(), *is_late)).order_by(Attempt.deadline_at).limit(limit)
    return close_attempts(list(db.session.scalars(over.with_for_update(of=Attempt, skip_locked=True, key_share=True))), "expired")


def close_attempts(attempt_ids: Sequence[int], state: str) -> list[Attempt]:
    """Mark and close those of the attempts that are open, each by one conditional UPDATE; returns those closed by this call."""
    if not attempt_ids:
        return []
    columns = (Attempt.id, Attempt.deadline_at, Attempt.max_points, QuizVersion.pass_percent, QuizVersion.review_after)
    found = sa.select(*columns).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id).where(Attempt.id.in_(attempt_ids))
    papers: dict[int, list[SavedItem]] = {}
    for item in items_of(attempt_ids):
        papers.setdefault(item.attempt_id, []).append(item)
    marks = marks_of([item for items in papers.values() for item in items])
    codes = new_codes(len(attempt_ids))
    closed = []
    for row in db.session.execute(found.order_by(Attempt.id)).all():
        points = {item.id: marks[item.id] for item in papers[row.id]}
        attempt = _close(row, list(points.values()), state, codes.pop())
        if attempt is not None:
            db.session.execute(sa.update(AttemptItem), [{"id": item_id, "points": value} for item_id, value in points.items()])
            closed.append(attempt)
    _write_down(closed)
    return closed


def _close(row: Any, marks: Sequence[int | None], state: str, code: str) -> Attempt | None:
    """Close it, and grade it unless answers wait for a person's mark.

    Who hands in himself and may see the answers at once is taken to have seen them: no answer of this attempt changes any more.
    """
    waiting, points, closed_at = marks.count(None), sum(value or 0 for value in marks), _closing_time(row.deadline_at)
    graded = {"points": None, "is_passed": None} if waiting else {"points": points, "is_passed": has_passed(points, row.max_points, row.pass_percent)}
    is_seen = state == "submitted" and row.review_after == "answers"
    values = {"state": state, "closed_at": closed_at, "waiting_items": waiting, "reviewed_at": closed_at if is_seen else None, **graded}
    claim = sa.update(Attempt).where(Attempt.id == row.id, Attempt.state == "open")
    claim = claim.values(receipt_code=sa.func.coalesce(Attempt.receipt_code, code), **values)
    marked = claim.returning(Attempt).execution_options(synchronize_session=False, populate_existing=True)
    return db.session.scalars(marked).first()


def _closing_time(deadline_at: datetime | None) -> datetime:
    return clock.now() if deadline_at is None else min(clock.now(), deadline_at)


def new_codes(number: int) -> list[str]:
    """So many receipt codes that no attempt bears."""
    codes: set[str] = set()
    while len(codes) < number:
        codes |= {"".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH)) for _code in range(number - len(codes))}
        codes -= set(db.session.scalars(sa.select(Attempt.receipt_code).where(Attempt.receipt_code.in_(codes))))
    return list(codes)


def _write_down(closed: Iterable[Attempt]) -> None:
    """The trail, the timeline, the grades and the levels of attempts that were closed now."""
    events, grades = [], []
    for attempt in closed:
        sitter = Sitter(attempt.person_id, attempt.person_name) if attempt.state == "submitted" else None
        word = "submit" if attempt.state == "submitted" else "expire"
        record(sitter, word, "attempt", attempt.id, agency_id=attempt.agency_id, points=said(attempt.points), of=said(attempt.max_points))
        actor_id = attempt.person_id if sitter else None
        events.append({"attempt_id": attempt.id, "kind": word, "actor_id": actor_id, "details": {"waiting": attempt.waiting_items}})
        if attempt.points is None:
            continue
        grade = {"attempt_id": attempt.id, "at": clock.now(), "actor_id": None, "reason": attempt.state}
        grades.append({**grade, "points": attempt.points, "max_points": attempt.max_points, "is_passed": attempt.is_passed})
    add_events(events)
    if grades:
        db.session.execute(sa.insert(Grade), grades)
    place_attempts([attempt for attempt in closed if attempt.points is not None])


def open_review(person_id: int, attempt_id: int) -> Attempt:
    """The person asks to see the explanations of their closed attempt: from now on it is not opened again and no late answer is accepted.

    Again changes nothing. 404 when it is not theirs; Refused while it is open. What may be seen is decided where it is shown.
    """
    if lock_attempt(person_id, attempt_id).state == "open":
        raise Refused(_("Bài này chưa nộp nên chưa xem được giải thích."))
    first = sa.update(Attempt).where(Attempt.id == attempt_id, Attempt.state != "open", Attempt.reviewed_at.is_(None))
    is_first = db.session.scalar(first.values(reviewed_at=clock.now()).returning(Attempt.id).execution_options(synchronize_session=False))
    if is_first:
        add_event(attempt_id, "review", actor_id=person_id)
    return db.session.get(Attempt, attempt_id, populate_existing=True) or abort(404)


__all__ = ["Regraded", "close_attempts", "close_expired", "open_review", "regrade", "shown_code", "submit_attempt", "tidy_code"]
