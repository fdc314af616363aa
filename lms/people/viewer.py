"""Whoever looks: a signed-in person with the roles that they hold today, read anew at each request in two statements."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import Agency, agencies_below, help_contact_id, holds_on
from lms.base import LEARNER, clock, db, login

from .models import Account, Membership, Person, RoleHeld, Session
from .privacy import has_accepted


@dataclass(frozen=True)
class Viewer:
    """The signed-in person. `roles`: (role, agency id) held today; the agency is that of the main membership (None, "" without one)."""

    person_id: int
    name: str
    username: str
    staff_code: str | None
    session_id: int
    roles: tuple[tuple[str, int], ...]
    agency_id: int | None
    agency_name: str
    must_change: bool
    needs_privacy: bool
    help_contact: tuple[str, str] | None
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """For flask-login only; the cookie holds the session id and its token."""
        return str(self.session_id)

    def holds(self, role: str) -> bool:
        """Whether the person holds this role at any agency today; everybody is a learner."""
        return role == LEARNER or any(held == role for held, _agency_id in self.roles)

    def agencies_of(self, role: str) -> tuple[int, ...]:
        """The agencies at which the person holds this role today."""
        if role == LEARNER:
            return (self.agency_id,) if self.agency_id else ()
        return tuple(agency_id for held, agency_id in self.roles if held == role)

    def reach(self, *roles: str) -> sa.Select[int]:
        """The ids of the agencies that any of these roles reaches today."""
        return agencies_below({agency_id for role in roles for agency_id in self.agencies_of(role)})


def reach(viewer: Any, *roles: str) -> sa.Select[int]:
    """The ids of the agencies that any of these roles of the viewer reaches today."""
    found: sa.Select[int] = viewer.reach(*roles)
    return found


def token_hash(token: str) -> str:
    """What the database keeps of a session's token."""
    return sha256(token.encode()).hexdigest()


def _session_row() -> sa.Select[*tuple[Any, ...]]:
    """The person of a session with their main membership and whom to call. Built once: every request carries it out."""
    today, now, helper = sa.bindparam("today", type_=sa.Date()), sa.bindparam("now", type_=Session.expires_at.type), aliased(Agency)
    main = sa.and_(Membership.person_id == Person.id, Membership.is_main, holds_on(Membership, today))
    return (
        sa.select(
            Session.token_hash,
            Session.person_id,
            Person.full_name,
            Person.staff_code,
            Account.username,
            Account.must_change,
            has_accepted(Session.person_id).label("has_accepted"),
            Membership.agency_id,
            Agency.name.label("agency_name"),
            helper.help_name,
            helper.help_phone,
            helper.name.label("helper_name"),
        )
        .join(Account, Account.person_id == Session.person_id)
        .join(Person, Person.id == Session.person_id)
        .outerjoin(Membership, main)
        .outerjoin(Agency, Agency.id == Membership.agency_id)
        .outerjoin(helper, helper.id == help_contact_id(Membership.agency_id, today))
        .where(Session.id == sa.bindparam("session"), Session.ended_at.is_(None), Session.expires_at > now, Account.suspended_at.is_(None))
    )


def _roles_held() -> sa.Select[*tuple[Any, ...]]:
    is_held = holds_on(RoleHeld, sa.bindparam("today", type_=sa.Date()))
    return sa.select(RoleHeld.role, RoleHeld.agency_id).where(RoleHeld.person_id == sa.bindparam("person"), is_held).order_by(RoleHeld.id)


SESSION_ROW, ROLES_HELD = _session_row(), _roles_held()


@login.user_loader
def load_viewer(cookie: str) -> Viewer | None:
    """The person of the session in the cookie ("<session id>.<token>"), unless it is over or the account is suspended."""
    session_id, _dot, token = cookie.partition(".")
    if not (session_id.isascii() and session_id.isdigit() and len(session_id) < 10):
        return None
    row = db.session.execute(SESSION_ROW, {"session": int(session_id), "now": clock.now(), "today": clock.today()}).first()
    if row is None or not hmac.compare_digest(row.token_hash, token_hash(token)):
        return None
    roles = db.session.execute(ROLES_HELD, {"person": row.person_id, "today": clock.today()})
    return Viewer(
        person_id=row.person_id,
        name=row.full_name,
        username=row.username,
        staff_code=row.staff_code,
        session_id=int(session_id),
        roles=tuple((role, agency_id) for role, agency_id in roles),
        agency_id=row.agency_id,
        agency_name=row.agency_name or "",
        must_change=row.must_change,
        needs_privacy=not row.has_accepted,
        help_contact=(row.help_name or row.helper_name, row.help_phone) if row.help_phone else None,
    )
