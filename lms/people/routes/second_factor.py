"""The second factor of somebody else: at the desk, after phone and codes were lost."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.base import ADMINISTRATOR, ADMINISTRATORS, Entry, Refused, page, viewer
from lms.base import gettext as _

from .. import queries, two_factor
from .room import room

room.links.setdefault("person", []).append(Entry("Xác thực hai lớp", "people.factor_of", ADMINISTRATORS, 70))


@room.route("/people/<int:id>/two-factor", to=ADMINISTRATORS)
def factor_of(id: int) -> ResponseReturnValue:
    return _page_of(_reached(id), 200)


def _page_of(person: Any, status: int, sentence: str = "") -> tuple[str, int]:
    may_reset = queries.is_administered(viewer(), person.id) and person.id != viewer().person_id
    return page("people/factor-of.html", status, person=person, factor=two_factor.factor_of(person.id), may_reset=may_reset, sentence=sentence)


@room.route("/people/<int:id>/two-factor/reset", to=ADMINISTRATORS, methods=["POST"])
def reset_factor(id: int) -> ResponseReturnValue:
    person = _reached(id)
    try:
        two_factor.reset_factor(viewer(), id)
    except Refused as refused:
        return _page_of(person, 422, refused.sentence)
    flash(_("Đã tắt xác thực hai lớp của %(name)s.", name=person.full_name))
    return redirect(url_for("people.show", id=id))


def _reached(person_id: int) -> Any:
    return queries.person_by_id(viewer(), person_id, ADMINISTRATOR) or abort(404)
