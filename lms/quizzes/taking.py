"""A whole bank as a course folder writes it, and taking chosen questions and quizzes of a folder into a bank that is worked on here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .bank_reading import is_current
from .checks import check_question
from .editing import refuse_leak
from .kinds import KINDS
from .models import Bank, BankFile, Question, QuestionVersion, Quiz, QuizVersion, Topic
from .pictures import with_pictures
from .question_rows import entries_of, question_digest, said_by, search_of
from .quiz_checks import check_quiz
from .quiz_writing import columns_of, load_quiz, written_quiz

Raw = dict[str, Any]
LINE = ("topic", "question", "take")


@dataclass
class WholeBank:
    """A bank as a folder writes it, by key. edited: changed on the site; retired: no longer in use; pictures: token -> (name, digest)."""

    topics: list[Raw] = field(default_factory=list)
    questions: dict[str, Raw] = field(default_factory=dict)
    quizzes: dict[str, Raw] = field(default_factory=dict)
    edited: set[str] = field(default_factory=set)
    edited_quizzes: set[str] = field(default_factory=set)
    retired: set[str] = field(default_factory=set)
    shown: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, tuple[str, str]] = field(default_factory=dict)


def written_question(key: str, topic: str, kind: str, body: Mapping[str, Any], beside: Any) -> Raw:
    """A question as a folder holds it. `beside`: anything with the columns beside its versions."""
    entries: Raw = {"key": key, "kind": kind, "use": beside.use, "topic": topic, "difficulty": beside.difficulty}
    if beside.is_scenario:
        entries["scenario"] = True
    if beside.lesson_key:
        entries["lesson"] = beside.lesson_key
    for name in ("standards", "tags"):
        if getattr(beside, name):
            entries[name] = list(getattr(beside, name))
    written: Raw = _steady(KINDS[kind].written(dict(body)))
    return entries | written


def _steady(value: Any) -> Any:
    """The value with the entries of its mappings in one order, however a database keeps them: the text first, the explanation last."""
    if isinstance(value, dict):
        return {name: _steady(value[name]) for name in sorted(value, key=lambda name: (name == "why", name != "text", len(name), name))}
    return [_steady(one) for one in value] if isinstance(value, list) else value


def normal_question(raw: Mapping[str, Any]) -> Raw:
    """A (checked) question of a folder as this house writes it, so that two that say the same are equal."""
    named = KINDS[raw["kind"]].pictures(dict(raw))
    beside = {"_picture": {"token": "", "name": named[0], "width": 10**6, "height": 10**6}} if named else {}
    body = KINDS[raw["kind"]].parse({**raw, **beside})
    written = written_question(raw["key"], raw["topic"], raw["kind"], body, SimpleNamespace(**entries_of(raw, 0)))
    return {**written, **({"picture": f"files/{named[0]}"} if named else {})}


def normal_quiz(raw: Mapping[str, Any]) -> Raw:
    """A (checked) quiz of a folder as this house writes it."""
    return _quiz(raw["key"], SimpleNamespace(**columns_of(raw)))


def _quiz(key: str, version: Any) -> Raw:
    written = {name: value for name, value in written_quiz(version).items() if value is not None}
    levels = {"levels": [_in_order(level) for level in written["levels"]]} if "levels" in written else {}
    return {"key": key, **written, **levels, "blueprint": [_in_order(line) for line in version.blueprint]}


def _in_order(line: Raw) -> Raw:
    """A line of a blueprint with its entries in one order; a database may keep them in another."""
    return {name: line[name] for name in sorted(line, key=lambda name: (name not in LINE, LINE.index(name) if name in LINE else 0, name))}


def whole_bank(bank_id: int, quiz_versions: Collection[int] | None = None) -> WholeBank:
    """What a bank holds now; of its quizzes those versions, or the current ones. Five statements, however much there is."""
    bank = WholeBank(_topics(bank_id))
    rows = sa.select(Question, Topic.key, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current())
    rows = rows.join(Topic, Topic.id == Question.topic_id).where(Question.bank_id == bank_id).order_by(Question.key)
    for question, topic, kind, body in db.session.execute(rows):
        bank.questions[question.key] = written_question(question.key, topic, kind, body, question)
        if isinstance(picture := body.get("picture"), dict) and "token" in picture:
            bank.shown[question.key] = picture["token"]
        if question.is_edited:
            bank.edited.add(question.key)
        if question.state == "retired":
            bank.retired.add(question.key)
    files = sa.select(BankFile.token, BankFile.name, BankFile.digest).where(BankFile.bank_id == bank_id)
    bank.pictures = {token: (name, digest) for token, name, digest in db.session.execute(files)}
    shown = sa.select(Quiz.key, Quiz.is_edited, QuizVersion).join(QuizVersion, QuizVersion.quiz_id == Quiz.id).where(Quiz.bank_id == bank_id)
    wanted = QuizVersion.number == Quiz.version_number if quiz_versions is None else QuizVersion.id.in_(quiz_versions)
    for key, is_edited, version in db.session.execute(shown.where(wanted).order_by(Quiz.key)):
        bank.quizzes[key] = _quiz(key, version)
        if is_edited:
            bank.edited_quizzes.add(key)
    return bank


def _topics(bank_id: int) -> list[Raw]:
    above = aliased(Topic)
    rows = sa.select(Topic.key, Topic.title, above.key).outerjoin(above, above.id == Topic.parent_id).where(Topic.bank_id == bank_id)
    found = db.session.execute(rows.order_by(Topic.position, Topic.id))
    return [{"key": key, "title": dict(title), **({"parent": parent} if parent else {})} for key, title, parent in found]


def take_into_bank(
    actor: Any,
    bank_id: int,
    topics: Sequence[Raw],
    questions: Sequence[Raw],
    quizzes: Sequence[Raw],
    files: Mapping[str, bytes],
    *,
    is_new: bool = False,
) -> None:
    """Make these topics, questions and quizzes of the bank as they are written here; all others stay. `files`: the pictures by name.

    They count as edited here, so that loading a folder leaves them alone. is_new: the bank was opened for them; what else is in it goes.
    Refused, with nothing to be kept, when something is wrong with one of them or a key that learners saw would become one of a test.
    """
    bank = db.session.scalars(sa.select(Bank).where(Bank.id == bank_id).with_for_update()).one()
    rows = {row.key: row for row in db.session.scalars(sa.select(Question).where(Question.bank_id == bank_id))}
    _refuse_faults(whole_bank(bank_id), rows, topics, questions, quizzes)
    ids = _take_topics(bank_id, topics, is_new)
    for raw in questions:
        _take_question(actor, bank_id, ids, rows.get(raw["key"]), with_pictures(bank_id, raw, files))
    db.session.flush()
    for raw in quizzes:
        _take_quiz(actor, bank_id, raw)
    if questions or quizzes:
        counts = {"questions": len(questions), "quizzes": [raw["key"] for raw in quizzes]}
        record(actor, "take", "bank", bank_id, agency_id=bank.agency_id, key=bank.key, **counts)


def _refuse_faults(now: WholeBank, rows: Mapping[str, Question], topics: Sequence[Raw], questions: Sequence[Raw], quizzes: Sequence[Raw]) -> None:
    """Everything is looked at before anything is written."""
    for raw in questions:
        row = rows.get(raw["key"])
        faults = check_question(raw) or (_leaks(row, raw.get("use", "test")) if row is not None else [])
        if faults:
            raise Refused(_("Câu hỏi %(key)s: %(fault)s", key=raw["key"], fault=faults[0]))
    taken = {raw["key"]: raw for raw in questions}
    left = [raw for key, raw in now.questions.items() if key not in now.retired and key not in taken]
    known = {topic["key"]: topic for topic in (*now.topics, *topics)}
    for raw in quizzes:
        if faults := check_quiz(raw, [*left, *taken.values()], list(known.values())):
            raise Refused(_("Bài kiểm tra %(key)s: %(fault)s", key=raw["key"], fault=faults[0]))


def _leaks(row: Question, use: str) -> list[str]:
    """Why a question that is there cannot be of that use from now on."""
    try:
        if row.use != use:
            refuse_leak(row, use)
    except Refused as refused:
        return [refused.sentence]
    return []


def _take_topics(bank_id: int, topics: Sequence[Raw], is_new: bool) -> dict[str, int]:
    """Ids of all topics of the bank by key; new ones stand at the end."""
    rows = {row.key: row for row in db.session.scalars(sa.select(Topic).where(Topic.bank_id == bank_id).order_by(Topic.position))}
    if is_new:
        for key in rows.keys() - {raw["key"] for raw in topics}:
            db.session.delete(rows.pop(key))
    last = max((row.position for row in rows.values()), default=0)
    for number, raw in enumerate(topics, 1):
        if raw["key"] not in rows:
            position = number if is_new else last + number
            rows[raw["key"]] = Topic(bank_id=bank_id, key=raw["key"], parent_id=None, title=raw["title"], position=position)
            db.session.add(rows[raw["key"]])
        rows[raw["key"]].title = raw["title"]
    db.session.flush()
    for raw in topics:
        rows[raw["key"]].parent_id = rows[raw["parent"]].id if raw.get("parent") else None
    return {key: row.id for key, row in rows.items()}


def _take_question(actor: Any, bank_id: int, topics: Mapping[str, int], row: Question | None, raw: Raw) -> None:
    kind, body, values = raw["kind"], KINDS[raw["kind"]].parse(raw), entries_of(raw, topics[raw["topic"]])
    has_new_text = row is None or _said_now(row) != said_by(kind, body)
    if row is None:
        row = Question(bank_id=bank_id, key=raw["key"], version_number=0, search="", **values)
        db.session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.is_edited, row.search = True, search_of(row.key, body, values["tags"])
    if has_new_text:
        row.version_number += 1
        db.session.flush()
        made = {"made_at": clock.now(), "made_by_id": getattr(actor, "person_id", None)}
        said = {"kind": kind, "body": body, "digest": question_digest(kind, body)}
        db.session.add(QuestionVersion(question_id=row.id, number=row.version_number, **said, **made))


def _said_now(row: Question) -> list[Any]:
    own = sa.select(QuestionVersion.kind, QuestionVersion.body)
    kind, body = db.session.execute(own.where(QuestionVersion.question_id == row.id, QuestionVersion.number == row.version_number)).one()
    return said_by(kind, body)


def _take_quiz(actor: Any, bank_id: int, raw: Raw) -> None:
    """A quiz that was edited here becomes that of the folder, too, and counts as edited again."""
    own = sa.and_(Quiz.bank_id == bank_id, Quiz.key == raw["key"])
    db.session.execute(sa.update(Quiz).where(own).values(is_edited=False))
    load_quiz(actor, bank_id, raw)
    db.session.execute(sa.update(Quiz).where(own).values(is_edited=True))
