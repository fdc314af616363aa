"""Statistics of a quiz and its questions."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, XLSX, Entry, page, send_made, viewer

from ..reach import quiz_for
from ..statistics import FEWEST, sign_words, statistics_of, statistics_sheet, which_words
from .room import room

room.links.setdefault("quiz", []).append(Entry("Thống kê", "quizzes.statistics", TRAINERS, 60))


@room.route("/<int:id>/statistics", to=TRAINERS)
def statistics(id: int) -> ResponseReturnValue:
    held, which = quiz_for(viewer(), id) or abort(404), _which()
    values: dict[str, Any] = {"which": which, "words": which_words(), "signs": sign_words(), "fewest": FEWEST}
    return page("quizzes/statistics.html", held=held, figures=statistics_of(held, which), **values)


@room.route("/<int:id>/statistics.xlsx", to=TRAINERS)
def statistics_file(id: int) -> ResponseReturnValue:
    held, which = quiz_for(viewer(), id) or abort(404), _which()
    made = statistics_sheet(held.version.title, statistics_of(held, which), which)
    return send_made(made, f"thong-ke-{held.quiz.key}.xlsx", XLSX)


def _which() -> str:
    which = request.args.get("which", "first")
    return which if which in ("first", "all") else abort(404)
