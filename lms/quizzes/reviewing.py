"""What a learner may see of an answer that can no longer change: the result of a closed attempt, and single questions that were locked.

Nothing that tells a key is shown while the person could still change an answer to that question: an attempt may be opened again until the
learner has opened its review, and a question may stand on another paper that is open.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import clock, db

from .kinds import KINDS
from .models import REVIEWS, Attempt, AttemptItem, AttemptLevel, EssayMark, Question, QuestionVersion, Quiz, QuizRoom, QuizVersion, Topic
from .points import in_questions

RIGHT_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class ResultItem:
    """A marked question. points and is_right are None when the marks may not be seen or a person must still give them; `explanation` likewise.

    marked: the judgement of a person, if one gave it. is_dropped: the question was dropped and everybody has its points.
    """

    position: int
    total: int
    template: str
    max_points: int
    points: int | None
    is_right: bool | None
    is_answered: bool
    lesson_key: str | None
    explanation: dict[str, Any] | None
    is_waiting: bool = False
    is_dropped: bool = False
    marked: EssayMark | None = None

    @property
    def points_said(self) -> str:
        """The points of the question as a reader sees them: 0,5."""
        return in_questions(self.points or 0)

    @property
    def is_partly_right(self) -> bool:
        """Some of the points, not all."""
        return self.points is not None and 0 < self.points < self.max_points


@dataclass(frozen=True)
class TopicLevel:
    """The level that a placement found in a topic: title of the topic, title and place (from 0) of the level, points."""

    topic: dict[str, Any]
    title: dict[str, Any]
    place: int
    points: int
    max_points: int

    @property
    def points_said(self) -> str:
        """The points in questions."""
        return in_questions(self.points)

    @property
    def max_said(self) -> str:
        """How many questions the topic had."""
        return in_questions(self.max_points)


@dataclass(frozen=True)
class Result:
    """A closed attempt, as much of it as may be seen. percent: None while a person must mark.

    level: what the rules let be seen now. levels: of a placement, by topic. is_opened: the learner has opened the review, so nothing changes.
    """

    attempt: Attempt
    title: dict[str, Any]
    pass_percent: int
    counts: bool
    percent: int | None
    items: list[ResultItem]
    level: str
    takes: str
    is_placement: bool
    levels: list[TopicLevel]

    @property
    def points_said(self) -> str:
        """The points in questions, as a reader sees them: 20,5."""
        return in_questions(self.attempt.points or 0)

    @property
    def shows_score(self) -> bool:
        """Whether points and pass or fail may be seen."""
        return self.level != "nothing"

    @property
    def is_openable(self) -> bool:
        """Whether the questions may be seen as soon as the learner opens the review, after which nothing changes."""
        return self.level in ("marks", "answers") and self.attempt.reviewed_at is None

    @property
    def shows_marks(self) -> bool:
        """Whether right and wrong of each question may be seen."""
        return self.level in ("marks", "answers") and self.attempt.reviewed_at is not None

    @property
    def shows_answers(self) -> bool:
        """Whether the explanations may be seen."""
        return self.level == "answers" and self.attempt.reviewed_at is not None


def review_level(attempt: Attempt, version: QuizVersion, quiz: Quiz, now: datetime, room: QuizRoom | None = None) -> str:
    """What the learner may see of a closed attempt now: "nothing", "score", "marks" or "answers" (each shows what the one before shows).

    Right after is within two minutes of its closing; closed is when the quiz's window, or that of the room in which it was sat, has passed.
    """
    ends = [one for one in (quiz.closes_at, room.closes_at if room else None) if one is not None]
    if ends and now > max(ends):
        level = version.review_closed
    elif attempt.closed_at is not None and now <= attempt.closed_at + RIGHT_AFTER:
        level = version.review_after
    else:
        level = version.review_later
    assert level in REVIEWS
    return level


def told_levels(person_id: int) -> dict[int, str]:
    """Attempt -> what the person may be told of it now: as review_level says, "score" at most before they opened its review."""
    rows = (
        sa.select(Attempt, QuizVersion, Quiz, QuizRoom)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(QuizRoom, QuizRoom.id == Attempt.quiz_room_id)
        .where(Attempt.person_id == person_id)
    )
    told = {}
    for attempt, version, quiz, room in db.session.execute(rows):
        level = review_level(attempt, version, quiz, clock.now(), room)
        told[attempt.id] = level if attempt.reviewed_at or level == "nothing" else "score"
    return told


def _own_items(wanted: sa.Select[Any], attempt_id: int, person_id: int) -> sa.Select[Any]:
    """The items of the person's attempt with the version whose key marks them, in the order of the paper."""
    marking = sa.func.coalesce(AttemptItem.marked_by_version_id, AttemptItem.question_version_id)
    joined = (
        wanted.select_from(Attempt)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == marking)
        .join(Question, Question.id == QuestionVersion.question_id)
    )
    own = joined.where(Attempt.id == attempt_id, Attempt.person_id == person_id).order_by(AttemptItem.position)
    return own.execution_options(populate_existing=True)


def _is_on_open_paper(person_id: int) -> sa.Exists:
    """Whether the question stands, not locked, on another open paper of the same person."""
    other, item, version = aliased(Attempt), aliased(AttemptItem), aliased(QuestionVersion)
    open_papers = sa.select(item.id).join(other, other.id == item.attempt_id).join(version, version.id == item.question_version_id)
    is_theirs = (other.person_id == person_id, other.state == "open", other.id != Attempt.id, item.locked_at.is_(None))
    return open_papers.where(*is_theirs, version.question_id == QuestionVersion.question_id).exists()


def result(attempt_id: int, person_id: int) -> Result | None:
    """The person's own closed attempt, in one statement (one more for a placement); None when it is open or not theirs.

    A question that stands on another, open paper of the same person is not explained until that one is closed.
    """
    mark = aliased(EssayMark)
    latest = sa.select(sa.func.max(mark.number)).where(mark.attempt_item_id == AttemptItem.id).correlate(AttemptItem).scalar_subquery()
    said = (AttemptItem, QuestionVersion, Question.lesson_key, _is_on_open_paper(person_id), EssayMark)
    wanted: Any = sa.select(*said, Attempt, QuizVersion, Quiz, QuizRoom)
    rows = db.session.execute(
        _own_items(wanted, attempt_id, person_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(QuizRoom, QuizRoom.id == Attempt.quiz_room_id)
        .outerjoin(EssayMark, sa.and_(EssayMark.attempt_item_id == AttemptItem.id, EssayMark.number == latest))
        .where(Attempt.state != "open")
    ).all()
    if not rows:
        return None
    attempt, version, quiz, room = rows[0][5:]
    level = review_level(attempt, version, quiz, clock.now(), room)
    found = Result(
        attempt=attempt,
        title=version.title,
        pass_percent=version.pass_percent,
        counts=version.counts,
        percent=attempt.percent,
        items=[],
        level=level,
        takes=version.takes,
        is_placement=bool(version.levels),
        levels=_levels_of(attempt.id, version.levels) if version.levels and level != "nothing" else [],
    )
    found.items.extend(_result_item(len(rows), found.shows_marks, found.shows_answers, *row[:5]) for row in rows)
    return found


def _result_item(
    total: int,
    shows_marks: bool,
    shows_answers: bool,
    item: AttemptItem,
    version: QuestionVersion,
    lesson_key: str | None,
    is_hidden: bool,
    mark: Any,
) -> ResultItem:
    kind = KINDS[version.kind]
    points = item.points if shows_marks and not is_hidden else None
    return ResultItem(
        position=item.position,
        total=total,
        template=kind.result_template,
        max_points=item.max_points,
        points=points,
        is_right=None if points is None else points == item.max_points,
        is_answered=item.answer is not None,
        lesson_key=lesson_key,
        explanation={**kind.explain(version.body, item.answer, item.option_order), "marks": mark} if shows_answers and not is_hidden else None,
        is_waiting=item.points is None,
        is_dropped=item.is_dropped,
        marked=mark if shows_marks and not is_hidden else None,
    )


def _levels_of(attempt_id: int, levels: list[Any]) -> list[TopicLevel]:
    columns = (Topic.title, AttemptLevel.level, AttemptLevel.points, AttemptLevel.max_points)
    wanted = sa.select(*columns).join(Topic, Topic.id == AttemptLevel.topic_id).where(AttemptLevel.attempt_id == attempt_id)
    rows = db.session.execute(wanted.order_by(Topic.position, Topic.id))
    return [TopicLevel(title, levels[min(place, len(levels) - 1)]["title"], place, points, most) for title, place, points, most in rows]


def locked_feedback(attempt_id: int, person_id: int) -> dict[int, ResultItem]:
    """position -> the question with its verdict and explanation, only of those questions of the person's attempt that are locked. One statement."""
    total = sa.select(sa.func.count()).where(AttemptItem.attempt_id == attempt_id).scalar_subquery()
    wanted: sa.Select[Any] = sa.select(AttemptItem, QuestionVersion, Question.lesson_key, _is_on_open_paper(person_id), sa.null(), total)
    rows = db.session.execute(_own_items(wanted, attempt_id, person_id).where(AttemptItem.locked_at.is_not(None)))
    return {row[0].position: _result_item(row[5], True, True, *row[:5]) for row in rows}
