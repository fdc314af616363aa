"""Loading a bank from a course folder: what is unchanged is not touched, what changed gets a new version, what is gone retires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once, nfc
from lms.base import gettext as _
from lms.site import record

from .checks import check_question, check_topics
from .kinds import KINDS
from .models import Bank, Question, QuestionVersion, Topic
from .pictures import with_pictures
from .question_rows import entries_of, question_digest, said_by, search_of
from .quiz_checks import check_quiz
from .quiz_writing import load_quiz


@dataclass
class BankReport:
    """How many questions are new, changed, retired or the same, and the current version of each quiz of the folder.

    kept, kept_quizzes: keys of those that were edited on the site and were left alone; the folder says something else.
    """

    bank_id: int
    new: int = 0
    changed: int = 0
    retired: int = 0
    same: int = 0
    kept: list[str] = field(default_factory=list)
    quiz_versions: dict[str, int] = field(default_factory=dict)
    changed_quizzes: list[str] = field(default_factory=list)
    kept_quizzes: list[str] = field(default_factory=list)


def load_bank(
    actor: Any,
    key: str,
    agency_id: int,
    topics: Sequence[dict[str, Any]],
    questions: Sequence[dict[str, Any]],
    quizzes: Sequence[dict[str, Any]],
    files: Mapping[str, bytes] | None = None,
    *,
    is_new: bool = False,
) -> BankReport:
    """Make the bank equal to the folder. Everything is checked first: Refused means that nothing was loaded.

    `topics`, `questions` and `quizzes` are the folder's YAML as read, `files` its pictures by name. Calling it again with the same
    writes nothing. A question or quiz that was edited on the site is left alone (`kept`) until the folder says the same.
    is_new: it is opened by this call; Refused when a bank has this key already, whoever was first.
    """
    _refuse_faults(topics, questions, quizzes)
    if not insert_once(Bank, key=key, agency_id=agency_id, is_from_folder=True) and is_new:
        raise Refused(_("Đã có ngân hàng câu hỏi mang mã này. Anh/Chị chọn mã khác."), "key")
    bank_id, is_from_folder = db.session.execute(sa.select(Bank.id, Bank.is_from_folder).where(Bank.key == key).with_for_update()).one()
    if not is_from_folder:
        raise Refused(_("Khóa %(key)s đã là một ngân hàng câu hỏi riêng. Anh/Chị đặt khóa khác cho thư mục.", key=key))
    report = BankReport(bank_id)
    topic_ids = _load_topics(bank_id, topics)
    _load_questions(actor, report, topic_ids, [with_pictures(bank_id, raw, files) for raw in questions])
    for raw in quizzes:
        _load_quiz(actor, report, raw)
    if report.new or report.changed or report.retired or report.changed_quizzes:
        counts = {"new": report.new, "changed": report.changed, "retired": report.retired, "quizzes": report.changed_quizzes}
        record(actor, "load", "bank", bank_id, agency_id=agency_id, key=key, **counts)
    return report


def _refuse_faults(topics: Sequence[dict[str, Any]], questions: Sequence[dict[str, Any]], quizzes: Sequence[dict[str, Any]]) -> None:
    for raw in questions:
        if faults := check_question(raw):
            raise Refused(_("Câu hỏi %(key)s: %(fault)s", key=raw.get("key") if isinstance(raw, dict) else "?", fault=faults[0]))
    if misplaced := check_topics(topics):
        raise Refused(misplaced[0][1])
    known = [topic["key"] for topic in topics]
    for name, keys in (("topics", known), ("questions", [q["key"] for q in questions]), ("quizzes", [q.get("key") for q in quizzes])):
        if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
            raise Refused(_("Khóa %(key)s có hai lần trong %(name)s.", key=twice[0], name=name))
    for raw in questions:
        if raw["topic"] not in known:
            raise Refused(_("Câu hỏi %(key)s: không có chủ đề `%(topic)s`.", key=raw["key"], topic=raw["topic"]))
    for raw in quizzes:
        if faults := check_quiz(raw, questions, topics):
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
    for raw in topics:
        parent = rows[raw["parent"]].id if raw.get("parent") else None
        _set_where_different(rows[raw["key"]], {"parent_id": parent})
    return {key: row.id for key, row in rows.items()}


def _load_questions(actor: Any, report: BankReport, topic_ids: dict[str, int], questions: Sequence[dict[str, Any]]) -> None:
    rows = _questions_of(report.bank_id)
    versions: list[tuple[Question, str, dict[str, Any]]] = []
    for raw in questions:
        kind, body = raw["kind"], KINDS[raw["kind"]].parse(raw)
        values = entries_of(raw, topic_ids[raw["topic"]])
        row, said = rows.pop(raw["key"], (None, None))
        if row is None:
            search = search_of(raw["key"], body, values["tags"])
            row = Question(bank_id=report.bank_id, key=raw["key"], version_number=1, search=search, **values)
            db.session.add(row)
            report.new += 1
            versions.append((row, kind, body))
        elif _update(report, row, values, said != said_by(kind, body)):
            row.version_number += 1
            versions.append((row, kind, body))
        if row.key not in report.kept:
            row.search = search_of(row.key, body, values["tags"])
    for gone, _said in rows.values():
        if not gone.is_edited:
            report.retired += _set_where_different(gone, {"state": "retired"})
    _add_versions(actor, versions)


def _update(report: BankReport, row: Question, values: dict[str, Any], has_new_text: bool) -> bool:
    """Make a question equal to the folder's; whether it needs a new version. One that was edited here stays unless both say the same."""
    is_same = not has_new_text and all(getattr(row, name) == value for name, value in values.items())
    if is_same:
        report.same += 1
        _set_where_different(row, {"is_edited": False})
        return False
    if row.is_edited:
        report.kept.append(row.key)
        return False
    _set_where_different(row, values)
    report.changed += 1
    return has_new_text


def _questions_of(bank_id: int) -> dict[str, tuple[Question, list[Any]]]:
    """(question, what its current version says) by key."""
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    found = sa.select(Question, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current).where(Question.bank_id == bank_id)
    return {row.key: (row, said_by(kind, body)) for row, kind, body in db.session.execute(found)}


def _add_versions(actor: Any, versions: Sequence[tuple[Question, str, dict[str, Any]]]) -> None:
    db.session.flush()
    made = {"made_at": clock.now(), "made_by_id": getattr(actor, "person_id", None)}
    rows = [
        {"question_id": row.id, "number": row.version_number, "kind": kind, "body": body, "digest": question_digest(kind, body), **made}
        for row, kind, body in versions
    ]
    if rows:
        db.session.execute(sa.insert(QuestionVersion), rows)


def _load_quiz(actor: Any, report: BankReport, raw: dict[str, Any]) -> None:
    loaded = load_quiz(actor, report.bank_id, raw)
    report.quiz_versions[raw["key"]] = loaded.version_id
    if loaded.has_changed:
        report.changed_quizzes.append(raw["key"])
    if loaded.is_kept:
        report.kept_quizzes.append(raw["key"])
