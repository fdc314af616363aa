"""What a change of somebody's work would mean, in sentences, before it is written. Each asks the same checks as the change itself."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency, agency_name_on
from lms.base import clock, db
from lms.base import gettext as _

from . import memberships, roles
from .models import Membership, Person, RoleHeld
from .queries import beside_memberships, reason_words, role_words, state_words
from .timeline import later_than, main_rows


def of_transfer(actor: Any, person_id: int, agency_id: int, on: date) -> list[str]:
    """Sentences for `transfer_person`."""
    last = memberships.check_transfer(actor, person_id, agency_id, on)
    names = {"day": f"{on:%d/%m/%Y}", "before": agency_name_on(last.agency_id, on), "after": agency_name_on(agency_id, on)}
    told = [_("Từ %(day)s: %(before)s → %(after)s.", **names)]
    if later_than(main_rows(person_id), on):
        told.append(_("Việc này thay cho lần chuyển theo sáp nhập, chia tách hoặc giải thể đã ghi cho những ngày sau đó."))
    told += _roles_end(roles.roles_after(person_id, [last.agency_id], on), on)
    if on < clock.today():
        told.append(_("Báo cáo từ ngày đó đến nay tính người này cho đơn vị mới; trước ngày đó giữ nguyên."))
    return [*told, _("Kết quả học và giấy chứng nhận trước đó vẫn ghi đơn vị cũ.")]


def of_leave(actor: Any, person_id: int, reason: str, on: date, until_on: date | None) -> list[str]:
    """Sentences for `go_on_leave`."""
    memberships.check_leave(actor, person_id, on, until_on)
    said = {"reason": reason_words()[reason], "day": f"{on:%d/%m/%Y}"}
    told = [_("Từ %(day)s: %(reason)s.", **said)]
    if until_on:
        told.append(_("Từ %(day)s: đang công tác trở lại.", day=f"{until_on:%d/%m/%Y}"))
    return [*told, _("Trong thời gian đó báo cáo không tính người này vào tỷ lệ hoàn thành. Vai trò và tài khoản giữ nguyên.")]


def of_return(actor: Any, person_id: int, on: date) -> list[str]:
    """Sentences for `return_to_work`."""
    last = memberships.check_return(actor, person_id, on)
    before = reason_words().get(last.reason or "", state_words()[last.state])
    told = [_("Từ %(day)s: %(before)s → Đang công tác.", day=f"{on:%d/%m/%Y}", before=before)]
    if last.state == "left":
        told.append(_("Tài khoản vẫn khóa cho đến khi Anh/Chị mở khóa; vai trò cũ không tự có lại."))
    return told


def of_leaving(actor: Any, person_id: int, reason: str, on: date) -> list[str]:
    """Sentences for `leave_service`."""
    memberships.check_leaving(actor, person_id, on)
    told = [_("Từ %(day)s: %(reason)s.", day=f"{on:%d/%m/%Y}", reason=reason_words()[reason])]
    if on <= clock.today():
        told.append(_("Tài khoản bị khóa ngay; người này được đăng xuất ở mọi nơi."))
    else:
        told.append(_("Tài khoản tự khóa vào ngày đó."))
    told += _roles_end(roles.roles_after(person_id, None, on), on)
    told += _places_end(beside_memberships(person_id, on), on)
    return [*told, _("Kết quả học và giấy chứng nhận được giữ.")]


def of_beside(actor: Any, person_id: int, agency_id: int, on: date, until_on: date | None) -> list[str]:
    """Sentences for `add_membership`."""
    memberships.check_beside(actor, person_id, agency_id, on, until_on)
    said = {"day": f"{on:%d/%m/%Y}", "name": agency_name_on(agency_id, on)}
    told = [_("Từ %(day)s: thêm nơi công tác %(name)s. Đơn vị chính không đổi.", **said)]
    return [*told, _("Đến %(day)s nơi công tác thêm này kết thúc.", day=f"{until_on:%d/%m/%Y}")] if until_on else told


def of_end(actor: Any, membership_id: int, on: date) -> list[str]:
    """Sentences for `end_membership`."""
    beside = memberships.check_end(actor, membership_id, on)
    return [*_places_end([beside], on), *_roles_end(roles.roles_after(beside.person_id, [beside.agency_id], on), on)]


def of_grant(actor: Any, person_id: int, agency_id: int, role: str, on: date, to_on: date | None) -> list[str]:
    """Sentences for `grant_role`."""
    roles.check_grant(actor, person_id, agency_id, on, to_on)
    name = db.session.scalars(sa.select(Person.full_name).where(Person.id == person_id)).one()
    said = {"person": name, "role": role_words()[role], "name": agency_name_on(agency_id, on), "day": f"{on:%d/%m/%Y}"}
    told = [_("Từ %(day)s: %(person)s là %(role)s tại %(name)s và mọi đơn vị trực thuộc.", **said)]
    return [*told, _("Vai trò kết thúc vào %(day)s.", day=f"{to_on:%d/%m/%Y}")] if to_on else told


def of_role_end(actor: Any, role_held_id: int, on: date) -> list[str]:
    """Sentences for `end_role`."""
    return _roles_end([roles.check_role_end(actor, role_held_id, on)], on)


def _roles_end(ending: list[RoleHeld], on: date) -> list[str]:
    words, names = role_words(), _names([held.agency_id for held in ending])
    day = f"{on:%d/%m/%Y}"
    return [_("Từ %(day)s vai trò %(role)s tại %(name)s kết thúc.", day=day, role=words[held.role], name=names[held.agency_id]) for held in ending]


def _places_end(ending: list[Membership], on: date) -> list[str]:
    names = _names([row.agency_id for row in ending])
    return [_("Từ %(day)s không còn công tác thêm tại %(name)s.", day=f"{on:%d/%m/%Y}", name=names[row.agency_id]) for row in ending]


def _names(ids: list[int]) -> dict[int, str]:
    return {row.id: row.name for row in db.session.execute(sa.select(Agency.id, Agency.name).where(Agency.id.in_(ids)))} if ids else {}
