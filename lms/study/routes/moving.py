"""Moving learners in the middle of a course to its published revision."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, page, viewer
from lms.base import gettext as _
from lms.courses import taught_course

from .. import moving
from .room import room

room.links.setdefault("course", []).append(Entry("Chuyển người đang học", "study.move", TRAINERS, 65))


@room.route("/teaching/<int:id>/move", to=TRAINERS)
def move(id: int) -> ResponseReturnValue:
    course = taught_course(viewer(), id, to_edit=True) or abort(404)
    return page("study/move.html", course=course, behind=moving.learners_behind(id, course.revision_id))


@room.route("/teaching/<int:id>/move", to=TRAINERS, methods=["POST"])
def move_all(id: int) -> ResponseReturnValue:
    course = taught_course(viewer(), id, to_edit=True) or abort(404)
    if request.form.get("revision") != str(course.revision_id):
        flash(_("Khóa học vừa được công bố bản mới. Anh/Chị xem lại rồi bấm lần nữa."), "warn")
        return redirect(url_for(".move", id=id), 303)
    number, completed = moving.move_learners(viewer(), id, course.revision_id)
    flash(
        _(
            "Đã chuyển %(n)s người sang bản %(revision)s. %(done)s người nhờ vậy hoàn thành khóa học.",
            n=number,
            revision=course.number,
            done=completed,
        )
    )
    return redirect(url_for(".move", id=id), 303)
