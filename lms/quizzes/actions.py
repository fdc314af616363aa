"""Changes of attempts: start, hand in, close when the time is over. Saving answers stands in saving.py."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from .draw import draw, option_order
from .kinds import KINDS
from .marking import has_passed, points_of
from .models import Attempt, AttemptItem, Grade, Question, QuestionVersion, QuizVersion
from .queries import GRACE, QuizRules, candidates_for, is_over, quiz_rules
from .saving import SavedItem, items_of, lock_attempt, write_form

TURNS = 3


@dataclass(frozen=True)
class Sitter:
    """The person of an attempt, as the audit trail names them."""

    person_id: int
    name: str


@dataclass(frozen=True)
class Sitting:
    """What is fixed of an attempt that starts."""

    person_id: int
    person_name: str
    agency_id: int
    agency_name: str
    rules: QuizRules
    cycle: int
    number: int


def start_attempt(actor: Any, *, person_id: int, person_name: str, agency_id: int, agency_name: str, quiz_version_id: int, cycle: int) -> int:
    """The id of the person's open attempt at the quiz, begun now unless there is one (double click, second PC).

    The open one is returned even when its time is over: it must be handed in, or the timer closes it. An open one of an
    earlier cycle is closed with what was answered. Refused when no attempt is left.
    """
    rules = quiz_rules(quiz_version_id)
    for _turn in range(TURNS):
        number = 1
        for attempt in _earlier(person_id, rules.quiz_id):
            if attempt.state == "open" and attempt.cycle == cycle:
                return int(attempt.id)
            if attempt.state == "open":
                lock_attempt(person_id, attempt.id)
                close_attempts([attempt.id], "expired")
            number = max(number, attempt.number + 1 if attempt.cycle == cycle else 1)
        if rules.attempts is not None and number > rules.attempts:
            raise Refused(_("Anh/Chị đã dùng hết %(n)s lượt làm bài này.", n=rules.attempts))
        attempt_id = _begin(Sitting(person_id, person_name, agency_id, agency_name, rules, cycle, number))
        if attempt_id is not None:
            record(actor, "start", "attempt", attempt_id, agency_id=agency_id, quiz=rules.key, number=number)
            return attempt_id
    raise Refused(_("Hệ thống đang bận. Anh/Chị đợi vài giây rồi bấm lại."))


def _earlier(person_id: int, quiz_id: int) -> Sequence[Any]:
    own = sa.select(Attempt.id, Attempt.state, Attempt.cycle, Attempt.number)
    return db.session.execute(own.where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id).order_by(Attempt.id)).all()


def _begin(sitting: Sitting) -> int | None:
    """Draw, and insert if nobody was faster: the open attempt and the number are unique, and the number stays within the limit."""
    rules, seed, now = sitting.rules, secrets.token_hex(16), clock.now()
    drawn = draw(rules.blueprint, candidates_for(rules, sitting.person_id), seed)
    if not drawn or len(drawn) < rules.total:
        raise Refused(_("Bài này chưa đủ câu hỏi để ra đề. Anh/Chị báo giảng viên phụ trách khóa học."))
    is_new = insert_once(
        Attempt,
        person_id=sitting.person_id,
        person_name=sitting.person_name,
        agency_id=sitting.agency_id,
        agency_name=sitting.agency_name,
        quiz_id=rules.quiz_id,
        quiz_version_id=rules.quiz_version_id,
        cycle=sitting.cycle,
        number=sitting.number,
        seed=seed,
        state="open",
        started_at=now,
        deadline_at=now + timedelta(minutes=rules.minutes) if rules.minutes else None,
        max_points=len(drawn),
    )
    if not is_new:
        return None
    own = sa.select(Attempt.id).where(Attempt.person_id == sitting.person_id, Attempt.quiz_id == rules.quiz_id, Attempt.state == "open")
    attempt_id = db.session.scalars(own).one()
    db.session.execute(sa.insert(AttemptItem), _paper_of(attempt_id, drawn, seed))
    return attempt_id


def _paper_of(attempt_id: int, drawn: Sequence[int], seed: str) -> list[dict[str, Any]]:
    is_current = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    wanted = sa.select(Question.id, QuestionVersion.id, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_current)
    versions = {row[0]: row for row in db.session.execute(wanted.where(Question.id.in_(drawn)))}
    items = []
    for position, question_id in enumerate(drawn, 1):
        _question_id, version_id, name, body = versions[question_id]
        kind = KINDS[name]
        order = option_order(kind.keys(body), seed, question_id) if kind.shuffles else kind.keys(body)
        item = {"attempt_id": attempt_id, "position": position, "question_version_id": version_id, "option_order": order}
        items.append({**item, "max_points": 1, "version": 0})
    return items


def submit_attempt(person_id: int, attempt_id: int, form: MultiDict[str, str]) -> Attempt:
    """Hand in: what the form changed is saved while there is time (grace included), then all is marked and closed.

    A second call (double click, second tab) returns the attempt as it was closed. 404 when it is not the person's.
    After the deadline only what was saved in time counts, and the state says `expired`.
    """
    attempt = lock_attempt(person_id, attempt_id)
    if attempt.state != "open":
        return db.session.get_one(Attempt, attempt_id, populate_existing=True)
    in_time = not is_over(attempt.deadline_at)
    if in_time:
        write_form(items_of([attempt_id]), form)
    closed = close_attempts([attempt_id], "submitted" if in_time else "expired")
    return closed[0] if closed else db.session.get_one(Attempt, attempt_id, populate_existing=True)


def close_expired(limit: int = 200) -> list[Attempt]:
    """Mark and close attempts whose time is over (grace included), with what was answered in time; returns those closed now.

    For a timer: any number of workers may call it, and again; each attempt is closed once.
    """
    over = sa.select(Attempt.id).where(Attempt.state == "open", Attempt.deadline_at < clock.now() - GRACE)
    over = over.order_by(Attempt.deadline_at).limit(limit).with_for_update(skip_locked=True, key_share=True)
    return close_attempts(list(db.session.scalars(over)), "expired")


def close_attempts(attempt_ids: Sequence[int], state: str) -> list[Attempt]:
    """Mark and close those of the attempts that are open, each by one conditional UPDATE; returns those closed by this call."""
    if not attempt_ids:
        return []
    wanted = sa.select(Attempt.id, Attempt.deadline_at, Attempt.max_points, QuizVersion.pass_percent)
    found = wanted.join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id).where(Attempt.id.in_(attempt_ids))
    papers: dict[int, list[SavedItem]] = {}
    for item in items_of(attempt_ids):
        papers.setdefault(item.attempt_id, []).append(item)
    closed = []
    for row in db.session.execute(found.order_by(Attempt.id)).all():
        points = {item.id: points_of(item) for item in papers[row.id]}
        attempt = _close(row, sum(points.values()), state)
        if attempt is not None:
            db.session.execute(sa.update(AttemptItem), [{"id": item_id, "points": value} for item_id, value in points.items()])
            closed.append(attempt)
    _write_grades(closed)
    return closed


def _close(row: Any, points: int, state: str) -> Attempt | None:
    passed = has_passed(points, row.max_points, row.pass_percent)
    values = {"state": state, "closed_at": _closing_time(row.deadline_at), "points": points, "is_passed": passed}
    claim = sa.update(Attempt).where(Attempt.id == row.id, Attempt.state == "open").values(values)
    marked = claim.returning(Attempt).execution_options(synchronize_session=False, populate_existing=True)
    return db.session.scalars(marked).first()


def _closing_time(deadline_at: datetime | None) -> datetime:
    return clock.now() if deadline_at is None else min(clock.now(), deadline_at)


def _write_grades(closed: Iterable[Attempt]) -> None:
    grades = []
    for attempt in closed:
        sitter = Sitter(attempt.person_id, attempt.person_name) if attempt.state == "submitted" else None
        word = "submit" if attempt.state == "submitted" else "expire"
        record(sitter, word, "attempt", attempt.id, agency_id=attempt.agency_id, points=attempt.points, of=attempt.max_points)
        grade = {"attempt_id": attempt.id, "at": clock.now(), "actor_id": None, "reason": attempt.state}
        grades.append({**grade, "points": attempt.points, "max_points": attempt.max_points, "is_passed": attempt.is_passed})
    if grades:
        db.session.execute(sa.insert(Grade), grades)
