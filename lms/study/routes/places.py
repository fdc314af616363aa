"""Where a page of the desk lies: the viewer's step of a course, its address, and where one is led otherwise."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.base import viewer
from lms.courses import course_for

from .. import queries
from ..steps import Enrolled, Progress, Step


def enrolled_step(course_id: int, kind: str, key: str) -> tuple[Enrolled, Progress, Step]:
    """The viewer's enrolment, progress and step; 404 without."""
    enrolment = queries.enrolment_for(viewer(), course_id) or abort(404)
    return enrolment, *step_of(enrolment, kind, key)


def step_of(enrolment: Enrolled, kind: str, key: str) -> tuple[Progress, Step]:
    """The progress in a course and one of its steps; 404 when the course has none of that key."""
    progress = queries.progress_of(viewer(), enrolment, with_quizzes=kind == "quiz")
    return progress, progress.step(kind, key) or abort(404)


def address_of(course_id: int, step: Step) -> str:
    """The page of a step."""
    return url_for(f"study.{step.kind}", course_id=course_id, key=step.key)


def link_to(course_id: int, step: Step | None) -> tuple[str, Step] | None:
    """(address, step), or None without a step."""
    return (address_of(course_id, step), step) if step else None


def to_offered(course_id: int) -> ResponseReturnValue:
    """To the page of a course that one has not enrolled in, if it is open to them."""
    return to_course(course_id) if course_for(viewer(), course_id) else abort(404)


def to_course(course_id: int) -> ResponseReturnValue:
    """To the page of the course."""
    return redirect(url_for("study.course", course_id=course_id), 303)
