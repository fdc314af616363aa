"""Pictures of questions."""

from flask import abort
from flask.typing import ResponseReturnValue

from lms.base import SIGNED_IN, send_stored, viewer

from ..pictures import bank_picture
from .room import room


@room.route("/files/<token>/<name>", to=SIGNED_IN)
def file(token: str, name: str) -> ResponseReturnValue:
    found = bank_picture(viewer(), token, name) or abort(404)
    return send_stored(found.digest, found.name)
