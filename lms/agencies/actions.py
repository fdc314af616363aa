"""Changes of the tree: each is an event with its effective day and decision, written into the audit trail."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold
from lms.base import gettext as _
from lms.site import record

from .models import Agency, AgencyEvent, AgencyEventPart, AgencyName, AgencyParent
from .queries import is_below
from .within import recompute_within


def open_agency(
    actor: Any, code: str, kind: str, name: str, parent_id: int | None, position: int, from_on: date, decision: str | None = None
) -> Agency:
    """A new agency from that day on, under `parent_id` (None: a root). `position` is its place in the official order."""
    _one_change_at_a_time()
    code, name = _free_code(code), _named(name)
    if parent_id is not None:
        _open_on(parent_id, from_on, "parent_id")
    agency = Agency(code=code, kind=kind, name=name, search=fold(name), position=position, opened_on=from_on)
    db.session.add(agency)
    db.session.flush()
    db.session.add(AgencyName(agency_id=agency.id, name=name, search=fold(name), from_on=from_on, decision=decision))
    db.session.add(AgencyParent(agency_id=agency.id, parent_id=parent_id, from_on=from_on, decision=decision))
    recompute_within(agency.id)
    _happened(actor, "open", from_on, decision, [], [agency.id])
    record(actor, "open", "agency", agency.id, agency_id=agency.id, name=name, on=str(from_on))
    return agency


def change_agency(actor: Any, agency_id: int, *, code: str, position: int, help_name: str | None, help_phone: str | None) -> None:
    """What may change on any day without a decision: code, official order, and whom to call for help."""
    _one_change_at_a_time()
    agency = db.session.get_one(Agency, agency_id)
    agency.code = _free_code(code, agency_id)
    agency.position, agency.help_name, agency.help_phone = position, help_name or None, help_phone or None
    record(actor, "change", "agency", agency_id, agency_id=agency_id, code=agency.code, position=position, help_phone=help_phone or "")


def rename_agency(actor: Any, agency_id: int, name: str, on: date, decision: str | None) -> None:
    """A new name from that day on; the past keeps the old one."""
    _one_change_at_a_time()
    agency, name = _open_on(agency_id, on), _named(name)
    last = db.session.scalars(sa.select(AgencyName).where(AgencyName.agency_id == agency_id, AgencyName.to_on.is_(None))).one()
    if on <= last.from_on:
        raise Refused(_("Đơn vị mang tên hiện nay từ %(day)s. Anh/Chị chọn ngày sau đó.", day=f"{last.from_on:%d/%m/%Y}"), "on")
    last.to_on = on
    db.session.add(AgencyName(agency_id=agency_id, name=name, search=fold(name), from_on=on, decision=decision))
    if on <= clock.today():
        agency.name, agency.search = name, fold(name)
    _happened(actor, "rename", on, decision, [agency_id], [agency_id])
    record(actor, "rename", "agency", agency_id, agency_id=agency_id, before=last.name, after=name, on=str(on))


def move_agency(actor: Any, agency_id: int, parent_id: int, on: date, decision: str | None) -> None:
    """From that day on the agency stands, with all that is below it, under another one."""
    _one_change_at_a_time()
    _open_on(agency_id, on)
    _open_on(parent_id, on, "parent_id")
    before = _move(agency_id, parent_id, on, decision)
    _happened(actor, "move", on, decision, [agency_id], [agency_id])
    record(actor, "move", "agency", agency_id, agency_id=agency_id, before=before, after=parent_id, on=str(on))


def merge_agencies(actor: Any, from_ids: Collection[int], into_id: int, on: date, decision: str | None) -> None:
    """The old agencies end on that day and `into_id` succeeds them; what was below them goes to it.

    People are moved by `people.follow_merger`.
    """
    _one_change_at_a_time()
    successor = _open_on(into_id, on, "into_id")
    if into_id in from_ids or not from_ids:
        raise Refused(_("Anh/Chị chọn các đơn vị cũ khác với đơn vị nhận."), "from_ids")
    for old_id in from_ids:
        if is_below(into_id, old_id, on):
            raise Refused(_("Đơn vị nhận đang trực thuộc một đơn vị cũ. Anh/Chị chuyển cấp trên cho đơn vị nhận trước."), "into_id")
    for old_id in from_ids:
        _open_on(old_id, on, "from_ids")
        for child_id in _children(old_id, on):
            if child_id not in from_ids:
                _open_on(child_id, on, "from_ids")
                _move(child_id, into_id, on, decision)
    for old_id in _deepest_first(from_ids, on):
        _end(old_id, on)
        record(actor, "merge", "agency", old_id, agency_id=into_id, into=successor.name, on=str(on))
    _happened(actor, "merge", on, decision, from_ids, [into_id])


def close_agency(actor: Any, agency_id: int, on: date, decision: str | None) -> None:
    """The agency is dissolved on that day: the day before is its last."""
    _one_change_at_a_time()
    agency = _open_on(agency_id, on)
    if _children(agency_id, on):
        raise Refused(_("Còn đơn vị trực thuộc. Anh/Chị chuyển hoặc giải thể các đơn vị đó trước."))
    _end(agency_id, on)
    _happened(actor, "close", on, decision, [agency_id], [])
    record(actor, "close", "agency", agency_id, agency_id=agency_id, name=agency.name, on=str(on))


def copy_names_of(day: date) -> None:
    """Give every agency the name that it bears on that day: a rename may have been recorded in advance."""
    names = sa.select(AgencyName).where(AgencyName.from_on <= day, sa.or_(AgencyName.to_on.is_(None), AgencyName.to_on > day))
    for dated in db.session.scalars(names.join(Agency, Agency.id == AgencyName.agency_id).where(Agency.name != AgencyName.name)).all():
        values = {"name": dated.name, "search": dated.search}
        db.session.execute(sa.update(Agency).where(Agency.id == dated.agency_id).values(**values))


def _one_change_at_a_time() -> None:
    """Two moves at the same moment could make a circle: on PostgreSQL the first agency's row is the lock of the whole tree."""
    db.session.execute(sa.select(Agency.id).order_by(Agency.id).limit(1).with_for_update(key_share=True))


def _named(name: str) -> str:
    if not name.strip():
        raise Refused(_("Anh/Chị nhập tên đơn vị."), "name")
    return " ".join(name.split())


def _free_code(code: str, own_id: int | None = None) -> str:
    code = " ".join(code.split())
    if not code:
        raise Refused(_("Anh/Chị nhập mã đơn vị."), "code")
    if db.session.scalar(sa.select(Agency.id).where(Agency.code == code, Agency.id != (own_id or 0))):
        raise Refused(_("Mã này đã có đơn vị khác dùng. Anh/Chị chọn mã khác."), "code")
    return code


def _open_on(agency_id: int, on: date, field: str | None = None) -> Agency:
    """The agency, if it exists on that day and no end is recorded yet."""
    agency = db.session.get(Agency, agency_id, populate_existing=True)
    if agency is None or agency.closed_on is not None:
        raise Refused(_("Đơn vị này đã kết thúc hoạt động. Anh/Chị chọn đơn vị khác."), field)
    if on < agency.opened_on:
        raise Refused(_("%(name)s chỉ có từ %(day)s. Anh/Chị chọn ngày sau đó.", name=agency.name, day=f"{agency.opened_on:%d/%m/%Y}"), "on")
    return agency


def _move(agency_id: int, parent_id: int, on: date, decision: str | None) -> int | None:
    """Put the agency under another parent; answers the one before."""
    if is_below(parent_id, agency_id, on):
        raise Refused(_("Đơn vị không thể trực thuộc chính mình hoặc cấp dưới của mình."), "parent_id")
    last = db.session.scalars(sa.select(AgencyParent).where(AgencyParent.agency_id == agency_id, AgencyParent.to_on.is_(None))).one()
    before = last.parent_id
    if before == parent_id:
        raise Refused(_("Đơn vị đã trực thuộc đơn vị này."), "parent_id")
    if on <= last.from_on:
        raise Refused(_("Đơn vị có cấp trên hiện nay từ %(day)s. Anh/Chị chọn ngày sau đó.", day=f"{last.from_on:%d/%m/%Y}"), "on")
    last.to_on = on
    db.session.add(AgencyParent(agency_id=agency_id, parent_id=parent_id, from_on=on, decision=decision))
    recompute_within(agency_id)
    return before


def _end(agency_id: int, on: date) -> None:
    agency = db.session.get_one(Agency, agency_id)
    if on <= agency.opened_on:
        raise Refused(_("Đơn vị chỉ có từ %(day)s. Anh/Chị chọn ngày sau đó.", day=f"{agency.opened_on:%d/%m/%Y}"), "on")
    dated: Any
    for dated in (AgencyName, AgencyParent):
        last = db.session.scalars(sa.select(dated).where(dated.agency_id == agency_id, dated.to_on.is_(None))).one()
        if on <= last.from_on:
            raise Refused(_("Đơn vị vừa có thay đổi từ %(day)s. Anh/Chị chọn ngày sau đó.", day=f"{last.from_on:%d/%m/%Y}"), "on")
        last.to_on = on
    agency.closed_on = on
    recompute_within(agency_id)


def _children(agency_id: int, on: date) -> list[int]:
    """Agencies that stand directly under it on that day or any later one."""
    later = sa.or_(AgencyParent.to_on.is_(None), AgencyParent.to_on > on)
    return list(db.session.scalars(sa.select(AgencyParent.agency_id).where(AgencyParent.parent_id == agency_id, later).distinct()))


def _deepest_first(agency_ids: Collection[int], on: date) -> list[int]:
    """A commune may be merged together with its own division: the division ends first."""
    return sorted(agency_ids, key=lambda one: sum(is_below(one, other, on) for other in agency_ids), reverse=True)


def _happened(actor: Any, kind: str, on: date, decision: str | None, from_ids: Collection[int], to_ids: Collection[int]) -> None:
    event = AgencyEvent(kind=kind, effective_on=on, decision=decision, recorded_at=clock.now(), recorded_by_id=getattr(actor, "person_id", None))
    db.session.add(event)
    db.session.flush()
    parts = [AgencyEventPart(event_id=event.id, agency_id=one, side="from") for one in from_ids]
    parts += [AgencyEventPart(event_id=event.id, agency_id=one, side="to") for one in to_ids]
    db.session.add_all(parts)
