"""The derived table `agency_within`, recomputed from the dated parents whenever they change."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from lms.base import db

from .models import Agency, AgencyParent, AgencyWithin


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


def recompute_within(agency_id: int) -> None:
    """Write anew where the agency, and whatever was below it on any day, lay within the tree."""
    db.session.flush()
    affected = _affected(agency_id)
    lives = _lives(affected)
    parents = _parents(affected)
    outside = _lines_outside(affected)
    rows = []
    for one, life in lives.items():
        for line in _joined(_lines(one, life, lives, parents, outside, 0)):
            rows.append({"agency_id": one, **line._asdict()})
    db.session.execute(sa.delete(AgencyWithin).where(AgencyWithin.agency_id.in_(affected)))
    db.session.execute(sa.insert(AgencyWithin), rows)


def _affected(agency_id: int) -> sa.Select[int]:
    """The agency and all that were ever below it (a new one stands in no line yet)."""
    below = sa.select(AgencyWithin.agency_id).where(AgencyWithin.ancestor_id == agency_id)
    return sa.select(Agency.id).where(sa.or_(Agency.id == agency_id, Agency.id.in_(below)))


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
    depth: int,
) -> list[Line]:
    """All lines of an agency in a period. The period narrows at each step up, so two agencies may have changed places over the years."""
    if agency_id not in lives:
        found = [(line, Period(line.from_on, line.to_on).within(period)) for line in outside.get(agency_id, [])]
        return [Line(line.ancestor_id, line.depth + depth, *shared) for line, shared in found if shared]
    own = lives[agency_id].within(period)
    lines = [Line(agency_id, depth, *own)] if own else []
    for parent_id, time in parents.get(agency_id, []):
        shared = time.within(period)
        if shared:
            lines += _lines(parent_id, shared, lives, parents, outside, depth + 1)
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
