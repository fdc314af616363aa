"""The tree of agencies from a spreadsheet: send it, see what it would do, confirm it once."""

import tempfile
from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import Branch, agency_tree, column_labels, kind_words, read_tree
from lms.base import ADMINISTRATOR, ADMINISTRATORS, Entry, Refused, begin_writing, clock, page, read_sheets, viewer
from lms.base import gettext as _

from .. import tree_import
from ..forms.changes import TreeFileForm
from ..tree_plan import lines_by_verdict
from .room import room

room.links["agency_tree"] = [Entry("Nhập từ Excel", "people.import_tree", ADMINISTRATORS, 20)]
MOST_SHOWN = 200


def _reach() -> list[Branch]:
    return agency_tree(viewer().agencies_of(ADMINISTRATOR))


@room.route("/people/agencies/<int:id>/import", to=ADMINISTRATORS, once=False, late=True, methods=["GET", "POST"])
def import_tree(id: int) -> ResponseReturnValue:
    """A file is read before anything is written; sending it again only makes another preview."""
    reach = _reach()
    top = next((branch for branch in reach if branch.id == id), None) or abort(404)
    form = TreeFileForm.of_request(on=clock.today())
    if form.is_sent():
        try:
            tree = read_tree(_sheets())
            begin_writing()
            order = tree_import.Order(id, form.day, form.decision.data or "")
            kept_id = tree_import.keep_tree(viewer(), _file_name(), tree, order, [branch.id for branch in reach])
            return redirect(url_for("people.show_tree_import", id=kept_id))
        except Refused as refused:
            form.refuse(refused if refused.field else Refused(refused.sentence, "file"))
    return page("people/changes/import.html", 422 if request.method == "POST" else 200, form=form, top=top)


def _file_name() -> str:
    sent = request.files.get("file")
    return sent.filename or "" if sent else ""


def _sheets() -> Any:
    """The sheets of the file that was sent."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused(_("Anh/Chị chọn tệp Excel của cây đơn vị."), "file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tree"
        sent.save(path)
        return read_sheets(path, sent.filename)


@room.route("/people/agencies/imports/<int:id>", to=ADMINISTRATORS, methods=["GET", "POST"])
def show_tree_import(id: int) -> ResponseReturnValue:
    """What each row would do; or did, once it is confirmed."""
    reach = _reach()
    kept = tree_import.kept_tree(viewer(), id, [branch.id for branch in reach]) or abort(404)
    sentence, top = "", next((branch for branch in reach if branch.id == kept.order.top_id), None)
    if request.method == "POST":
        try:
            return _settled(kept)
        except Refused as refused:
            sentence = refused.sentence
    lines = lines_by_verdict(kept.plan.lines)
    facts = {"columns": column_labels(), "kinds": kind_words(), "top": top, "sentence": sentence, "most": MOST_SHOWN}
    return page("people/changes/import-preview.html", 422 if sentence else 200, kept=kept, lines=lines, **facts)


def _settled(kept: tree_import.Kept) -> ResponseReturnValue:
    if request.form.get("step") == "drop":
        tree_import.drop_tree(viewer(), kept.row.id)
        flash(_("Đã bỏ tệp. Cây đơn vị không thay đổi."))
        return redirect(url_for("people.import_tree", id=kept.order.top_id))
    if tree_import.confirm_tree(viewer(), kept, request.form.get("seen", "")):
        flash(
            _(
                "Đã nhập cây đơn vị: %(new)s đơn vị mới, %(changed)s đơn vị có thay đổi.",
                new=kept.plan.count("new"),
                changed=kept.plan.count("changed"),
            )
        )
    return redirect(url_for("people.show_tree_import", id=kept.row.id))
