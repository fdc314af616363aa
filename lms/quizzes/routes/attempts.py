"""Attempts as a trainer sees them: who sits, the timeline of one, more time, another attempt, opening again, late answers."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, moment, page, viewer
from lms.base import gettext as _

from ..allowing import Given, give_attempts, give_minutes, reopen
from ..forms.allowing import AllowForm, AttemptsForm, MinutesForm, NoteForm, PersonForm
from ..keeping import state_words
from ..late import accept_late
from ..reach import quiz_for
from ..watching import Wanted, attempt_list, learner_named, watched
from .room import room

room.links.setdefault("quiz", []).append(Entry("Các lượt làm bài", "quizzes.attempts", TRAINERS, 10))
MOST_CHOSEN = 500


@room.route("/<int:id>/attempts", to=TRAINERS)
def attempts(id: int) -> ResponseReturnValue:
    """The attempts of a quiz, those being sat first."""
    return _list(id)


def _list(id: int, status: int = 200, room_id: int | None = None, **forms: Any) -> ResponseReturnValue:
    chosen = room_id or request.args.get("room", type=int)
    wanted = Wanted(request.args.get("q", "").strip()[:100], chosen, request.args.get("page", 1, type=int))
    found = attempt_list(viewer(), id, wanted) or abort(404)
    shown = {"room_form": AllowForm(prefix="room-"), "person_form": PersonForm(prefix="person-"), **forms}
    return page("quizzes/attempts/index.html", status, found=found, wanted=wanted, room=found.room(chosen), states=state_words(), **shown)


@room.route("/<int:id>/attempts/room/<int:room_id>", to=TRAINERS, methods=["POST"])
def allow_room(id: int, room_id: int) -> ResponseReturnValue:
    """More minutes or attempts for all of a room."""
    form = AllowForm(request.form, prefix="room-")
    if form.validate():
        try:
            _give(form, quiz_id=id, room_id=room_id)
            return redirect(url_for(".attempts", id=id, room=room_id), 303)
        except Refused as refused:
            form.refuse(refused)
    return _list(id, 422, room_id, room_form=form)


@room.route("/<int:id>/attempts/person", to=TRAINERS, methods=["POST"])
def allow_person(id: int) -> ResponseReturnValue:
    """More minutes or attempts for one person."""
    if quiz_for(viewer(), id) is None:
        abort(404)
    form = PersonForm(request.form, prefix="person-")
    if form.validate():
        try:
            _give(form, quiz_id=id, person_id=learner_named(viewer(), form.who.data))
            return redirect(url_for(".attempts", id=id), 303)
        except Refused as refused:
            form.refuse(refused)
    return _list(id, 422, person_form=form)


def _give(form: Any, **whom: int) -> None:
    note, number = form.note.data, form.number.data
    if form.what.data == "attempts":
        give_attempts(viewer(), number=number, note=note, **whom)
        flash(_("Đã cho thêm %(n)s lượt.", n=number))
    else:
        flash(_said(number, give_minutes(viewer(), minutes=number, note=note, **whom)))


def _said(minutes: int, given: Given) -> str:
    if given.moved:
        told = {"n": minutes, "people": given.moved, "at": moment(given.deadline_at)}
        return _("Đã thêm %(n)s phút cho %(people)s lượt đang làm. Hạn nộp muộn nhất: %(at)s.", **told)
    return _("Đã thêm %(n)s phút cho các lượt bắt đầu sau đây.", n=minutes)


@room.route("/attempts/<int:id>", to=TRAINERS)
def attempt(id: int) -> ResponseReturnValue:
    """One attempt: facts, timeline, late answers."""
    return _show(id)


def _show(id: int, status: int = 200, **forms: Any) -> ResponseReturnValue:
    found = watched(viewer(), id, request.args.get("page", 1, type=int)) or abort(404)
    blank = {"minutes_form": MinutesForm(prefix="minutes-"), "more_form": AttemptsForm(prefix="more-", data={"number": 1})}
    blank |= {"reopen_form": MinutesForm(prefix="reopen-"), "accept_form": NoteForm(prefix="accept-")}
    return page("quizzes/attempts/show.html", status, found=found, states=state_words(), chosen=_chosen(), **{**blank, **forms})


def _chosen() -> list[int]:
    return [int(one) for one in request.form.getlist("event")[:MOST_CHOSEN] if one.isascii() and one.isdigit() and len(one) < 10]


def _act(id: int, name: str, form: Any, act: Callable[[], str]) -> ResponseReturnValue:
    """Carry it out and go back to the attempt, or show what was typed with the sentence that says why not."""
    if form.validate():
        try:
            flash(act())
            return redirect(url_for(".attempt", id=id), 303)
        except Refused as refused:
            form.refuse(refused)
    return _show(id, 422, **{name: form})


@room.route("/attempts/<int:id>/minutes", to=TRAINERS, methods=["POST"])
def extend_attempt(id: int) -> ResponseReturnValue:
    """More minutes for the person who sits just now."""
    found = (watched(viewer(), id) or abort(404)).attempt
    form = MinutesForm(request.form, prefix="minutes-")

    def act() -> str:
        minutes = form.minutes.data or 0
        return _said(minutes, give_minutes(viewer(), quiz_id=found.quiz_id, person_id=found.person_id, minutes=minutes, note=form.note.data))

    return _act(id, "minutes_form", form, act)


@room.route("/attempts/<int:id>/more", to=TRAINERS, methods=["POST"])
def allow_more(id: int) -> ResponseReturnValue:
    """Another attempt for this person."""
    found = (watched(viewer(), id) or abort(404)).attempt
    form = AttemptsForm(request.form, prefix="more-")

    def act() -> str:
        give_attempts(viewer(), quiz_id=found.quiz_id, person_id=found.person_id, number=form.number.data or 0, note=form.note.data)
        return _("Đã cho thêm %(n)s lượt.", n=form.number.data)

    return _act(id, "more_form", form, act)


@room.route("/attempts/<int:id>/reopen", to=TRAINERS, methods=["POST"])
def reopen_attempt(id: int) -> ResponseReturnValue:
    """Open it again."""
    form = MinutesForm(request.form, prefix="reopen-")

    def act() -> str:
        return _("Đã mở lại lượt này, đến %(at)s.", at=moment(reopen(viewer(), id, form.minutes.data or 0, form.note.data)))

    return _act(id, "reopen_form", form, act)


@room.route("/attempts/<int:id>/accept", to=TRAINERS, methods=["POST"])
def accept_answers(id: int) -> ResponseReturnValue:
    """Let late answers count."""
    form = NoteForm(request.form, prefix="accept-")

    def act() -> str:
        changed = accept_late(viewer(), id, _chosen(), form.note.data)
        return _("Đã chấp nhận và chấm lại.") if changed else _("Đã chấp nhận. Điểm không đổi.")

    return _act(id, "accept_form", form, act)
