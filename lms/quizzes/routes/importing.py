"""Questions from files into a bank and out of it, with a preview."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, XLSX, Entry, Refused, begin_writing, page, send_made, viewer
from lms.base import gettext as _

from .. import incoming
from ..formats import FORMATS
from ..formats.excel import template
from ..forms.importing import SAMPLE, ExportForm, ImportForm, Sent, format_words, level_words
from ..importing import add_questions, topic_lines
from ..models import DIFFICULTIES, Bank
from ..outgoing import written_file
from ..reach import bank_for
from .room import room

room.links.setdefault("bank", []).append(Entry("Nhập câu hỏi", "quizzes.import_file", TRAINERS, 30))
room.links["bank"].append(Entry("Xuất câu hỏi", "quizzes.export", TRAINERS, 40))
LARGEST_BODY = incoming.MOST_BYTES + (2 << 20)
MOST_SHOWN = 300


@room.route("/import-template.xlsx", to=TRAINERS)
def import_template() -> Response:
    return send_made(template(), "mau-cau-hoi.xlsx", XLSX)


@room.route("/banks/<int:id>/import", to=TRAINERS, late=True, upload=LARGEST_BODY, methods=["GET", "POST"])
def import_file(id: int) -> ResponseReturnValue:
    """In two steps: what stands in the file, then writing it. Reading comes before the transaction, which only writes."""
    bank = bank_for(viewer(), id) or abort(404)
    form = ImportForm.of_request(None, difficulty=DIFFICULTIES[1]).offer(topic_lines(id))
    step = request.form.get("step", "preview")
    if request.method == "GET" or step == "edit":
        return _form_page(bank, form)
    if form.is_sent():
        try:
            sent = form.sent(step == "confirm")
            if sent.read.faults:
                return _form_page(bank, form, 422, sent)
            return _confirmed(id, form, sent) if step == "confirm" else _preview(bank, form, sent)
        except Refused as refused:
            form.refuse(refused)
    return _form_page(bank_for(viewer(), id) or abort(404), form, 422)


def _form_page(bank: Bank, form: ImportForm, status: int = 200, sent: Sent | None = None) -> tuple[str, int]:
    return page("quizzes/importing/new.html", status, form=form, bank=bank, sent=sent, formats=format_words(), sample=SAMPLE)


def _preview(bank: Bank, form: ImportForm, sent: Sent) -> tuple[str, int]:
    found = sent.read.questions
    form.packed.data = incoming.packed(found) if sent.file_name else ""
    lost = sent.read.lost + ([] if form.by_file.data else incoming.topic_losses(found))
    facts: dict[str, Any] = {"shown": incoming.shown(found, MOST_SHOWN), "total": len(found), "lost": lost, "levels": level_words()}
    return page("quizzes/importing/preview.html", form=form, bank=bank, sent=sent, formats=format_words(), **facts)


def _confirmed(bank_id: int, form: ImportForm, sent: Sent) -> ResponseReturnValue:
    begin_writing()
    bank = bank_for(viewer(), bank_id) or abort(404)
    report = add_questions(viewer(), bank.id, form.place(), sent.read.questions)
    told = _("Đã nhập %(new)s câu mới.", new=report.new)
    flash(f"{told} {_('%(n)s câu đã có trong ngân hàng nên không nhập lại.', n=report.same)}" if report.same else told)
    return redirect(url_for("quizzes.bank", id=bank_id, topic=report.topic_id), 303)


@room.route("/banks/<int:id>/export", to=TRAINERS)
def export(id: int) -> ResponseReturnValue:
    """Which formats there are; of a chosen one, what it does not hold, before it is downloaded."""
    bank = bank_for(viewer(), id) or abort(404)
    form = ExportForm(request.args).offer(topic_lines(id))
    written = written_file(bank, form.format.data, form.topic.data) if form.format.data in FORMATS and form.validate() else None
    return page("quizzes/importing/export.html", form=form, bank=bank, written=written, formats=format_words())


@room.route("/banks/<int:id>/export/<name>", to=TRAINERS)
def export_file(id: int, name: str) -> Response:
    """The file of a format."""
    bank = bank_for(viewer(), id) or abort(404)
    form = ExportForm(request.args).offer(topic_lines(id))
    if name not in FORMATS or not form.validate():
        abort(404)
    written = written_file(bank, name, form.topic.data)
    return send_made(written.content, written.file_name, written.content_type)
