"""The marking queue: answers that a person must mark."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, page, viewer
from lms.base import gettext as _

from ..judging import judge
from ..marking_form import MarkForm
from ..marking_queue import AnswerToMark, answer_to_mark, marked_answers, next_waiting, waiting_groups
from ..reach import quiz_for
from .room import room

room.menu.append(Entry("Chấm bài", "quizzes.marking_index", TRAINERS, 46))
room.links.setdefault("quiz", []).append(Entry("Chấm bài viết", "quizzes.marking_of_quiz", TRAINERS, 50))


@room.route("/marking", to=TRAINERS)
def marking_index() -> ResponseReturnValue:
    return page("quizzes/marking/index.html", found=waiting_groups(viewer(), request.args.get("page", 1, type=int)), quiz=None)


@room.route("/marking/quizzes/<int:id>", to=TRAINERS)
def marking_of_quiz(id: int) -> ResponseReturnValue:
    held = quiz_for(viewer(), id) or abort(404)
    return page("quizzes/marking/index.html", found=waiting_groups(viewer(), request.args.get("page", 1, type=int), id), quiz=held)


@room.route("/marking/done", to=TRAINERS)
def marking_done() -> ResponseReturnValue:
    return page("quizzes/marking/done.html", found=marked_answers(viewer(), request.args.get("page", 1, type=int)))


@room.route("/marking/next", to=TRAINERS)
def marking_next() -> ResponseReturnValue:
    item_id = next_waiting(viewer(), *(_id_of(request.args.get(name)) for name in ("quiz_id", "question_id", "after")))
    return redirect(url_for(".mark_answer", item_id=item_id) if item_id else url_for(".marking_index"), 302)


def _id_of(text: str | None) -> int | None:
    """An id that an address carries, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


@room.route("/marking/<int:item_id>", to=TRAINERS, methods=["GET", "POST"])
def mark_answer(item_id: int) -> ResponseReturnValue:
    answer = answer_to_mark(viewer(), item_id) or abort(404)
    form = MarkForm.of_answer(answer.told["rubric"], answer.number)
    if not form.is_sent():
        return _show(answer, form)
    try:
        judge(viewer(), item_id, form.scores, form.comment.data or "", form.note.data or "", form.last_seen) or abort(404)
    except Refused as refused:
        now = answer_to_mark(viewer(), item_id) or abort(404)
        form.seen.data = str(now.number)
        form.refuse(refused)
        return _show(now, form)
    return _after(answer)


def _show(answer: AnswerToMark, form: Any) -> ResponseReturnValue:
    return page("quizzes/marking/show.html", 422 if form.errors or form.sentence else 200, answer=answer, form=form)


def _after(answer: AnswerToMark) -> ResponseReturnValue:
    """The next answer that waits, else the queue."""
    item_id = next_waiting(viewer(), answer.quiz_id, answer.question_id, answer.item_id)
    if item_id is None:
        flash(_("Đã lưu điểm. Không còn bài nào chờ chấm."))
        return redirect(url_for(".marking_index"), 303)
    flash(_("Đã lưu điểm. Đây là bài tiếp theo."))
    return redirect(url_for(".mark_answer", item_id=item_id), 303)
