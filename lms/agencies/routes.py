"""Pages of the tree, for those who administer it."""

from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import ADMINISTRATOR, ADMINISTRATORS, XLSX, Entry, Refused, Room, clock, keep_although_refused, page, rehearsal, send_made, viewer
from lms.base import gettext as _

from . import actions, heirs, queries, sheet, tasks
from .commands import COMMANDS
from .forms import AgencyForm, DayForm, NewAgencyForm
from .models import Agency

room = Room(__name__)
room.names["agency"] = queries.names_of_agencies
room.menu.append(Entry("Các đơn vị", "agencies.index", ADMINISTRATORS, 70))
for command in COMMANDS:
    room.cli.add_command(command)
TIMERS = (tasks.copy_names,)
MOST_ROWS = 300
OPENING_OFFERED = timedelta(days=30)


@room.route("", to=ADMINISTRATORS)
def index() -> tuple[str, int]:
    """The tree of a day (default today); of another day also what has become of each agency since."""
    form = DayForm(request.args if "on" in request.args else None, data={"on": clock.today()})
    status = 200 if "on" not in request.args or form.validate() else 422
    on = form.on.data if status == 200 and form.on.data else clock.today()
    query, top_id = request.args.get("q", "")[:100], request.args.get("under", type=int)
    tree = queries.agencies_on(viewer(), on)
    branches, is_cut = queries.shown(tree, query, top_id, MOST_ROWS)
    facts = {"total": len(tree), "query": query, "top_id": top_id, "kinds": queries.kind_words(), **_since(tree, on)}
    return page("agencies/index.html", status, form=form, on=on, branches=branches, is_cut=is_cut, **facts)


def _since(tree: list[queries.Branch], on: date) -> dict[str, Any]:
    """Today: what has ended. On another day: who stands today for each agency of that day."""
    if on == clock.today():
        return {"is_today": True, "gone": queries.agencies_gone(viewer()), "now": {}, "first_id": tree[0].id if tree else None}
    return {"is_today": False, "gone": [], "now": heirs.standing_today([branch.id for branch in tree]), "first_id": None}


@room.route("/export.xlsx", to=ADMINISTRATORS)
def export() -> ResponseReturnValue:
    """The tree of today as .xlsx, in the form that can be read back."""
    return send_made(sheet.tree_sheet(viewer().agencies_of(ADMINISTRATOR)), f"cay-don-vi-{clock.today():%Y-%m-%d}.xlsx", XLSX)


@room.route("/<int:id>", to=ADMINISTRATORS)
def show(id: int) -> tuple[str, int]:
    """The life of an agency."""
    agency = queries.agency_life(viewer(), id) or abort(404)
    events, parents = queries.events_of(id), queries.parents_of(id)
    before = _names(queries.predecessors_of(id)) if any(event["before"] for event in events) else {}
    heirs_then = _names(queries.heirs_of(id)) if agency.closed_on else {}
    named = {*before, *heirs_then, *(one.parent_id for one in parents if one.parent_id)}
    facts: dict[str, Any] = {
        "names": queries.names_of(id),
        "parents": parents,
        "events": events,
        "undo_next": next((event["id"] for event in events if event["may_undo"] and _is_offered(event)), None),
        "before": before,
        "heirs": heirs_then,
        "kinds": queries.kind_words(),
        "event_words": queries.event_words(),
        "is_open": agency.closed_on is None or agency.closed_on > clock.today(),
        "known": heirs.readable(viewer(), named.union(*(event[side] for event in events for side in ("before", "after")))),
    }
    return page("agencies/show.html", agency=agency, **facts)


def _names(kin: list[queries.Kin]) -> dict[int, str]:
    return {one.id: one.name for one in kin}


@room.route("/new", to=ADMINISTRATORS, methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """In two steps, as every change of the tree: what is meant, what will be written. A preview keeps nothing and gives its form key back."""
    form = NewAgencyForm.of_request(from_on=clock.today(), position=0, parent_id=request.args.get("under", type=int))
    form.offer(queries.agencies_administered(viewer()))
    step = request.form.get("step", "preview")
    if request.method == "POST" and step == "edit":
        keep_although_refused()
        return page("agencies/edit.html", form=form, agency=None)
    if form.is_sent():
        try:
            if step == "confirm":
                agency = _opened(form)
                flash(_("Đã thêm %(name)s.", name=agency.name))
                return redirect(url_for("agencies.show", id=agency.id))
            with rehearsal():
                _opened(form)
            keep_although_refused()
            return page("agencies/new-preview.html", form=form)
        except Refused as refused:
            form.refuse(refused)
    return page("agencies/edit.html", 422 if request.method == "POST" else 200, form=form, agency=None)


def _opened(form: NewAgencyForm) -> Agency:
    values = {name: form[name].data for name in ("code", "kind", "name", "parent_id", "position", "from_on", "decision")}
    agency = actions.open_agency(viewer(), **values)
    actions.change_agency(viewer(), agency.id, **_plain(form))
    return agency


@room.route("/<int:id>/edit", to=ADMINISTRATORS, methods=["GET", "POST"])
def edit(id: int) -> ResponseReturnValue:
    agency = queries.agency_for(viewer(), id) or abort(404)
    form = AgencyForm.of_request(agency)
    if form.is_sent():
        try:
            actions.change_agency(viewer(), id, **_plain(form))
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã lưu thông tin của %(name)s.", name=agency.name))
            return redirect(url_for("agencies.show", id=id))
    return page("agencies/edit.html", 422 if request.method == "POST" else 200, form=form, agency=agency)


def _plain(form: AgencyForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("code", "position", "help_name", "help_phone")}


def _is_offered(event: dict[str, Any]) -> bool:
    """An opening of long ago is not offered to be undone: by now people belong there."""
    return event["kind"] != "open" or clock.now() - event["recorded_at"] < OPENING_OFFERED
