"""The courses that a trainer looks after, one of them, and publishing it."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.base import TRAINERS, Entry, Refused, begin_writing, clock, effects_on, page, viewer
from lms.base import gettext as _

from .. import checks, legal, pending, publishing, reviewing, teaching
from ..life_forms import AskForm, DecideForm, PublishForm
from .room import room

room.links.setdefault("course", []).append(Entry("Công bố", "courses.publish", TRAINERS, 40))


@room.route("", to=TRAINERS)
def index() -> ResponseReturnValue:
    return page("courses/index.html", courses=teaching.taught_courses(viewer()))


@room.route("/<int:course_id>", to=TRAINERS)
def show(course_id: int) -> ResponseReturnValue:
    return show_course(teaching.taught_course(viewer(), course_id) or abort(404))


def show_course(course: Any, sentence: str = "", status: int = 200) -> ResponseReturnValue:
    """The page of a course, with a sentence about what was refused."""
    return page(
        "courses/show.html",
        status,
        course=course,
        can_edit=course.part in teaching.EDITORS,
        pending=pending.pending_for(viewer(), course.id) or abort(404),
        topics=teaching.bank_summary(course),
        sentence=sentence,
    )


@room.route("/<int:id>/publish", to=TRAINERS, methods=["GET", "POST"], late=True)
def publish(id: int) -> ResponseReturnValue:
    found = pending.pending_for(viewer(), id, to_edit=request.method == "POST") or abort(404)
    form = PublishForm.of_request()
    if not form.is_sent():
        return show_pending(found, form)
    publishing.prepare_publishing(found)
    begin_writing()
    teaching.taught_course(viewer(), id, to_edit=True) or abort(404)
    try:
        number = publishing.publish_course(viewer(), id, form.note.data or "")
    except Refused as refused:
        form.refuse(refused)
        return show_pending(pending.pending_for(viewer(), id) or abort(404), form)
    flash(_("Đã công bố bản %(n)s của khóa học. Người đang học dở vẫn học tiếp bản cũ.", n=number))
    return redirect(url_for(".show", course_id=id), 303)


def show_pending(found: pending.Pending, form: Any = None, ask: Any = None, decide: Any = None) -> ResponseReturnValue:
    """The page on which a course is checked, reviewed and published; with the form that was refused."""
    findings = checks.findings_of(found, checks.around_of(found, legal.legal_changes(viewer())))
    forms = (form, ask, decide)
    return page(
        "courses/publish.html",
        422 if any(one is not None and (one.errors or one.sentence) for one in forms) else 200,
        course=found.course,
        pending=found,
        errors_found=[finding for finding in findings if finding.is_error],
        warnings=[finding for finding in findings if not finding.is_error],
        effects=effects_on("course-publishing", [found.course.id], clock.today()) if found.is_anything else [],
        form=form or PublishForm(None),
        ask=ask or AskForm(None),
        decide=decide or DecideForm(None),
        can_edit=found.part in teaching.EDITORS,
        may_decide=reviewing.may_decide(viewer(), found),
    )
