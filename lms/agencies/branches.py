"""The rows of the tree: putting an agency into it, moving and ending one. Each change rests on the checks of the day."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold, undoable
from lms.base import gettext as _

from .events import add_parts, openings_of
from .models import Agency, AgencyName, AgencyParent
from .queries import is_below
from .within import Circle


class NewAgency(NamedTuple):
    """An agency that an act opens. `position` is its place in the official order; no parent: a root, which only the operator may open."""

    code: str
    kind: str
    name: str
    parent_id: int | None
    position: int


def tidy_name(name: str) -> str:
    """The name with single spaces. Refused without any."""
    if not name.strip():
        raise Refused(_("Anh/Chị nhập tên đơn vị."), "name")
    return " ".join(name.split())


def free_code(code: str, own_id: int | None = None) -> str:
    """The code with single spaces. Refused without any, or when another agency has it."""
    code = " ".join(code.split())
    if not code:
        raise Refused(_("Anh/Chị nhập mã đơn vị."), "code")
    if db.session.scalar(sa.select(Agency.id).where(Agency.code == code, Agency.id != (own_id or 0))):
        raise Refused(_("Mã này đã có đơn vị khác dùng. Anh/Chị chọn mã khác."), "code")
    return code


def open_on(agency_id: int | None, on: date, field: str | None = None) -> Agency:
    """The agency as it is now, held until the transaction ends. Refused unless it exists on that day and no end of it is recorded."""
    agency = db.session.get(Agency, agency_id, populate_existing=True, with_for_update={"key_share": True}) if agency_id else None
    if agency is None or (agency.closed_on is not None and agency.closed_on <= clock.today()):
        raise Refused(_("Đơn vị này đã kết thúc hoạt động. Anh/Chị chọn đơn vị khác."), field)
    if agency.closed_on is not None:
        said = {"name": agency.name, "day": f"{agency.closed_on:%d/%m/%Y}"}
        raise Refused(_("%(name)s đã được ghi kết thúc hoạt động từ %(day)s. Anh/Chị hoàn tác việc đó trước, hoặc chọn đơn vị khác.", **said), field)
    if on < agency.opened_on:
        raise Refused(_("%(name)s chỉ có từ %(day)s. Anh/Chị chọn ngày sau đó.", name=agency.name, day=f"{agency.opened_on:%d/%m/%Y}"), "on")
    return agency


def agencies_directly_below(agency_id: int, on: date) -> list[int]:
    """Agencies that stand directly under it on that day or any later one."""
    later = sa.or_(AgencyParent.to_on.is_(None), AgencyParent.to_on > on)
    return list(db.session.scalars(sa.select(AgencyParent.agency_id).where(AgencyParent.parent_id == agency_id, later).distinct()))


def last_of(dated: Any, agency: Agency, on: date) -> Any:
    """The name (or parent) of the agency that goes on without an end. Refused unless it began before that day."""
    rows = sa.select(dated).where(dated.agency_id == agency.id, dated.to_on.is_(None)).execution_options(populate_existing=True)
    last = db.session.scalars(rows).one()
    if on > last.from_on:
        return last
    said = {"name": agency.name, "day": f"{last.from_on:%d/%m/%Y}"}
    if dated is AgencyName:
        raise Refused(_("%(name)s mang tên này từ %(day)s. Anh/Chị chọn ngày sau đó, hoặc hoàn tác lần thay đổi ấy trước.", **said), "on")
    raise Refused(_("%(name)s có cấp trên này từ %(day)s. Anh/Chị chọn ngày sau đó, hoặc hoàn tác lần thay đổi ấy trước.", **said), "on")


def refuse_root(actor: Any, parent_id: int | None) -> None:
    """Raise Refused when somebody other than the operator would open a root."""
    if parent_id is None and actor is not None:
        raise Refused(_("Chỉ người vận hành hệ thống thêm được đơn vị không có cấp trên. Anh/Chị chọn đơn vị cấp trên."), "parent_id")


def put_agency(event_id: int, new: NewAgency, on: date, decision: str | None) -> Agency:
    """The agency comes into being on that day, as part of the event."""
    code, name = free_code(new.code), tidy_name(new.name)
    if new.parent_id is not None:
        open_on(new.parent_id, on, "parent_id")
    with undoable(openings_of(event_id)):
        agency = Agency(code=code, kind=new.kind, name=name, search=fold(name), position=new.position, opened_on=on)
        db.session.add(agency)
        db.session.flush()
        db.session.add(AgencyName(agency_id=agency.id, name=name, search=fold(name), from_on=on, decision=decision or None))
        db.session.add(AgencyParent(agency_id=agency.id, parent_id=new.parent_id, from_on=on, decision=decision or None))
        add_parts(event_id, [], [agency.id])
    return agency


def move_under(agency: Agency, parent_id: int, on: date, decision: str | None) -> int | None:
    """Put the agency under another one from that day on; answers the parent before. `agency_within` is left to the caller."""
    if is_below(parent_id, agency.id, on):
        raise Circle
    last: AgencyParent = last_of(AgencyParent, agency, on)
    before = last.parent_id
    if before == parent_id:
        raise Refused(_("Đơn vị đã trực thuộc đơn vị này."), "parent_id")
    last.to_on = on
    db.session.flush()
    db.session.add(AgencyParent(agency_id=agency.id, parent_id=parent_id, from_on=on, decision=decision or None))
    db.session.flush()
    return before


def end_agency(agency: Agency, on: date, heir_id: int | None) -> None:
    """The day before is the agency's last; its history rolls up to the heir. `agency_within` is left to the caller."""
    if on <= agency.opened_on:
        raise Refused(_("%(name)s chỉ có từ %(day)s. Anh/Chị chọn ngày sau đó.", name=agency.name, day=f"{agency.opened_on:%d/%m/%Y}"), "on")
    for dated in (AgencyName, AgencyParent):
        last_of(dated, agency, on).to_on = on
    agency.closed_on, agency.heir_id = on, heir_id
    db.session.flush()


def names_in(agencies: Collection[Agency]) -> str:
    """Their names in one line, for the audit trail."""
    return ", ".join(agency.name for agency in agencies)
