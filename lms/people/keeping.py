"""All that this room keeps about a person, and the whole of what the house keeps, to be read and taken along."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import Kept, clock, day, db, fold, kept_about, moment, unseal
from lms.base import gettext as _
from lms.site import audit_about

from .models import Account, Membership, Person, PrivacyAcceptance, RecoveryCode, RoleHeld, SecondFactor, Session
from .personal_number import PURPOSE, mask
from .queries import gender_words, reason_words, role_words, staff_kind_words, state_words
from .staff_list.columns import field_words
from .staff_list.models import StaffImport, StaffImportRow
from .viewer import Viewer

MOST_WORDS = 6


def people_found(text: str) -> sa.Select[int]:
    """The ids of the people whose name or staff code holds all of these words, accents ignored; no reach: whoever asks keeps to theirs."""
    words = [Person.search.contains(word, autoescape=True) for word in fold(text).split()[:MOST_WORDS]]
    return sa.select(Person.id).where(*words)


def kept(key: str, title: str, columns: list[tuple[str, str]], rows: sa.Select[*tuple[Any, ...]], **words: Callable[[Any], Any]) -> Kept:
    """What a select finds, as a table: its columns are those of the select, by name; `words` turn the values of a column into what people read."""
    found = []
    for row in db.session.execute(rows).mappings():
        found.append({name: words[name](row[name]) if name in words and row[name] is not None else row[name] for name, _label in columns})
    return Kept(key, title, columns, found)


def kept_of_person(person_id: int) -> list[Kept]:
    """Who the person is, where they belong and what they may do. The personal number stands here masked."""
    return [_person(person_id), _memberships(person_id), _roles(person_id)]


def _person(person_id: int) -> Kept:
    columns = [
        ("full_name", _("Họ và tên")),
        ("staff_code", _("Mã cán bộ")),
        ("birth_on", _("Ngày sinh")),
        ("birth_year", _("Năm sinh")),
        ("gender", _("Giới tính")),
        ("email", _("Thư điện tử công vụ")),
        ("phone", _("Điện thoại")),
        ("personal_number", _("Số định danh cá nhân")),
        ("created_at", _("Ghi vào hệ thống lúc")),
        ("anonymised_at", _("Ẩn danh lúc")),
    ]
    plain = (Person.full_name, Person.staff_code, Person.birth_on, Person.birth_year, Person.gender, Person.email, Person.phone)
    rows = sa.select(*plain, Person.number_sealed.label("personal_number"), Person.created_at, Person.anonymised_at)
    return kept("person", _("Thông tin cá nhân"), columns, rows.where(Person.id == person_id), gender=gender_words().get, personal_number=mask)


def _memberships(person_id: int) -> Kept:
    columns = [
        ("from_on", _("Từ ngày")),
        ("to_on", _("Đến ngày")),
        ("agency", _("Đơn vị")),
        ("position", _("Chức vụ, chức danh")),
        ("staff_kind", _("Đối tượng")),
        ("state", _("Trạng thái")),
        ("reason", _("Lý do")),
        ("is_main", _("Đơn vị chính")),
        ("decision", _("Số quyết định")),
    ]
    own = (Membership.from_on, Membership.to_on, Membership.position, Membership.staff_kind, Membership.state, Membership.reason)
    rows = sa.select(*own, Membership.is_main, Membership.decision, Agency.name.label("agency")).join(Agency, Agency.id == Membership.agency_id)
    rows = rows.where(Membership.person_id == person_id).order_by(Membership.from_on, Membership.id)
    words = {"staff_kind": staff_kind_words().get, "state": state_words().get, "reason": reason_words().get}
    return kept("membership", _("Quá trình công tác"), columns, rows, **words)


def _roles(person_id: int) -> Kept:
    columns = [("role", _("Vai trò")), ("agency", _("Tại đơn vị và cấp dưới")), ("from_on", _("Từ ngày")), ("to_on", _("Đến ngày"))]
    rows = sa.select(RoleHeld.role, Agency.name.label("agency"), RoleHeld.from_on, RoleHeld.to_on).join(Agency, Agency.id == RoleHeld.agency_id)
    rows = rows.where(RoleHeld.person_id == person_id).order_by(RoleHeld.from_on, RoleHeld.id)
    return kept("role", _("Vai trò"), columns, rows, role=role_words().get)


def kept_of_account(person_id: int) -> list[Kept]:
    """How the person signs in and from where; never a password, a token or a secret, nor what could stand for one."""
    return [_account(person_id), _sessions(person_id), _acceptances(person_id), *_lists(person_id)]


def _account(person_id: int) -> Kept:
    columns = [
        ("username", _("Tên đăng nhập")),
        ("password_at", _("Đặt mật khẩu lúc")),
        ("must_change", _("Phải đổi mật khẩu")),
        ("slip_expires_at", _("Phiếu cấp tài khoản hết hạn")),
        ("suspended_at", _("Khóa tài khoản lúc")),
        ("suspended_why", _("Lý do khóa")),
        ("last_sign_in_at", _("Đăng nhập gần nhất")),
        ("second_factor_at", _("Bật xác thực hai lớp lúc")),
        ("recovery_codes", _("Mã khôi phục chưa dùng")),
    ]
    own = (Account.username, Account.password_at, Account.must_change, Account.slip_expires_at, Account.suspended_at, Account.suspended_why)
    codes = sa.select(sa.func.count()).where(RecoveryCode.person_id == Account.person_id, RecoveryCode.used_at.is_(None)).scalar_subquery()
    rows = sa.select(*own, Account.last_sign_in_at, SecondFactor.confirmed_at.label("second_factor_at"), codes.label("recovery_codes"))
    rows = rows.outerjoin(SecondFactor, SecondFactor.person_id == Account.person_id)
    return kept("account", _("Tài khoản"), columns, rows.where(Account.person_id == person_id))


def _sessions(person_id: int) -> Kept:
    columns = [
        ("created_at", _("Đăng nhập lúc")),
        ("over_at", _("Kết thúc lúc")),
        ("second_at", _("Xác thực hai lớp lúc")),
        ("address", _("Địa chỉ máy")),
        ("agent", _("Trình duyệt")),
    ]
    over = sa.func.coalesce(Session.ended_at, Session.expires_at).label("over_at")
    rows = sa.select(
        Session.created_at, sa.type_coerce(over, Session.expires_at.type).label("over_at"), Session.second_at, Session.address, Session.agent
    )
    return kept("session", _("Các lần đăng nhập"), columns, rows.where(Session.person_id == person_id).order_by(Session.id.desc()))


def _acceptances(person_id: int) -> Kept:
    columns = [("version", _("Phiên bản")), ("accepted_at", _("Đồng ý lúc")), ("address", _("Địa chỉ máy"))]
    rows = sa.select(PrivacyAcceptance.version, PrivacyAcceptance.accepted_at, PrivacyAcceptance.address)
    rows = rows.where(PrivacyAcceptance.person_id == person_id).order_by(PrivacyAcceptance.version)
    return kept("privacy_acceptance", _("Thông báo về dữ liệu cá nhân đã đồng ý"), columns, rows)


def _lists(person_id: int) -> list[Kept]:
    """Staff lists that the person sent, and the lines about them in the lists of others."""
    sent = [("created_at", _("Gửi lúc")), ("file_name", _("Tệp")), ("agency", _("Đơn vị")), ("state", _("Trạng thái")), ("done_at", _("Xong lúc"))]
    own = (StaffImport.created_at, StaffImport.file_name, StaffImport.state, StaffImport.done_at)
    lists = sa.select(*own, Agency.name.label("agency")).join(Agency, Agency.id == StaffImport.agency_id)
    lists = lists.where(StaffImport.sent_by_id == person_id).order_by(StaffImport.id)
    columns = [("created_at", _("Gửi lúc")), ("file_name", _("Tệp")), ("line", _("Dòng")), ("name", _("Họ và tên")), ("values", _("Nội dung dòng"))]
    about = sa.select(StaffImport.created_at, StaffImport.file_name, StaffImportRow.line, StaffImportRow.name, StaffImportRow.values.label("values"))
    about = about.join(StaffImport, StaffImport.id == StaffImportRow.import_id).where(StaffImportRow.person_id == person_id)
    return [
        kept("staff_import", _("Danh sách cán bộ đã gửi"), sent, lists),
        kept("staff_import_row", _("Dòng về tôi trong danh sách cán bộ"), columns, about.order_by(StaffImportRow.id), values=_as_text),
    ]


def _as_text(values: dict[str, Any]) -> str:
    """What the line said in the columns that we keep; the personal number stands there masked."""
    words = field_words()
    return "; ".join(f"{words.get(name, name)}: {text}" for name, text in values.get("sent", {}).items() if text)


def kept_of_trail(person_id: int) -> list[Kept]:
    """The lines of the audit trail by or about the person; the machines of others stay theirs."""
    columns = [
        ("at", _("Lúc")),
        ("actor", _("Người thực hiện")),
        ("deed", _("Việc")),
        ("thing", _("Đối tượng")),
        ("details", _("Chi tiết")),
        ("address", _("Địa chỉ máy")),
    ]
    rows = [{name: getattr(line, name) for name, _label in columns} for line in audit_about(person_id)]
    return [Kept("audit", _("Nhật ký hệ thống"), columns, rows)]


def readable(value: Any) -> str:
    """A kept value as a person reads it."""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    return "; ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def my_data(viewer: Viewer) -> dict[str, Any]:
    """Everything kept about the viewer, for the file that they take along: with the whole personal number, so it may be stored nowhere."""
    tables: dict[str, Any] = {
        one.key: {"title": one.title, "columns": dict(one.columns), "rows": _plain(one.rows)} for one in kept_about(viewer.person_id)
    }
    sealed = db.session.scalar(sa.select(Person.number_sealed).where(Person.id == viewer.person_id))
    tables["person"]["rows"][0]["personal_number"] = unseal(sealed, PURPOSE) if sealed else None
    return {"made_at": clock.now().isoformat(), "person_id": viewer.person_id, "kept": tables}


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in row.items()} for row in rows]
