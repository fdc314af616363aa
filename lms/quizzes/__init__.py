"""Question bank, question versions, quizzes, attempts and marking; one file per kind of question in `kinds/`."""

from .actions import close_expired, start_attempt, submit_attempt
from .bank import BankReport, load_bank
from .checks import check_blueprint, check_question, check_quiz
from .format import Fault, Format, Found, Read, Written
from .formats import FORMATS, format_of
from .importing import ImportReport, import_questions, questions_of
from .kinds import KINDS
from .models import Attempt, AttemptItem, Bank, Grade, Question, QuestionVersion, Quiz, QuizVersion, Topic
from .queries import (
    GRACE,
    Paper,
    PaperItem,
    QuizRules,
    Result,
    ResultItem,
    SelfCheck,
    attempts_of,
    paper,
    quiz_rules,
    result,
    self_checks,
)
from .saving import Receipt, save_answer, save_form

__all__ = [
    "FORMATS",
    "GRACE",
    "KINDS",
    "Attempt",
    "AttemptItem",
    "Bank",
    "BankReport",
    "Fault",
    "Format",
    "Found",
    "Grade",
    "ImportReport",
    "Paper",
    "PaperItem",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizRules",
    "QuizVersion",
    "Read",
    "Receipt",
    "Result",
    "ResultItem",
    "SelfCheck",
    "Topic",
    "Written",
    "attempts_of",
    "check_blueprint",
    "check_question",
    "check_quiz",
    "close_expired",
    "format_of",
    "import_questions",
    "load_bank",
    "paper",
    "questions_of",
    "quiz_rules",
    "result",
    "save_answer",
    "save_form",
    "self_checks",
    "start_attempt",
    "submit_attempt",
]
