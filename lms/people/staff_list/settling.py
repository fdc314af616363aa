"""Confirming a staff list, and undoing it as a whole as long as nothing rests on it."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.base import CannotUndo, Refused, clock, db, insert_once, notes_of, ties_to, undo
from lms.base import gettext as _
from lms.site import record

from ..models import Account, Membership, Person
from .applying import act_of
from .importing import claim
from .lines import in_parts
from .models import StaffColumn, StaffImport, StaffImportRow
from .tasks import ask_to_apply, forget_contents

FREE: dict[str, Collection[str]] = {"account": ("password_hash", "password_at", "must_change", "slip_expires_at")}
MOST_NAMES = 3


def confirm_list(actor: Any, one: StaffImport, seen: int) -> bool:
    """Let the worker take the list in. `seen`: the turn that the person looked at. False: it was confirmed already, and nothing happens."""
    turn = (one.found or {}).get("turn")
    if not claim(one, ("read",), "applying"):
        if one.state in ("applying", "done"):
            return False
        raise Refused(_("Danh sách không còn ở bước xem trước. Anh/Chị tải lại trang."))
    if (one.found or {})["turn"] != seen or turn != seen:
        raise Refused(_("Danh sách vừa được đọc lại. Anh/Chị xem lại rồi bấm ghi."))
    chosen = sa.select(StaffImportRow.id).where(StaffImportRow.import_id == one.id, StaffImportRow.is_chosen)
    if db.session.scalar(chosen.limit(1)) is None:
        raise Refused(_("Không có dòng nào được chọn để ghi."))
    one.percent, one.error = 0, None
    remember_columns(one)
    ask_to_apply(one, seen)
    return True


def remember_columns(one: StaffImport) -> None:
    """Keep how the person corrected columns of this agency's list, for the next one."""
    for key, field in (one.mapping or {}).get("columns", {}).items():
        if not insert_once(StaffColumn, agency_id=one.agency_id, title_key=key, field=field):
            known = sa.update(StaffColumn).where(StaffColumn.agency_id == one.agency_id, StaffColumn.title_key == key)
            db.session.execute(known.values(field=field))


def undo_list(actor: Any, one: StaffImport) -> None:
    """Put everything back as it was before the list was taken in. Refused, with names, when somebody signed in or was changed since."""
    if not claim(one, ("done",), "undone"):
        if one.state == "undone":
            return
        raise Refused(_("Danh sách này chưa được ghi, nên không có gì để hoàn tác."))
    act = act_of(one.id)
    notes = notes_of(act)
    new = [row_id for table, row_id, before, _after in notes if table == "person" and before is None]
    touched = sorted({_person_in(note) for note in notes if note[0] in ("person", "membership")} - {0})
    assert one.done_at is not None
    if told := [sentence for part in in_parts(touched) for sentence in ties_to("person", part, one.done_at)]:
        sentences = [_("Không hoàn tác được nữa vì đã có việc làm sau đó."), *told[:MOST_NAMES]]
        why = " ".join(sentences)
        raise Refused(why)
    forget_contents([one.id])
    for part in in_parts(new):
        db.session.execute(sa.update(StaffImportRow).where(StaffImportRow.person_id.in_(part)).values(person_id=None))
    try:
        undo(act, FREE)
    except CannotUndo as refused:
        raise Refused(_why_not(refused.rows, new)) from None
    one.undone_at = clock.now()
    record(actor, "undo", "staff-list", one.id, agency_id=one.agency_id, name=one.file_name, people=len(touched))


def _person_in(note: tuple[str, int, dict[str, Any] | None, dict[str, Any] | None]) -> int:
    table, row_id, before, after = note
    return row_id if table == "person" else int((after or before or {}).get("person_id", 0))


def _why_not(rows: Collection[tuple[str, int]], new: Collection[int]) -> str:
    """Who has signed in or was changed since; or, when something else rests on a person, who that is."""
    people = {row_id for table, row_id in rows if table in ("person", "account")}
    memberships = [row_id for table, row_id in rows if table == "membership"]
    for part in in_parts(memberships):
        people |= set(db.session.scalars(sa.select(Membership.person_id).where(Membership.id.in_(part))))
    signed_in = _signed_in(people)
    others = people - signed_in if rows else _rested_on(new)
    reasons = []
    if signed_in:
        reasons.append(_("đã đăng nhập: %(names)s", names=_names(signed_in)))
    if others:
        reasons.append(_("đã có thay đổi hoặc việc khác: %(names)s", names=_names(others)))
    return _("Không hoàn tác được nữa, vì sau khi nhập danh sách %(reasons)s.", reasons="; ".join(reasons) or _("đã có thay đổi khác"))


def _signed_in(people: Collection[int]) -> set[int]:
    rows = (sa.select(Account.person_id).where(Account.person_id.in_(part), Account.last_sign_in_at.is_not(None)) for part in in_parts(people))
    return {person_id for part in rows for person_id in db.session.scalars(part)}


def _rested_on(people: Collection[int]) -> set[int]:
    """Those of these new people whom rows of any table name that the import did not write."""
    own = {"person", "account", "membership", "staff_import_row", "staff_import"}
    keys = [key for table in db.metadata.sorted_tables if table.name not in own for key in table.foreign_keys]
    columns = [key.parent for key in keys if key.column.table.name == "person"]
    asked = [sa.select(column).where(column.in_(part)).distinct() for column in columns for part in in_parts(people)]
    return {person_id for one in asked for person_id in db.session.scalars(one)}


def _names(people: Collection[int]) -> str:
    named = sa.select(Person.full_name).where(Person.id.in_(sorted(people)[: MOST_NAMES * 10])).order_by(Person.sort).limit(MOST_NAMES)
    names = ", ".join(db.session.scalars(named))
    return names if len(people) <= MOST_NAMES else _("%(names)s và %(n)s người khác", names=names, n=len(people) - MOST_NAMES)
