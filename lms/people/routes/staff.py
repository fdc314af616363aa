"""Staff lists and the accounts of others."""

from typing import Any

from flask import Response, abort, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import ADMINISTRATOR, ADMINISTRATORS, MANAGER, STAFF_LISTS, Refused, begin_writing, clock, page, viewer
from lms.base import gettext as _

from .. import accounts, actions, passwords, queries
from ..forms.person import PersonForm
from .room import room

FIELDS = ("full_name", "staff_code", "agency_id", "position", "staff_kind", "birth_on", "gender", "email", "phone", "username")


@room.route("/people", to=ADMINISTRATORS)
def index() -> ResponseReturnValue:
    query, agency_id = request.args.get("q", "")[:100], request.args.get("agency", type=int)
    tree = agency_tree(viewer().agencies_of(ADMINISTRATOR))
    agency_id = agency_id if any(branch.id == agency_id for branch in tree) else None
    people = queries.person_list(viewer(), query, agency_id, request.args.get("page", 1, type=int))
    return page("people/index.html", people=people, tree=tree, query=query, agency_id=agency_id, states=queries.state_words())


@room.route("/people/<int:id>", to=STAFF_LISTS)
def show(id: int) -> ResponseReturnValue:
    return _person_page(id, 200)


def _person_page(person_id: int, status: int, sentence: str = "") -> tuple[str, int]:
    who = viewer()
    person = queries.person_by_id(who, person_id, ADMINISTRATOR, MANAGER) or abort(404)
    words = {"kinds": queries.staff_kind_words(), "states": queries.state_words(), "role_names": queries.role_words()}
    facts: dict[str, Any] = {
        "memberships": queries.memberships_of(person_id),
        "roles": queries.roles_of(person_id),
        "genders": queries.gender_words(),
    }
    may_change = who.holds(ADMINISTRATOR) and queries.is_administered(who, person_id)
    is_slip_over = person.slip_expires_at is not None and person.slip_expires_at <= clock.now()
    facts |= {"may_change": may_change, "is_me": person_id == who.person_id, "is_slip_over": is_slip_over}
    return page("people/show.html", status, person=person, sentence=sentence, **words, **facts)


@room.route("/people/new", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = PersonForm.of_request(staff_kind="civil_servant", agency_id=request.args.get("agency", type=int))
    form.offer(agency_tree(viewer().agencies_of(ADMINISTRATOR)), _("Không ghi"))
    if form.is_sent():
        password = passwords.new_slip_password()
        password_hash = passwords.hash_password(password)
        begin_writing()
        try:
            person = actions.create_person(viewer(), **{name: form[name].data for name in FIELDS}, password_hash=password_hash)
            return _slip(person.id, password)
        except Refused as refused:
            form.refuse(refused)
    return page("people/new.html", 422 if request.method == "POST" else 200, form=form)


@room.route("/people/<int:id>/reset-password", to=ADMINISTRATORS, late=True, methods=["POST"])
def reset_password(id: int) -> ResponseReturnValue:
    _reached(id)
    password = passwords.new_slip_password()
    password_hash = passwords.hash_password(password)
    begin_writing()
    try:
        accounts.issue_slip(viewer(), id, password_hash)
        return _slip(id, password)
    except Refused as refused:
        return _person_page(id, 422, refused.sentence)


@room.route("/people/<int:id>/suspend", to=ADMINISTRATORS, methods=["POST"])
def suspend(id: int) -> ResponseReturnValue:
    person = _reached(id)
    try:
        accounts.suspend_account(viewer(), id)
    except Refused as refused:
        return _person_page(id, 422, refused.sentence)
    flash(_("Đã khóa tài khoản của %(name)s.", name=person.full_name))
    return redirect(url_for("people.show", id=id))


@room.route("/people/<int:id>/restore", to=ADMINISTRATORS, methods=["POST"])
def restore(id: int) -> ResponseReturnValue:
    person = _reached(id)
    try:
        accounts.restore_account(viewer(), id)
    except Refused as refused:
        return _person_page(id, 422, refused.sentence)
    flash(_("Đã mở khóa tài khoản của %(name)s.", name=person.full_name))
    return redirect(url_for("people.show", id=id))


def _reached(person_id: int) -> Any:
    return queries.person_by_id(viewer(), person_id, ADMINISTRATOR) or abort(404)


def _slip(person_id: int, password: str) -> Response:
    """The printed slip, once: the password is kept nowhere, so neither browser nor one-time key may remember this answer."""
    person = queries.person_by_id(viewer(), person_id, ADMINISTRATOR) or abort(404)
    address = str(current_app.config["PUBLIC_URL"] or request.url_root).rstrip("/")
    answer = make_response(page("people/slip.html", person=person, password=password, address=address, days=accounts.SLIP_LIFE.days))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Location"] = url_for("people.show", id=person_id)
    return answer
