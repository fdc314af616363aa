"""What this room keeps about a person: the courses that they look after."""

import sqlalchemy as sa

from lms.base import Kept, db, in_language
from lms.base import gettext as _

from .models import Course, CourseRevision, CourseTrainer


def kept_of_courses(person_id: int) -> list[Kept]:
    """The courses that the person looks after as a trainer, and in what part."""
    parts = {"owner": _("Phụ trách chính"), "author": _("Biên soạn"), "reviewer": _("Rà soát")}
    current = sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number)
    rows = sa.select(Course.key, CourseRevision.title, CourseTrainer.part).join(Course, Course.id == CourseTrainer.course_id)
    rows = rows.outerjoin(CourseRevision, current).where(CourseTrainer.person_id == person_id).order_by(Course.key)
    columns = [("key", _("Mã")), ("course", _("Khóa học")), ("part", _("Phần việc"))]
    found = [{"key": row.key, "course": in_language(row.title), "part": parts[row.part]} for row in db.session.execute(rows)]
    return [Kept("course_trainer", _("Khóa học phụ trách"), columns, found)]
