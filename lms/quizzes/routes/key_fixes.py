"""Corrections of a key: proposed with a dry run, decided by a second person."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, page, viewer
from lms.base import gettext as _

from .. import key_fixes as fixes
from ..forms.key_fix import KeyEditor
from ..kinds import KINDS
from ..reach import HeldQuestion, question_for
from .room import room

room.links.setdefault("question", []).append(Entry("Sửa đáp án", "quizzes.propose_key_fix", TRAINERS, 60))
room.links.setdefault("bank", []).append(Entry("Sửa đáp án: các đề nghị", "quizzes.key_fixes", TRAINERS, 70))


@room.route("/key-fixes", to=TRAINERS)
def key_fixes() -> ResponseReturnValue:
    bank_id = request.args.get("id", type=int)
    return page("quizzes/key_fixes/index.html", listed=fixes.fix_list(viewer(), bank_id), bank_id=bank_id, viewer_id=viewer().person_id)


@room.route("/questions/<int:id>/key-fix", to=TRAINERS)
def propose_key_fix(id: int) -> ResponseReturnValue:
    held = question_for(viewer(), id) or abort(404)
    return _form(held, KeyEditor(held))


@room.route("/questions/<int:id>/key-fix", to=TRAINERS, methods=["POST"])
def check_key_fix(id: int) -> ResponseReturnValue:
    """First the dry run is shown; sent again from there (`sure`), the proposal is made."""
    held = question_for(viewer(), id) or abort(404)
    editor = KeyEditor(held)
    try:
        wish = fixes.corrected(held, editor.form.fix.data, editor.said())
        if "sure" in request.form:
            fix_id = fixes.propose_fix(viewer(), held, wish, editor.form.note.data)
            flash(_("Đã gửi đề nghị. Cần một giảng viên khác xem và xác nhận."))
            return redirect(url_for("quizzes.key_fix", id=fix_id), 303)
    except Refused as refused:
        editor.form.refuse(refused)
        return _form(held, editor, 422)
    run = fixes.dry_run(wish.bodies)
    return page("quizzes/key_fixes/check.html", held=held, editor=editor, wish=wish, **_said(run), shown=_shown(held.version, wish.body))


def _form(held: HeldQuestion, editor: KeyEditor, status: int = 200) -> ResponseReturnValue:
    return page("quizzes/key_fixes/propose.html", status, held=held, editor=editor, shown=_shown(held.version, None))


def _shown(version: Any, body: dict[str, Any] | None) -> dict[str, Any]:
    """The question as explained now, and with the corrected key."""
    kind = KINDS[version.kind]
    order = kind.keys(version.body)
    after = kind.explain(body, None, order) if body else None
    return {"text": kind.in_short(version.body), "before": kind.explain(version.body, None, order), "after": after}


def _said(run: fixes.DryRun) -> dict[str, Any]:
    passing = fixes.named(viewer(), "attempt-passing", run.passing)
    return {"run": run, "passing": passing, "failing": fixes.named(viewer(), "attempt-failing", run.failing)}


@room.route("/key-fixes/<int:id>", to=TRAINERS)
def key_fix(id: int) -> ResponseReturnValue:
    return _fix(fixes.fix_for(viewer(), id) or abort(404))


def _fix(listed: fixes.ListedFix, status: int = 200, sentence: str = "") -> ResponseReturnValue:
    is_done = listed.fix.state == "done"
    failed = fixes.named(viewer(), "attempt-failing", fixes.outcome_of(listed.fix)) if is_done else None
    values = {"is_own": listed.fix.proposed_by_id == viewer().person_id, "sentence": sentence, "failed": failed}
    return page("quizzes/key_fixes/show.html", status, listed=listed, shown=_shown(listed.version, None if is_done else listed.fix.body), **values)


@room.route("/key-fixes/<int:id>/check", to=TRAINERS, methods=["POST"], once=False)
def look_at_key_fix(id: int) -> ResponseReturnValue:
    """The dry run anew, as it is this moment; nothing is written."""
    listed = fixes.fix_for(viewer(), id) or abort(404)
    if listed.fix.state != "proposed":
        return redirect(url_for("quizzes.key_fix", id=id), 303)
    return _ask(listed, fixes.dry_run_of(listed.fix))


def _ask(listed: fixes.ListedFix, run: fixes.DryRun, sentence: str = "", status: int = 200) -> ResponseReturnValue:
    values = {"is_own": listed.fix.proposed_by_id == viewer().person_id, "sentence": sentence}
    return page("quizzes/key_fixes/confirm.html", status, listed=listed, shown=_shown(listed.version, listed.fix.body), **_said(run), **values)


@room.route("/key-fixes/<int:id>/confirm", to=TRAINERS, methods=["POST"])
def confirm_key_fix(id: int) -> ResponseReturnValue:
    listed = fixes.fix_for(viewer(), id) or abort(404)
    try:
        run = fixes.confirm_fix(viewer(), id, request.form.get("seen", ""))
    except fixes.HasChanged as changed:
        return _ask(listed, changed.run, _("Từ lúc Anh/Chị xem đã có bài mới hoặc điểm mới. Anh/Chị xem lại rồi xác nhận."), 409)
    except Refused as refused:
        return _fix(listed, 422, refused.sentence)
    flash(_("Đã xác nhận. %(n)s bài có điểm mới.", n=len(run.changed)))
    return redirect(url_for("quizzes.key_fix", id=id), 303)


@room.route("/key-fixes/<int:id>/decline", to=TRAINERS, methods=["POST"])
def decline_key_fix(id: int) -> ResponseReturnValue:
    listed = fixes.fix_for(viewer(), id) or abort(404)
    try:
        fixes.decline_fix(viewer(), id)
    except Refused as refused:
        return _fix(listed, 422, refused.sentence)
    flash(_("Đã bỏ đề nghị. Không có gì thay đổi."))
    return redirect(url_for("quizzes.key_fix", id=id), 303)
