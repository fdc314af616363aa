"""The personal number (số định danh cá nhân): optional, sealed at rest, shown masked; whoever looks at the whole number is recorded."""

import re
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import Refused, db, fingerprint, seal, unseal
from lms.base import gettext as _
from lms.site import record

from .accounts import main_agency_id, refuse_unadministered
from .models import Person
from .queries import is_administered
from .viewer import Viewer

PURPOSE = "personal number"
DIGITS = 12


class NumberCard(NamedTuple):
    """What a person's page shows: the masked number ("" without one), when the person was anonymised, and whether the viewer may change it."""

    masked: str
    anonymised_at: datetime | None
    may_change: bool


def tidy_number(typed: str) -> str:
    """The twelve digits without the spaces and dots that people write; Refused says what is wrong."""
    number = re.sub(r"[\s.\-]", "", typed)
    if not re.fullmatch(r"[0-9]+", number):
        raise Refused(_("Số định danh cá nhân chỉ gồm chữ số."), "number")
    if len(number) == DIGITS - 1:
        raise Refused(_("Số này có 11 chữ số, thường là do Excel làm mất số 0 ở đầu. Anh/Chị nhập đủ 12 chữ số."), "number")
    if len(number) != DIGITS:
        raise Refused(_("Số định danh cá nhân có 12 chữ số; số vừa nhập có %(n)s.", n=len(number)), "number")
    return number


def mask(sealed: str | None) -> str:
    """•••• •••• 6789 of a sealed number; "" of none, and dots only when the key of the data was changed since."""
    number = unseal(sealed, PURPOSE) if sealed else ""
    return f"•••• •••• {number[-4:] if number else '••••'}" if sealed else ""


def sealed_number(number: str) -> dict[str, str]:
    """The two columns of a person that keep a tidied number."""
    return {"number_sealed": seal(number, PURPOSE), "number_fingerprint": fingerprint(number, PURPOSE)}


def number_card(viewer: Viewer, person_id: int) -> NumberCard:
    """What the viewer may see of the number of a person in their reach: nothing, unless they may change it."""
    row = db.session.execute(sa.select(Person.number_sealed, Person.anonymised_at).where(Person.id == person_id)).one()
    may_change = is_administered(viewer, person_id)
    return NumberCard(mask(row.number_sealed) if may_change else "", row.anonymised_at, may_change)


def set_number(actor: Any, person_id: int, typed: str) -> None:
    """Keep the person's number. Refused when it is none, when another person has it (whose is not told), or when the person was anonymised."""
    number = tidy_number(typed)
    person = _changeable(actor, person_id)
    columns = sealed_number(number)
    mark = columns["number_fingerprint"]
    if person.number_fingerprint == mark:
        return
    _wait_for(mark)
    if db.session.scalar(sa.select(Person.id).where(Person.number_fingerprint == mark)):
        raise Refused(_("Số này đã được ghi cho một người khác. Anh/Chị kiểm tra lại số trên giấy tờ."), "number")
    person.number_sealed, person.number_fingerprint = columns["number_sealed"], mark
    db.session.flush()
    record(actor, "set-number", "person", person_id, agency_id=main_agency_id(person_id))


def _wait_for(mark: str) -> None:
    """Whoever enters the same number at the same moment is asked one after the other (on SQLite all writers are)."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(int(mark[:15], 16))))


def remove_number(actor: Any, person_id: int) -> None:
    """Keep the person's number no longer. Without one nothing changes."""
    person = _changeable(actor, person_id)
    if person.number_sealed is None:
        return
    person.number_sealed = person.number_fingerprint = None
    db.session.flush()
    record(actor, "remove-number", "person", person_id, agency_id=main_agency_id(person_id))


def unmask_number(actor: Any, person_id: int) -> str:
    """The whole number, for whoever may change it; each look is recorded. Never put it where it is kept: no log, no ETag, no form answer."""
    sealed = _changeable(actor, person_id).number_sealed
    if sealed is None:
        raise Refused(_("Người này chưa có số định danh cá nhân trong hệ thống."))
    number = unseal(sealed, PURPOSE)
    if number is None:
        raise Refused(_("Không mở được số này vì khóa dữ liệu của hệ thống đã đổi. Anh/Chị nhập lại số."))
    record(actor, "unmask-number", "person", person_id, agency_id=main_agency_id(person_id))
    return number


def _changeable(actor: Any, person_id: int) -> Person:
    person = db.session.scalars(sa.select(Person).where(Person.id == person_id).with_for_update()).one()
    if person.anonymised_at is not None:
        raise Refused(_("Người này đã được ẩn danh, không ghi thêm thông tin được nữa."))
    refuse_unadministered(actor, person_id)
    return person
