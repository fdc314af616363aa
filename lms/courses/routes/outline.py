"""The structure of a course: its sections and steps, moved by buttons or by dragging; what is not in it yet; throwing the draft away."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, nfc, page, viewer
from lms.base import gettext as _

from .. import outline_rows, outlining, structure, teaching
from ..course_forms import seen_version
from .room import room

room.links.setdefault("course", []).append(Entry("Cấu trúc", "courses.outline", TRAINERS, 10))
WAYS = {"up": -1, "down": 1}


def taught_or_404(course_id: int, to_edit: bool = False) -> Any:
    """A course that the viewer looks after (`to_edit`: and may change); 404 otherwise."""
    return teaching.taught_course(viewer(), course_id, to_edit) or abort(404)


@room.route("/<int:id>/outline", to=TRAINERS)
def outline(id: int) -> ResponseReturnValue:
    return show_outline(taught_or_404(id))


def show_outline(course: Any, sentence: str = "") -> ResponseReturnValue:
    """The page of the structure as it is stored now, with a sentence about what was refused."""
    planned = structure.planned_course(course.id)
    items = structure.items_of(planned.course)
    lines, faults = structure.lines_of(planned.said.outline, items)
    return page(
        "courses/outline.html",
        422 if sentence else 200,
        course=course,
        planned=planned,
        can_edit=course.part in teaching.EDITORS,
        lines=lines,
        faults=faults,
        apart=structure.apart_from(planned.said.outline, items),
        at=request.args.get("at", ""),
        did=request.args.get("did", ""),
        sentence=sentence,
    )


@room.route("/<int:id>/outline/move", to=TRAINERS, methods=["POST"])
def move_step(id: int) -> ResponseReturnValue:
    """`move`: the name of a row and where to: "lesson:01-dai up", "quiz:cuoi down", "section:2 before section:1", "lesson:01-dai end"."""
    course = taught_or_404(id, to_edit=True)
    name, way, before = [*(request.form.get("move") or "").split(" "), "", "", ""][:3]
    if way not in (*WAYS, "before", "end"):
        return show_outline(course, _("Anh/Chị bấm Lên hoặc Xuống của bước cần chuyển."))
    moved: list[list[Any]] = []

    def change(outline: list[Any]) -> list[Any]:
        after = outline_rows.shifted(outline, name, WAYS[way]) if way in WAYS else outline_rows.placed(outline, name, before)
        moved[:] = [outline, after]
        return after

    try:
        outlining.change_outline(viewer(), id, seen_version(request.form.get("version")), change, step=name.partition(":")[2])
    except Refused as refused:
        return show_outline(course, refused.sentence)
    before_move, after_move = moved
    if gone := outline_rows.sections_gone(before_move, after_move):
        flash(_("Phần “%(name)s” không còn bước nào nên đã được bỏ.", name=gone[0]))
    at = outline_rows.name_after(before_move, after_move, name)
    return redirect(url_for(".outline", id=id, at=at, did=way if way in WAYS else None), 303)


@room.route("/<int:id>/outline/put", to=TRAINERS, methods=["POST"])
def put_step(id: int) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    name = nfc(request.form.get("put") or "")
    kind, _colon, key = name.partition(":")
    try:
        outlining.put_in_outline(viewer(), id, seen_version(request.form.get("version")), kind, key)
    except Refused as refused:
        return show_outline(course, refused.sentence)
    flash(_("Đã đưa vào cuối khóa học. Học viên thấy sau khi Anh/Chị công bố."))
    return redirect(url_for(".outline", id=id, at=name), 303)


@room.route("/<int:id>/outline/discard", to=TRAINERS, methods=["POST"])
def discard_plan(id: int) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    try:
        outlining.discard_course_draft(viewer(), id, seen_version(request.form.get("version")))
    except Refused as refused:
        return show_outline(course, refused.sentence)
    flash(_("Đã bỏ thay đổi chưa công bố của khóa học. Các bài học giữ nguyên."))
    return redirect(url_for(".outline", id=id), 303)
