"""Question bank, question versions, quizzes, attempts and marking; one file per kind of question in `kinds/`."""

from .actions import close_expired, start_attempt, submit_attempt
from .bank import BankReport, load_bank
from .checks import check_blueprint, check_question, check_quiz
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
    "GRACE",
    "KINDS",
    "Attempt",
    "AttemptItem",
    "Bank",
    "BankReport",
    "Grade",
    "Paper",
    "PaperItem",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizRules",
    "QuizVersion",
    "Receipt",
    "Result",
    "ResultItem",
    "SelfCheck",
    "Topic",
    "attempts_of",
    "check_blueprint",
    "check_question",
    "check_quiz",
    "close_expired",
    "load_bank",
    "paper",
    "quiz_rules",
    "result",
    "save_answer",
    "save_form",
    "self_checks",
    "start_attempt",
    "submit_attempt",
]
