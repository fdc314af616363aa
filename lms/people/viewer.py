"""Whoever looks: a signed-in person with the roles that they hold today, read anew at each request in two statements.

Whoever has shown the password but not yet the second factor is nobody here, and `Waiting` at the page that asks for the code.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app, g, session
from sqlalchemy.orm import aliased

from lms.agencies import Agency, AgencyParent, agencies_below, help_contact_id, holds_on
from lms.base import ADMINISTRATOR, LEARNER, clock, db, login

from .lasting import CODE_LIFE, is_over
from .models import Account, Membership, Person, RoleHeld, SecondFactor, Session
from .privacy import has_accepted


@dataclass(frozen=True)
class Viewer:
    """The signed-in person. `roles`: (role, agency id) held today; the agency is that of the main membership (None, "" without one).

    `has_factor`: signs in with a second factor; `needs_factor`: must set one up first; `root_agency_id`: the root agency at which
    the viewer is an administrator, and thus looks after the site.
    """

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
    has_factor: bool = False
    needs_factor: bool = False
    root_agency_id: int | None = None
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """For flask-login only; the cookie holds the session id and its token."""
        return str(self.session_id)

    @property
    def is_led(self) -> bool:
        """Whether something must be done before any page that is not public."""
        return self.must_change or self.needs_privacy or self.needs_factor

    @property
    def looks_after_site(self) -> bool:
        """Whether the viewer is an administrator at a root agency."""
        return self.root_agency_id is not None

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


class Waiting(NamedTuple):
    """Who has shown the right password in this browser and not yet the second factor."""

    person_id: int
    session_id: int
    name: str


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
    factor = sa.and_(SecondFactor.person_id == Session.person_id, SecondFactor.confirmed_at.is_not(None))
    return (
        sa.select(
            Session.token_hash,
            Session.person_id,
            Session.created_at,
            sa.and_(SecondFactor.person_id.is_not(None), Session.second_at.is_(None)).label("is_waiting"),
            SecondFactor.person_id.is_not(None).label("has_factor"),
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
        .outerjoin(SecondFactor, factor)
        .outerjoin(Membership, main)
        .outerjoin(Agency, Agency.id == Membership.agency_id)
        .outerjoin(helper, helper.id == help_contact_id(Membership.agency_id, today))
        .where(Session.id == sa.bindparam("session"), Session.ended_at.is_(None), Session.expires_at > now, Account.suspended_at.is_(None))
    )


def _roles_held() -> sa.Select[*tuple[Any, ...]]:
    """The roles of a person today, and whether each is held at a root agency."""
    today = sa.bindparam("today", type_=sa.Date())
    is_root = sa.exists().where(AgencyParent.agency_id == RoleHeld.agency_id, AgencyParent.parent_id.is_(None), holds_on(AgencyParent, today))
    rows = sa.select(RoleHeld.role, RoleHeld.agency_id, is_root.label("is_root"))
    return rows.where(RoleHeld.person_id == sa.bindparam("person"), holds_on(RoleHeld, today)).order_by(RoleHeld.id)


SESSION_ROW, ROLES_HELD = _session_row(), _roles_held()


def parts_of(cookie: object) -> tuple[int, str] | None:
    """(session id, hash of its token) of what the cookie holds ("<session id>.<token>"), or None when it cannot be one of ours."""
    session_id, _dot, token = str(cookie or "").partition(".")
    if not (session_id.isascii() and session_id.isdigit() and len(session_id) < 10):
        return None
    return int(session_id), token_hash(token)


def _row_of(cookie: object) -> Any:
    """The row of the session in the cookie, unless it was ended, its time is over or the account is suspended."""
    if not (parts := parts_of(cookie)):
        return None
    row = db.session.execute(SESSION_ROW, {"session": parts[0], "now": clock.now(), "today": clock.today()}).first()
    return row if row and hmac.compare_digest(row.token_hash, parts[1]) else None


def waiting_person() -> Waiting | None:
    """Who has shown the password in this browser a short while ago and must now show the second factor."""
    cookie = session.get("_user_id")
    row = _row_of(cookie)
    if row is None or not row.is_waiting or clock.now() - row.created_at >= CODE_LIFE:
        return None
    return Waiting(row.person_id, int(str(cookie).partition(".")[0]), row.full_name)


@login.user_loader
def load_viewer(cookie: str) -> Viewer | None:
    """The person of the session in the cookie, unless it is over, lay unused too long, or waits for the second factor."""
    row = _row_of(cookie)
    if row is None or row.is_waiting:
        return None
    held = list(db.session.execute(ROLES_HELD, {"person": row.person_id, "today": clock.today()}))
    roles = {one.role for one in held}
    if is_over(roles, row.created_at):
        return None
    g.is_in = True
    must_have_factor = ADMINISTRATOR in roles and current_app.config["TWO_FACTOR"] == "required"
    return Viewer(
        person_id=row.person_id,
        name=row.full_name,
        username=row.username,
        staff_code=row.staff_code,
        session_id=int(cookie.partition(".")[0]),
        roles=tuple((one.role, one.agency_id) for one in held),
        agency_id=row.agency_id,
        agency_name=row.agency_name or "",
        must_change=row.must_change,
        needs_privacy=not row.has_accepted,
        help_contact=(row.help_name or row.helper_name, row.help_phone) if row.help_phone else None,
        has_factor=row.has_factor,
        needs_factor=must_have_factor and not row.has_factor,
        root_agency_id=next((one.agency_id for one in held if one.role == ADMINISTRATOR and one.is_root), None),
    )
