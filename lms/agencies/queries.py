"""Reads of the dated tree."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import ADMINISTRATOR, clock, db, fold
from lms.base import gettext as _

from .models import Agency, AgencyEvent, AgencyEventPart, AgencyName, AgencyParent, AgencyWithin
from .successors import agencies_rolled_up
from .within import agencies_below, holds_on


class Branch(NamedTuple):
    """One agency in the tree of a day; `depth` counts from the top that was asked for, `parent_id` is None there."""

    id: int
    parent_id: int | None
    depth: int
    name: str
    code: str
    kind: str
    help_name: str | None
    help_phone: str | None


class Kin(NamedTuple):
    """An agency before or after another: its last name, and the event (merge, split, close) with its effective day."""

    id: int
    name: str
    kind: str
    on: date
    decision: str | None


def kind_words() -> dict[str, str]:
    """The kinds of agency in words."""
    return {
        "province": _("Tỉnh, thành phố"),
        "district": _("Huyện, thị xã"),
        "department": _("Phòng, ban chuyên môn"),
        "commune": _("Xã, phường, thị trấn"),
        "school": _("Trường học"),
        "unit": _("Đơn vị khác"),
    }


def event_words() -> dict[str, str]:
    """The kinds of event in words."""
    return {
        "open": _("Thành lập"),
        "rename": _("Đổi tên"),
        "move": _("Chuyển cấp trên"),
        "merge": _("Sáp nhập"),
        "split": _("Chia tách"),
        "close": _("Giải thể"),
    }


def agency_name_on(agency_id: int, day: date) -> str:
    """What the agency was called on that day; outside its life, its last name."""
    dated = sa.select(AgencyName.name).where(AgencyName.agency_id == agency_id, holds_on(AgencyName, day)).scalar_subquery()
    return db.session.scalar(sa.select(sa.func.coalesce(dated, Agency.name)).where(Agency.id == agency_id)) or ""


def agency_by_code(code: str) -> int | None:
    """The id of the agency with this code, for the operator's commands (no viewer, no reach)."""
    return db.session.scalar(sa.select(Agency.id).where(Agency.code == code))


def help_contact_id(agency_id: Any, on: date | sa.SQLColumnExpression[date]) -> sa.ScalarSelect[int]:
    """For a join: the id of the nearest agency, at or above the column `agency_id`, that names a telephone for help."""
    above, helper = aliased(AgencyWithin), aliased(Agency)
    nearest = sa.select(helper.id).join(above, above.ancestor_id == helper.id).where(above.agency_id == agency_id, holds_on(above, on))
    one = nearest.where(helper.help_phone.is_not(None)).order_by(above.depth).limit(1)
    return one.correlate_except(above, helper).scalar_subquery()


def agency_tree(viewer_agency_ids: Collection[int], on: date | None = None) -> list[Branch]:
    """The agencies that are one of these or lie below one on that day (default today), each below its parent, in official order."""
    on = on or clock.today()
    columns = (Agency.id, AgencyParent.parent_id, AgencyName.name, Agency.code, Agency.kind, Agency.help_name, Agency.help_phone)
    rows = (
        sa.select(*columns)
        .join(AgencyName, sa.and_(AgencyName.agency_id == Agency.id, holds_on(AgencyName, on)))
        .outerjoin(AgencyParent, sa.and_(AgencyParent.agency_id == Agency.id, holds_on(AgencyParent, on)))
        .where(Agency.id.in_(agencies_below(viewer_agency_ids, on)))
        .order_by(Agency.position, Agency.code)
    )
    return indented(list(db.session.execute(rows)))


def indented(rows: list[Any]) -> list[Branch]:
    """The agencies each below its parent, in the order of the rows; whose parent is not among them stands on top."""
    known = {row.id for row in rows}
    children: dict[int | None, list[Any]] = {}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    ordered: list[Branch] = []
    waiting = [(row, None, 0) for row in reversed(children.get(None, []))]
    while waiting:
        row, parent_id, depth = waiting.pop()
        ordered.append(Branch(row.id, parent_id, depth, row.name, row.code, row.kind, row.help_name, row.help_phone))
        waiting += [(child, row.id, depth + 1) for child in reversed(children.get(row.id, []))]
    return ordered


def agencies_administered(viewer: Any) -> list[Branch]:
    """The agencies of today that the viewer administers, as a tree."""
    return agency_tree(viewer.agencies_of(ADMINISTRATOR))


def agencies_gone(viewer: Any) -> list[Any]:
    """Rows (id, name, closed_on) of agencies that ended within what the viewer administers today, or whose heirs lie there; latest first."""
    rows = sa.select(Agency.id, Agency.name, Agency.closed_on).where(Agency.closed_on <= clock.today(), _has_been_of(viewer))
    return list(db.session.execute(rows.order_by(Agency.closed_on.desc(), Agency.id)))


def _ended_within(viewer: Any) -> sa.Select[int]:
    """Agencies whose last place was below one of the viewer's."""
    last = sa.select(AgencyWithin.agency_id).join(Agency, Agency.id == AgencyWithin.agency_id)
    return last.where(AgencyWithin.ancestor_id.in_(viewer.agencies_of(ADMINISTRATOR)), AgencyWithin.to_on == Agency.closed_on)


def _opening_within(viewer: Any) -> sa.Select[int]:
    """Agencies that will open below one of the viewer's."""
    first = sa.select(AgencyWithin.agency_id).join(Agency, Agency.id == AgencyWithin.agency_id).where(Agency.opened_on > clock.today())
    return first.where(AgencyWithin.ancestor_id.in_(viewer.agencies_of(ADMINISTRATOR)), AgencyWithin.from_on == Agency.opened_on)


def _has_been_of(viewer: Any) -> sa.ColumnElement[bool]:
    """Whether the agency ended within the viewer's, or rolls up to one of them."""
    return sa.or_(Agency.id.in_(_ended_within(viewer)), Agency.id.in_(agencies_rolled_up(viewer.agencies_of(ADMINISTRATOR))))


def agency_for(viewer: Any, agency_id: int) -> Agency | None:
    """An agency that the viewer administers today, or will from the day on which it opens."""
    reach = sa.or_(Agency.id.in_(viewer.reach(ADMINISTRATOR)), Agency.id.in_(_opening_within(viewer)))
    return db.session.scalar(sa.select(Agency).where(Agency.id == agency_id, reach))


def agency_life(viewer: Any, agency_id: int) -> Agency | None:
    """An agency that the viewer administers today or from its opening on, or that ended there: its past may be read."""
    reach = sa.or_(Agency.id.in_(viewer.reach(ADMINISTRATOR)), Agency.id.in_(_opening_within(viewer)), _has_been_of(viewer))
    return db.session.scalar(sa.select(Agency).where(Agency.id == agency_id, reach))


def names_of(agency_id: int) -> list[AgencyName]:
    """All names that the agency had, latest first."""
    return list(db.session.scalars(sa.select(AgencyName).where(AgencyName.agency_id == agency_id).order_by(AgencyName.from_on.desc())))


def parents_of(agency_id: int) -> list[Any]:
    """Rows (parent_id, name, from_on, to_on, decision) of what the agency stood under, latest first; the name as it was at the beginning."""
    then = sa.and_(AgencyName.agency_id == AgencyParent.parent_id, holds_on(AgencyName, AgencyParent.from_on))
    columns = (AgencyParent.parent_id, sa.func.coalesce(AgencyName.name, Agency.name).label("name"), AgencyParent.from_on, AgencyParent.to_on)
    rows = sa.select(*columns, AgencyParent.decision).outerjoin(Agency, Agency.id == AgencyParent.parent_id).outerjoin(AgencyName, then)
    return list(db.session.execute(rows.where(AgencyParent.agency_id == agency_id).order_by(AgencyParent.from_on.desc())))


def events_of(agency_id: int) -> list[dict[str, Any]]:
    """What happened to the agency, latest first: kind, effective_on, decision, note, and `before` and `after`: (id, name then) of other agencies."""
    own = sa.select(AgencyEventPart.event_id).where(AgencyEventPart.agency_id == agency_id)
    then = sa.and_(
        AgencyName.agency_id == AgencyEventPart.agency_id,
        AgencyName.from_on <= AgencyEvent.effective_on,
        sa.or_(AgencyName.to_on.is_(None), AgencyName.to_on >= AgencyEvent.effective_on),
    )
    rows = (
        sa.select(AgencyEvent, AgencyEventPart.side, Agency.id, sa.func.coalesce(AgencyName.name, Agency.name).label("name"), _is_newest())
        .join(AgencyEventPart, AgencyEventPart.event_id == AgencyEvent.id)
        .join(Agency, Agency.id == AgencyEventPart.agency_id)
        .outerjoin(AgencyName, then)
        .where(AgencyEvent.id.in_(own))
        .order_by(AgencyEvent.effective_on.desc(), AgencyEvent.id.desc(), Agency.position, AgencyName.from_on)
    )
    return _events(db.session.execute(rows).all(), agency_id)


def _events(rows: Collection[Any], agency_id: int) -> list[dict[str, Any]]:
    events: dict[int, dict[str, Any]] = {}
    for event, side, other_id, name, may_undo in rows:
        facts = {"id": event.id, "kind": event.kind, "effective_on": event.effective_on, "decision": event.decision, "note": event.note}
        facts |= {"recorded_at": event.recorded_at, "undone_at": event.undone_at, "may_undo": bool(may_undo)}
        known = events.setdefault(event.id, {**facts, "before": {}, "after": {}})
        if other_id != agency_id:
            known["before" if side == "from" else "after"].setdefault(other_id, name)
    return list(events.values())


def _is_newest() -> sa.ColumnElement[bool]:
    """Whether the event stands, and no later one that stands touches any of its agencies: then it may be tried to undo it."""
    own, other, later = aliased(AgencyEventPart), aliased(AgencyEventPart), aliased(AgencyEvent)
    after = sa.select(later.id).join(other, other.event_id == later.id).join(own, own.agency_id == other.agency_id)
    after = after.where(own.event_id == AgencyEvent.id, later.id > AgencyEvent.id, later.undone_at.is_(None)).correlate(AgencyEvent)
    return sa.and_(AgencyEvent.undone_at.is_(None), ~after.exists())


def predecessors_of(agency_id: int) -> list[Kin]:
    """The agencies from which this one took over, latest first."""
    return _kin(agency_id, "to")


def heirs_of(agency_id: int) -> list[Kin]:
    """The agencies that took over from this one, latest first; for one dissolved without a receiver, that to which its history rolls up."""
    found = _kin(agency_id, "from")
    if found:
        return found
    ended, heir = aliased(Agency), aliased(Agency)
    rows = sa.select(heir.id, heir.name, ended.closed_on).join(ended, ended.heir_id == heir.id).where(ended.id == agency_id)
    return [Kin(row.id, row.name, "close", row.closed_on or clock.today(), None) for row in db.session.execute(rows)]


def _kin(agency_id: int, side: str) -> list[Kin]:
    own, other = aliased(AgencyEventPart), aliased(AgencyEventPart)
    rows = (
        sa.select(Agency.id, Agency.name, AgencyEvent.kind, AgencyEvent.effective_on, AgencyEvent.decision)
        .join(other, other.agency_id == Agency.id)
        .join(AgencyEvent, AgencyEvent.id == other.event_id)
        .join(own, own.event_id == AgencyEvent.id)
        .where(own.agency_id == agency_id, own.side == side, other.side != side, other.agency_id != agency_id)
        .where(AgencyEvent.kind.in_(("merge", "split", "close")), AgencyEvent.undone_at.is_(None))
    )
    latest = (AgencyEvent.effective_on.desc(), AgencyEvent.id.desc(), Agency.position, Agency.id)
    return [Kin(*row) for row in db.session.execute(rows.order_by(*latest))]


def agencies_on(viewer: Any, on: date) -> list[Branch]:
    """The tree as it was (or will be) on that day: what stood then and lies in the viewer's reach today, by itself or by its heirs. One statement."""
    roots = viewer.agencies_of(ADMINISTRATOR)
    reach = sa.or_(Agency.id.in_(agencies_rolled_up(roots)), Agency.id.in_(agencies_below(roots, max(on, clock.today()))))
    columns = (Agency.id, AgencyParent.parent_id, AgencyName.name, Agency.code, Agency.kind, Agency.help_name, Agency.help_phone)
    rows = (
        sa.select(*columns)
        .join(AgencyName, sa.and_(AgencyName.agency_id == Agency.id, holds_on(AgencyName, on)))
        .outerjoin(AgencyParent, sa.and_(AgencyParent.agency_id == Agency.id, holds_on(AgencyParent, on)))
        .where(reach)
        .order_by(Agency.position, Agency.code)
    )
    return indented(list(db.session.execute(rows)))


def is_below(agency_id: int, ancestor_id: int, on: date) -> bool:
    """Whether the agency is the ancestor, or lies below it on that day or any later one."""
    later = sa.or_(AgencyWithin.to_on.is_(None), AgencyWithin.to_on > on)
    lines = sa.select(AgencyWithin.id).where(AgencyWithin.agency_id == agency_id, AgencyWithin.ancestor_id == ancestor_id, later)
    return db.session.scalar(lines.limit(1)) is not None


def matching(branches: list[Branch], query: str) -> list[Branch]:
    """The branches whose name or code contains every word of `query`, accents ignored."""
    words = fold(query).split()
    return [branch for branch in branches if all(word in fold(f"{branch.name} {branch.code}") for word in words)]


def shown(tree: list[Branch], query: str, top_id: int | None, most: int) -> tuple[list[Branch], bool]:
    """(what the list shows, whether deeper levels were left out): matches of the query, else the part below `top_id`, at most so many rows."""
    if query:
        found = matching(tree, query)
        return found[:most], len(found) > most
    part = _part(tree, top_id) if top_id else tree
    top = part[0].depth if part else 0
    for levels in (9, 3, 2, 1):
        rows = [branch for branch in part if branch.depth - top <= levels]
        if len(rows) <= most:
            break
    return [branch._replace(depth=branch.depth - top) for branch in rows[: most * 4]], len(rows) < len(part)


def _part(tree: list[Branch], top_id: int) -> list[Branch]:
    start = next((index for index, branch in enumerate(tree) if branch.id == top_id), None)
    if start is None:
        return []
    rest = tree[start + 1 :]
    end = next((index for index, branch in enumerate(rest) if branch.depth <= tree[start].depth), len(rest))
    return tree[start : start + 1 + end]


def names_of_agencies(ids: Collection[int]) -> dict[int, str]:
    """id -> today's name, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Agency.id, Agency.name).where(Agency.id.in_(ids)))}
