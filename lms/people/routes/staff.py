"""Staff lists and the accounts of others."""

from typing import Any

from flask import Response, abort, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import ADMINISTRATOR, ADMINISTRATORS, MANAGER, STAFF_LISTS, Refused, begin_writing, clock, page, viewer
from lms.base import gettext as _

from .. import accounts, actions, passwords, personal_number, powers, queries, search
from ..forms.person import PersonForm, row_id
from .memberships import reached
from .room import room

FIELDS = ("full_name", "staff_code", "agency_id", "position", "staff_kind", "birth_on", "gender", "email", "phone", "username")


@room.route("/people", to=STAFF_LISTS)
def index() -> ResponseReturnValue:
    who, asked = viewer(), request.args
    places, chosen = search.places_of(who, asked.get("agency", type=row_id))
    state = asked.get("state", "") if asked.get("state", "") in queries.state_words() else ""
    is_new = asked.get("new") == "1" and who.holds(ADMINISTRATOR)
    wanted = search.Wanted(asked.get("q", "")[:100], chosen.id if chosen else None, state, is_new)
    people = search.person_list(who, wanted, asked.get("page", 1, type=int))
    words: dict[str, Any] = {"states": queries.state_words(), "reasons": queries.reason_words()}
    return page("people/index.html", people=people, places=places, wanted=wanted, **words)


@room.route("/people/<int:id>", to=STAFF_LISTS)
def show(id: int) -> ResponseReturnValue:
    return _person_page(id, 200)


def _person_page(person_id: int, status: int, sentence: str = "") -> tuple[str, int]:
    who = viewer()
    person = queries.person_by_id(who, person_id, ADMINISTRATOR, MANAGER) or abort(404)
    words = {"kinds": queries.staff_kind_words(), "states": queries.state_words(), "reasons": queries.reason_words()}
    facts: dict[str, Any] = {"memberships": queries.memberships_of(person_id), "powers": powers.powers_of(who, person_id)}
    may_change = who.holds(ADMINISTRATOR) and queries.is_administered(who, person_id)
    is_slip_over = person.slip_expires_at is not None and person.slip_expires_at <= clock.now()
    facts |= {"may_change": may_change, "is_me": person_id == who.person_id, "is_slip_over": is_slip_over, "genders": queries.gender_words()}
    facts["shows_account"] = may_change or (who.holds(ADMINISTRATOR) and queries.is_known_to(who, person_id, ADMINISTRATOR))
    facts["privacy"] = personal_number.number_card(who, person_id)
    return page("people/show.html", status, person=person, sentence=sentence, learner=powers.allowed_words()["learner"], **words, **facts)


@room.route("/people/new", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = PersonForm.of_request(staff_kind="civil_servant", agency_id=request.args.get("agency", type=row_id))
    form.offer(agency_tree(viewer().agencies_of(ADMINISTRATOR)), _("Không ghi"))
    if form.is_sent():
        password = passwords.new_slip_password()
        password_hash = passwords.hash_password(password)
        begin_writing()
        try:
            values: dict[str, Any] = {name: form[name].data or None for name in FIELDS}
            person = actions.create_person(viewer(), **values, password_hash=password_hash)
            return _slip(person.id, password)
        except Refused as refused:
            form.refuse(refused)
    return page("people/new.html", 422 if request.method == "POST" else 200, form=form)


@room.route("/people/<int:id>/reset-password", to=ADMINISTRATORS, late=True, methods=["GET", "POST"])
def reset_password(id: int) -> ResponseReturnValue:
    person = reached(id)
    if request.method == "GET":
        return page("people/reset-password.html", person=person)
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
    person = reached(id)
    try:
        accounts.suspend_account(viewer(), id)
    except Refused as refused:
        return _person_page(id, 422, refused.sentence)
    flash(_("Đã khóa tài khoản của %(name)s.", name=person.full_name))
    return redirect(url_for("people.show", id=id))


@room.route("/people/<int:id>/restore", to=ADMINISTRATORS, methods=["POST"])
def restore(id: int) -> ResponseReturnValue:
    person = reached(id)
    try:
        accounts.restore_account(viewer(), id)
    except Refused as refused:
        return _person_page(id, 422, refused.sentence)
    flash(_("Đã mở khóa tài khoản của %(name)s.", name=person.full_name))
    return redirect(url_for("people.show", id=id))


def _slip(person_id: int, password: str) -> Response:
    """The printed slip, once: the password is kept nowhere, so neither browser nor one-time key may remember this answer."""
    person = queries.person_by_id(viewer(), person_id, ADMINISTRATOR) or abort(404)
    address = str(current_app.config["PUBLIC_URL"] or request.url_root).rstrip("/")
    answer = make_response(page("people/slip.html", person=person, password=password, address=address, days=accounts.SLIP_LIFE.days))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Location"] = url_for("people.show", id=person_id)
    return answer
