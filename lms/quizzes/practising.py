"""Practice without record: a paper drawn by a seed that the address carries, one question at a time, explained at once. Writes nothing.

It draws only from questions that lessons and practice show with their answers, never from those of a test.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db
from lms.base import gettext as _

from .draw import draw, random_for
from .drawing import candidates_for
from .kind import Kind, KindError
from .kinds import KINDS
from .models import Question, QuestionVersion
from .points import UNIT
from .queries import PaperItem
from .reviewing import ResultItem
from .rules import QuizRules

NOBODY = 0


def practice_paper(rules: QuizRules, seed: str) -> list[int]:
    """The ids of the questions of a practice paper, in order: the same seed gives the same paper as long as the bank is the same."""
    return draw(rules.blueprint, candidates_for(rules, NOBODY), seed)


class PracticeQuestion:
    """A question of a practice paper, as this seed shows it."""

    def __init__(self, number: int, total: int, seed: str, row: Any) -> None:
        self.number, self.total, self.seed = number, total, seed
        self.body: dict[str, Any] = row.body
        self.kind: Kind = KINDS[row.kind]
        self.lesson_key: str | None = row.lesson_key
        self._question_id = row.id

    @cached_property
    def order(self) -> list[str]:
        """What of the question is shown, in which order."""
        return self.kind.drawn(self.body, random_for(self.seed, self._question_id))

    @property
    def item(self) -> PaperItem:
        """The question to be answered, without its key."""
        shown = self.kind.deliver(self.body, self.order)
        return PaperItem(self.number, self.total, self.kind.template, shown, [], self.kind.was(None), 0, None)

    def answered(self, values: Sequence[str]) -> ResultItem:
        """The question with the verdict on this answer and its explanation. Refused when it cannot be read, or when there is none."""
        try:
            answer = self.kind.read(self.body, values)
        except KindError as error:
            raise Refused(error.sentence, "answer") from None
        if answer is None:
            raise Refused(_("Anh/Chị trả lời câu này trước, rồi mới xem giải thích."), "answer")
        points = self.kind.mark(self.body, answer, UNIT, self.order)
        return ResultItem(
            position=self.number,
            total=self.total,
            template=self.kind.result_template,
            max_points=UNIT,
            points=points,
            is_right=None if points is None else points == UNIT,
            is_answered=True,
            lesson_key=self.lesson_key,
            explanation=self.kind.explain(self.body, answer, self.order),
            is_waiting=points is None,
        )


def practice_question(rules: QuizRules, seed: str, number: int) -> PracticeQuestion | None:
    """The question with this number (from 1) of the practice paper; None when there is none, or the quiz is not for practice. Three statements."""
    if rules.behaviour != "practice":
        return None
    paper = practice_paper(rules, seed)
    if not 1 <= number <= len(paper):
        return None
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    wanted = sa.select(Question.id, Question.lesson_key, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current)
    row = db.session.execute(wanted.where(Question.id == paper[number - 1], Question.use.in_(rules.uses))).one()
    return PracticeQuestion(number, len(paper), seed, row)
