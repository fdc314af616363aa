"""Issuers, signatories, the gapless counter and the certificates, which keep name and agency as of their day."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in


class Issuer(Base):
    """An agency that issues certificates: names as printed, place, and the sign in its numbers (0123/2026/GCN-…)."""

    __tablename__ = "issuer"
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), unique=True)
    parent_name: Mapped[str]
    name: Mapped[str]
    place: Mapped[str]
    sign: Mapped[str] = mapped_column(unique=True)


class Signatory(Base):
    """Who signs for an issuer in a period: authority prefix (KT., TL. …), position, name."""

    __tablename__ = "signatory"
    id: Mapped[int] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = mapped_column(sa.ForeignKey("issuer.id"), index=True)
    prefix: Mapped[str]
    position: Mapped[str]
    name: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class CertificateCounter(Base):
    """The last number given by an issuer in a year; raised by one UPDATE in the issuing transaction, so no number is skipped."""

    __tablename__ = "certificate_counter"
    issuer_id: Mapped[int] = mapped_column(sa.ForeignKey("issuer.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Certificate(Base):
    """A certificate of completion. All that is printed is kept here as it was on its day."""

    __tablename__ = "certificate"
    __table_args__ = (
        sa.UniqueConstraint("issuer_id", "year", "number"),
        words_in("state", "valid", "revoked", "replaced"),
        words_in("gender", "female", "male"),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.Index(
            "uq_certificate_cycle",
            "person_id",
            "course_id",
            "cycle",
            unique=True,
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        ),
        sa.Index("ix_certificate_agency", "agency_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    issuer_id: Mapped[int] = mapped_column(sa.ForeignKey("issuer.id"))
    year: Mapped[int]
    number: Mapped[int]
    number_text: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    person_name: Mapped[str]
    birth_on: Mapped[date | None]
    gender: Mapped[str | None]
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    agency_name: Mapped[str]
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    course_revision_id: Mapped[int] = mapped_column(sa.ForeignKey("course_revision.id"))
    cycle: Mapped[int]
    course_title: Mapped[dict[str, Any]]
    hours: Mapped[int]
    percent: Mapped[int]
    started_on: Mapped[date]
    completed_on: Mapped[date]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    printed: Mapped[dict[str, Any]]
    state: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]
    replaced_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"))

    def standing(self, on: date) -> str:
        """What the certificate is worth on that day: valid, expired, revoked or replaced. `valid_until` is its last good day."""
        is_over = self.valid_until is not None and self.valid_until < on
        return "expired" if self.state == "valid" and is_over else self.state
