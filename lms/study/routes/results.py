"""The result of an attempt, as much of it as may be seen, and opening its review."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, page, viewer
from lms.quizzes import open_review, paper, shown_code
from lms.quizzes import result as result_of

from .. import queries
from .room import room

PER_PAGE = 25  # explained questions; more would make the page too heavy


@room.route("/attempts/<int:attempt_id>/result", to=LEARNERS)
def result(attempt_id: int) -> ResponseReturnValue:
    marked = result_of(attempt_id, viewer().person_id)
    if marked is None:
        if paper(attempt_id, viewer().person_id) is None:
            abort(404)
        return redirect(url_for("study.sit", attempt_id=attempt_id))
    enrolment, progress, step = queries.progress_at(viewer(), marked.attempt.quiz_id, marked.attempt.cycle) or abort(404)
    again = progress.again((item.lesson_key, item.position) for item in marked.items if item.is_right is False)
    number, last = request.args.get("page", 1, int), max(1, -(-len(marked.items) // PER_PAGE))
    number = min(max(number, 1), last)
    items = marked.items[(number - 1) * PER_PAGE : number * PER_PAGE]
    said: dict[str, Any] = {"result": marked, "enrolment": enrolment, "progress": progress, "step": step, "again": again}
    return page("study/result.html", **said, code=shown_code(marked.attempt.receipt_code), items=items, number=number, last=last)


@room.route("/attempts/<int:attempt_id>/review", to=LEARNERS, methods=["POST"], once=False)
def review(attempt_id: int) -> ResponseReturnValue:
    marked = result_of(attempt_id, viewer().person_id) or abort(404)
    if marked.is_openable:
        open_review(viewer().person_id, attempt_id)
    return redirect(url_for("study.result", attempt_id=attempt_id, _anchor="questions"), 303)
