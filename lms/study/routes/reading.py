"""Reading a whole course: searching inside it, and the handout to be printed."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, page, viewer
from lms.courses import found_in_course, handout_of

from .. import queries
from .places import to_course, to_offered
from .room import room

LONGEST_QUERY = 100


@room.route("/courses/<int:course_id>/search", to=LEARNERS)
def search(course_id: int) -> ResponseReturnValue:
    place = queries.place_of(viewer(), course_id, with_quizzes=False)
    if place is None:
        return to_offered(course_id)
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    found = found_in_course(place.enrolment.revision_id, query, place.open_lessons)
    steps = [(place.progress.step("lesson", one.key) or abort(404), one) for one in found]
    return page("study/search.html", enrolment=place.enrolment, progress=place.progress, query=query, found=steps)


@room.route("/courses/<int:course_id>/handout", to=LEARNERS)
def handout(course_id: int) -> ResponseReturnValue:
    place = queries.place_of(viewer(), course_id, with_quizzes=False)
    if place is None:
        return to_offered(course_id)
    if not place.open_lessons:
        return to_course(course_id)
    shown = handout_of(place.enrolment.revision_id, place.enrolment.bank_id, place.open_lessons)
    left_out = [lesson for lesson in place.progress.lessons if lesson.lock]
    return page("study/handout.html", course=place.enrolment, handout=shown, left_out=left_out)
