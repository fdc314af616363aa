"""Question bank, question versions, quizzes, attempts and marking; one file per kind of question in `kinds/`."""

from .allowances import allowed_beyond, extra_attempts
from .bank import BankReport, load_bank
from .checks import check_question, check_topics
from .closing import close_expired, open_review, regrade, shown_code, submit_attempt
from .draw import total_of
from .editing import Entries, save_question
from .format import Fault, Format, Found, Read, Written
from .formats import FORMATS, format_of
from .importing import ImportReport, import_questions, questions_of
from .kinds import KINDS
from .models import Attempt, AttemptItem, Bank, Grade, Question, QuestionVersion, Quiz, QuizRoom, QuizVersion, Topic
from .pictures import picture_faults, pictures_of, practice_banks, with_pictures
from .practising import PracticeQuestion, practice_paper, practice_question
from .queries import (
    Paper,
    PaperItem,
    SelfCheck,
    attempts_of,
    deadline_of,
    paper,
    self_checks,
)
from .quiz_checks import check_blueprint, check_quiz, rule_faults
from .quiz_writing import written_quiz
from .regrading import Regraded
from .reviewing import Result, ResultItem, TopicLevel, locked_feedback, result, review_level
from .rules import QuizRules, quiz_rules, rules_of
from .saving import Receipt, lock_answer, save_answer, save_form
from .standards import STANDARD
from .standing import Standing, standing
from .starting import start_attempt
from .taking import WholeBank, normal_question, normal_quiz, take_into_bank, whole_bank

__all__ = [
    "FORMATS",
    "KINDS",
    "STANDARD",
    "Attempt",
    "AttemptItem",
    "Bank",
    "BankReport",
    "Entries",
    "Fault",
    "Format",
    "Found",
    "Grade",
    "ImportReport",
    "Paper",
    "PaperItem",
    "PracticeQuestion",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizRoom",
    "QuizRules",
    "QuizVersion",
    "Read",
    "Receipt",
    "Regraded",
    "Result",
    "ResultItem",
    "SelfCheck",
    "Standing",
    "Topic",
    "TopicLevel",
    "WholeBank",
    "Written",
    "allowed_beyond",
    "attempts_of",
    "check_blueprint",
    "check_question",
    "check_quiz",
    "check_topics",
    "close_expired",
    "deadline_of",
    "extra_attempts",
    "format_of",
    "import_questions",
    "load_bank",
    "lock_answer",
    "locked_feedback",
    "normal_question",
    "normal_quiz",
    "open_review",
    "paper",
    "picture_faults",
    "pictures_of",
    "practice_banks",
    "practice_paper",
    "practice_question",
    "questions_of",
    "quiz_rules",
    "regrade",
    "result",
    "review_level",
    "rule_faults",
    "rules_of",
    "save_answer",
    "save_form",
    "save_question",
    "self_checks",
    "shown_code",
    "standing",
    "start_attempt",
    "submit_attempt",
    "take_into_bank",
    "total_of",
    "whole_bank",
    "with_pictures",
    "written_quiz",
]
