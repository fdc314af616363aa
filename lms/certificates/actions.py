"""What issues and revokes certificates, and what opens issuers and appoints signatories."""

from datetime import date
from typing import Any, TypedDict, Unpack

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from .codes import new_code
from .models import Certificate, CertificateCounter, Issuer, Signatory
from .queries import certificate_of_cycle, issuer_for


class Facts(TypedDict):
    """What a certificate says of a completed cycle of a course, as it was on that day."""

    person_id: int
    person_name: str
    birth_on: date | None
    gender: str | None
    agency_id: int
    agency_name: str
    course_id: int
    course_revision_id: int
    cycle: int
    course_title: dict[str, Any]
    hours: int
    percent: int
    started_on: date
    completed_on: date


def issue(*, valid_months: int | None, note: str | None = None, **facts: Unpack[Facts]) -> Certificate | None:
    """The certificate for a completed cycle of a course: a new one with the next number, or the one that was issued before.

    Called in the transaction that completes the course. None when no issuer stands at or above the agency. `note`: one more line on the paper.
    """
    cycle = (facts["person_id"], facts["course_id"], facts["cycle"])
    day = clock.today()
    existing = certificate_of_cycle(*cycle)
    found = None if existing else issuer_for(facts["agency_id"], day)
    if found is None:
        return existing
    issuer, signatory = found
    _lock_counter(issuer.id, day.year)
    existing = certificate_of_cycle(*cycle)  # who waited at the lock sees what the other one issued
    if existing:
        return existing
    number = _next_number(issuer.id, day.year)
    certificate = Certificate(
        **facts,
        issuer_id=issuer.id,
        year=day.year,
        number=number,
        number_text=f"{number:04d}/{day.year}/GCN-{issuer.sign}",
        code=new_code(),
        issued_on=day,
        issued_at=clock.now(),
        valid_until=clock.months_later(facts["completed_on"], valid_months) if valid_months else None,
        printed=_printed(issuer, signatory, note),
        state="valid",
    )
    db.session.add(certificate)
    db.session.flush()
    record(None, "issue", "certificate", certificate.id, facts["agency_id"], number=certificate.number_text, person=facts["person_id"])
    return certificate


def _printed(issuer: Issuer, signatory: Signatory | None, note: str | None) -> dict[str, Any]:
    """What the paper says of the issuer, as it is today."""
    names = {"parent": issuer.parent_name, "issuer": issuer.name, "place": issuer.place}
    signs = {"prefix": "", "position": "", "signatory": ""}
    if signatory:
        signs = {"prefix": signatory.prefix, "position": signatory.position, "signatory": signatory.name}
    return {**names, **signs, "notes": [note] if note else []}


def _lock_counter(issuer_id: int, year: int) -> None:
    """Make sure of the counter, and let nobody else pass until this transaction ends."""
    insert_once(CertificateCounter, issuer_id=issuer_id, year=year, last=0)
    own = (CertificateCounter.issuer_id == issuer_id, CertificateCounter.year == year)
    db.session.execute(sa.select(CertificateCounter.last).where(*own).with_for_update())


def _next_number(issuer_id: int, year: int) -> int:
    own = (CertificateCounter.issuer_id == issuer_id, CertificateCounter.year == year)
    raised = sa.update(CertificateCounter).where(*own).values(last=CertificateCounter.last + 1).returning(CertificateCounter.last)
    return db.session.execute(raised.execution_options(synchronize_session=False)).scalar_one()


def revoke(actor: Any, certificate_id: int, why: str) -> None:
    """Revoke a certificate that stands, with the reason. The caller has loaded it through the actor's reach."""
    if not why.strip():
        raise Refused(_("Anh/Chị ghi lý do thu hồi."), "why")
    standing = (Certificate.id == certificate_id, Certificate.state == "valid")
    change = sa.update(Certificate).where(*standing).values(state="revoked", revoked_at=clock.now(), revoked_why=why.strip())
    row = db.session.execute(change.returning(Certificate.number_text, Certificate.agency_id)).first()
    if row is None:
        raise Refused(_("Giấy chứng nhận này đã được thu hồi hoặc thay thế từ trước."))
    record(actor, "revoke", "certificate", certificate_id, row.agency_id, number=row.number_text, why=why.strip())


def open_issuer(actor: Any, agency_id: int, *, parent_name: str, name: str, place: str, sign: str) -> Issuer:
    """Let an agency issue certificates. `sign` ends its numbers: 0123/2026/GCN-<sign>."""
    taken = sa.select(Issuer.id).where(sa.or_(Issuer.agency_id == agency_id, Issuer.sign == sign))
    if db.session.scalar(taken.limit(1)):
        raise Refused(_("Đơn vị này đã là nơi cấp giấy, hoặc ký hiệu đã có nơi khác dùng."))
    issuer = Issuer(agency_id=agency_id, parent_name=parent_name, name=name, place=place, sign=sign)
    db.session.add(issuer)
    db.session.flush()
    record(actor, "open", "issuer", issuer.id, agency_id, name=name, sign=sign)
    return issuer


def appoint_signatory(actor: Any, issuer: Issuer, *, prefix: str, position: str, name: str, from_on: date) -> Signatory:
    """From that day on, this person signs for the issuer; whoever signed until then stops."""
    before = (Signatory.issuer_id == issuer.id, Signatory.to_on.is_(None))
    if db.session.scalar(sa.select(Signatory.id).where(*before, Signatory.from_on >= from_on).limit(1)):
        raise Refused(_("Đã có người ký từ ngày này hoặc sau ngày này."), "from_on")
    db.session.execute(sa.update(Signatory).where(*before).values(to_on=from_on))
    signatory = Signatory(issuer_id=issuer.id, prefix=prefix, position=position, name=name, from_on=from_on, to_on=None)
    db.session.add(signatory)
    db.session.flush()
    record(actor, "appoint", "signatory", signatory.id, issuer.agency_id, name=name, position=position, from_on=from_on.isoformat())
    return signatory
