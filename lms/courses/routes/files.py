"""The files of courses: for those who may see them, and the pages on which trainers look after them."""

from typing import Any

from flask import Response, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import SIGNED_IN, TRAINERS, Entry, Refused, begin_writing, page, send_stored, viewer, wants_json
from lms.base import gettext as _

from .. import media, teaching, uses
from ..file_forms import DescribeForm
from ..file_kinds import HEAVIEST, is_picture
from ..rendering import file_address
from ..uploading import LARGEST_BODY, Sent, keep_sent, prepare_sent
from .room import room

room.links.setdefault("course", []).append(Entry("Tệp", "courses.files", TRAINERS, 35))


@room.route("/<int:course_id>/files/<token>/<name>", to=SIGNED_IN)
def file(course_id: int, token: str, name: str) -> ResponseReturnValue:
    found = teaching.course_file(viewer(), course_id, token, name) or abort(404)
    return send_stored(found.digest, found.name)


@room.route("/<int:id>/files", to=TRAINERS, once=False, late=True, upload=LARGEST_BODY, methods=["GET", "POST"])
def files(id: int) -> ResponseReturnValue:
    """The files of a course; by POST one or several more, of which the good ones are kept. Pictures are read before the write."""
    course = _course(id, to_edit=request.method == "POST")
    if request.method == "GET":
        return _files_page(course, Sent())
    sent = prepare_sent((file.filename or "", file.stream) for file in request.files.getlist("file") if file.filename)
    if sent.ready:
        begin_writing()
        course = _course(id, to_edit=True)
        keep_sent(viewer(), course, sent, request.form.get("alt", ""))
    if wants_json():
        return _as_json(sent)
    if sent.faults:
        return _files_page(course, sent)
    flash(_("Đã tải lên %(n)s tệp.", n=len(sent.kept)))
    return redirect(url_for(".files", id=id), 303)


def _files_page(course: Any, sent: Sent) -> ResponseReturnValue:
    shown = uses.files_shown(course.id)
    return page(
        "courses/files.html",
        422 if sent.faults and not sent.kept else 200,
        course=course,
        can_edit=course.part in teaching.EDITORS,
        files=shown,
        octets=sum(one.file.octets for one in shown),
        quota=media.quota(),
        heaviest=HEAVIEST,
        sent=sent,
        is_picture=is_picture,
        address=file_address,
    )


def _as_json(sent: Sent) -> Response:
    facts = ("name", "width", "height", "octets", "alt")
    kept = [{**{fact: getattr(row, fact) for fact in facts}, "address": file_address(row), "is_picture": is_picture(row.name)} for row in sent.kept]
    answer = jsonify(files=kept, faults=sent.faults)
    answer.status_code = 200 if kept else 422
    return answer


@room.route("/<int:course_id>/files/<int:file_id>", to=TRAINERS, methods=["GET", "POST"])
def show_file(course_id: int, file_id: int) -> ResponseReturnValue:
    """One file: what it is, where it is used, and what a picture tells."""
    course, shown = _file(course_id, file_id, to_edit=request.method == "POST")
    form = DescribeForm.of_request(alt=shown.file.alt or "")
    if form.is_sent():
        media.describe_file(viewer(), course, shown.file, form.alt.data)
        flash(_("Đã lưu lời mô tả. Bài đã có hình này giữ lời mô tả trong bài."))
        return redirect(url_for(".files", id=course_id), 303)
    return _file_page(course, shown, form)


@room.route("/<int:course_id>/files/<int:file_id>/delete", to=TRAINERS, methods=["POST"])
def delete_file(course_id: int, file_id: int) -> ResponseReturnValue:
    course = _course(course_id, to_edit=True)
    try:
        name = media.remove_file(viewer(), course, file_id)
    except Refused as refused:
        course, shown = _file(course_id, file_id)
        form = DescribeForm(data={"alt": shown.file.alt or ""})
        form.refuse(refused)
        return _file_page(course, shown, form)
    flash(_("Đã xóa tệp %(name)s.", name=name) if name else _("Tệp này đã được xóa trước đó."))
    return redirect(url_for(".files", id=course_id), 303)


def _file_page(course: Any, shown: uses.FileShown, form: Any) -> ResponseReturnValue:
    status = 422 if form.errors or form.sentence else 200
    facts = {"can_edit": course.part in teaching.EDITORS, "is_picture": is_picture(shown.file.name), "address": file_address(shown.file)}
    return page("courses/file.html", status, course=course, shown=shown, form=form, **facts)


def _course(course_id: int, to_edit: bool = False) -> Any:
    return teaching.taught_course(viewer(), course_id, to_edit) or abort(404)


def _file(course_id: int, file_id: int, to_edit: bool = False) -> tuple[Any, uses.FileShown]:
    course = _course(course_id, to_edit)
    return course, uses.file_shown(course.id, file_id) or abort(404)
