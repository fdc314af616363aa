"""Changes of memberships. They are dated: a change ends one row and begins another, so that last year stays true."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .accounts import refuse_unadministered, suspend_account
from .models import Membership
from .roles import end_roles, refuse_outside

COPIED = ("person_id", "to_on", "is_main", "position", "staff_kind", "state", "reason", "decision")


def transfer_person(actor: Any, person_id: int, agency_id: int, on: date, position: str | None = None) -> None:
    """From that day on the person's main agency is another; the roles held at the old one end. Past figures stay with the old agency."""
    refuse_outside(actor, agency_id)
    last = _open_main(actor, person_id, on)
    before = last.agency_id
    if before == agency_id:
        raise Refused(_("Người này đã thuộc đơn vị đó."), "agency_id")
    _change_membership(last, on, agency_id=agency_id, position=position or last.position)
    end_roles(person_id, [before], on)
    record(actor, "transfer", "person", person_id, agency_id=agency_id, before=before, after=agency_id, on=str(on))


def set_state(actor: Any, person_id: int, state: str, on: date) -> None:
    """From that day on the person is working, on_leave or left. Whoever has left cannot sign in any more."""
    last = _open_main(actor, person_id, on)
    before = last.state
    if before != state:
        _change_membership(last, on, state=state)
        record(actor, "set-state", "person", person_id, agency_id=last.agency_id, before=before, after=state, on=str(on))
    if state == "left" and on <= clock.today():
        suspend_account(actor, person_id)


def _open_main(actor: Any, person_id: int, on: date) -> Membership:
    refuse_unadministered(actor, person_id)
    theirs = sa.select(Membership).where(Membership.person_id == person_id, Membership.is_main, Membership.to_on.is_(None))
    last = db.session.scalars(theirs.with_for_update()).first()
    if last is None:
        raise Refused(_("Người này không còn thuộc đơn vị nào."))
    if on < last.from_on:
        raise Refused(_("Lần thay đổi gần nhất là ngày %(day)s. Anh/Chị chọn ngày sau đó.", day=f"{last.from_on:%d/%m/%Y}"), "on")
    return last


def _change_membership(last: Membership, on: date, **changes: Any) -> None:
    """End the row on that day and begin another with the changes; a row of that very day is changed in place."""
    names = ("agency_id", *COPIED)
    values = {**{name: getattr(last, name) for name in names}, **changes}
    if last.from_on >= on:
        for name, value in changes.items():
            setattr(last, name, value)
        return
    last.to_on = on
    db.session.flush()
    db.session.add(Membership(**values, from_on=on))
    db.session.flush()
