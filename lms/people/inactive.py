"""Accounts with power over others that nobody uses: suspended after a number of days (a setting), learners never."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.agencies import holds_on
from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import Audit, number_setting

from .accounts import suspend_account
from .models import Account, Person, RoleHeld

STARTS_ANEW = ("restore", "grant-role")  # deeds of the trail after which the days are counted from the beginning


def suspend_inactive() -> None:
    """Suspend trainers, managers and administrators who have not signed in for so many days; never the last administrator of a root agency.

    The longest unused goes first, so that of several administrators the one who was here last is spared.
    """
    days = number_setting("inactive_days")
    if not days:
        return
    why = _("Không đăng nhập trong %(n)s ngày", n=days)
    for person_id in list(_unused_since(clock.now() - timedelta(days=days))):
        try:
            suspend_account(None, person_id, why)
        except Refused:
            continue


def _unused_since(instant: datetime) -> Iterator[int]:
    """Who holds a role today and did nothing since then that counts: sign in, get account, password, role or leave to sign in again."""
    today, since = clock.today(), clock.local(instant).date()
    anew = sa.exists().where(Audit.thing == "person", Audit.thing_id == Account.person_id, Audit.action.in_(STARTS_ANEW), Audit.at > instant)
    holds = sa.exists().where(RoleHeld.person_id == Account.person_id, holds_on(RoleHeld, today))
    began = sa.exists().where(RoleHeld.person_id == Account.person_id, holds_on(RoleHeld, today), RoleHeld.from_on > since)
    last = sa.func.coalesce(Account.last_sign_in_at, Person.created_at)
    unused = sa.select(Account.person_id).join(Person, Person.id == Account.person_id)
    unused = unused.where(Account.suspended_at.is_(None), last <= instant, Person.created_at <= instant, Account.password_at <= instant)
    yield from db.session.scalars(unused.where(holds, ~began, ~anew).order_by(last, Account.person_id))
