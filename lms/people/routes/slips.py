"""Slips for many people: choose whose, print them once."""

from itertools import islice
from typing import Any

from flask import Response, current_app, make_response, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import Branch, agency_tree
from lms.base import ADMINISTRATOR, ADMINISTRATORS, begin_writing, clock, page, viewer
from lms.base import gettext as _

from .. import accounts, passwords, slips
from ..forms.person import row_id
from ..forms.slips import wish_of
from ..staff_list.queries import person_ids_of_import
from .room import room

A_SHEET = 8


@room.route("/people/slips", to=ADMINISTRATORS)
def choose_slips() -> ResponseReturnValue:
    tree = agency_tree(viewer().agencies_of(ADMINISTRATOR))
    return _chooser(tree, _wish(tree), 200)


def _wish(tree: list[Branch]) -> slips.SlipWish:
    if not request.values.get("import"):
        return wish_of(request.values, tree, None)
    import_id = request.values.get("import", type=row_id)
    return wish_of(request.values, tree, person_ids_of_import(viewer(), import_id) if import_id else [])


def _chooser(tree: list[Branch], wish: slips.SlipWish, status: int, sentence: str = "") -> tuple[str, int]:
    listed = wish._replace(ticked=())
    people, total = slips.slip_people(viewer(), listed, slips.MOST_LISTED)
    facts: dict[str, Any] = {"wish": wish, "people": people, "total": total, "tree": tree, "sentence": sentence, "now": clock.now()}
    return page("people/slips.html", status, **facts, most=slips.MOST_PRINTED, days=accounts.SLIP_LIFE.days)


@room.route("/people/slips", to=ADMINISTRATORS, late=True, methods=["POST"])
def print_slips() -> ResponseReturnValue:
    """The passwords exist on this page only: neither browser nor one-time key may remember the answer."""
    tree = agency_tree(viewer().agencies_of(ADMINISTRATOR))
    wish = _wish(tree)
    if wish.who == slips.CHOSEN and not wish.ticked:
        return _chooser(tree, wish, 422, _("Anh/Chị đánh dấu ít nhất một người."))
    people, total = slips.slip_people(viewer(), wish, slips.MOST_PRINTED)
    if not people:
        return _chooser(tree, wish, 422, _("Không còn ai cần phiếu trong lựa chọn này."))
    issued = {person.id: passwords.new_slip_password() for person in people}
    hashes = slips.hashes_of(issued)
    begin_writing()
    done = set(slips.issue_slips(viewer(), wish, hashes))
    printed = [(person, issued[person.id]) for person in people if person.id in done]
    return _sheets(wish._replace(since=wish.since or clock.now()), printed, total - len(people))


def _sheets(wish: slips.SlipWish, printed: list[tuple[Any, str]], left: int) -> Response:
    rows = iter(printed)
    sheets = list(iter(lambda: list(islice(rows, A_SHEET)), []))
    address = str(current_app.config["PUBLIC_URL"] or request.url_root).rstrip("/")
    facts: dict[str, Any] = {"wish": wish, "sheets": sheets, "number": len(printed), "left": left, "address": address}
    answer = make_response(page("people/slips-print.html", **facts, until=clock.now() + accounts.SLIP_LIFE, days=accounts.SLIP_LIFE.days))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Location"] = url_for("people.choose_slips")
    return answer
