"""New people with their main membership and account, and corrections of what is known of them."""

import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, sort_key
from lms.base import gettext as _
from lms.site import record

from .accounts import SLIP_LIFE, main_agency_id, refuse_unadministered
from .following import follow_recorded_end, refuse_ended
from .models import Account, Membership, Person
from .names import search_text, tidy_code, tidy_name, tidy_username
from .passwords import UNUSABLE
from .queries import gender_words, staff_kind_words, suggested_username
from .roles import refuse_outside
from .timeline import hold_person, main_rows

OF_PERSON = ("full_name", "staff_code", "birth_on", "birth_year", "gender", "email", "phone")
OF_WORK = ("position", "staff_kind")
PRIVATE = ("birth_on", "birth_year", "gender", "email", "phone")


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
    birth_year: int | None = None,
    gender: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    from_on: date | None = None,
    password_hash: str | None = None,
) -> Person:
    """A new person with a main membership and an account. Objects only: within `undoable` every row is noted.

    `password_hash` is that of an issued slip, to be changed at the first sign-in; without it nobody can sign in until a slip is issued.
    """
    refuse_outside(actor, agency_id)
    refuse_ended(agency_id, from_on or clock.today())
    facts = {"birth_on": birth_on, "birth_year": birth_year, "gender": gender, "email": email, "phone": phone}
    values = _tidied({"full_name": full_name, "staff_code": staff_code, **facts})
    name, code = values["full_name"], values["staff_code"]
    login = good_username(username) if username else suggested_username(name, code)
    _refuse_taken(None, login, code)
    person = Person(**values, search=search_text(name, code), sort=sort_key(name), created_at=clock.now())
    db.session.add(person)
    _flush()
    db.session.add(Account(person_id=person.id, username=login, **_first_password(password_hash)))
    main = {"is_main": True, "position": (position or "").strip() or None, "staff_kind": staff_kind, "state": "working"}
    membership = Membership(person_id=person.id, agency_id=agency_id, from_on=from_on or clock.today(), **main)
    db.session.add(membership)
    _flush()
    follow_recorded_end(membership)
    record(actor, "create", "person", person.id, agency_id=agency_id, name=name, staff_code=code or "", username=login)
    return person


def correct_person(actor: Any, person_id: int, **changes: Any) -> dict[str, tuple[Any, Any]]:
    """Put right what is known of a person: any of full_name, staff_code, birth_on, birth_year, gender, email, phone, position, staff_kind, username.

    What is not named stays. Position and staff kind are put right in the main membership of today and in later ones that say the same.
    Answers field -> (before, after) of what changed; nothing is recorded where nothing did.
    """
    refuse_unadministered(actor, person_id)
    hold_person(person_id)
    person, account = db.session.get_one(Person, person_id, populate_existing=True), db.session.get_one(Account, person_id, populate_existing=True)
    wanted: dict[str, Any] = _tidied({name: changes.get(name, getattr(person, name)) for name in OF_PERSON})
    typed = changes.get("username")
    login = good_username(typed) if typed and tidy_username(typed) != account.username else account.username
    _refuse_taken(person_id, login, wanted["staff_code"])
    changed = _changed(person, wanted) | _changed(account, {"username": login}) | _correct_work(person_id, changes)
    person.search, person.sort = search_text(person.full_name, person.staff_code), sort_key(person.full_name)
    _flush()
    if changed:
        record(actor, "correct", "person", person_id, agency_id=main_agency_id(person_id), **_told(changed))
    return changed


def _told(changed: dict[str, tuple[Any, Any]]) -> dict[str, str]:
    """What the trail says of it. It can never be anonymised, so of private facts it says only that they were put right."""
    told = {name: _("đã sửa") if name in PRIVATE else f"{_plain(before)} → {_plain(after)}" for name, (before, after) in changed.items()}
    return {"name" if name == "full_name" else name: text for name, text in told.items()}


def _changed(row: Any, wanted: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    changed = {name: (getattr(row, name), value) for name, value in wanted.items() if getattr(row, name) != value}
    for name, (_before, after) in changed.items():
        setattr(row, name, after)
    return changed


def _correct_work(person_id: int, changes: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    wanted = {name: (changes[name] or "").strip() or None for name in OF_WORK if name in changes}
    rows = [row for row in main_rows(person_id) if row.to_on is None or row.to_on > clock.today()] if wanted else []
    changed = {name: (getattr(rows[0], name), value) for name, value in wanted.items() if rows and getattr(rows[0], name) != value}
    for row in rows:
        for name, (before, after) in changed.items():
            if getattr(row, name) == before:
                setattr(row, name, after)
    return changed


def _plain(value: Any) -> str:
    words = {**staff_kind_words(), **gender_words()}
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else words.get(value, str(value or "–"))


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    """What is kept of what was typed about a person; Refused when the name is missing or a birth day cannot be."""
    kept: dict[str, Any] = {name: (value.strip() or None) if isinstance(value, str) else value for name, value in values.items()}
    kept["full_name"], kept["staff_code"] = tidy_name(kept["full_name"] or ""), tidy_code(kept["staff_code"])
    if not kept["full_name"]:
        raise Refused(_("Anh/Chị nhập họ và tên."), "full_name")
    if kept["birth_on"] and kept["birth_on"] >= clock.today():
        raise Refused(_("Ngày sinh phải trước hôm nay."), "birth_on")
    if kept["birth_on"]:
        kept["birth_year"] = None
    return kept


def _first_password(password_hash: str | None) -> dict[str, Any]:
    now = clock.now()
    return {"password_hash": password_hash or UNUSABLE, "password_at": now, "must_change": True, "slip_expires_at": now + SLIP_LIFE}


def good_username(typed: str) -> str:
    """The user name as it is kept; Refused when it has other signs than letters, digits, dots and dashes."""
    username = tidy_username(typed)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,39}", username):
        raise Refused(_("Tên đăng nhập gồm 2 đến 40 chữ cái không dấu, chữ số, dấu chấm, gạch."), "username")
    return username


def _refuse_taken(person_id: int | None, username: str, code: str | None) -> None:
    """Codes and user names are unique, and since one may sign in with either, nobody's user name may be another's staff code."""
    by_code = {tidy_code(username), code} - {None}
    by_name = {username, tidy_username(code or "")} - {""}
    other_code = sa.select(Person.staff_code).where(Person.staff_code.in_(by_code), Person.id != (person_id or 0))
    other_name = sa.select(Account.username).where(Account.username.in_(by_name), Account.person_id != (person_id or 0))
    codes, names = set(db.session.scalars(other_code)), set(db.session.scalars(other_name))
    if code in codes:
        raise Refused(_("Mã cán bộ này đã có người dùng. Anh/Chị kiểm tra lại mã."), "staff_code")
    if username in names:
        raise Refused(_("Tên đăng nhập này đã có người dùng. Anh/Chị chọn tên khác."), "username")
    if codes:
        raise Refused(_("Tên đăng nhập này trùng với mã cán bộ của người khác. Anh/Chị chọn tên khác."), "username")
    if names:
        raise Refused(_("Mã cán bộ này trùng với tên đăng nhập của người khác. Anh/Chị kiểm tra lại mã."), "staff_code")


def _flush() -> None:
    """Whoever came first in the database has the code or the user name; this whole transaction is given up."""
    try:
        db.session.flush()
    except sa.exc.IntegrityError:
        db.session.rollback()
        raise Refused(_("Mã cán bộ hoặc tên đăng nhập này vừa có người khác dùng. Anh/Chị kiểm tra lại rồi gửi lần nữa.")) from None
