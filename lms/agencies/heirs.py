"""What has become of the agencies of a past day: who stands for them today, and under which name."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import ADMINISTRATOR, clock, db

from .models import Agency
from .successors import agencies_rolled_up, standing_for


class Today(NamedTuple):
    """Who stands today for an agency (itself, or its heir), how that is called today, and whether it has ended without an heir."""

    id: int
    name: str
    has_ended: bool


def standing_today(agency_ids: Collection[int]) -> dict[int, Today]:
    """agency id -> who stands for it today; one statement for a whole tree."""
    stands = standing_for()
    rows = sa.select(stands.c.agency_id, Agency.id, Agency.name, Agency.closed_on).join(Agency, Agency.id == stands.c.standing_id)
    today, wanted = clock.today(), set(agency_ids)
    found = {row[0]: Today(row[1], row[2], row[3] is not None and row[3] <= today) for row in db.session.execute(rows)}
    return {agency_id: one for agency_id, one in found.items() if agency_id in wanted}


def readable(viewer: Any, agency_ids: Collection[int]) -> set[int]:
    """Those of these agencies whose page the viewer may open: in reach today, or ended with an heir in reach."""
    reach = agencies_rolled_up(viewer.agencies_of(ADMINISTRATOR))
    return set(db.session.scalars(sa.select(Agency.id).where(Agency.id.in_(agency_ids), Agency.id.in_(reach))))
