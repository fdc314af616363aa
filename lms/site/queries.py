"""Reads of settings and of the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base import ADMINISTRATOR, db, fold, names_for

from .actions import audit_hash
from .models import Audit, Setting
from .vocabulary import deeds, detail_words

PAGE = 50


def get_setting(key: str, default: str = "") -> str:
    """A setting kept in the database."""
    value = db.session.scalar(sa.select(Setting.value).where(Setting.key == key))
    return default if value is None else value


@dataclass(frozen=True)
class Line:
    """A line of the trail as it is shown: what was done, to what by name, and the details worth reading."""

    at: datetime
    actor: str
    deed: str
    thing: str
    details: list[str]
    address: str


def audit_page(viewer: Any, number: int, deed: str = "", actor: str = "") -> tuple[list[Line], int, int]:
    """(lines of page `number`, newest first; its number, the nearest that there is; number of pages): what happened at the agencies
    that the viewer administers. `deed` is "action thing"; `actor` is searched without accents."""
    rows = sa.select(Audit).where(Audit.agency_id.in_(viewer.reach(ADMINISTRATOR)))
    if deed:
        action, _space, thing = deed.partition(" ")
        rows = rows.where(Audit.action == action, Audit.thing == thing)
    if actor:
        rows = rows.where(Audit.actor_search.contains(fold(actor), autoescape=True))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    found = list(db.session.scalars(rows.order_by(Audit.id.desc()).limit(PAGE).offset((number - 1) * PAGE)))
    return _lines(found), number, last


def _lines(rows: list[Audit]) -> list[Line]:
    words, labels = deeds(), detail_words()
    names = {thing: names_for(thing, {row.thing_id for row in rows if row.thing == thing and row.thing_id}) for thing in {row.thing for row in rows}}
    lines = []
    for row in rows:
        said = words.get((row.action, row.thing), f"{row.action} {row.thing}")
        details = [f"{labels[key]} {value}" for key, value in row.details.items() if key in labels and value not in ("", None)]
        lines.append(Line(row.at, row.actor_name, said, names[row.thing].get(row.thing_id or 0, ""), details, row.address))
    return lines


def audit_is_whole() -> tuple[bool, int]:
    """(whether every row carries the right hash, how many rows were read)."""
    before, count = "", 0
    for row in db.session.scalars(sa.select(Audit).order_by(Audit.id).execution_options(yield_per=1000)):
        values = {column.key: getattr(row, column.key) for column in sa.inspect(Audit).columns}
        if row.hash_before != before or row.hash != audit_hash(before, values):
            return False, row.id
        before, count = row.hash, count + 1
    return True, count
