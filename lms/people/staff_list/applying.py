"""Taking in a confirmed list: all chosen lines or none, in one transaction that can be undone as a whole."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import Refused, clock, db, sort_key, undoable
from lms.base import gettext as _
from lms.site import record

from ..following import follow_recorded_end, refuse_ended
from ..models import Account, Membership, Person
from ..names import search_text
from ..passwords import UNUSABLE
from .compare import birth_of, compare_lines, mark_doubles
from .lines import Line, Scope, in_parts
from .models import StaffImportRow
from .usernames import Wanted, free_usernames

_TOLD_AS = {"full_name": "name", "birth": "birth_on"}
_COPIED = ("person_id", "agency_id", "to_on", "is_main", "position", "staff_kind", "state", "reason")


def act_of(import_id: int) -> str:
    """Under which name the changes of an import can be undone."""
    return f"staff_import {import_id}"


def apply_lines(actor: Any, import_id: int, lines: Sequence[Line], scope: Scope) -> dict[str, int]:
    """Take in these lines; answers how many people are new, changed and moved. Refused, naming the line, when anything is not as the preview said."""
    for agency_id in sorted({line.agency_id for line in lines if line.agency_id}):
        refuse_ended(agency_id, scope.on)
    _hold({line.person_id for line in lines if line.person_id})
    _refuse_changed(lines, scope)
    new = [line for line in lines if line.person_id is None]
    known = [line for line in lines if line.person_id is not None and line.changes]
    try:
        with undoable(act_of(import_id)):
            fresh = [*_add_people(actor, new, scope), *_change_people(actor, known, scope)]
            _follow_ends(fresh, scope)
    except sa.exc.IntegrityError:
        raise Refused(_("Có người vừa thay đổi danh sách cán bộ cùng lúc. Chưa có gì được ghi. Anh/Chị xem lại rồi ghi lần nữa.")) from None
    moved = sum(any(change[0] == "agency" for change in line.changes) for line in known)
    return {"new": len(new), "changed": len(known) - moved, "moved": moved}


def _hold(person_ids: Collection[int]) -> None:
    """Nobody else changes these people until the transaction ends."""
    for part in in_parts(sorted(person_ids)):
        db.session.execute(sa.select(Person.id).where(Person.id.in_(part)).order_by(Person.id).with_for_update(key_share=True))


def _refuse_changed(lines: Sequence[Line], scope: Scope) -> None:
    """Raise Refused unless every line would still do what was shown."""
    again = [line.again() for line in lines]
    for part in in_parts(again):
        compare_lines(part, scope)
    mark_doubles(again)
    for before, now in zip(lines, again, strict=True):
        if _effect(before) != _effect(now):
            said = {"line": before.line, "name": before.name, "why": " ".join(fault[2] for fault in now.faults)}
            raise Refused(_("Dòng %(line)s (%(name)s) không còn như lúc xem trước. %(why)s Chưa có gì được ghi.", **said))


def _effect(line: Line) -> tuple[Any, ...]:
    return line.verdict, line.is_chosen, line.person_id, line.agency_id, line.changes


# New people


def _add_people(actor: Any, lines: Sequence[Line], scope: Scope) -> list[Membership]:
    """The main memberships of new people, with person and account."""
    now = clock.now()
    usernames = free_usernames([Wanted(line.values["username"], line.name, line.values["staff_code"]) for line in lines])
    people = [_new_person(line) for line in lines]
    db.session.add_all(people)
    db.session.flush()
    kinds = _staff_kinds({line.agency_id for line in lines if line.agency_id})
    fresh = []
    for person, line, username in zip(people, lines, usernames, strict=True):
        held = {"password_hash": UNUSABLE, "password_at": now, "must_change": True}
        db.session.add(Account(person_id=person.id, username=username, **held))
        kind = line.values["staff_kind"] or kinds[line.agency_id or 0]
        facts = {"is_main": True, "position": line.values["position"], "staff_kind": kind, "state": "working"}
        fresh.append(Membership(person_id=person.id, agency_id=line.agency_id, from_on=scope.on, **facts))
        line.person_id = person.id
        details = {"name": line.name, "staff_code": person.staff_code or "", "username": username}
        record(actor, "create", "person", person.id, agency_id=line.agency_id, **details)
    db.session.add_all(fresh)
    db.session.flush()
    for part in in_parts([line for line in lines if line.id]):
        db.session.execute(sa.update(StaffImportRow), [{"id": line.id, "person_id": line.person_id} for line in part])
    return fresh


def _new_person(line: Line) -> Person:
    values, code = line.values, line.values["staff_code"]
    birth_on, birth_year = birth_of(values)
    facts = {name: values[name] for name in ("gender", "email", "phone", "number_sealed", "number_fingerprint")}
    keys = {"search": search_text(line.name, code), "sort": line.sort}
    return Person(full_name=line.name, staff_code=code, birth_on=birth_on, birth_year=birth_year, created_at=clock.now(), **keys, **facts)


def _staff_kinds(agency_ids: Collection[int]) -> dict[int, str]:
    """agency → the kind of staff where the list says nothing: viên chức at schools, công chức elsewhere."""
    rows = db.session.execute(sa.select(Agency.id, Agency.kind).where(Agency.id.in_(agency_ids)))
    return {agency_id: "public_employee" if kind == "school" else "civil_servant" for agency_id, kind in rows}


# People who are known


def _change_people(actor: Any, lines: Sequence[Line], scope: Scope) -> list[Membership]:
    """Write what changes; answers the memberships that begin."""
    by_id = {line.person_id: line for line in lines}
    fresh: list[Membership] = []
    for part in in_parts(sorted(key for key in by_id if key)):
        people = sa.select(Person).where(Person.id.in_(part)).execution_options(populate_existing=True)
        for person in db.session.scalars(people):
            _change_person(person, by_id[person.id])
        main = sa.select(Membership).where(Membership.person_id.in_(part), Membership.is_main, Membership.to_on.is_(None))
        for membership in db.session.scalars(main.execution_options(populate_existing=True)):
            fresh += _change_membership(membership, by_id[membership.person_id], scope)
    db.session.flush()  # the old ones end before the new ones begin
    db.session.add_all(fresh)
    db.session.flush()
    for line in lines:
        _record_change(actor, line, scope)
    return fresh


def _change_person(person: Person, line: Line) -> None:
    for field, _before, after in line.changes:
        if field in ("full_name", "staff_code", "gender", "email", "phone"):
            setattr(person, field, after)
        elif field == "birth":
            person.birth_on, person.birth_year = birth_of(line.values)
        elif field == "personal_number":
            person.number_sealed, person.number_fingerprint = line.values["number_sealed"], line.values["number_fingerprint"]
    person.search, person.sort = search_text(person.full_name, person.staff_code), sort_key(person.full_name)


def _change_membership(membership: Membership, line: Line, scope: Scope) -> list[Membership]:
    """What is dated changes from the day on: the row ends and another begins; a row of that very day is changed in place."""
    columns = {"agency": "agency_id", "position": "position", "staff_kind": "staff_kind"}
    changes = {columns[field]: after for field, _before, after in line.changes if field in columns}
    if not changes:
        return []
    if membership.from_on == scope.on:
        for name, value in changes.items():
            setattr(membership, name, value)
        return [membership] if "agency_id" in changes else []
    values = {name: getattr(membership, name) for name in _COPIED}
    membership.to_on = scope.on
    return [Membership(**{**values, **changes}, from_on=scope.on, decision=None)]


def _record_change(actor: Any, line: Line, scope: Scope) -> None:
    """The trail tells of a transfer, a correction and a personal number as if they had been entered by hand."""
    about: dict[str, Any] = {"thing": "person", "thing_id": line.person_id, "agency_id": line.agency_id}
    said: dict[str, Any] = {}
    for field, before, after in line.changes:
        if field == "agency":
            record(actor, "transfer", **about, before=before, after=after, on=str(scope.on))
        elif field == "personal_number":
            record(actor, "set-number", **about)
        else:
            said[_TOLD_AS.get(field, field)] = f"{before or '–'} → {after}"
    if said:
        record(actor, "correct", **about, **said)


def _follow_ends(fresh: Sequence[Membership], scope: Scope) -> None:
    """Whoever joins an agency whose end is already recorded follows it."""
    ending = set(db.session.scalars(sa.select(Agency.id).where(Agency.closed_on > scope.on)))
    for membership in fresh:
        if membership.agency_id in ending:
            follow_recorded_end(membership)
