"""Where a page of the desk lies: the viewer's step of a course, its address, and where one is led otherwise."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.base import viewer
from lms.courses import course_for

from .. import queries
from ..steps import Enrolled, Progress, Step


def enrolled_step(course_id: int, kind: str, key: str) -> tuple[Enrolled, Progress, Step]:
    """The viewer's enrolment, progress and step; 404 without. Whether the step is open, `refused` says."""
    place = queries.place_of(viewer(), course_id) or abort(404)
    return place.enrolment, place.progress, place.progress.step(kind, key) or abort(404)


def refused(course_id: int, step: Step) -> ResponseReturnValue | None:
    """Where a step is locked: to the page of the course, which says why and when it opens. None where it is open.

    Every page and every form of a step asks here; what its form then changes, the action refuses once more.
    """
    return redirect(url_for("study.course", course_id=course_id, locked=f"{step.kind}.{step.key}"), 303) if step.lock else None


def refused_step(progress: Progress, named: str) -> Step | None:
    """The step that `refused` named in the address, if it is locked still."""
    kind, _dot, key = named.partition(".")
    step = progress.step(kind, key)
    return step if step and step.lock else None


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
