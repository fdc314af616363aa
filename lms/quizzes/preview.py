"""A question as the learner sees it, and with its key and explanations: for the pages of trainers."""

from dataclasses import dataclass
from typing import Any

from .kinds import KINDS
from .points import UNIT
from .queries import PaperItem
from .reviewing import ResultItem


@dataclass(frozen=True)
class Shown:
    """Both sides of a question: to be answered, and explained."""

    item: PaperItem
    result: ResultItem


def shown(kind_name: str, body: dict[str, Any], lesson_key: str | None = None) -> Shown:
    """A question as its kind shows it, in the author's order, not answered."""
    kind = KINDS[kind_name]
    order = kind.keys(body)
    item = PaperItem(1, 1, kind.template, kind.deliver(body, order), [], "", 0, None)
    explained = kind.explain(body, None, order)
    return Shown(item, ResultItem(1, 1, kind.result_template, UNIT, None, None, False, lesson_key, explained))
