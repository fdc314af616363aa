"""Where the tree changes and people follow: mergers, splits and closures, each in one transaction that can be undone as a whole."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import db, insert_once
from lms.site import record

from .memberships import COPIED
from .models import Membership, RoleHeld


def follow_merger(actor: Any, from_ids: Collection[int], into_id: int, on: date) -> int:
    """After `merge_agencies`: whoever belonged to the old agencies belongs to the successor from that day on, with the same roles.

    Answers how many memberships moved.
    """
    not_over = sa.or_(Membership.to_on.is_(None), Membership.to_on > on)
    rows = db.session.scalars(sa.select(Membership).where(Membership.agency_id.in_(from_ids), not_over).order_by(Membership.id)).all()
    fresh = []
    for row in rows:
        if row.from_on >= on:
            row.agency_id = into_id
        else:
            fresh.append({**{name: getattr(row, name) for name in COPIED}, "agency_id": into_id, "from_on": on})
            row.to_on = on
    db.session.flush()
    if fresh:
        db.session.execute(sa.insert(Membership), fresh)
    _move_roles(from_ids, into_id, on)
    record(actor, "follow-merger", "agency", into_id, agency_id=into_id, people=len({row.person_id for row in rows}), on=str(on))
    return len(rows)


def _move_roles(from_ids: Collection[int], into_id: int, on: date) -> None:
    not_over = sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > on)
    for held in db.session.scalars(sa.select(RoleHeld).where(RoleHeld.agency_id.in_(from_ids), not_over)).all():
        begins = max(on, held.from_on)
        insert_once(
            RoleHeld, person_id=held.person_id, agency_id=into_id, role=held.role, from_on=begins, to_on=held.to_on, granted_by_id=held.granted_by_id
        )
        if held.from_on < on:
            held.to_on = on
        else:
            db.session.delete(held)
    db.session.flush()
