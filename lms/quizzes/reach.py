"""What of this room a trainer may work on: banks of agencies in reach and of courses that they write; attempts of people in reach.

Every page of trainers starts here. What is out of reach is None (the page answers 404).
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import TRAINER, db, reached_through

from .models import Attempt, Bank, Question, QuestionVersion, Quiz, QuizVersion


@dataclass(frozen=True)
class HeldQuiz:
    """A quiz that the viewer may work on, with its current rules and its bank."""

    quiz: Quiz
    version: QuizVersion
    bank: Bank


@dataclass(frozen=True)
class HeldQuestion:
    """A question that the viewer may work on, with its current version and its bank."""

    question: Question
    version: QuestionVersion
    bank: Bank


def banks_in_reach(viewer: Any) -> sa.ColumnElement[bool]:
    """The condition that a Bank is one the viewer may work on."""
    through = [Bank.id.in_(ids) for ids in reached_through("bank", viewer)]
    return sa.or_(Bank.agency_id.in_(viewer.reach(TRAINER)), *through)


def attempts_in_reach(viewer: Any) -> sa.ColumnElement[bool]:
    """The condition that an Attempt is of a person whom the viewer trains (by the agency of that day); the quiz is asked for beside it."""
    return Attempt.agency_id.in_(viewer.reach(TRAINER))


def bank_for(viewer: Any, bank_id: int) -> Bank | None:
    """A bank in reach."""
    return db.session.scalar(sa.select(Bank).where(Bank.id == bank_id, banks_in_reach(viewer)))


def quiz_for(viewer: Any, quiz_id: int) -> HeldQuiz | None:
    """A quiz of a bank in reach."""
    is_current = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    found = sa.select(Quiz, QuizVersion, Bank).join(Bank, Bank.id == Quiz.bank_id).join(QuizVersion, is_current)
    row = db.session.execute(found.where(Quiz.id == quiz_id, banks_in_reach(viewer))).first()
    return HeldQuiz(*row) if row else None


def question_for(viewer: Any, question_id: int) -> HeldQuestion | None:
    """A question of a bank in reach."""
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    found = sa.select(Question, QuestionVersion, Bank).join(Bank, Bank.id == Question.bank_id).join(QuestionVersion, is_current)
    row = db.session.execute(found.where(Question.id == question_id, banks_in_reach(viewer))).first()
    return HeldQuestion(*row) if row else None


def attempt_for(viewer: Any, attempt_id: int) -> Attempt | None:
    """An attempt of a person in reach at a quiz in reach."""
    found = sa.select(Attempt).join(Quiz, Quiz.id == Attempt.quiz_id).join(Bank, Bank.id == Quiz.bank_id)
    return db.session.scalar(found.where(Attempt.id == attempt_id, attempts_in_reach(viewer), banks_in_reach(viewer)))
