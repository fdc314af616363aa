"""Staff lists from Excel: send one, see what it would change, confirm it, print what follows, undo it."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import ADMINISTRATOR, ADMINISTRATORS, XLSX, Refused, clock, page, send_made, viewer
from lms.base import gettext as _

from ..forms.staff_list import StaffListForm, sent_choices, sent_reading
from ..staff_list import importing, queries, settling
from ..staff_list.columns import field_words, reason_words
from ..staff_list.faults_sheet import faults_sheet
from ..staff_list.models import StaffImport
from ..staff_list.sample import sample_list
from .room import room

LARGEST_BODY = importing.MOST_BYTES + (2 << 20)


@room.route("/people/staff-lists", to=ADMINISTRATORS)
def staff_lists() -> ResponseReturnValue:
    return page("people/staff-lists/index.html", imports=queries.import_list(viewer()), states=queries.import_state_words())


@room.route("/people/staff-lists/sample.xlsx", to=ADMINISTRATORS)
def staff_list_sample() -> Response:
    return send_made(sample_list(), "danh-sach-mau.xlsx", XLSX)


@room.route("/people/staff-lists/new", to=ADMINISTRATORS, once=False, upload=LARGEST_BODY, methods=["GET", "POST"])
def new_staff_list() -> ResponseReturnValue:
    """Sending the same file again leads to the list that it made before."""
    administered = viewer().agencies_of(ADMINISTRATOR)
    tree = agency_tree(administered)
    own = viewer().agency_id if viewer().agency_id in administered else tree[0].id if len(tree) == 1 else None
    form = StaffListForm.of_request(on=clock.today(), agency_id=request.args.get("agency", own, type=int)).offer(tree, _("Anh/Chị chọn đơn vị"))
    if form.is_sent():
        try:
            import_id = importing.send_list(viewer(), form.agency_id.data, form.on.data, *form.sent_file())
            return redirect(url_for("people.staff_list", id=import_id))
        except Refused as refused:
            form.refuse(refused)
    return page("people/staff-lists/new.html", 422 if request.method == "POST" else 200, form=form)


def _own(import_id: int) -> StaffImport:
    return queries.import_by_id(viewer(), import_id) or abort(404)


@room.route("/people/staff-lists/<int:id>", to=ADMINISTRATORS)
def staff_list(id: int) -> ResponseReturnValue:
    return _list_page(_own(id))


def _list_page(one: StaffImport, status: int = 200, sentence: str = "") -> tuple[str, int]:
    facts: dict[str, Any] = {"one": one, "found": one.found or {}, "sentence": sentence, "states": queries.import_state_words()}
    if one.state in ("reading", "applying", "failed", "dropped"):
        return page("people/staff-lists/working.html", status, **facts)
    verdicts, verdict = queries.verdict_words(), request.values.get("verdict", "")
    counts = queries.counts_of(one.id)
    lines = queries.lines_of(one.id, verdict if verdict in verdicts else None, request.values.get("page", 1, type=int), counts)
    words = {"verdicts": verdicts, "fields": field_words(), "reasons": reason_words(), "change_words": queries.change_words()}
    found = {"agencies": queries.agency_names(lines.lines, one.agency_id), "candidates": queries.candidates(lines.lines)}
    shown = {"shown_change": queries.shown_change, "shown_birth": queries.shown_birth}
    facts |= {"counts": counts, "lines": lines, "verdict": verdict if verdict in verdicts else "", **words, **found, **shown}
    return page("people/staff-lists/show.html", status, **facts)


@room.route("/people/staff-lists/<int:id>/columns", to=ADMINISTRATORS, methods=["GET", "POST"])
def staff_list_columns(id: int) -> ResponseReturnValue:
    one, sentence = _own(id), ""
    if one.state != "read":
        return redirect(url_for("people.staff_list", id=id))
    tree = agency_tree([one.agency_id], one.effective_on)
    found = one.found or {}
    if request.method == "POST":
        try:
            importing.read_again(viewer(), one, sent_reading(found, {branch.id for branch in tree}))
            return redirect(url_for("people.staff_list", id=id))
        except Refused as refused:
            sentence = refused.sentence
    words = {"fields": field_words(), "reasons": reason_words(), "encodings": queries.encoding_words()}
    status = 422 if sentence else 200
    return page("people/staff-lists/columns.html", status, one=one, found=found, tree=tree, sentence=sentence, sent=request.form, **words)


@room.route("/people/staff-lists/<int:id>/choices", to=ADMINISTRATORS, methods=["POST"])
def choose_staff_lines(id: int) -> ResponseReturnValue:
    one = _own(id)
    try:
        importing.choose_lines(viewer(), one, sent_choices())
    except Refused as refused:
        return _list_page(one, 422, refused.sentence)
    flash(_("Đã lưu lựa chọn."))
    number = request.form.get("page", type=int)
    return redirect(url_for("people.staff_list", id=id, verdict=request.form.get("verdict") or None, page=number if number != 1 else None))


@room.route("/people/staff-lists/<int:id>/confirm", to=ADMINISTRATORS, methods=["POST"])
def confirm_staff_list(id: int) -> ResponseReturnValue:
    """What was chosen on the page is kept first. Confirmed already (another tab): the page shows how far it is."""
    one = _own(id)
    importing.hold_list(one)
    try:
        if one.state == "read":
            importing.choose_lines(viewer(), one, sent_choices())
        settling.confirm_list(viewer(), one, request.form.get("seen", 0, type=int))
    except Refused as refused:
        return _list_page(one, 422, refused.sentence)
    return redirect(url_for("people.staff_list", id=id))


@room.route("/people/staff-lists/<int:id>/drop", to=ADMINISTRATORS, methods=["POST"])
def drop_staff_list(id: int) -> ResponseReturnValue:
    one = _own(id)
    try:
        importing.drop_list(viewer(), one)
    except Refused as refused:
        return _list_page(one, 422, refused.sentence)
    flash(_("Đã bỏ danh sách. Không có gì được ghi."))
    return redirect(url_for("people.staff_lists"))


@room.route("/people/staff-lists/<int:id>/undo", to=ADMINISTRATORS, methods=["POST"])
def undo_staff_list(id: int) -> ResponseReturnValue:
    one = _own(id)
    try:
        settling.undo_list(viewer(), one)
    except Refused as refused:
        return _list_page(_own(id), 422, refused.sentence)
    flash(_("Đã hoàn tác. Mọi người và đơn vị trở lại như trước khi nhập danh sách."))
    return redirect(url_for("people.staff_list", id=id))


@room.route("/people/staff-lists/<int:id>/errors.xlsx", to=ADMINISTRATORS)
def staff_list_errors(id: int) -> Response:
    one = _own(id)
    lines = queries.faulty_lines(one.id) or abort(404)
    titles = {column["field"]: column["title"] for column in reversed((one.found or {}).get("columns", [])) if column["field"]}
    return send_made(faults_sheet(lines, titles), f"dong-loi-{one.id}.xlsx", XLSX)
