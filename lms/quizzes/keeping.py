"""What this room keeps about a person: attempts, their answers in words, and marks. And the copies of a name, to be replaced."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.base import Kept, db, in_language
from lms.base import gettext as _

from .answer_words import in_words
from .closing import shown_code
from .essays import kept_essay_marks
from .models import Attempt, AttemptItem, Grade, QuestionVersion, QuizVersion
from .points import said
from .reviewing import told_levels


def kept_of_quizzes(person_id: int) -> list[Kept]:
    """The person's attempts, answers and marks. What a question of an open paper earned elsewhere is not told before that one is closed.

    Of results this tells no more than the page of results does: neither before the rules allow it nor before the review was opened.
    """
    told = told_levels(person_id)
    seen = [attempt_id for attempt_id, level in told.items() if level in ("marks", "answers")]
    return [_attempts(person_id, told), _answers(person_id, seen), _grades(person_id, told), kept_essay_marks(person_id, seen)]


def state_words() -> dict[str, str]:
    """The states of an attempt in words."""
    return {"open": _("Đang làm"), "submitted": _("Đã nộp"), "expired": _("Hết giờ")}


def _attempts(person_id: int, told: dict[int, str]) -> Kept:
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
        ("receipt_code", _("Mã biên nhận")),
        ("reviewed_at", _("Xem giải thích từ")),
    ]
    rows = sa.select(Attempt, QuizVersion.title).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    found = db.session.execute(rows.where(Attempt.person_id == person_id).order_by(Attempt.id)).all()
    plain = [name for name, _label in columns if name not in ("quiz", "state")]
    own = ({name: getattr(attempt, name) for name in plain} for attempt, _title in found)
    named = [{"quiz": in_language(title), "state": state_words()[attempt.state], **_told(attempt, told[attempt.id])} for attempt, title in found]
    return Kept("attempt", _("Lượt làm bài"), columns, [one | other for one, other in zip(own, named, strict=True)])


def _told(attempt: Attempt, level: str) -> dict[str, Any]:
    """Points in questions, where they may be told, and the receipt code as people read it."""
    is_told = level != "nothing"
    result = {"points": said(attempt.points) if is_told else None, "is_passed": attempt.is_passed if is_told else None}
    return {**result, "max_points": said(attempt.max_points), "receipt_code": shown_code(attempt.receipt_code) or None}


def _answers(person_id: int, seen: Collection[int]) -> Kept:
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
        sa.select(*item, *version, QuizVersion.title, Attempt.number, Attempt.state, Attempt.id.label("attempt_id"))
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.id, AttemptItem.position)
    )
    found = db.session.execute(rows).all()
    being_answered = {row.question_id for row in found if row.state == "open"}
    told = [_answer(row, row.question_id in being_answered or row.attempt_id not in seen) for row in found]
    return Kept("attempt_item", _("Câu trả lời trong bài kiểm tra"), columns, told)


def _answer(row: Any, is_hidden: bool) -> dict[str, Any]:
    question, answer = in_words(row.kind, row.body, row.option_order, row.answer)
    return {
        "quiz": in_language(row.title),
        "attempt": row.number,
        "position": row.position,
        "question": question,
        "answer": answer,
        "saved_at": row.saved_at,
        "points": None if is_hidden else said(row.points),
        "max_points": said(row.max_points),
    }


def _grades(person_id: int, told: dict[int, str]) -> Kept:
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("attempt", _("Lượt")),
        ("at", _("Chấm lúc")),
        ("points", _("Điểm")),
        ("max_points", _("Điểm tối đa")),
        ("is_passed", _("Đạt")),
        ("note", _("Lý do")),
    ]
    rows = sa.select(QuizVersion.title, Attempt.number.label("attempt"), Grade.at, Grade.points, Grade.max_points, Grade.is_passed, Grade.note)
    rows = rows.join(Attempt, Attempt.id == Grade.attempt_id).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    shown = [attempt_id for attempt_id, level in told.items() if level != "nothing"]
    found = db.session.execute(rows.where(Attempt.id.in_(shown)).order_by(Grade.id)).mappings()
    return Kept("grade", _("Các lần chấm điểm"), columns, [_grade(row) for row in found])


def _grade(row: Any) -> dict[str, Any]:
    return {**row, "quiz": in_language(row["title"]), "points": said(row["points"]), "max_points": said(row["max_points"])}


def forget_names(ids: Collection[int], name: str) -> None:
    """Attempts of these people bear this name from now on."""
    db.session.execute(sa.update(Attempt).where(Attempt.person_id.in_(ids)).values(person_name=name))
