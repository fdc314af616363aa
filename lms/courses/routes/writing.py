"""What the editor of a lesson asks while one writes: saving by itself, who else is there, HTML and Markdown, what can be put in."""

from typing import Any

from flask import abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Refused, begin_writing, clock, decimal, size, time_of_day, viewer
from lms.base import gettext as _

from .. import actions, material, media, presence, teaching
from ..forms import LessonForm, SelfCheckForm, first_fault, version_of
from ..from_html import editor_html, markdown_of_html
from .room import room

WEIGHT_AIM = 150_000  # octets of pictures in a lesson


@room.route("/<int:course_id>/lessons/<int:lesson_id>/autosave", to=TRAINERS, methods=["POST"], once=False, late=True)
def autosave(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Keep what was written so far; with `ping` only say that the lesson is open. Answers in JSON."""
    taught = _lesson(course_id, lesson_id)
    form = LessonForm.of_lesson(taught)
    is_ping = "ping" in request.form
    if not is_ping and not form.validate():
        sentence, field = first_fault(form)
        return jsonify(error=sentence, field=field), 422
    told = {} if is_ping else _weight(course_id, form.source.data)
    begin_writing()
    taught = _lesson(course_id, lesson_id)
    presence.tell_presence(viewer(), lesson_id)
    version = taught.lesson.draft_version
    if is_ping:
        return jsonify(version=version, is_old=version != version_of(request.form.get("version")), others=others_said(lesson_id))
    said = form.said(taught)
    if said != taught.said or version != form.seen:
        try:
            version = actions.save_draft(viewer(), taught.lesson, taught.course.agency_id, said, form.seen, is_by_itself=True)
        except Refused as refused:
            return jsonify(error=refused.sentence, is_conflict=True), 409
    saved = _("Đã lưu bản nháp lúc %(time)s", time=time_of_day(clock.now()))
    return jsonify(version=version, saved=saved, others=others_said(lesson_id), left_out=list(form.left_out), **told)


def others_said(lesson_id: int) -> str:
    """Who else has the lesson open, in a sentence; empty when nobody."""
    others = presence.others_at(viewer(), lesson_id)
    said = [_("%(name)s cũng đang mở bài này, lúc %(time)s.", name=one.full_name, time=time_of_day(one.seen_at)) for one in others[:3]]
    return " ".join(said)


def weight_said(course_id: int, source: str) -> tuple[str, bool]:
    """What the lesson weighs on the wire and how long it takes to load, in a sentence; whether its pictures are over the aim."""
    weight = media.lesson_weight(source, media.file_weights(course_id))
    seconds = decimal((weight.html + weight.pictures) / media.OCTETS_A_SECOND)
    sentence = _(
        "Bài nặng %(size)s, tải khoảng %(seconds)s giây trên đường truyền 1 Mbit/s.", size=size(weight.html + weight.pictures), seconds=seconds
    )
    if weight.pictures > WEIGHT_AIM:
        sentence += " " + _("Hình nặng %(size)s, nên dưới 150 KB.", size=size(weight.pictures))
    if weight.others:
        sentence += " " + _("Tệp tải riêng: %(size)s.", size=size(weight.others))
    return sentence, weight.pictures > WEIGHT_AIM


def _weight(course_id: int, source: str) -> dict[str, Any]:
    sentence, is_heavy = weight_said(course_id, source)
    return {"weight": sentence, "is_heavy": is_heavy}


@room.route("/<int:course_id>/lessons/<int:lesson_id>/convert", to=TRAINERS, methods=["POST"], once=False, late=True)
def convert(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Markdown of the HTML that was sent, or the other way round. Writes nothing."""
    _lesson(course_id, lesson_id)
    try:
        if html := request.form.get("html", ""):
            converted = markdown_of_html(html)
            return jsonify(source=converted.source, left_out=list(converted.left_out))
        return jsonify(html=editor_html(request.form.get("source", "").replace("\r\n", "\n")))
    except Refused as refused:
        return jsonify(error=refused.sentence), 422


@room.route("/<int:course_id>/lessons/<int:lesson_id>/material", to=TRAINERS)
def material_of(course_id: int, lesson_id: int) -> ResponseReturnValue:
    taught = _lesson(course_id, lesson_id)
    return jsonify(material.material_for(taught.course))


@room.route("/<int:course_id>/lessons/<int:lesson_id>/self-checks", to=TRAINERS, methods=["POST"])
def add_self_check(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """A question written in place; answers with it, as the editor shows it."""
    taught = _lesson(course_id, lesson_id)
    form = SelfCheckForm.of_request()
    if not form.validate():
        sentence, field = first_fault(form)
        return jsonify(error=sentence, field=field), 422
    try:
        made = material.write_self_check(viewer(), taught.course, taught.lesson.key, form.topic_id, form.stem.data, form.written())
    except Refused as refused:
        return jsonify(error=refused.sentence, field=refused.field or ""), 422
    return jsonify(made)


def editor_data(taught: teaching.TaughtLesson, source: str) -> dict[str, Any]:
    """What the edit page carries for the editor: the text as HTML, and where it asks."""
    where = {"course_id": taught.course.id, "lesson_id": taught.lesson.id}
    addresses = {name: url_for(f".{endpoint}", **where) for name, endpoint in _ENDPOINTS.items()}
    try:
        html = editor_html(source)
    except Refused:
        html = ""
    return {"html": html, "addresses": {**addresses, "upload": url_for(".files", id=taught.course.id)}}


_ENDPOINTS = {"autosave": "autosave", "convert": "convert", "material": "material_of", "new-question": "add_self_check"}


def _lesson(course_id: int, lesson_id: int) -> teaching.TaughtLesson:
    return teaching.taught_lesson(viewer(), course_id, lesson_id, to_edit=True) or abort(404)
