"""Rooms in which a quiz is sat: code and time."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, page, viewer
from lms.base import gettext as _

from ..forms.rooms import NewRoomForm, RoomForm
from ..quiz_rooms import add_room, change_room, room_agencies, room_for, rooms_for
from ..reach import quiz_for
from .room import room

room.links.setdefault("quiz", []).append(Entry("Phòng thi", "quizzes.quiz_rooms", TRAINERS, 21))


@room.route("/<int:id>/rooms", to=TRAINERS, methods=["GET", "POST"])
def quiz_rooms(id: int) -> ResponseReturnValue:
    """The rooms of a quiz at agencies in reach, and another one."""
    held = quiz_for(viewer(), id) or abort(404)
    form = NewRoomForm.of_request().offer(room_agencies(viewer()))
    if form.is_sent():
        try:
            hours = (form.opens_at, form.closes_at)
            made = add_room(viewer(), held, form.title.data, form.agency_id.data, *hours, form.access_code.data)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã mở phòng thi."))
            return redirect(url_for(".quiz_room", id=id, room_id=made.id), 303)
    status = 422 if form.errors or form.sentence else 200
    return page("quizzes/rooms.html", status, form=form, held=held, rooms=rooms_for(viewer(), held))


@room.route("/<int:id>/rooms/<int:room_id>", to=TRAINERS)
def quiz_room(id: int, room_id: int) -> ResponseReturnValue:
    """The code in large letters, for the wall."""
    held = quiz_for(viewer(), id) or abort(404)
    return page("quizzes/room.html", held=held, line=room_for(viewer(), held, room_id) or abort(404))


@room.route("/<int:id>/rooms/<int:room_id>/edit", to=TRAINERS, methods=["GET", "POST"])
def edit_room(id: int, room_id: int) -> ResponseReturnValue:
    """Change the hours of a room; takes effect at once."""
    held = quiz_for(viewer(), id) or abort(404)
    line = room_for(viewer(), held, room_id) or abort(404)
    form = RoomForm.of_room(line.room)
    if form.is_sent():
        try:
            change_room(viewer(), held, room_id, form.title.data, form.opens_at, form.closes_at, form.seen.data)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã đổi phòng thi. Thay đổi có hiệu lực ngay."))
            return redirect(url_for(".quiz_room", id=id, room_id=room_id), 303)
    return page("quizzes/room-edit.html", 422 if form.errors or form.sentence else 200, form=form, held=held, line=line)
