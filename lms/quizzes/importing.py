"""Questions of a file into a bank, all or nothing, and the questions of a bank for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from .bank import digest_of
from .checks import check_question, is_key
from .format import Found, Raw, as_written
from .kinds import KINDS
from .models import DIFFICULTIES, Bank, Question, QuestionVersion, Topic

KEY_LENGTH = 32


@dataclass
class ImportReport:
    """How many questions are new in the bank, and how many it had already (now or before, in use or retired)."""

    bank_id: int
    new: int = 0
    same: int = 0


def import_questions(
    actor: Any, bank_key: str, agency_id: int, topic_key: str, found: Sequence[Found], difficulty: str = DIFFICULTIES[1]
) -> ImportReport:
    """Add the questions to a topic of a bank; both are made when they are new. `difficulty`: of questions whose file says none.

    Everything is checked first: Refused means that nothing was written. Refused too for a bank that a course folder fills, because loading
    that folder again would retire what is not in it. A question that the bank has, or ever had, word for word changes nothing.
    """
    raws = _checked(bank_key, topic_key, found, difficulty)
    insert_once(Bank, key=bank_key, agency_id=agency_id, is_from_folder=False)
    bank = db.session.scalars(sa.select(Bank).where(Bank.key == bank_key).with_for_update()).one()
    if bank.agency_id != agency_id:
        raise Refused(_("Ngân hàng “%(key)s” thuộc đơn vị khác. Anh/Chị chọn khóa khác.", key=bank_key), "bank")
    if bank.is_from_folder:
        raise Refused(_("Ngân hàng “%(key)s” do thư mục khóa học nạp. Anh/Chị nhập vào một ngân hàng khác.", key=bank_key), "bank")
    report = ImportReport(bank.id)
    _add_new(actor, report, _topic_id(bank.id, topic_key), raws)
    if report.new:
        record(actor, "import", "bank", bank.id, agency_id=agency_id, key=bank_key, topic=topic_key, new=report.new)
    return report


def _checked(bank_key: str, topic_key: str, found: Sequence[Found], difficulty: str) -> list[Raw]:
    for key, name in ((bank_key, "bank"), (topic_key, "topic")):
        if not is_key(key):
            raise Refused(_("Khóa “%(key)s” chỉ gồm chữ thường không dấu, số và gạch nối.", key=key), name)
    if difficulty not in DIFFICULTIES:
        raise Refused(_("`difficulty` phải là một trong: %(names)s.", names=", ".join(DIFFICULTIES)), "difficulty")
    if not found:
        raise Refused(_("Không có câu hỏi nào để nhập."))
    raws = []
    for one in found:
        raw = {"difficulty": difficulty, **one.raw, "topic": topic_key, "key": "k"}
        if faults := check_question(raw):
            raise Refused(f"{one.place}: {faults[0]}")
        raws.append(raw)
    return raws


def _topic_id(bank_id: int, key: str) -> int:
    last = db.session.scalar(sa.select(sa.func.max(Topic.position)).where(Topic.bank_id == bank_id)) or 0
    insert_once(Topic, bank_id=bank_id, parent_id=None, key=key, title={"vi": key}, position=last + 1)
    return db.session.scalars(sa.select(Topic.id).where(Topic.bank_id == bank_id, Topic.key == key)).one()


def _add_new(actor: Any, report: ImportReport, topic_id: int, raws: Sequence[Raw]) -> None:
    of_bank = sa.select(QuestionVersion.digest).join(Question, Question.id == QuestionVersion.question_id).where(Question.bank_id == report.bank_id)
    seen = set(db.session.scalars(of_bank))
    made = {"made_at": clock.now(), "made_by_id": getattr(actor, "person_id", None)}
    added: list[tuple[Question, dict[str, Any]]] = []
    for raw in raws:
        body = KINDS[raw["kind"]].parse(raw)
        digest = digest_of([raw["kind"], body])
        if digest in seen:
            report.same += 1
            continue
        seen.add(digest)
        question = Question(
            bank_id=report.bank_id,
            topic_id=topic_id,
            key=f"g-{digest[:KEY_LENGTH]}",
            use=raw.get("use", "test"),
            difficulty=raw["difficulty"],
            is_scenario=raw.get("scenario", False),
            lesson_key=raw.get("lesson"),
            standards=raw.get("standards", []),
            state="published",
            version_number=1,
        )
        added.append((question, {"number": 1, "kind": raw["kind"], "body": body, "digest": digest, **made}))
    db.session.add_all(question for question, _version in added)
    db.session.flush()
    if added:
        db.session.execute(sa.insert(QuestionVersion), [{"question_id": question.id, **version} for question, version in added])
    report.new = len(added)


def questions_of(bank_key: str, topic_key: str | None = None) -> list[Raw]:
    """The questions in use of a bank (of one topic), in the order of topics and keys, as a course folder holds them with key and topic."""
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    wanted = sa.select(Question, Topic.key, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current)
    wanted = wanted.join(Topic, Topic.id == Question.topic_id).join(Bank, Bank.id == Question.bank_id)
    wanted = wanted.where(Bank.key == bank_key, Question.state == "published", *([Topic.key == topic_key] if topic_key else []))
    rows = db.session.execute(wanted.order_by(Topic.position, Topic.id, Question.id))
    return [_question(*row) for row in rows]


def _question(question: Question, topic: str, kind: str, body: dict[str, Any]) -> Raw:
    beside = {
        "use": question.use,
        "difficulty": question.difficulty,
        "scenario": question.is_scenario,
        "lesson": question.lesson_key,
        "standards": question.standards,
    }
    return {"key": question.key, "topic": topic, **as_written({"kind": kind, **beside, **KINDS[kind].written(body)})}
