"""What this room keeps about a person: attempts, their answers in words, and marks. And the copies of a name, to be replaced."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.base import Kept, db, in_language
from lms.base import gettext as _

from .kinds import KINDS
from .models import Attempt, AttemptItem, Grade, QuestionVersion, QuizVersion


def kept_of_quizzes(person_id: int) -> list[Kept]:
    """The person's attempts, answers and marks. What a question of an open paper earned elsewhere is not told before that one is closed."""
    return [_attempts(person_id), _answers(person_id), _grades(person_id)]


def state_words() -> dict[str, str]:
    """The states of an attempt in words."""
    return {"open": _("Đang làm"), "submitted": _("Đã nộp"), "expired": _("Hết giờ")}


def _attempts(person_id: int) -> Kept:
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("cycle", _("Đợt")),
        ("number", _("Lượt")),
        ("person_name", _("Họ và tên lúc đó")),
        ("agency_name", _("Đơn vị lúc đó")),
        ("state", _("Trạng thái")),
        ("started_at", _("Bắt đầu lúc")),
        ("deadline_at", _("Hạn nộp")),
        ("closed_at", _("Nộp lúc")),
        ("points", _("Điểm")),
        ("max_points", _("Điểm tối đa")),
        ("is_passed", _("Đạt")),
    ]
    rows = sa.select(Attempt, QuizVersion.title).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    found = db.session.execute(rows.where(Attempt.person_id == person_id).order_by(Attempt.id)).all()
    plain = [name for name, _label in columns if name not in ("quiz", "state")]
    own = ({name: getattr(attempt, name) for name in plain} for attempt, _title in found)
    named = [{"quiz": in_language(title), "state": state_words()[attempt.state]} for attempt, title in found]
    return Kept("attempt", _("Lượt làm bài"), columns, [one | other for one, other in zip(own, named, strict=True)])


def _answers(person_id: int) -> Kept:
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("attempt", _("Lượt")),
        ("position", _("Câu số")),
        ("question", _("Câu hỏi")),
        ("answer", _("Câu trả lời")),
        ("saved_at", _("Lưu lúc")),
        ("points", _("Điểm")),
        ("max_points", _("Điểm tối đa")),
    ]
    item = (AttemptItem.position, AttemptItem.option_order, AttemptItem.answer, AttemptItem.saved_at, AttemptItem.points, AttemptItem.max_points)
    version = (QuestionVersion.question_id, QuestionVersion.kind, QuestionVersion.body)
    rows = (
        sa.select(*item, *version, QuizVersion.title, Attempt.number, Attempt.state)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.id, AttemptItem.position)
    )
    found = db.session.execute(rows).all()
    being_answered = {row.question_id for row in found if row.state == "open"}
    return Kept("attempt_item", _("Câu trả lời trong bài kiểm tra"), columns, [_answer(row, row.question_id in being_answered) for row in found])


def _answer(row: Any, is_hidden: bool) -> dict[str, Any]:
    question, answer = _in_words(row.kind, row.body, row.option_order, row.answer)
    return {
        "quiz": in_language(row.title),
        "attempt": row.number,
        "position": row.position,
        "question": question,
        "answer": answer,
        "saved_at": row.saved_at,
        "points": None if is_hidden else row.points,
        "max_points": row.max_points,
    }


def _in_words(kind: str, body: dict[str, Any], order: list[str], answer: list[str] | None) -> tuple[str, list[str]]:
    """(question, what was answered) as text, from what the page showed: no key of the question is touched. Options chosen are named by their text."""
    shown = KINDS[kind].deliver(body, order)
    texts = {option["key"]: option["text"].striptags() for option in shown.get("options", ())}
    return shown["text"].striptags(), [texts.get(one, str(one)) for one in answer or ()]


def _grades(person_id: int) -> Kept:
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("attempt", _("Lượt")),
        ("at", _("Chấm lúc")),
        ("points", _("Điểm")),
        ("max_points", _("Điểm tối đa")),
        ("is_passed", _("Đạt")),
    ]
    rows = sa.select(QuizVersion.title, Attempt.number.label("attempt"), Grade.at, Grade.points, Grade.max_points, Grade.is_passed)
    rows = rows.join(Attempt, Attempt.id == Grade.attempt_id).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    found = db.session.execute(rows.where(Attempt.person_id == person_id).order_by(Grade.id)).mappings()
    return Kept("grade", _("Các lần chấm điểm"), columns, [{**row, "quiz": in_language(row["title"])} for row in found])


def forget_names(ids: Collection[int], name: str) -> None:
    """Attempts of these people bear this name from now on."""
    db.session.execute(sa.update(Attempt).where(Attempt.person_id.in_(ids)).values(person_name=name))
