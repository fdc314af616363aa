"""The dated tree: an agency has names, parents and a life with from/to days; what changed it is a recorded event.

A period holds from `from_on` up to, but not including, `to_on`; an open period has no `to_on`.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in

KINDS = ("province", "district", "department", "commune", "school", "unit")
EVENTS = ("open", "rename", "move", "merge", "split", "close")


class Agency(Base):
    """An agency of any level. Its name and parent are dated and stand elsewhere; `name` is a copy of today's name.

    `heir_id`: to whom its history rolls up from `closed_on` on (the successor of a merger, the first part of a split,
    the receiver or the parent of a closure).
    """

    __tablename__ = "agency"
    __table_args__ = (
        words_in("kind", *KINDS),
        sa.CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="life"),
        sa.CheckConstraint("heir_id IS NULL OR closed_on IS NOT NULL", name="heir"),
        sa.CheckConstraint("heir_id IS NULL OR heir_id <> id", name="not_own_heir"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    search: Mapped[str] = mapped_column(index=True)
    position: Mapped[int]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    heir_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    help_name: Mapped[str | None]
    help_phone: Mapped[str | None]


class AgencyName(Base):
    """What the agency was called in a period, and the decision that named it."""

    __tablename__ = "agency_name"
    __table_args__ = (sa.UniqueConstraint("agency_id", "from_on"), sa.CheckConstraint("to_on IS NULL OR to_on > from_on", name="period"))
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    name: Mapped[str]
    search: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    decision: Mapped[str | None]


class AgencyParent(Base):
    """What the agency stood under in a period; no parent: it is a root."""

    __tablename__ = "agency_parent"
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "from_on"),
        sa.CheckConstraint("to_on IS NULL OR to_on > from_on", name="period"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> agency_id", name="not_own"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    decision: Mapped[str | None]


class AgencyWithin(Base):
    """Derived from the parents: in this period `agency_id` was `ancestor_id` itself (depth 0) or lay below it."""

    __tablename__ = "agency_within"
    __table_args__ = (
        sa.UniqueConstraint("ancestor_id", "agency_id", "from_on"),
        sa.Index("ix_agency_within_agency", "agency_id", "ancestor_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ancestor_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    depth: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class AgencyEvent(Base):
    """A rename, move, merger, split, opening or closing, with its effective day and decision number."""

    __tablename__ = "agency_event"
    __table_args__ = (words_in("kind", *EVENTS),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    effective_on: Mapped[date]
    decision: Mapped[str | None]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None]


class AgencyEventPart(Base):
    """An agency that the event took from or led to; in a merger the old ones are `from`, the successor is `to`."""

    __tablename__ = "agency_event_part"
    __table_args__ = (words_in("side", "from", "to"), sa.UniqueConstraint("event_id", "agency_id", "side"))
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("agency_event.id"))
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    side: Mapped[str]


class AgencyImport(Base):
    """A tree that was read from a file: its rows with what each would do, to be confirmed once (all or nothing) by whoever sent it."""

    __tablename__ = "agency_import"
    __table_args__ = (words_in("state", "read", "done", "dropped"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sent_by_id: Mapped[int]
    file_name: Mapped[str]
    rows: Mapped[list[Any]]
    state: Mapped[str]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
