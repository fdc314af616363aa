"""Events of the tree: one lock for all changes, and for each change one event, one act that can be undone, and lines in the audit trail."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import ADMINISTRATOR, Refused, clock, db, undoable
from lms.base import gettext as _
from lms.site import record

from .models import Agency, AgencyEvent, AgencyEventPart
from .queries import agencies_below, event_words

ENDINGS = ("merge", "split", "close")


class Ending(NamedTuple):
    """How an agency ends: the event, its day, and the one agency that receives its people (None: dissolved without one, or split)."""

    event_id: int
    kind: str
    on: date
    receiver_id: int | None


def act_of(event_id: int) -> str:
    """The name of the act (see base.undoable) under which all that the event changed is noted."""
    return f"agency_event {event_id}"


def openings_of(event_id: int) -> str:
    """The name of the act under which the agencies that the event opened are noted: they are undone last, when nothing names them any more."""
    return f"agency_event {event_id} openings"


def lock_tree() -> None:
    """One change of the tree at a time: two moves at the same moment could make a circle. On PostgreSQL the first agency's row is the lock.

    Taken before anything is read that the change rests on.
    """
    db.session.execute(sa.select(Agency.id).order_by(Agency.id).limit(1).with_for_update(key_share=True))


def hold_agency(agency_id: int) -> Agency | None:
    """The agency as it is now; until this transaction ends nobody else ends or changes it. For whoever puts a person there."""
    return db.session.get(Agency, agency_id, populate_existing=True, with_for_update={"read": True})


def ending_of(agency_id: int) -> Ending | None:
    """How the agency ended or will end, or None while no end is recorded."""
    own = sa.and_(AgencyEventPart.agency_id == agency_id, AgencyEventPart.side == "from", AgencyEvent.kind.in_(ENDINGS))
    ends = sa.select(AgencyEvent).join(AgencyEventPart, AgencyEventPart.event_id == AgencyEvent.id).join(Agency, Agency.id == agency_id)
    latest = ends.where(own, AgencyEvent.undone_at.is_(None), AgencyEvent.effective_on == Agency.closed_on).order_by(AgencyEvent.id.desc())
    event = db.session.scalars(latest.limit(1)).first()
    if event is None:
        return None
    to = sa.select(AgencyEventPart.agency_id).where(AgencyEventPart.event_id == event.id, AgencyEventPart.side == "to")
    receiver_id = None if event.kind == "split" else db.session.scalar(to.limit(1))
    return Ending(event.id, event.kind, event.effective_on, receiver_id)


def newest_event_id(_agency_ids: Collection[int] = ()) -> int:
    """What a form keeps as `seen`: the newest event recorded so far, of any agency; 0 when there is none.

    Whatever is newer and touches an agency of the act is then refused, whichever agencies the person chooses in the form.
    """
    return db.session.scalar(sa.select(sa.func.max(AgencyEvent.id))) or 0


def refuse_stale(seen: int | None, agency_ids: Collection[int | None]) -> None:
    """Raise Refused when somebody else changed one of these agencies after the form was shown. To be called under the lock of the tree."""
    if seen is None:
        return
    parts = sa.select(AgencyEventPart.event_id).where(AgencyEventPart.agency_id.in_([one for one in agency_ids if one]))
    newer = sa.select(AgencyEvent).where(AgencyEvent.id > seen, AgencyEvent.undone_at.is_(None), AgencyEvent.id.in_(parts))
    event = db.session.scalars(newer.order_by(AgencyEvent.id.desc()).limit(1)).first()
    if event is not None:
        said = {"what": event_words()[event.kind].lower(), "day": f"{event.effective_on:%d/%m/%Y}"}
        raise Refused(_("Đơn vị này vừa được người khác thay đổi (%(what)s, %(day)s). Anh/Chị xem lại rồi làm tiếp.", **said))


def refuse_unreached(actor: Any, agency_ids: Collection[int], on: date, field: str) -> None:
    """Raise Refused unless the actor (None: the system) administers all of these today, or from the day on which they open."""
    if actor is None:
        return
    opens = sa.and_(Agency.opened_on > clock.today(), Agency.id.in_(agencies_below(actor.agencies_of(ADMINISTRATOR), on)))
    reached = sa.select(Agency.id).where(Agency.id.in_(agency_ids), sa.or_(Agency.id.in_(actor.reach(ADMINISTRATOR)), opens))
    if set(db.session.scalars(reached)) != set(agency_ids):
        raise Refused(_("Đơn vị này không thuộc phạm vi của Anh/Chị."), field)


@contextmanager
def happening(actor: Any, kind: str, on: date, decision: str | None, from_ids: Collection[int], to_ids: Collection[int]) -> Iterator[int]:
    """Record an event with its agencies, and note all that is changed inside through objects, so that it can be undone. Gives the event's id."""
    by_id = getattr(actor, "person_id", None)
    event = AgencyEvent(kind=kind, effective_on=on, decision=decision or None, recorded_at=clock.now(), recorded_by_id=by_id)
    db.session.add(event)
    db.session.flush()
    add_parts(event.id, from_ids, to_ids)
    with undoable(act_of(event.id)):
        yield event.id


def add_parts(event_id: int, from_ids: Collection[int], to_ids: Collection[int]) -> None:
    """Say which agencies the event took from and led to."""
    parts = [AgencyEventPart(event_id=event_id, agency_id=one, side="from") for one in from_ids]
    db.session.add_all(parts + [AgencyEventPart(event_id=event_id, agency_id=one, side="to") for one in to_ids])
    db.session.flush()


def note_in_audit(actor: Any, action: str, agency: Agency, on: date, decision: str | None, **details: Any) -> None:
    """A line of the audit trail where those find it who administer the agency, or its heir once it has ended."""
    has_ended = agency.closed_on is not None and agency.closed_on <= clock.today()
    found_at = agency.heir_id or agency.id if has_ended else agency.id
    record(actor, action, "agency", agency.id, agency_id=found_at, **details, on=str(on), decision=decision or "")
