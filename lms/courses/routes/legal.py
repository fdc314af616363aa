"""The law behind the lessons: what is due for review, and changes of a legal basis."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Refused, page, viewer
from lms.base import gettext as _

from .. import legal, teaching
from ..forms import version_of
from ..life_forms import ChangeForm
from .room import room


@room.route("/reviews-due", to=TRAINERS)
def reviews_due() -> ResponseReturnValue:
    return page("courses/reviews-due.html", lessons=legal.reviews_due(viewer()))


@room.route("/legal-changes", to=TRAINERS, methods=["GET", "POST"])
def legal_changes() -> ResponseReturnValue:
    form = ChangeForm.ready(legal.agencies_to_record_at(viewer()))
    if not form.is_sent():
        return _changes(form)
    try:
        change_id = legal.record_change(
            viewer(), form.agency_id.data, form.basis.data, form.changed_on.data, form.replaced_by.data or "", form.note.data or ""
        )
    except Refused as refused:
        form.refuse(refused)
        return _changes(form)
    flash(_("Đã ghi nhận. Dưới đây là các bài dẫn văn bản này."))
    return redirect(url_for(".legal_change", change_id=change_id), 303)


def _changes(form: Any) -> ResponseReturnValue:
    return page("courses/legal-changes.html", 422 if form.errors or form.sentence else 200, form=form, changes=legal.legal_changes(viewer()))


@room.route("/legal-changes/<int:change_id>", to=TRAINERS)
def legal_change(change_id: int) -> ResponseReturnValue:
    return _change(legal.legal_change(viewer(), change_id) or abort(404))


def _change(change: legal.Change, sentence: str = "") -> ResponseReturnValue:
    lessons, others = legal.citing(viewer(), change)
    return page("courses/legal-change.html", 422 if sentence else 200, change=change, lessons=lessons, others=others, sentence=sentence)


@room.route("/legal-changes/<int:change_id>/withdraw", to=TRAINERS, methods=["POST"])
def withdraw_change(change_id: int) -> ResponseReturnValue:
    change = legal.legal_change(viewer(), change_id) or abort(404)
    try:
        legal.withdraw_change(viewer(), change)
    except Refused as refused:
        return _change(change, refused.sentence)
    flash(_("Đã bỏ ghi nhận này."))
    return redirect(url_for(".legal_changes"), 303)


@room.route("/<int:course_id>/lessons/<int:lesson_id>/reviewed", to=TRAINERS, methods=["POST"])
def reviewed(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = teaching.taught_lesson(viewer(), course_id, lesson_id, to_edit=True) or abort(404)
    try:
        legal.confirm_reviewed(viewer(), taught.lesson, taught.course.agency_id, taught.said, version_of(request.form.get("version")))
    except Refused as refused:
        flash(refused.sentence, "warn")
        return redirect(url_for(".reviews_due"), 303)
    flash(_("Đã ghi bài “%(title)s” được rà soát hôm nay, trong bản nháp. Anh/Chị công bố khóa học để học viên thấy.", title=taught.said.title["vi"]))
    return redirect(url_for(".reviews_due"), 303)
