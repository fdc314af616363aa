"""Writing a lesson: its draft, the preview, and what was published."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Refused, begin_writing, page, viewer
from lms.base import gettext as _
from lms.quizzes import self_checks

from .. import actions, presence, queries, teaching
from ..drafts import faults_of
from ..forms import LessonForm, version_of
from ..rendering import Parts, preview_parts, with_lesson_links
from ..side_by_side import Pair, side_by_side
from .courses import show_course
from .room import room
from .writing import editor_data, others_said, weight_said


@room.route("/<int:course_id>/lessons/<int:lesson_id>/edit", to=TRAINERS, methods=["GET", "POST"], late=True)
def edit(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = _lesson(course_id, lesson_id, to_edit=True)
    form = LessonForm.of_lesson(taught)
    if not form.is_sent():
        return _edit(taught, form)
    begin_writing()
    taught = _lesson(course_id, lesson_id, to_edit=True)
    presence.tell_presence(viewer(), lesson_id)
    said = form.said(taught)
    if said == taught.said:
        is_kept = taught.lesson.draft is not None and "html" in request.form
        flash(_("Bản nháp đã được lưu.") if is_kept else _("Bài chưa có gì thay đổi."))
        return redirect(url_for(".show", course_id=course_id), 303)
    try:
        actions.save_draft(viewer(), taught.lesson, taught.course.agency_id, said, form.seen)
    except Refused as refused:
        other = _lesson(course_id, lesson_id, to_edit=True)
        form.version.data = str(other.lesson.draft_version)
        form.refuse(refused)
        return _edit(other, form, pairs=side_by_side(said, other.said))
    flash(_("Đã lưu bản nháp. Học viên chưa thấy cho đến khi Anh/Chị công bố."))
    if form.left_out:
        flash(" ".join([_("Có phần không giữ được:"), *form.left_out]), "warn")
    return redirect(url_for(".edit", course_id=course_id, lesson_id=lesson_id), 303)


@room.route("/<int:course_id>/lessons/<int:lesson_id>/preview", to=TRAINERS, methods=["POST"], once=False, late=True)
def preview(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = _lesson(course_id, lesson_id, to_edit=True)
    form = LessonForm.of_lesson(taught)
    source = form.readable
    if source != (form.source.data or ""):
        form.validate()
    try:
        parts = preview_parts(source, queries.files_of(course_id), url_for(".show", course_id=course_id))
    except Refused as refused:
        form.refuse(refused)
        parts = []
    return _edit(taught, form, parts)


def _edit(taught: teaching.TaughtLesson, form: Any, parts: Parts | None = None, pairs: list[Pair] | None = None) -> ResponseReturnValue:
    keys = [str(part) for kind, part in parts or [] if kind == "self-check"]
    source = form.readable
    return page(
        "courses/edit.html",
        422 if form.errors or form.sentence else 200,
        taught=taught,
        course=taught.course,
        form=form,
        faults=faults_of(source, teaching.surroundings_of(taught.course)),
        parts=parts,
        checks=self_checks(taught.course.bank_id, keys) if keys else {},
        pairs=pairs,
        editor=editor_data(taught, source),
        weight=weight_said(taught.course.id, source)[0],
        others=others_said(taught.lesson.id),
    )


@room.route("/<int:course_id>/lessons/<int:lesson_id>/discard", to=TRAINERS, methods=["POST"])
def discard(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = _lesson(course_id, lesson_id, to_edit=True)
    try:
        actions.discard_draft(viewer(), taught.lesson, taught.course.agency_id, version_of(request.form.get("version")))
    except Refused as refused:
        return show_course(taught.course, refused.sentence, 422)
    flash(_("Đã bỏ bản nháp. Bài đã công bố giữ nguyên."))
    return redirect(url_for(".show", course_id=course_id), 303)


@room.route("/<int:course_id>/lessons/<int:lesson_id>/revisions", to=TRAINERS)
def revisions(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = _lesson(course_id, lesson_id)
    return page("courses/revisions.html", taught=taught, revisions=teaching.lesson_revisions(taught))


@room.route("/<int:course_id>/lessons/<int:lesson_id>/revisions/<int:number>", to=TRAINERS)
def revision(course_id: int, lesson_id: int, number: int) -> ResponseReturnValue:
    taught = _lesson(course_id, lesson_id)
    found = teaching.lesson_revision(taught, number) or abort(404)
    text = queries.text_of(found, taught.lesson.key)
    parts = with_lesson_links(text.parts, url_for(".show", course_id=course_id))
    checks = self_checks(taught.course.bank_id, text.self_checks)
    return page("courses/revision.html", taught=taught, text=text, parts=parts, checks=checks)


def _lesson(course_id: int, lesson_id: int, to_edit: bool = False) -> teaching.TaughtLesson:
    return teaching.taught_lesson(viewer(), course_id, lesson_id, to_edit) or abort(404)
