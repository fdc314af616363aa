"""The learner's pages: desk, catalogue, course, lesson, quiz."""

from dataclasses import asdict

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, Entry, Refused, Room, clock, page, time_of_day, viewer, wants_json
from lms.base import gettext as _
from lms.courses import course_catalogue, course_for, lesson_text
from lms.quizzes import attempts_of, paper, save_answer, save_form, self_checks
from lms.quizzes import result as result_of

from . import actions, keeping, queries, tasks
from .commands import COMMANDS
from .forms import save_of_request
from .steps import Enrolled, Progress, Step

room = Room(__name__)
room.names["enrolment"] = queries.names_of_enrolments
room.effects["agency"] = queries.effects_on_learners
room.shows["course-file"] = queries.is_in_own_lessons
room.keeps.append(keeping.kept_of_study)
room.forgets.append(keeping.forget_names)
for command in COMMANDS:
    room.cli.add_command(command)
room.menu.append(Entry("Việc học của tôi", "study.desk", LEARNERS, 10))
room.menu.append(Entry("Khóa học", "study.catalogue", LEARNERS, 20))
TIMERS = (tasks.close_late_attempts,)


@room.route("", to=LEARNERS)
def desk() -> ResponseReturnValue:
    return page("study/desk.html", desk=queries.desk(viewer()))


@room.route("/courses", to=LEARNERS)
def catalogue() -> ResponseReturnValue:
    query = request.args.get("q", "").strip()[:100]
    mine = {one.course_id: one for one in reversed(queries.enrolments(viewer()))}
    return page("study/catalogue.html", courses=course_catalogue(viewer(), query), mine=mine, query=query)


@room.route("/courses/<int:course_id>", to=LEARNERS)
def course(course_id: int) -> ResponseReturnValue:
    enrolment = queries.enrolment_for(viewer(), course_id)
    if enrolment:
        progress = queries.progress_of(viewer(), enrolment)
        return page("study/course.html", course=enrolment, enrolment=enrolment, progress=progress)
    offered = course_for(viewer(), course_id) or abort(404)
    return page("study/course.html", course=offered, enrolment=None, progress=queries.outline_of(offered.revision_id))


@room.route("/courses/<int:course_id>/enrol", to=LEARNERS, methods=["POST"], once=False)
def enrol(course_id: int) -> ResponseReturnValue:
    enrolment = queries.enrolment_for(viewer(), course_id)
    if enrolment is None:
        if course_for(viewer(), course_id) is None:
            abort(404)
        try:
            actions.enrol(viewer(), viewer().person_id, course_id)
        except Refused as refused:
            flash(refused.sentence, "bad")
            return _to_course(course_id)
        enrolment = queries.enrolment_for(viewer(), course_id) or abort(404)
    actions.begin_course(viewer(), enrolment.id)
    progress = queries.progress_of(viewer(), enrolment)
    return redirect(_address(course_id, progress.next or progress.steps[0]), 303)


@room.route("/courses/<int:course_id>/lessons/<key>", to=LEARNERS)
def lesson(course_id: int, key: str) -> ResponseReturnValue:
    enrolment = queries.enrolment_for(viewer(), course_id)
    if enrolment is None:
        return _to_offered(course_id)
    progress, step = _step_of(enrolment, "lesson", key)
    text = lesson_text(enrolment.revision_id, key) or abort(404)
    checks = self_checks(enrolment.bank_id, text.self_checks)
    before, after = (_link(course_id, one) for one in progress.around(step))
    values = {"step": step, "text": text, "checks": checks, "before": before, "after": after, "is_print": "print" in request.args}
    return page("study/lesson.html", 200, enrolment=enrolment, progress=progress, **values)


@room.route("/courses/<int:course_id>/lessons/<key>/read", to=LEARNERS, methods=["POST"], once=False)
def read(course_id: int, key: str) -> ResponseReturnValue:
    enrolment, progress, step = _enrolled_step(course_id, "lesson", key)
    is_completed = actions.mark_read(viewer(), enrolment, step)
    after = progress.around(step)[1]
    if is_completed:
        flash(_("Anh/Chị đã hoàn thành khóa học này."))
    return redirect(_address(course_id, after), 303) if after else _to_course(course_id)


@room.route("/courses/<int:course_id>/quizzes/<key>", to=LEARNERS)
def quiz(course_id: int, key: str) -> ResponseReturnValue:
    enrolment = queries.enrolment_for(viewer(), course_id)
    if enrolment is None:
        return _to_offered(course_id)
    return _rules(enrolment, *_step_of(enrolment, "quiz", key))


@room.route("/courses/<int:course_id>/quizzes/<key>/start", to=LEARNERS, methods=["POST"])
def start(course_id: int, key: str) -> ResponseReturnValue:
    enrolment, progress, step = _enrolled_step(course_id, "quiz", key)
    try:
        attempt_id = actions.start_quiz(viewer(), enrolment, step)
    except Refused as refused:
        return _rules(enrolment, progress, step, refused.sentence, 422)
    return redirect(url_for("study.sit", attempt_id=attempt_id), 303)


def _rules(enrolment: Enrolled, progress: Progress, step: Step, sentence: str = "", status: int = 200) -> ResponseReturnValue:
    past = attempts_of(viewer().person_id, step.quiz_id, enrolment.cycle) if step.quiz_id and step.used else []
    return page("study/quiz.html", status, enrolment=enrolment, progress=progress, step=step, past=past, sentence=sentence)


def _enrolled_step(course_id: int, kind: str, key: str) -> tuple[Enrolled, Progress, Step]:
    enrolment = queries.enrolment_for(viewer(), course_id) or abort(404)
    return enrolment, *_step_of(enrolment, kind, key)


def _step_of(enrolment: Enrolled, kind: str, key: str) -> tuple[Progress, Step]:
    progress = queries.progress_of(viewer(), enrolment, with_quizzes=kind == "quiz")
    return progress, progress.step(kind, key) or abort(404)


def _address(course_id: int, step: Step) -> str:
    return url_for(f"study.{step.kind}", course_id=course_id, key=step.key)


def _link(course_id: int, step: Step | None) -> tuple[str, Step] | None:
    return (_address(course_id, step), step) if step else None


def _to_offered(course_id: int) -> ResponseReturnValue:
    """To the page of a course that one has not enrolled in, if it is open to them."""
    return _to_course(course_id) if course_for(viewer(), course_id) else abort(404)


def _to_course(course_id: int) -> ResponseReturnValue:
    return redirect(url_for("study.course", course_id=course_id), 303)


@room.route("/attempts/<int:attempt_id>", to=LEARNERS)
def sit(attempt_id: int) -> ResponseReturnValue:
    sheet = paper(attempt_id, viewer().person_id) or abort(404)
    if not sheet.attempt.is_open:
        return redirect(url_for("study.result", attempt_id=attempt_id))
    if sheet.is_over:
        return page("study/over.html", sheet=sheet)
    place = queries.place_of(viewer(), sheet.attempt.quiz_id, sheet.attempt.cycle) or abort(404)
    return page("study/sit.html", sheet=sheet, enrolment=place.enrolment, now=clock.now())


@room.route("/attempts/<int:attempt_id>/answers", to=LEARNERS, methods=["POST"], once=False)
def answers(attempt_id: int) -> ResponseReturnValue:
    save = save_of_request()
    try:
        receipt = save_answer(viewer().person_id, attempt_id, **asdict(save))
    except Refused as refused:
        return jsonify(error=refused.sentence), 422 if refused.field else 409
    return jsonify(
        number=receipt.number,
        version=receipt.version,
        answered=receipt.answered,
        total=receipt.total,
        kept=receipt.kept,
        answer=receipt.answer,
        time=time_of_day(receipt.saved_at),
        now=int(clock.now().timestamp() * 1000),
    )


@room.route("/attempts/<int:attempt_id>/save", to=LEARNERS, methods=["POST"], once=False)
def save(attempt_id: int) -> ResponseReturnValue:
    try:
        save_form(viewer().person_id, attempt_id, request.form)
    except Refused as refused:
        flash(refused.sentence, "warn")
    at = request.form.get("at", "")
    return redirect(url_for("study.sit", attempt_id=attempt_id, _anchor=f"c{at}" if at.isdigit() else "main"), 303)


@room.route("/attempts/<int:attempt_id>/submit", to=LEARNERS, methods=["POST"], once=False)
def submit(attempt_id: int) -> ResponseReturnValue:
    if "sure" not in request.form:
        return _confirm(attempt_id)
    actions.submit_quiz(viewer(), attempt_id, request.form)
    address = url_for("study.result", attempt_id=attempt_id)
    return jsonify(result=address) if wants_json() else redirect(address, 303)


def _confirm(attempt_id: int) -> ResponseReturnValue:
    """Without script: all answers are saved and carried on, and the learner says once more that this is it."""
    try:
        save_form(viewer().person_id, attempt_id, request.form)
    except Refused:
        return redirect(url_for("study.sit", attempt_id=attempt_id), 303)
    sheet = paper(attempt_id, viewer().person_id) or abort(404)
    carried = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(("answer-", "was-"))]
    open_ones = [item.position for item in sheet.items if not item.answer]
    return page("study/confirm.html", attempt_id=attempt_id, total=sheet.total, open=open_ones, carried=carried)


@room.route("/attempts/<int:attempt_id>/result", to=LEARNERS)
def result(attempt_id: int) -> ResponseReturnValue:
    marked = result_of(attempt_id, viewer().person_id)
    if marked is None:
        if paper(attempt_id, viewer().person_id) is None:
            abort(404)
        return redirect(url_for("study.sit", attempt_id=attempt_id))
    place = queries.place_of(viewer(), marked.attempt.quiz_id, marked.attempt.cycle) or abort(404)
    progress = queries.progress_of(viewer(), place.enrolment)
    step = progress.step("quiz", place.quiz_key) or abort(404)
    again = progress.again((item.lesson_key, item.position) for item in marked.items if item.is_right is False)
    return page("study/result.html", result=marked, enrolment=place.enrolment, progress=progress, step=step, again=again)
