"""Who looks after a course, and where it is offered."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, page, viewer
from lms.base import gettext as _

from .. import offers, teaching, trainers
from ..life_forms import PartForm, number_of
from .room import room

room.links.setdefault("course", []).append(Entry("Người phụ trách, nơi mở", "courses.people", TRAINERS, 60))


@room.route("/<int:id>/people", to=TRAINERS)
def people(id: int) -> ResponseReturnValue:
    return _people(teaching.taught_course(viewer(), id) or abort(404))


def _people(course: Any, sentence: str = "") -> ResponseReturnValue:
    is_owner = course.part == "owner"
    query, place = request.args.get("q", "")[:100].strip(), request.args.get("place", "")[:100].strip()
    return page(
        "courses/people.html",
        422 if sentence else 200,
        course=course,
        is_owner=is_owner,
        trainers=trainers.trainers_of(course.id),
        parts=trainers.part_words(),
        found=trainers.trainers_found(viewer(), course.id, query) if is_owner else [],
        offers=offers.offers_of(viewer(), course),
        places=offers.places_to_offer(viewer(), course, place) if is_owner else [],
        query=query,
        place=place,
        sentence=sentence,
    )


@room.route("/<int:course_id>/people/add", to=TRAINERS, methods=["POST"])
def add_person(course_id: int) -> ResponseReturnValue:
    form = PartForm.ready()
    said = _("Đã thêm người phụ trách khóa học.")
    return _change(course_id, form.validate(), said, lambda course: trainers.invite_trainer(viewer(), course, form.person_id, form.part.data))


@room.route("/<int:course_id>/people/change", to=TRAINERS, methods=["POST"])
def change_person(course_id: int) -> ResponseReturnValue:
    form = PartForm.ready()
    said = _("Đã đổi phần việc.")
    return _change(course_id, form.validate(), said, lambda course: trainers.change_part(viewer(), course, form.person_id, form.part.data))


@room.route("/<int:course_id>/people/remove", to=TRAINERS, methods=["POST"])
def remove_person(course_id: int) -> ResponseReturnValue:
    person_id = number_of(request.form.get("person"))
    return _change(course_id, True, _("Người này không còn phụ trách khóa học."), lambda course: trainers.remove_trainer(viewer(), course, person_id))


@room.route("/<int:course_id>/offers/add", to=TRAINERS, methods=["POST"])
def add_offer(course_id: int) -> ResponseReturnValue:
    agency_id = number_of(request.form.get("agency"))
    said = _("Đã mở khóa học ở đơn vị này và các đơn vị trực thuộc.")
    return _change(course_id, True, said, lambda course: offers.offer_course(viewer(), course, agency_id))


@room.route("/<int:course_id>/offers/end", to=TRAINERS, methods=["POST"])
def end_offer(course_id: int) -> ResponseReturnValue:
    agency_id = number_of(request.form.get("agency"))
    said = _("Khóa học không còn mở ở đơn vị này. Người đã ghi danh vẫn học tiếp.")
    return _change(course_id, True, said, lambda course: offers.end_offer(viewer(), course, agency_id))


def _change(course_id: int, is_well_formed: bool, said: str, change: Callable[[Any], None]) -> ResponseReturnValue:
    """Let the owner change something; the page again with a sentence when it was refused."""
    course = teaching.taught_course(viewer(), course_id) or abort(404)
    if course.part != "owner":
        abort(404)
    if not is_well_formed:
        return _people(course, _("Anh/Chị chọn một mục trong danh sách."))
    try:
        change(course)
    except Refused as refused:
        return _people(course, refused.sentence)
    flash(said)
    still = teaching.taught_course(viewer(), course_id) is not None
    return redirect(url_for(".people", id=course_id) if still else url_for(".index"), 303)
