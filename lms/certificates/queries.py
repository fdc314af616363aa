"""Reads of certificates. Who may see which: `_visible` and `_in_register`, nowhere else."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import Agency, AgencyName, AgencyWithin, holds_on
from lms.base import ADMINISTRATOR, MANAGER, clock, db, fold
from lms.base import gettext as _
from lms.people import Person, people_in_reach, person_by_id, reach

from .codes import tidy_code
from .models import Certificate, Issuer, Signatory

PAGE = 50
MOST_WORDS = 6


class RegisterPage(NamedTuple):
    """One page of the register: certificates, the page's number from 1, the number of pages, the number of certificates found."""

    rows: list[Certificate]
    number: int
    last: int
    total: int


def _in_register(viewer: Any, *roles: str) -> sa.ColumnElement[bool]:
    """Given to people of an agency within the viewer's reach, or by an issuer within it (whose agencies may have ended since)."""
    agencies = reach(viewer, *roles)
    issuers = sa.select(Issuer.id).where(Issuer.agency_id.in_(agencies))
    return sa.or_(Certificate.agency_id.in_(agencies), Certificate.issuer_id.in_(issuers))


def _visible(viewer: Any) -> sa.ColumnElement[bool]:
    """The viewer's own; for managers and administrators, those of their register and of the people who are theirs today."""
    staff = [role for role in (MANAGER, ADMINISTRATOR) if viewer.holds(role)]
    own = Certificate.person_id == viewer.person_id
    return sa.or_(own, _in_register(viewer, *staff), Certificate.person_id.in_(people_in_reach(viewer, *staff))) if staff else own


def certificates_of(person_id: int) -> list[Certificate]:
    """The certificates of a person, latest first, without those that were replaced."""
    own = sa.select(Certificate).where(Certificate.person_id == person_id, Certificate.state != "replaced")
    return list(db.session.scalars(own.order_by(Certificate.issued_on.desc(), Certificate.id.desc())))


def certificate_for(viewer: Any, certificate_id: int) -> Certificate | None:
    """A certificate that the viewer may see, or None."""
    return db.session.scalar(sa.select(Certificate).where(Certificate.id == certificate_id, _visible(viewer)))


def revocable_for(viewer: Any, certificate_id: int) -> Certificate | None:
    """A certificate in the register of an administrator, or None."""
    if not viewer.holds(ADMINISTRATOR):
        return None
    return db.session.scalar(sa.select(Certificate).where(Certificate.id == certificate_id, _in_register(viewer, ADMINISTRATOR)))


def person_certificates(viewer: Any, person_id: int) -> tuple[str, list[Certificate]] | None:
    """(name, certificates that a manager or administrator may see, latest first) of a person; None for somebody out of reach."""
    seen = sa.select(Certificate).where(Certificate.person_id == person_id, _visible(viewer))
    certificates = list(db.session.scalars(seen.order_by(Certificate.issued_on.desc(), Certificate.id.desc())))
    if certificates:
        return certificates[0].person_name, certificates
    person = person_by_id(viewer, person_id, MANAGER, ADMINISTRATOR)
    return (person.full_name, []) if person else None


def register_page(viewer: Any, query: str = "", number: int = 1) -> RegisterPage:
    """The register within an administrator's reach, latest number first. `query`: words of a name (accents ignored), or part of a number."""
    rows = sa.select(Certificate).where(_in_register(viewer, ADMINISTRATOR))
    if query:
        named = [Person.search.contains(word, autoescape=True) for word in fold(query).split()[:MOST_WORDS]]
        people = sa.select(Person.id).where(*named)
        printed = Certificate.number_text.icontains(query, autoescape=True)
        rows = rows.where(sa.or_(Certificate.person_id.in_(people), Certificate.person_name.icontains(query, autoescape=True), printed))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    latest = (Certificate.year.desc(), Certificate.issuer_id, Certificate.number.desc())
    return RegisterPage(list(db.session.scalars(rows.order_by(*latest).limit(PAGE).offset((number - 1) * PAGE))), number, last, total)


def certificate_by_code(typed: str) -> Certificate | None:
    """The certificate with a check code as somebody typed it, or None. Always one statement."""
    return db.session.scalars(sa.select(Certificate).where(Certificate.code == tidy_code(typed))).first()


def certificate_of_cycle(person_id: int, course_id: int, cycle: int) -> Certificate | None:
    """The certificate that a person holds for a cycle of a course."""
    own = (Certificate.person_id == person_id, Certificate.course_id == course_id, Certificate.cycle == cycle)
    return db.session.scalar(sa.select(Certificate).where(*own, Certificate.state != "replaced"))


def issuer_for(agency_id: int, day: date) -> tuple[Issuer, Signatory | None] | None:
    """The nearest issuer at or above the agency on that day, and who signed for it then.

    For an agency that ended before that day: the nearest at its last place.
    """
    holds = sa.and_(AgencyWithin.from_on <= day, sa.or_(AgencyWithin.to_on.is_(None), AgencyWithin.to_on > day))
    signs = sa.and_(Signatory.issuer_id == Issuer.id, Signatory.from_on <= day, sa.or_(Signatory.to_on.is_(None), Signatory.to_on > day))
    until = sa.case((holds, sa.literal(date.max)), else_=AgencyWithin.to_on)
    row = db.session.execute(
        sa.select(Issuer, Signatory)
        .join(AgencyWithin, AgencyWithin.ancestor_id == Issuer.agency_id)
        .outerjoin(Signatory, signs)
        .where(AgencyWithin.agency_id == agency_id, AgencyWithin.from_on <= day)
        .order_by(until.desc(), AgencyWithin.depth, Signatory.from_on.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else None


def issuer_by_agency(agency_id: int) -> Issuer | None:
    """The issuer that an agency is, or None."""
    return db.session.scalar(sa.select(Issuer).where(Issuer.agency_id == agency_id))


def standings(certificates: list[Certificate]) -> dict[int, str]:
    """What each is worth today, by id."""
    return {one.id: one.standing(clock.today()) for one in certificates}


def names_of_certificates(ids: Collection[int]) -> dict[int, str]:
    """id -> whom it certifies, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Certificate.id, Certificate.person_name).where(Certificate.id.in_(ids)))}


def effects_of_agencies(agency_ids: Collection[int], on: date) -> list[str]:
    """What a change of these agencies from that day on means here: papers keep the name of their day, and an issuer may end with its agency."""
    differs = sa.or_(Agency.closed_on <= on, AgencyName.name != Certificate.agency_name)
    old = (
        sa.select(sa.func.count(Certificate.id.distinct()))
        .join(Agency, Agency.id == Certificate.agency_id)
        .outerjoin(AgencyName, sa.and_(AgencyName.agency_id == Agency.id, holds_on(AgencyName, on)))
        .where(Certificate.agency_id.in_(agency_ids), Certificate.issued_on < on, Certificate.state != "replaced", differs)
    )
    number = db.session.scalar(old) or 0
    said = [_("%(n)s giấy chứng nhận đã cấp giữ tên đơn vị cũ.", n=number)] if number else []
    issuers = sa.select(Issuer.name, Agency.closed_on).join(Agency, Agency.id == Issuer.agency_id).where(Issuer.agency_id.in_(agency_ids))
    for name, closed_on in db.session.execute(issuers.order_by(Issuer.id)):
        if closed_on is not None and closed_on <= on:
            said.append(_("Nơi cấp giấy chứng nhận %(name)s kết thúc cùng đơn vị; người ký không ký được nữa. Anh/Chị mở nơi cấp mới.", name=name))
        else:
            said.append(_("Đơn vị là nơi cấp giấy chứng nhận %(name)s. Anh/Chị xem lại tên nơi cấp và người ký.", name=name))
    return said


def ties_to_agencies(agency_ids: Collection[int], since: datetime) -> list[str]:
    """Certificates issued since then that name one of these agencies: papers that are out cannot be taken back."""
    issued = sa.select(sa.func.count()).where(Certificate.agency_id.in_(agency_ids), Certificate.issued_at >= since)
    number = db.session.scalar(issued) or 0
    return [_("Không hoàn tác được vì sau đó đã cấp %(n)s giấy chứng nhận ghi tên đơn vị này.", n=number)] if number else []
