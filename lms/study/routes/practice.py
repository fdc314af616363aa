"""Practice without record: one question at a time, explained at once. Seed and count stand in the address; nothing is stored."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, Refused, page, viewer
from lms.quizzes import practice_question

from .. import queries
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
    return _shown(course_id, key, _at())


@room.route("/courses/<int:course_id>/quizzes/<key>/practice", to=LEARNERS, methods=["POST"], once=False)
def practise(course_id: int, key: str) -> ResponseReturnValue:
    at = _at()
    question, place = _question(course_id, key, at)
    values = request.form.getlist(f"answer-{at.n}") if question else []
    if question is None:
        abort(404)
    try:
        answered = question.answered(values)
    except Refused as refused:
        return _shown(course_id, key, at, refused.sentence, 422)
    return page("study/practice.html", enrolment=place.enrolment, title=place.rules.title, key=key, at=at, item=answered, answered=True, sentence="")


def _shown(course_id: int, key: str, at: At, sentence: str = "", status: int = 200) -> ResponseReturnValue:
    question, place = _question(course_id, key, at)
    if question is None:
        return page("study/practised.html", enrolment=place.enrolment, title=place.rules.title, key=key, at=at)
    said = {"enrolment": place.enrolment, "title": place.rules.title, "key": key, "at": at, "item": question.item, "sentence": sentence}
    return page("study/practice.html", status, **said, answered=False)


def _question(course_id: int, key: str, at: At) -> tuple[Any, queries.QuizPlace]:
    place = queries.quiz_place(viewer(), course_id, key) or abort(404)
    if place.rules.behaviour != "practice":
        abort(404)
    return practice_question(place.rules, at.seed, at.n), place


def _at() -> At:
    values = request.values
    seed = values.get("seed", "")
    numbers = [int(text) if text.isdecimal() and len(text) < 4 else 0 for text in (values.get("n", ""), values.get("right", ""))]
    return At(seed if SEED.fullmatch(seed) else abort(404), numbers[0] or 1, min(numbers[1], max(0, (numbers[0] or 1) - 1)))
