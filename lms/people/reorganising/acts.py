"""Mergers, splits and closures, with the people and the roles that follow. `seen`: the newest event that the form knew of."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import Ended, NewAgency, closing_agency, merging_agencies, splitting_agency
from lms.base import Refused, db
from lms.base import gettext as _

from ..following import go_on
from ..models import Membership, Person, RoleHeld

Heir = Callable[[int], int | None]


class Part(NamedTuple):
    """A part of an agency that is split: to an agency that stands or a new one (exactly one of both) go these people and these agencies below."""

    agency_id: int | None
    new: NewAgency | None
    person_ids: frozenset[int]
    child_ids: frozenset[int]


def merge(actor: Any, from_ids: Collection[int], into: int | NewAgency, on: date, decision: str | None, *, seen: int | None = None) -> int:
    """A and B become the new agency C, or B goes into A. All people of the old ones and the roles held there follow. Answers the event's id."""
    with merging_agencies(actor, from_ids, into, on, decision, seen=seen) as ended:
        _follow(ended, from_ids, on, lambda _person_id: ended.heir_id)
    return ended.event_id


def split(actor: Any, agency_id: int, parts: Sequence[Part], on: date, decision: str | None, *, keeps: bool, seen: int | None = None) -> int:
    """Tách (`keeps`): the agency goes on with those who are in no part. Chia: it ends, and everybody is in a part.

    Roles held there go with those who go; at an agency that ends, the roles of people of elsewhere go to the first part. Answers the event's id.
    """
    receivers = [(_receiver(part), part.child_ids) for part in parts]
    with splitting_agency(actor, agency_id, receivers, on, decision, keeps=keeps, seen=seen) as ended:
        places = _places(agency_id, parts, on, keeps)
        heirs = {person_id: ended.receiver_ids[place] for person_id, place in places.items()}
        _follow(ended, [agency_id], on, lambda person_id: heirs.get(person_id, ended.heir_id))
    return ended.event_id


def close(actor: Any, agency_id: int, on: date, decision: str | None, *, people_to: int | None, seen: int | None = None) -> int:
    """The agency is dissolved; its people and the roles held there go to `people_to`. Answers the event's id.

    Without a receiver nobody may be left; roles end, and whoever has left the service is kept at the agency above.
    """
    with closing_agency(actor, agency_id, on, decision, people_to, seen=seen) as ended:
        if people_to is None:
            _refuse_people_left(agency_id, on)
        _follow(ended, [agency_id], on, lambda _person_id: ended.heir_id, with_roles=people_to is not None)
    return ended.event_id


def _receiver(part: Part) -> int | NewAgency:
    receiver = part.agency_id if part.new is None else part.new
    if receiver is None or (part.agency_id is not None and part.new is not None):
        raise Refused(_("Mỗi phần đi về một đơn vị: chọn đơn vị có sẵn hoặc nhập đơn vị mới."), "parts")
    return receiver


def _not_over(model: Any, agency_ids: Collection[int], on: date) -> Any:
    rows = sa.select(model).where(model.agency_id.in_(agency_ids), sa.or_(model.to_on.is_(None), model.to_on > on))
    return rows.order_by(model.id).execution_options(populate_existing=True)


def _held_now(model: Any, agency_ids: Collection[int], on: date) -> list[Any]:
    """The rows that are not over by that day, locked. Asked twice: whoever was changing one meanwhile may have begun another."""
    db.session.scalars(_not_over(model, agency_ids, on).with_for_update()).all()
    return list(db.session.scalars(_not_over(model, agency_ids, on).with_for_update()))


def _follow(ended: Ended, from_ids: Collection[int], on: date, heir: Heir, *, with_roles: bool = True) -> None:
    """Let people and roles of the old agencies go on at their heirs from that day on; without an heir they stay, or end with the agency."""
    rows, roles = _held_now(Membership, from_ids, on), _held_now(RoleHeld, from_ids, on)
    go_on([(row, to_id) for row in rows if (to_id := heir(row.person_id))], on)
    if with_roles:
        go_on([(row, to_id) for row in roles if (to_id := heir(row.person_id))], on)
    else:
        _end(roles, on)
        _end([row for row in rows if not heir(row.person_id)], on)
    ended.details["people"] = len({row.person_id for row in rows if heir(row.person_id)})


def _end(rows: Collection[Membership | RoleHeld], on: date) -> None:
    for row in rows:
        if row.from_on < on:
            row.to_on = on
        else:
            db.session.delete(row)
    db.session.flush()


def _places(agency_id: int, parts: Sequence[Part], on: date, keeps: bool) -> dict[int, int]:
    """person -> the place of their part. Refused when somebody is in two, does not belong there, or is left over of what ends."""
    if any(part.agency_id is not None and not part.person_ids and not part.child_ids for part in parts):
        raise Refused(_("Mỗi phần về đơn vị có sẵn phải có người hoặc đơn vị trực thuộc đi theo."), "parts")
    given = [(person_id, place) for place, part in enumerate(parts) for person_id in part.person_ids]
    places = dict(given)
    if len(places) < len(given):
        twice = {person_id for person_id, place in given if places[person_id] != place}
        raise Refused(_("Mỗi người chỉ đi theo một phần: %(names)s.", names=some_names(twice)), "parts")
    here = {row.person_id for row in _held_now(Membership, [agency_id], on)}
    if places.keys() - here:
        raise Refused(_("Không còn thuộc đơn vị từ ngày này: %(names)s. Anh/Chị chọn lại.", names=some_names(places.keys() - here)), "parts")
    if not keeps and here - places.keys():
        raise Refused(_("Chưa chọn phần cho: %(names)s.", names=some_names(here - places.keys())), "parts")
    return places


def _refuse_people_left(agency_id: int, on: date) -> None:
    people = len({row.person_id for row in _held_now(Membership, [agency_id], on) if row.state != "left"})
    if people:
        raise Refused(_("Còn %(n)s người thuộc đơn vị. Anh/Chị chọn đơn vị tiếp nhận.", n=people), "people_to")


def some_names(person_ids: Collection[int], most: int = 3) -> str:
    """The names of the first few of these people."""
    names = list(db.session.scalars(sa.select(Person.full_name).where(Person.id.in_(person_ids)).order_by(Person.sort, Person.id).limit(most)))
    return ", ".join(names) + (" …" if len(person_ids) > most else "")
