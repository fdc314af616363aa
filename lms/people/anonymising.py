"""Anonymising people who left years ago: what names them goes, what is counted (gender, staff kind, memberships, results) stays."""

import secrets
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from lms.base import clock, db, forget_people, forget_rows, sort_key
from lms.base import gettext as _
from lms.site import number_setting, record

from .models import Account, Membership, Person, PrivacyAcceptance, RecoveryCode, RoleHeld, SecondFactor, Session
from .names import search_text
from .passwords import UNUSABLE
from .staff_list.models import StaffImportRow

BATCH = 500


def anonymous_name() -> str:
    """What stands for the name of whoever was anonymised, in the language of the database."""
    return _("Cán bộ đã ẩn danh")


def anonymise_leavers() -> int:
    """Anonymise people who have belonged nowhere for more than the years of the setting, at most 500 a run; answers how many.

    Whoever signed in since is left alone: then the dates of the memberships are what is wrong.
    """
    years = number_setting("anonymise_years")
    if not years:
        return 0
    since = clock.months_later(clock.today(), -12 * years)
    free = sa.select(Person.id).where(_is_due(since)).order_by(Person.id).limit(BATCH).with_for_update(skip_locked=True)
    held = list(db.session.scalars(free))
    due = list(db.session.scalars(sa.select(Person.id).where(Person.id.in_(held), _is_due(since)))) if held else []
    if due:
        _anonymise(due)
    return len(due)


def _is_due(since: date) -> sa.ColumnElement[bool]:
    """For a select of people: nowhere at work or on leave since that day, marked as left before it, not signed in since, not yet anonymised."""
    is_there = sa.and_(Membership.state != "left", sa.or_(Membership.to_on.is_(None), Membership.to_on >= since))
    has_just_left = sa.and_(Membership.state == "left", Membership.from_on >= since)
    theirs = sa.exists().where(Membership.person_id == Person.id)
    came = sa.exists().where(Account.person_id == Person.id, Account.last_sign_in_at >= clock.start_of(since))
    return sa.and_(Person.anonymised_at.is_(None), theirs, ~theirs.where(sa.or_(is_there, has_just_left)), ~came)


def _anonymise(ids: Collection[int]) -> None:
    agencies = _last_agencies(ids)
    name = anonymous_name()
    nothing = dict.fromkeys(("staff_code", "birth_on", "birth_year", "email", "phone", "number_sealed", "number_fingerprint"))
    shown = {"full_name": name, "search": search_text(name, None), "sort": sort_key(name), "anonymised_at": clock.now()}
    db.session.execute(sa.update(Person).where(Person.id.in_(ids)).values(**nothing, **shown))
    _close_accounts(ids)
    _end_roles(ids)
    db.session.execute(sa.update(PrivacyAcceptance).where(PrivacyAcceptance.person_id.in_(ids)).values(address=""))
    db.session.execute(sa.delete(StaffImportRow).where(StaffImportRow.person_id.in_(ids)))
    for table in ("person", "account"):
        forget_rows(table, ids)
    forget_people(ids, name)
    for person_id in ids:
        record(None, "anonymise", "person", person_id, agency_id=agencies.get(person_id))


def _close_accounts(ids: Collection[int]) -> None:
    """Nobody signs in any more: a user name that means nothing, no password, no session, no second factor."""
    now = clock.now()
    closed = {"password_hash": UNUSABLE, "password_at": now, "must_change": False, "slip_expires_at": None, "last_sign_in_at": None}
    suspended = {"suspended_at": sa.func.coalesce(Account.suspended_at, now), "suspended_why": _("Đã ẩn danh")}
    for person_id in ids:
        username = f"an-danh-{secrets.token_hex(8)}"
        db.session.execute(sa.update(Account).where(Account.person_id == person_id).values(username=username, **closed, **suspended))
    for model in (Session, SecondFactor, RecoveryCode):
        db.session.execute(sa.delete(model).where(model.person_id.in_(ids)))


def _end_roles(ids: Collection[int]) -> None:
    """No role goes on; what would have begun later never begins."""
    today = clock.today()
    not_over = sa.and_(RoleHeld.person_id.in_(ids), sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > today))
    db.session.execute(sa.delete(RoleHeld).where(not_over, RoleHeld.from_on >= today))
    db.session.execute(sa.update(RoleHeld).where(not_over).values(to_on=today))


def _last_agencies(ids: Collection[int]) -> dict[int, int]:
    """Person -> agency of the latest main membership, for the audit trail."""
    rows = sa.select(Membership.person_id, Membership.agency_id).where(Membership.person_id.in_(ids), Membership.is_main)
    return {row.person_id: row.agency_id for row in db.session.execute(rows.order_by(Membership.from_on))}
