"""New people with their main membership and account."""

import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once, sort_key
from lms.base import gettext as _
from lms.site import record

from .accounts import SLIP_LIFE
from .models import Account, Membership, Person
from .names import search_text, tidy_code, tidy_name, tidy_username
from .passwords import UNUSABLE
from .queries import suggested_username
from .roles import refuse_outside


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
    refuse_outside(actor, agency_id)
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
        "suspended_at": None,
        "suspended_why": None,
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
