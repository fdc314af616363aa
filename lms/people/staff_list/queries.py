"""Reads of staff lists: one's own imports, their lines by verdict, and whom they brought."""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import ADMINISTRATOR, db
from lms.base import gettext as _

from ..models import Person
from ..queries import gender_words, staff_kind_words
from ..viewer import Viewer, reach
from .columns import field_words
from .lines import Line, line_of, stored_lines
from .models import StaffImport, StaffImportRow

PAGE = 50
ATTENTION = ("unsure", "error", "moved", "changed", "new", "same")
MOST_LISTED = 30


class Counts(NamedTuple):
    """How many lines of each verdict there are; how many of the chosen ones add, change and move people; how many wait for a choice."""

    verdicts: dict[str, int]
    new: int
    changed: int
    moved: int
    waiting: int

    @property
    def total(self) -> int:
        """All lines."""
        return sum(self.verdicts.values())

    @property
    def effective(self) -> int:
        """How many lines would be taken in."""
        return self.new + self.changed + self.moved


class LinePage(NamedTuple):
    """A page of lines, its number from 1, the number of pages."""

    lines: list[Line]
    number: int
    last: int


def verdict_words() -> dict[str, str]:
    """The verdicts in words."""
    return {
        "new": _("Mới"),
        "changed": _("Thay đổi"),
        "moved": _("Chuyển đến"),
        "unsure": _("Cần chọn"),
        "error": _("Lỗi"),
        "same": _("Không đổi"),
    }


def import_state_words() -> dict[str, str]:
    """The states of an import in words."""
    return {
        "reading": _("Đang đọc"),
        "read": _("Chờ xác nhận"),
        "failed": _("Không đọc được"),
        "applying": _("Đang ghi"),
        "done": _("Đã ghi"),
        "undone": _("Đã hoàn tác"),
        "dropped": _("Đã bỏ"),
    }


def encoding_words() -> dict[str, str]:
    """The encodings in words."""
    return {"unicode": _("Unicode (thường dùng)"), "tcvn3": _("TCVN3 (phông .VnTime)"), "vni": _("VNI (phông VNI-Times)")}


def change_words() -> dict[str, str]:
    """What can change, in words."""
    words = field_words()
    return {**words, "birth": words["birth_on"], "agency": words["unit"]}


def _own(viewer: Viewer) -> sa.ColumnElement[bool]:
    return sa.and_(StaffImport.sent_by_id == viewer.person_id, StaffImport.agency_id.in_(reach(viewer, ADMINISTRATOR)))


def import_list(viewer: Viewer) -> list[Any]:
    """Rows (id, file_name, agency_name, effective_on, state, created_at, found) of the viewer's own imports within reach, latest first."""
    columns = (StaffImport.id, StaffImport.file_name, Agency.name.label("agency_name"), StaffImport.effective_on, StaffImport.state)
    rows = sa.select(*columns, StaffImport.created_at, StaffImport.found).join(Agency, Agency.id == StaffImport.agency_id)
    return list(db.session.execute(rows.where(_own(viewer)).order_by(StaffImport.id.desc()).limit(MOST_LISTED)))


def import_by_id(viewer: Viewer, import_id: int) -> StaffImport | None:
    """The viewer's own import, while its agency is within reach."""
    return db.session.scalar(sa.select(StaffImport).where(StaffImport.id == import_id, _own(viewer)))


def counts_of(import_id: int) -> Counts:
    """The lines of an import, counted in one statement."""
    has_changes = (sa.cast(StaffImportRow.changes, sa.Text) != "[]").label("has_changes")
    groups = (StaffImportRow.verdict, StaffImportRow.is_chosen, StaffImportRow.person_id.is_(None).label("is_new"), has_changes)
    rows = sa.select(*groups, sa.func.count().label("lines")).where(StaffImportRow.import_id == import_id).group_by(*groups)
    verdicts = dict.fromkeys(verdict_words(), 0)
    effects = {"new": 0, "changed": 0, "moved": 0, "waiting": 0}
    for row in db.session.execute(rows):
        verdicts[row.verdict] += row.lines
        effects[_effect(row)] = effects.get(_effect(row), 0) + row.lines
    return Counts(verdicts, effects["new"], effects["changed"], effects["moved"], effects["waiting"])


def _effect(row: Any) -> str:
    if row.verdict == "unsure" and not row.is_chosen:
        return "waiting"
    if not row.is_chosen:
        return ""
    if row.is_new:
        return "new"
    return ("moved" if row.verdict == "moved" else "changed") if row.has_changes else ""


def lines_of(import_id: int, verdict: str | None, page: int, counts: Counts) -> LinePage:
    """A page of lines in the order of the file, those that ask for attention first; `verdict`: only those."""
    wanted = stored_lines().where(StaffImportRow.import_id == import_id)
    if verdict:
        wanted = wanted.where(StaffImportRow.verdict == verdict)
    last = max(1, -(-(counts.verdicts[verdict] if verdict else counts.total) // PAGE))
    number = min(max(1, page), last)
    rank = sa.case({word: rank for rank, word in enumerate(ATTENTION)}, value=StaffImportRow.verdict)
    rows = db.session.execute(wanted.order_by(None).order_by(rank, StaffImportRow.number).limit(PAGE).offset((number - 1) * PAGE))
    return LinePage([line_of(row) for row in rows], number, last)


def agency_names(lines: Collection[Line], agency_id: int) -> dict[int, str]:
    """The names of this agency and of those that the lines speak of."""
    ids = (
        {agency_id}
        | {line.agency_id for line in lines}
        | {one for line in lines for change in line.changes if change[0] == "agency" for one in change[1:]}
    )
    return {row.id: row.name for row in db.session.execute(sa.select(Agency.id, Agency.name).where(Agency.id.in_(ids - {None})))}


def candidates(lines: Collection[Line]) -> dict[int, Any]:
    """Person id → row (full_name, staff_code, birth_on, birth_year) of those whom unsure lines may mean; all were within the sender's reach."""
    ids = {line.values["candidate"] for line in lines if line.verdict == "unsure"} - {None}
    columns = (Person.id, Person.full_name, Person.staff_code, Person.birth_on, Person.birth_year)
    return {row.id: row for row in db.session.execute(sa.select(*columns).where(Person.id.in_(ids)))} if ids else {}


def shown_change(field: str, value: Any, agencies: dict[int, str]) -> str:
    """A value of a change as people read it; "" for nothing."""
    if value is None or value == "":
        return ""
    if field == "birth":
        return "/".join(reversed(value.split("-"))) if isinstance(value, str) else str(value)
    words: dict[str, dict[Any, str]] = {"gender": gender_words(), "staff_kind": staff_kind_words(), "agency": dict(agencies)}
    return words[field].get(value, _("đơn vị khác")) if field in words else str(value)


def shown_birth(values: dict[str, Any]) -> str:
    """The birth of a line: 05/02/1980, or only the year."""
    return shown_change("birth", values["birth_on"] or values["birth_year"], {})


def faulty_lines(import_id: int) -> list[Line]:
    """All lines with errors, in the order of the file."""
    wanted = stored_lines().where(StaffImportRow.import_id == import_id, StaffImportRow.verdict == "error")
    return [line_of(row) for row in db.session.execute(wanted)]


def person_ids_of_import(viewer: Viewer, import_id: int) -> list[int]:
    """The people whom an import of the viewer's own has added, in the order of the list; nobody once it is undone."""
    people = sa.select(StaffImportRow.person_id).join(StaffImport, StaffImport.id == StaffImportRow.import_id)
    added = people.where(_own(viewer), StaffImport.id == import_id, StaffImport.state == "done")
    is_new = sa.or_(StaffImportRow.verdict == "new", sa.and_(StaffImportRow.verdict == "unsure", Person.created_at >= StaffImport.created_at))
    rows = added.join(Person, Person.id == StaffImportRow.person_id).where(StaffImportRow.is_chosen, is_new)
    return [person_id for person_id in db.session.scalars(rows.order_by(StaffImportRow.number)) if person_id]
