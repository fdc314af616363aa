"""How a membership or a role goes on at another agency from a day on; and what follows when somebody is put where an end is already recorded."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import act_of, ending_of, hold_agency
from lms.base import Refused, db, undoable
from lms.base import gettext as _

from .models import Membership, RoleHeld

Dated = Membership | RoleHeld
KEPT_OF_MEMBERSHIP = ("person_id", "is_main", "position", "staff_kind", "state", "reason", "decision")
KEPT_OF_ROLE = ("person_id", "role", "granted_by_id")


class Stay(NamedTuple):
    """From a day up to, but not including, another; open without `to_on`."""

    from_on: date
    to_on: date | None


def refuse_ended(agency_id: int, on: date, field: str = "agency_id") -> None:
    """Raise Refused unless the agency exists on that day; until the transaction ends nobody else records its end.

    Called before the rows of the person are locked, so that two changes wait for each other in one order.
    """
    agency = hold_agency(agency_id)
    if agency is None:
        raise Refused(_("Không tìm thấy đơn vị này. Anh/Chị chọn đơn vị khác."), field)
    if agency.closed_on is not None and agency.closed_on <= on:
        said = {"name": agency.name, "day": f"{agency.closed_on:%d/%m/%Y}"}
        raise Refused(_("%(name)s kết thúc hoạt động từ %(day)s. Anh/Chị chọn đơn vị khác hoặc ngày sớm hơn.", **said), field)
    if on < agency.opened_on:
        said = {"name": agency.name, "day": f"{agency.opened_on:%d/%m/%Y}"}
        raise Refused(_("%(name)s chỉ có từ %(day)s. Anh/Chị chọn ngày sau đó.", **said), field)


def follow_recorded_end(membership: Membership) -> None:
    """Somebody joined an agency whose end is already recorded: from that day on they belong to its successor, as part of that very event.

    Refused when there is no one successor (a split, a closure without a receiver). Nothing to do for a membership that ends before.
    """
    _follow_end(membership)


def follow_recorded_end_of_role(held: RoleHeld) -> None:
    """The same for a role that was granted at an agency whose end is already recorded."""
    _follow_end(held)


def _follow_end(row: Dated) -> None:
    agency = hold_agency(row.agency_id)
    if agency is None or agency.closed_on is None or (row.to_on is not None and row.to_on <= agency.closed_on):
        return
    ending = ending_of(agency.id)
    if ending is None or ending.receiver_id is None:
        said = {"name": agency.name, "day": f"{agency.closed_on:%d/%m/%Y}"}
        sentence = _("%(name)s sẽ chia tách hoặc giải thể từ %(day)s. Anh/Chị đợi đến ngày đó, hoặc chọn đơn vị tiếp nhận.", **said)
        raise Refused(sentence, "agency_id")
    hold_agency(ending.receiver_id)
    db.session.flush()
    db.session.refresh(row)  # what was never set is read, so that the note knows it
    with undoable(act_of(ending.event_id)):
        made = go_on([(row, ending.receiver_id)], agency.closed_on)
    for one in made:
        _follow_end(one)


def go_on(moves: Collection[tuple[Dated, int]], on: date) -> list[Any]:
    """Let each of these memberships (or roles) go on at the other agency from that day on: the old row ends, a new one begins.

    A row that would begin on or after that day only changes its agency. Nobody holds a thing twice at the other agency: what is held there
    already is not held again, and a secondary membership gives way to the main one. Answers the rows that stand at the other agencies now. To
    be called within the act; the rows are as the database has them.
    """
    standing: list[Any] = []
    fresh: list[Any] = []
    there = _held_there(moves)
    for row, agency_id in sorted(moves, key=lambda move: (not _is_main(move[0]), move[0].from_on, move[0].id)):
        known, values = there[_holder(row, agency_id)], _kept(row)
        stays = [Stay(max(row.from_on, on), row.to_on)]
        if _is_main(row):
            fresh += [made for other in known for made in _give_way(other, stays)]
        else:
            stays = _not_in(stays, [Stay(other.from_on, other.to_on) for other in known])
        if row.from_on < on:
            row.to_on = on
        elif stays:
            row.agency_id, (row.from_on, row.to_on) = agency_id, stays.pop(0)
            standing.append(row)
            known.append(row)
        else:
            db.session.delete(row)
        made = [type(row)(**values, agency_id=agency_id, from_on=stay.from_on, to_on=stay.to_on) for stay in stays]
        known += made
        fresh += made
    db.session.flush()  # the old ones end before the new ones begin
    db.session.add_all(fresh)
    db.session.flush()
    return [*standing, *fresh]


def _is_main(row: Dated) -> bool:
    return isinstance(row, Membership) and row.is_main


def _kept(row: Dated) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (KEPT_OF_MEMBERSHIP if isinstance(row, Membership) else KEPT_OF_ROLE)}


def _holder(row: Dated, agency_id: int) -> tuple[Any, ...]:
    return (row.person_id, agency_id, getattr(row, "role", None))


def _held_there(moves: Collection[tuple[Dated, int]]) -> defaultdict[tuple[Any, ...], list[Any]]:
    """What the people hold already at the agencies where they go on."""
    there: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
    people = sorted({row.person_id for row, _agency_id in moves})
    agencies = {agency_id for _row, agency_id in moves}
    model: Any
    for model in {type(row) for row, _agency_id in moves}:
        for start in range(0, len(people), 500):
            theirs = sa.select(model).where(model.person_id.in_(people[start : start + 500]), model.agency_id.in_(agencies))
            for row in db.session.scalars(theirs.order_by(model.id).execution_options(populate_existing=True)):
                there[_holder(row, row.agency_id)].append(row)
    return there


def _give_way(beside: Membership, stays: Collection[Stay]) -> list[Membership]:
    """A secondary membership keeps only what lies outside these periods; answers what must be added for it."""
    own = Stay(beside.from_on, beside.to_on)
    left = [own] if beside.is_main else _not_in([own], stays)
    if not left:
        db.session.delete(beside)
        return []
    if left != [own]:
        beside.from_on, beside.to_on = left[0]
    return [Membership(**_kept(beside), agency_id=beside.agency_id, from_on=stay.from_on, to_on=stay.to_on) for stay in left[1:]]


def _not_in(stays: list[Stay], taken: Collection[Stay]) -> list[Stay]:
    """What is left of the periods outside the others."""
    for other in taken:
        left: list[Stay] = []
        for stay in stays:
            ends_before = other.to_on is not None and other.to_on <= stay.from_on
            begins_after = stay.to_on is not None and other.from_on >= stay.to_on
            if ends_before or begins_after:
                left.append(stay)
                continue
            if stay.from_on < other.from_on:
                left.append(Stay(stay.from_on, other.from_on))
            if other.to_on is not None and (stay.to_on is None or other.to_on < stay.to_on):
                left.append(Stay(other.to_on, stay.to_on))
        stays = left
    return stays
