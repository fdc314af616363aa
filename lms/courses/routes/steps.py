"""One step of the structure (when it opens, whether it is optional), one section, and the name of a lesson."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Refused, in_language, page, viewer
from lms.base import gettext as _

from .. import actions, outline_rows, outlining, structure, teaching
from ..course_forms import LessonNameForm, SectionForm, StepForm, TitleForm, seen_version
from ..folder import OutlineStep
from .outline import show_outline, taught_or_404
from .room import room


def _step(course: Any, kind: str, key: str) -> tuple[structure.Planned, int]:
    """The course as it is planned and where the step stands; 404 when it is not in it."""
    planned = structure.planned_course(course.id)
    places = [at for at, step in enumerate(planned.said.outline) if (step.kind, step.key) == (kind, key)]
    return planned, (places[0] if places else abort(404))


@room.route("/<int:id>/outline/steps/<kind>/<key>", to=TRAINERS, methods=["GET", "POST"])
def step(id: int, kind: str, key: str) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    planned, at = _step(course, kind, key)
    stored, items = planned.said.outline[at], structure.items_of(planned.course)
    titles = {name: in_language(item.title) for name, item in items.items()}
    form = StepForm.of_step(stored, planned.course.draft_version).offer(planned.said.outline[:at], titles)
    if form.is_sent():
        try:
            _save_step(id, form, stored)
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(structure.planned_course(id).course.draft_version)
        else:
            flash(_("Đã lưu. Học viên thấy sau khi Anh/Chị công bố."))
            return redirect(url_for(".outline", id=id, at=f"{kind}:{key}"), 303)
    line = next(line for line in structure.lines_of(planned.said.outline, items)[0] if line.name == f"{kind}:{key}")
    return page("courses/step.html", 422 if form.errors or form.sentence else 200, course=course, planned=planned, line=line, form=form)


def _save_step(course_id: int, form: StepForm, stored: OutlineStep) -> None:
    said = form.said(stored)
    outlining.change_outline(viewer(), course_id, form.seen, lambda outline: outline_rows.changed(outline, said), step=said.key)


@room.route("/<int:id>/outline/steps/<kind>/<key>/remove", to=TRAINERS, methods=["POST"])
def remove_step(id: int, kind: str, key: str) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    return _taken_out(course, f"{kind}:{key}", _("Đã bỏ khỏi cấu trúc. Nội dung vẫn còn ở danh sách bên dưới."))


def _taken_out(course: Any, name: str, done: str) -> ResponseReturnValue:
    version = seen_version(request.form.get("version"))
    try:
        outlining.change_outline(viewer(), course.id, version, lambda outline: outline_rows.without(outline, name), step=name.partition(":")[2])
    except Refused as refused:
        return show_outline(course, refused.sentence)
    flash(done)
    return redirect(url_for(".outline", id=course.id), 303)


@room.route("/<int:id>/outline/steps/<kind>/<key>/section", to=TRAINERS, methods=["GET", "POST"])
def begin_section(id: int, kind: str, key: str) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    planned, at = _step(course, kind, key)
    form = SectionForm.of_title({}, planned.course.draft_version)
    if form.is_sent():
        try:
            title = form.both("title")
            outlining.change_outline(viewer(), id, form.seen, lambda outline: outline_rows.with_section(outline, f"{kind}:{key}", title))
        except Refused as refused:
            return _title_page(course, form, refused, heading=_("Thêm phần"), first=_called(planned, f"{kind}:{key}"))
        flash(_("Đã thêm phần."))
        return redirect(url_for(".outline", id=id, at=f"{kind}:{key}"), 303)
    return _title_page(course, form, heading=_("Thêm phần"), first=_called(planned, f"{kind}:{key}"))


def _called(planned: structure.Planned, name: str) -> str:
    item = structure.items_of(planned.course).get(name)
    return in_language(item.title) if item else name


@room.route("/<int:id>/outline/sections/<int:number>", to=TRAINERS, methods=["GET", "POST"])
def section(id: int, number: int) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    planned = structure.planned_course(id)
    headers = [row for row in outline_rows.rows_of(planned.said.outline) if isinstance(row, outline_rows.Header)]
    stored = next((row for row in headers if row.number == number), None) or abort(404)
    form = SectionForm.of_title(stored.title, planned.course.draft_version)
    if form.is_sent():
        try:
            outlining.change_outline(viewer(), id, form.seen, lambda outline: outline_rows.renamed(outline, number, form.both("title")))
        except Refused as refused:
            return _title_page(course, form, refused, heading=_("Đổi tên phần"), stored=stored.title, number=number)
        flash(_("Đã đổi tên phần."))
        return redirect(url_for(".outline", id=id, at=stored.name), 303)
    return _title_page(course, form, heading=_("Đổi tên phần"), stored=stored.title, number=number)


def _title_page(course: Any, form: TitleForm, refused: Refused | None = None, **shown: Any) -> ResponseReturnValue:
    if refused:
        form.refuse(refused)
        form.version.data = str(structure.planned_course(course.id).course.draft_version)
    return page("courses/title.html", 422 if form.errors or form.sentence else 200, course=course, form=form, **shown)


@room.route("/<int:id>/outline/sections/<int:number>/remove", to=TRAINERS, methods=["POST"])
def remove_section(id: int, number: int) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    return _taken_out(course, f"section:{number}", _("Đã bỏ tên phần; các bước của nó thuộc về phần ngay trên."))


@room.route("/<int:id>/lessons/<int:lesson_id>/rename", to=TRAINERS, methods=["GET", "POST"])
def rename_lesson(id: int, lesson_id: int) -> ResponseReturnValue:
    taught = teaching.taught_lesson(viewer(), id, lesson_id, to_edit=True) or abort(404)
    form = LessonNameForm.of_title(taught.said.title, taught.lesson.draft_version)
    shown: dict[str, Any] = {"course": taught.course, "form": form, "heading": _("Đổi tên bài"), "stored": taught.said.title}
    if form.is_sent():
        try:
            said = replace(taught.said, title=form.both("title"))
            actions.save_draft(viewer(), taught.lesson, taught.course.agency_id, said, form.seen)
        except Refused as refused:
            form.refuse(refused)
            form.version.data = str(taught.lesson.draft_version)
        else:
            flash(_("Đã đổi tên bài trong bản nháp. Học viên thấy sau khi Anh/Chị công bố."))
            return redirect(url_for(".outline", id=id, at=f"lesson:{taught.lesson.key}"), 303)
    return page("courses/title.html", 422 if form.errors or form.sentence else 200, **shown)
