"""Opening, changing, renaming and moving agencies. Mergers, splits and closures stand in endings.py: there people follow."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold
from lms.base import gettext as _
from lms.site import record

from .branches import NewAgency, free_code, last_of, move_under, open_on, put_agency, refuse_root, tidy_name
from .events import happening, lock_tree, note_in_audit, refuse_stale, refuse_unreached
from .models import Agency, AgencyName
from .queries import names_of_agencies
from .within import Circle, recompute_within


def open_agency(
    actor: Any, code: str, kind: str, name: str, parent_id: int | None, position: int, from_on: date, decision: str | None = None
) -> Agency:
    """A new agency from that day on, under `parent_id` (None: a root, by the operator only). `position` is its place in the official order."""
    lock_tree()
    refuse_root(actor, parent_id)
    refuse_unreached(actor, [parent_id] if parent_id else [], from_on, "parent_id")
    with happening(actor, "open", from_on, decision, [], []) as event_id:
        agency = put_agency(event_id, NewAgency(code, kind, name, parent_id, position), from_on, decision)
        recompute_within(agency.id)
    note_in_audit(actor, "open", agency, from_on, decision, name=agency.name)
    return agency


def change_agency(actor: Any, agency_id: int, *, code: str, position: int, help_name: str | None, help_phone: str | None) -> None:
    """What may change on any day without a decision: code, official order, and whom to call for help."""
    lock_tree()
    agency = db.session.get_one(Agency, agency_id)
    agency.code = free_code(code, agency_id)
    agency.position, agency.help_name, agency.help_phone = position, help_name or None, help_phone or None
    record(actor, "change", "agency", agency_id, agency_id=agency_id, code=agency.code, position=position, help_phone=help_phone or "")


def rename_agency(actor: Any, agency_id: int, name: str, on: date, decision: str | None, *, seen: int | None = None) -> int:
    """A new name from that day on; the past keeps the old one. Answers the event's id. `seen`: the newest event that the form knew of."""
    lock_tree()
    refuse_stale(seen, [agency_id])
    refuse_unreached(actor, [agency_id], on, "agency_id")
    agency, name = open_on(agency_id, on), tidy_name(name)
    last: AgencyName = last_of(AgencyName, agency, on)
    before = last.name
    if name == before:
        raise Refused(_("Đơn vị đang mang tên này. Anh/Chị nhập tên mới."), "name")
    with happening(actor, "rename", on, decision, [agency_id], [agency_id]) as event_id:
        last.to_on = on
        db.session.flush()
        db.session.add(AgencyName(agency_id=agency_id, name=name, search=fold(name), from_on=on, decision=decision or None))
        if on <= clock.today():
            agency.name, agency.search = name, fold(name)
    note_in_audit(actor, "rename", agency, on, decision, old_name=before, new_name=name)
    return event_id


def move_agency(actor: Any, agency_id: int, parent_id: int, on: date, decision: str | None, *, seen: int | None = None) -> int:
    """From that day on the agency stands, with all that is below it, under another one. Answers the event's id; `seen` as for a rename."""
    lock_tree()
    refuse_stale(seen, [agency_id])
    refuse_unreached(actor, [agency_id], on, "agency_id")
    refuse_unreached(actor, [parent_id], on, "parent_id")
    agency, parent = open_on(agency_id, on), open_on(parent_id, on, "parent_id")
    with happening(actor, "move", on, decision, [agency_id], [agency_id]) as event_id:
        before = move_under(agency, parent_id, on, decision)
        recompute_within(agency_id)
    was = names_of_agencies([before]).get(before, "") if before else ""
    note_in_audit(actor, "move", agency, on, decision, old_parent=was, new_parent=parent.name)
    return event_id


def copy_names_of(day: date) -> None:
    """Give every agency the name that it bears on that day: a rename may have been recorded in advance."""
    names = sa.select(AgencyName).where(AgencyName.from_on <= day, sa.or_(AgencyName.to_on.is_(None), AgencyName.to_on > day))
    for dated in db.session.scalars(names.join(Agency, Agency.id == AgencyName.agency_id).where(Agency.name != AgencyName.name)).all():
        values = {"name": dated.name, "search": dated.search}
        db.session.execute(sa.update(Agency).where(Agency.id == dated.agency_id).values(**values))


def put_tree_in_order(agency_ids: Collection[int]) -> None:
    """After rows of these agencies were put back: where they lie within the tree, and the copies of today's names. Refused when that is no tree."""
    try:
        recompute_within(*agency_ids)
    except Circle:
        raise Refused(_("Không hoàn tác được vì đơn vị cấp trên nay trực thuộc chính đơn vị này. Anh/Chị hoàn tác lần chuyển đó trước.")) from None
    copy_names_of(clock.today())
