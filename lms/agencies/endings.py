"""Mergers, splits and closures of agencies. Each is a context in which whoever knows the people lets them follow, as part of the same act."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import Refused, db
from lms.base import gettext as _

from .branches import NewAgency, agencies_directly_below, end_agency, move_under, names_in, open_on, put_agency, refuse_root
from .events import happening, lock_tree, note_in_audit, refuse_stale, refuse_unreached
from .models import Agency, AgencyParent
from .queries import is_below, names_of_agencies
from .within import recompute_within

Receiver = int | NewAgency


class Ended(NamedTuple):
    """What has been recorded: the event, the receivers in the order in which they were given, and to whom the history of what ends rolls up.

    `details`: what whoever lets the people follow adds to the line of the audit trail.
    """

    event_id: int
    receiver_ids: list[int]
    heir_id: int | None
    details: dict[str, Any]


@contextmanager
def merging_agencies(
    actor: Any, from_ids: Collection[int], into: Receiver, on: date, decision: str | None, *, seen: int | None = None
) -> Iterator[Ended]:
    """The old agencies end on that day and `into` (one that stands, or a new one) succeeds them; what was below them goes to it."""
    lock_tree()
    old_ids = list(dict.fromkeys(from_ids))
    refuse_stale(seen, [*old_ids, _known(into)])
    if not old_ids or into in old_ids:
        raise Refused(_("Anh/Chị chọn các đơn vị cũ khác với đơn vị nhận."), "from_ids")
    refuse_unreached(actor, old_ids, on, "from_ids")
    _refuse_receiver(actor, into, old_ids, on, "into_id")
    old = [open_on(one, on, "from_ids") for one in old_ids]
    with happening(actor, "merge", on, decision, old_ids, _standing([into])) as event_id:
        receiver = _received(event_id, into, on, decision)
        moved = _move_children(old_ids, {}, receiver.id, on, decision)
        for one in old:
            end_agency(one, on, receiver.id)
        recompute_within(receiver.id, *old_ids, *moved)
        ended = Ended(event_id, [receiver.id], receiver.id, {})
        yield ended
    for one in old:
        note_in_audit(actor, "merge", one, on, decision, into=receiver.name)
    note_in_audit(actor, "merge", receiver, on, decision, from_agencies=names_in(old), **ended.details)


@contextmanager
def splitting_agency(
    actor: Any,
    agency_id: int,
    parts: Sequence[tuple[Receiver, Collection[int]]],
    on: date,
    decision: str | None,
    *,
    keeps: bool,
    seen: int | None = None,
) -> Iterator[Ended]:
    """Parts of the agency go to others, each with some of the agencies directly below it.

    `keeps`: the agency goes on with the rest. Otherwise it ends on that day and its history rolls up to the first part.
    """
    lock_tree()
    refuse_stale(seen, [agency_id])
    refuse_unreached(actor, [agency_id], on, "agency_id")
    agency = open_on(agency_id, on)
    receivers = [receiver for receiver, _children in parts]
    if len(receivers) < (1 if keeps else 2) or len(set(_standing(receivers))) < len(_standing(receivers)):
        raise Refused(_("Anh/Chị chọn ít nhất %(n)s đơn vị nhận, không trùng nhau.", n=1 if keeps else 2), "parts")
    for receiver in receivers:
        _refuse_receiver(actor, receiver, [agency_id], on, "parts", ends=not keeps)
    heirs = _heirs_of_children(agency, parts, on, keeps)
    with happening(actor, "split", on, decision, [agency_id], _standing(receivers)) as event_id:
        made = [_received(event_id, receiver, on, decision) for receiver in receivers]
        moved = _move_children([agency_id], {child: made[index].id for child, index in heirs.items()}, None, on, decision)
        if not keeps:
            end_agency(agency, on, made[0].id)
        recompute_within(agency_id, *(one.id for one in made), *moved)
        ended = Ended(event_id, [one.id for one in made], agency.heir_id, {})
        yield ended
    note_in_audit(actor, "split", agency, on, decision, to_agencies=names_in(made), **ended.details)
    for one in made:
        note_in_audit(actor, "split", one, on, decision, from_agencies=agency.name)


@contextmanager
def closing_agency(
    actor: Any, agency_id: int, on: date, decision: str | None, receiver_id: int | None = None, *, seen: int | None = None
) -> Iterator[Ended]:
    """The agency is dissolved on that day. Its history rolls up to the receiver, or else to what it stood under on its last day."""
    lock_tree()
    refuse_stale(seen, [agency_id])
    refuse_unreached(actor, [agency_id], on, "agency_id")
    agency = open_on(agency_id, on)
    if agencies_directly_below(agency_id, on):
        raise Refused(_("Còn đơn vị trực thuộc. Anh/Chị chuyển hoặc giải thể các đơn vị đó trước."))
    if receiver_id is not None:
        _refuse_receiver(actor, receiver_id, [agency_id], on, "people_to")
    parent_id = db.session.scalar(sa.select(AgencyParent.parent_id).where(AgencyParent.agency_id == agency_id, AgencyParent.to_on.is_(None)))
    if actor is not None and parent_id is None and receiver_id is None:
        raise Refused(_("Đơn vị này không có cấp trên. Anh/Chị chọn đơn vị tiếp nhận."), "people_to")
    receivers = [receiver_id] if receiver_id else []
    with happening(actor, "close", on, decision, [agency_id], receivers) as event_id:
        end_agency(agency, on, receiver_id or parent_id)
        recompute_within(agency_id)
        ended = Ended(event_id, receivers, agency.heir_id, {})
        yield ended
    names = ", ".join(names_of_agencies(receivers).values())
    note_in_audit(actor, "close", agency, on, decision, name=agency.name, to_agencies=names, **ended.details)


def _known(receiver: Receiver) -> int | None:
    return receiver if isinstance(receiver, int) else receiver.parent_id


def _standing(receivers: Sequence[Receiver]) -> list[int]:
    """Those that exist already."""
    return [receiver for receiver in receivers if isinstance(receiver, int)]


def _refuse_receiver(actor: Any, receiver: Receiver, old_ids: Collection[int], on: date, field: str, *, ends: bool = True) -> None:
    """A receiver (or the parent of a new one) stands in the actor's reach, on that day, and not within what ends."""
    known = _known(receiver)
    if known is None:
        return refuse_root(actor, known)
    is_new = not isinstance(receiver, int)
    refuse_unreached(actor, [known], on, "parent_id" if is_new else field)
    open_on(known, on, "parent_id" if is_new else field)
    if known in old_ids and not is_new:
        raise Refused(_("Đơn vị nhận phải khác đơn vị cũ."), field)
    if ends and any(is_below(known, old_id, on) for old_id in old_ids):
        if is_new:
            raise Refused(_("Đơn vị mới không thể trực thuộc một đơn vị cũ sắp kết thúc. Anh/Chị chọn cấp trên khác."), "parent_id")
        raise Refused(_("Đơn vị nhận đang trực thuộc một đơn vị cũ. Anh/Chị chuyển cấp trên cho đơn vị nhận trước."), field)
    return None


def _received(event_id: int, receiver: Receiver, on: date, decision: str | None) -> Agency:
    return open_on(receiver, on) if isinstance(receiver, int) else put_agency(event_id, receiver, on, decision)


def _move_children(old_ids: Collection[int], heirs: dict[int, int], heir_id: int | None, on: date, decision: str | None) -> list[int]:
    """Put what stands below the old agencies under its heir (default `heir_id`; without one it stays); answers which moved."""
    moved = []
    for old_id in old_ids:
        for child_id in agencies_directly_below(old_id, on):
            to_id = heirs.get(child_id, heir_id)
            if to_id is not None and child_id not in old_ids:
                move_under(open_on(child_id, on, "from_ids"), to_id, on, decision)
                moved.append(child_id)
    return moved


def _heirs_of_children(agency: Agency, parts: Sequence[tuple[Receiver, Collection[int]]], on: date, keeps: bool) -> dict[int, int]:
    """child -> the place of its part. Refused when a child is not the agency's, is in two parts, or in none of an agency that ends."""
    below = set(agencies_directly_below(agency.id, on))
    given = [(child, index) for index, (_receiver, children) in enumerate(parts) for child in children]
    heirs = dict(given)
    if len(heirs) < len(given) or not set(heirs) <= below:
        raise Refused(_("Mỗi đơn vị trực thuộc chỉ đi theo một phần. Anh/Chị chọn lại."), "parts")
    if not keeps and below - set(heirs):
        names = ", ".join(sorted(names_of_agencies(below - set(heirs)).values())[:3])
        raise Refused(_("Chưa chọn phần cho đơn vị trực thuộc: %(names)s.", names=names), "parts")
    return heirs
