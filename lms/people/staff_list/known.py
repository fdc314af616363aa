"""Whom the database knows of the people of a list, looked up for many lines at once."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import db

from ..models import Account, Membership, Person, RoleHeld
from ..names import tidy_code, tidy_username
from .lines import Line, Scope

_OF_PERSON = ("id", "full_name", "sort", "staff_code", "birth_on", "birth_year", "gender", "email", "phone")
_MORE_OF_PERSON = ("number_sealed", "number_fingerprint", "anonymised_at")
_OF_MEMBERSHIP = ("agency_id", "from_on", "to_on", "position", "staff_kind", "state")


class Known(NamedTuple):
    """A person with the last main membership. `is_reached`: the sender administers its agency; `role_agencies`: where roles are held from the day on;
    `holds_above`: one of these lies outside of what the sender administers."""

    id: int
    full_name: str
    sort: str
    staff_code: str | None
    birth_on: date | None
    birth_year: int | None
    gender: str | None
    email: str | None
    phone: str | None
    number_sealed: str | None
    number_fingerprint: str | None
    anonymised_at: Any
    agency_id: int | None
    from_on: date | None
    to_on: date | None
    position: str | None
    staff_kind: str | None
    state: str | None
    is_reached: bool
    role_agencies: frozenset[int] = frozenset()
    holds_above: bool = False

    @property
    def birth(self) -> tuple[str | None, int | None]:
        """(day as ISO text, year), as far as known."""
        return (self.birth_on.isoformat(), self.birth_on.year) if self.birth_on else (None, self.birth_year)

    def is_gone(self, on: date) -> bool:
        """Whether the person belongs nowhere any more, or has left."""
        return self.agency_id is None or self.state == "left" or (self.to_on is not None and self.to_on <= on)


class KnownPeople:
    """The people whom some lines may mean, by staff code, by fingerprint of the personal number, and by name (only those within reach)."""

    def __init__(self, lines: Collection[Line], scope: Scope) -> None:
        self.by_code: dict[str, Known] = {}
        self.by_mark: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = {}
        ids = _ids(lines, scope)
        for known in _people(ids, scope):
            if known.staff_code:
                self.by_code[known.staff_code] = known
            if known.number_fingerprint:
                self.by_mark[known.number_fingerprint] = known
            if known.is_reached and known.anonymised_at is None:
                self.by_name.setdefault(known.sort, []).append(known)
        self.owners = _owners_of_usernames(lines)
        self.codes_as_usernames = _codes_as_usernames(lines)


def _ids(lines: Iterable[Line], scope: Scope) -> sa.Select[int]:
    codes = {line.values["staff_code"] for line in lines} - {None}
    marks = {line.values["number_fingerprint"] for line in lines} - {None}
    names = {line.sort for line in lines if line.name}
    there = sa.select(Membership.person_id).where(Membership.is_main, Membership.agency_id.in_(scope.reach()))
    found = sa.union(
        sa.select(Person.id).where(Person.staff_code.in_(sorted(codes))),
        sa.select(Person.id).where(Person.number_fingerprint.in_(sorted(marks))),
        sa.select(Person.id).where(Person.sort.in_(sorted(names)), Person.id.in_(there)),
    ).subquery()
    return sa.select(found.c.id)


def _people(ids: sa.Select[int], scope: Scope) -> list[Known]:
    """Each person once, with the main membership that begins last."""
    columns = [getattr(Person, name) for name in (*_OF_PERSON, *_MORE_OF_PERSON)]
    columns += [getattr(Membership, name) for name in _OF_MEMBERSHIP]
    is_reached = Membership.agency_id.in_(scope.reach()).label("is_reached")
    main = sa.and_(Membership.person_id == Person.id, Membership.is_main)
    rows = sa.select(*columns, is_reached).outerjoin(Membership, main).where(Person.id.in_(ids)).order_by(Person.id, Membership.from_on)
    found: list[tuple[Any, ...]] = [tuple(row) for row in db.session.execute(rows)]
    people = {known.id: known for known in (Known(*values) for values in found)}
    outside = RoleHeld.agency_id.not_in(scope.reach()).label("outside")
    not_over = sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > scope.on)
    for held in db.session.execute(sa.select(RoleHeld.person_id, RoleHeld.agency_id, outside).where(RoleHeld.person_id.in_(ids), not_over)):
        known = people[held.person_id]
        above = known.holds_above or bool(held.outside)
        people[held.person_id] = known._replace(role_agencies=known.role_agencies | {held.agency_id}, holds_above=above)
    return list(people.values())


def _owners_of_usernames(lines: Iterable[Line]) -> dict[str, int]:
    """user name → person, of the names that lines ask for, and of those that are like a staff code of a line."""
    names = {line.values["username"] for line in lines} | {tidy_username(line.values["staff_code"] or "") for line in lines}
    rows = sa.select(Account.username, Account.person_id).where(Account.username.in_(sorted(names - {None, ""})))
    return {username: person_id for username, person_id in db.session.execute(rows)}


def _codes_as_usernames(lines: Iterable[Line]) -> dict[str, int]:
    """staff code → person, of the codes that are like a user name that a line asks for."""
    codes = {tidy_code(line.values["username"]) for line in lines} - {None}
    if not codes:
        return {}
    rows = sa.select(Person.staff_code, Person.id).where(Person.staff_code.in_(sorted(code for code in codes if code)))
    return {code: person_id for code, person_id in db.session.execute(rows) if code}
