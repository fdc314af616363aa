"""Reading without network: the lesson that is kept on the machine, the list of kept ones, and the script that answers from there."""

from functools import cache
from pathlib import Path

from flask import Response, abort
from flask.typing import ResponseReturnValue

from lms.base import ANYONE, LEARNERS, page, viewer
from lms.quizzes import self_checks

from .. import queries
from .places import refused
from .room import room


@cache
def _worker() -> str:
    return Path(__file__).parents[1].joinpath("service-worker.js").read_text("utf-8")


@room.route("/service-worker.js", to=ANYONE)
def worker() -> ResponseReturnValue:
    return Response(_worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "public, max-age=0, must-revalidate"})


@room.route("/kept", to=LEARNERS)
def kept() -> ResponseReturnValue:
    return page("study/kept_list.html")


@room.route("/courses/<int:course_id>/lessons/<key>/kept", to=LEARNERS)
def keep(course_id: int, key: str) -> ResponseReturnValue:
    place = queries.place_of(viewer(), course_id, lesson=key) or abort(404)
    step = place.progress.step("lesson", key)
    if step is None or place.text is None:
        abort(404)
    if away := refused(course_id, step):
        return away
    checks = self_checks(place.enrolment.bank_id, place.text.self_checks)
    values = {"enrolment": place.enrolment, "step": step, "text": place.text, "checks": checks, "person_id": viewer().person_id}
    return page("study/kept.html", 200, **values)
