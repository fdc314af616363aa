"""The whole course as a handout for classes, for those who look after it."""

from flask import abort
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, page, viewer

from .. import handouts, teaching
from .room import room

room.links.setdefault("course", []).append(Entry("Tài liệu phát tay", "courses.handout", TRAINERS, 60))


@room.route("/<int:id>/handout", to=TRAINERS)
def handout(id: int) -> ResponseReturnValue:
    course = teaching.taught_course(viewer(), id) or abort(404)
    return page("courses/handout.html", course=course, handout=handouts.handout_of(course.revision_id, course.bank_id))
