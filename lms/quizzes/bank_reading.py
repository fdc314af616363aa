"""Reads of the bank pages: banks and quizzes in reach, the topics of a bank with what they hold, the questions that a search finds.

Keys stand on these pages. A trainer who is also a learner of the course sees them by their office; who must not, holds no such role.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency
from lms.base import db, fold, in_language

from .kinds import KINDS
from .models import Bank, Question, QuestionVersion, Quiz, QuizVersion, Topic
from .reach import banks_in_reach

A_PAGE = 50


@dataclass(frozen=True)
class TopicLine:
    """A topic in the tree: its level from 0, how many questions in use it holds itself and with all below it, and whether it can move up or down."""

    id: int
    parent_id: int | None
    key: str
    title: dict[str, Any]
    depth: int
    own: int
    total: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Overview:
    """A bank's topics as a tree, and the tags and standard codes that stand on its questions; `beside`: (id, tags, standards) of each question."""

    topics: list[TopicLine]
    tags: list[str]
    standards: list[str]
    beside: list[tuple[int, list[str], list[str]]]
    in_use: int
    retired: int

    def under(self, topic_id: int) -> list[int]:
        """The topic and all topics below it."""
        found = [topic_id]
        for line in self.topics:
            if line.parent_id in found:
                found.append(line.id)
        return found


@dataclass(frozen=True)
class Wanted:
    """What a search asks for; empty: everything. page counts from 1."""

    q: str = ""
    topic: int | None = None
    tag: str = ""
    difficulty: str = ""
    kind: str = ""
    standard: str = ""
    use: str = ""
    state: str = "published"
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for something beside a topic."""
        return bool(self.q or self.tag or self.difficulty or self.kind or self.standard or self.use or self.state != "published")


@dataclass(frozen=True)
class QuestionLine:
    """A question in the list: what it asks, in short."""

    question: Question
    kind: str
    text: str


@dataclass(frozen=True)
class Found:
    """A page of the questions that a search found, and how many there are in all."""

    lines: list[QuestionLine]
    total: int

    @property
    def pages(self) -> int:
        """How many pages they fill."""
        return max(1, -(-self.total // A_PAGE))


def is_current() -> sa.ColumnElement[bool]:
    """For a join: the current version of a question."""
    return sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)


def banks_of(viewer: Any) -> list[Any]:
    """Rows (Bank, agency_name, questions: how many are in use) of the banks in reach."""
    count = sa.select(sa.func.count()).where(Question.bank_id == Bank.id, Question.state == "published").scalar_subquery()
    found = sa.select(Bank, Agency.name.label("agency_name"), count.label("questions")).join(Agency, Agency.id == Bank.agency_id)
    return list(db.session.execute(found.where(banks_in_reach(viewer)).order_by(Bank.key)))


def quizzes_of(viewer: Any, bank_id: int | None = None) -> list[Any]:
    """Rows (Quiz, QuizVersion, Bank) of the quizzes in reach (of one bank)."""
    current = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    found = sa.select(Quiz, QuizVersion, Bank).join(QuizVersion, current).join(Bank, Bank.id == Quiz.bank_id).where(banks_in_reach(viewer))
    return list(db.session.execute(found.where(*([Quiz.bank_id == bank_id] if bank_id else [])).order_by(Bank.key, Quiz.id)))


def topics_of(bank_id: int) -> list[Topic]:
    """The topics of a bank in their order."""
    return list(db.session.scalars(sa.select(Topic).where(Topic.bank_id == bank_id).order_by(Topic.position, Topic.id)))


def topic_of(bank_id: int, topic_id: int) -> Topic | None:
    """A topic of the bank."""
    return db.session.scalar(sa.select(Topic).where(Topic.bank_id == bank_id, Topic.id == topic_id))


def topic_bank(viewer: Any, topic_id: int) -> tuple[Bank, Topic] | None:
    """A topic of a bank in reach."""
    found = sa.select(Bank, Topic).join(Topic, Topic.bank_id == Bank.id).where(Topic.id == topic_id, banks_in_reach(viewer))
    row = db.session.execute(found).first()
    return (row[0], row[1]) if row else None


def topic_lines(bank_id: int) -> list[TopicLine]:
    """The topics of a bank as a tree, without counts."""
    return list(tree_of(topics_of(bank_id), Counter()))


def overview_of(bank_id: int) -> Overview:
    """The tree of topics with its counts, the tags and the codes of a bank, in two statements."""
    columns = (Question.id, Question.topic_id, Question.state, Question.tags, Question.standards)
    rows = db.session.execute(sa.select(*columns).where(Question.bank_id == bank_id)).all()
    own = Counter(row.topic_id for row in rows if row.state == "published")
    tags, codes = ({tag for row in rows for tag in row[place]} for place in (3, 4))
    lines = list(tree_of(topics_of(bank_id), own))
    in_use = own.total()
    return Overview(lines, sorted(tags, key=fold), sorted(codes), [(row[0], row[3], row[4]) for row in rows], in_use, len(rows) - in_use)


def tree_of(topics: Sequence[Topic], own: Counter[int]) -> Iterator[TopicLine]:
    """The topics each below its parent."""
    known = {topic.id for topic in topics}
    children: dict[int | None, list[Topic]] = {}
    for topic in topics:
        children.setdefault(topic.parent_id if topic.parent_id in known else None, []).append(topic)

    def total(topic: Topic) -> int:
        return own[topic.id] + sum(total(one) for one in children.get(topic.id, []))

    def walk(parent_id: int | None, depth: int) -> Iterator[TopicLine]:
        beside = children.get(parent_id, [])
        for topic in beside:
            place = (topic is beside[0], topic is beside[-1])
            yield TopicLine(topic.id, topic.parent_id, topic.key, topic.title, depth, own[topic.id], total(topic), *place)
            yield from walk(topic.id, depth + 1)

    return walk(None, 0)


def questions_found(bank_id: int, wanted: Wanted, overview: Overview) -> Found:
    """The page of questions that the search asks for, in two statements."""
    found = sa.select(Question, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current())
    found = found.join(Topic, Topic.id == Question.topic_id).where(Question.bank_id == bank_id, *_conditions(wanted, overview))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.with_only_columns(Question.id).subquery())) or 0
    last = max(1, -(-total // A_PAGE))
    ordered = found.order_by(Topic.position, Topic.id, Question.id).offset((min(wanted.page, last) - 1) * A_PAGE).limit(A_PAGE)
    lines = [QuestionLine(question, kind, KINDS[kind].in_short(body)) for question, kind, body in db.session.execute(ordered)]
    return Found(lines, total)


def _conditions(wanted: Wanted, overview: Overview) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [Question.search.contains(word, autoescape=True) for word in fold(wanted.q).split()[:8]]
    equal = ((Question.difficulty, wanted.difficulty), (QuestionVersion.kind, wanted.kind), (Question.use, wanted.use))
    conditions += [column == value for column, value in equal if value]
    if wanted.state != "all":
        conditions.append(Question.state == wanted.state)
    if wanted.topic is not None:
        conditions.append(Question.topic_id.in_(overview.under(wanted.topic)))
    if wanted.tag or wanted.standard:
        ids = [
            question_id
            for question_id, tags, codes in overview.beside
            if (not wanted.tag or wanted.tag in tags) and (not wanted.standard or wanted.standard in codes)
        ]
        conditions.append(Question.id.in_(ids))
    return conditions


def names_of_banks(ids: Collection[int]) -> dict[int, str]:
    """id -> title or key, for pages that list things of all rooms."""
    rows = db.session.execute(sa.select(Bank.id, Bank.title, Bank.key).where(Bank.id.in_(ids)))
    return {row.id: in_language(row.title) or row.key for row in rows}


def names_of_questions(ids: Collection[int]) -> dict[int, str]:
    """id -> key, for pages that list things of all rooms."""
    return {row[0]: row[1] for row in db.session.execute(sa.select(Question.id, Question.key).where(Question.id.in_(ids)))}
