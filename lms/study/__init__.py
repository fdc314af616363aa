"""The learner's desk: enrolment, reading a lesson, sitting a quiz, handing in, progress, completion."""

from .actions import assign_course, begin_course, complete_if_done, enrol, mark_read, start_quiz, submit_quiz, withdraw
from .asking import answer_question, ask_question, questions_taught
from .models import Completion, Enrolment, HoursEntry, LessonQuestion, LessonRead, SurveyAnswer, SurveyGiven
from .queries import Desk, desk, enrolment_for, progress_of
from .steps import Enrolled, Progress, Step
from .surveys import give_survey

__all__ = [
    "Completion",
    "Desk",
    "Enrolled",
    "Enrolment",
    "HoursEntry",
    "LessonQuestion",
    "LessonRead",
    "Progress",
    "Step",
    "SurveyAnswer",
    "SurveyGiven",
    "answer_question",
    "ask_question",
    "assign_course",
    "begin_course",
    "complete_if_done",
    "desk",
    "enrol",
    "enrolment_for",
    "give_survey",
    "mark_read",
    "progress_of",
    "questions_taught",
    "start_quiz",
    "submit_quiz",
    "withdraw",
]
