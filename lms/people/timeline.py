"""The main memberships of one person as a line in time: found, cut in two, and held while they change."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.agencies import AgencyEvent, AgencyEventPart
from lms.base import Refused, db
from lms.base import gettext as _

from .models import Membership, Person

COPIED = ("person_id", "to_on", "is_main", "position", "staff_kind", "state", "reason", "decision")


def hold_person(person_id: int) -> None:
    """Nobody else changes where this person works until the transaction ends (SQLite writes one at a time anyway)."""
    db.session.execute(sa.select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def main_rows(person_id: int) -> list[Membership]:
    """The main memberships of the person, earliest first."""
    rows = sa.select(Membership).where(Membership.person_id == person_id, Membership.is_main).order_by(Membership.from_on)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def row_on(rows: list[Membership], on: date) -> Membership:
    """The row in force on that day; Refused before the first, and where there is none."""
    if not rows or (rows[-1].to_on is not None and rows[-1].to_on <= on):
        raise Refused(_("Người này không còn thuộc đơn vị nào."))
    if on < rows[0].from_on:
        raise Refused(_("Người này chỉ có trong danh sách từ %(day)s. Anh/Chị chọn ngày đó hoặc ngày sau.", day=f"{rows[0].from_on:%d/%m/%Y}"), "on")
    found = next((row for row in rows if row.from_on <= on and (row.to_on is None or row.to_on > on)), None)
    if found is None:
        raise Refused(_("Ngày đó người này không thuộc đơn vị nào. Anh/Chị chọn ngày khác."), "on")
    return found


def later_than(rows: list[Membership], on: date) -> list[Membership]:
    """The rows that begin after that day."""
    return [row for row in rows if row.from_on > on]


def refuse_later_changes(rows: list[Membership], on: date) -> None:
    """Raise Refused when a change of another kind than a recorded merger, split or closure was entered for a later day."""
    for row in later_than(rows, on):
        before = rows[rows.index(row) - 1]
        if before.agency_id == row.agency_id or not _is_reorganised(before.agency_id, row.from_on):
            day = f"{row.from_on:%d/%m/%Y}"
            raise Refused(_("Người này đã có thay đổi được ghi từ ngày %(day)s. Anh/Chị chọn ngày đó hoặc ngày sau.", day=day), "on")


def _is_reorganised(agency_id: int, on: date) -> bool:
    """Whether the agency was merged, split or closed on that day."""
    events = sa.select(AgencyEvent.id).join(AgencyEventPart, AgencyEventPart.event_id == AgencyEvent.id)
    ours = events.where(AgencyEventPart.agency_id == agency_id, AgencyEventPart.side == "from", AgencyEvent.undone_at.is_(None))
    kinds = AgencyEvent.kind.in_(("merge", "split", "close"))
    return db.session.scalar(ours.where(kinds, AgencyEvent.effective_on == on).limit(1)) is not None


def cut(row: Membership, on: date, decision: str | None = None) -> Membership:
    """The part of the row that begins on that day: the row itself when it does, else a new one, and the old one ends."""
    if row.from_on == on:
        row.decision = decision or row.decision
        return row
    values: dict[str, Any] = {name: getattr(row, name) for name in COPIED}
    fresh = Membership(**{**values, "decision": decision}, agency_id=row.agency_id, from_on=on)
    row.to_on = on
    db.session.flush()
    db.session.add(fresh)
    db.session.flush()
    return fresh
