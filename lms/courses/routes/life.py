"""Revisions of a course and of its lessons: what was changed, going back; and the end of a course."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, nfc, page, viewer
from lms.base import gettext as _

from .. import life, restoring, teaching, word_changes
from ..course_drafts import course_source_of, course_source_of_draft
from ..drafts import source_of
from ..forms import version_of
from ..life_forms import number_of
from ..side_by_side import lines_of
from ..structure import items_of
from .courses import show_course
from .room import room

room.links.setdefault("course", []).append(Entry("Các bản", "courses.history", TRAINERS, 50))
DRAFT = "draft"


@room.route("/<int:id>/revisions", to=TRAINERS)
def history(id: int) -> ResponseReturnValue:
    return _history(_course(id))


def _history(course: Any, sentence: str = "") -> ResponseReturnValue:
    found = teaching.course_revisions(course)
    can_edit = course.part in teaching.EDITORS
    return page("courses/history.html", 422 if sentence else 200, course=course, revisions=found, can_edit=can_edit, sentence=sentence)


@room.route("/<int:id>/compare", to=TRAINERS)
def compare(id: int) -> ResponseReturnValue:
    course = _course(id)
    revisions = teaching.course_revisions(course)
    items = items_of(course)
    first, second = _chosen([row.number for row in revisions], course.draft is not None)
    texts = teaching.course_revision_texts(course, {int(name) for name in (first, second) if name not in ("", DRAFT)})
    said = {str(number): course_source_of(revision) for number, revision in texts.items()}
    if DRAFT in (first, second):
        said[DRAFT] = course_source_of_draft(course.draft)
    old, new = (word_changes.course_lines(said[name], items) if name else [] for name in (first, second))
    lessons = teaching.lessons_changed(course, first, second)
    shown: dict[str, Any] = {"revisions": revisions, "has_draft": course.draft is not None, "first": first, "second": second}
    return page("courses/compare.html", course=course, rows=word_changes.compared(old, new), lessons=lessons, **shown)


@room.route("/<int:course_id>/lessons/<int:lesson_id>/compare", to=TRAINERS)
def compare_lesson(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = teaching.taught_lesson(viewer(), course_id, lesson_id) or abort(404)
    revisions = teaching.lesson_revisions(taught)
    has_draft = taught.lesson.draft is not None
    first, second = _chosen([row.number for row in revisions], has_draft)
    old, new = (lines_of(_lesson_said(taught, name)) if name else [] for name in (first, second))
    shown: dict[str, Any] = {"revisions": revisions, "has_draft": has_draft, "first": first, "second": second}
    can_edit = taught.course.part in teaching.EDITORS
    return page("courses/compare-lesson.html", course=taught.course, taught=taught, rows=word_changes.compared(old, new), can_edit=can_edit, **shown)


def _lesson_said(taught: teaching.TaughtLesson, name: str) -> Any:
    return taught.said if name == DRAFT else source_of(teaching.lesson_revision(taught, int(name)) or abort(404))


def _chosen(numbers: list[int], has_draft: bool) -> tuple[str, str]:
    """The two that are compared, as the address or the order of things says: the draft (else the latest) with the one before it. "": nothing."""
    known = [*([DRAFT] if has_draft else []), *map(str, numbers)]
    first, second = request.args.get("from", ""), request.args.get("to", "")
    second = second if second in known else (known[0] if known else "")
    before = known[known.index(second) + 1 :] if second else []
    return (first if first in known else (before[0] if before else "")), second


@room.route("/<int:course_id>/lessons/<int:lesson_id>/restore", to=TRAINERS, methods=["POST"])
def restore_lesson(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = teaching.taught_lesson(viewer(), course_id, lesson_id, to_edit=True) or abort(404)
    old = teaching.lesson_revision(taught, number_of(request.form.get("number"))) or abort(404)
    try:
        restoring.restore_lesson(viewer(), taught, old, version_of(request.form.get("version")))
    except Refused as refused:
        return show_course(taught.course, refused.sentence, 422)
    flash(_("Bản %(n)s của bài đã thành bản nháp. Anh/Chị xem lại rồi công bố.", n=old.number))
    return redirect(url_for(".edit", course_id=course_id, lesson_id=lesson_id), 303)


@room.route("/<int:course_id>/restore", to=TRAINERS, methods=["POST"])
def restore(course_id: int) -> ResponseReturnValue:
    course = teaching.taught_course(viewer(), course_id, to_edit=True) or abort(404)
    number = number_of(request.form.get("number"))
    if not teaching.course_revision_texts(course, [number]):
        abort(404)
    try:
        restoring.restore_course(viewer(), course_id, number)
    except Refused as refused:
        return _history(course, refused.sentence)
    flash(_("Bản %(n)s của khóa học đã thành bản nháp. Anh/Chị kiểm tra rồi công bố.", n=number))
    return redirect(url_for(".publish", id=course_id), 303)


@room.route("/<int:course_id>/retire", to=TRAINERS, methods=["POST"])
def retire(course_id: int) -> ResponseReturnValue:
    life.retire_course(viewer(), _owned(course_id), nfc(request.form.get("why") or "").strip()[:500])
    flash(_("Khóa học ngừng dùng: không ai ghi danh được nữa. Người đang học vẫn học tiếp, kết quả và giấy chứng nhận giữ nguyên."))
    return redirect(url_for(".show", course_id=course_id), 303)


@room.route("/<int:course_id>/bring-back", to=TRAINERS, methods=["POST"])
def bring_back(course_id: int) -> ResponseReturnValue:
    life.bring_back_course(viewer(), _owned(course_id))
    flash(_("Khóa học lại mở cho người học ở những nơi được mở."))
    return redirect(url_for(".show", course_id=course_id), 303)


@room.route("/<int:course_id>/delete", to=TRAINERS, methods=["POST"])
def delete(course_id: int) -> ResponseReturnValue:
    course = _owned(course_id)
    try:
        life.delete_course(viewer(), course)
    except Refused as refused:
        return show_course(course, refused.sentence, 422)
    flash(_("Đã xóa khóa học chưa công bố."))
    return redirect(url_for(".index"), 303)


def _course(course_id: int) -> Any:
    return teaching.taught_course(viewer(), course_id) or abort(404)


def _owned(course_id: int) -> Any:
    course = _course(course_id)
    return course if course.part == "owner" else abort(404)
