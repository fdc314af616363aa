"""Practice without record: one question at a time, explained at once. Seed and count stand in the address; nothing is stored."""

import re
import secrets
from dataclasses import dataclass

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, Refused, page, viewer
from lms.quizzes import PracticeQuestion, practice_question

from .. import queries
from ..steps import Enrolled, Step
from .places import refused
from .room import room

SEED = re.compile(r"[0-9a-z]{4,32}")
MOST = 1000


@dataclass(frozen=True)
class At:
    """Where one is in a practice: its seed, the number of the question, and how many answers so far were right (it counts for nothing)."""

    seed: str
    n: int
    right: int


@room.route("/courses/<int:course_id>/quizzes/<key>/practice", to=LEARNERS)
def practice(course_id: int, key: str) -> ResponseReturnValue:
    if not SEED.fullmatch(request.args.get("seed", "")):
        return redirect(url_for("study.practice", course_id=course_id, key=key, seed=secrets.token_hex(6), n=1), 303)
    enrolment, step = _quiz(course_id, key)
    return refused(course_id, step) or _shown(enrolment, step, _at())


@room.route("/courses/<int:course_id>/quizzes/<key>/practice", to=LEARNERS, methods=["POST"], once=False)
def practise(course_id: int, key: str) -> ResponseReturnValue:
    at = _at()
    enrolment, step = _quiz(course_id, key)
    if away := refused(course_id, step):
        return away
    question = _asked(step, at) or abort(404)
    try:
        answered = question.answered(request.form.getlist(f"answer-{at.n}"))
    except Refused as refusal:
        return _shown(enrolment, step, at, refusal.sentence, 422)
    return page("study/practice.html", enrolment=enrolment, title=step.title, key=key, at=at, item=answered, answered=True, sentence="")


def _shown(enrolment: Enrolled, step: Step, at: At, sentence: str = "", status: int = 200) -> ResponseReturnValue:
    question = _asked(step, at)
    if question is None:
        return page("study/practised.html", enrolment=enrolment, title=step.title, key=step.key, at=at)
    said = {"enrolment": enrolment, "title": step.title, "key": step.key, "at": at, "item": question.item, "sentence": sentence}
    return page("study/practice.html", status, **said, answered=False)


def _quiz(course_id: int, key: str) -> tuple[Enrolled, Step]:
    """The viewer's enrolment, and the quiz for practice; 404 without."""
    place = queries.place_of(viewer(), course_id, with_quizzes=False) or abort(404)
    step = place.progress.step("quiz", key)
    return (place.enrolment, step) if step and step.is_practice else abort(404)


def _asked(step: Step, at: At) -> PracticeQuestion | None:
    return practice_question(step.rules, at.seed, at.n) if step.rules else None


def _at() -> At:
    values = request.values
    seed = values.get("seed", "")
    numbers = [int(text) if text.isdecimal() and len(text) < 4 else 0 for text in (values.get("n", ""), values.get("right", ""))]
    return At(seed if SEED.fullmatch(seed) else abort(404), numbers[0] or 1, min(numbers[1], max(0, (numbers[0] or 1) - 1)))
