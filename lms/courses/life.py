"""The end of a course, and its way back: retired, brought back, or deleted when it was never published. Who learns it goes on."""

from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db, is_allowed
from lms.base import gettext as _
from lms.site import record

from .models import (
    Course,
    CourseFile,
    CourseOffer,
    CourseReview,
    CourseRevision,
    CourseTrainer,
    Lesson,
    LessonPresence,
    LessonRevision,
)


def retire_course(actor: Any, course: Any, why: str = "") -> None:
    """Nobody enrols any more; who learns the course goes on, and what was completed stays. Again changes nothing."""
    _change_state(actor, course, "published", "retired", "retire", why)


def bring_back_course(actor: Any, course: Any) -> None:
    """A retired course is open again where it is offered, as it was last published. Again changes nothing."""
    _change_state(actor, course, "retired", "published", "bring-back")


def _change_state(actor: Any, course: Any, before: str, after: str, action: str, why: str = "") -> None:
    is_so = sa.and_(Course.id == course.id, Course.state == before, Course.revision_number > 0)
    changed = db.session.execute(sa.update(Course).where(is_so).values(state=after))
    if changed.rowcount:  # type: ignore[attr-defined]
        record(actor, action, "course", course.id, agency_id=course.agency_id, key=course.key, **({"why": why} if why else {}))


def delete_course(actor: Any, course: Any) -> None:
    """Delete a course that was never published, with its lessons and files; its question bank stays. Refused when anything refers to it."""
    row = db.session.scalars(sa.select(Course).where(Course.id == course.id).with_for_update().execution_options(populate_existing=True)).one()
    if row.revision_number or row.state != "draft":
        raise Refused(_("Khóa học đã công bố thì không xóa được. Anh/Chị có thể ngừng dùng khóa học."))
    title = db.session.scalar(sa.select(CourseRevision.title).where(CourseRevision.course_id == course.id)) or {}
    if not is_allowed(lambda: _delete(course.id)):
        raise Refused(_("Còn dữ liệu gắn với khóa học này nên không xóa được."))
    record(actor, "delete", "course", course.id, agency_id=course.agency_id, key=course.key, name=title.get("vi", ""))


def _delete(course_id: int) -> None:
    lessons = sa.select(Lesson.id).where(Lesson.course_id == course_id)
    db.session.execute(sa.delete(LessonPresence).where(LessonPresence.lesson_id.in_(lessons)))
    db.session.execute(sa.delete(LessonRevision).where(LessonRevision.lesson_id.in_(lessons)))
    for model in (Lesson, CourseRevision, CourseFile, CourseOffer, CourseReview, CourseTrainer):
        db.session.execute(sa.delete(model).where(model.course_id == course_id))
    db.session.execute(sa.delete(Course).where(Course.id == course_id))
