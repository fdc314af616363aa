"""What the worker does for the desk: attempts whose time is over are closed, and what they complete is completed."""

from datetime import timedelta

from lms.base import every
from lms.quizzes import close_expired

from .completing import complete_if_done
from .effects import graded_lately
from .queries import enrolments_of_attempts


@every(timedelta(minutes=1))
def close_late_attempts() -> None:
    """Mark attempts past their deadline with what was answered in time; a second worker finds nothing left to close."""
    passed = [attempt.id for attempt in close_expired() if attempt.is_passed]
    for enrolment_id in enrolments_of_attempts(passed) if passed else []:
        complete_if_done(enrolment_id)


@every(timedelta(minutes=1))
def complete_by_later_marks() -> None:
    """Complete courses whose test was passed by a mark given after handing in: an essay, a corrected key, a late answer, a paper keyed in."""
    for enrolment_id in graded_lately():
        complete_if_done(enrolment_id)
