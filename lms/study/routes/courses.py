"""The desk, the catalogue, a course and its lessons."""

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, Refused, fingerprint, page, viewer
from lms.base import gettext as _
from lms.courses import course_catalogue, course_for
from lms.quizzes import self_checks

from .. import actions, asking, queries, surveys
from ..prerequisites import closed_by, prerequisites_of
from .places import address_of, enrolled_step, link_to, refused, refused_step, to_course, to_offered
from .room import room


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
    place = queries.place_of(viewer(), course_id)
    if place is None:
        return _offered(course_id)
    enrolment, progress = place.enrolment, place.progress
    values = {"locked": refused_step(progress, request.args.get("locked", "")), "is_survey_open": surveys.is_survey_open(enrolment)}
    return page("study/course.html", 200, course=enrolment, enrolment=enrolment, progress=progress, demanded=place.prerequisites, **values)


def _offered(course_id: int) -> ResponseReturnValue:
    """The page of a course in which the viewer is not enrolled, if it is open to them."""
    offered = course_for(viewer(), course_id) or abort(404)
    demanded = prerequisites_of(viewer(), [offered]).get(offered.key, [])
    progress = queries.outline_of(offered.revision_id, closed_by(demanded))
    return page("study/course.html", course=offered, enrolment=None, progress=progress, demanded=demanded, locked=None)


@room.route("/courses/<int:course_id>/enrol", to=LEARNERS, methods=["POST"], once=False)
def enrol(course_id: int) -> ResponseReturnValue:
    place = queries.place_of(viewer(), course_id)
    if place is None:
        offered = course_for(viewer(), course_id) or abort(404)
        if closed_by(prerequisites_of(viewer(), [offered]).get(offered.key, [])):
            return to_course(course_id)
        try:
            actions.enrol(viewer(), viewer().person_id, course_id)
        except Refused as refusal:
            flash(refusal.sentence, "bad")
            return to_course(course_id)
        place = queries.place_of(viewer(), course_id) or abort(404)
    if place.progress.closed:
        return to_course(course_id)
    actions.begin_course(viewer(), place.enrolment.id)
    return _to_next(course_id, place)


def _to_next(course_id: int, place: queries.Place) -> ResponseReturnValue:
    """To what is to be done now; where nothing can be done, to the page of the course, which says why."""
    step = place.progress.next
    return redirect(address_of(course_id, step), 303) if step else to_course(course_id)


@room.route("/courses/<int:course_id>/lessons/<key>", to=LEARNERS)
def lesson(course_id: int, key: str) -> ResponseReturnValue:
    place = queries.place_of(viewer(), course_id, lesson=key)
    if place is None:
        return to_offered(course_id)
    step = place.progress.step("lesson", key)
    if step is None or place.text is None:
        abort(404)
    if away := refused(course_id, step):
        return away
    enrolment, progress, text = place.enrolment, place.progress, place.text
    before, after = (link_to(course_id, one) for one in progress.around(step))
    values = {"step": step, "text": text, "before": before, "after": after, "is_print": "print" in request.args}
    values |= {"checks": self_checks(enrolment.bank_id, text.self_checks), "questions": asking.questions_at(viewer(), step.lesson_id or 0)}
    values |= {"place_key": fingerprint(f"{viewer().person_id} {step.lesson_id}", "place")[:24]}
    return page("study/lesson.html", 200, enrolment=enrolment, progress=progress, **values)


@room.route("/courses/<int:course_id>/lessons/<key>/read", to=LEARNERS, methods=["POST"], once=False)
def read(course_id: int, key: str) -> ResponseReturnValue:
    enrolment, progress, step = enrolled_step(course_id, "lesson", key)
    if away := refused(course_id, step):
        return away
    if actions.mark_read(viewer(), enrolment, step):
        flash(_("Anh/Chị đã hoàn thành khóa học này."))
    after = progress.around(step)[1]
    if after and after.lock:  # perhaps this lesson has opened it
        _enrolment, _progress, after = enrolled_step(course_id, after.kind, after.key)
    if after is None:
        return to_course(course_id)
    return refused(course_id, after) or redirect(address_of(course_id, after), 303)
