"""Marking closed attempts anew from the answers that are stored: after a person's mark, a corrected key, an accepted late answer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lms.base import clock, db
from lms.site import record

from .events import add_events
from .marking import points_of
from .models import Attempt, AttemptItem, AttemptLevel, EssayMark, Grade, QuizVersion
from .placing import place_attempts
from .points import has_passed, said
from .saving import SavedItem, items_of

PORTION = 500
EVENT_OF = {"marked": "mark", "regraded": "key"}


@dataclass(frozen=True)
class Regraded:
    """An attempt whose marks would change, or did: points and passed before and after. None: answers of it wait for a person's mark."""

    attempt_id: int
    points_before: int | None
    is_passed_before: bool | None
    points: int | None
    is_passed: bool | None
    waiting_items: int

    @property
    def has_changed(self) -> bool:
        """Whether the result is another one."""
        return (self.points_before, self.is_passed_before) != (self.points, self.is_passed)


def marks_of(items: Sequence[SavedItem]) -> dict[int, int | None]:
    """id of the item -> its points; None: it waits for a person's mark. A mark given before the answer was changed does not count."""
    marks = {item.id: points_of(item) for item in items}
    waiting = {item.id: item for item in items if marks[item.id] is None}
    if not waiting:
        return marks
    given = sa.select(EssayMark.attempt_item_id, EssayMark.points, EssayMark.marked_at).where(EssayMark.attempt_item_id.in_(waiting))
    for row in db.session.execute(given.order_by(EssayMark.attempt_item_id, EssayMark.number)):
        item = waiting[row.attempt_item_id]
        is_of_this_answer = item.saved_at is None or row.marked_at >= item.saved_at
        marks[item.id] = min(row.points, item.max_points) if is_of_this_answer else None
    return marks


def regrade(
    actor: Any,
    attempt_ids: Collection[int],
    reason: str,
    note: str = "",
    key_fix_id: int | None = None,
    *,
    is_dry: bool = False,
    instead: Mapping[int, dict[str, Any]] | None = None,
    dropped: Collection[int] = (),
) -> list[Regraded]:
    """Mark these attempts anew, those that are closed; returns those that changed, or are waiting for fewer or more marks.

    reason: a word of Grade ("marked", "regraded", "accepted"); note: why, as a person said it. Locks the attempts, in the order of their ids.
    Whoever calls it has changed what marks are made of (a mark of a person, the version that marks an item, an answer).
    is_dry: nothing is written or locked. instead: id of the question version that was shown -> the body that would mark it;
    dropped: ids of question versions that would be dropped.
    """
    changed = []
    wanted = sorted(set(attempt_ids))
    for start in range(0, len(wanted), PORTION):
        changed += _regrade(actor, wanted[start : start + PORTION], _Why(reason, note, key_fix_id), is_dry, instead or {}, dropped)
    return changed


@dataclass(frozen=True)
class _Why:
    """Why it is marked anew."""

    reason: str
    note: str
    key_fix_id: int | None


def _regrade(
    actor: Any, ids: Sequence[int], why: _Why, is_dry: bool, instead: Mapping[int, dict[str, Any]], dropped: Collection[int]
) -> list[Regraded]:
    columns = (Attempt.id, Attempt.points, Attempt.is_passed, Attempt.waiting_items, Attempt.max_points, QuizVersion.pass_percent)
    closed = sa.select(*columns).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    closed = closed.where(Attempt.id.in_(ids), Attempt.state != "open").order_by(Attempt.id)
    rows = db.session.execute(closed if is_dry else closed.with_for_update(of=Attempt, key_share=True)).all()
    items = [_as_if(item, instead, dropped) for item in items_of([row.id for row in rows])]
    marks = marks_of(items)
    of_attempt: dict[int, list[int | None]] = {}
    for item in items:
        of_attempt.setdefault(item.attempt_id, []).append(marks[item.id])
    changed = [one for one in (_result(row, of_attempt[row.id]) for row in rows) if one is not None]
    if not is_dry:
        _write_items([{"id": item.id, "points": marks[item.id]} for item in items if item.points != marks[item.id]])
        _write(actor, changed, why)
    return changed


def _as_if(item: SavedItem, instead: Mapping[int, dict[str, Any]], dropped: Collection[int]) -> SavedItem:
    body, is_dropped = instead.get(item.question_version_id), item.question_version_id in dropped
    return item if body is None and not is_dropped else replace(item, body=body or item.body, is_dropped=item.is_dropped or is_dropped)


def _result(row: Any, marks: Sequence[int | None]) -> Regraded | None:
    """What comes out for an attempt; None when it is as it was."""
    waiting, points = marks.count(None), sum(value or 0 for value in marks)
    is_passed = None if waiting else has_passed(points, row.max_points, row.pass_percent)
    after = (None if waiting else points, is_passed, waiting)
    return None if (row.points, row.is_passed, row.waiting_items) == after else Regraded(row.id, row.points, row.is_passed, *after)


def _write_items(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(sa.update(AttemptItem), rows)


def _write(actor: Any, changed: Sequence[Regraded], why: _Why) -> None:
    """The attempts, their grades, timelines and the trail."""
    if not changed:
        return
    names = ("points", "is_passed", "waiting_items")
    db.session.execute(sa.update(Attempt), [{"id": one.attempt_id} | {name: getattr(one, name) for name in names} for one in changed])
    ids = [one.attempt_id for one in changed]
    found = sa.select(Attempt).where(Attempt.id.in_(ids)).order_by(Attempt.id).execution_options(populate_existing=True)
    attempts = {attempt.id: attempt for attempt in db.session.scalars(found)}
    graded = [one for one in changed if one.points is not None and one.has_changed]
    _write_grades(actor, [attempts[one.attempt_id] for one in graded], why)
    event = EVENT_OF.get(why.reason)
    if event:
        add_events([_line(actor, event, one, why) for one in changed])
    for one in changed:
        attempt = attempts[one.attempt_id]
        marks = {"points": said(one.points), "was": said(one.points_before), "of": said(attempt.max_points)}
        record(actor, "regrade", "attempt", attempt.id, agency_id=attempt.agency_id, **marks, why=why.note)
    db.session.execute(sa.delete(AttemptLevel).where(AttemptLevel.attempt_id.in_(ids)).execution_options(synchronize_session=False))
    place_attempts([attempts[one.attempt_id] for one in graded])


def _line(actor: Any, event: str, one: Regraded, why: _Why) -> dict[str, Any]:
    details = {"was": one.points_before, "points": one.points, "waiting": one.waiting_items, "note": why.note}
    return {"attempt_id": one.attempt_id, "kind": event, "actor_id": getattr(actor, "person_id", None), "details": details}


def _write_grades(actor: Any, attempts: Iterable[Attempt], why: _Why) -> None:
    given = {"at": clock.now(), "actor_id": getattr(actor, "person_id", None), "reason": why.reason, "note": why.note or None}
    rows = [
        {**given, "key_fix_id": why.key_fix_id, "attempt_id": one.id, "points": one.points, "max_points": one.max_points, "is_passed": one.is_passed}
        for one in attempts
    ]
    if rows:
        db.session.execute(sa.insert(Grade), rows)
