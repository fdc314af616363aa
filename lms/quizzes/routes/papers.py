"""Papers that are printed: variants, keys, answer sheets, and keying in what was written there."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, page, viewer
from lms.base import gettext as _

from .. import papers
from ..forms.papers import PapersForm, typed_lines
from ..quiz_rooms import room_agencies
from ..reach import quiz_for
from .room import room

room.links.setdefault("quiz", []).append(Entry("Đề in", "quizzes.quiz_papers", TRAINERS, 70))


@room.route("/<int:id>/papers", to=TRAINERS, methods=["GET", "POST"])
def quiz_papers(id: int) -> ResponseReturnValue:
    """What was printed of a quiz, and printing anew."""
    held, agencies = quiz_for(viewer(), id) or abort(404), room_agencies(viewer())
    how = [("same", _("Cùng câu hỏi, đảo thứ tự câu và phương án")), ("anew", _("Mỗi mã đề rút câu hỏi riêng"))]
    form = PapersForm.of_request().offer(agencies, how)
    if form.is_sent():
        try:
            wish = (form.agency_id.data, form.title.data, form.variants.data, form.how.data == "anew")
            paper_id = papers.make_papers(viewer(), held, *wish)
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect(url_for(".paper", id=paper_id), 303)
    status = 422 if form.errors or form.sentence else 200
    return page("quizzes/papers/index.html", status, held=held, form=form, printed=papers.papers_of(viewer(), id))


@room.route("/papers/<int:id>", to=TRAINERS)
def paper(id: int) -> ResponseReturnValue:
    return page("quizzes/papers/show.html", **_sheets(id), keyed=papers.keyed_papers(viewer(), id))


@room.route("/papers/<int:id>/print", to=TRAINERS)
def print_paper(id: int) -> ResponseReturnValue:
    return page("quizzes/papers/print.html", **_sheets(id))


@room.route("/papers/<int:id>/answer-sheets", to=TRAINERS)
def answer_sheets(id: int) -> ResponseReturnValue:
    return page("quizzes/papers/answer-sheets.html", **_sheets(id))


@room.route("/papers/<int:id>/key", to=TRAINERS)
def paper_key(id: int) -> ResponseReturnValue:
    return page("quizzes/papers/key.html", **_sheets(id))


def _sheets(id: int) -> dict[str, Any]:
    held = papers.paper_for(viewer(), id) or abort(404)
    return {"held": held, "sheets": papers.sheets_of(id)}


@room.route("/papers/<int:id>/keying", to=TRAINERS)
def keying(id: int) -> ResponseReturnValue:
    held = papers.paper_for(viewer(), id) or abort(404)
    return page("quizzes/papers/keying.html", held=held, checked=[papers.Checked(line) for line in typed_lines()], sentence="")


@room.route("/papers/<int:id>/keying", to=TRAINERS, methods=["POST"])
def key_in_papers(id: int) -> ResponseReturnValue:
    """First what the lines mean is shown; sent again with `sure`, they are saved."""
    held = papers.paper_for(viewer(), id) or abort(404)
    sheets, lines = papers.sheets_of(id), typed_lines()
    sentence = ""
    if "sure" in request.form:
        try:
            done = papers.key_in(viewer(), held, sheets, lines)
            flash(_("Đã lưu %(n)s bài.", n=len(done)))
            return redirect(url_for(".keying", id=id), 303)
        except Refused as refused:
            sentence = refused.sentence
    checked = papers.check_lines(viewer(), held, sheets, lines)
    status = 422 if sentence or any(one.fault for one in checked) else 200
    return page("quizzes/papers/keying.html", status, held=held, checked=checked, sentence=sentence)
