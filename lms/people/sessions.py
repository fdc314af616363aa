"""Sign-ins: opened with a password, complete with the second factor, seen and ended by the person. Each change joins the transaction."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from flask import request

from lms.agencies import holds_on
from lms.base import clock, db, nfc
from lms.site import record

from .agents import agent_words
from .lasting import longest_life
from .models import Account, RoleHeld, Session
from .viewer import Viewer, parts_of, token_hash

MEMORY = timedelta(days=365)
LONGEST_AGENT = 300
MOST_SHOWN = 50


class Place(NamedTuple):
    """Somewhere the viewer is signed in: browser and system in words, address, since when, and whether it is this browser."""

    id: int
    words: str
    address: str
    created_at: datetime
    is_here: bool


def open_session(person_id: int, is_in: bool = True) -> str:
    """Sign the person in at this browser; answers what the cookie holds: "<session id>.<token>". `is_in`: not while a second factor is due."""
    token, now = secrets.token_urlsafe(32), clock.now()
    place = {"address": request.remote_addr or "", "agent": nfc(request.user_agent.string)[:LONGEST_AGENT]}
    over = now + longest_life(_roles_today(person_id))
    one = Session(person_id=person_id, token_hash=token_hash(token), created_at=now, expires_at=over, **place)
    db.session.add(one)
    if is_in:
        _note_sign_in(person_id)
    db.session.flush()
    return f"{one.id}.{token}"


def _roles_today(person_id: int) -> set[str]:
    return set(db.session.scalars(sa.select(RoleHeld.role).where(RoleHeld.person_id == person_id, holds_on(RoleHeld, clock.today()))))


def _note_sign_in(person_id: int) -> None:
    db.session.execute(sa.update(Account).where(Account.person_id == person_id).values(last_sign_in_at=clock.now()))


def pass_second(person_id: int, session_id: int) -> None:
    """In this session the second factor was shown: the person is in."""
    theirs = sa.and_(Session.id == session_id, Session.person_id == person_id, Session.ended_at.is_(None))
    db.session.execute(sa.update(Session).where(theirs).values(second_at=clock.now()))
    _note_sign_in(person_id)


def is_in(session_id: int) -> bool:
    """Whether the second factor was shown in this session."""
    return db.session.scalar(sa.select(Session.id).where(Session.id == session_id, Session.second_at.is_not(None))) is not None


def my_places(viewer: Viewer) -> list[Place]:
    """Where the viewer is signed in now, the latest first."""
    mine = sa.and_(Session.person_id == viewer.person_id, Session.ended_at.is_(None), Session.expires_at > clock.now())
    if viewer.has_factor:
        mine = sa.and_(mine, Session.second_at.is_not(None))
    rows = db.session.scalars(sa.select(Session).where(mine).order_by(Session.created_at.desc(), Session.id.desc()).limit(MOST_SHOWN))
    return [Place(row.id, agent_words(row.agent), row.address, row.created_at, row.id == viewer.session_id) for row in rows]


def leave_session(cookie: object) -> None:
    """End the session of this cookie, whether or not it still lets anybody in."""
    if parts := parts_of(cookie):
        this = sa.and_(Session.id == parts[0], Session.token_hash == parts[1], Session.ended_at.is_(None))
        db.session.execute(sa.update(Session).where(this).values(ended_at=clock.now()))


def end_session(actor: Viewer, session_id: int) -> bool:
    """End one session of the actor's own; says whether there is such a session."""
    own = sa.and_(Session.id == session_id, Session.person_id == actor.person_id)
    ended = sa.update(Session).where(own, Session.ended_at.is_(None)).values(ended_at=clock.now())
    if db.session.execute(ended).rowcount:  # type: ignore[attr-defined]
        record(actor, "end-session", "person", actor.person_id, agency_id=actor.agency_id)
        return True
    return db.session.scalar(sa.select(Session.id).where(own)) is not None


def end_sessions(person_id: int, but: int | None = None) -> None:
    """End all sessions of the person, or all but one."""
    theirs = sa.and_(Session.person_id == person_id, Session.ended_at.is_(None), Session.id != (but or 0))
    db.session.execute(sa.update(Session).where(theirs).values(ended_at=clock.now()))


def sign_out_everywhere(actor: Viewer) -> None:
    """End all sessions of the actor, this one too."""
    end_sessions(actor.person_id)
    record(actor, "sign-out-everywhere", "person", actor.person_id, agency_id=actor.agency_id)


def forget_old_sessions() -> None:
    """Delete sign-ins that were over a year ago: the privacy notice promises twelve months."""
    db.session.execute(sa.delete(Session).where(Session.expires_at < clock.now() - MEMORY))
