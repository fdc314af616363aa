"""What lay within what, on which day: the derived table `agency_within`, recomputed from the dated parents whenever they change."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _

from .models import Agency, AgencyParent, AgencyWithin


def holds_on(dated: Any, on: date | sa.SQLColumnExpression[date]) -> sa.ColumnElement[bool]:
    """Whether the row of a dated table is in force on that day."""
    return sa.and_(dated.from_on <= on, sa.or_(dated.to_on.is_(None), dated.to_on > on))


def agencies_below(ancestor_ids: Collection[int], on: date | None = None) -> sa.Select[int]:
    """The ids of the agencies that are one of these or lie below one, on that day (default today)."""
    within = sa.select(AgencyWithin.agency_id).where(AgencyWithin.ancestor_id.in_(ancestor_ids), holds_on(AgencyWithin, on or clock.today()))
    return within if len(ancestor_ids) == 1 else within.distinct()


class Line(NamedTuple):
    """In this period an agency was `ancestor_id` itself (depth 0) or lay so many steps below it."""

    ancestor_id: int
    depth: int
    from_on: date
    to_on: date | None


class Period(NamedTuple):
    """From a day up to, but not including, another; open without `to_on`."""

    from_on: date
    to_on: date | None

    def within(self, other: "Period") -> "Period | None":
        """What both periods share, or None."""
        from_on = max(self.from_on, other.from_on)
        ends = [day for day in (self.to_on, other.to_on) if day is not None]
        shared = Period(from_on, min(ends, default=None))
        return shared if shared.to_on is None or shared.from_on < shared.to_on else None


class Circle(Refused):
    """The parents as they are written lead an agency back to itself."""

    def __init__(self) -> None:
        super().__init__(_("Đơn vị không thể trực thuộc chính mình hoặc cấp dưới của mình."), "parent_id")


def recompute_within(*agency_ids: int) -> None:
    """Write anew where these agencies, and whatever was below them on any day, lay within the tree. Raises Circle."""
    db.session.flush()
    affected = _affected(agency_ids)
    lives = _lives(affected)
    parents = _parents(affected)
    outside = _lines_outside(affected)
    rows = []
    for one, life in lives.items():
        for line in _joined(_lines(one, life, lives, parents, outside, ())):
            rows.append({"agency_id": one, **line._asdict()})
    db.session.execute(sa.delete(AgencyWithin).where(AgencyWithin.agency_id.in_(affected)))
    if rows:
        db.session.execute(sa.insert(AgencyWithin), rows)


def take_out_of_tree(agency_ids: Collection[int]) -> None:
    """Delete every line of agencies that are about to be deleted themselves."""
    either = sa.or_(AgencyWithin.agency_id.in_(agency_ids), AgencyWithin.ancestor_id.in_(agency_ids))
    db.session.execute(sa.delete(AgencyWithin).where(either))


def _affected(agency_ids: Collection[int]) -> sa.Select[int]:
    """The agencies and all that were ever below one of them (a new one stands in no line yet)."""
    below = sa.select(AgencyWithin.agency_id).where(AgencyWithin.ancestor_id.in_(agency_ids))
    return sa.select(Agency.id).where(sa.or_(Agency.id.in_(agency_ids), Agency.id.in_(below)))


def _lives(affected: sa.Select[int]) -> dict[int, Period]:
    rows = db.session.execute(sa.select(Agency.id, Agency.opened_on, Agency.closed_on).where(Agency.id.in_(affected)))
    return {row.id: Period(row.opened_on, row.closed_on) for row in rows}


def _parents(affected: sa.Select[int]) -> dict[int, list[tuple[int, Period]]]:
    found: dict[int, list[tuple[int, Period]]] = {}
    rows = sa.select(AgencyParent.agency_id, AgencyParent.parent_id, AgencyParent.from_on, AgencyParent.to_on)
    for row in db.session.execute(rows.where(AgencyParent.agency_id.in_(affected), AgencyParent.parent_id.is_not(None))):
        found.setdefault(row.agency_id, []).append((row.parent_id, Period(row.from_on, row.to_on)))
    return found


def _lines_outside(affected: sa.Select[int]) -> dict[int, list[Line]]:
    """The lines of parents that were never below the agency: theirs do not change."""
    parents = sa.select(AgencyParent.parent_id).where(AgencyParent.agency_id.in_(affected))
    rows = sa.select(AgencyWithin.agency_id, AgencyWithin.ancestor_id, AgencyWithin.depth, AgencyWithin.from_on, AgencyWithin.to_on)
    found: dict[int, list[Line]] = {}
    for row in db.session.execute(rows.where(AgencyWithin.agency_id.in_(parents), AgencyWithin.agency_id.not_in(affected))):
        found.setdefault(row.agency_id, []).append(Line(row.ancestor_id, row.depth, row.from_on, row.to_on))
    return found


def _lines(
    agency_id: int,
    period: Period,
    lives: dict[int, Period],
    parents: dict[int, list[tuple[int, Period]]],
    outside: dict[int, list[Line]],
    path: tuple[int, ...],
) -> list[Line]:
    """All lines of an agency in a period. The period narrows at each step up, so two agencies may have changed places over the years.

    `path`: the agencies that were passed on the way up.
    """
    depth = len(path)
    if agency_id in path:
        raise Circle
    if agency_id not in lives:
        found = [(line, Period(line.from_on, line.to_on).within(period)) for line in outside.get(agency_id, [])]
        return [Line(line.ancestor_id, line.depth + depth, *shared) for line, shared in found if shared]
    own = lives[agency_id].within(period)
    lines = [Line(agency_id, depth, *own)] if own else []
    for parent_id, time in parents.get(agency_id, []):
        shared = time.within(period)
        if shared:
            lines += _lines(parent_id, shared, lives, parents, outside, (*path, agency_id))
    return lines


def _joined(lines: list[Line]) -> list[Line]:
    """The lines with periods that follow each other made one."""
    joined: list[Line] = []
    for line in sorted(lines, key=lambda one: one[:3]):
        last = joined[-1] if joined else None
        if last and last[:2] == line[:2] and last.to_on == line.from_on:
            joined[-1] = last._replace(to_on=line.to_on)
        else:
            joined.append(line)
    return joined
