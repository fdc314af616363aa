"""What the worker does with a staff list, step by step: read, compare part by part, take in; and what it forgets in time.

Each step is a job and a transaction of its own, named after the import, the turn (how often it was read) and the part, so that a killed
worker goes on where it was and nothing is done twice. What is slow happens before the transaction.
"""

from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import agency_tree
from lms.base import Refused, ask_for, clock, db, every, long_task
from lms.base import gettext as _
from lms.site import record

from .applying import apply_lines
from .compare import compare_lines, mark_doubles
from .lines import AT_ONCE, Line, Scope, in_parts, line_of, stored_lines
from .models import StaffColumn, StaffImport, StaffImportFile, StaffImportRow
from .places import Places
from .senders import sender_of
from .taking import Sent, Taken, take_list

FILE_LIFE, ROW_LIFE = timedelta(days=2), timedelta(days=30)
READ_PERCENT = 30
_FOUND_BY_COMPARING = ("verdict", "person_id", "values", "changes", "faults", "is_chosen")


def ask_to_read(one: StaffImport, turn: int) -> None:
    """Ask the worker to read the file (again); to be called in the transaction that made it `reading`."""
    one.state, one.percent, one.found = "reading", 0, {**(one.found or {}), "turn": turn, "part": 0}
    db.session.flush()
    ask_for(read_list, f"staff_import {one.id} read {turn}", import_id=one.id, turn=turn)


def ask_to_compare(one: StaffImport, turn: int) -> None:
    """Ask the worker to compare all lines with the database (again)."""
    one.state, one.percent, one.found = "reading", READ_PERCENT, {**(one.found or {}), "turn": turn, "part": 0}
    db.session.flush()
    ask_for(compare_list, f"staff_import {one.id} compare {turn} 0", import_id=one.id, turn=turn, part=0)


def ask_to_apply(one: StaffImport, turn: int) -> None:
    """Ask the worker to take the list in; to be called in the transaction that made it `applying`."""
    ask_for(apply_list, f"staff_import {one.id} apply {turn}", import_id=one.id, turn=turn)


class _Turn(NamedTuple):
    state: str
    turn: int
    part: int = 0


def _at_work(import_id: int, turn: _Turn, hold: bool = True) -> StaffImport | None:
    """The import, if it still waits for this very step; `hold`: nobody else may change it until the transaction ends."""
    one = db.session.get(StaffImport, import_id, populate_existing=True, with_for_update=hold)
    if one is None or one.found is None or _Turn(one.state, one.found["turn"], one.found["part"] if turn.state == "reading" else 0) != turn:
        return None
    return one


def scope_of(one: StaffImport) -> Scope:
    """From which day and for whom this list counts."""
    return Scope(one.effective_on, sender_of(one).administers)


# Reading


def _read(import_id: int, turn: int) -> Taken | None:
    one = _at_work(import_id, _Turn("reading", turn), hold=False)
    if one is None:
        return None
    sender_of(one)
    content = db.session.scalar(sa.select(StaffImportFile.content).where(StaffImportFile.import_id == import_id))
    branches = agency_tree([one.agency_id], one.effective_on)
    if content is None or not branches:
        raise Refused(_("Tệp hoặc đơn vị này không còn. Anh/Chị gửi lại danh sách."))
    said: dict[str, Any] = one.mapping or {}
    mapping = remembered_columns(one.agency_id) | said.get("columns", {})
    return take_list(Sent(one.file_name, content, mapping, one.encoding, said.get("sheets")), Places(branches, said.get("units", {})))


def remembered_columns(agency_id: int) -> dict[str, str]:
    """Title key → field, as it was understood last time at this agency."""
    rows = db.session.execute(sa.select(StaffColumn.title_key, StaffColumn.field).where(StaffColumn.agency_id == agency_id))
    return {key: field for key, field in rows}


def _read_in_vain(sentence: str, import_id: int, turn: int, part: int = 0) -> None:
    """A choice under which nothing can be read is taken back; without any the import has failed."""
    one = _at_work(import_id, _Turn("reading", turn, part))
    if one is None:
        return
    one.error = sentence
    if one.mapping or one.encoding:
        one.mapping = one.encoding = None
        ask_to_read(one, turn + 1)
    else:
        one.state = "failed"
        forget_contents([one.id])


@long_task(before=_read, otherwise=_read_in_vain)
def read_list(taken: Taken | None, import_id: int, turn: int) -> None:
    """Keep the lines of the file, then compare them part by part."""
    one = _at_work(import_id, _Turn("reading", turn))
    if one is None or taken is None:
        return
    keep_lines(one, taken)
    ask_to_compare(one, turn)


def keep_lines(one: StaffImport, taken: Taken) -> None:
    """Keep these lines instead of those that were read before."""
    db.session.execute(sa.delete(StaffImportRow).where(StaffImportRow.import_id == one.id))
    for part in in_parts(taken.lines):
        db.session.execute(sa.insert(StaffImportRow), [{**line.as_row(), "import_id": one.id} for line in part])
    one.found = {**(one.found or {}), **taken.found, "lines": len(taken.lines)}


# Comparing


def _compare(import_id: int, turn: int, part: int) -> list[Line]:
    one = _at_work(import_id, _Turn("reading", turn, part), hold=False)
    if one is None:
        return []
    numbers = StaffImportRow.number.between(part * AT_ONCE + 1, (part + 1) * AT_ONCE)
    lines = [line_of(row) for row in db.session.execute(stored_lines().where(StaffImportRow.import_id == import_id, numbers))]
    compare_lines(lines, scope_of(one))
    return lines


@long_task(before=_compare, otherwise=_read_in_vain)
def compare_list(lines: list[Line], import_id: int, turn: int, part: int) -> None:
    """Keep the verdicts of a part; then the next one, or the list is ready to be looked at."""
    one = _at_work(import_id, _Turn("reading", turn, part))
    if one is None:
        return
    keep_verdicts(lines)
    done, total = (part + 1) * AT_ONCE, (one.found or {})["lines"]
    if done < total:
        one.percent = READ_PERCENT + (99 - READ_PERCENT) * done // total
        one.found = {**(one.found or {}), "part": part + 1}
        ask_for(compare_list, f"staff_import {import_id} compare {turn} {part + 1}", import_id=import_id, turn=turn, part=part + 1)
    else:
        keep_verdicts(mark_doubles(_doubled(import_id)))
        one.state, one.percent = "read", 100


def keep_verdicts(lines: list[Line]) -> None:
    """Keep what comparing found, of lines that are stored."""
    for part in in_parts(lines):
        found = [{"id": line.id, **{name: getattr(line, name) for name in _FOUND_BY_COMPARING}} for line in part]
        db.session.execute(sa.update(StaffImportRow), found)


def _doubled(import_id: int) -> list[Line]:
    """The lines that were found to be one person with another line."""
    own = StaffImportRow.import_id == import_id
    often = sa.select(StaffImportRow.person_id).where(own, StaffImportRow.person_id.is_not(None))
    often = often.group_by(StaffImportRow.person_id).having(sa.func.count() > 1)
    return [line_of(row) for row in db.session.execute(stored_lines().where(own, StaffImportRow.person_id.in_(often)))]


# Taking in


def _put_back(sentence: str, import_id: int, turn: int) -> None:
    """Nothing was taken in: the list is compared again, and the page says why."""
    one = _at_work(import_id, _Turn("applying", turn))
    if one is not None:
        one.error = sentence
        ask_to_compare(one, turn + 1)


@long_task(otherwise=_put_back)
def apply_list(import_id: int, turn: int) -> None:
    """Take in the chosen lines, all or none."""
    one = _at_work(import_id, _Turn("applying", turn))
    if one is not None:
        settle_applied(sender_of(one), one, scope_of(one))


def settle_applied(actor: Any, one: StaffImport, scope: Scope) -> None:
    """Take in the chosen lines of an import that is `applying`, and be done with it."""
    chosen = stored_lines().where(StaffImportRow.import_id == one.id, StaffImportRow.is_chosen)
    lines = [line for row in db.session.execute(chosen) if (line := line_of(row)).is_effective]
    counts = apply_lines(actor, one.id, lines, scope)
    one.state, one.percent, one.error, one.done_at = "done", 100, None, clock.now()
    one.found = {**(one.found or {}), "applied": counts}
    db.session.execute(sa.delete(StaffImportFile).where(StaffImportFile.import_id == one.id))
    record(actor, "import", "staff-list", one.id, agency_id=one.agency_id, name=one.file_name, on=str(scope.on), **counts)


# Forgetting


def forget_contents(import_ids: list[int]) -> None:
    """Delete the files and lines of these imports."""
    for model in (StaffImportFile, StaffImportRow):
        db.session.execute(sa.delete(model).where(model.import_id.in_(import_ids)))


@every(timedelta(hours=6))
def forget_staff_lists() -> None:
    """A list that nobody confirmed within two days is dropped; of one that was taken in, the lines go after thirty days."""
    stale = sa.update(StaffImport).where(StaffImport.state.in_(("reading", "read")), StaffImport.created_at < clock.now() - FILE_LIFE)
    dropped = list(db.session.scalars(stale.values(state="dropped").returning(StaffImport.id)))
    old = sa.select(StaffImport.id).where(StaffImport.done_at < clock.now() - ROW_LIFE)
    kept = sa.select(StaffImportRow.import_id).where(StaffImportRow.import_id.in_(old)).distinct()
    forget_contents([*dropped, *db.session.scalars(kept)])
