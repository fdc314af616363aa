"""Pages of the tree, for those who administer it."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import ADMINISTRATORS, Entry, Refused, Room, clock, page, viewer
from lms.base import gettext as _

from . import actions, queries, tasks
from .forms import AgencyForm, NewAgencyForm

room = Room(__name__)
room.names["agency"] = queries.names_of_agencies
room.menu.append(Entry("Các đơn vị", "agencies.index", ADMINISTRATORS, 70))
TIMERS = (tasks.copy_names,)
MOST_ROWS = 300


@room.route("", to=ADMINISTRATORS)
def index() -> tuple[str, int]:
    query, top_id = request.args.get("q", "")[:100], request.args.get("under", type=int)
    tree = queries.agencies_administered(viewer())
    branches, is_cut = queries.shown(tree, query, top_id, MOST_ROWS)
    gone = queries.agencies_gone(viewer())
    words = queries.kind_words()
    return page("agencies/index.html", branches=branches, is_cut=is_cut, total=len(tree), query=query, gone=gone, kinds=words)


@room.route("/<int:id>", to=ADMINISTRATORS)
def show(id: int) -> tuple[str, int]:
    agency = queries.agency_life(viewer(), id) or abort(404)
    facts: dict[str, Any] = {
        "names": queries.names_of(id),
        "parents": queries.parents_of(id),
        "events": queries.events_of(id),
        "kinds": queries.kind_words(),
        "event_words": queries.event_words(),
        "is_open": agency.closed_on is None or agency.closed_on > clock.today(),
    }
    return page("agencies/show.html", agency=agency, **facts)


@room.route("/new", to=ADMINISTRATORS, methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = NewAgencyForm.of_request(from_on=clock.today(), position=0, parent_id=request.args.get("under", type=int))
    form.offer(queries.agencies_administered(viewer()))
    if form.is_sent():
        try:
            values = {name: form[name].data for name in ("code", "kind", "name", "parent_id", "position", "from_on", "decision")}
            agency = actions.open_agency(viewer(), **values)
            actions.change_agency(viewer(), agency.id, **_plain(form))
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã thêm %(name)s.", name=agency.name))
            return redirect(url_for("agencies.show", id=agency.id))
    return page("agencies/edit.html", 422 if request.method == "POST" else 200, form=form, agency=None)


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
