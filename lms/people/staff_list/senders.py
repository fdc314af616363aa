"""Whoever sent a list, when the worker acts for them: with the roles that they hold at that moment."""

from dataclasses import dataclass

import sqlalchemy as sa

from lms.agencies import Agency, agencies_below, holds_on
from lms.base import ADMINISTRATOR, Refused, clock, db
from lms.base import gettext as _

from ..models import Account, Person, RoleHeld
from .models import StaffImport


@dataclass(frozen=True)
class Sender:
    """An actor as the room's actions know them. `administers`: agency ids."""

    person_id: int
    name: str
    administers: tuple[int, ...]

    def reach(self, *roles: str) -> sa.Select[int]:
        """The ids of the agencies that the sender administers today; no other role counts here."""
        return agencies_below(self.administers if ADMINISTRATOR in roles else ())


def sender_of(one: StaffImport) -> Sender:
    """The sender of a list; Refused when they no longer administer its agency."""
    active = sa.and_(Account.person_id == Person.id, Account.suspended_at.is_(None))
    name = db.session.scalar(sa.select(Person.full_name).join(Account, active).where(Person.id == one.sent_by_id))
    theirs = sa.and_(RoleHeld.person_id == one.sent_by_id, RoleHeld.role == ADMINISTRATOR, holds_on(RoleHeld, clock.today()))
    held = sa.select(RoleHeld.agency_id).where(theirs)
    sender = Sender(one.sent_by_id, name or "", tuple(db.session.scalars(held.order_by(RoleHeld.agency_id))))
    is_theirs = db.session.scalar(sa.select(Agency.id).where(Agency.id == one.agency_id, Agency.id.in_(sender.reach(ADMINISTRATOR))))
    if name is None or not is_theirs:
        raise Refused(_("Người gửi danh sách không còn quản trị đơn vị này, nên danh sách không được xử lý."))
    return sender
