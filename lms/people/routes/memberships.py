"""Pages on which somebody's work changes: transfer, leave, return, leaving service, second places, corrections. Each says first what it will do."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import ADMINISTRATOR, ADMINISTRATORS, Form, Refused, begin_writing, clock, page, viewer
from lms.base import gettext as _

from .. import actions, effects, memberships, queries
from ..forms.person import CorrectionForm
from ..forms.work import BesideForm, EndForm, FromDay, LeaveForm, LeftForm, TransferForm
from .room import room

HINTS = {"position": "Để trống thì giữ chức vụ hiện nay.", "until_on": "Để trống nếu chưa biết.", "to_on": "Để trống nếu chưa biết."}


def two_steps(person: Any, form: Form, title: str, foretell: Callable[[], list[str]], act: Callable[[], Any], done: str) -> ResponseReturnValue:
    """First what the change will do, then the change: a POST with step=write is the second. What was typed stays on the page."""
    told: list[str] = []
    if form.is_sent() and request.form.get("step") != "back":
        try:
            if request.form.get("step") == "write":
                act()
                flash(done)
                return redirect(url_for("people.show", id=person.id))
            told = foretell()
        except Refused as refused:
            form.refuse(refused)
    is_wrong = bool(form.errors or form.sentence)
    return page("people/change.html", 422 if is_wrong else 200, person=person, form=form, title=title, told=told, hints=HINTS)


def reached(person_id: int) -> Any:
    """The row of a person whom the viewer administers, or 404."""
    return queries.person_by_id(viewer(), person_id, ADMINISTRATOR) or abort(404)


def person_to_change(person_id: int) -> Any:
    """The same for the pages of `two_steps`: the second step begins to write before it looks, so that a repeated one gets the first answer."""
    if request.form.get("step") == "write":
        begin_writing()
    return reached(person_id)


@room.route("/people/<int:id>/transfer", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def transfer(id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    form = TransferForm.of_request(on=clock.today()).offer(agency_tree(who.agencies_of(ADMINISTRATOR)))
    return two_steps(
        person,
        form,
        _("Chuyển đơn vị"),
        lambda: effects.of_transfer(who, id, form.agency_id.data, form.on.data),
        lambda: memberships.transfer_person(who, id, form.agency_id.data, form.on.data, form.position.data, form.decision.data),
        _("Đã ghi chuyển đơn vị của %(name)s.", name=person.full_name),
    )


@room.route("/people/<int:id>/leave", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def leave(id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    form = LeaveForm.of_request(on=clock.today()).offer()
    return two_steps(
        person,
        form,
        _("Nghỉ, đi học, biệt phái"),
        lambda: effects.of_leave(who, id, form.reason.data, form.on.data, form.until_on.data),
        lambda: memberships.go_on_leave(who, id, form.reason.data, form.on.data, form.until_on.data, form.decision.data),
        _("Đã ghi thời gian nghỉ của %(name)s.", name=person.full_name),
    )


@room.route("/people/<int:id>/return", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def return_to_work(id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    form = FromDay.of_request(on=clock.today())
    return two_steps(
        person,
        form,
        _("Trở lại làm việc"),
        lambda: effects.of_return(who, id, form.on.data),
        lambda: memberships.return_to_work(who, id, form.on.data),
        _("Đã ghi %(name)s trở lại làm việc.", name=person.full_name),
    )


@room.route("/people/<int:id>/left", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def left(id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    form = LeftForm.of_request(on=clock.today()).offer()
    return two_steps(
        person,
        form,
        _("Thôi công tác"),
        lambda: effects.of_leaving(who, id, form.reason.data, form.on.data),
        lambda: memberships.leave_service(who, id, form.reason.data, form.on.data, form.decision.data),
        _("Đã ghi %(name)s thôi công tác.", name=person.full_name),
    )


@room.route("/people/<int:id>/memberships/new", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def add_membership(id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    form = BesideForm.of_request(on=clock.today(), staff_kind=person.staff_kind)
    form.offer(agency_tree(who.agencies_of(ADMINISTRATOR)))
    place = ("agency_id", "position", "staff_kind", "on", "until_on")
    return two_steps(
        person,
        form,
        _("Thêm nơi công tác"),
        lambda: effects.of_beside(who, id, form.agency_id.data, form.on.data, form.until_on.data),
        lambda: memberships.add_membership(who, id, *(form[name].data for name in place)),
        _("Đã ghi nơi công tác thêm của %(name)s.", name=person.full_name),
    )


@room.route("/people/<int:id>/memberships/<int:membership_id>/end", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def end_membership(id: int, membership_id: int) -> ResponseReturnValue:
    person, who = person_to_change(id), viewer()
    beside = queries.beside_of(id, membership_id) or abort(404)
    form = EndForm.of_request(on=clock.today())
    return two_steps(
        person,
        form,
        _("Kết thúc công tác thêm tại %(name)s", name=beside.agency_name),
        lambda: effects.of_end(who, membership_id, form.on.data),
        lambda: memberships.end_membership(who, membership_id, form.on.data),
        _("Đã ghi kết thúc nơi công tác thêm."),
    )


@room.route("/people/<int:id>/edit", to=ADMINISTRATORS, methods=["GET", "POST"])
def edit(id: int) -> ResponseReturnValue:
    person = reached(id)
    form = CorrectionForm.of_request(person).offer(_("Không ghi"))
    if form.is_sent():
        try:
            changed = actions.correct_person(viewer(), id, **form.changes())
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã sửa thông tin của %(name)s.", name=form.full_name.data) if changed else _("Không có gì thay đổi."))
            return redirect(url_for("people.show", id=id))
    return page("people/edit.html", 422 if request.method == "POST" else 200, person=person, form=form)
