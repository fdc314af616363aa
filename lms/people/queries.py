"""Reads of people, accounts and memberships."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import Agency, AgencyName, holds_on
from lms.base import ADMINISTRATOR, Refused, clock, db
from lms.base import gettext as _

from .models import Account, Membership, Person, RoleHeld
from .names import tidy_code, tidy_username
from .viewer import Viewer, reach


class Identity(NamedTuple):
    """Name and agency of a person on a day, as papers and records keep them."""

    full_name: str
    agency_id: int
    agency_name: str


def staff_kind_words() -> dict[str, str]:
    """The kinds of staff in words."""
    return {
        "official": _("Cán bộ"),
        "civil_servant": _("Công chức"),
        "public_employee": _("Viên chức"),
        "contract": _("Người lao động hợp đồng"),
        "part_time": _("Người hoạt động không chuyên trách"),
        "armed_forces": _("Lực lượng vũ trang"),
    }


def state_words() -> dict[str, str]:
    """The states of a membership in words."""
    return {"working": _("Đang công tác"), "on_leave": _("Nghỉ dài ngày"), "left": _("Đã thôi công tác")}


def reason_words() -> dict[str, str]:
    """Why somebody is on leave, or has left, in words."""
    return {
        "maternity": _("Nghỉ thai sản"),
        "sick": _("Nghỉ ốm dài ngày"),
        "study": _("Đi học"),
        "secondment": _("Đi biệt phái"),
        "retired": _("Nghỉ hưu"),
        "resigned": _("Thôi việc"),
        "moved_out": _("Chuyển công tác đi nơi khác"),
    }


def role_words() -> dict[str, str]:
    """The roles in words."""
    return {"learner": _("Học viên"), "trainer": _("Giảng viên"), "manager": _("Quản lý đơn vị"), "administrator": _("Quản trị hệ thống")}


def gender_words() -> dict[str, str]:
    """The genders in words."""
    return {"female": _("Nữ"), "male": _("Nam")}


def people_in_reach(viewer: Viewer, *roles: str) -> sa.Select[int]:
    """The ids of people with a membership in force today at an agency that these roles of the viewer reach."""
    return sa.select(Membership.person_id).where(Membership.agency_id.in_(reach(viewer, *roles)), holds_on(Membership, clock.today()))


def people_of(agency_ids: sa.Select[int]) -> sa.Select[int]:
    """The ids of people whose main membership today is at one of these agencies, for the operator's commands."""
    return sa.select(Membership.person_id).where(Membership.agency_id.in_(agency_ids), Membership.is_main, holds_on(Membership, clock.today()))


def standing_main(person_id: Any) -> sa.ScalarSelect[int]:
    """For a join: the id of the main membership that tells where the person of this column belongs: today's, else the next, else the last."""
    row = aliased(Membership)
    today = clock.today()
    rank = sa.case((holds_on(row, today), 0), (row.from_on > today, 1), else_=2)
    theirs = sa.select(row.id).where(row.person_id == person_id, row.is_main).order_by(rank, row.from_on.desc()).limit(1)
    return theirs.correlate_except(row).scalar_subquery()


def people_known_to(viewer: Viewer, *roles: str) -> sa.Select[int]:
    """The ids of people whom these roles reach: who is there today, and who belongs nowhere today and was there last or comes next."""
    within, today, other = reach(viewer, *roles), clock.today(), aliased(Membership)
    elsewhere = sa.exists().where(
        other.person_id == Membership.person_id, other.is_main, sa.or_(holds_on(other, today), other.from_on > Membership.from_on)
    )
    standing = sa.or_(holds_on(Membership, today), sa.and_(Membership.is_main, ~elsewhere))
    return sa.select(Membership.person_id).where(Membership.agency_id.in_(within), standing)


def person_rows() -> sa.Select[*tuple[Any, ...]]:
    """Rows of people with the main membership that tells where they belong, and their account; every list and page of people starts here."""
    columns = (
        Person.id,
        Person.full_name,
        Person.staff_code,
        Person.birth_on,
        Person.birth_year,
        Person.gender,
        Person.email,
        Person.phone,
        Membership.agency_id,
        Agency.name.label("agency_name"),
        Membership.position,
        Membership.staff_kind,
        Membership.state,
        Membership.reason,
        Account.username,
        Account.must_change,
        Account.slip_expires_at,
        Account.suspended_at,
        Account.suspended_why,
        Account.last_sign_in_at,
    )
    people = sa.select(*columns).join(Account, Account.person_id == Person.id)
    return people.outerjoin(Membership, Membership.id == standing_main(Person.id)).outerjoin(Agency, Agency.id == Membership.agency_id)


def person_by_id(viewer: Viewer, person_id: int, *roles: str) -> Any:
    """The row of a person whom these roles of the viewer reach, or None."""
    reached = people_known_to(viewer, *roles).where(Membership.person_id == person_id)
    return db.session.execute(person_rows().where(Person.id.in_(reached))).first()


def is_known_to(viewer: Viewer, person_id: int, *roles: str) -> bool:
    """Whether these roles of the viewer reach the person."""
    return db.session.scalar(people_known_to(viewer, *roles).where(Membership.person_id == person_id).limit(1)) is not None


def has_left(person_id: int, on: date) -> bool:
    """Whether the person has left service on that day."""
    left = sa.select(Membership.id).where(Membership.person_id == person_id, Membership.is_main, holds_on(Membership, on), Membership.state == "left")
    return db.session.scalar(left.limit(1)) is not None


def left_with_open_account() -> list[int]:
    """The ids of people who have left service and whose account is not suspended yet."""
    gone = sa.and_(Membership.is_main, holds_on(Membership, clock.today()), Membership.state == "left")
    people = sa.select(Membership.person_id).join(Account, Account.person_id == Membership.person_id).where(gone, Account.suspended_at.is_(None))
    return list(db.session.scalars(people.order_by(Membership.person_id)))


def beside_memberships(person_id: int, on: date) -> list[Membership]:
    """The secondary memberships of the person that are not over on that day."""
    not_over = sa.or_(Membership.to_on.is_(None), Membership.to_on > on)
    rows = sa.select(Membership).where(Membership.person_id == person_id, ~Membership.is_main, not_over)
    return list(db.session.scalars(rows.order_by(Membership.from_on)))


def beside_of(person_id: int, membership_id: int) -> Any:
    """The row (id, agency_id, agency_name, from_on, to_on) of a secondary membership of this person, or None."""
    rows = sa.select(Membership.id, Membership.agency_id, Agency.name.label("agency_name"), Membership.from_on, Membership.to_on)
    own = (Membership.id == membership_id, Membership.person_id == person_id, ~Membership.is_main)
    return db.session.execute(rows.join(Agency, Agency.id == Membership.agency_id).where(*own)).first()


def memberships_of(person_id: int) -> list[Any]:
    """Rows (id, agency_id, agency_name as it is or was at the end, position, staff_kind, state, reason, is_main, from_on, to_on), latest first."""
    named = sa.and_(
        AgencyName.agency_id == Membership.agency_id,
        AgencyName.from_on <= sa.func.coalesce(Membership.to_on, clock.today()),
        sa.or_(AgencyName.to_on.is_(None), AgencyName.to_on >= sa.func.coalesce(Membership.to_on, clock.today())),
    )
    name = sa.select(AgencyName.name).where(named).order_by(AgencyName.from_on).limit(1).correlate(Membership).scalar_subquery()
    columns = (
        Membership.id,
        Membership.agency_id,
        Membership.position,
        Membership.staff_kind,
        Membership.state,
        Membership.reason,
        Membership.is_main,
    )
    rows = sa.select(*columns, Membership.from_on, Membership.to_on, sa.func.coalesce(name, Agency.name).label("agency_name"))
    rows = rows.join(Agency, Agency.id == Membership.agency_id).where(Membership.person_id == person_id)
    return list(db.session.execute(rows.order_by(Membership.from_on.desc(), Membership.is_main.desc(), Membership.id)))


def is_administered(viewer: Viewer, person_id: int) -> bool:
    """Whether the viewer may change the person's account: the main membership lies in their reach, and no role is held outside it.

    Whoever was anonymised is changed by nobody any more.
    """
    within, today = reach(viewer, ADMINISTRATOR), clock.today()
    main = sa.select(Membership.person_id).where(Membership.id == standing_main(person_id), Membership.agency_id.in_(within))
    not_over = sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > today)
    outside = sa.select(RoleHeld.person_id).where(not_over, RoleHeld.agency_id.not_in(within))
    found = sa.select(Person.id).where(Person.id == person_id, Person.anonymised_at.is_(None), Person.id.in_(main), Person.id.not_in(outside))
    return db.session.scalar(found) is not None


def identity_on_day(person_id: int, day: date | None = None) -> Identity:
    """Name and main agency of the person on that day (default today); after the last membership, the last agency. Refused without any."""
    on = day or clock.today()
    named = sa.and_(AgencyName.agency_id == Agency.id, holds_on(AgencyName, on))
    row = db.session.execute(
        sa.select(Person.full_name, Agency.id, sa.func.coalesce(AgencyName.name, Agency.name))
        .join(Membership, Membership.person_id == Person.id)
        .join(Agency, Agency.id == Membership.agency_id)
        .outerjoin(AgencyName, named)
        .where(Person.id == person_id, Membership.is_main, Membership.from_on <= on)
        .order_by(Membership.from_on.desc())
        .limit(1)
    ).first()
    if row is None:
        raise Refused(_("Anh/Chị chưa được ghi vào đơn vị nào. Anh/Chị liên hệ quản trị để được bổ sung."))
    return Identity(*row)


def my_data(viewer: Viewer) -> Any:
    """The viewer's own row."""
    return db.session.execute(person_rows().where(Person.id == viewer.person_id)).one()


def own_hash(person_id: int) -> str:
    """The hash of the person's present password."""
    return db.session.scalars(sa.select(Account.password_hash).where(Account.person_id == person_id)).one()


def account_named(typed: str) -> Any:
    """The row (person_id, password_hash, suspended_at, must_change, slip_expires_at) of a user name or staff code, or None."""
    username, code = tidy_username(typed), tidy_code(typed)
    columns = (Account.person_id, Account.password_hash, Account.suspended_at, Account.must_change, Account.slip_expires_at)
    accounts = sa.select(*columns).join(Person, Person.id == Account.person_id)
    either = sa.union_all(
        sa.select(Account.person_id).where(Account.username == username),
        sa.select(Person.id).where(Person.staff_code == code),
    )
    chosen = accounts.where(Account.person_id.in_(either))
    return db.session.execute(chosen.order_by(sa.case((Account.username == username, 0), else_=1)).limit(1)).first()


def person_named(typed: str) -> int | None:
    """The id of the person of a user name or staff code, for the operator."""
    row = account_named(typed)
    return row.person_id if row else None


def suggested_username(full_name: str, staff_code: str | None) -> str:
    """A free user name: the staff code, else the name without accents and spaces, with a number where it is taken."""
    base = re.sub(r"[^a-z0-9._-]", "", tidy_username(staff_code or full_name))[:36] or "hocvien"
    if db.session.scalar(sa.select(Account.person_id).where(Account.username == base)) is None:
        return base
    taken = set(db.session.scalars(sa.select(Account.username).where(Account.username.startswith(base, autoescape=True))))
    return next(f"{base}{number}" for number in range(2, len(taken) + 3) if f"{base}{number}" not in taken)


def names_of_people(ids: Collection[int]) -> dict[int, str]:
    """id -> full name, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Person.id, Person.full_name).where(Person.id.in_(ids)))}
