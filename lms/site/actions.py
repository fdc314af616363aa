"""What changes settings, and the pen of the audit trail."""

import json
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request

from lms.base import before_commit, clock, db, fold, insert_once

from .models import Audit, Setting

PENDING = "audit_pending"
LOCK = 8_150_116  # any number; PostgreSQL's advisory lock for the order of the trail


def record(actor: Any, action: str, thing: str, thing_id: int | None = None, agency_id: int | None = None, **details: Any) -> None:
    """Write into the audit trail that `actor` (None: the system) did `action` to `thing`. Joins the transaction; never put a secret in `details`."""
    row = {
        "at": clock.now(),
        "actor_id": getattr(actor, "person_id", None),
        "actor_name": getattr(actor, "name", None) or "",
        "actor_search": fold(getattr(actor, "name", None) or ""),
        "action": action,
        "thing": thing,
        "thing_id": thing_id,
        "agency_id": agency_id,
        "details": details,
        "address": (request.remote_addr or "") if has_request_context() else "",
    }
    db.session.info.setdefault(PENDING, []).append(row)


def audit_hash(before: str, row: dict[str, Any]) -> str:
    """The hash of a row chained to the one before it."""
    text = json.dumps([before, row["at"].isoformat(), *(row[name] for name in _HASHED)], ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


_HASHED = ("actor_id", "actor_name", "action", "thing", "thing_id", "agency_id", "details", "address")


@before_commit
def write_pending() -> None:
    """Write the rows of this transaction, last and under one lock, so that the chain has the order of the commits."""
    rows = db.session.info.pop(PENDING, [])
    if not rows:
        return
    db.session.flush()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    before = db.session.scalar(sa.select(Audit.hash).order_by(Audit.id.desc()).limit(1)) or ""
    for row in rows:
        row["hash_before"], row["hash"] = before, audit_hash(before, row)
        before = row["hash"]
    db.session.execute(sa.insert(Audit), rows)


@sa.event.listens_for(db.session, "after_rollback")
def _forget_pending(session: Any) -> None:
    session.info.pop(PENDING, None)


def set_setting(actor: Any, key: str, value: str) -> None:
    """Keep a setting in the database; the trail tells what it was and what it is."""
    before = db.session.scalar(sa.select(Setting.value).where(Setting.key == key).with_for_update())
    if before == value:
        return
    if not insert_once(Setting, key=key, value=value):
        db.session.execute(sa.update(Setting).where(Setting.key == key).values(value=value))
    record(actor, "set", "setting", agency_id=getattr(actor, "root_agency_id", None), key=key, was=before or "", value=value)
