"""What an act does, said before it is done: it is carried out, its notes are read, and all of it is taken back."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.agencies import Agency, AgencyEvent, AgencyEventPart, act_of, agencies_directly_below, openings_of
from lms.base import db, effects_on, notes_of, rehearsal
from lms.base import gettext as _

from ..models import Person
from .undoing import Note

MOST_NAMES = 10


class Preview(NamedTuple):
    """What an act would do.

    `what`, `effects`: sentences. `people`: how many move; `people_names`: the first ten as (name, from, to). `roles`: (name, role, from, to);
    an empty `to`: the person holds it there already, or it ends. `agencies`: the names of the agencies below that go along.
    """

    what: list[str]
    people: int
    people_names: list[tuple[str, str, str]]
    roles: list[tuple[str, str, str, str]]
    agencies: list[str]
    effects: list[str]


def preview(actor: Any, act: Callable[[], int], agency_ids: Collection[int], on: date) -> Preview:
    """What `act` (it answers the id of its event) would do to these agencies from that day on; nothing of it is kept. Raises what it raises."""
    with rehearsal():
        shown = affected_by(act())
        return shown._replace(effects=effects_on("agency", sorted(agency_ids), on))


def affected_by(event_id: int) -> Preview:
    """What an event did, as its notes say; without the effects on other rooms."""
    event = db.session.get_one(AgencyEvent, event_id)
    notes = [*notes_of(openings_of(event_id)), *notes_of(act_of(event_id))]
    people, roles = _moves(notes, "membership"), _moves(notes, "role_held")
    people_ids = [row[0] for row in people]
    persons = _persons(people_ids, MOST_NAMES), _persons([row[0] for row in roles], None)
    agencies = _agencies({agency_id for row in [*people, *roles] for agency_id in row[2:]})
    first = {row[0]: row for row in reversed(people)}
    return Preview(
        what=_what(event, notes),
        people=len(set(people_ids)),
        people_names=[(name, agencies.get(first[one][2], ""), agencies.get(first[one][3], "")) for one, name in persons[0].items()],
        roles=[(persons[1][person_id], role, agencies.get(old, ""), agencies.get(new, "")) for person_id, role, old, new in roles],
        agencies=_children(event, notes),
        effects=[],
    )


def _moves(notes: list[Note], table: str) -> list[tuple[int, str, int, int]]:
    """(person, role or "", from agency, to agency or 0) of the rows of that table, in the order of the notes."""
    arrived: dict[tuple[int, str], int] = {}
    left: dict[tuple[int, str, int], None] = {}
    for name, _row_id, before, after in notes:
        if name != table:
            continue
        if before:
            left[(before["person_id"], before.get("role", ""), before["agency_id"])] = None
        if after and (before is None or before["agency_id"] != after["agency_id"]):
            arrived.setdefault((after["person_id"], after.get("role", "")), after["agency_id"])
    return [(person_id, role, old, arrived.get((person_id, role), 0)) for person_id, role, old in left]


def _persons(ids: Collection[int], most: int | None) -> dict[int, str]:
    """id -> name in the order of lists, the first so many."""
    rows = sa.select(Person.id, Person.full_name).where(Person.id.in_(set(ids))).order_by(Person.sort, Person.id).limit(most)
    return {row.id: row.full_name for row in db.session.execute(rows)}


def _agencies(ids: Collection[int | None]) -> dict[int | None, str]:
    """id -> name, in official order."""
    rows = sa.select(Agency.id, Agency.name).where(Agency.id.in_([one for one in ids if one])).order_by(Agency.position, Agency.id)
    return {row.id: row.name for row in db.session.execute(rows)}


def _inserted(notes: list[Note], table: str) -> list[dict[str, Any]]:
    return [after for name, _row_id, before, after in notes if name == table and before is None and after is not None]


def _changed(notes: list[Note], table: str) -> list[dict[str, Any]]:
    return [before for name, _row_id, before, _after in notes if name == table and before is not None]


def _children(event: AgencyEvent, notes: list[Note]) -> list[str]:
    """What goes along: the agencies that were put under another one, or stand under the one that moves."""
    moved = {row["agency_id"] for row in _changed(notes, "agency_parent")} & {row["agency_id"] for row in _inserted(notes, "agency_parent")}
    if event.kind == "move":
        moved = {child for one in moved for child in agencies_directly_below(one, event.effective_on)}
    return list(_agencies(moved).values())


def _what(event: AgencyEvent, notes: list[Note]) -> list[str]:
    parts = db.session.execute(sa.select(AgencyEventPart.side, AgencyEventPart.agency_id).where(AgencyEventPart.event_id == event.id)).all()
    old = _agencies({agency_id for side, agency_id in parts if side == "from"})
    new = _agencies({agency_id for side, agency_id in parts if side == "to"})
    say = {"rename": _say_rename, "move": _say_move, "merge": _say_merge, "split": _say_split, "close": _say_close, "open": _say_open}
    said = say[event.kind](f"{event.effective_on:%d/%m/%Y}", notes, ", ".join(old.values()), ", ".join(new.values()))
    ended = [values for name, _row_id, _before, values in notes if name == "agency" and values and values.get("heir_id")]
    heirs = _agencies({values["heir_id"] for values in ended})
    if ended:
        said.append(_("Số liệu trước ngày đó vẫn ghi cho đơn vị cũ; khi cộng dồn thì tính cho %(heir)s.", heir=", ".join(heirs.values())))
    return said


def _say_rename(day: str, notes: list[Note], _old: str, _new: str) -> list[str]:
    names = {"old": _changed(notes, "agency_name")[0]["name"], "new": _inserted(notes, "agency_name")[0]["name"]}
    return [_("Từ %(day)s, %(old)s đổi tên thành %(new)s.", day=day, **names)]


def _say_move(day: str, notes: list[Note], old: str, _new: str) -> list[str]:
    before, after = _changed(notes, "agency_parent")[0]["parent_id"], _inserted(notes, "agency_parent")[0]["parent_id"]
    names = _agencies({before, after})
    if before is None:
        return [_("Từ %(day)s, %(name)s trực thuộc %(new)s.", day=day, name=old, new=names[after])]
    return [_("Từ %(day)s, %(name)s chuyển từ %(old)s về trực thuộc %(new)s.", day=day, name=old, old=names[before], new=names[after])]


def _say_merge(day: str, notes: list[Note], old: str, new: str) -> list[str]:
    if _inserted(notes, "agency"):
        return [_("Từ %(day)s, %(names)s sáp nhập thành đơn vị mới %(into)s.", day=day, names=old, into=new), *_say_opened(notes)]
    return [_("Từ %(day)s, %(names)s sáp nhập vào %(into)s.", day=day, names=old, into=new)]


def _say_split(day: str, notes: list[Note], old: str, new: str) -> list[str]:
    if any(values["closed_on"] is None for values in _changed(notes, "agency")):
        return [_("Từ %(day)s, %(name)s chia thành %(names)s và kết thúc hoạt động.", day=day, name=old, names=new), *_say_opened(notes)]
    return [_("Từ %(day)s, một phần của %(name)s tách về %(names)s; %(name)s tiếp tục hoạt động.", day=day, name=old, names=new), *_say_opened(notes)]


def _say_close(day: str, _notes: list[Note], old: str, new: str) -> list[str]:
    said = [_("Từ %(day)s, %(name)s giải thể.", day=day, name=old)]
    return [*said, _("Người của đơn vị chuyển về %(name)s.", name=new)] if new else said


def _say_open(day: str, _notes: list[Note], _old: str, new: str) -> list[str]:
    return [_("Từ %(day)s, thành lập %(name)s.", day=day, name=new)]


def _say_opened(notes: list[Note]) -> list[str]:
    """Where the new agencies stand."""
    parents = {row["agency_id"]: row["parent_id"] for row in _inserted(notes, "agency_parent")}
    opened = [(row["id"], row["name"]) for row in _inserted(notes, "agency")]
    names = _agencies({parents[one] for one, _name in opened})
    return [_("%(name)s trực thuộc %(parent)s.", name=name, parent=names[parents[one]]) for one, name in opened if parents[one]]
