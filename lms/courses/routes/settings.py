"""What a course says about itself, what must be completed before it, whether a second person reviews it; and its glossary."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, page, viewer
from lms.base import gettext as _

from .. import glossary as terms
from .. import outlining, prerequisites, structure, teaching
from ..course_forms import SettingsForm, TermForm, seen_version
from .outline import taught_or_404
from .room import room

room.links.setdefault("course", []).append(Entry("Thông tin", "courses.settings", TRAINERS, 20))
room.links.setdefault("course", []).append(Entry("Thuật ngữ", "courses.glossary", TRAINERS, 30))


@room.route("/<int:id>/settings", to=TRAINERS, methods=["GET", "POST"])
def settings(id: int) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=request.method == "POST")
    planned = structure.planned_course(id)
    courses = prerequisites.courses_before(viewer(), planned.course, planned.said.prerequisites)
    form = SettingsForm.of_course(planned.said, planned.course.draft_version).offer(courses)
    if not form.is_sent():
        return _settings(course, planned, form)
    try:
        is_changed = _save_settings(id, form, planned.course)
    except Refused as refused:
        form.refuse(refused)
        stored = structure.planned_course(id)
        is_other = seen_version(form.version.data) != stored.course.draft_version
        form.version.data = str(stored.course.draft_version)
        return _settings(course, stored, form, is_conflict=is_other)
    flash(_("Đã lưu. Học viên thấy sau khi Anh/Chị công bố.") if is_changed else _("Khóa học chưa có gì thay đổi."))
    return redirect(url_for(".settings", id=id), 303)


def _save_settings(course_id: int, form: SettingsForm, course: Any) -> bool:
    if form.prerequisites.data:
        prerequisites.lock_courses()
        prerequisites.refuse_loop(course, form.prerequisites.data)
    return outlining.change_course(viewer(), course_id, form.seen, form.said)


def _settings(course: Any, planned: structure.Planned, form: SettingsForm, is_conflict: bool = False) -> ResponseReturnValue:
    return page(
        "courses/settings.html",
        422 if form.errors or form.sentence else 200,
        course=course,
        planned=planned,
        form=form,
        can_edit=course.part in teaching.EDITORS,
        stored=planned.said if is_conflict else None,
        lesson_minutes=structure.lesson_minutes(planned),
    )


@room.route("/<int:id>/settings/review", to=TRAINERS, methods=["POST"])
def need_review(id: int) -> ResponseReturnValue:
    """Only the owner says whether a second person reviews: whoever is reviewed does not."""
    course = taught_or_404(id, to_edit=True)
    if course.part != "owner":
        abort(404)
    is_needed = request.form.get("needed") == "yes"
    outlining.set_review_needed(viewer(), id, is_needed)
    flash(_("Từ nay khóa học cần người thứ hai duyệt trước khi công bố.") if is_needed else _("Từ nay khóa học công bố được ngay."))
    return redirect(url_for(".settings", id=id), 303)


@room.route("/<int:id>/glossary", to=TRAINERS)
def glossary(id: int) -> ResponseReturnValue:
    return _glossary(taught_or_404(id))


def _glossary(course: Any, sentence: str = "") -> ResponseReturnValue:
    planned = structure.planned_course(course.id)
    shown = {"terms": terms.in_order(planned.said.glossary), "can_edit": course.part in teaching.EDITORS}
    return page("courses/glossary.html", 422 if sentence else 200, course=course, planned=planned, sentence=sentence, **shown)


@room.route("/<int:id>/glossary/new", to=TRAINERS, methods=["GET", "POST"])
def new_term(id: int) -> ResponseReturnValue:
    return _term(taught_or_404(id, to_edit=True), "")


@room.route("/<int:id>/glossary/<key>", to=TRAINERS, methods=["GET", "POST"])
def term(id: int, key: str) -> ResponseReturnValue:
    return _term(taught_or_404(id, to_edit=True), key)


def _term(course: Any, key: str) -> ResponseReturnValue:
    planned = structure.planned_course(course.id)
    stored = next((term for term in planned.said.glossary if term["key"] == key), None) if key else None
    if key and stored is None:
        abort(404)
    form = TermForm.of_term(stored, planned.course.draft_version)
    if form.is_sent():
        try:
            terms.save_term(viewer(), course.id, form.seen, key, form.said(key))
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(structure.planned_course(course.id).course.draft_version)
        else:
            flash(_("Đã lưu thuật ngữ. Học viên thấy sau khi Anh/Chị công bố."))
            return redirect(url_for(".glossary", id=course.id), 303)
    return page("courses/term.html", 422 if form.errors or form.sentence else 200, course=course, planned=planned, form=form, stored=stored)


@room.route("/<int:id>/glossary/<key>/remove", to=TRAINERS, methods=["POST"])
def remove_term(id: int, key: str) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    try:
        terms.remove_term(viewer(), id, seen_version(request.form.get("version")), key)
    except Refused as refused:
        return _glossary(course, refused.sentence)
    flash(_("Đã bỏ thuật ngữ."))
    return redirect(url_for(".glossary", id=id), 303)
