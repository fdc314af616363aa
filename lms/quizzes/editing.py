"""What changes a question on the site: writing it, a new version of it, retiring it and putting it back. Nothing is ever deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .checks import check_question
from .digests import digest_of
from .kinds import KINDS
from .models import Attempt, AttemptItem, Bank, Question, QuestionVersion, Topic
from .pictures import with_pictures
from .question_rows import composed_tags, question_digest, said_by, search_of
from .standards import STANDARD

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Entries:
    """What stands beside the text of a question. seen: the `mark_of` the question with which the form began; empty for a new one."""

    topic_id: int
    difficulty: str
    use: str = "test"
    is_scenario: bool = False
    lesson: str | None = None
    standards: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    seen: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the question."""
        beside = {"is_scenario": self.is_scenario, "lesson_key": self.lesson, "standards": list(self.standards), "tags": composed_tags(self.tags)}
        return {"topic_id": self.topic_id, "difficulty": self.difficulty, "use": self.use, **beside}


class OldPage(Refused):
    """Somebody saved the question since the form was opened. Nothing was written."""


def mark_of(question: Question) -> str:
    """What a form carries to tell whether the question is still as it was when the form was opened."""
    beside = [question.topic_id, question.difficulty, question.use, question.is_scenario, question.lesson_key, question.standards, question.tags]
    return f"{question.version_number}-{digest_of(beside)[:12]}"


def entries_of_question(question: Question) -> Entries:
    """The entries of a question as they are now."""
    plain = (question.topic_id, question.difficulty, question.use, question.is_scenario, question.lesson_key)
    return Entries(*plain, list(question.standards), list(question.tags), mark_of(question))


def as_written(kind: str, raw: Mapping[str, Any], entries: Entries, key: str = "k", topic_key: str = "k") -> dict[str, Any]:
    """The question as a course folder holds it."""
    beside = {"lesson": entries.lesson, "standards": entries.standards or None, "tags": entries.tags or None, "scenario": entries.is_scenario or None}
    named = {name: value for name, value in beside.items() if value}
    return {**raw, "key": key, "topic": topic_key, "kind": kind, "difficulty": entries.difficulty, "use": entries.use, **named}


def faults_of_question(bank_id: int, kind: str, raw: Mapping[str, Any], entries: Entries) -> list[str]:
    """What is wrong with a question before it is saved: the same checks as loading a folder, and the codes of standards."""
    strange = [code for code in entries.standards if not STANDARD.fullmatch(code)]
    told = [_("Không có mã chuẩn “%(code)s”. Mã có dạng IU06, CD19 hoặc DC4.1.", code=code[:20]) for code in strange]
    try:
        return told + check_question(with_pictures(bank_id, as_written(kind, raw, entries)))
    except Refused as refused:
        return [*told, refused.sentence]


def save_question(actor: Any, bank: Bank, question: Question | None, kind: str, raw: Mapping[str, Any], entries: Entries, note: str = "") -> Question:
    """Write a new question of the bank (None), or save a changed one: a new version only when it says something else than before.

    `raw`: what it asks, as an author writes it. Refused when something is wrong with it, OldPage when somebody saved it in between;
    then nothing was written. Papers that show an older version keep it, and their marks.
    """
    db.session.execute(sa.select(Bank.id).where(Bank.id == bank.id).with_for_update())
    topic = db.session.scalar(sa.select(Topic).where(Topic.id == entries.topic_id, Topic.bank_id == bank.id))
    if topic is None:
        raise Refused(_("Anh/Chị chọn một chủ đề của ngân hàng này."), "topic_id")
    row = _as_seen(question, entries) if question is not None else None
    if faults := faults_of_question(bank.id, kind, raw, entries):
        raise Refused(faults[0])
    body = KINDS[kind].parse(with_pictures(bank.id, as_written(kind, raw, entries)))
    if row is None:
        row = Question(bank_id=bank.id, key=_free_key(bank.id, topic.key), state="published", version_number=0, **entries.columns)
        db.session.add(row)
        db.session.flush()
    return _save(actor, bank, row, kind, body, entries, note)


def _as_seen(question: Question, entries: Entries) -> Question:
    """The question, locked, when it is still as the form saw it."""
    locked = sa.select(Question).where(Question.id == question.id).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(locked).one()
    if mark_of(row) != entries.seen:
        raise OldPage(_("Có người vừa lưu câu hỏi này sau khi Anh/Chị mở. Anh/Chị đối chiếu hai bản dưới đây rồi lưu lại."))
    if row.use != entries.use:
        refuse_leak(row, entries.use)
    return row


def refuse_leak(question: Question, use: str) -> None:
    """A key that lessons or practice showed is never one of a test."""
    if use == "test":
        raise Refused(_("Đáp án câu này học viên đã xem được ngoài bài kiểm tra. Anh/Chị viết một câu mới cho bài kiểm tra."), "use")
    shown = sa.select(AttemptItem.id).join(Attempt, Attempt.id == AttemptItem.attempt_id)
    shown = shown.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    if question.use == "test" and db.session.scalar(shown.where(QuestionVersion.question_id == question.id, Attempt.state == "open").limit(1)):
        raise Refused(_("Câu này đang có trong bài của người đang làm. Anh/Chị đổi mục đích dùng khi họ đã nộp bài."), "use")


def _free_key(bank_id: int, topic_key: str) -> str:
    """A key that the bank has not; the bank is locked, so that nobody takes it in between."""
    stem = f"{topic_key[:50]}-s"
    used = set(db.session.scalars(sa.select(Question.key).where(Question.bank_id == bank_id, Question.key.startswith(stem, autoescape=True))))
    number = len(used) + 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def _save(actor: Any, bank: Bank, row: Question, kind: str, body: dict[str, Any], entries: Entries, note: str) -> Question:
    is_new = row.version_number == 0
    before = {name: getattr(row, name) for name in entries.columns}
    has_new_text = is_new or _says_else(row, kind, body)
    if not has_new_text and before == entries.columns:
        return row
    for name, value in entries.columns.items():
        setattr(row, name, value)
    row.search, row.is_edited = search_of(row.key, body, row.tags), True
    if has_new_text:
        row.version_number += 1
        made = {"made_at": clock.now(), "made_by_id": getattr(actor, "person_id", None), "note": note[:LONGEST_NOTE] or None}
        said = {"kind": kind, "body": body, "digest": question_digest(kind, body)}
        db.session.add(QuestionVersion(question_id=row.id, number=row.version_number, **said, **made))
    db.session.flush()
    details = {"key": row.key, "revision": row.version_number, **({"why": note[:LONGEST_NOTE]} if note else {})}
    record(actor, "write" if is_new else "change", "question", row.id, agency_id=bank.agency_id, **details)
    return row


def _says_else(row: Question, kind: str, body: dict[str, Any]) -> bool:
    current = sa.select(QuestionVersion.kind, QuestionVersion.body)
    found = db.session.execute(current.where(QuestionVersion.question_id == row.id, QuestionVersion.number == row.version_number)).one()
    return said_by(*found) != said_by(kind, body)


def set_question_state(actor: Any, bank: Bank, question: Question, state: str) -> bool:
    """Retire a question (no new paper draws it) or put it back; False: it was so already. Papers that show it stay as they are."""
    row = db.session.scalars(sa.select(Question).where(Question.id == question.id).with_for_update().execution_options(populate_existing=True)).one()
    if row.state == state:
        return False
    row.state, row.is_edited = state, True
    record(actor, "retire" if state == "retired" else "put-back", "question", row.id, agency_id=bank.agency_id, key=row.key)
    return True
