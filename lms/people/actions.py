"""Changes of people, memberships and roles. Days are dated: a change ends one row and begins another, so that last year stays true."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import ADMINISTRATOR, Refused, clock, db, insert_once, sort_key
from lms.base import gettext as _
from lms.site import record

from .accounts import SLIP_LIFE, refuse_unadministered, suspend_account
from .models import Account, Membership, Person, RoleHeld
from .names import search_text, tidy_code, tidy_name, tidy_username
from .passwords import UNUSABLE
from .queries import suggested_username


def create_person(
    actor: Any,
    *,
    full_name: str,
    agency_id: int,
    staff_code: str | None = None,
    username: str | None = None,
    position: str | None = None,
    staff_kind: str = "civil_servant",
    birth_on: date | None = None,
    gender: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    from_on: date | None = None,
    password_hash: str | None = None,
) -> Person:
    """A new person with a main membership and an account.

    `password_hash` is that of an issued slip, to be changed at the first sign-in; without it nobody can sign in until a slip is issued.
    """
    _refuse_outside(actor, agency_id)
    name, code = tidy_name(full_name), tidy_code(staff_code)
    if not name:
        raise Refused(_("Anh/Chị nhập họ và tên."), "full_name")
    login = _good_username(username) if username else suggested_username(name, code)
    _refuse_ambiguous(login, code)
    if birth_on and birth_on >= clock.today():
        raise Refused(_("Ngày sinh phải trước hôm nay."), "birth_on")
    facts = {"birth_on": birth_on, "gender": gender or None, "email": (email or "").strip() or None, "phone": (phone or "").strip() or None}
    person = _person(name, code, facts)
    if not insert_once(Account, person_id=person.id, username=login, **_first_password(password_hash)):
        raise Refused(_("Tên đăng nhập này đã có người dùng. Anh/Chị chọn tên khác."), "username")
    main = {"is_main": True, "position": (position or "").strip() or None, "staff_kind": staff_kind, "state": "working"}
    db.session.add(Membership(person_id=person.id, agency_id=agency_id, from_on=from_on or clock.today(), **main))
    db.session.flush()
    record(actor, "create", "person", person.id, agency_id=agency_id, name=name, staff_code=code or "", username=login)
    return person


def _person(name: str, code: str | None, facts: dict[str, Any]) -> Person:
    values = {"full_name": name, "search": search_text(name, code), "sort": sort_key(name), "created_at": clock.now(), **facts}
    if code is None:
        person = Person(**values)
        db.session.add(person)
        db.session.flush()
        return person
    if not insert_once(Person, staff_code=code, **values):
        raise Refused(_("Mã cán bộ này đã có người dùng. Anh/Chị kiểm tra lại mã."), "staff_code")
    return db.session.scalars(sa.select(Person).where(Person.staff_code == code)).one()


def _first_password(password_hash: str | None) -> dict[str, Any]:
    now = clock.now()
    return {
        "password_hash": password_hash or UNUSABLE,
        "password_at": now,
        "must_change": True,
        "slip_expires_at": now + SLIP_LIFE,
        "privacy_at": None,
        "suspended_at": None,
        "last_sign_in_at": None,
    }


def _good_username(typed: str) -> str:
    username = tidy_username(typed)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,39}", username):
        raise Refused(_("Tên đăng nhập gồm 2 đến 40 chữ cái không dấu, chữ số, dấu chấm, gạch."), "username")
    return username


def _refuse_ambiguous(username: str, code: str | None) -> None:
    """One may sign in with either, so nobody's user name may be another's staff code."""
    if db.session.scalar(sa.select(Person.id).where(Person.staff_code == tidy_code(username), Person.staff_code != (code or ""))):
        raise Refused(_("Tên đăng nhập này trùng với mã cán bộ của người khác. Anh/Chị chọn tên khác."), "username")
    if code and tidy_username(code) != username and db.session.scalar(sa.select(Account.person_id).where(Account.username == tidy_username(code))):
        raise Refused(_("Mã cán bộ này trùng với tên đăng nhập của người khác. Anh/Chị kiểm tra lại mã."), "staff_code")


def transfer_person(actor: Any, person_id: int, agency_id: int, on: date, position: str | None = None) -> None:
    """From that day on the person's main agency is another; the roles held at the old one end. Past figures stay with the old agency."""
    _refuse_outside(actor, agency_id)
    last = _open_main(actor, person_id, on)
    before = last.agency_id
    if before == agency_id:
        raise Refused(_("Người này đã thuộc đơn vị đó."), "agency_id")
    _change_membership(last, on, agency_id=agency_id, position=position or last.position)
    _end_roles(person_id, [before], on)
    record(actor, "transfer", "person", person_id, agency_id=agency_id, before=before, after=agency_id, on=str(on))


def set_state(actor: Any, person_id: int, state: str, on: date) -> None:
    """From that day on the person is working, on_leave, seconded or left. Whoever has left cannot sign in any more."""
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
    names = ("person_id", "agency_id", "to_on", "is_main", "position", "staff_kind", "state")
    values = {**{name: getattr(last, name) for name in names}, **changes}
    if last.from_on >= on:
        for name, value in changes.items():
            setattr(last, name, value)
        return
    last.to_on = on
    db.session.flush()
    db.session.add(Membership(**values, from_on=on))
    db.session.flush()


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
            names = ("person_id", "to_on", "is_main", "position", "staff_kind", "state")
            fresh.append({**{name: getattr(row, name) for name in names}, "agency_id": into_id, "from_on": on})
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
        insert_once(RoleHeld, person_id=held.person_id, agency_id=into_id, role=held.role, from_on=begins, to_on=held.to_on)
        if held.from_on < on:
            held.to_on = on
        else:
            db.session.delete(held)
    db.session.flush()


def _end_roles(person_id: int, agency_ids: Collection[int], on: date) -> None:
    not_over = sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > on)
    theirs = sa.and_(RoleHeld.person_id == person_id, RoleHeld.agency_id.in_(agency_ids), not_over)
    db.session.execute(sa.delete(RoleHeld).where(theirs, RoleHeld.from_on >= on))
    db.session.execute(sa.update(RoleHeld).where(theirs).values(to_on=on))


def grant_role(actor: Any, person_id: int, agency_id: int, role: str, from_on: date | None = None) -> None:
    """From that day on (default today) the person holds the role at the agency and all below it. Held already: nothing changes."""
    _refuse_outside(actor, agency_id)
    held = sa.select(RoleHeld.id).where(RoleHeld.person_id == person_id, RoleHeld.agency_id == agency_id, RoleHeld.role == role)
    if db.session.scalar(held.where(RoleHeld.to_on.is_(None))):
        return
    begins = from_on or clock.today()
    if not insert_once(RoleHeld, person_id=person_id, agency_id=agency_id, role=role, from_on=begins, to_on=None):
        raise Refused(_("Vai trò này đã được ghi từ ngày đó và đã kết thúc. Anh/Chị chọn ngày khác."), "from_on")
    record(actor, "grant-role", "person", person_id, agency_id=agency_id, role=role, on=str(begins))


def _refuse_outside(actor: Any, agency_id: int) -> None:
    """Raise Refused unless the actor (None: the system) administers the agency."""
    if actor is not None and not db.session.scalar(sa.select(Agency.id).where(Agency.id == agency_id, Agency.id.in_(actor.reach(ADMINISTRATOR)))):
        raise Refused(_("Đơn vị này không thuộc phạm vi của Anh/Chị."), "agency_id")
