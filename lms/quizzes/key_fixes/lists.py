"""Proposed and decided corrections that a trainer may see: those of questions in reach."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import db, names_for

from ..models import Bank, KeyFix, Question, QuestionVersion
from ..reach import banks_in_reach

MOST_LISTED = 200


@dataclass(frozen=True)
class ListedFix:
    """A correction with its question, the question's current version, and who proposed and decided it ("" where nobody did)."""

    fix: KeyFix
    question: Question
    version: QuestionVersion
    proposed_by: str
    decided_by: str


def fix_list(viewer: Any, bank_id: int | None = None) -> list[ListedFix]:
    """Those that wait for a decision first, then the newest; at most 200. bank_id: only of this bank."""
    wanted = _in_reach(viewer).order_by(sa.case((KeyFix.state == "proposed", 0), else_=1), KeyFix.id.desc()).limit(MOST_LISTED)
    return _named(wanted.where(Question.bank_id == bank_id) if bank_id else wanted)


def fix_for(viewer: Any, fix_id: int) -> ListedFix | None:
    """A correction in reach."""
    found = _named(_in_reach(viewer).where(KeyFix.id == fix_id))
    return found[0] if found else None


def _in_reach(viewer: Any) -> Any:
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    joined = sa.select(KeyFix, Question, QuestionVersion).join(Question, Question.id == KeyFix.question_id).join(QuestionVersion, is_current)
    return joined.join(Bank, Bank.id == Question.bank_id).where(banks_in_reach(viewer))


def _named(wanted: Any) -> list[ListedFix]:
    rows = db.session.execute(wanted.execution_options(populate_existing=True)).all()
    names = names_for("person", {one for fix, _q, _v in rows for one in (fix.proposed_by_id, fix.decided_by_id) if one})
    return [ListedFix(*row, *(names.get(one or 0, "") for one in (row[0].proposed_by_id, row[0].decided_by_id))) for row in rows]
