"""What a course says beside its lessons, taken from its revision or its draft."""

from dataclasses import fields

import sqlalchemy as sa

from lms.base import db, fold

from .folder import CourseSource, OutlineStep, read_course
from .models import Course, CourseRevision, CourseStep
from .queries import is_current

TEXTS = tuple(one.name for one in fields(CourseSource) if one.name != "outline")


def course_source_of(revision: CourseRevision) -> CourseSource:
    """What a published revision says. One statement."""
    return CourseSource(**{name: getattr(revision, name) for name in TEXTS}, outline=outline_of(revision.id))


def outline_of(revision_id: int) -> list[OutlineStep]:
    """The steps of a revision, as they were planned."""
    columns = (CourseStep.lesson_revision_id, CourseStep.key, CourseStep.section, CourseStep.is_optional, CourseStep.release)
    rows = db.session.execute(sa.select(*columns).where(CourseStep.revision_id == revision_id).order_by(CourseStep.position))
    return [OutlineStep("quiz" if lesson_id is None else "lesson", *rest) for lesson_id, *rest in rows]


def course_source_of_draft(draft: str) -> CourseSource:
    """What a draft says."""
    return read_course(draft, lambda _line, _sentence: None)


def current_course_source(course: Course) -> CourseSource:
    """What the trainers see and change: the draft, else the published revision. At most two statements."""
    if course.draft is not None:
        return course_source_of_draft(course.draft)
    return course_source_of(db.session.scalars(sa.select(CourseRevision).join(Course, is_current()).where(Course.id == course.id)).one())


def course_search(key: str, said: CourseSource) -> str:
    """The folded text by which a course is found."""
    texts = [getattr(said, name)[language] for name in ("title", "summary", "audience") for language in ("vi", "en")]
    return fold(" ".join([key, *texts]))
