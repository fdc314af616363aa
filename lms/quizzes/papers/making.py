"""Drawing the variants of a paper that is printed. They never change: what was printed is what is marked."""

import secrets
from collections.abc import Sequence
from random import Random
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from ..draw import Candidate, draw, random_for
from ..drawing import candidates_for
from ..kinds import KINDS
from ..models import PaperVariant, PrintedPaper, Question, QuestionVersion
from ..reach import HeldQuiz
from ..rules import rules_of

MOST_VARIANTS = 8
FIRST_CODE = 101
NOBODY = 0  # drawn for nobody in particular: no question counts as seen


def make_papers(actor: Any, held: HeldQuiz, agency_id: int, title: str, variants: int, is_anew: bool) -> int:
    """The id of a printed paper with so many variants (1 to 8): the same questions in other orders, or (`is_anew`) drawn anew for each.

    Only kinds that can stand on paper and be keyed in are drawn. Refused when the bank has not enough of them.
    """
    if not 1 <= variants <= MOST_VARIANTS:
        raise Refused(_("Mỗi lần in được từ 1 đến %(most)s mã đề.", most=MOST_VARIANTS), "variants")
    rules = rules_of(held.quiz, held.version)
    candidates = [one for one in candidates_for(rules, NOBODY) if _can_be_keyed(one)]
    seeds = [secrets.token_hex(16) for _variant in range(variants)]
    drawn = [draw(rules.blueprint, candidates, seed if is_anew else seeds[0]) for seed in seeds]
    if any(not one or len(one) < rules.total for one in drawn):
        raise Refused(_("Không đủ câu hỏi in được ra giấy cho cấu trúc đề này (câu tự luận, hộp thư và câu tìm chỗ trên hình chỉ làm trên máy)."))
    made = {"title": title, "made_by_id": getattr(actor, "person_id", None), "made_at": clock.now()}
    paper = PrintedPaper(quiz_version_id=held.version.id, agency_id=agency_id, **made)
    db.session.add(paper)
    db.session.flush()
    versions = _versions({question_id for one in drawn for question_id in one})
    for number, (seed, questions) in enumerate(zip(seeds, drawn, strict=True)):
        items = _items(versions, questions, seed)
        db.session.add(PaperVariant(printed_paper_id=paper.id, code=str(FIRST_CODE + number), seed=seed, items=items))
    record(actor, "make", "printed-paper", paper.id, agency_id=agency_id, quiz=held.quiz.key, number=variants)
    db.session.flush()
    return paper.id


def _can_be_keyed(candidate: Candidate) -> bool:
    kind = KINDS[candidate.kind]
    return kind.can_be_printed and not kind.needs_marker


def _versions(question_ids: set[int]) -> dict[int, Any]:
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    wanted = sa.select(Question.id, QuestionVersion.id.label("version_id"), QuestionVersion.kind, QuestionVersion.body)
    return {row.id: row for row in db.session.execute(wanted.join(QuestionVersion, is_current).where(Question.id.in_(question_ids)))}


def _items(versions: dict[int, Any], questions: Sequence[int], seed: str) -> list[dict[str, Any]]:
    """The questions of a variant in an order of its own, each with its options in an order of its own."""
    ordered = list(questions)
    Random(f"{seed} order").shuffle(ordered)  # noqa: S311  not a secret: shuffles a paper, and must be repeatable
    rows = ((versions[question_id], random_for(seed, question_id)) for question_id in ordered)
    return [{"version": row.version_id, "order": KINDS[row.kind].drawn(row.body, random)} for row, random in rows]
