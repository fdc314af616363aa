"""Moving learners who are in the middle of a course to its published revision: only when a trainer says "for all"."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import db
from lms.courses import Course, CourseRevision, CourseStep
from lms.people import Viewer
from lms.quizzes import Attempt, QuizVersion
from lms.site import record

from .completing import complete_if_done
from .evidence import all_read
from .models import Enrolment


@dataclass(frozen=True)
class Behind:
    """How many learn an older revision, by its number; and how many of them stay there for now."""

    by_revision: dict[int, int]
    staying: int

    @property
    def moving(self) -> int:
        """How many would be moved."""
        return sum(self.by_revision.values()) - self.staying


def _behind(course_id: int, revision_id: int) -> sa.Select[Any]:
    """The ids of the enrolments in the middle of another revision of the course. Completed ones are never touched."""
    return sa.select(Enrolment.id).where(
        Enrolment.course_id == course_id, Enrolment.state == "in_progress", Enrolment.course_revision_id != revision_id
    )


def _is_held(revision_id: int) -> sa.ColumnElement[bool]:
    """Whoever sits a quiz at this moment, or has sat one that the new revision no longer has: their attempts must keep their place."""
    here = aliased(QuizVersion)
    kept = sa.select(here.quiz_id).join(CourseStep, CourseStep.quiz_version_id == here.id).where(CourseStep.revision_id == revision_id)
    sat = (
        sa.select(Attempt.id)
        .join(QuizVersion, QuizVersion.quiz_id == Attempt.quiz_id)
        .join(CourseStep, sa.and_(CourseStep.quiz_version_id == QuizVersion.id, CourseStep.revision_id == Enrolment.course_revision_id))
        .where(Attempt.person_id == Enrolment.person_id, Attempt.cycle == Enrolment.cycle)
        .where(sa.or_(Attempt.state == "open", Attempt.quiz_id.not_in(kept)))
    )
    return sat.correlate(Enrolment).exists()


def learners_behind(course_id: int, revision_id: int) -> Behind:
    """Who is in the middle of an older revision. The caller has checked that the viewer looks after the course. Two statements."""
    behind = _behind(course_id, revision_id).subquery()
    numbers = sa.select(CourseRevision.number, sa.func.count()).join(Enrolment, Enrolment.course_revision_id == CourseRevision.id)
    numbers = numbers.join(behind, behind.c.id == Enrolment.id).group_by(CourseRevision.number).order_by(CourseRevision.number)
    held = sa.select(sa.func.count()).select_from(_behind(course_id, revision_id).where(_is_held(revision_id)).subquery())
    return Behind({number: count for number, count in db.session.execute(numbers)}, db.session.scalar(held) or 0)


def move_learners(actor: Viewer, course_id: int, revision_id: int) -> tuple[int, int]:
    """Move everybody who can be moved to a published revision; (how many, how many have thereby completed the course).

    What they have read and sat stays theirs. Nobody is moved when the course was published again in the meantime.
    """
    current = sa.select(CourseRevision.id).join(
        Course, sa.and_(Course.id == CourseRevision.course_id, Course.revision_number == CourseRevision.number)
    )
    movable = _behind(course_id, revision_id).where(~_is_held(revision_id), sa.literal(revision_id).in_(current.where(Course.id == course_id)))
    locked = db.session.scalars(movable.with_for_update()).all()
    moved = sa.update(Enrolment).where(Enrolment.id.in_(movable)).values(course_revision_id=revision_id)
    ids = list(db.session.scalars(moved.returning(Enrolment.id).execution_options(synchronize_session=False))) if locked else []
    completed = sum(complete_if_done(one) for one in sorted(all_read(ids)))
    if ids:
        agency_id = db.session.scalar(sa.select(Course.agency_id).where(Course.id == course_id))
        record(actor, "move-learners", "course", course_id, agency_id, revision_id=revision_id, number=len(ids), completed=completed)
    return len(ids), completed
