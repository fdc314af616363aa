"""The learner's desk: enrolment, reading a lesson, sitting a quiz, handing in, progress, completion."""

from .actions import assign_course, begin_course, complete_if_done, enrol, mark_read, start_quiz, submit_quiz, withdraw
from .models import Completion, Enrolment, HoursEntry, LessonRead
from .queries import Desk, desk, enrolment_for
from .steps import Enrolled, Progress, Step

__all__ = [
    "Completion",
    "Desk",
    "Enrolled",
    "Enrolment",
    "HoursEntry",
    "LessonRead",
    "Progress",
    "Step",
    "assign_course",
    "begin_course",
    "complete_if_done",
    "desk",
    "enrol",
    "enrolment_for",
    "mark_read",
    "start_quiz",
    "submit_quiz",
    "withdraw",
]
