"""Late answers: what came after the time is kept in the timeline; a trainer may accept it, with a reason, unless explanations were seen before."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import aliased

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .allowing import reason_of, refuse_own
from .events import add_events
from .explained import is_explained_elsewhere
from .models import Attempt, AttemptEvent, AttemptItem
from .reach import attempt_for
from .regrading import Regraded, regrade


def accept_late(actor: Any, attempt_id: int, event_ids: Collection[int], note: str) -> list[Regraded]:
    """Let these late answers of a closed attempt count, and mark it anew; of several of one question the newest is taken.

    404 when the attempt is out of the actor's reach; Refused without a reason, for one's own attempt, for an open one, and when one of them
    is not a late answer of it, was accepted before, arrived after explanations may have been seen, or is older than what is stored.
    """
    attempt = attempt_for(actor, attempt_id) or abort(404)
    why = reason_of(note)
    refuse_own(actor, attempt.person_id)
    locked = sa.select(Attempt.state).where(Attempt.id == attempt_id).with_for_update(key_share=True)
    if db.session.scalar(locked) == "open":
        raise Refused(_("Lượt này đang mở: học viên còn tự sửa được."))
    chosen = _chosen(attempt_id, event_ids)
    for event in chosen:
        _write(event)
    add_events([_line(actor, event, why) for event in chosen])
    positions = [event.position for event in chosen]
    record(actor, "accept-late", "attempt", attempt_id, agency_id=attempt.agency_id, number=len(positions), why=why)
    return regrade(actor, [attempt_id], "accepted", why)


def may_be_accepted() -> sa.ColumnElement[bool]:
    """The condition that a late answer (AttemptEvent, of the Attempt and the AttemptItem in the statement) may be accepted.

    It came before the explanations of its attempt were opened, its question is not locked, nothing newer is stored, it was not accepted
    before; and if the attempt was closed when it came, no other attempt of the person explained the question before it came.
    """
    closing, accepted = aliased(AttemptEvent), aliased(AttemptEvent)
    came_after = sa.select(closing.id).where(closing.attempt_id == AttemptEvent.attempt_id, closing.kind.in_(("submit", "expire")))
    came_after = came_after.where(closing.id < AttemptEvent.id).correlate(AttemptEvent)
    is_done = sa.select(accepted.id).where(accepted.attempt_id == AttemptEvent.attempt_id, accepted.kind == "accept")
    is_done = is_done.where(accepted.details["event"].as_integer() == AttemptEvent.id).correlate(AttemptEvent)
    seen_elsewhere = sa.and_(came_after.exists(), is_explained_elsewhere(Attempt, AttemptItem, AttemptEvent.at))
    return sa.and_(
        AttemptEvent.kind == "late",
        Attempt.state != "open",
        sa.or_(Attempt.reviewed_at.is_(None), Attempt.reviewed_at > AttemptEvent.at),
        AttemptItem.locked_at.is_(None),
        sa.or_(AttemptItem.saved_at.is_(None), AttemptItem.saved_at <= AttemptEvent.at),
        ~is_done.exists(),
        ~seen_elsewhere,
    )


def _chosen(attempt_id: int, event_ids: Collection[int]) -> list[Any]:
    """The answers to be written: the newest of each question, in order. Refused unless all that were asked for may be accepted."""
    wanted = set(event_ids)
    if not wanted:
        raise Refused(_("Anh/Chị chọn ít nhất một câu trả lời đến muộn."))
    event = (AttemptEvent.id, AttemptEvent.attempt_id, AttemptEvent.position, AttemptEvent.answer, AttemptEvent.client, AttemptEvent.client_number)
    found = sa.select(*event, AttemptItem.id.label("item_id")).join(Attempt, Attempt.id == AttemptEvent.attempt_id)
    on_item = sa.and_(AttemptItem.attempt_id == AttemptEvent.attempt_id, AttemptItem.position == AttemptEvent.position)
    found = found.join(AttemptItem, on_item).where(AttemptEvent.attempt_id == attempt_id, AttemptEvent.id.in_(wanted), may_be_accepted())
    rows = db.session.execute(found.order_by(AttemptEvent.id)).all()
    if len(rows) < len(wanted):
        raise Refused(_("Có câu trả lời không chấp nhận được nữa. Anh/Chị tải lại trang và xem lại."))
    return list({row.position: row for row in rows}.values())


def _write(event: Any) -> None:
    """The late answer becomes the answer; the attempt is locked and closed."""
    values = {"answer": event.answer, "client": event.client, "client_number": event.client_number, "saved_at": clock.now()}
    write = sa.update(AttemptItem).where(AttemptItem.id == event.item_id, AttemptItem.locked_at.is_(None))
    db.session.execute(write.values(version=AttemptItem.version + 1, **values).execution_options(synchronize_session=False))


def _line(actor: Any, event: Any, note: str) -> dict[str, Any]:
    details = {"event": event.id, "note": note}
    said = {"position": event.position, "answer": event.answer, "actor_id": actor.person_id}
    return {"attempt_id": event.attempt_id, "kind": "accept", "details": details, **said}
