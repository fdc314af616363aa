"""A staff list that was sent: the file until it is settled, what was found in it, and how its columns were understood last time."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.base import Base, words_in

IMPORT_STATES = ("reading", "read", "failed", "applying", "done", "undone", "dropped")
VERDICTS = ("new", "changed", "same", "moved", "unsure", "error")


class StaffImport(Base):
    """A staff list for an agency and all below it. `found`: columns, ignored columns, notes, counts; `error`: one sentence, when it failed.

    reading → read → applying → done → undone; failed and dropped end it. `percent` is the progress of the step under way.
    """

    __tablename__ = "staff_import"
    __table_args__ = (words_in("state", *IMPORT_STATES), sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"))
    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    sent_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    file_name: Mapped[str]
    effective_on: Mapped[date]
    mapping: Mapped[dict[str, Any] | None]
    encoding: Mapped[str | None]
    found: Mapped[dict[str, Any] | None]
    state: Mapped[str]
    percent: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class StaffImportFile(Base):
    """The file itself, deleted as soon as the import is settled: it may hold columns that we do not keep."""

    __tablename__ = "staff_import_file"
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_import.id"), primary_key=True)
    content: Mapped[bytes]


class StaffImportRow(Base):
    """A line of the list: what it says, what it would change, what is wrong with it; `is_chosen`: it takes part when confirmed."""

    __tablename__ = "staff_import_row"
    __table_args__ = (
        sa.UniqueConstraint("import_id", "number"),
        words_in("verdict", *VERDICTS),
        sa.Index("ix_staff_import_row_verdict", "import_id", "verdict"),
        sa.Index("ix_staff_import_row_person", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_import.id"))
    number: Mapped[int]
    sheet: Mapped[str]
    line: Mapped[int]
    verdict: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    name: Mapped[str]
    values: Mapped[dict[str, Any]]
    changes: Mapped[list[Any]]
    faults: Mapped[list[Any]]
    is_chosen: Mapped[bool]


class StaffColumn(Base):
    """How a column of this title was understood last time at this agency: a field, or "" for ignored."""

    __tablename__ = "staff_column"
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), primary_key=True)
    title_key: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str]
