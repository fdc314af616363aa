"""Copying a whole course: its drafts as they are now, by the way an archive comes in; people do not come along."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import db
from lms.site import record

from .exporting import drafted_parts
from .folder import Parts
from .models import Course, CourseFile
from .taking_in import course_from


def parts_to_copy(course_id: int) -> Parts:
    """All that a course has, with its drafts; parsed before the write."""
    parts = drafted_parts(db.session.scalars(sa.select(Course).where(Course.id == course_id)).one(), is_whole=True)
    for lesson in parts.lessons.values():
        parts.shown_by(lesson)
    return parts


def copy_course(actor: Any, course_id: int, parts: Parts, agency_id: int, title: str, key: str = "") -> Course:
    """A new course with all lessons, files, questions and quizzes of the other one, owned by the actor alone; a draft.

    Refused for a key that is taken, an agency out of reach, or when the files are too many.
    """
    made = course_from(actor, agency_id, parts, key, title)
    db.session.flush()
    _keep_measures(course_id, made.id)
    record(actor, "copy", "course", made.id, agency_id=agency_id, key=made.key, old_name=parts.key)
    return made


def _keep_measures(source_id: int, made_id: int) -> None:
    """What is known of a picture beside its content comes along."""
    old = aliased(CourseFile)
    is_same = sa.and_(old.course_id == source_id, old.name == CourseFile.name, old.digest == CourseFile.digest)
    values = {name: sa.select(getattr(old, name)).where(is_same).scalar_subquery() for name in ("alt", "contrast")}
    db.session.execute(sa.update(CourseFile).where(CourseFile.course_id == made_id).values(values).execution_options(synchronize_session=False))
