"""The files of courses, for those who may see them."""

from flask import abort
from flask.typing import ResponseReturnValue

from lms.base import SIGNED_IN, send_stored, viewer

from .. import teaching
from .room import room


@room.route("/<int:course_id>/files/<token>/<name>", to=SIGNED_IN)
def file(course_id: int, token: str, name: str) -> ResponseReturnValue:
    found = teaching.course_file(viewer(), course_id, token, name) or abort(404)
    return send_stored(found.digest, found.name)
