"""Changes of the tree in two calm steps: say what is meant, read what will happen, confirm. Nothing is kept before that."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import Branch, NewAgency, agencies_directly_below, agency_for, agency_life, agency_tree, event_words, events_of
from lms.base import ADMINISTRATOR, ADMINISTRATORS, Entry, Refused, clock, fold, keep_although_refused, page, viewer
from lms.base import gettext as _

from .. import reorganising
from ..forms.changes import MOST_PARTS, ChangeForm, CloseForm, MergeForm, MoveForm, PartForm, RenameForm, SplitForm, UndoForm, below, named, without
from ..placed import placed_at
from ..queries import role_words
from ..reorganising import Part
from .room import room

room.links["agency_change"] = [
    Entry("Đổi tên", "people.rename_agency", ADMINISTRATORS, 10),
    Entry("Chuyển cấp trên", "people.move_agency", ADMINISTRATORS, 20),
    Entry("Sáp nhập", "people.merge_agencies", ADMINISTRATORS, 30),
    Entry("Chia tách", "people.split_agency", ADMINISTRATORS, 40),
    Entry("Giải thể", "people.close_agency", ADMINISTRATORS, 50),
]
room.links["agency_undo"] = [Entry("Hoàn tác", "people.undo_change", ADMINISTRATORS)]
MOST_TICKS, MOST_PLACED = 60, 1500
ALLOTTED = ("person-", "child-", "rest")


class Ground(NamedTuple):
    """The agency that is to change, and the viewer's tree around it."""

    agency: Branch
    tree: list[Branch]


def _ground(agency_id: int) -> Ground:
    """Of an agency that is still to open: the tree of its first day."""
    agency = agency_for(viewer(), agency_id) or abort(404)
    tree = agency_tree(viewer().agencies_of(ADMINISTRATOR), max(clock.today(), agency.opened_on))
    return Ground(next((branch for branch in tree if branch.id == agency_id), None) or abort(404), tree)


def _step() -> str:
    """What the button says. Words typed into a search box are searched for first, whichever button (or Enter) sent the form."""
    is_asked = request.form.get("q", "") != request.form.get("asked", "")
    return "" if request.method == "GET" else "search" if is_asked else request.form.get("step", "preview")


def _carried(is_carried: Callable[[str], bool] = lambda name: True) -> list[tuple[str, str]]:
    """What was typed on other pages of this change: it travels in hidden fields."""
    return [pair for pair in request.form.items(multi=True) if pair[0] not in ("_key", "step", "seen") and is_carried(pair[0])]


def _kept_nothing() -> None:
    """The page is no answer to remember: sent again, it is made again."""
    if request.method == "POST":
        keep_although_refused()


def _two_steps(
    ground: Ground, form: ChangeForm, kind: str, act: Callable[[int | None], int], ids: Callable[[], Collection[int]], **facts: Any
) -> ResponseReturnValue:
    """The form; what it would do; the deed. `act(seen)` carries it out, `ids()` are the agencies that it touches."""
    step = _step()
    is_form = step not in ("preview", "confirm", "allot")
    if is_form:
        _kept_nothing()
    elif form.validate():
        try:
            return _confirmed(ground, act) if step == "confirm" else _preview(ground, form, kind, act, ids())
        except Refused as refused:
            form.refuse(refused)
    return page(f"people/changes/{kind}.html", 200 if is_form else 422, form=form, agency=ground.agency, **facts)


def _preview(ground: Ground, form: ChangeForm, kind: str, act: Callable[[int | None], int], ids: Collection[int]) -> ResponseReturnValue:
    seen = reorganising.newest_event_id(ids)
    shown = reorganising.preview(viewer(), lambda: act(None), ids, form.day)
    facts: dict[str, Any] = {"agency": ground.agency, "form": form, "role_names": role_words()}
    _kept_nothing()
    return page("people/changes/preview.html", shown=shown, seen=seen, kind=kind, carried=_carried(), **facts)


def _confirmed(ground: Ground, act: Callable[[int | None], int]) -> ResponseReturnValue:
    seen = request.form.get("seen", "")
    act(int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0)
    flash(_("Đã ghi thay đổi của %(name)s.", name=ground.agency.name))
    return redirect(url_for("agencies.show", id=ground.agency.id))


@room.route("/people/agencies/<int:id>/rename", to=ADMINISTRATORS, methods=["GET", "POST"])
def rename_agency(id: int) -> ResponseReturnValue:
    ground = _ground(id)
    form = RenameForm.of_request(on=clock.today(), name=ground.agency.name)

    def act(seen: int | None) -> int:
        return reorganising.rename(viewer(), id, form.name.data, form.day, form.decision.data or None, seen=seen)

    return _two_steps(ground, form, "rename", act, lambda: [id])


@room.route("/people/agencies/<int:id>/move", to=ADMINISTRATORS, methods=["GET", "POST"])
def move_agency(id: int) -> ResponseReturnValue:
    ground = _ground(id)
    form = MoveForm.of_request(on=clock.today(), parent_id=ground.agency.parent_id)
    form.parent_id.choices = named(without(ground.tree, below(ground.tree, id)))

    def act(seen: int | None) -> int:
        return reorganising.move(viewer(), id, form.parent_id.data, form.day, form.decision.data or None, seen=seen)

    return _two_steps(ground, form, "move", act, lambda: [id])


@room.route("/people/agencies/<int:id>/close", to=ADMINISTRATORS, methods=["GET", "POST"])
def close_agency(id: int) -> ResponseReturnValue:
    ground = _ground(id)
    people = [one for one in placed_at(id, clock.today()) if not one.has_left]
    children = [branch for branch in ground.tree if branch.parent_id == id]
    form = CloseForm.of_request(on=clock.today(), people_to=str(ground.agency.parent_id or "") if people else "")
    others = [(str(branch_id), label) for branch_id, label in named(without(ground.tree, below(ground.tree, id)))]
    form.people_to.choices = [("", _("Chưa chọn") if people else _("Không có ai để chuyển")), *others]

    def act(seen: int | None) -> int:
        people_to = int(form.people_to.data) if form.people_to.data else None
        return reorganising.close(viewer(), id, form.day, form.decision.data or None, people_to=people_to, seen=seen)

    return _two_steps(ground, form, "close", act, lambda: [id], people=len(people), children=children)


@room.route("/people/agencies/<int:id>/merge", to=ADMINISTRATORS, methods=["GET", "POST"])
def merge_agencies(id: int) -> ResponseReturnValue:
    ground = _ground(id)
    agency = ground.agency
    form = MergeForm.of_request(on=clock.today(), kind=agency.kind, parent_id=agency.parent_id, position="1").offer(agency, ground.tree)

    def old_ones() -> list[int]:
        into = {"this": id, "other": form.into_id.data}.get(form.into.data)
        return [one for one in dict.fromkeys([id, *(form.from_ids.data or [])]) if one != into]

    def act(seen: int | None) -> int:
        new = (
            NewAgency(form.agency_code.data, form.kind.data, form.name.data, form.parent_id.data, form.position.number)
            if form.into.data == "new"
            else None
        )
        into = new or (id if form.into.data == "this" else form.into_id.data)
        return reorganising.merge(viewer(), old_ones(), into, form.day, form.decision.data or None, seen=seen)

    def ids() -> list[int]:
        return [*{*old_ones(), id} | ({form.into_id.data} if form.into.data == "other" else set())]

    return _two_steps(ground, form, "merge", act, ids, **_ticks(ground, form))


def _ticks(ground: Ground, form: MergeForm) -> dict[str, Any]:
    """What may be ticked: what is ticked already, then what the search finds, or else what stands beside the agency."""
    query = request.form.get("q", "")[:100]
    words, ticked = fold(query).split(), set(form.from_ids.data or ())
    others = [branch for branch in ground.tree if branch.id != ground.agency.id]
    found = [one for one in others if all(word in fold(f"{one.name} {one.code}") for word in words)]
    if not words:
        found = [one for one in others if one.parent_id == ground.agency.parent_id and ground.agency.depth] or others
    offered = [one for one in found if one.id not in ticked]
    shown = [one for one in others if one.id in ticked] + offered[:MOST_TICKS]
    return {"ticks": shown, "ticked": ticked, "query": query, "is_cut": len(offered) > MOST_TICKS, "is_empty": bool(words) and not found}


@room.route("/people/agencies/<int:id>/split", to=ADMINISTRATORS, methods=["GET", "POST"])
def split_agency(id: int) -> ResponseReturnValue:
    """Three pages: which parts; what and who goes to which; what will happen."""
    ground = _ground(id)
    agency = ground.agency
    empty = {"kind": agency.kind, "position": "1"}
    form = SplitForm.of_request(on=clock.today(), parent_id=agency.parent_id or id, parts=[empty] * MOST_PARTS).offer(agency, ground.tree)
    if _step() == "allot" and form.validate():
        return _allot(ground, form)

    def act(seen: int | None) -> int:
        keeps = form.way.data == "keeps"
        return reorganising.split(viewer(), id, _parts(ground, form), form.day, form.decision.data or None, keeps=keeps, seen=seen)

    def ids() -> list[int]:
        return [id, *(int(part.agency_id.data) for part in form.filled() if part.agency_id.data)]

    carried = _carried(lambda name: name.startswith(ALLOTTED))
    return _two_steps(ground, form, "split", act, ids, carried=carried)


def _allot(ground: Ground, form: SplitForm) -> ResponseReturnValue:
    """Who goes to which part; "0" stays."""
    places = [("0", _("ở lại %(name)s", name=ground.agency.name))] if form.way.data == "keeps" else []
    places += [(str(number), _part_name(part)) for number, part in enumerate(form.filled(), 1)]
    people = placed_at(ground.agency.id, form.day)
    facts: dict[str, Any] = {"people": people[:MOST_PLACED], "more": max(0, len(people) - MOST_PLACED), "children": _children(ground, form.day)}
    _kept_nothing()
    carried = _carried(lambda name: not name.startswith(ALLOTTED))
    return page("people/changes/allot.html", agency=ground.agency, form=form, places=places, chosen=request.form, carried=carried, **facts)


def _part_name(part: PartForm) -> str:
    return part.name.data or dict(part.agency_id.choices)[part.agency_id.data]


def _children(ground: Ground, on: date) -> list[Branch]:
    ids = set(agencies_directly_below(ground.agency.id, on))
    return [branch for branch in ground.tree if branch.id in ids]


def _parts(ground: Ground, form: SplitForm) -> list[Part]:
    """The parts with their people and their agencies; whoever was not chosen follows the rest."""
    people = _allotted("person-", [one.id for one in placed_at(ground.agency.id, form.day)])
    children = _allotted("child-", [child.id for child in _children(ground, form.day)])
    parts = []
    for number, part in enumerate(form.filled(), 1):
        agency_id = int(part.agency_id.data) if part.agency_id.data else None
        new = None if agency_id else NewAgency(part.code.data, part.kind.data, part.name.data, form.parent_id.data, part.position.number)
        theirs = [frozenset(one for one, place in chosen.items() if place == str(number)) for chosen in (people, children)]
        parts.append(Part(agency_id, new, *theirs))
    return parts


def _allotted(prefix: str, ids: Collection[int]) -> dict[int, str]:
    rest = request.form.get("rest", "0")
    return {one: request.form.get(f"{prefix}{one}") or rest for one in ids}


@room.route("/people/agencies/<int:id>/undo", to=ADMINISTRATORS, methods=["GET", "POST"])
def undo_change(id: int) -> ResponseReturnValue:
    """The newest event of the agency that may be undone; what goes back is said first."""
    agency = agency_life(viewer(), id) or abort(404)
    event = next((event for event in events_of(id) if event["may_undo"]), None)
    form, status = UndoForm.of_request(), 422 if request.method == "POST" else 200
    if form.is_sent():
        try:
            if event is None or event["id"] != form.event.data:
                raise Refused(_("Sự kiện này không hoàn tác được nữa, hoặc đã được hoàn tác."))
            reorganising.undo_event(viewer(), form.event.data)
            flash(_("Đã hoàn tác. Mọi thứ trở lại như trước sự kiện đó."))
            return redirect(url_for("agencies.show", id=id) if agency_life(viewer(), id) else url_for("agencies.index"))
        except Refused as refused:
            form.refuse(refused)
    return page("people/changes/undo.html", status, agency=agency, event=event, form=form, event_words=event_words())
