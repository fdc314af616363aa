"""By what a version of a question is marked now, for answers that come after a correction was confirmed (papers keyed in later)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import db

from ..models import KeyFix, QuestionVersion
from ..sameness import keyed_as


@dataclass(frozen=True)
class Correction:
    """The version that marks another one, and its body; None: the question was dropped."""

    version_id: int | None
    body: dict[str, Any] | None


def corrections_of(version_ids: Collection[int]) -> dict[int, Correction]:
    """Version -> its correction, for those that have one: the newest that was confirmed. What was dropped stays dropped."""
    questions = sa.select(QuestionVersion.question_id).where(QuestionVersion.id.in_(version_ids))
    fixes = db.session.scalars(sa.select(KeyFix).where(KeyFix.state == "done", KeyFix.question_id.in_(questions)).order_by(KeyFix.id)).all()
    if not fixes:
        return {}
    wanted = sa.select(QuestionVersion).where(QuestionVersion.question_id.in_([fix.question_id for fix in fixes])).order_by(QuestionVersion.id)
    versions = {one.id: one for one in db.session.scalars(wanted)}
    found: dict[int, Correction] = {}
    for fix in fixes:
        for version_id in set(fix.version_ids) & set(version_ids):
            if found.get(version_id, Correction(0, {})).body is not None:
                found[version_id] = _correction(fix, versions, version_id)
    return found


def _correction(fix: KeyFix, versions: dict[int, QuestionVersion], version_id: int) -> Correction:
    if fix.body is None:
        return Correction(None, None)
    shown = versions[version_id]
    body = keyed_as(shown.kind, fix.body, shown.body)
    by = max(one.id for one in versions.values() if one.question_id == fix.question_id and one.body == body)
    return Correction(by, body)
