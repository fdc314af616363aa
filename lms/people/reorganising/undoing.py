"""Undoing an event of the tree: every row goes back as it was, unless something later rests on it; then the sentence says what."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import Agency, AgencyEvent, AgencyEventPart, act_of, agencies_rolled_up, openings_of, put_tree_in_order, take_out_of_tree
from lms.agencies import lock_tree as _lock_tree
from lms.base import ADMINISTRATOR, CannotUndo, Refused, clock, db, notes_of, ties_to, undo
from lms.base import gettext as _
from lms.site import record

from ..models import Membership, RoleHeld
from .acts import some_names

FREE: dict[str, Collection[str]] = {"agency": ("code", "position", "help_name", "help_phone", "name", "search")}
ANY_DAY = ("code", "position", "help_name", "help_phone")
Note = tuple[str, int, dict[str, Any] | None, dict[str, Any] | None]


class Traces(NamedTuple):
    """What the event left: its notes, the agencies that it opened, those that it touched otherwise, and what stood or stands above them."""

    notes: list[Note]
    opened: set[int]
    touched: set[int]
    above: set[int]


def undo_event(actor: Any, event_id: int) -> None:
    """Take the event back with all that followed from it. Only whoever administers all its agencies may; Refused says what stands against it."""
    _lock_tree()
    event, traces = db.session.get(AgencyEvent, event_id, populate_existing=True), _traces(event_id)
    if event is None or not _is_reached(actor, event, traces):
        raise Refused(_("Sự kiện này không thuộc phạm vi của Anh/Chị."))
    _hold(traces)
    _claim(actor, event_id)
    _refuse_resting(event, traces)
    names = _names(traces.touched | traces.opened)
    _put_back(event_id, traces)
    for agency_id in sorted(traces.touched or traces.above):
        record(actor, "undo", "agency", agency_id, agency_id=_found_at(agency_id), name=names, on=str(event.effective_on), event=event_id)


def _traces(event_id: int) -> Traces:
    notes = [*notes_of(act_of(event_id)), *notes_of(openings_of(event_id))]
    opened = {row_id for table, row_id, before, _after in notes if table == "agency" and before is None}
    touched = set(db.session.scalars(sa.select(AgencyEventPart.agency_id).where(AgencyEventPart.event_id == event_id)))
    above: set[Any] = set()
    for table, row_id, before, after in notes:
        values = before or after or {}
        touched |= {row_id} if table == "agency" else {values["agency_id"]} if table == "agency_parent" else set()
        above |= {values.get("parent_id")} if table == "agency_parent" else set()
    return Traces(notes, opened, touched - opened, above - opened - {None})


def _is_reached(actor: Any, event: AgencyEvent, traces: Traces) -> bool:
    """Whether the actor (None: the system) could do the contrary: all its agencies lie in their reach, or what stands for them today.

    To undo a move is to move the agency back, so the agencies above it before and after count too.
    """
    if actor is None:
        return True
    needed = traces.touched | (traces.above if event.kind in ("move", "open") else set())
    reached = sa.select(Agency.id).where(Agency.id.in_(agencies_rolled_up(actor.agencies_of(ADMINISTRATOR))), Agency.id.in_(needed))
    return bool(needed) and set(db.session.scalars(reached)) == needed


def _hold(traces: Traces) -> None:
    """Lock the agencies, then the rows of people: who is changing one of them ends first."""
    ids = sorted(traces.touched | traces.opened)
    db.session.execute(sa.select(Agency.id).where(Agency.id.in_(ids)).order_by(Agency.id).with_for_update(key_share=True))
    for model in (Membership, RoleHeld):
        rows = sorted(row_id for table, row_id, _before, _after in traces.notes if table == model.__tablename__)
        for start in range(0, len(rows), 500):
            db.session.execute(sa.select(model.id).where(model.id.in_(rows[start : start + 500])).with_for_update())


def _claim(actor: Any, event_id: int) -> None:
    """Of two who undo at once, one."""
    standing = sa.update(AgencyEvent).where(AgencyEvent.id == event_id, AgencyEvent.undone_at.is_(None))
    values = {"undone_at": clock.now(), "undone_by_id": getattr(actor, "person_id", None)}
    if not db.session.execute(standing.values(**values)).rowcount:  # type: ignore[attr-defined]
        raise Refused(_("Việc này đã được hoàn tác."))


def _refuse_resting(event: AgencyEvent, traces: Traces) -> None:
    """Raise Refused when people joined a new agency since, or another room says that something rests on the event."""
    if not traces.notes:
        raise Refused(_("Việc này được ghi trước khi hệ thống có hoàn tác, nên không hoàn tác được."))
    known = {row_id for table, row_id, _before, _after in traces.notes if table == "membership"}
    joined = sa.select(Membership.id, Membership.person_id).where(Membership.agency_id.in_(traces.opened))
    if people := {row.person_id for row in db.session.execute(joined) if row.id not in known}:
        raise Refused(_("Không hoàn tác được vì đã có thay đổi sau đó: %(names)s. Anh/Chị hoàn tác thay đổi sau trước.", names=some_names(people)))
    since = max(event.recorded_at, clock.start_of(event.effective_on))
    if sentences := ties_to("agency", sorted(traces.touched | traces.opened), since):
        raise Refused(sentences[0])


def _later(notes: list[Note], changed: Collection[tuple[str, int]]) -> str:
    """Up to three people and agencies that changed since, by name."""
    values = {(table, row_id): after or before or {} for table, row_id, before, after in notes}
    people = {values[key]["person_id"] for key in changed if "person_id" in values[key]}
    agencies = {key[1] if key[0] == "agency" else values[key].get("agency_id") for key in changed if "person_id" not in values[key]}
    named = [name for name in (_names(agencies), some_names(people) if people else "") if name]
    return _("Không hoàn tác được vì đã có thay đổi sau đó: %(names)s. Anh/Chị hoàn tác thay đổi sau trước.", names=", ".join(named))


def _names(agency_ids: Collection[int | None], most: int = 3) -> str:
    rows = sa.select(Agency.name).where(Agency.id.in_([one for one in agency_ids if one])).order_by(Agency.position, Agency.id)
    return ", ".join(db.session.scalars(rows.limit(most)))


def _put_back(event_id: int, traces: Traces) -> None:
    kept = _any_day_facts(traces.touched)
    take_out_of_tree(traces.opened)
    try:
        undo(act_of(event_id), FREE)
        undo(openings_of(event_id), FREE)
    except CannotUndo as cannot:
        raise Refused(_later(traces.notes, cannot.rows) if cannot.rows else cannot.sentence) from None
    for agency_id, facts in kept.items():
        db.session.execute(sa.update(Agency).where(Agency.id == agency_id).values(**facts))
    db.session.expire_all()
    _refuse_outlived(traces.notes)
    put_tree_in_order(traces.touched)


def _any_day_facts(agency_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What may change on any day stays as it is now."""
    rows = db.session.execute(sa.select(Agency.id, *(getattr(Agency, name) for name in ANY_DAY)).where(Agency.id.in_(agency_ids)))
    return {row.id: {name: getattr(row, name) for name in ANY_DAY} for row in rows}


def _refuse_outlived(notes: list[Note]) -> None:
    """What goes back must not outlive the agency where it stood: that may have ended since."""
    column = {"membership": "agency_id", "role_held": "agency_id", "agency_parent": "parent_id"}
    restored = [(before[column[table]], before["to_on"]) for table, _id, before, _after in notes if before and table in column]
    ended = sa.select(Agency).where(Agency.id.in_({agency_id for agency_id, _to in restored}), Agency.closed_on.is_not(None))
    for agency in db.session.scalars(ended):
        if any(agency_id == agency.id and (to is None or to > str(agency.closed_on)) for agency_id, to in restored):
            sentence = _("Không hoàn tác được vì %(name)s đã kết thúc hoạt động sau đó. Anh/Chị hoàn tác việc kết thúc trước.", name=agency.name)
            raise Refused(sentence)


def _found_at(agency_id: int) -> int:
    agency = db.session.get_one(Agency, agency_id)
    has_ended = agency.closed_on is not None and agency.closed_on <= clock.today()
    return agency.heir_id or agency_id if has_ended else agency_id
