"""Who belongs directly to an agency, for those who reorganise it."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import db

from .models import Membership, Person


def placed_at(agency_id: int, on: date) -> list[Any]:
    """Rows (id, full_name, position, has_left) of the people who belong to the agency itself on that day or later, by name; each once."""
    not_over = sa.or_(Membership.to_on.is_(None), Membership.to_on > on)
    has_left = sa.func.min(sa.case((Membership.state == "left", 1), else_=0)).label("has_left")
    rows = sa.select(Person.id, Person.full_name, sa.func.max(Membership.position).label("position"), has_left)
    rows = rows.join(Membership, Membership.person_id == Person.id).where(Membership.agency_id == agency_id, not_over)
    return list(db.session.execute(rows.group_by(Person.id, Person.full_name, Person.sort).order_by(Person.sort, Person.id)))
