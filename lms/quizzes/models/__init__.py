"""Tables: the bank, the quizzes, the attempts, and what comes after. Versions never change; an attempt names those it showed."""

from .after import EssayMark, KeyFix, PaperVariant, PrintedPaper
from .attempt import Attempt, AttemptEvent, AttemptItem, AttemptLevel, Grade
from .bank import DIFFICULTIES, USES, Bank, BankFile, Question, QuestionVersion, Topic
from .quiz import BEHAVIOURS, REVIEWS, TAKES, Allowance, Quiz, QuizRoom, QuizVersion

__all__ = [
    "BEHAVIOURS",
    "DIFFICULTIES",
    "REVIEWS",
    "TAKES",
    "USES",
    "Allowance",
    "Attempt",
    "AttemptEvent",
    "AttemptItem",
    "AttemptLevel",
    "Bank",
    "BankFile",
    "EssayMark",
    "Grade",
    "KeyFix",
    "PaperVariant",
    "PrintedPaper",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizRoom",
    "QuizVersion",
    "Topic",
]
