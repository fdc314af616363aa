"""Sitting an attempt: its pages, numbered saves, plain forms, one question marked at once, handing in."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import abort, flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import LEARNERS, Refused, clock, fingerprint, keep_although_refused, page, time_of_day, viewer, wants_json
from lms.base import gettext as _
from lms.quizzes import Paper, Receipt, deadline_of, lock_answer, locked_feedback, paper, save_answer, save_form

from .. import actions, queries
from ..forms import MOST_VALUES, save_of_request, whole_of_form
from .room import room


@room.route("/attempts/<int:attempt_id>", to=LEARNERS)
def sit(attempt_id: int) -> ResponseReturnValue:
    sheet = paper(attempt_id, viewer().person_id) or abort(404)
    if not sheet.attempt.is_open:
        return redirect(url_for("study.result", attempt_id=attempt_id))
    if sheet.is_over:
        return page("study/over.html", sheet=sheet)
    enrolment = queries.enrolment_of_attempt(viewer(), sheet.attempt.quiz_id, sheet.attempt.cycle) or abort(404)
    number = min(max(request.args.get("page", 0, int) or sheet.page_of(request.args.get("goto", 1, int)), 1), sheet.pages)
    feedback = locked_feedback(attempt_id, viewer().person_id) if sheet.behaviour == "immediate" else {}
    said: dict[str, Any] = {"sheet": sheet, "enrolment": enrolment, "now": clock.now(), "number": number, "feedback": feedback}
    said |= {"items": sheet.on_page(number), "unanswered": request.args.get("unanswered", 0, int), "journal_key": _journal_key(attempt_id)}
    answer = make_response(page("study/sit.html", **said))
    answer.headers["Cache-Control"] = "private, no-store"  # it carries the key of the journal, which the next person at this PC must not find
    return answer


def _journal_key(attempt_id: int) -> str:
    """64 hexadecimal digits, the same at every opening: what the learner's machine keeps of this attempt can be read only with it."""
    return fingerprint(f"{viewer().person_id} {attempt_id}", "journal")


def _milliseconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp() * 1000)


@room.route("/attempts/<int:attempt_id>/clock", to=LEARNERS)
def clock_of(attempt_id: int) -> ResponseReturnValue:
    """The deadline as it is now: asked before a page hands in because its time is over, and before it lets another page take its place."""
    state, deadline_at = deadline_of(attempt_id, viewer().person_id) or abort(404)
    return jsonify(now=_milliseconds(clock.now()), deadline=_milliseconds(deadline_at), until=time_of_day(deadline_at), state=state)


@room.route("/attempts/<int:attempt_id>/answers", to=LEARNERS, methods=["POST"], once=False)
def answers(attempt_id: int) -> ResponseReturnValue:
    save = save_of_request()
    try:
        receipt = save_answer(viewer().person_id, attempt_id, **asdict(save))
    except Refused as refused:
        return jsonify(error=refused.sentence), 422 if refused.field else 409
    if receipt.kept == "late":
        keep_although_refused()
        return jsonify(error=_late(receipt), kept="late"), 409
    return jsonify(
        number=receipt.number,
        version=receipt.version,
        answered=receipt.answered,
        total=receipt.total,
        kept=receipt.kept,
        answer=receipt.answer,
        was=receipt.was,
        time=time_of_day(receipt.saved_at),
        now=_milliseconds(clock.now()),
        deadline=_milliseconds(receipt.deadline_at),
        until=time_of_day(receipt.deadline_at),
    )


def _late(receipt: Receipt) -> str:
    if receipt.deadline_at is not None and clock.now() > receipt.deadline_at:
        return _("Hết giờ làm bài. Những câu đã lưu trong giờ vẫn được tính.")
    return _("Bài này đã nộp nên không sửa được nữa.")


@room.route("/attempts/<int:attempt_id>/save", to=LEARNERS, methods=["POST"], once=False)
def save(attempt_id: int) -> ResponseReturnValue:
    try:
        save_form(viewer().person_id, attempt_id, request.form)
    except Refused as refused:
        flash(refused.sentence, "warn")
    if goto := whole_of_form("goto"):
        return _back(attempt_id, goto, goto=goto)
    return _back(attempt_id, 0 if "page" in request.form else whole_of_form("at"), page=whole_of_form("page") or whole_of_form("here"))


@room.route("/attempts/<int:attempt_id>/check", to=LEARNERS, methods=["POST"], once=False)
def check(attempt_id: int) -> ResponseReturnValue:
    """One question is answered for good; all others of the page are saved with it. Its verdict stands on the page that comes next."""
    at, here = whole_of_form("at") or abort(400), whole_of_form("here")
    values = request.form.getlist(f"answer-{at}")[:MOST_VALUES]
    try:
        save_form(viewer().person_id, attempt_id, request.form)
        if not any(values):
            return _back(attempt_id, at, page=here, unanswered=at)
        receipt = lock_answer(viewer().person_id, attempt_id, at, values, f"check{secrets.token_hex(8)}", 1, 0)
        if receipt.kept == "late":
            flash(_late(receipt), "warn")
    except Refused as refused:
        flash(refused.sentence, "warn")
        return _back(attempt_id, 0, page=here)
    return _back(attempt_id, at, page=here)


def _back(attempt_id: int, position: int, **where: int) -> ResponseReturnValue:
    """To a page of the paper and a question on it (0: its top)."""
    more: dict[str, Any] = {name: number for name, number in where.items() if number > (name == "page")}
    return redirect(url_for("study.sit", attempt_id=attempt_id, **more, _anchor=f"c{position}" if position else "main"), 303)


@room.route("/attempts/<int:attempt_id>/submit", to=LEARNERS, methods=["POST"], once=False)
def submit(attempt_id: int) -> ResponseReturnValue:
    if "sure" not in request.form:
        return _confirm(attempt_id)
    actions.submit_quiz(viewer(), attempt_id, request.form)
    address = url_for("study.result", attempt_id=attempt_id)
    return jsonify(result=address) if wants_json() else redirect(address, 303)


def _confirm(attempt_id: int) -> ResponseReturnValue:
    """Without script: all answers are saved and carried on, and the learner says once more that this is it."""
    try:
        save_form(viewer().person_id, attempt_id, request.form)
    except Refused:
        return redirect(url_for("study.sit", attempt_id=attempt_id), 303)
    sheet: Paper = paper(attempt_id, viewer().person_id) or abort(404)
    carried = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(("answer-", "was-"))]
    open_ones = [item.position for item in sheet.items if not item.answer]
    return page("study/confirm.html", sheet=sheet, open=open_ones, carried=carried, here=whole_of_form("here") or 1)
