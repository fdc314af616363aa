"""Reads of settings and of the audit trail."""

from typing import Any

import sqlalchemy as sa

from lms.base import ADMINISTRATOR, db

from .actions import audit_hash
from .models import Audit, Setting

PAGE = 50


def get_setting(key: str, default: str = "") -> str:
    """A setting kept in the database."""
    value = db.session.scalar(sa.select(Setting.value).where(Setting.key == key))
    return default if value is None else value


def audit_page(viewer: Any, number: int, action: str = "", actor: str = "") -> tuple[list[Audit], int]:
    """(rows of page `number`, newest first; number of pages): what happened at the agencies that the viewer administers."""
    rows = sa.select(Audit).where(Audit.agency_id.in_(viewer.reach(ADMINISTRATOR)))
    if action:
        rows = rows.where(Audit.action == action)
    if actor:
        rows = rows.where(Audit.actor_name.contains(actor, autoescape=True))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
    chosen = rows.order_by(Audit.id.desc()).limit(PAGE).offset((number - 1) * PAGE)
    return list(db.session.scalars(chosen)), max(1, -(-total // PAGE))


def audit_is_whole() -> tuple[bool, int]:
    """(whether every row carries the right hash, how many rows were read)."""
    before, count = "", 0
    for row in db.session.scalars(sa.select(Audit).order_by(Audit.id).execution_options(yield_per=1000)):
        values = {column.key: getattr(row, column.key) for column in sa.inspect(Audit).columns}
        if row.hash_before != before or row.hash != audit_hash(before, values):
            return False, row.id
        before, count = row.hash, count + 1
    return True, count
