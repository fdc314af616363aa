"""A quiz before it is begun: its rules in words, the attempts so far, and the start."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, Refused, page, viewer

from .. import actions, queries
from ..steps import Enrolled, Progress, Step
from .places import enrolled_step, refused, to_offered
from .room import room

LONGEST_CODE = 40


@room.route("/courses/<int:course_id>/quizzes/<key>", to=LEARNERS)
def quiz(course_id: int, key: str) -> ResponseReturnValue:
    place = queries.place_of(viewer(), course_id)
    if place is None:
        return to_offered(course_id)
    step = place.progress.step("quiz", key) or abort(404)
    return refused(course_id, step) or _rules(place.enrolment, place.progress, step)


@room.route("/courses/<int:course_id>/quizzes/<key>/start", to=LEARNERS, methods=["POST"])
def start(course_id: int, key: str) -> ResponseReturnValue:
    enrolment, progress, step = enrolled_step(course_id, "quiz", key)
    if away := refused(course_id, step):
        return away
    code = request.form.get("code", "").strip()[:LONGEST_CODE]
    try:
        attempt_id = actions.start_quiz(viewer(), enrolment, step, code)
    except Refused as refusal:
        return _rules(enrolment, progress, step, refusal.sentence, code, 422)
    return redirect(url_for("study.sit", attempt_id=attempt_id), 303)


def _rules(enrolment: Enrolled, progress: Progress, step: Step, sentence: str = "", code: str = "", status: int = 200) -> ResponseReturnValue:
    said = {"enrolment": enrolment, "progress": progress, "step": step, "rules": step.rules}
    return page("study/quiz.html", status, **said, sentence=sentence, code=code)
