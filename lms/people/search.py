"""Finding people among all whom one may see: without accents, by name, staff code, user name and agency.

A hundred thousand people are searched without counting them all: each way to read the words is one branch that the database ends early.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import Agency, AgencyWithin, agencies_below, agency_tree, holds_on
from lms.base import ADMINISTRATOR, MANAGER, clock, db, fold

from .models import Account, Membership, Person
from .queries import person_rows
from .viewer import Viewer, reach

PAGE, MOST_COUNTED = 50, 1000
MOST_WORDS, MOST_READINGS, MOST_PLACES = 6, 12, 300


class Wanted(NamedTuple):
    """What is looked for: words, an agency (with all below it), a state ("" for whoever has not left), only who never signed in."""

    query: str = ""
    agency_id: int | None = None
    state: str = ""
    is_new: bool = False


class PersonList(NamedTuple):
    """A page of a list: rows, its number from 1, the number of pages, how many people; `is_more`: there are more than that, uncounted."""

    rows: list[Any]
    number: int
    last: int
    total: int
    is_more: bool


class Place(NamedTuple):
    """An agency to choose: how far it is set in, and its name."""

    id: int
    depth: int
    name: str


def places_of(viewer: Viewer, chosen_id: int | None) -> tuple[list[Place], Place | None]:
    """(agencies to choose from, the chosen one if it is within reach). Of a very large tree only the two upper levels and the chosen one."""
    heads = {*viewer.agencies_of(ADMINISTRATOR), *viewer.agencies_of(MANAGER)}
    held = (AgencyWithin.ancestor_id.in_(heads), holds_on(AgencyWithin, clock.today()))
    number = db.session.scalar(sa.select(sa.func.count()).where(*held)) or 0
    if number <= MOST_PLACES:
        places = [Place(branch.id, branch.depth, branch.name) for branch in agency_tree(heads)]
    else:
        rows = sa.select(Agency.id, AgencyWithin.depth, Agency.name).join(AgencyWithin, AgencyWithin.agency_id == Agency.id)
        upper = rows.where(*held, sa.or_(AgencyWithin.depth <= 1, Agency.id == (chosen_id or 0)))
        order = (AgencyWithin.ancestor_id, AgencyWithin.depth, Agency.position, Agency.id)
        places = list({row.id: Place(*row) for row in db.session.execute(upper.order_by(*order))}.values())
    return places, next((place for place in places if place.id == chosen_id), None)


def person_list(viewer: Viewer, wanted: Wanted, page: int = 1) -> PersonList:
    """The people whom the viewer manages or administers and who are wanted, by name. `row.is_administered`: whether the account may be shown."""
    page = min(max(1, page), 2_000)
    most = max(MOST_COUNTED, page * PAGE) + 1
    ids = list(db.session.scalars(_matching(viewer, wanted, most)))
    is_more, ids = len(ids) == most, ids[: most - 1]
    last = max(1, -(-len(ids) // PAGE))
    number = min(page, last)
    return PersonList(_rows(viewer, ids[(number - 1) * PAGE : number * PAGE]), number, last, len(ids), is_more)


def _rows(viewer: Viewer, ids: Collection[int]) -> list[Any]:
    is_administered = sa.func.coalesce(Membership.agency_id.in_(reach(viewer, ADMINISTRATOR)), sa.false()).label("is_administered")
    rows = person_rows().add_columns(is_administered).where(Person.id.in_(ids)).order_by(Person.sort, Person.id)
    return list(db.session.execute(rows)) if ids else []


def _matching(viewer: Viewer, wanted: Wanted, most: int) -> sa.Select[int]:
    """The ids of the people, in the order of names, at most so many."""
    words = fold(wanted.query).split()[:MOST_WORDS]
    readings = _readings(words)
    fully = [reading for reading in readings if reading.agencies and not reading.rest]  # found from the agency; the others in one scan of people
    parts = [_people(viewer, wanted, [reading for reading in readings if reading not in fully])]
    parts += [_people(viewer, wanted, [reading]) for reading in fully]
    if len(words) == 1 and viewer.holds(ADMINISTRATOR):
        parts.append(_people(viewer, wanted, [Reading(None, [])], (ADMINISTRATOR,)).where(Person.id.in_(_user_names(words[0]))))
    ended = [part.order_by(Person.sort, Person.id).limit(most).subquery() for part in parts]
    if len(ended) == 1:
        return sa.select(ended[0].c.id).order_by(ended[0].c.sort, ended[0].c.id)
    joined = sa.union(*(sa.select(part.c.id, part.c.sort) for part in ended)).subquery()
    return sa.select(joined.c.id).order_by(joined.c.sort, joined.c.id).limit(most)


class Reading(NamedTuple):
    """One way to read the words: people of these agencies (None: of any) whose own text holds the rest of the words."""

    agencies: list[int] | None
    rest: list[str]

    def of_person(self) -> sa.ColumnElement[bool]:
        """Whether the person's own text holds the rest."""
        return sa.and_(sa.true(), *(Person.search.contains(word, autoescape=True) for word in self.rest))

    def of_both(self) -> sa.ColumnElement[bool]:
        """The same, and the membership is at one of the agencies."""
        return self.of_person() if self.agencies is None else sa.and_(self.of_person(), Membership.agency_id.in_(self.agencies))


def _readings(words: list[str]) -> list[Reading]:
    """All readings; each word may name the agency (its beginning a word of name or code there) or the person."""
    everybody = [Reading(None, words)]
    if not words:
        return everybody
    text = sa.literal(" ") + Agency.search + " " + sa.func.lower(Agency.code)
    told = [text.contains(f" {word}", autoescape=True).label(f"word{index}") for index, word in enumerate(words)]
    groups: dict[tuple[bool, ...], list[int]] = {}
    for agency_id, *said in db.session.execute(sa.select(Agency.id, *told).where(sa.or_(*told))):
        groups.setdefault(tuple(bool(one) for one in said), []).append(agency_id)
    best = sorted(groups.items(), key=lambda group: -sum(group[0]))[:MOST_READINGS]
    return everybody + [Reading(ids, [word for word, is_said in zip(words, said, strict=True) if not is_said]) for said, ids in best]


def _user_names(word: str) -> sa.Select[int]:
    """Accounts by their user name; by its beginning only where it looks like a whole name written together (no index serves that)."""
    is_glued = len(word) > 7 and word.isalpha()
    same = Account.username.startswith(word, autoescape=True) if is_glued else Account.username == word
    return sa.select(Account.person_id).where(same)


def _people(viewer: Viewer, wanted: Wanted, readings: list[Reading], roles: tuple[str, ...] = (MANAGER, ADMINISTRATOR)) -> sa.Select[int, str]:
    """The people of the wanted agency, state and account within the viewer's reach whom one of the readings means."""
    roles = (ADMINISTRATOR,) if wanted.is_new else roles
    here = readings[0].agencies if len(readings) == 1 else None
    at = sa.select(Membership.person_id).where((Membership.agency_id + 0).in_(reach(viewer, *roles)), _in_state(wanted.state))  # + 0: not by index
    if wanted.agency_id:
        at = at.where(Membership.agency_id.in_(agencies_below([wanted.agency_id])))
    people = sa.select(Person.id, Person.sort).where(sa.or_(*(reading.of_person() for reading in readings)))
    if here is not None or wanted.agency_id:  # from the agency to its people; else from each person to where they belong
        people = people.where(Person.id.in_(at if here is None else at.where(Membership.agency_id.in_(here))))
    if here is None:
        theirs = at.where(Membership.person_id == Person.id)
        people = people.where(theirs.where(sa.or_(*(reading.of_both() for reading in readings))).exists())
    if wanted.is_new:
        people = people.where(sa.exists().where(Account.person_id == Person.id, Account.last_sign_in_at.is_(None), Account.suspended_at.is_(None)))
    return people


def _in_state(state: str) -> sa.ColumnElement[bool]:
    today, other = clock.today(), aliased(Membership)
    others = sa.exists().where(other.person_id == Membership.person_id, other.is_main)
    if state == "left":
        is_over = sa.and_(Membership.to_on <= today, ~others.where(other.from_on > Membership.from_on))
        return sa.and_(Membership.is_main, sa.or_(sa.and_(holds_on(Membership, today), Membership.state == "left"), is_over))
    is_there = Membership.state == state if state else Membership.state != "left"
    is_coming = sa.and_(Membership.is_main, Membership.from_on > today, ~others.where(holds_on(other, today)))
    return sa.and_(is_there, sa.or_(Membership.to_on.is_(None), Membership.to_on > today), sa.or_(Membership.from_on <= today, is_coming))
