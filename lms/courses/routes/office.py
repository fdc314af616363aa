"""Lessons from Word, PowerPoint and PDF files, in two steps: what would come out, then making the drafts."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LARGEST_OFFICE_FILE, TRAINERS, Entry, Refused, begin_writing, keep_waiting, page, viewer, waiting
from lms.base import gettext as _

from .. import teaching
from ..office.forms import OfficeForm, Row, chosen_of, first_rows, places_of, sent_rows
from ..office.importing import empty_lessons, import_lessons
from ..office.splitting import first_split, lessons_of, splits_of
from ..office.taking import TakenFile, packed, take_file, unpacked
from .room import room

room.links.setdefault("course", []).append(Entry("Nhập từ Word, PowerPoint, PDF", "courses.office", TRAINERS, 15))
LARGEST_BODY = (LARGEST_OFFICE_FILE << 20) + (200 << 10)


@room.route("/<int:id>/office", to=TRAINERS, late=True, upload=LARGEST_BODY, methods=["GET", "POST"])
def office(id: int) -> ResponseReturnValue:
    """Reading and converting come before the transaction, which only writes. Between the steps the file waits outside the database."""
    course = _course(id)
    form = OfficeForm.of_request()
    step = request.form.get("step", "read") if request.method == "POST" else ""
    try:
        if step == "read":
            return _read(course, form)
        return _read_before(course, form, step) if step else _form_page(course, form)
    except Refused as refused:
        form.refuse(refused)
        return _form_page(_course(id), form)


def _read(course: Any, form: OfficeForm) -> ResponseReturnValue:
    taken = take_file(*form.sent_file())
    form.offer(taken, splits_of(taken))
    form.split.data, form.with_talk.data = first_split(taken), True
    lessons = lessons_of(taken, form.split.data)
    form.token.data = keep_waiting(viewer().person_id, packed(taken, course.id), "office")
    return _preview(course, form, taken, first_rows(lessons))


def _read_before(course: Any, form: OfficeForm, step: str) -> ResponseReturnValue:
    """The next steps with a file that waits. A form that was confirmed already gets its first answer again, though the file is gone."""
    token = form.token.data or ""
    content = waiting(viewer().person_id, token, "office")
    taken = unpacked(content, course.id) if content else None
    if taken is None:
        begin_writing()
        raise Refused(_("Bản xem trước này đã được nhập hoặc đã quá một ngày. Anh/Chị chọn lại tệp."), "file")
    form.offer(taken, splits_of(taken))
    if not form.validate():
        form.split.data = first_split(taken)
    lessons = lessons_of(taken, form.split.data, bool(form.with_talk.data))
    if step != "confirm":
        return _preview(course, form, taken, first_rows(lessons))
    rows = sent_rows(lessons, empty_lessons(course))
    try:
        chosen = chosen_of(rows)
        begin_writing()
        course = _course(course.id)
        made = import_lessons(viewer(), course, token, taken, chosen)
    except Refused as refused:
        form.sentence = refused.sentence
        return _preview(_course(course.id), form, taken, rows)
    flash(_("Đã tạo %(n)s bản nháp bài học. Học viên chưa thấy cho đến khi Anh/Chị công bố.", n=len(made)))
    if len(made) == 1:
        return redirect(url_for(".edit", course_id=course.id, lesson_id=made[0]), 303)
    return redirect(url_for(".outline", id=course.id), 303)


def _preview(course: Any, form: OfficeForm, taken: TakenFile, rows: list[Row]) -> ResponseReturnValue:
    status = 422 if form.sentence else 200
    places = places_of(empty_lessons(course))
    return page("courses/office-preview.html", status, course=course, form=form, taken=taken, rows=rows, places=places)


def _form_page(course: Any, form: OfficeForm) -> ResponseReturnValue:
    facts = {"can_edit": course.part in teaching.EDITORS, "most": LARGEST_OFFICE_FILE}
    return page("courses/office.html", 200 if request.method == "GET" else 422, course=course, form=form, **facts)


def _course(course_id: int) -> Any:
    return teaching.taught_course(viewer(), course_id, to_edit=request.method == "POST") or abort(404)
