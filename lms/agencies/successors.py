"""As it was, or rolled up to the successor: who stands today for an agency that has ended. Whole trees in one statement."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock

from .models import Agency
from .within import agencies_below


def standing_for(on: date | None = None) -> sa.Subquery:
    """Rows (agency_id, standing_id) of every agency opened by that day (default today): itself while it lives, else the heir of its heirs.

    An agency that ended without an heir stands for itself. For a join: figures kept by agency_id roll up to standing_id.
    """
    day = on or clock.today()
    old, line = aliased(Agency), sa.select(Agency.id.label("agency_id"), Agency.id.label("standing_id")).where(Agency.opened_on <= day)
    chain = line.cte("standing", recursive=True)
    step = sa.select(chain.c.agency_id, old.heir_id).join(old, old.id == chain.c.standing_id)
    chain = chain.union(step.where(old.closed_on <= day, old.heir_id.is_not(None)))
    last = aliased(Agency)
    ends_here = sa.or_(last.closed_on.is_(None), last.closed_on > day, last.heir_id.is_(None))
    return sa.select(chain.c.agency_id, chain.c.standing_id).join(last, last.id == chain.c.standing_id).where(ends_here).subquery("stands")


def agencies_rolled_up(ancestor_ids: Collection[int], on: date | None = None) -> sa.Select[int]:
    """The ids of the agencies that are one of these or lie below one on that day (default today), and of all that ended before and whose history
    rolled up to one of them."""
    stands = standing_for(on)
    return sa.select(stands.c.agency_id).where(stands.c.standing_id.in_(agencies_below(ancestor_ids, on)))
