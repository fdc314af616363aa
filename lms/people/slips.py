"""Printed slips for many people at once: who gets one, and the passwords that are issued. They are kept nowhere, only their hashes."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import Agency, agencies_below
from lms.base import ADMINISTRATOR, clock, db
from lms.site import record

from .accounts import SLIP_LIFE
from .models import Account, Membership, Person, RoleHeld, Session, SignInWait
from .passwords import hash_password
from .queries import standing_main
from .viewer import Viewer, reach
from .waits import ACCOUNT_MEMORY, account_key

MOST_PRINTED, MOST_LISTED = 160, 300
NEVER, WAITING, CHOSEN = "never", "waiting", "chosen"


class SlipWish(NamedTuple):
    """Whose slips: of an agency (with all below it unless `is_direct`), or of these people (`among`, from a staff list).

    `who`: never signed in; all whose password is still an issued one; or those who are ticked. `with_own`: also those who chose their own.
    `since`: only passwords issued before that instant, so that a print in parts goes on where it stopped.
    """

    agency_id: int | None = None
    is_direct: bool = False
    who: str = NEVER
    with_own: bool = False
    ticked: Sequence[int] = ()
    among: Sequence[int] | None = None
    since: datetime | None = None


def slip_people(viewer: Viewer, wish: SlipWish, most: int) -> tuple[list[Any], int]:
    """(at most so many rows of the people, by agency and name; how many there are). Only people whose account the viewer may change."""
    columns = (
        Person.id,
        Person.full_name,
        Person.staff_code,
        Agency.name.label("agency_name"),
        Account.username,
        Account.must_change,
        Account.last_sign_in_at,
        Account.slip_expires_at,
        sa.func.count().over().label("total"),
    )
    rows = _wanted(viewer, wish, columns).order_by(Agency.position, Agency.id, Person.sort, Person.id).limit(most)
    found = list(db.session.execute(rows))
    return found, found[0].total if found else 0


def _wanted(viewer: Viewer, wish: SlipWish, columns: Sequence[Any]) -> sa.Select[Any]:
    within, today = reach(viewer, ADMINISTRATOR), clock.today()
    not_over = sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > today)
    above = sa.exists().where(RoleHeld.person_id == Person.id, not_over, RoleHeld.agency_id.not_in(within))
    people = sa.select(*columns).select_from(Person).join(Account, Account.person_id == Person.id)
    people = people.join(Membership, Membership.id == standing_main(Person.id)).join(Agency, Agency.id == Membership.agency_id)
    people = people.where(Membership.agency_id.in_(within), Membership.state != "left", ~above)
    people = people.where(sa.or_(Membership.to_on.is_(None), Membership.to_on > today))
    people = people.where(Account.suspended_at.is_(None), Person.id != viewer.person_id)
    if wish.agency_id:
        here = Membership.agency_id == wish.agency_id
        people = people.where(here if wish.is_direct else Membership.agency_id.in_(agencies_below([wish.agency_id])))
    if wish.among is not None:
        people = people.where(Person.id.in_(wish.among))
    if wish.since:
        people = people.where(Account.password_at < wish.since)
    return _by_password(people, wish)


def _by_password(people: sa.Select[Any], wish: SlipWish) -> sa.Select[Any]:
    if wish.who == CHOSEN:
        return people.where(Person.id.in_(wish.ticked)) if wish.ticked else people
    if wish.who == NEVER:
        return people.where(Account.last_sign_in_at.is_(None))
    return people if wish.with_own else people.where(Account.must_change)


def hashes_of(passwords: dict[int, str]) -> dict[int, str]:
    """person id -> hash of each password. Slow (50 ms each, several at a time): before `begin_writing()`."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return dict(zip(passwords, pool.map(hash_password, passwords.values()), strict=True))


def issue_slips(actor: Viewer, wish: SlipWish, hashes: dict[int, str]) -> list[int]:
    """Give these people issued passwords, valid for 14 days and to be changed at the first sign-in; ends their sessions and all waiting.

    Answers who got one: whoever no longer fits the wish (has just signed in, was suspended, got a slip elsewhere) keeps what they have.
    """
    now = clock.now()
    fitting = _wanted(actor, wish._replace(since=wish.since or now), (Person.id, Membership.agency_id)).where(Person.id.in_(list(hashes)))
    rows = db.session.execute(fitting.order_by(Person.id).with_for_update(of=Account)).all()
    if not rows:
        return []
    ids, table = [row.id for row in rows], Account.__table__
    values = {"password_hash": sa.bindparam("hash"), "password_at": now, "must_change": True, "slip_expires_at": now + SLIP_LIFE}
    update = sa.update(table).where(table.c.person_id == sa.bindparam("person")).values(**values)  # type: ignore[arg-type]
    db.session.connection().execute(update, [{"person": one, "hash": hashes[one]} for one in ids])
    db.session.execute(sa.update(Session).where(Session.person_id.in_(ids), Session.ended_at.is_(None)).values(ended_at=now))
    waits = sa.update(SignInWait).where(SignInWait.key.in_([account_key(one, "") for one in ids]))
    db.session.execute(waits.values(failures=0, wait_until=now - ACCOUNT_MEMORY))
    for row in rows:
        record(actor, "reset-password", "person", row.id, agency_id=row.agency_id)
    return ids
