"""What somebody may do, and why: the roles that they hold, in sentences."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import Agency, AgencyWithin, holds_on
from lms.base import ADMINISTRATOR, clock, db
from lms.base import gettext as _

from .models import Person, RoleHeld
from .queries import role_words


class Power(NamedTuple):
    """A role in words: its name, what it allows, where (and how many agencies below), since when, until when (not including), by whom.

    `may_end`: the viewer administers the agency, and the role is not over.
    """

    id: int
    role: str
    allows: str
    agency_id: int
    agency_name: str
    below: int
    from_on: date
    to_on: date | None
    granted_by: str
    is_over: bool
    is_coming: bool
    may_end: bool


def allowed_words() -> dict[str, str]:
    """What each role allows, in one sentence."""
    return {
        "learner": _("Học các khóa được giao hoặc tự ghi danh, làm bài kiểm tra, nhận giấy chứng nhận và xem mọi điều của chính mình."),
        "trainer": _("Soạn và công bố khóa học, bài học, câu hỏi của các đơn vị đó."),
        "manager": _("Xem tiến độ, kết quả và giấy chứng nhận của người ở các đơn vị đó; giao khóa học; xuất và in báo cáo."),
        "administrator": _("Thêm, sửa, chuyển người; cấp và khóa tài khoản; giao vai trò; sửa cây đơn vị; đọc nhật ký của các đơn vị đó."),
    }


def powers_of(viewer: Any, person_id: int) -> list[Power]:
    """The roles that the person holds, held or will hold: those in force first, then those to come, then those over; one statement."""
    today, giver, below = clock.today(), aliased(Person), aliased(AgencyWithin)
    under = sa.select(sa.func.count(sa.distinct(below.agency_id))).where(
        below.ancestor_id == RoleHeld.agency_id, below.depth > 0, holds_on(below, today)
    )
    columns = (
        RoleHeld.id,
        RoleHeld.role,
        RoleHeld.agency_id,
        Agency.name.label("agency_name"),
        under.correlate(RoleHeld).scalar_subquery().label("below"),
        RoleHeld.from_on,
        RoleHeld.to_on,
        giver.full_name.label("giver"),
        RoleHeld.agency_id.in_(viewer.reach(ADMINISTRATOR)).label("is_within"),
    )
    rows = sa.select(*columns).join(Agency, Agency.id == RoleHeld.agency_id).outerjoin(giver, giver.id == RoleHeld.granted_by_id)
    found = db.session.execute(rows.where(RoleHeld.person_id == person_id).order_by(RoleHeld.from_on.desc(), RoleHeld.id))
    return sorted((_power(row, today) for row in found), key=lambda power: (power.is_over, power.is_coming))


def _power(row: Any, today: date) -> Power:
    is_over = row.to_on is not None and row.to_on <= today
    where = (row.agency_id, row.agency_name, row.below, row.from_on, row.to_on)
    facts = (row.giver or _("hệ thống"), is_over, row.from_on > today, bool(row.is_within) and not is_over)
    return Power(row.id, role_words()[row.role], allowed_words()[row.role], *where, *facts)


def role_of(viewer: Any, person_id: int, role_held_id: int) -> Power | None:
    """A role of the person that the viewer may end, or None."""
    return next((power for power in powers_of(viewer, person_id) if power.id == role_held_id and power.may_end), None)
