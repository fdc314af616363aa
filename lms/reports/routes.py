"""Pages and files of the reports. The chosen agency, course and state stand in the address, so that a page can be sent on."""

from dataclasses import replace

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import MANAGERS, XLSX, Entry, Room, clock, page, send_made, viewer

from . import queries, sheets
from .figures import STATES, Figures, state_word, total

room = Room(__name__)
room.menu = [Entry("Báo cáo", "reports.index", MANAGERS, 20)]
room.links = {"person": [Entry("Kết quả học tập", "reports.person", MANAGERS, 20)]}


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 0 < int(text) <= queries.LARGEST_ID):
        abort(404)
    return int(text)


def _chosen() -> queries.Chosen:
    chosen = queries.choose(viewer(), _number("agency"), _number("course"), is_direct=request.args.get("direct") == "1")
    if chosen is None:
        abort(404)
    return chosen


def _address(endpoint: str, chosen: queries.Chosen, **changes: object) -> str:
    """The address of a page about the same choice, with some of it changed; None leaves a part out."""
    parts = {"agency": chosen.agency_id, "course": chosen.course_id, "direct": 1 if chosen.is_direct else None, **changes}
    return url_for(endpoint, **{name: value for name, value in parts.items() if value})  # type: ignore[arg-type]


@room.route("", to=MANAGERS)
def index() -> ResponseReturnValue:
    """One glance: the figures of the chosen agency, by course and by agency."""
    chosen = replace(_chosen(), is_direct=False)
    by_course = queries.figures_by_course(viewer(), replace(chosen, course_id=None))
    lines = queries.figures_by_agency(viewer(), chosen)
    return page(
        "reports/index.html",
        chosen=chosen,
        place_name=sheets.place_name(chosen),
        courses=[(course, by_course.get(course.id, Figures())) for course in chosen.courses],
        lines=lines,
        sum=total(line.figures for line in lines),
        states=STATES,
        state_word=state_word,
        address=_address,
    )


@room.route("/people", to=MANAGERS)
def people() -> ResponseReturnValue:
    """The list behind a figure, 50 a page."""
    chosen, state = _chosen(), request.args.get("state", "")
    is_known = state in ("", *STATES)
    figures = total(queries.figures_by_course(viewer(), chosen).values())
    found = figures.count(state) if is_known else 0
    last = max(1, -(-found // queries.PAGE))
    number = min(_number("page") or 1, last)
    return page(
        "reports/people.html",
        200 if is_known else 422,
        chosen=chosen,
        place_name=sheets.place_name(chosen),
        scope_line=sheets.scope_line(chosen, state if is_known else ""),
        state=state,
        is_known=is_known,
        figures=figures,
        found=found,
        rows=queries.assignment_list(viewer(), chosen, state, number) if found else [],
        number=number,
        last=last,
        first=(number - 1) * queries.PAGE + 1,
        states=STATES,
        state_word=state_word,
        address=_address,
    )


@room.route("/people/<int:id>", to=MANAGERS)
def person(id: int) -> ResponseReturnValue:
    """One person: courses, results of tests, certificates."""
    result = queries.result_of_person(viewer(), id)
    if result is None:
        abort(404)
    return page("reports/person.html", result=result, state_word=state_word)


@room.route("/export.xlsx", to=MANAGERS)
def export() -> ResponseReturnValue:
    """The list of the page as .xlsx, all of it. A state that does not exist: the page says so."""
    chosen, state = _chosen(), request.args.get("state", "")
    if state not in ("", *STATES):
        return people()
    rows = queries.assignment_list(viewer(), chosen, state)
    return _sheet(sheets.detail_sheet(chosen, state, rows), "danh-sach")


@room.route("/summary.xlsx", to=MANAGERS)
def summary() -> ResponseReturnValue:
    """The table by agency as .xlsx."""
    chosen = _chosen()
    return _sheet(sheets.summary_sheet(chosen, queries.figures_by_agency(viewer(), chosen)), "tong-hop")


def _sheet(content: bytes, name: str) -> Response:
    return send_made(content, f"{name}-{clock.today():%Y-%m-%d}.xlsx", XLSX)
