"""People, their accounts, sessions, dated memberships and dated roles."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import ROLES, Base, words_in

STAFF_KINDS = ("official", "civil_servant", "public_employee", "contract", "part_time", "armed_forces")
STATES = ("working", "on_leave", "left")
LEAVE_REASONS = ("maternity", "sick", "study", "secondment")
LEFT_REASONS = ("retired", "resigned", "moved_out")


class Person(Base):
    """The minimum that is kept of a person. `search` is folded, `sort` orders by given name.

    `birth_year` stands where only the year is known. The personal number (số định danh) is kept sealed; its fingerprint serves comparing only.
    """

    __tablename__ = "person"
    __table_args__ = (
        words_in("gender", "female", "male"),
        sa.CheckConstraint("birth_year IS NULL OR birth_on IS NULL", name="birth"),
        sa.Index("ix_person_sort", "sort", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_code: Mapped[str | None] = mapped_column(unique=True)
    full_name: Mapped[str]
    search: Mapped[str]
    sort: Mapped[str]
    birth_on: Mapped[date | None]
    birth_year: Mapped[int | None]
    gender: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    number_sealed: Mapped[str | None]
    number_fingerprint: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    anonymised_at: Mapped[datetime | None]


class Account(Base):
    """How a person signs in. `username` and `code` are folded; a slip is an issued password that must be changed and expires."""

    __tablename__ = "account"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    password_at: Mapped[datetime]
    must_change: Mapped[bool]
    slip_expires_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    suspended_why: Mapped[str | None]
    last_sign_in_at: Mapped[datetime | None]


class PrivacyAcceptance(Base):
    """A person has read a version of the privacy notice, and agreed."""

    __tablename__ = "privacy_acceptance"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    accepted_at: Mapped[datetime]
    address: Mapped[str]


class SecondFactor(Base):
    """An authenticator app (TOTP): its secret sealed, when it was confirmed by a first code, and the last time step used (no code counts twice)."""

    __tablename__ = "second_factor"
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    secret_sealed: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]


class RecoveryCode(Base):
    """A code to sign in with once, when the authenticator is lost; only its hash stands here."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("person_id", "code_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class Session(Base):
    """A sign-in. The cookie holds a random token; here stands only its hash. `second_at`: when the second factor was shown in this session."""

    __tablename__ = "session"
    __table_args__ = (sa.Index("ix_session_person", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str]
    agent: Mapped[str] = mapped_column(server_default="")
    second_at: Mapped[datetime | None]


class SignInWait(Base):
    """Wrong passwords in a row for one account or one address (`key`), and until when the next try must wait."""

    __tablename__ = "sign_in_wait"
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    wait_until: Mapped[datetime]


class Membership(Base):
    """A person belongs to an agency from a day up to (not including) another, with position, staff kind and state.

    A trigger refuses two main memberships of a person on one day. `reason`: why on leave or why left; none while working.
    """

    __tablename__ = "membership"
    __table_args__ = (
        words_in("staff_kind", *STAFF_KINDS),
        words_in("state", *STATES),
        words_in("reason", *LEAVE_REASONS, *LEFT_REASONS),
        sa.CheckConstraint("reason IS NULL OR state <> 'working'", name="reason_of_absence"),
        sa.CheckConstraint("to_on IS NULL OR to_on > from_on", name="period"),
        sa.Index("ix_membership_agency", "agency_id", "person_id"),
        sa.Index("ix_membership_person", "person_id"),
        sa.Index(
            "uq_membership_main_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("is_main AND to_on IS NULL"),
            postgresql_where=sa.text("is_main AND to_on IS NULL"),
        ),
        sa.Index(
            "uq_membership_beside_open",
            "person_id",
            "agency_id",
            unique=True,
            sqlite_where=sa.text("NOT is_main AND to_on IS NULL"),
            postgresql_where=sa.text("NOT is_main AND to_on IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    is_main: Mapped[bool]
    position: Mapped[str | None]
    staff_kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    decision: Mapped[str | None]


class RoleHeld(Base):
    """A role that a person holds at an agency (and all below it) from a day up to (not including) another."""

    __tablename__ = "role_held"
    __table_args__ = (
        words_in("role", *[role for role in ROLES if role != "learner"]),
        sa.CheckConstraint("to_on IS NULL OR to_on > from_on", name="period"),
        sa.UniqueConstraint("person_id", "agency_id", "role", "from_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    role: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
