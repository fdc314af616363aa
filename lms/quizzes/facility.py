"""How easy each question has proved: its facility index, measured from closed papers by a timer, so that papers are drawn equally hard.

Facility index: the mean mark in percent of the maximum (Crocker and Algina, Introduction to Classical and Modern Test Theory, chapter 5:
item difficulty p, for items of several points the mean over the maximum).
"""

from datetime import timedelta

import sqlalchemy as sa

from lms.base import db, every

from .models import Attempt, AttemptItem, Question, QuestionVersion

LEAST_ANSWERS = 10  # fewer say nothing of a question


def measure_facility() -> int:
    """Write facility_percent and facility_of of every question whose figures have changed; returns how many. Calling it again writes nothing.

    What somebody left unanswered when the time ran out says nothing of the question; unanswered and handed in counts as wrong. Dropped
    questions and answers that wait for a marker are left out.
    """
    measured = (
        sa.select(QuestionVersion.question_id, sa.func.count().label("answers"), sa.func.sum(AttemptItem.points).label("points"))
        .add_columns(sa.func.sum(AttemptItem.max_points).label("most"))
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.state != "open", AttemptItem.points.is_not(None), AttemptItem.is_dropped.is_(False))
        .where(sa.or_(Attempt.state == "submitted", AttemptItem.saved_at.is_not(None)))
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    columns = (Question.id, Question.facility_percent, Question.facility_of, measured.c.answers, measured.c.points, measured.c.most)
    found = sa.select(*columns).outerjoin(measured, measured.c.question_id == Question.id)
    rows = db.session.execute(found.where(sa.or_(measured.c.answers.is_not(None), Question.facility_of > 0))).all()
    changed = []
    for row in rows:
        answers = row.answers or 0
        percent = (200 * int(row.points) + int(row.most)) // (2 * int(row.most)) if answers >= LEAST_ANSWERS else None
        if (percent, answers) != (row.facility_percent, row.facility_of):
            changed.append({"id": row.id, "facility_percent": percent, "facility_of": answers})
    if changed:
        db.session.execute(sa.update(Question), changed)
    return len(changed)


@every(timedelta(days=1))
def measure_questions() -> None:
    """Once a day; a second worker finds nothing that has changed."""
    measure_facility()
