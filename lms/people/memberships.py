"""Changes of memberships. They are dated: a change ends one row and begins another, so that last year stays true."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .accounts import refuse_unadministered, suspend_account
from .following import follow_recorded_end, refuse_ended
from .models import Membership
from .queries import beside_memberships, left_with_open_account, reason_words
from .roles import end_roles, refuse_last_administrator, refuse_outside
from .timeline import COPIED, cut, hold_person, later_than, main_rows, refuse_later_changes, row_on

__all__ = ["COPIED"]


def transfer_person(actor: Any, person_id: int, agency_id: int, on: date, position: str | None = None, decision: str | None = None) -> None:
    """From that day on the person's main agency is another; the roles held at the old one end. Past figures stay with the old agency.

    Whoever belongs nowhere any more comes back to work there.
    """
    refuse_ended(agency_id, on)
    hold_person(person_id)
    last = check_transfer(actor, person_id, agency_id, on)
    before, rows = last.agency_id, main_rows(person_id)
    for row in later_than(rows, on):
        db.session.delete(row)
    if before != agency_id:
        refuse_last_administrator(person_id, [before])
        end_roles(person_id, [before], on)
    _move(last, agency_id, on, position or last.position, decision)
    names = {"old_agency": db.session.get_one(Agency, before).name, "new_agency": db.session.get_one(Agency, agency_id).name}
    record(actor, "transfer", "person", person_id, agency_id=agency_id, **names, on=str(on), decision=decision or "")


def check_transfer(actor: Any, person_id: int, agency_id: int, on: date) -> Membership:
    """The row from which the person would be transferred; Refused with the reason when that cannot be."""
    refuse_unadministered(actor, person_id)
    refuse_outside(actor, agency_id)
    rows = main_rows(person_id)
    is_gone = bool(rows) and rows[-1].to_on is not None and rows[-1].to_on <= on
    last = rows[-1] if is_gone else row_on(rows, on)
    if not is_gone and last.agency_id == agency_id:
        raise Refused(_("Người này đã thuộc đơn vị đó."), "agency_id")
    if last.state == "left" and not is_gone:
        raise Refused(_("Người này đã thôi công tác. Anh/Chị ghi trở lại làm việc trước, rồi mới chuyển đơn vị."))
    refuse_later_changes(rows, on)
    return last


def _move(last: Membership, agency_id: int, on: date, position: str | None, decision: str | None) -> None:
    db.session.flush()
    if last.to_on is None or last.to_on > on:
        last.to_on = None
        fresh = cut(last, on, decision)
        fresh.agency_id, fresh.position = agency_id, position
    else:
        facts = {"is_main": True, "staff_kind": last.staff_kind, "state": "working", "decision": decision, "position": position}
        fresh = Membership(person_id=last.person_id, agency_id=agency_id, from_on=on, **facts)
        db.session.add(fresh)
    db.session.flush()
    follow_recorded_end(fresh)


def go_on_leave(actor: Any, person_id: int, reason: str, on: date, until_on: date | None = None, decision: str | None = None) -> None:
    """From that day on the person is on leave (maternity, sick, study, secondment); with `until_on`, working again from that day."""
    hold_person(person_id)
    last = check_leave(actor, person_id, on, until_on)
    fresh = cut(last, on, decision)
    for row in [fresh, *later_than(main_rows(person_id), on)]:
        if row.state != "working" or (until_on and row.from_on >= until_on):
            break
        if until_on and (row.to_on is None or row.to_on > until_on):
            cut(row, until_on)
        row.state, row.reason = "on_leave", reason
    db.session.flush()
    until = str(until_on) if until_on else ""
    record(actor, "leave", "person", person_id, agency_id=fresh.agency_id, why=_why(reason), on=str(on), until=until, decision=decision or "")


def check_leave(actor: Any, person_id: int, on: date, until_on: date | None) -> Membership:
    """The row in which the leave would begin; Refused with the reason when that cannot be."""
    refuse_unadministered(actor, person_id)
    rows = main_rows(person_id)
    last = row_on(rows, on)
    if until_on and until_on <= on:
        raise Refused(_("Ngày trở lại làm việc phải sau ngày bắt đầu nghỉ."), "until_on")
    if last.state != "working":
        raise Refused(_("Ngày đó người này đang nghỉ hoặc đã thôi công tác (từ %(day)s).", day=f"{last.from_on:%d/%m/%Y}"), "on")
    for row in later_than(rows, on):
        if row.state == "on_leave" and (until_on is None or row.from_on < until_on):
            raise Refused(
                _("Người này đã có kỳ nghỉ khác từ ngày %(day)s. Anh/Chị ghi ngày trở lại trước đó.", day=f"{row.from_on:%d/%m/%Y}"), "until_on"
            )
    return last


def return_to_work(actor: Any, person_id: int, on: date, decision: str | None = None) -> None:
    """From that day on the person is working again, after a leave or after having left. An account that was suspended stays so."""
    hold_person(person_id)
    last = check_return(actor, person_id, on)
    before, fresh = last.state, cut(last, on, decision)
    for row in [fresh, *later_than(main_rows(person_id), on)]:
        if row.state != before:
            break
        row.state, row.reason = "working", None
    db.session.flush()
    record(actor, "return", "person", person_id, agency_id=fresh.agency_id, on=str(on), decision=decision or "")


def check_return(actor: Any, person_id: int, on: date) -> Membership:
    """The row in which the person would begin to work again; Refused with the reason when that cannot be."""
    refuse_unadministered(actor, person_id)
    last = row_on(main_rows(person_id), on)
    if last.state == "working":
        raise Refused(_("Ngày đó người này đang công tác bình thường."), "on")
    return last


def leave_service(actor: Any, person_id: int, reason: str, on: date, decision: str | None = None) -> None:
    """From that day on the person has left (retired, resigned, moved_out): all roles and secondary places end, and the account is suspended.

    For a day to come the worker suspends it (`suspend_leavers`).
    """
    hold_person(person_id)
    last = check_leaving(actor, person_id, on)
    refuse_last_administrator(person_id)
    fresh = cut(last, on, decision)
    for row in [fresh, *later_than(main_rows(person_id), on)]:
        row.state, row.reason = "left", reason
    end_roles(person_id, None, on)
    for beside in beside_memberships(person_id, on):
        _end(beside, on)
    db.session.flush()
    record(actor, "leave-service", "person", person_id, agency_id=fresh.agency_id, why=_why(reason), on=str(on), decision=decision or "")
    if on <= clock.today():
        suspend_account(actor, person_id, _("Đã thôi công tác"))


def check_leaving(actor: Any, person_id: int, on: date) -> Membership:
    """The row in which the person would leave; Refused with the reason when that cannot be."""
    refuse_unadministered(actor, person_id)
    if actor is not None and actor.person_id == person_id:
        raise Refused(_("Anh/Chị không thể tự ghi mình thôi công tác. Nhờ quản trị khác ghi giúp."))
    rows = main_rows(person_id)
    last = row_on(rows, on)
    if last.state == "left":
        raise Refused(_("Người này đã thôi công tác từ %(day)s.", day=f"{last.from_on:%d/%m/%Y}"), "on")
    moves = [row for row in rows if row.from_on <= on or row.agency_id != rows[rows.index(row) - 1].agency_id]
    refuse_later_changes(moves, on)
    return last


def add_membership(
    actor: Any, person_id: int, agency_id: int, position: str | None, staff_kind: str, from_on: date, until_on: date | None = None
) -> Membership:
    """A second agency beside the main one, from that day on (`until_on`: up to, not including)."""
    refuse_ended(agency_id, from_on)
    hold_person(person_id)
    check_beside(actor, person_id, agency_id, from_on, until_on)
    facts = {"is_main": False, "position": position or None, "staff_kind": staff_kind, "state": "working"}
    beside = Membership(person_id=person_id, agency_id=agency_id, from_on=from_on, to_on=until_on, **facts)
    db.session.add(beside)
    db.session.flush()
    follow_recorded_end(beside)
    until = str(until_on) if until_on else ""
    record(actor, "add-membership", "person", person_id, agency_id=agency_id, position=position or "", on=str(from_on), until=until)
    return beside


def check_beside(actor: Any, person_id: int, agency_id: int, from_on: date, until_on: date | None) -> None:
    """Raise Refused with the reason when the person cannot belong to that agency too in this time."""
    refuse_unadministered(actor, person_id)
    refuse_outside(actor, agency_id)
    if until_on and until_on <= from_on:
        raise Refused(_("Ngày kết thúc phải sau ngày bắt đầu."), "until_on")
    last = row_on(main_rows(person_id), from_on)
    if last.state == "left":
        raise Refused(_("Người này đã thôi công tác từ %(day)s.", day=f"{last.from_on:%d/%m/%Y}"))
    overlaps = sa.and_(sa.or_(Membership.to_on.is_(None), Membership.to_on > from_on), Membership.from_on < until_on if until_on else sa.true())
    there = sa.select(Membership.from_on).where(Membership.person_id == person_id, Membership.agency_id == agency_id, overlaps)
    if (day := db.session.scalar(there.order_by(Membership.from_on).limit(1))) is not None:
        raise Refused(_("Trong thời gian đó người này đã thuộc đơn vị này (từ %(day)s).", day=f"{day:%d/%m/%Y}"), "agency_id")


def end_membership(actor: Any, membership_id: int, on: date) -> None:
    """A secondary place ends on that day; so do the roles held there."""
    beside = check_end(actor, membership_id, on)
    hold_person(beside.person_id)
    refuse_last_administrator(beside.person_id, [beside.agency_id])
    end_roles(beside.person_id, [beside.agency_id], on)
    person_id, agency_id = beside.person_id, beside.agency_id
    _end(beside, on)
    db.session.flush()
    record(actor, "end-membership", "person", person_id, agency_id=agency_id, on=str(on))


def check_end(actor: Any, membership_id: int, on: date) -> Membership:
    """The secondary membership that would end; Refused with the reason when that cannot be."""
    beside = db.session.get(Membership, membership_id, populate_existing=True)
    if beside is None or beside.is_main:
        raise Refused(_("Không có nơi công tác thêm này."))
    refuse_outside(actor, beside.agency_id)
    if beside.to_on is not None and beside.to_on <= on:
        raise Refused(_("Nơi công tác này đã kết thúc từ %(day)s.", day=f"{beside.to_on:%d/%m/%Y}"), "on")
    return beside


def _why(reason: str) -> str:
    return reason_words()[reason]


def _end(beside: Membership, on: date) -> None:
    if beside.from_on >= on:
        db.session.delete(beside)
    else:
        beside.to_on = on


def suspend_left() -> None:
    """Suspend the account of everybody whose day of leaving has come."""
    for person_id in left_with_open_account():
        suspend_account(None, person_id, _("Đã thôi công tác"))
