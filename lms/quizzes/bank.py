"""Loading a bank from a course folder: what is unchanged is not touched, what changed gets a new version, what is gone retires."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once, nfc
from lms.base import gettext as _
from lms.site import record

from .checks import check_question, check_quiz
from .kinds import KINDS
from .models import Bank, Question, QuestionVersion, Quiz, QuizVersion, Topic


@dataclass
class BankReport:
    """How many questions are new, changed, retired or the same, and the current version of each quiz of the folder."""

    bank_id: int
    new: int = 0
    changed: int = 0
    retired: int = 0
    same: int = 0
    quiz_versions: dict[str, int] = field(default_factory=dict)
    changed_quizzes: list[str] = field(default_factory=list)


def load_bank(
    actor: Any,
    key: str,
    agency_id: int,
    topics: Sequence[dict[str, Any]],
    questions: Sequence[dict[str, Any]],
    quizzes: Sequence[dict[str, Any]],
) -> BankReport:
    """Make the bank equal to the folder. Everything is checked first: Refused means that nothing was loaded.

    `topics`, `questions` and `quizzes` are the folder's YAML as read. Calling it again with the same writes nothing.
    """
    _refuse_faults(topics, questions, quizzes)
    insert_once(Bank, key=key, agency_id=agency_id, is_from_folder=True)
    bank_id, is_from_folder = db.session.execute(sa.select(Bank.id, Bank.is_from_folder).where(Bank.key == key).with_for_update()).one()
    if not is_from_folder:
        raise Refused(_("Khóa %(key)s đã là một ngân hàng câu hỏi riêng. Anh/Chị đặt khóa khác cho thư mục.", key=key))
    report = BankReport(bank_id)
    topic_ids = _load_topics(bank_id, topics)
    _load_questions(actor, report, topic_ids, questions)
    for raw in quizzes:
        _load_quiz(report, raw)
    if report.new or report.changed or report.retired or report.changed_quizzes:
        counts = {"new": report.new, "changed": report.changed, "retired": report.retired, "quizzes": report.changed_quizzes}
        record(actor, "load", "bank", bank_id, agency_id=agency_id, key=key, **counts)
    return report


def digest_of(content: Any) -> str:
    """The digest under which content is the same or not."""
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _refuse_faults(topics: Sequence[dict[str, Any]], questions: Sequence[dict[str, Any]], quizzes: Sequence[dict[str, Any]]) -> None:
    for raw in questions:
        if faults := check_question(raw):
            raise Refused(_("Câu hỏi %(key)s: %(fault)s", key=raw.get("key") if isinstance(raw, dict) else "?", fault=faults[0]))
    known = [topic["key"] for topic in topics]
    for name, keys in (("topics", known), ("questions", [q["key"] for q in questions]), ("quizzes", [q.get("key") for q in quizzes])):
        if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
            raise Refused(_("Khóa %(key)s có hai lần trong %(name)s.", key=twice[0], name=name))
    for raw in questions:
        if raw["topic"] not in known:
            raise Refused(_("Câu hỏi %(key)s: không có chủ đề `%(topic)s`.", key=raw["key"], topic=raw["topic"]))
    for raw in quizzes:
        if faults := check_quiz(raw, questions):
            raise Refused(_("Bài kiểm tra %(key)s: %(fault)s", key=raw.get("key"), fault=faults[0]))


def _composed(title: dict[str, str]) -> dict[str, str]:
    return {language: nfc(text).strip() for language, text in title.items()}


def _set_where_different(row: Any, values: dict[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _load_topics(bank_id: int, topics: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Ids by key. A topic that left the folder stays: older versions of quizzes name it."""
    rows = {row.key: row for row in db.session.scalars(sa.select(Topic).where(Topic.bank_id == bank_id))}
    for position, raw in enumerate(topics, 1):
        values = {"title": _composed(raw["title"]), "position": position}
        if raw["key"] in rows:
            _set_where_different(rows[raw["key"]], values)
        else:
            rows[raw["key"]] = Topic(bank_id=bank_id, key=raw["key"], parent_id=None, **values)
            db.session.add(rows[raw["key"]])
    db.session.flush()
    return {key: row.id for key, row in rows.items()}


def _load_questions(actor: Any, report: BankReport, topic_ids: dict[str, int], questions: Sequence[dict[str, Any]]) -> None:
    rows, digests = _questions_of(report.bank_id)
    versions: list[tuple[Question, str, dict[str, Any], str]] = []
    for raw in questions:
        body = KINDS[raw["kind"]].parse(raw)
        digest = digest_of([raw["kind"], body])
        values = _entries(raw, topic_ids[raw["topic"]])
        row = rows.pop(raw["key"], None)
        if row is None:
            row = Question(bank_id=report.bank_id, key=raw["key"], version_number=1, **values)
            db.session.add(row)
            report.new += 1
            versions.append((row, raw["kind"], body, digest))
            continue
        has_new_text = digests.get(row.id) != digest
        if has_new_text:
            row.version_number += 1
            versions.append((row, raw["kind"], body, digest))
        if _set_where_different(row, values) or has_new_text:
            report.changed += 1
        else:
            report.same += 1
    for gone in rows.values():
        report.retired += _set_where_different(gone, {"state": "retired"})
    _add_versions(actor, versions)


def _questions_of(bank_id: int) -> tuple[dict[str, Question], dict[int, str]]:
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    found = sa.select(Question, QuestionVersion.digest).join(QuestionVersion, is_current).where(Question.bank_id == bank_id)
    rows, digests = {}, {}
    for row, digest in db.session.execute(found):
        rows[row.key], digests[row.id] = row, digest
    return rows, digests


def _entries(raw: dict[str, Any], topic_id: int) -> dict[str, Any]:
    return {
        "topic_id": topic_id,
        "use": raw.get("use", "test"),
        "difficulty": raw["difficulty"],
        "is_scenario": raw.get("scenario", False),
        "lesson_key": raw.get("lesson"),
        "standards": raw.get("standards", []),
        "state": "published",
    }


def _add_versions(actor: Any, versions: Sequence[tuple[Question, str, dict[str, Any], str]]) -> None:
    db.session.flush()
    made = {"made_at": clock.now(), "made_by_id": getattr(actor, "person_id", None)}
    rows = [
        {"question_id": row.id, "number": row.version_number, "kind": kind, "body": body, "digest": digest, **made}
        for row, kind, body, digest in versions
    ]
    if rows:
        db.session.execute(sa.insert(QuestionVersion), rows)


def _load_quiz(report: BankReport, raw: dict[str, Any]) -> None:
    insert_once(Quiz, bank_id=report.bank_id, key=raw["key"], version_number=0)
    quiz = db.session.scalars(sa.select(Quiz).where(Quiz.bank_id == report.bank_id, Quiz.key == raw["key"])).one()
    rules = {
        "title": _composed(raw["title"]),
        "minutes": raw.get("minutes"),
        "attempts": raw.get("attempts"),
        "pass_percent": raw["pass_percent"],
        "counts": raw.get("counts", True),
        "blueprint": [{name: value for name, value in line.items() if not name.startswith("_")} for line in raw["blueprint"]],
    }
    current = sa.select(QuizVersion.id, QuizVersion.digest).where(QuizVersion.quiz_id == quiz.id, QuizVersion.number == quiz.version_number)
    found = db.session.execute(current).first()
    if found and found.digest == digest_of(rules):
        report.quiz_versions[raw["key"]] = found.id
        return
    quiz.version_number += 1
    version = QuizVersion(quiz_id=quiz.id, number=quiz.version_number, digest=digest_of(rules), made_at=clock.now(), **rules)
    db.session.add(version)
    db.session.flush()
    report.quiz_versions[raw["key"]] = version.id
    report.changed_quizzes.append(raw["key"])
