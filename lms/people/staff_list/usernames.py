"""User names for many new people at once: the staff code, else the name without accents, with a number where it is taken."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from lms.base import db

from ..models import Account, Person
from ..names import tidy_code, tidy_username

_AT_ONCE = 5_000


class Wanted(NamedTuple):
    """Who needs a user name: the one that was asked for (None: none), the full name and the staff code."""

    asked: str | None
    full_name: str
    staff_code: str | None


def base_name(full_name: str, staff_code: str | None) -> str:
    """The user name that somebody would have if it were free."""
    base = re.sub(r"[^a-z0-9._-]", "", tidy_username(staff_code or full_name))[:36].lstrip("._-")
    return base if len(base) > 1 else "hocvien"


def free_usernames(people: Sequence[Wanted]) -> list[str]:
    """A user name for each, all different, none of them taken or like the staff code of somebody else; the same for the same list and database."""
    names = [one.asked or base_name(one.full_name, one.staff_code) for one in people]
    taken = _taken(names)
    own = [tidy_username(one.staff_code or "") for one in people]
    codes = set(own) - {""}
    given: list[str] = []
    for name, code in zip(names, own, strict=True):
        candidate, number = name, 1
        while candidate in taken or (candidate in codes and candidate != code):
            number += 1
            candidate = f"{name}{number}"
        taken.add(candidate)
        given.append(candidate)
    return given


def _stem(name: str) -> str:
    return name.rstrip("0123456789")


def _taken(names: Sequence[str]) -> set[str]:
    """The user names and staff codes (as user names) that may stand in the way; where a number is needed, all with the same stem."""
    wanted = sorted(set(names))
    taken: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        taken |= set(db.session.scalars(sa.select(Account.username).where(Account.username.in_(part))))
        codes = [code for code in map(tidy_code, part) if code]
        taken |= {tidy_username(code or "") for code in db.session.scalars(sa.select(Person.staff_code).where(Person.staff_code.in_(codes)))}
    often = Counter(names)
    stems = sorted({_stem(name) for name in wanted if name in taken or often[name] > 1})
    for start in range(0, len(stems), _AT_ONCE):
        part = stems[start : start + _AT_ONCE]
        taken |= set(db.session.scalars(sa.select(Account.username).where(sa.func.rtrim(Account.username, "0123456789").in_(part))))
        numbered = sa.func.rtrim(sa.func.lower(Person.staff_code), "0123456789")
        taken |= {tidy_username(code or "") for code in db.session.scalars(sa.select(Person.staff_code).where(numbered.in_(part)))}
    return taken
