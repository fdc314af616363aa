"""The courses that a trainer looks after, and one of them."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Refused, page, viewer
from lms.base import gettext as _

from .. import publishing, queries, teaching
from .room import room


@room.route("", to=TRAINERS)
def index() -> ResponseReturnValue:
    return page("courses/index.html", courses=teaching.taught_courses(viewer()))


@room.route("/<int:course_id>", to=TRAINERS)
def show(course_id: int) -> ResponseReturnValue:
    return show_course(teaching.taught_course(viewer(), course_id) or abort(404))


def show_course(course: Any, sentence: str = "", status: int = 200) -> ResponseReturnValue:
    """The page of a course, with a sentence about what was refused."""
    return page(
        "courses/show.html",
        status,
        course=course,
        can_edit=course.part in teaching.EDITORS,
        steps=queries.steps_of(course.revision_id),
        drafts=teaching.drafts_of(course),
        new_rules=teaching.newer_quizzes(course.revision_id),
        revisions=teaching.course_revisions(course),
        topics=teaching.bank_summary(course),
        sentence=sentence,
    )


@room.route("/<int:course_id>/publish", to=TRAINERS, methods=["POST"])
def publish(course_id: int) -> ResponseReturnValue:
    course = teaching.taught_course(viewer(), course_id, to_edit=True) or abort(404)
    try:
        number = publishing.publish_course(viewer(), course_id)
    except Refused as refused:
        return show_course(course, refused.sentence, 422)
    flash(_("Đã công bố bản %(n)s của khóa học. Người đang học dở vẫn học tiếp bản cũ.", n=number))
    return redirect(url_for(".show", course_id=course_id), 303)
