"""Questions to the trainers: asked at a lesson, read and answered on the trainers' page of the course."""

import wtforms
from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, TRAINERS, Entry, Form, Refused, at_most, page, required, viewer
from lms.base import gettext as _
from lms.courses import taught_course

from .. import asking
from .places import enrolled_step, refused
from .room import room

room.links.setdefault("course", []).append(Entry("Câu hỏi của học viên", "study.asked", TRAINERS, 70))
STATES = ("asked", "answered", "shared")


class QuestionForm(Form):
    """What a learner asks."""

    text = wtforms.TextAreaField("Câu hỏi của Anh/Chị", [required("Anh/Chị viết câu hỏi rồi bấm gửi."), at_most(2000)], render_kw={"rows": 4})


class AnswerForm(Form):
    """What a trainer answers, and whether everybody sees it."""

    answer = wtforms.TextAreaField("Trả lời", [required("Anh/Chị viết câu trả lời rồi bấm lưu."), at_most(4000)], render_kw={"rows": 6})
    is_shared = wtforms.BooleanField("Cho mọi học viên của bài này cùng xem (không hiện tên người hỏi)")
    seen = wtforms.HiddenField()


@room.route("/courses/<int:course_id>/lessons/<key>/questions", to=LEARNERS, methods=["GET", "POST"])
def ask(course_id: int, key: str) -> ResponseReturnValue:
    enrolment, _progress, step = enrolled_step(course_id, "lesson", key)
    if away := refused(course_id, step):
        return away
    form = QuestionForm.of_request()
    if form.is_sent():
        try:
            asking.ask_question(viewer(), enrolment, step, form.text.data.strip())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("Đã gửi câu hỏi cho giảng viên. Câu trả lời sẽ hiện ở đây."))
            return redirect(url_for(".ask", course_id=course_id, key=key), 303)
    questions = asking.questions_at(viewer(), step.lesson_id or 0)
    return page("study/ask.html", 422 if form.errors or form.sentence else 200, enrolment=enrolment, step=step, form=form, questions=questions)


@room.route("/teaching/<int:id>/questions", to=TRAINERS)
def asked(id: int) -> ResponseReturnValue:
    course = taught_course(viewer(), id) or abort(404)
    state = request.args.get("state", "asked")
    state = state if state in STATES else "asked"
    questions = asking.questions_taught(viewer(), id, state)
    can_answer = course.part in ("owner", "author")
    return page("study/asked.html", course=course, can_answer=can_answer, state=state, counts=asking.counts_taught(viewer(), id), questions=questions)


@room.route("/teaching/<int:id>/questions/<int:question_id>", to=TRAINERS, methods=["GET", "POST"])
def answer(id: int, question_id: int) -> ResponseReturnValue:
    course = taught_course(viewer(), id, to_edit=True) or abort(404)
    question = asking.question_taught(viewer(), id, question_id) or abort(404)
    form = AnswerForm.of_request(answer=question.answer, is_shared=question.state == "shared", seen=asking.seen_of(question))
    if form.is_sent():
        try:
            asking.answer_question(viewer(), question, form.answer.data.strip(), form.is_shared.data, form.seen.data or "")
        except Refused as refusal:
            form.refuse(refusal)
            form.seen.data = asking.seen_of(question)
        else:
            flash(_("Đã lưu câu trả lời."))
            return redirect(url_for(".asked", id=id), 303)
    return page("study/answer.html", 422 if form.errors or form.sentence else 200, course=course, question=question, form=form)
