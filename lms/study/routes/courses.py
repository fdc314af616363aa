"""The desk, the catalogue, a course and its lessons."""

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, Refused, page, viewer
from lms.base import gettext as _
from lms.courses import course_catalogue, course_for, lesson_text
from lms.quizzes import self_checks

from .. import actions, queries
from .places import address_of, enrolled_step, link_to, step_of, to_course, to_offered
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
            return to_course(course_id)
        enrolment = queries.enrolment_for(viewer(), course_id) or abort(404)
    actions.begin_course(viewer(), enrolment.id)
    progress = queries.progress_of(viewer(), enrolment)
    return redirect(address_of(course_id, progress.next or progress.steps[0]), 303)


@room.route("/courses/<int:course_id>/lessons/<key>", to=LEARNERS)
def lesson(course_id: int, key: str) -> ResponseReturnValue:
    enrolment = queries.enrolment_for(viewer(), course_id)
    if enrolment is None:
        return to_offered(course_id)
    progress, step = step_of(enrolment, "lesson", key)
    text = lesson_text(enrolment.revision_id, key) or abort(404)
    checks = self_checks(enrolment.bank_id, text.self_checks)
    before, after = (link_to(course_id, one) for one in progress.around(step))
    values = {"step": step, "text": text, "checks": checks, "before": before, "after": after, "is_print": "print" in request.args}
    return page("study/lesson.html", 200, enrolment=enrolment, progress=progress, **values)


@room.route("/courses/<int:course_id>/lessons/<key>/read", to=LEARNERS, methods=["POST"], once=False)
def read(course_id: int, key: str) -> ResponseReturnValue:
    enrolment, progress, step = enrolled_step(course_id, "lesson", key)
    is_completed = actions.mark_read(viewer(), enrolment, step)
    after = progress.around(step)[1]
    if is_completed:
        flash(_("Anh/Chị đã hoàn thành khóa học này."))
    return redirect(address_of(course_id, after), 303) if after else to_course(course_id)
