"""Pictures of questions with which a learner may practise."""

import sqlalchemy as sa

from lms.base import db
from lms.courses import Course
from lms.people import Viewer
from lms.quizzes import practice_banks

from .models import Enrolment


def is_in_own_practice(viewer: Viewer, token: str) -> bool:
    """Whether a self-check or practice question of a course that the viewer is or was enrolled in shows the picture."""
    enrolled = sa.select(Enrolment.id).join(Course, Course.id == Enrolment.course_id)
    return db.session.scalar(enrolled.where(Enrolment.person_id == viewer.person_id, Course.bank_id.in_(practice_banks(token))).limit(1)) is not None
