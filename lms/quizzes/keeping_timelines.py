"""What this room keeps about a person besides attempts and marks: the timelines, what was allowed to them, and the levels of placements."""

import sqlalchemy as sa

from lms.base import Kept, db, in_language
from lms.base import gettext as _

from .answer_words import in_words
from .event_words import sentence_of
from .models import Allowance, Attempt, AttemptEvent, AttemptItem, AttemptLevel, QuestionVersion, Quiz, QuizVersion, Topic
from .points import said


def kept_of_timelines(person_id: int) -> list[Kept]:
    """The lines of the person's timelines with their answers in words, the allowances given to them, and their levels."""
    return [_events(person_id), _allowances(person_id), _levels(person_id)]


def allowance_words() -> dict[str, str]:
    """The kinds of allowances in words."""
    return {"minutes": _("Thêm phút"), "attempts": _("Thêm lượt"), "reopen": _("Mở lại (phút)")}


def _events(person_id: int) -> Kept:
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("attempt", _("Lượt")),
        ("at", _("Lúc")),
        ("event", _("Việc")),
        ("answer", _("Câu trả lời")),
        ("note", _("Lý do")),
    ]
    on_item = sa.and_(AttemptItem.attempt_id == AttemptEvent.attempt_id, AttemptItem.position == AttemptEvent.position)
    rows = (
        sa.select(AttemptEvent, QuizVersion.title, Attempt.number, AttemptItem.option_order, QuestionVersion.kind, QuestionVersion.body)
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .outerjoin(AttemptItem, on_item)
        .outerjoin(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(Attempt.person_id == person_id)
        .order_by(AttemptEvent.attempt_id, AttemptEvent.id)
    )
    told = []
    for event, title, number, order, kind, body in db.session.execute(rows):
        answer = in_words(kind, body, order, event.answer)[1] if kind and event.answer else []
        line = {"at": event.at, "event": sentence_of(event), "answer": answer, "note": (event.details or {}).get("note")}
        told.append({"quiz": in_language(title), "attempt": number, **line})
    return Kept("attempt_event", _("Diễn biến các lượt làm bài"), columns, told)


def _allowances(person_id: int) -> Kept:
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("kind", _("Cho thêm")),
        ("amount", _("Bao nhiêu")),
        ("note", _("Lý do")),
        ("given_at", _("Cho lúc")),
    ]
    is_current = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    rows = sa.select(Allowance.kind, Allowance.amount, Allowance.note, Allowance.given_at, QuizVersion.title)
    rows = rows.join(Quiz, Quiz.id == Allowance.quiz_id).join(QuizVersion, is_current).where(Allowance.person_id == person_id)
    words = allowance_words()
    found = db.session.execute(rows.order_by(Allowance.id)).mappings()
    return Kept(
        "allowance",
        _("Phút, lượt được cho thêm"),
        columns,
        [{**row, "quiz": in_language(row["title"]), "kind": words[row["kind"]]} for row in found],
    )


def _levels(person_id: int) -> Kept:
    columns = [
        ("quiz", _("Bài kiểm tra")),
        ("attempt", _("Lượt")),
        ("topic", _("Chủ đề")),
        ("level", _("Mức")),
        ("points", _("Điểm")),
        ("max_points", _("Điểm tối đa")),
    ]
    level = (AttemptLevel.level, AttemptLevel.points, AttemptLevel.max_points)
    rows = sa.select(*level, QuizVersion.title, QuizVersion.levels, Attempt.number, Topic.title.label("topic"))
    rows = rows.join(Attempt, Attempt.id == AttemptLevel.attempt_id).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    rows = rows.join(Topic, Topic.id == AttemptLevel.topic_id).where(Attempt.person_id == person_id).order_by(AttemptLevel.id)
    told = [
        {
            "quiz": in_language(row.title),
            "attempt": row.number,
            "topic": in_language(row.topic),
            "level": in_language(row.levels[row.level]["title"]) if row.level < len(row.levels) else row.level,
            "points": said(row.points),
            "max_points": said(row.max_points),
        }
        for row in db.session.execute(rows)
    ]
    return Kept("attempt_level", _("Mức theo chủ đề"), columns, told)
