"""Statistics of a quiz and its questions: formulas (pure), reading (grouped SQL), answers in words, and signs of a leak."""

from .reading import FEWEST, QuestionFigures, QuizFigures, statistics_of
from .sheet import sign_words, statistics_sheet, which_words

__all__ = ["FEWEST", "QuestionFigures", "QuizFigures", "sign_words", "statistics_of", "statistics_sheet", "which_words"]
