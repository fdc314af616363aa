"""The survey at the end of a course: anonymous. Who has given it is kept, and what was said is kept, and nothing leads from one to the other.

No line of the audit trail and no used-up form key is written of it; what was said bears a month and a random key instead of an instant and a number.
"""

import secrets
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _

from .models import SurveyAnswer, SurveyGiven
from .steps import Enrolled

ASPECTS = ("useful", "clear", "pace")
FEWEST = 5


@dataclass(frozen=True)
class Opinions:
    """What was said of a course. scores: aspect -> {1..5: how many}; both are empty while fewer than FEWEST people have answered."""

    number: int
    scores: dict[str, Counter[int]]
    comments: list[tuple[str, str]]

    def mean(self, aspect: str) -> float:
        """The mean score of an aspect, 1 to 5."""
        return sum(score * number for score, number in self.scores[aspect].items()) / self.number


def is_survey_open(enrolment: Enrolled) -> bool:
    """Whether the learner has completed the course and has not given an opinion yet. One statement at the most."""
    if enrolment.state != "completed":
        return False
    return db.session.scalar(sa.select(SurveyGiven.enrolment_id).where(SurveyGiven.enrolment_id == enrolment.id)) is None


def give_survey(enrolment: Enrolled, useful: int, clear: int, pace: int, comment: str) -> None:
    """Keep an opinion without its author. Refused before the course is completed, and a second time."""
    if enrolment.state != "completed":
        raise Refused(_("Anh/Chị góp ý sau khi hoàn thành khóa học."))
    if not insert_once(SurveyGiven, enrolment_id=enrolment.id):
        raise Refused(_("Anh/Chị đã góp ý cho khóa học này rồi. Cảm ơn Anh/Chị."))
    said = {"useful": useful, "clear": clear, "pace": pace, "comment": comment or None}
    month = clock.today().strftime("%Y-%m")
    place = {"course_id": enrolment.course_id, "course_revision_id": enrolment.revision_id, "month": month}
    db.session.add(SurveyAnswer(key=secrets.token_urlsafe(16), **place, **said))


def opinions_of(course_id: int) -> Opinions:
    """What learners said of a course that the viewer looks after, as the caller has checked. Comments stand in a random, steady order."""
    rows = db.session.scalars(sa.select(SurveyAnswer).where(SurveyAnswer.course_id == course_id).order_by(SurveyAnswer.key)).all()
    if len(rows) < FEWEST:
        return Opinions(len(rows), {}, [])
    scores = {aspect: Counter(getattr(row, aspect) for row in rows) for aspect in ASPECTS}
    return Opinions(len(rows), scores, [(row.month, row.comment) for row in rows if row.comment])
