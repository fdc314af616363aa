"""The tree from a spreadsheet: what each row would do, kept until it is confirmed once, then all of it or nothing."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import AgencyImport, NewAgency, Opener, RowIn, TreeIn, change_agency, opening_agencies, row_of
from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .reorganising import move, rename
from .tree_plan import Line, Plan, plan_tree


class Order(NamedTuple):
    """How a file is to be read in: below which agency the rows without a parent stand (None: they are roots), from which day, by which decision."""

    top_id: int | None
    on: date
    decision: str


class Kept(NamedTuple):
    """A file that was read: the row of the database, what was asked, and what it would do today (or did, once it is done)."""

    row: AgencyImport
    order: Order
    plan: Plan
    seen: str


def keep_tree(actor: Any, file_name: str, tree: TreeIn, order: Order, reach: Collection[int]) -> int:
    """Keep what was read until it is confirmed; whatever the same person left unconfirmed before is dropped. Answers the id."""
    older = sa.update(AgencyImport).where(AgencyImport.sent_by_id == actor.person_id, AgencyImport.state == "read")
    db.session.execute(older.values(state="dropped", rows=[]))
    about = {"top": order.top_id, "on": order.on.isoformat(), "decision": order.decision, "columns": tree.columns}
    plan = plan_tree(tree, order.top_id, order.on, reach)
    kept = AgencyImport(sent_by_id=actor.person_id, file_name=file_name[:200], rows=[about, *_as_json(plan)], state="read", created_at=clock.now())
    db.session.add(kept)
    db.session.flush()
    return kept.id


def kept_tree(actor: Any, import_id: int, reach: Collection[int]) -> Kept | None:
    """What the actor sent, with its plan: made anew from the tree of this moment until it is confirmed, as carried out afterwards."""
    row = db.session.get(AgencyImport, import_id, populate_existing=True)
    if row is None or row.sent_by_id != actor.person_id or not row.rows:
        return None
    about, *lines = row.rows
    order = Order(about["top"], date.fromisoformat(about["on"]), about["decision"])
    if row.state == "done":
        return Kept(row, order, Plan([_line_of(line) for line in lines]), "")
    tree = TreeIn(about["columns"], [row_of(line["row"]) for line in lines])
    plan = plan_tree(tree, order.top_id, order.on, reach)
    return Kept(row, order, plan, fingerprint_of(plan))


def fingerprint_of(plan: Plan) -> str:
    """Changes whenever any row would do anything else."""
    return sha256(json.dumps(_as_json(plan), sort_keys=True).encode()).hexdigest()[:20]


def drop_tree(actor: Any, import_id: int) -> None:
    """Forget a file that was not confirmed."""
    theirs = sa.update(AgencyImport).where(AgencyImport.id == import_id, AgencyImport.sent_by_id == actor.person_id, AgencyImport.state == "read")
    db.session.execute(theirs.values(state="dropped", rows=[]))


def confirm_tree(actor: Any, kept: Kept, seen: str) -> bool:
    """Carry out what was seen, all of it, once. False: it was carried out (or dropped) before, and nothing happens.

    Refused when a row has a fault, or when the tree has changed since the preview.
    """
    if kept.row.state != "read":
        return False
    if seen != kept.seen:
        raise Refused(_("Cây đơn vị đã thay đổi từ lúc Anh/Chị xem trước. Bản xem trước dưới đây là mới; Anh/Chị xem lại rồi xác nhận."))
    done = {"state": "done", "done_at": clock.now(), "rows": [kept.row.rows[0], *_as_json(kept.plan)]}
    claim = sa.update(AgencyImport).where(AgencyImport.id == kept.row.id, AgencyImport.state == "read").values(**done)
    claimed = db.session.execute(claim.returning(AgencyImport.id), execution_options={"synchronize_session": False})
    if claimed.first() is None:
        return False
    carry_out(actor, kept.plan, kept.order)
    return True


def carry_out(actor: Any, plan: Plan, order: Order) -> None:
    """Open, move, rename and change as planned, parents first. Refused names the line of the file."""
    if plan.count("error"):
        raise Refused(_("Tệp còn dòng lỗi nên chưa nhập được. Anh/Chị sửa tệp rồi tải lên lại."))
    opened: dict[str, int] = {}
    with opening_agencies(actor) as open_one:
        for line in plan.parents_first("new"):
            with _named(line):
                _open(actor, open_one, line, order, opened)
    for line in plan.parents_first("changed"):
        with _named(line):
            _change(actor, line, order, opened)
    counts = {"new_agencies": plan.count("new"), "changed_agencies": plan.count("changed")}
    record(actor, "import", "agency", order.top_id, agency_id=order.top_id, **counts, on=f"{order.on:%d/%m/%Y}", decision=order.decision)


@contextmanager
def _named(line: Line) -> Iterator[None]:
    """A refusal names the line of the file."""
    try:
        yield
    except Refused as refused:
        raise Refused(_("Dòng %(line)s (%(name)s): %(sentence)s", line=line.row.line, name=line.row.name, sentence=refused.sentence)) from None


def _open(actor: Any, open_one: Opener, line: Line, order: Order, opened: dict[str, int]) -> None:
    row, parent_id = line.row, _parent_id(line, opened)
    from_on = date.fromisoformat(row.from_on) if row.from_on else order.on
    new = NewAgency(row.code, row.kind, row.name, parent_id, line.position)
    agency = open_one(new, from_on, row.decision or order.decision or None)
    opened[line.key] = agency.id
    if line.help_name or line.help_phone:
        change_agency(actor, agency.id, code=agency.code, position=line.position, help_name=line.help_name, help_phone=line.help_phone)


def _change(actor: Any, line: Line, order: Order, opened: dict[str, int]) -> None:
    assert line.agency_id is not None
    parent_id, done = _parent_id(line, opened), {change.column for change in line.changes}
    if "parent" in done and parent_id is not None:
        move(actor, line.agency_id, parent_id, order.on, order.decision or None)
    if "name" in done:
        rename(actor, line.agency_id, line.row.name, order.on, order.decision or None)
    if done & {"position", "help_name", "help_phone"}:
        change_agency(actor, line.agency_id, code=line.code, position=line.position, help_name=line.help_name, help_phone=line.help_phone)


def _parent_id(line: Line, opened: dict[str, int]) -> int | None:
    return opened[line.parent_row] if line.parent_row else line.parent_id


def _as_json(plan: Plan) -> list[dict[str, Any]]:
    return [{**line._asdict(), "row": line.row._asdict(), "changes": [list(change) for change in line.changes]} for line in plan.lines]


def _line_of(kept: dict[str, Any]) -> Line:
    row: RowIn = row_of(kept["row"])
    return Line.of({**kept, "row": row})
