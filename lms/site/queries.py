"""Reads of settings and of the audit trail."""

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import ADMINISTRATOR, clock, db, fold, found_by_name, names_for

from .actions import audit_hash
from .models import Audit, Setting
from .vocabulary import deeds, detail_words, things

PAGE = 50
MOST_EXPORTED = 50_000
MOST_NAMES = 500  # asked for at once


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
    kind: str
    thing_id: int | None
    thing: str
    details: list[str]
    address: str


class Wanted(NamedTuple):
    """Which lines of the trail: `actor` and `about` are words of names (accents ignored), `action` is "action thing", days are whole days."""

    actor: str = ""
    about: str = ""
    action: str = ""
    thing: str = ""
    thing_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None


def _trail(viewer: Any, wanted: Wanted) -> sa.Select[Audit]:
    """What happened at the agencies that the viewer administers (and, for whoever looks after the site, at none): page and file start here."""
    within = Audit.agency_id.in_(viewer.reach(ADMINISTRATOR))
    rows = sa.select(Audit).where(sa.or_(within, Audit.agency_id.is_(None)) if viewer.looks_after_site else within)
    if wanted.actor:
        rows = rows.where(Audit.actor_search.contains(fold(wanted.actor), autoescape=True))
    if wanted.about:
        found = [sa.and_(Audit.thing == thing, Audit.thing_id.in_(ids)) for thing, ids in found_by_name(wanted.about).items()]
        rows = rows.where(sa.or_(sa.false(), *found))
    if wanted.action:
        action, _space, thing = wanted.action.partition(" ")
        rows = rows.where(Audit.action == action, Audit.thing == thing)
    if wanted.thing:
        rows = rows.where(Audit.thing == wanted.thing)
    if wanted.thing_id is not None:
        rows = rows.where(Audit.thing_id == wanted.thing_id)
    if wanted.from_on:
        rows = rows.where(Audit.at >= clock.start_of(wanted.from_on))
    if wanted.to_on:
        rows = rows.where(Audit.at < clock.end_of(wanted.to_on))
    return rows


def audit_page(viewer: Any, number: int, wanted: Wanted) -> tuple[list[Line], int, int]:
    """(lines of page `number`, newest first; its number, the nearest that there is; number of pages) within the viewer's reach."""
    rows = _trail(viewer, wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    found = db.session.execute(_columns(rows).limit(PAGE).offset((number - 1) * PAGE)).all()
    return _lines(found), number, last


def audit_lines(viewer: Any, wanted: Wanted) -> list[Line] | None:
    """All lines of the same trail, newest first; None when there are too many for one file."""
    found = db.session.execute(_columns(_trail(viewer, wanted)).limit(MOST_EXPORTED + 1)).all()
    return None if len(found) > MOST_EXPORTED else _lines(found)


def audit_about(person_id: int) -> list[Line]:
    """The lines by or about a person, newest first (the latest 50,000), for that person to take along.

    Of what they did to others neither names nor details are told, and of what others did not from where: those are the others' own.
    """
    is_own = sa.and_(Audit.thing == "person", Audit.thing_id == person_id)
    rows = db.session.execute(_columns(sa.select(Audit).where(sa.or_(Audit.actor_id == person_id, is_own))).limit(MOST_EXPORTED))
    words, labels, kinds = deeds(), detail_words(), things()
    lines = []
    for row in rows:
        details = _details(row, labels) if (row.thing, row.thing_id) == ("person", person_id) else []
        thing = f"{kinds.get(row.thing, row.thing)} {row.thing_id or ''}".strip()
        address = row.address if row.actor_id == person_id else ""
        lines.append(Line(row.at, row.actor_name, _deed(row, words), row.thing, row.thing_id, thing, details, address))
    return lines


def _columns(rows: sa.Select[Audit]) -> sa.Select[Any]:
    """The columns that are shown, newest first: plain rows, for a file may have many."""
    shown = (Audit.at, Audit.actor_id, Audit.actor_name, Audit.action, Audit.thing, Audit.thing_id, Audit.details, Audit.address)
    return rows.with_only_columns(*shown).order_by(Audit.id.desc())


def _names(rows: Collection[Any]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row.thing_id:
            wanted.setdefault(row.thing, set()).add(row.thing_id)
    names: dict[tuple[str, int], str] = {}
    for thing, ids in wanted.items():
        listed = sorted(ids)
        for start in range(0, len(listed), MOST_NAMES):
            names |= {(thing, thing_id): name for thing_id, name in names_for(thing, listed[start : start + MOST_NAMES]).items()}
    return names


def _deed(row: Any, words: dict[tuple[str, str], str]) -> str:
    return words.get((row.action, row.thing), f"{row.action} {row.thing}")


def _details(row: Any, labels: dict[str, str]) -> list[str]:
    return [f"{labels[key]} {value}" for key, value in row.details.items() if key in labels and value not in ("", None)]


def _lines(rows: Collection[Any]) -> list[Line]:
    words, labels, names = deeds(), detail_words(), _names(rows)
    lines = []
    for row in rows:
        name = names.get((row.thing, row.thing_id), "")
        lines.append(Line(row.at, row.actor_name, _deed(row, words), row.thing, row.thing_id, name, _details(row, labels), row.address))
    return lines


def audit_is_whole() -> tuple[bool, int]:
    """(True, how many rows the trail has), or (False, the number of the first row that is not as it was written)."""
    before, count = "", 0
    with closing(db.session.scalars(sa.select(Audit).order_by(Audit.id).execution_options(yield_per=1000))) as rows:
        for row in rows:
            values = {column.key: getattr(row, column.key) for column in sa.inspect(Audit).columns}
            if row.hash_before != before or row.hash != audit_hash(before, values):
                return False, row.id
            before, count = row.hash, count + 1
    return True, count
