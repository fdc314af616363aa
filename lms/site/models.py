"""Settings and the audit trail."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base


class Setting(Base):
    """One setting that is kept in the database, such as `is_demo`."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Audit(Base):
    """Who did what to what, when, from where. Append-only (triggers refuse change); each row carries the hash of the one before."""

    __tablename__ = "audit"
    __table_args__ = (sa.Index("ix_audit_thing", "thing", "thing_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    actor_search: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    thing: Mapped[str]
    thing_id: Mapped[int | None]
    agency_id: Mapped[int | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    address: Mapped[str]
    hash_before: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
