"""Acts that can be undone as a whole: what each row held before and after is noted in the same transaction.

An act is undone only while nothing else has changed its rows since, or rests on them.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import NO_VALUE

from .db import Base, Instant, NoneIsNull, db, is_allowed
from .errors import Refused
from .words import gettext as _

OPEN_ACT = "undoable_act"


class UndoNote(Base):
    """A row that an act ("agency_event 12") inserted (`before` is null), changed, or deleted (`after` is null)."""

    __tablename__ = "undo_note"
    __table_args__ = (sa.Index("ix_undo_note_act", "act", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str]
    table_name: Mapped[str]
    row_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(NoneIsNull)
    after: Mapped[dict[str, Any] | None] = mapped_column(NoneIsNull)


class CannotUndo(Refused):
    """Something later depends on the act; `rows`: (table name, row id) of what changed since, as far as it is known."""

    def __init__(self, rows: Collection[tuple[str, int]]) -> None:
        super().__init__(_("Không hoàn tác được nữa vì đã có thay đổi sau đó dựa trên việc này."))
        self.rows = list(rows)


@contextmanager
def undoable(act: str) -> Iterator[None]:
    """Note every row that the ORM inserts, changes or deletes inside, under this act. Core statements are not seen: use objects."""
    db.session.flush()
    before = db.session.info.get(OPEN_ACT)
    db.session.info[OPEN_ACT] = act
    try:
        yield
        db.session.flush()
    finally:
        db.session.info[OPEN_ACT] = before


@contextmanager
def rehearsal() -> Iterator[None]:
    """Carry something out and take all of it back: what stands inside sees the effect, nothing is kept, not even a line of the audit trail."""
    db.session.flush()
    info = {key: list(value) if isinstance(value, list) else value for key, value in db.session.info.items()}
    savepoint = db.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        db.session.expire_all()
        db.session.info.clear()
        db.session.info.update(info)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _values(thing: Any, is_before: bool) -> dict[str, Any]:
    state = sa.inspect(thing)
    values = {name: getattr(thing, name) for name in state.mapper.columns.keys()}
    if is_before:
        values |= {name: None if old is NO_VALUE else old for name, old in state.committed_state.items() if name in values}
    return {name: _plain(value) for name, value in values.items()}


@sa.event.listens_for(db.session, "before_flush")
def _note_changes(session: Session, _context: Any, _instances: Any) -> None:
    act = session.info.get(OPEN_ACT)
    if not act:
        return
    notes = session.info.setdefault("undo_pending", [])
    for thing in session.dirty:
        if session.is_modified(thing) and not isinstance(thing, UndoNote):
            notes.append((act, thing, _values(thing, is_before=True), True))
    notes += [(act, thing, _values(thing, is_before=True), False) for thing in session.deleted]
    notes += [(act, thing, None, True) for thing in session.new if not isinstance(thing, UndoNote)]


@sa.event.listens_for(db.session, "after_flush")
def _write_notes(session: Session, _context: Any) -> None:
    rows = []
    for act, thing, before, stays in session.info.pop("undo_pending", []):
        table = sa.inspect(thing).mapper.local_table
        after = _values(thing, is_before=False) if stays else None
        key = (after or before)[_key_name(table)]
        rows.append({"act": act, "table_name": table.name, "row_id": key, "before": before, "after": after})
    if rows:
        session.connection().execute(sa.insert(UndoNote.__table__), rows)  # type: ignore[arg-type]


@sa.event.listens_for(db.session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop("undo_pending", None)
    session.info.pop(OPEN_ACT, None)


def _key_name(table: sa.Table) -> str:
    return next(iter(table.primary_key.columns)).name


def _table(name: str) -> sa.Table:
    return db.metadata.tables[name]


def _from_plain(table: sa.Table, values: dict[str, Any]) -> dict[str, Any]:
    made = {}
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(value, str) and isinstance(kind, Instant):
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(kind, sa.Date):
            value = date.fromisoformat(value)
        made[name] = value
    return made


def notes_of(act: str) -> list[tuple[str, int, dict[str, Any] | None, dict[str, Any] | None]]:
    """(table, row id, before, after) of each row that the act touched, in the order of the first touch; repeated touches joined."""
    joined: dict[tuple[str, int], list[Any]] = {}
    for note in db.session.execute(sa.select(UndoNote.__table__).where(UndoNote.act == act).order_by(UndoNote.id)):
        known = joined.setdefault((note.table_name, note.row_id), [note.before, note.after])
        known[1] = note.after
    return [(table, row_id, before, after) for (table, row_id), (before, after) in joined.items()]


def changed_since(act: str, free: dict[str, Collection[str]] | None = None) -> list[tuple[str, int]]:
    """(table, row id) of rows that no longer stand as the act left them. `free`: table -> columns that may have changed since."""
    changed = []
    by_table: dict[str, dict[int, Any]] = {}
    for table, row_id, _before, after in notes_of(act):
        by_table.setdefault(table, {})[row_id] = after
    for name, rows in by_table.items():
        now = _rows_now(_table(name), list(rows))
        changed += [(name, row_id) for row_id, after in rows.items() if not _stands(now.get(row_id), after, (free or {}).get(name, ()))]
    return changed


def _rows_now(table: sa.Table, ids: list[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(ids), 500):
        part = sa.select(table).where(table.primary_key.columns[0].in_(ids[start : start + 500]))
        found |= {row[_key_name(table)]: row for row in db.session.execute(part).mappings()}
    return found


def _stands(now: Any, after: dict[str, Any] | None, free: Collection[str]) -> bool:
    if now is None or after is None:
        return now is None and after is None
    return all(_plain(now[name]) == value for name, value in after.items() if name not in free and name in now)


def forget_rows(table: str, ids: Collection[int]) -> None:
    """Erase what acts have noted about these rows. From then on these acts cannot be undone: what stands there no longer tells what was."""
    theirs = sa.update(UndoNote).where(UndoNote.table_name == table, UndoNote.row_id.in_(ids))
    db.session.execute(theirs.where(UndoNote.before.is_not(None)).values(before={}))
    db.session.execute(theirs.where(UndoNote.after.is_not(None)).values(after={_key_name(_table(table)): -1}))


def undo(act: str, free: dict[str, Collection[str]] | None = None) -> None:
    """Put every row back as it was before the act, and forget the notes. Raises CannotUndo when something later depends on it.

    `free`: table -> columns that may have changed since and go back all the same.
    """
    db.session.flush()
    if changed := changed_since(act, free):
        raise CannotUndo(changed)
    notes = notes_of(act)
    if not is_allowed(lambda: _put_back(notes)):
        raise CannotUndo([])
    db.session.execute(sa.delete(UndoNote).where(UndoNote.act == act))
    db.session.expire_all()


def _put_back(notes: list[tuple[str, int, dict[str, Any] | None, dict[str, Any] | None]]) -> None:
    """Delete what was inserted (youngest first), then restore what was changed, then insert again what was deleted."""
    made = [(name, row_id) for name, row_id, before, after in reversed(notes) if before is None and after is not None]
    for name, run in groupby(made, key=itemgetter(0)):
        ids, key = [row_id for _name, row_id in run], _table(name).primary_key.columns[0]
        for start in range(0, len(ids), 500):
            db.session.execute(sa.delete(_table(name)).where(key.in_(ids[start : start + 500])))
    for name, row_id, before, after in notes:
        if before is not None and after is not None:
            db.session.execute(
                sa.update(_table(name)).where(_table(name).primary_key.columns[0] == row_id).values(**_from_plain(_table(name), before))
            )
    for name, _row_id, before, after in notes:
        if before is not None and after is None:
            db.session.execute(sa.insert(_table(name)).values(**_from_plain(_table(name), before)))
