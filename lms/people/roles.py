"""Roles held at agencies from day to day: who grants, who ends, and how far anybody may reach."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency, AgencyParent, holds_on
from lms.base import ADMINISTRATOR, Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .following import follow_recorded_end_of_role, refuse_ended
from .models import Account, RoleHeld
from .queries import has_left, is_known_to
from .timeline import hold_person


def grant_role(actor: Any, person_id: int, agency_id: int, role: str, from_on: date | None = None, to_on: date | None = None) -> bool:
    """From that day (default today) up to `to_on` the person holds the role at the agency and all below it.

    A grant that overlaps or follows one of the same role there extends it. Says whether anything changed: held already is no fault.
    """
    begins = from_on or clock.today()
    refuse_ended(agency_id, begins)
    hold_person(person_id)
    check_grant(actor, person_id, agency_id, begins, to_on)
    touching = _touching(person_id, agency_id, role, begins, to_on)
    wanted = to_on or db.session.scalar(sa.select(Agency.closed_on).where(Agency.id == agency_id))
    if any(held.from_on <= begins and _is_until(held.to_on, wanted) for held in touching):
        return False
    starts = min([begins, *(held.from_on for held in touching)])
    ends = None if to_on is None or any(held.to_on is None for held in touching) else max([to_on, *(held.to_on for held in touching if held.to_on)])
    kept = touching[0] if touching else RoleHeld(person_id=person_id, agency_id=agency_id, role=role)
    for other in touching[1:]:
        db.session.delete(other)
    db.session.flush()
    kept.from_on, kept.to_on, kept.granted_by_id = starts, ends, getattr(actor, "person_id", None)
    db.session.add(kept)
    db.session.flush()
    follow_recorded_end_of_role(kept)
    until = str(to_on) if to_on else ""
    record(actor, "grant-role", "person", person_id, agency_id=agency_id, role=role, on=str(begins), until=until)
    return True


def check_grant(actor: Any, person_id: int, agency_id: int, begins: date, to_on: date | None) -> None:
    """Raise Refused unless the actor administers the agency and reaches the person, both of whom must be there on that day."""
    refuse_outside(actor, agency_id)
    if actor is not None and not is_known_to(actor, person_id, ADMINISTRATOR):
        raise Refused(_("Người này không thuộc phạm vi của Anh/Chị."))
    if to_on is not None and to_on <= begins:
        raise Refused(_("Ngày kết thúc phải sau ngày bắt đầu."), "to_on")
    if has_left(person_id, begins):
        raise Refused(_("Người này đã thôi công tác nên không nhận vai trò được."))


def _is_until(held_to: date | None, wanted_to: date | None) -> bool:
    return held_to is None or (wanted_to is not None and held_to >= wanted_to)


def _touching(person_id: int, agency_id: int, role: str, begins: date, to_on: date | None) -> list[RoleHeld]:
    """What the person holds of this role there in that time, or up to it, or right after it; earliest first."""
    same = sa.select(RoleHeld).where(RoleHeld.person_id == person_id, RoleHeld.agency_id == agency_id, RoleHeld.role == role)
    same = same.where(sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on >= begins))
    same = same.where(RoleHeld.from_on <= to_on) if to_on else same
    return list(db.session.scalars(same.order_by(RoleHeld.from_on).execution_options(populate_existing=True)))


def end_role(actor: Any, role_held_id: int, on: date) -> None:
    """From that day on (today or later) the role is no longer held; one that would have begun later never begins."""
    held = check_role_end(actor, role_held_id, on)
    person_id, agency_id, role = held.person_id, held.agency_id, held.role
    if role == ADMINISTRATOR:
        refuse_last_administrator(person_id, [agency_id])
    _end(held, on)
    db.session.flush()
    record(actor, "end-role", "person", person_id, agency_id=agency_id, role=role, on=str(on))


def check_role_end(actor: Any, role_held_id: int, on: date) -> RoleHeld:
    """The role that would end; Refused with the reason when that cannot be."""
    held = db.session.get(RoleHeld, role_held_id, populate_existing=True)
    if held is None:
        raise Refused(_("Vai trò này không còn."))
    refuse_outside(actor, held.agency_id)
    if held.to_on is not None and held.to_on <= on:
        raise Refused(_("Vai trò này đã kết thúc từ %(day)s.", day=f"{held.to_on:%d/%m/%Y}"), "on")
    if on < clock.today():
        raise Refused(_("Vai trò đã có hiệu lực những ngày trước. Anh/Chị chọn hôm nay hoặc ngày sau."), "on")
    return held


def end_roles(person_id: int, agency_ids: Collection[int] | None, on: date) -> list[RoleHeld]:
    """From that day on the person holds no role at these agencies (None: anywhere); what would have begun later never begins."""
    ending = roles_after(person_id, agency_ids, on)
    for held in ending:
        _end(held, on)
    db.session.flush()
    return ending


def roles_after(person_id: int, agency_ids: Collection[int] | None, on: date) -> list[RoleHeld]:
    """The roles at these agencies (None: anywhere) that the person holds on that day or would later."""
    theirs = sa.select(RoleHeld).where(RoleHeld.person_id == person_id, sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > on))
    theirs = theirs if agency_ids is None else theirs.where(RoleHeld.agency_id.in_(agency_ids))
    return list(db.session.scalars(theirs.order_by(RoleHeld.id).execution_options(populate_existing=True)))


def _end(held: RoleHeld, on: date) -> None:
    if held.from_on >= on:
        db.session.delete(held)
    else:
        held.to_on = on


def refuse_outside(actor: Any, agency_id: int) -> None:
    """Raise Refused unless the actor (None: the system) administers the agency."""
    if actor is not None and not db.session.scalar(sa.select(Agency.id).where(Agency.id == agency_id, Agency.id.in_(actor.reach(ADMINISTRATOR)))):
        raise Refused(_("Đơn vị này không thuộc phạm vi của Anh/Chị."), "agency_id")


def refuse_last_administrator(person_id: int, agency_ids: Collection[int] | None = None) -> None:
    """Raise Refused when a root agency (of `agency_ids`, None: any) would be left without a lasting administrator who can sign in.

    Call it before the person loses the role or the account: it holds the rows of these administrators until the transaction ends, so that two
    who remove each other at the same moment cannot both succeed.
    """
    roots = _rooted_at(person_id, agency_ids)
    if not roots:
        return
    lasting = (RoleHeld.role == ADMINISTRATOR, RoleHeld.to_on.is_(None), RoleHeld.from_on <= clock.today(), RoleHeld.agency_id.in_(roots))
    db.session.execute(sa.select(RoleHeld.id).where(*lasting).order_by(RoleHeld.id).with_for_update())
    able = sa.select(RoleHeld.agency_id, RoleHeld.person_id).join(Account, Account.person_id == RoleHeld.person_id)
    keepers = db.session.execute(able.where(*lasting, Account.suspended_at.is_(None))).all()
    for root in roots:
        if {keeper.person_id for keeper in keepers if keeper.agency_id == root} == {person_id}:
            raise Refused(_("Đây là quản trị cuối cùng của đơn vị cao nhất. Anh/Chị giao vai trò quản trị cho người khác trước."))


def _rooted_at(person_id: int, agency_ids: Collection[int] | None) -> list[int]:
    """The root agencies at which the person is an administrator without an end."""
    at_root = sa.exists().where(AgencyParent.agency_id == RoleHeld.agency_id, AgencyParent.parent_id.is_(None), holds_on(AgencyParent, clock.today()))
    theirs = sa.select(RoleHeld.agency_id).where(RoleHeld.person_id == person_id, RoleHeld.role == ADMINISTRATOR, RoleHeld.to_on.is_(None), at_root)
    return list(db.session.scalars(theirs if agency_ids is None else theirs.where(RoleHeld.agency_id.in_(agency_ids))))
