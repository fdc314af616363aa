"""Roles held at agencies from day to day: who grants, who ends, and how far anybody may reach."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import ADMINISTRATOR, Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from .models import RoleHeld


def grant_role(actor: Any, person_id: int, agency_id: int, role: str, from_on: date | None = None) -> None:
    """From that day on (default today) the person holds the role at the agency and all below it. Held already: nothing changes."""
    refuse_outside(actor, agency_id)
    held = sa.select(RoleHeld.id).where(RoleHeld.person_id == person_id, RoleHeld.agency_id == agency_id, RoleHeld.role == role)
    if db.session.scalar(held.where(RoleHeld.to_on.is_(None))):
        return
    begins = from_on or clock.today()
    by_id = getattr(actor, "person_id", None)
    if not insert_once(RoleHeld, person_id=person_id, agency_id=agency_id, role=role, from_on=begins, to_on=None, granted_by_id=by_id):
        raise Refused(_("Vai trò này đã được ghi từ ngày đó và đã kết thúc. Anh/Chị chọn ngày khác."), "from_on")
    record(actor, "grant-role", "person", person_id, agency_id=agency_id, role=role, on=str(begins))


def end_roles(person_id: int, agency_ids: Collection[int], on: date) -> None:
    """From that day on the person holds no role at these agencies; what would have begun later never begins."""
    not_over = sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > on)
    theirs = sa.and_(RoleHeld.person_id == person_id, RoleHeld.agency_id.in_(agency_ids), not_over)
    db.session.execute(sa.delete(RoleHeld).where(theirs, RoleHeld.from_on >= on))
    db.session.execute(sa.update(RoleHeld).where(theirs).values(to_on=on))


def refuse_outside(actor: Any, agency_id: int) -> None:
    """Raise Refused unless the actor (None: the system) administers the agency."""
    if actor is not None and not db.session.scalar(sa.select(Agency.id).where(Agency.id == agency_id, Agency.id.in_(actor.reach(ADMINISTRATOR)))):
        raise Refused(_("Đơn vị này không thuộc phạm vi của Anh/Chị."), "agency_id")
