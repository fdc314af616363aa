"""What this room keeps about a person: certificates. They are an official register and stay as printed when somebody is anonymised."""

from typing import Any

import sqlalchemy as sa

from lms.base import Kept, clock, db, in_language
from lms.base import gettext as _

from .models import Certificate


def kept_of_certificates(person_id: int) -> list[Kept]:
    """Every certificate of the person, replaced and revoked ones too, with all that is printed on it."""
    columns = [
        ("number_text", _("Số")),
        ("code", _("Mã tra cứu")),
        ("course", _("Khóa học")),
        ("person_name", _("Họ và tên")),
        ("birth_on", _("Ngày sinh")),
        ("gender", _("Giới tính")),
        ("agency_name", _("Đơn vị")),
        ("hours", _("Số tiết")),
        ("percent", _("Tỷ lệ đúng (%)")),
        ("started_on", _("Học từ ngày")),
        ("completed_on", _("Ngày hoàn thành")),
        ("issued_on", _("Ngày cấp")),
        ("valid_until", _("Có giá trị đến")),
        ("state", _("Trạng thái")),
        ("revoked_at", _("Thu hồi lúc")),
        ("revoked_why", _("Lý do thu hồi")),
    ]
    found = db.session.scalars(sa.select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.id))
    names = [name for name, _label in columns]
    return [Kept("certificate", _("Giấy chứng nhận"), columns, [_row(one, names) for one in found])]


def _row(one: Certificate, names: list[str]) -> dict[str, Any]:
    states = {"valid": _("Còn hiệu lực"), "expired": _("Hết hiệu lực"), "revoked": _("Đã thu hồi"), "replaced": _("Đã cấp lại")}
    genders = {"female": _("Nữ"), "male": _("Nam")}
    words = {"course": in_language(one.course_title), "state": states[one.standing(clock.today())], "gender": genders.get(one.gender or "")}
    return {name: words[name] if name in words else getattr(one, name) for name in names}
