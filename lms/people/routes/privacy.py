"""The privacy notice, one's own data, and the personal number of others."""

import json
from typing import Any

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import ADMINISTRATOR, ADMINISTRATORS, ANYONE, SIGNED_IN, Refused, kept_about, kept_parts, page, viewer
from lms.base import gettext as _
from lms.site import number_setting

from .. import keeping, personal_number, privacy, queries
from ..forms.number import NumberForm
from .room import room

MOST_ROWS = 200
room.keeps += [keeping.kept_of_person, keeping.kept_of_account, keeping.kept_of_trail]
room.finds["person"] = keeping.people_found
room.add_app_template_global(lambda: number_setting("anonymise_years"), "anonymise_years")


@room.route("/privacy", to=ANYONE)
def privacy_notice() -> ResponseReturnValue:
    """The present notice, open to anybody before they sign in."""
    return _notice(privacy.NOTICE_VERSION)


@room.route("/privacy/notices/<int:number>", to=ANYONE)
def notice(number: int) -> ResponseReturnValue:
    return _notice(number) if 1 <= number <= privacy.NOTICE_VERSION else abort(404)


def _notice(number: int) -> tuple[str, int]:
    theirs = privacy.acceptances_of(viewer().person_id) if viewer().is_authenticated else []
    accepted = {one.version: one.accepted_at for one in theirs}
    return page("people/privacy/index.html", number=number, present=privacy.NOTICE_VERSION, accepted=accepted)


@room.route("/privacy/data", to=SIGNED_IN)
def data() -> ResponseReturnValue:
    """All that is kept about the viewer, a part of it on each page."""
    last = kept_parts()
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    parts = kept_about(viewer().person_id, number)
    return page("people/privacy/data.html", parts=parts, number=number, last=last, most=MOST_ROWS, readable=keeping.readable)


@room.route("/privacy/data.json", to=SIGNED_IN)
def data_file() -> Response:
    """The whole of it as a file. Streamed, so that it gets no ETag: it holds the personal number, and nothing may keep it."""
    text = json.dumps(keeping.my_data(viewer()), ensure_ascii=False, indent=1)
    answer = Response(iter([text]), content_type="application/json; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="du-lieu-cua-toi.json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.route("/people/<int:id>/personal-number", to=ADMINISTRATORS, methods=["GET", "POST"])
def number_page(id: int) -> ResponseReturnValue:
    person, form = _changeable(id), NumberForm.of_request()
    if form.is_sent():
        try:
            personal_number.set_number(viewer(), id, form.number.data)
            flash(_("Đã lưu số định danh cá nhân của %(name)s.", name=person.full_name))
            return redirect(url_for("people.show", id=id))
        except Refused as refused:
            form.refuse(refused)
    card = personal_number.number_card(viewer(), id)
    answer = make_response(page("people/privacy/number.html", 422 if request.method == "POST" else 200, person=person, form=form, card=card))
    if request.method == "POST":
        answer.headers["Cache-Control"] = "no-store"
    return answer


@room.route("/people/<int:id>/personal-number/remove", to=ADMINISTRATORS, methods=["POST"])
def remove_number(id: int) -> ResponseReturnValue:
    person = _changeable(id)
    try:
        personal_number.remove_number(viewer(), id)
        flash(_("Đã xóa số định danh cá nhân của %(name)s.", name=person.full_name))
    except Refused as refused:
        flash(refused.sentence, "bad")
    return redirect(url_for("people.show", id=id))


@room.route("/people/<int:id>/personal-number/show", to=ADMINISTRATORS, methods=["POST"])
def unmask(id: int) -> ResponseReturnValue:
    """The whole number, once: neither browser nor one-time key may remember this answer; sent again, the form leads to the person's page."""
    person = _changeable(id)
    try:
        whole = personal_number.unmask_number(viewer(), id)
    except Refused as refused:
        flash(refused.sentence, "bad")
        return redirect(url_for("people.show", id=id))
    answer = make_response(page("people/privacy/unmasked.html", person=person, whole=whole))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Location"] = url_for("people.show", id=id)
    return answer


def _changeable(person_id: int) -> Any:
    """The row of somebody whom the viewer administers. Whoever is within reach but not theirs to change gets the action's sentence."""
    return queries.person_by_id(viewer(), person_id, ADMINISTRATOR) or abort(404)
