"""Questions of a file into a bank, all or nothing, and the questions of a bank for a file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold, insert_once, nfc
from lms.base import gettext as _
from lms.site import record

from .bank_reading import TopicLine, is_current, topics_of, tree_of
from .banks import LONGEST_TITLE, add_topic
from .checks import check_question, is_key
from .format import Found, Raw
from .kinds import KINDS
from .models import DIFFICULTIES, Bank, Question, QuestionVersion, Topic
from .question_rows import entries_of, question_digest, search_of
from .to_files import as_written

KEY_LENGTH, MOST_TOPICS = 32, 100


@dataclass
class ImportReport:
    """How many questions are new in the bank, and how many it had already (now or before, in use or retired); the topic of those without one."""

    bank_id: int
    topic_id: int
    new: int = 0
    same: int = 0


def import_questions(
    actor: Any, bank_key: str, agency_id: int, topic_key: str, found: Sequence[Found], difficulty: str = DIFFICULTIES[1], title: str = ""
) -> ImportReport:
    """Add the questions to a topic of a bank; both are made when they are new, the bank with this title.

    Everything is checked first: Refused means that nothing was written. `difficulty`: of questions whose file says none.
    """
    for key, name in ((bank_key, "bank"), (topic_key, "topic")):
        if not is_key(key):
            raise Refused(_("Khóa “%(key)s” chỉ gồm chữ thường không dấu, số và gạch nối.", key=key[:80]), name)
    raws = _checked(found, difficulty)
    called = {"vi": nfc(title).strip(), "en": nfc(title).strip()} if title.strip() else None
    insert_once(Bank, key=bank_key, agency_id=agency_id, is_from_folder=False, title=called)
    bank = _locked(Bank.key == bank_key)
    if bank.agency_id != agency_id:
        raise Refused(_("Ngân hàng “%(key)s” thuộc đơn vị khác. Anh/Chị chọn khóa khác.", key=bank_key), "bank")
    return _add(actor, bank, ImportReport(bank.id, _topic_id(bank.id, topic_key)), {}, raws)


def add_questions(actor: Any, bank_id: int, place: "Place", found: Sequence[Found]) -> ImportReport:
    """Add the questions of a file to a bank, all or nothing, as its reader checked them; new topics are made where they are wanted.

    A question that the bank has, or ever had, word for word changes nothing. In the bank of a course folder the new ones count as written
    on the site, so that loading the folder again leaves them alone. Refused: nothing was written.
    """
    raws = _checked(found, place.difficulty)
    bank = _locked(Bank.id == bank_id)
    known = {topic.id: topic for topic in topics_of(bank.id)}
    if place.topic_id is not None and place.topic_id not in known:
        raise Refused(_("Anh/Chị chọn một chủ đề của ngân hàng này."), "topic_id")
    topic_id = place.topic_id if place.topic_id is not None else _topic_called(actor, bank, place.new_topic)
    names = dict.fromkeys(one.topic for one in found if one.topic and place.is_by_file)
    if len(names) > MOST_TOPICS:
        raise Refused(_("Tệp ghi hơn %(n)s chủ đề. Anh/Chị đưa tất cả câu vào một chủ đề.", n=MOST_TOPICS), "by_file")
    ids = {name: _topic_called(actor, bank, name) for name in names}
    topics = {number: ids[one.topic] for number, one in enumerate(found) if one.topic in ids}
    return _add(actor, bank, ImportReport(bank.id, topic_id), topics, raws)


@dataclass(frozen=True)
class Place:
    """Where questions of a file go: to a topic of the bank, or to a new one (also found by its name); is_by_file: those with a topic to that."""

    topic_id: int | None
    new_topic: str = ""
    is_by_file: bool = False
    difficulty: str = DIFFICULTIES[1]


def _locked(condition: sa.ColumnElement[bool]) -> Bank:
    return db.session.scalars(sa.select(Bank).where(condition).with_for_update(key_share=True)).one()


def _topic_called(actor: Any, bank: Bank, name: str) -> int:
    """The topic with this key or title (of a path a/b the last part counts); a new one at the top when there is none."""
    last = nfc(name).split("/")[-1].strip()[:LONGEST_TITLE] or _("Câu hỏi nhập từ tệp")
    called = {fold(said): topic.id for topic in reversed(topics_of(bank.id)) for said in (topic.key, *topic.title.values())}
    return called[fold(last)] if fold(last) in called else add_topic(actor, bank, last)


def _checked(found: Sequence[Found], difficulty: str) -> list[Raw]:
    if difficulty not in DIFFICULTIES:
        raise Refused(_("`difficulty` phải là một trong: %(names)s.", names=", ".join(DIFFICULTIES)), "difficulty")
    if not found:
        raise Refused(_("Không có câu hỏi nào để nhập."))
    raws = []
    for one in found:
        raw = {"difficulty": difficulty, **one.raw, "topic": "k", "key": "k"}
        if faults := check_question(raw):
            raise Refused(f"{one.place}: {faults[0]}")
        raws.append(raw)
    return raws


def _topic_id(bank_id: int, key: str) -> int:
    last = db.session.scalar(sa.select(sa.func.max(Topic.position)).where(Topic.bank_id == bank_id)) or 0
    insert_once(Topic, bank_id=bank_id, parent_id=None, key=key, title={"vi": key}, position=last + 1)
    return db.session.scalars(sa.select(Topic.id).where(Topic.bank_id == bank_id, Topic.key == key)).one()


def _add(actor: Any, bank: Bank, report: ImportReport, topics: Mapping[int, int], raws: Sequence[Raw]) -> ImportReport:
    """Add the questions to the topic of the report; `topics`: place in the list -> another topic."""
    _add_new(actor, report, topics, raws)
    if report.new:
        record(actor, "import", "bank", bank.id, agency_id=bank.agency_id, key=bank.key, new=report.new)
    return report


def _add_new(actor: Any, report: ImportReport, topics: Mapping[int, int], raws: Sequence[Raw]) -> None:
    seen = _digests_of(report.bank_id)
    made = {"made_at": clock.now(), "made_by_id": getattr(actor, "person_id", None)}
    added: list[tuple[Question, dict[str, Any]]] = []
    for number, raw in enumerate(raws):
        body = KINDS[raw["kind"]].parse(raw)
        digest = question_digest(raw["kind"], body)
        if digest in seen:
            report.same += 1
            continue
        seen.add(digest)
        values = entries_of(raw, topics.get(number, report.topic_id))
        key = f"g-{digest[:KEY_LENGTH]}"
        question = Question(bank_id=report.bank_id, key=key, version_number=1, search=search_of(key, body, values["tags"]), is_edited=True, **values)
        added.append((question, {"number": 1, "kind": raw["kind"], "body": body, "digest": digest, **made}))
    db.session.add_all(question for question, _version in added)
    db.session.flush()
    if added:
        db.session.execute(sa.insert(QuestionVersion), [{"question_id": question.id, **version} for question, version in added])
    report.new = len(added)


def _digests_of(bank_id: int) -> set[str]:
    """What the bank has or ever had, as digests of today's form (older versions carry others)."""
    of_bank = sa.select(QuestionVersion.kind, QuestionVersion.body).join(Question, Question.id == QuestionVersion.question_id)
    return {question_digest(kind, body) for kind, body in db.session.execute(of_bank.where(Question.bank_id == bank_id))}


def topic_lines(bank_id: int) -> list[TopicLine]:
    """The topics of a bank as a tree, to choose one; they are not counted."""
    return list(tree_of(topics_of(bank_id), Counter()))


def questions_of(bank_key: str, topic_key: str | None = None) -> list[Raw]:
    """The questions in use of a bank (of one topic with those below it), by topic, as a course folder holds them with key and topic."""
    wanted = sa.select(Question, Topic.key, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current())
    wanted = wanted.join(Topic, Topic.id == Question.topic_id).join(Bank, Bank.id == Question.bank_id)
    wanted = wanted.where(Bank.key == bank_key, Question.state == "published", *([Topic.id.in_(_under(bank_key, topic_key))] if topic_key else []))
    rows = db.session.execute(wanted.order_by(Topic.position, Topic.id, Question.id))
    return [_question(*row) for row in rows]


def _under(bank_key: str, topic_key: str) -> list[int]:
    """Ids of the topic and of all below it."""
    bank_id = db.session.scalar(sa.select(Bank.id).where(Bank.key == bank_key)) or 0
    found: list[int] = []
    for line in topic_lines(bank_id):
        if line.key == topic_key or line.parent_id in found:
            found.append(line.id)
    return found


def _question(question: Question, topic: str, kind: str, body: dict[str, Any]) -> Raw:
    return {"key": question.key, "topic": topic, **as_written({"kind": kind, **beside_of(question), **KINDS[kind].written(body)})}


def beside_of(question: Question) -> Raw:
    """The entries beside the text, as an author writes them."""
    return {
        "use": question.use,
        "difficulty": question.difficulty,
        "scenario": question.is_scenario,
        "lesson": question.lesson_key,
        "standards": question.standards,
        "tags": question.tags,
    }
