"""Asking a second person to look at a course before it is published, and what they say."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Refused, viewer
from lms.base import gettext as _

from .. import reviewing
from ..life_forms import AskForm, DecideForm
from ..pending import pending_for
from .courses import show_pending
from .room import room


@room.route("/<int:course_id>/review/ask", to=TRAINERS, methods=["POST"])
def ask_review(course_id: int) -> ResponseReturnValue:
    found = pending_for(viewer(), course_id, to_edit=True) or abort(404)
    form = AskForm.of_request()
    if not form.validate():
        return show_pending(found, ask=form)
    try:
        reviewing.ask_review(viewer(), course_id, form.note.data or "")
    except Refused as refused:
        form.refuse(refused)
        return show_pending(found, ask=form)
    flash(_("Đã đề nghị duyệt. Người cùng phụ trách khóa học thấy đề nghị này ở trang công bố."))
    return redirect(url_for(".publish", id=course_id), 303)


@room.route("/<int:course_id>/review/decide", to=TRAINERS, methods=["POST"])
def decide_review(course_id: int) -> ResponseReturnValue:
    found = pending_for(viewer(), course_id) or abort(404)
    form = DecideForm.of_request()
    if not form.validate():
        return show_pending(found, decide=form)
    is_approved = request.form.get("decision") == "approve"
    try:
        reviewing.decide_review(viewer(), course_id, form.review_id, form.digest.data or "", is_approved, form.comment.data or "")
    except Refused as refused:
        form.refuse(refused)
        return show_pending(pending_for(viewer(), course_id) or abort(404), decide=form)
    flash(_("Đã duyệt. Người soạn công bố được.") if is_approved else _("Đã gửi lại cho người soạn."))
    return redirect(url_for(".publish", id=course_id), 303)
