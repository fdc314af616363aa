"""Reads of a trainer's pages of quizzes: what a quiz says, and what its bank gives for it. Every read begins with what the viewer may work on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import TRAINER, db, in_language
from lms.people import Person

from .drawing import Stock, stock_of
from .models import Quiz, QuizRoom, QuizVersion
from .quiz_checks import blueprint_faults
from .reach import HeldQuiz
from .rules import QuizRules, rules_of
from .trial_papers import Hardness, LineStock, hardness_of, lines_of, rounds_of


@dataclass(frozen=True)
class QuizSheet:
    """A quiz as its page shows it. rounds: how many papers without a repeated question the bank gives (at most ten)."""

    rules: QuizRules
    stock: Stock
    lines: list[LineStock]
    faults: list[str]
    rounds: int
    hardness: Hardness
    made_by: str
    rooms: int

    @property
    def repeats(self) -> bool:
        """Whether somebody who uses all attempts meets a question again."""
        return not self.faults and self.rounds < min(self.rules.attempts or 1, 10)

    @property
    def has_free_lines(self) -> bool:
        """Whether anything is drawn at all: a paper of fixed questions only is the same for everybody."""
        return any("question" not in one.line for one in self.lines)


def quiz_sheet(viewer: Any, held: HeldQuiz) -> QuizSheet:
    """All that the page of a quiz in reach says."""
    rules = rules_of(held.quiz, held.version)
    stock = stock_of(held.bank.id, rules.behaviour)
    faults = blueprint_faults(rules.blueprint, stock)
    by_and_rooms = sa.select(
        sa.select(Person.full_name).where(Person.id == held.version.made_by_id).scalar_subquery(),
        sa.select(sa.func.count()).where(QuizRoom.quiz_id == held.quiz.id, QuizRoom.agency_id.in_(viewer.reach(TRAINER))).scalar_subquery(),
    )
    made_by, rooms = db.session.execute(by_and_rooms).one()
    rounds = 0 if faults else rounds_of(rules.blueprint, stock.candidates)
    hardness = hardness_of(rules.blueprint, stock.candidates)
    return QuizSheet(rules, stock, lines_of(rules.blueprint, stock.candidates), faults, rounds, hardness, made_by or "", rooms)


def names_of_quizzes(ids: Collection[int]) -> dict[int, str]:
    """id -> what the quiz is called now, for pages that list things of all rooms."""
    is_current = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    found = sa.select(Quiz.id, QuizVersion.title).join(QuizVersion, is_current).where(Quiz.id.in_(ids))
    return {quiz_id: in_language(title) for quiz_id, title in db.session.execute(found)}
