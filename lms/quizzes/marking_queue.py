"""The answers that wait for a person's mark, and those that have one. Blind: nothing here tells whose answer it is.

A marker never meets an answer of their own. Reach: people whom the viewer trains, at quizzes of banks that the viewer may work on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import db, names_for

from .kinds import KINDS
from .models import Attempt, AttemptItem, Bank, EssayMark, Question, QuestionVersion, Quiz, QuizVersion
from .reach import attempts_in_reach, banks_in_reach

PER_PAGE = 30


@dataclass(frozen=True)
class WaitingGroup:
    """A question of a quiz with answers that wait: how many, and since when the oldest does."""

    quiz_id: int
    question_id: int
    quiz_title: dict[str, Any]
    question: str
    count: int
    oldest_at: datetime


@dataclass(frozen=True)
class Listed:
    """A page of a list: its rows, its number from 1, and how many pages there are."""

    rows: list[Any]
    number: int
    last: int


@dataclass(frozen=True)
class GivenMark:
    """A mark that somebody gave. is_stale: the answer was changed after it, so it does not count."""

    number: int
    marker: str
    marked_at: datetime
    scores: dict[str, int]
    points: int
    comment: str
    is_stale: bool


@dataclass(frozen=True)
class AnswerToMark:
    """An answer, the rubric by which it is marked, and the marks it has. `told`: what its kind explains of it."""

    item_id: int
    attempt_id: int
    agency_id: int
    quiz_id: int
    question_id: int
    quiz_title: dict[str, Any]
    max_points: int
    is_waiting: bool
    told: dict[str, Any]
    marks: list[GivenMark]

    @property
    def number(self) -> int:
        """The number of the last mark; 0: there is none."""
        return max((mark.number for mark in self.marks), default=0)

    @property
    def last(self) -> GivenMark | None:
        """The mark that counts, if there is one."""
        return next((mark for mark in reversed(self.marks) if not mark.is_stale), None)


@dataclass(frozen=True)
class MarkedAnswer:
    """A line of what was marked: the question, by whom, when, and the points of the maximum."""

    item_id: int
    quiz_title: dict[str, Any]
    question: str
    marker: str
    marked_at: datetime
    number: int
    points: int
    max_points: int


def _in_reach(wanted: sa.Select[Any], viewer: Any) -> sa.Select[Any]:
    """The answers of closed papers that the viewer may mark; `wanted` selects from AttemptItem."""
    joined = wanted.join(Attempt, Attempt.id == AttemptItem.attempt_id).join(Quiz, Quiz.id == Attempt.quiz_id).join(Bank, Bank.id == Quiz.bank_id)
    joined = joined.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    held = joined.where(attempts_in_reach(viewer), banks_in_reach(viewer), Attempt.person_id != viewer.person_id)
    return held.where(Attempt.state != "open", AttemptItem.answer.is_not(None), AttemptItem.is_dropped.is_(False))


def _waiting(wanted: sa.Select[Any], viewer: Any) -> sa.Select[Any]:
    return _in_reach(wanted, viewer).where(Attempt.waiting_items > 0, AttemptItem.points.is_(None))


def waiting_groups(viewer: Any, page: int, quiz_id: int | None = None) -> Listed:
    """What waits, by quiz and question, the oldest first."""
    oldest_at = sa.func.min(Attempt.closed_at, type_=Attempt.closed_at.type).label("oldest_at")
    columns: tuple[Any, ...] = (Attempt.quiz_id, QuestionVersion.question_id, sa.func.count().label("waiting"), oldest_at)
    rows = _waiting(sa.select(*columns).select_from(AttemptItem), viewer).group_by(Attempt.quiz_id, QuestionVersion.question_id)
    groups = (rows if quiz_id is None else rows.where(Attempt.quiz_id == quiz_id)).subquery()
    total = db.session.scalar(sa.select(sa.func.count()).select_from(groups)) or 0
    number, last = _place(page, total)
    is_rules = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    is_text = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    found = (
        sa.select(groups, QuizVersion.title, QuestionVersion.kind, QuestionVersion.body)
        .join(Quiz, Quiz.id == groups.c.quiz_id)
        .join(QuizVersion, is_rules)
        .join(Question, Question.id == groups.c.question_id)
        .join(QuestionVersion, is_text)
        .order_by(groups.c.oldest_at, groups.c.quiz_id, groups.c.question_id)
    )
    shown = db.session.execute(found.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    lines = [WaitingGroup(row.quiz_id, row.question_id, row.title, KINDS[row.kind].in_short(row.body), row.waiting, row.oldest_at) for row in shown]
    return Listed(lines, number, last)


def _place(page: int, total: int) -> tuple[int, int]:
    last = max(1, -(-total // PER_PAGE))
    return min(max(1, page), last), last


def next_waiting(viewer: Any, quiz_id: int | None = None, question_id: int | None = None, after: int | None = None) -> int | None:
    """The answer that is best marked next: of the same question first, then of the same quiz, the oldest first; not `after`, which was just seen."""
    place = sa.select(Attempt.closed_at).join(AttemptItem, AttemptItem.attempt_id == Attempt.id).where(AttemptItem.id == (after or 0))
    seen_at = place.scalar_subquery()
    is_later = sa.or_(Attempt.closed_at > seen_at, sa.and_(Attempt.closed_at == seen_at, AttemptItem.id > (after or 0)))
    is_same_quiz = Attempt.quiz_id == quiz_id
    is_same = sa.and_(is_same_quiz, QuestionVersion.question_id == question_id)
    first = [sa.case((condition, 0), else_=1) for condition in (is_same, is_same_quiz, is_later)]
    rows = _waiting(sa.select(AttemptItem.id), viewer).where(AttemptItem.id != (after or 0))
    return db.session.scalar(rows.order_by(*first, Attempt.closed_at, AttemptItem.id).limit(1))


def answer_to_mark(viewer: Any, item_id: int) -> AnswerToMark | None:
    """An answer in the viewer's reach that a person marks, waiting or marked; None: there is none. By the body that marks it."""
    shown, by_key = QuestionVersion, aliased(QuestionVersion)
    wanted = sa.select(AttemptItem, Attempt.agency_id, Attempt.quiz_id, shown.question_id, QuizVersion.title, by_key.kind, by_key.body)
    rows = _in_reach(wanted, viewer).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    rows = rows.join(by_key, by_key.id == sa.func.coalesce(AttemptItem.marked_by_version_id, AttemptItem.question_version_id))
    row = db.session.execute(rows.where(AttemptItem.id == item_id).execution_options(populate_existing=True)).first()
    if row is None or not KINDS[row.kind].needs_marker:
        return None
    item = row.AttemptItem
    told = KINDS[row.kind].explain(row.body, item.answer, item.option_order)
    ids = (item.id, item.attempt_id, row.agency_id, row.quiz_id, row.question_id)
    return AnswerToMark(*ids, row.title, item.max_points, item.points is None, told, _marks_of(item))


def _marks_of(item: AttemptItem) -> list[GivenMark]:
    rows = list(db.session.scalars(sa.select(EssayMark).where(EssayMark.attempt_item_id == item.id).order_by(EssayMark.number)))
    names = names_for("person", {row.marker_id for row in rows if row.marker_id is not None})
    return [
        GivenMark(
            number=row.number,
            marker=names.get(row.marker_id or 0, ""),
            marked_at=row.marked_at,
            scores=row.scores,
            points=row.points,
            comment=row.comment,
            is_stale=item.saved_at is not None and row.marked_at < item.saved_at,
        )
        for row in rows
    ]


def marked_answers(viewer: Any, page: int) -> Listed:
    """What was marked, the newest mark first: who marked what, not whose answer it is."""
    marks = _in_reach(sa.select(EssayMark.id).join(AttemptItem, AttemptItem.id == EssayMark.attempt_item_id), viewer)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(marks.subquery())) or 0
    number, last = _place(page, total)
    wanted = sa.select(EssayMark, QuizVersion.title, QuestionVersion.kind, QuestionVersion.body, AttemptItem.max_points)
    rows = _in_reach(wanted.select_from(EssayMark).join(AttemptItem, AttemptItem.id == EssayMark.attempt_item_id), viewer)
    rows = rows.join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id).order_by(EssayMark.marked_at.desc(), EssayMark.id.desc())
    found = db.session.execute(rows.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    names = names_for("person", {row.EssayMark.marker_id for row in found if row.EssayMark.marker_id is not None})
    return Listed([_line(row, names) for row in found], number, last)


def _line(row: Any, names: dict[int, str]) -> MarkedAnswer:
    mark, question = row.EssayMark, KINDS[row.kind].in_short(row.body)
    said = (row.title, question, names.get(mark.marker_id or 0, ""), mark.marked_at, mark.number)
    return MarkedAnswer(mark.attempt_item_id, *said, mark.points, row.max_points)
