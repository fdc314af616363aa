"""Pages and files of the reports. The chosen agency, course, state and day stand in the address, so that a page can be sent on."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import MANAGERS, XLSX, Entry, Room, page, send_made, viewer

from . import person as persons
from . import queries, sheets
from .as_of import read_as_of
from .choosing import Chosen, choose
from .figures import STATES, Figures, standing_word, state_word, total

room = Room(__name__)
room.menu = [Entry("Báo cáo", "reports.index", MANAGERS, 20)]
room.links = {"person": [Entry("Kết quả học tập", "reports.person", MANAGERS, 20)]}


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 0 < int(text) <= persons.LARGEST_ID):
        abort(404)
    return int(text)


def _chosen() -> tuple[Chosen, str]:
    """What the address asks for, and a sentence when its day is none: then it is today's."""
    day, fault = read_as_of(request.args.get("on", ""), request.args.get("by", ""))
    chosen = choose(viewer(), _number("agency"), _number("course"), day, is_direct=request.args.get("direct") == "1")
    if chosen is None:
        abort(404)
    return chosen, fault


def _address(endpoint: str, chosen: Chosen, **changes: object) -> str:
    """The address of a page about the same choice, with some of it changed; None leaves a part out."""
    parts: dict[str, Any] = {"agency": chosen.agency_id, "course": chosen.course_id, "direct": 1 if chosen.is_direct else None}
    if chosen.as_of.is_past:
        parts |= {"on": chosen.as_of.on.isoformat(), "by": chosen.as_of.by}
    return url_for(endpoint, **{name: value for name, value in {**parts, **changes}.items() if value})


@room.route("", to=MANAGERS)
def index() -> ResponseReturnValue:
    """One glance: the figures of the chosen agency, by course and by agency."""
    chosen, fault = _chosen()
    chosen = replace(chosen, is_direct=False)
    by_course = queries.figures_by_course(viewer(), replace(chosen, course_id=None))
    lines = queries.figures_by_agency(viewer(), chosen)
    return page(
        "reports/index.html",
        422 if fault else 200,
        chosen=chosen,
        fault=fault,
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
    (chosen, fault), state = _chosen(), request.args.get("state", "")
    is_known = state in ("", *STATES)
    figures = total(queries.figures_by_course(viewer(), chosen).values())
    found = figures.count(state) if is_known else 0
    last = max(1, -(-found // queries.PAGE))
    number = min(_number("page") or 1, last)
    return page(
        "reports/people.html",
        200 if is_known and not fault else 422,
        chosen=chosen,
        fault=fault,
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
        standing_word=standing_word,
        address=_address,
    )


@room.route("/people/<int:id>", to=MANAGERS)
def person(id: int) -> ResponseReturnValue:
    """One person: courses, results of tests, certificates."""
    result = persons.result_of_person(viewer(), id)
    if result is None:
        abort(404)
    return page("reports/person.html", result=result, state_word=state_word, standing_word=standing_word)


@room.route("/export.xlsx", to=MANAGERS)
def export() -> ResponseReturnValue:
    """The list of the page as .xlsx, all of it. A state or a day that does not exist: the page says so."""
    (chosen, fault), state = _chosen(), request.args.get("state", "")
    if fault or state not in ("", *STATES):
        return people()
    rows = queries.assignment_list(viewer(), chosen, state)
    return _sheet(sheets.detail_sheet(chosen, state, rows), "danh-sach", chosen)


@room.route("/summary.xlsx", to=MANAGERS)
def summary() -> ResponseReturnValue:
    """The table by agency as .xlsx. A day that does not exist: the page says so."""
    chosen, fault = _chosen()
    if fault:
        return index()
    return _sheet(sheets.summary_sheet(chosen, queries.figures_by_agency(viewer(), chosen)), "tong-hop", chosen)


def _sheet(content: bytes, name: str, chosen: Chosen) -> Response:
    return send_made(content, f"{name}-{chosen.as_of.on:%Y-%m-%d}.xlsx", XLSX)
