"""The agencies that a report is laid out by: the tree of its day, as far as the viewer manages it today.

Whoever manages an agency today reads the past of whatever rolled up into it. Agencies of that day that lie outside are left out:
what stood below them then counts for the nearest agency above that is within reach, so that parts always add up to the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import Agency, AgencyName, AgencyParent, AgencyWithin, agencies_rolled_up, holds_on, standing_for
from lms.base import MANAGER
from lms.people import Membership, reach

from .as_of import AsOf

Ids = tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Selects to build statements from. `lines`: (ancestor_id, agency_id, depth), depth 0 being the agency itself; `reached`: ids, None for all."""

    as_of: AsOf
    lines: sa.Select[Any]
    reached: sa.Select[Any] | None

    def within(self, column: Any) -> list[sa.ColumnElement[bool]]:
        """The condition that keeps a column of agencies to the reach."""
        return [] if self.reached is None else [column.in_(self.reached)]

    def below(self, heads: Ids) -> sa.Select[Any]:
        """The ids of the agencies that are one of these or lie below one."""
        lines = self.lines.subquery("lines_below")
        return sa.select(lines.c.agency_id).where(lines.c.ancestor_id.in_(heads))

    def names(self) -> sa.Subquery:
        """(id, name, position) of the agencies as the report calls them."""
        if not self.as_of.is_then:
            return sa.select(Agency.id, Agency.name, Agency.position).subquery("named")
        dated = sa.and_(AgencyName.agency_id == Agency.id, holds_on(AgencyName, self.as_of.on))
        name = sa.func.coalesce(AgencyName.name, Agency.name).label("name")
        return sa.select(Agency.id, name, Agency.position).outerjoin(AgencyName, dated).subquery("named")

    def official_order(self, heads: Ids) -> sa.CTE:
        """(id, place) of each agency below: `place` sorts them as the tree is read, positions among siblings first."""
        top = sa.select(Agency.id.label("id"), _rank(Agency).label("place")).where(Agency.id.in_(heads)).cte("official", recursive=True)
        child = aliased(Agency)
        step = (
            sa.select(child.id, top.c.place + _rank(child))
            .join(AgencyParent, AgencyParent.agency_id == child.id)
            .join(top, top.c.id == AgencyParent.parent_id)
            .where(holds_on(AgencyParent, self.as_of.tree_on))
        )
        return top.union_all(step)


def _rank(agency: Any) -> sa.ColumnElement[str]:
    return sa.cast(100_000 + agency.position, sa.Text) + sa.cast(1_000_000_000 + agency.id, sa.Text)


def layout_for(viewer: Any, as_of: AsOf) -> Layout:
    """What the viewer manages today, as it lay on the day of the report or as it lies now."""
    if as_of.is_then:
        return _of_that_day(viewer, as_of)
    return Layout(as_of, _lines(as_of), reach(viewer, MANAGER))


def layout_of_all(as_of: AsOf) -> Layout:
    """Every agency, for operators and checks (no viewer, no reach)."""
    return Layout(as_of, _lines(as_of), None)


def _lines(as_of: AsOf) -> sa.Select[Any]:
    columns: list[Any] = [AgencyWithin.ancestor_id, AgencyWithin.agency_id, AgencyWithin.depth]
    return sa.select(*columns).where(holds_on(AgencyWithin, as_of.tree_on))


def _of_that_day(viewer: Any, as_of: AsOf) -> Layout:
    """The tree of the day without the agencies outside the reach: the depth counts the steps between those within."""
    reached = agencies_rolled_up(viewer.agencies_of(MANAGER)).cte("reached")
    ids, up = sa.select(reached.c.agency_id), aliased(AgencyWithin)
    ranks = (
        sa.select(up.agency_id, sa.func.count().label("rank"))
        .where(holds_on(up, as_of.on), up.agency_id.in_(ids), up.ancestor_id.in_(ids))
        .group_by(up.agency_id)
        .cte("ranks")
    )
    low, high = ranks.alias("low"), ranks.alias("high")
    lines = (
        sa.select(AgencyWithin.ancestor_id, AgencyWithin.agency_id, (low.c.rank - high.c.rank).label("depth"))
        .join(low, low.c.agency_id == AgencyWithin.agency_id)
        .join(high, high.c.agency_id == AgencyWithin.ancestor_id)
        .where(holds_on(AgencyWithin, as_of.on))
    )
    return Layout(as_of, lines, sa.select(ranks.c.agency_id))


def seated(found: sa.Select[Any], as_of: AsOf) -> tuple[sa.Select[Any], Any]:
    """(the select of memberships, the agency that each counts for): its own, or the one that stands in its place today."""
    if as_of.is_then or not as_of.is_past:
        return found, Membership.agency_id
    stands, alive = standing_for(), aliased(AgencyWithin)
    alive_then = sa.select(alive.agency_id).where(alive.depth == 0, holds_on(alive, as_of.on))
    return found.join(stands, stands.c.agency_id == Membership.agency_id).where(Membership.agency_id.in_(alive_then)), stands.c.standing_id
