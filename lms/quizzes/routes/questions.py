"""A question: writing it, its versions, where it is used, retiring it."""

from types import SimpleNamespace
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Refused, begin_writing, page, viewer
from lms.base import gettext as _

from .. import editing, versions
from ..bank_reading import topic_lines, topic_of
from ..forms.question import KEPT, Editor
from ..kinds import KINDS
from ..models import Bank
from ..pictures import with_pictures
from ..preview import shown
from ..quiz_words import difficulty_words, use_words
from ..reach import HeldQuestion, bank_for, question_for
from .room import room


@room.route("/banks/<int:id>/questions/new", to=TRAINERS, methods=["GET", "POST"], late=True)
def new_question(id: int) -> ResponseReturnValue:
    bank = bank_for(viewer(), id) or abort(404)
    topics = topic_lines(bank.id)
    if not topics:
        flash(_("Anh/Chị thêm một chủ đề trước khi viết câu hỏi."), "warn")
        return redirect(url_for(".bank", id=id), 303)
    if request.method == "GET":
        return _editor(bank, None, Editor.new(topics))
    return _sent(bank, None, Editor.sent(topics))


@room.route("/questions/<int:id>/edit", to=TRAINERS, methods=["GET", "POST"], late=True)
def edit_question(id: int) -> ResponseReturnValue:
    held = question_for(viewer(), id) or abort(404)
    topics = topic_lines(held.bank.id)
    if request.method == "GET":
        return _editor(held.bank, held, Editor.of_question(held, topics))
    return _sent(held.bank, held, Editor.sent(topics))


def _sent(bank: Bank, held: HeldQuestion | None, editor: Editor) -> ResponseReturnValue:
    do, bank_id, question_id = request.form.get("do", "save"), bank.id, held.question.id if held else None
    if do in ("kind", "form", "yaml"):
        editor.turn(do)
        return _editor(bank, held, editor)
    if not editor.is_ready():
        return _editor(bank, held, editor)
    kind, raw, entries = editor.kind.name, editor.said(), editor.form.entries
    editor.faults = editor.faults or editing.faults_of_question(bank.id, kind, raw, entries)
    if editor.faults:
        return _editor(bank, held, editor)
    begin_writing()
    bank = bank_for(viewer(), bank_id) or abort(404)
    held = (question_for(viewer(), question_id) or abort(404)) if question_id else None
    try:
        question = editing.save_question(viewer(), bank, held.question if held else None, kind, raw, entries, editor.form.note.data or "")
    except Refused as refused:
        return _refused(bank, held, editor, raw, refused)
    flash(_("Đã lưu câu %(key)s.", key=question.key))
    if do == "next":
        return redirect(url_for(".new_question", id=bank_id, **{name: editor.form[name].data for name in KEPT}), 303)
    return redirect(url_for(".question", id=question.id), 303)


def _refused(bank: Bank, held: HeldQuestion | None, editor: Editor, raw: Any, refused: Refused) -> ResponseReturnValue:
    """What was typed stays. After an old page: what is stored now against what was typed; saving again puts the typed in its place."""
    editor.refuse(refused)
    if not isinstance(refused, editing.OldPage) or held is None:
        return _editor(bank, held, editor)
    editor.form.seen.data = editing.mark_of(held.question)
    body = editor.kind.parse(with_pictures(bank.id, editing.as_written(editor.kind.name, raw, editor.form.entries)))
    typed: Any = SimpleNamespace(kind=editor.kind.name, body=body)
    return _editor(bank, held, editor, changes=versions.changes_between(held.version, typed))


def _editor(bank: Bank, held: HeldQuestion | None, editor: Editor, wants_preview: bool = False, **more: Any) -> ResponseReturnValue:
    status = 422 if editor.faults or editor.form.errors or editor.form.sentence else 200
    values: dict[str, Any] = {"preview": None, "changes": None, "wants_preview": wants_preview, **more}
    return page("quizzes/question-edit.html", status, bank=bank, held=held, editor=editor, **values)


@room.route("/banks/<int:id>/questions/preview", to=TRAINERS, methods=["POST"], once=False, late=True)
def preview_new(id: int) -> ResponseReturnValue:
    bank = bank_for(viewer(), id) or abort(404)
    return _preview(bank, None, Editor.sent(topic_lines(bank.id)))


@room.route("/questions/<int:id>/preview", to=TRAINERS, methods=["POST"], once=False, late=True)
def preview_question(id: int) -> ResponseReturnValue:
    held = question_for(viewer(), id) or abort(404)
    return _preview(held.bank, held, Editor.sent(topic_lines(held.bank.id)))


def _preview(bank: Bank, held: HeldQuestion | None, editor: Editor) -> ResponseReturnValue:
    if not editor.is_ready():
        return _editor(bank, held, editor, True)
    raw, entries = editor.said(), editor.form.entries
    editor.faults = editor.faults or editing.faults_of_question(bank.id, editor.kind.name, raw, entries)
    if editor.faults:
        return _editor(bank, held, editor, True)
    body = editor.kind.parse(with_pictures(bank.id, editing.as_written(editor.kind.name, raw, entries)))
    return _editor(bank, held, editor, True, preview=shown(editor.kind.name, body))


@room.route("/questions/<int:id>", to=TRAINERS)
def question(id: int) -> ResponseReturnValue:
    held = question_for(viewer(), id) or abort(404)
    told: dict[str, Any] = {"difficulties": difficulty_words(), "uses": use_words(), "topic": topic_of(held.bank.id, held.question.topic_id)}
    both = shown(held.version.kind, held.version.body, held.question.lesson_key)
    used: dict[str, Any] = {"versions": versions.versions_of(id), "quizzes": versions.uses_of_question(held)}
    return page("quizzes/question.html", held=held, kind=KINDS[held.version.kind], shown=both, **told, **used)


@room.route("/questions/<int:id>/versions", to=TRAINERS)
def question_versions(id: int) -> ResponseReturnValue:
    held = question_for(viewer(), id) or abort(404)
    newest = held.question.version_number
    older, newer = (request.args.get(name, str(usual)) for name, usual in (("from", max(1, newest - 1)), ("to", newest)))
    if not all(text.isascii() and text.isdigit() and len(text) < 9 for text in (older, newer)):
        abort(404)
    first, second = versions.two_versions(id, int(older), int(newer)) or abort(404)
    changes = versions.changes_between(first, second)
    return page("quizzes/versions.html", held=held, versions=versions.versions_of(id), first=first, second=second, changes=changes)


@room.route("/questions/<int:id>/retire", to=TRAINERS, methods=["POST"])
def retire_question(id: int) -> ResponseReturnValue:
    return _set_state(id, "retired", _("Câu hỏi đã ngừng dùng: đề mới không lấy câu này. Bài đã làm giữ nguyên."))


@room.route("/questions/<int:id>/put-back", to=TRAINERS, methods=["POST"])
def put_back_question(id: int) -> ResponseReturnValue:
    return _set_state(id, "published", _("Câu hỏi được dùng lại."))


def _set_state(id: int, state: str, sentence: str) -> ResponseReturnValue:
    held = question_for(viewer(), id) or abort(404)
    editing.set_question_state(viewer(), held.bank, held.question, state)
    flash(sentence)
    return redirect(url_for(".question", id=id), 303)
