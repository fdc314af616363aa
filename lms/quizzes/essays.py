"""What is kept about a person of the marks and comments that others gave to their answers."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import Kept, db, in_language
from lms.base import gettext as _

from .models import Attempt, AttemptItem, EssayMark, QuestionVersion, QuizVersion


def kept_essay_marks(person_id: int, seen: Collection[int]) -> Kept:
    """The marks and comments that persons gave to the person's answers. Only of attempts `seen`; of no question on an open paper."""
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("attempt", _("Lượt")),
        ("position", _("Câu số")),
        ("number", _("Lần chấm")),
        ("marked_at", _("Chấm lúc")),
        ("points", _("Điểm")),
        ("comment", _("Nhận xét của người chấm")),
    ]
    mark = (EssayMark.number, EssayMark.marked_at, EssayMark.points, EssayMark.comment)
    rows = sa.select(QuizVersion.title, Attempt.number.label("attempt"), AttemptItem.position, *mark)
    rows = rows.select_from(EssayMark).join(AttemptItem, AttemptItem.id == EssayMark.attempt_item_id)
    rows = rows.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    rows = rows.join(Attempt, Attempt.id == AttemptItem.attempt_id).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    told = rows.where(Attempt.id.in_(seen), ~_is_being_answered(person_id)).order_by(EssayMark.id)
    found: list[dict[str, Any]] = [{**row, "quiz": in_language(row["title"])} for row in db.session.execute(told).mappings()]
    return Kept("essay_mark", _("Điểm và nhận xét của người chấm"), columns, found)


def _is_being_answered(person_id: int) -> sa.Exists:
    paper, item, version = aliased(Attempt), aliased(AttemptItem), aliased(QuestionVersion)
    items = sa.select(item.id).join(paper, paper.id == item.attempt_id).join(version, version.id == item.question_version_id)
    return items.where(paper.person_id == person_id, paper.state == "open", version.question_id == QuestionVersion.question_id).exists()
