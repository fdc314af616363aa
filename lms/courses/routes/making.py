"""Making a course, a lesson, and a copy of a lesson."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import TRAINER, TRAINERS, Refused, page, viewer
from lms.base import gettext as _

from .. import creating, lesson_copying
from ..course_forms import CopyForm, CourseForm, NewLessonForm
from ..outlining import locked_course
from .outline import taught_or_404
from .room import room


@room.route("/new", to=TRAINERS, methods=["GET", "POST"])
def new_course() -> ResponseReturnValue:
    form = CourseForm.of_request().offer(agency_tree(viewer().agencies_of(TRAINER)))
    if form.is_sent():
        texts = {"summary_vi": form.summary_vi.data or "", "audience_vi": form.audience_vi.data or ""}
        try:
            course = creating.create_course(viewer(), form.agency_id.data, form.title_vi.data, key=form.key.data or "", **texts)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã tạo khóa học. Anh/Chị thêm bài đầu tiên; học viên chưa thấy gì cho đến khi Anh/Chị công bố."))
            return redirect(url_for(".outline", id=course.id), 303)
    return page("courses/new-course.html", 422 if form.errors or form.sentence else 200, form=form)


@room.route("/<int:id>/lessons/new", to=TRAINERS, methods=["GET", "POST"])
def new_lesson(id: int) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    form = NewLessonForm.of_request(minutes=10)
    if form.is_sent():
        try:
            said = creating.empty_lesson(form.title_vi.data, minutes=form.minutes.data)
            lesson = creating.add_lesson(viewer(), locked_course(id), said)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã thêm bài vào cuối khóa học, với sẵn các phần của một bài. Anh/Chị viết thay vào các dòng gợi ý."))
            return redirect(url_for(".edit", course_id=id, lesson_id=lesson.id), 303)
    return page("courses/new-lesson.html", 422 if form.errors or form.sentence else 200, course=course, form=form)


@room.route("/<int:id>/lessons/copy", to=TRAINERS, methods=["GET", "POST"])
def copy_lesson(id: int) -> ResponseReturnValue:
    course = taught_or_404(id, to_edit=True)
    form = CopyForm.of_request().offer(lesson_copying.lessons_to_copy(viewer(), id))
    if form.is_sent():
        try:
            lesson = lesson_copying.copy_lesson(viewer(), id, form.lesson_id.data, form.title_vi.data or "")
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã sao chép bài vào cuối khóa học."))
            return redirect(url_for(".outline", id=id, at=f"lesson:{lesson.key}"), 303)
    return page("courses/copy-lesson.html", 422 if form.errors or form.sentence else 200, course=course, form=form)
