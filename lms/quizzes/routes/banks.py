"""The trainer's start: banks and quizzes; a bank with its topics and questions."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.agencies import agency_tree
from lms.base import TRAINER, TRAINERS, Refused, clock, page, viewer
from lms.base import gettext as _

from .. import bank_reading, banks
from ..forms.bank import BankForm, SearchForm, TopicForm
from ..models import Bank
from ..quiz_words import difficulty_words, kind_words
from ..reach import bank_for
from .room import room


@room.route("", to=TRAINERS)
def index() -> ResponseReturnValue:
    return page("quizzes/index.html", banks=bank_reading.banks_of(viewer()), quizzes=bank_reading.quizzes_of(viewer()), now=clock.now())


@room.route("/banks/new", to=TRAINERS, methods=["GET", "POST"])
def new_bank() -> ResponseReturnValue:
    form = BankForm.of_request().offer(agency_tree(viewer().agencies_of(TRAINER)))
    if form.is_sent():
        try:
            bank_id = banks.open_bank(viewer(), form.title.data, form.agency_id.data)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã thêm ngân hàng. Anh/Chị thêm chủ đề đầu tiên, rồi viết câu hỏi."))
            return redirect(url_for(".bank", id=bank_id), 303)
    return page("quizzes/bank-new.html", 422 if form.errors or form.sentence else 200, form=form)


@room.route("/banks/<int:id>", to=TRAINERS)
def bank(id: int) -> ResponseReturnValue:
    bank = bank_for(viewer(), id) or abort(404)
    overview = bank_reading.overview_of(bank.id)
    search = SearchForm(request.args or None).offer(overview.tags, overview.standards)
    wanted = search.wanted(request.args.get("topic", ""), request.args.get("page", ""))
    if wanted.topic is not None and wanted.topic not in {line.id for line in overview.topics}:
        abort(404)
    found = bank_reading.questions_found(bank.id, wanted, overview)
    shown: dict[str, Any] = {"bank": bank, "overview": overview, "search": search, "wanted": wanted, "found": found}
    return page("quizzes/bank.html", **shown, kinds=kind_words(), difficulties=difficulty_words(), address=_pages(bank.id))


def _pages(bank_id: int) -> Any:
    """Makes the address of the same search at another topic or page."""
    kept = {name: value for name, value in request.args.items() if name in {*SearchForm.of_request()._fields, "topic"} and value}

    def address(**changed: Any) -> str:
        return url_for(".bank", id=bank_id, **{**kept, **changed})

    return address


@room.route("/banks/<int:id>/topics/new", to=TRAINERS, methods=["GET", "POST"])
def new_topic(id: int) -> ResponseReturnValue:
    bank = bank_for(viewer(), id) or abort(404)
    form = TopicForm.of_request(parent_id=0).offer(bank_reading.topic_lines(bank.id))
    if form.is_sent():
        try:
            topic_id = banks.add_topic(viewer(), bank, form.title_vi.data, form.title_en.data or "", form.parent)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã thêm chủ đề."))
            return redirect(url_for(".bank", id=bank.id, topic=topic_id), 303)
    return _topic_page(bank, form)


@room.route("/topics/<int:id>", to=TRAINERS, methods=["GET", "POST"])
def topic(id: int) -> ResponseReturnValue:
    bank, held = bank_reading.topic_bank(viewer(), id) or abort(404)
    overview = bank_reading.overview_of(bank.id)
    said = {"title_vi": held.title.get("vi", ""), "title_en": held.title.get("en", ""), "parent_id": held.parent_id or 0}
    form = TopicForm.of_request(**said).offer(overview.topics, overview.under(id))
    if form.is_sent():
        try:
            banks.change_topic(viewer(), bank, id, form.title_vi.data, form.title_en.data or "", form.parent)
        except Refused as refused:
            form.refuse(refused)
        else:
            flash(_("Đã lưu chủ đề."))
            return redirect(url_for(".bank", id=bank.id, topic=id), 303)
    return _topic_page(bank, form, next(line for line in overview.topics if line.id == id))


def _topic_page(bank: Bank, form: TopicForm, line: Any = None, sentence: str = "") -> ResponseReturnValue:
    status = 422 if form.errors or form.sentence or sentence else 200
    return page("quizzes/topic.html", status, bank=bank, form=form, line=line, sentence=sentence)


@room.route("/topics/<int:id>/move", to=TRAINERS, methods=["POST"])
def move_topic(id: int) -> ResponseReturnValue:
    bank, _topic = bank_reading.topic_bank(viewer(), id) or abort(404)
    banks.shift_topic(bank, id, -1 if request.form.get("to") == "up" else 1)
    return redirect(url_for(".topic", id=id), 303)


@room.route("/topics/<int:id>/delete", to=TRAINERS, methods=["POST"])
def delete_topic(id: int) -> ResponseReturnValue:
    bank, held = bank_reading.topic_bank(viewer(), id) or abort(404)
    try:
        banks.delete_topic(viewer(), bank, id)
    except Refused as refused:
        overview = bank_reading.overview_of(bank.id)
        said = {"title_vi": held.title.get("vi", ""), "title_en": held.title.get("en", ""), "parent_id": held.parent_id or 0}
        form = TopicForm(data=said).offer(overview.topics, overview.under(id))
        return _topic_page(bank, form, next(line for line in overview.topics if line.id == id), refused.sentence)
    flash(_("Đã xóa chủ đề."))
    return redirect(url_for(".bank", id=bank.id), 303)
