"""A quiz: its rules, its blueprint and what the bank gives for it, its window."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, links_for, page, viewer
from lms.base import gettext as _

from .. import quiz_words
from ..drawing import stock_of
from ..forms.quizzes import NewQuizForm, QuizForm
from ..forms.rooms import WindowForm
from ..quiz_checks import refuse_faults
from ..quiz_pages import QuizSheet, names_of_quizzes, quiz_sheet
from ..quiz_writing import add_quiz, save_quiz
from ..reach import HeldQuiz, bank_for, quiz_for
from ..rules import rules_of
from ..windows import set_window
from .room import room

room.names["quiz"] = names_of_quizzes
room.links.setdefault("bank", []).append(Entry("Thêm bài kiểm tra", "quizzes.new_quiz", TRAINERS, 30))
room.links.setdefault("quiz", []).append(Entry("Thời gian mở, đóng", "quizzes.quiz_window", TRAINERS, 20))


@room.route("/<int:id>", to=TRAINERS)
def show_quiz(id: int) -> ResponseReturnValue:
    """The rules in words, the blueprint beside what the bank has, and how equally hard its papers are."""
    held = held_quiz(id)
    return page("quizzes/quiz.html", held=held, links=links_for("quiz", id), **_facts(held))


def held_quiz(id: int) -> HeldQuiz:
    """A quiz that the viewer may work on; 404 otherwise."""
    return quiz_for(viewer(), id) or abort(404)


def _facts(held: HeldQuiz) -> dict[str, Any]:
    sheet: QuizSheet = quiz_sheet(viewer(), held)
    return {"sheet": sheet, "rules": sheet.rules, "words": quiz_words}


@room.route("/<int:id>/edit", to=TRAINERS, methods=["GET", "POST"])
def edit_quiz(id: int) -> ResponseReturnValue:
    """Write the rules; a version that somebody saved meanwhile is shown above what was typed."""
    held = held_quiz(id)
    form = QuizForm.of_rules(rules_of(held.quiz, held.version), held.quiz.version_number, stock_of(held.bank.id, held.version.behaviour))
    facts: dict[str, Any] = {}
    if form.is_sent():
        raw = form.raw(held.quiz.key)
        try:
            refuse_faults(raw, stock_of(held.bank.id, raw["behaviour"]))
            version = save_quiz(viewer(), held.quiz, held.bank.agency_id, raw, form.seen)
        except Refused as refused:
            form.refuse(refused)
            if form.seen != held.quiz.version_number:
                form.version.data = str(held.quiz.version_number)
                facts = _facts(held_quiz(id))
        else:
            is_new = version.id != held.version.id
            saved = _("Đã lưu quy định, bản %(n)s. Học viên nhận bản này khi khóa học được công bố lại.", n=version.number)
            flash(saved if is_new else _("Quy định chưa có gì thay đổi."))
            return redirect(url_for(".show_quiz", id=id), 303)
    return page("quizzes/quiz-edit.html", 422 if form.errors or form.sentence else 200, form=form, held=held, **facts)


@room.route("/banks/<int:id>/quizzes", to=TRAINERS, methods=["GET", "POST"])
def new_quiz(id: int) -> ResponseReturnValue:
    """A new quiz in a bank, with its rules and blueprint."""
    bank = bank_for(viewer(), id) or abort(404)
    form = NewQuizForm.of_rules(None, 0, stock_of(bank.id, "deferred"))
    if form.is_sent():
        raw = form.raw(form.key.data)
        try:
            refuse_faults(raw, stock_of(bank.id, raw["behaviour"]))
            quiz = add_quiz(viewer(), bank, raw)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã thêm bài kiểm tra."))
            return redirect(url_for(".show_quiz", id=quiz.id), 303)
    return page("quizzes/quiz-edit.html", 422 if form.errors or form.sentence else 200, form=form, held=None, bank=bank)


@room.route("/<int:id>/window", to=TRAINERS, methods=["GET", "POST"])
def quiz_window(id: int) -> ResponseReturnValue:
    """From when until when the quiz is open; takes effect at once."""
    held = held_quiz(id)
    form = WindowForm.of_quiz(held.quiz)
    if form.is_sent():
        try:
            set_window(viewer(), held.quiz, held.bank.agency_id, form.opens_at, form.closes_at, form.is_in_rooms.data, form.seen.data)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã đổi thời gian của bài. Thay đổi có hiệu lực ngay."))
            return redirect(url_for(".show_quiz", id=id), 303)
    return page("quizzes/quiz-window.html", 422 if form.errors or form.sentence else 200, form=form, held=held)
