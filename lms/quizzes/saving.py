"""Saving answers: numbered, idempotent, right when two tabs, two PCs or a journal that arrives late write the same item.

Whoever writes an item holds the lock of its attempt (PostgreSQL: the row; SQLite: the database), so nothing is saved
beside a marking that is under way. What comes after the time is kept in the timeline and does not touch the item.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort
from werkzeug.datastructures import MultiDict

from lms.base import Refused, clock, db
from lms.base import gettext as _

from .deadlines import is_over
from .events import LATE_LIFE, MOST_LATE, add_answers, add_event, add_events, add_late, late_lines, late_of_forms
from .kind import Answer, KindError
from .kinds import KINDS
from .marking import points_of
from .models import Attempt, AttemptItem, QuestionVersion, QuizVersion

CLIENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
LARGEST_NUMBER = 2**31 - 1
MOST_VALUES = 50


@dataclass(frozen=True)
class Receipt:
    """What is stored of an item after a save.

    kept: "yours"; "other": a newer choice made elsewhere was left standing; "locked": the item was marked at once and never changes;
    "late": the answer came after the time and stands in the timeline only. was: the stored answer as a form's hidden field carries it.
    deadline_at: the deadline as it is now, with what was added meanwhile.
    """

    position: int
    number: int
    version: int
    answered: int
    total: int
    saved_at: datetime | None
    kept: str
    answer: list[str]
    was: str
    deadline_at: datetime | None


@dataclass(frozen=True)
class SavedItem:
    """An item as stored, with what reading and marking its answer needs; kind and body are those of the version that marks it."""

    id: int
    attempt_id: int
    position: int
    answer: list[str] | None
    max_points: int
    order: list[str]
    is_dropped: bool
    locked_at: datetime | None
    saved_at: datetime | None
    question_version_id: int
    points: int | None
    kind: str
    body: dict[str, Any]


def save_answer(person_id: int, attempt_id: int, position: int, values: Sequence[str], client: str, number: int, seen: int, late: bool) -> Receipt:
    """Store one answer and say what is stored now. An empty `values` takes the answer back.

    `client` names the open page, `number` counts its saves, `seen` is the item's version that it last saw. The same number
    again (or a lower one) changes nothing. If another client wrote since `seen`: a person who just clicked wins (late=False);
    a resend (late=True: from the journal, or because no receipt came) does not, and the receipt says kept="other".
    After the time, or when it is closed, the answer goes to the timeline and the receipt says kept="late".
    404 when it is not the person's; Refused with field="answer" when the save is malformed or its values are not of the question (the
    attempt goes on), and without a field when it came too late even to be kept.
    """
    _refuse_malformed(client, number, seen, values)
    stored = _item_to_write(person_id, attempt_id, position)
    answer = _read(stored, values)
    if stored.locked_at is not None:
        return _receipt(stored, number, "locked")
    if not _is_open(stored.state, stored.deadline_at, stored.grace_seconds):
        return _receipt(stored, number, _keep_late(stored, answer, client, number))
    return _store(stored, answer, client, number, seen, late)


def lock_answer(person_id: int, attempt_id: int, position: int, values: Sequence[str], client: str, number: int, seen: int) -> Receipt:
    """Store one answer as save_answer does, then lock it for good and mark it: only then may it be explained. Again: nothing changes.

    The receipt says kept="locked" once it is locked; "other" or "yours" when a newer choice stands instead, which is not locked.
    Refused unless the quiz marks each answer at once, and for an answer that is empty; late and malformed ones as in save_answer.
    """
    _refuse_malformed(client, number, seen, values)
    stored = _item_to_write(person_id, attempt_id, position)
    if stored.behaviour != "immediate":
        raise Refused(_("Bài này chỉ chấm khi Anh/Chị nộp bài."))
    answer = _read(stored, values)
    if stored.locked_at is not None:
        return _receipt(stored, number, "locked")
    if not _is_open(stored.state, stored.deadline_at, stored.grace_seconds):
        return _receipt(stored, number, _keep_late(stored, answer, client, number))
    if answer is None:
        raise Refused(_("Anh/Chị trả lời câu này trước khi xem giải thích."), "answer")
    receipt = _store(stored, answer, client, number, seen, late=False)
    if receipt.kept != "yours" or receipt.answer != answer:
        return receipt
    _lock(stored, answer, client, number)
    return _receipt(stored, number, "locked", receipt.version, answer, receipt.saved_at)


def _store(stored: Any, answer: Answer, client: str, number: int, seen: int, late: bool) -> Receipt:
    written = _write_numbered(stored.id, answer, client, number, seen, late)
    is_again = written is None and (stored.client, stored.client_number) == (client, number)
    if not is_again:
        event, said = "stale" if written is None else "save", (stored.position, stored.kind, answer)
        add_answers(event, stored.attempt_id, [said], client=client, client_number=number)
    if written is None:
        return _receipt(stored, number, "yours" if stored.client == client else "other")
    return _receipt(stored, number, "yours", written, answer, clock.now())


def _lock(stored: Any, answer: Answer, client: str, number: int) -> None:
    """Mark the item and lock it; the attempt is locked and open, the item is not yet."""
    item = next(one for one in items_of([stored.attempt_id]) if one.id == stored.id)
    locked = sa.update(AttemptItem).where(AttemptItem.id == stored.id, AttemptItem.locked_at.is_(None))
    db.session.execute(locked.values(locked_at=clock.now(), points=points_of(item)).execution_options(synchronize_session=False))
    add_event(stored.attempt_id, "lock", position=stored.position, answer=answer, client=client, client_number=number)


def _receipt(stored: Any, number: int, kept: str, version: int | None = None, answer: Answer = None, saved_at: datetime | None = None) -> Receipt:
    """The receipt of what was written now (`version` given), or of what stood there before."""
    count = sa.select(sa.func.count(AttemptItem.answer), sa.func.count()).where(AttemptItem.attempt_id == stored.attempt_id)
    answered, total = db.session.execute(count).one()
    if version is None:
        version, answer, saved_at = stored.version, stored.answer, stored.saved_at
    was = KINDS[stored.kind].was(answer)
    return Receipt(stored.position, number, version, answered, total, saved_at, kept, answer or [], was, stored.deadline_at)


def _refuse_malformed(client: str, number: int, seen: int, values: Sequence[str]) -> None:
    is_formed = CLIENT.fullmatch(client) and 0 < number <= LARGEST_NUMBER and 0 <= seen <= LARGEST_NUMBER and len(values) <= MOST_VALUES
    if not is_formed:
        raise Refused(_("Hệ thống không đọc được câu trả lời vừa gửi. Anh/Chị tải lại trang rồi chọn lại."), "answer")


def _read(stored: Any, values: Sequence[str]) -> Answer:
    try:
        return KINDS[stored.kind].read(stored.body, values)
    except KindError as error:
        raise Refused(error.sentence, "answer") from None


def _item_to_write(person_id: int, attempt_id: int, position: int) -> Any:
    """The item with its attempt's state, both locked (the attempt first). The other tables of the join never change."""
    item = (AttemptItem.id, AttemptItem.attempt_id, AttemptItem.position, AttemptItem.version, AttemptItem.client, AttemptItem.client_number)
    rest = (AttemptItem.answer, AttemptItem.saved_at, AttemptItem.locked_at, Attempt.state, Attempt.deadline_at, Attempt.closed_at)
    wanted = sa.select(*item, *rest, QuizVersion.grace_seconds, QuizVersion.behaviour, QuestionVersion.kind, QuestionVersion.body)
    joined = wanted.select_from(Attempt).join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
    joined = joined.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    joined = joined.join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    own = joined.where(Attempt.id == attempt_id, Attempt.person_id == person_id, AttemptItem.position == position)
    row = db.session.execute(own.with_for_update(of=[Attempt, AttemptItem], key_share=True)).first()
    return row or abort(404)


def _write_numbered(item_id: int, answer: Answer, client: str, number: int, seen: int, late: bool) -> int | None:
    """The item's new version; None when the rule leaves what is stored."""
    is_newer = sa.and_(AttemptItem.client == client, AttemptItem.client_number < number)
    is_others = AttemptItem.client.is_distinct_from(client)
    if late:
        is_others = sa.and_(is_others, AttemptItem.version <= seen)
    values = {"answer": answer, "version": AttemptItem.version + 1, "client": client, "client_number": number, "saved_at": clock.now()}
    write = sa.update(AttemptItem).where(AttemptItem.id == item_id, AttemptItem.locked_at.is_(None), sa.or_(is_newer, is_others)).values(values)
    return db.session.scalar(write.returning(AttemptItem.version).execution_options(synchronize_session=False))


def _is_open(state: str, deadline_at: datetime | None, grace_seconds: int) -> bool:
    return state == "open" and not is_over(deadline_at, grace_seconds)


def _keep_late(stored: Any, answer: Answer, client: str, number: int) -> str:
    """Keep the answer in the timeline, and say which word the receipt bears: what had been stored in time is still the person's."""
    if stored.client == client and stored.client_number >= number:
        return "yours"
    if not may_keep_late(stored.attempt_id, stored.closed_at):
        refuse_unless_open(stored.state, stored.deadline_at, stored.grace_seconds)
    add_late(stored.attempt_id, stored.position, answer, client, number)
    return "late"


def may_keep_late(attempt_id: int, closed_at: datetime | None, more: int = 1) -> bool:
    """Whether so many late answers more are kept: for a week after the closing, and not without end. The attempt is locked."""
    is_fresh = closed_at is None or clock.now() <= closed_at + LATE_LIFE
    return is_fresh and late_lines(attempt_id) + more <= MOST_LATE


def refuse_unless_open(state: str, deadline_at: datetime | None, grace_seconds: int) -> None:
    """Refused, in plain words, when nothing can be saved any more."""
    if state == "submitted":
        raise Refused(_("Bài này đã nộp nên không sửa được nữa."))
    if not _is_open(state, deadline_at, grace_seconds):
        raise Refused(_("Hết giờ làm bài. Những câu đã lưu trong giờ vẫn được tính."))


def save_form(person_id: int, attempt_id: int, form: MultiDict[str, str]) -> int:
    """Store what a plain form post changed; returns how many answers were written.

    Fields answer-<position> (any number) and was-<position> (the answer at serving, comma-joined): an item whose answer
    equals `was` was not touched on that page and is left alone, so a page left open overwrites nothing.
    Refused after the time: what it changed is then in the timeline, and stays there if the request is committed all the same.
    """
    attempt = lock_attempt(person_id, attempt_id)
    items = items_of([attempt_id])
    if not _is_open(attempt.state, attempt.deadline_at, attempt.grace_seconds):
        keep_late_form(attempt, items, form)
        refuse_unless_open(attempt.state, attempt.deadline_at, attempt.grace_seconds)
    return write_form(items, form)


def lock_attempt(person_id: int, attempt_id: int) -> Any:
    """The person's attempt (id, state, deadline_at, closed_at, grace_seconds), locked until the end of the transaction; 404 if not theirs."""
    columns = (Attempt.id, Attempt.state, Attempt.deadline_at, Attempt.closed_at, QuizVersion.grace_seconds)
    own = sa.select(*columns).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    own = own.where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    return db.session.execute(own.with_for_update(of=Attempt, key_share=True)).first() or abort(404)


def items_of(attempt_ids: Sequence[int]) -> list[SavedItem]:
    """All items of these attempts, in order, in one statement."""
    columns = (AttemptItem.id, AttemptItem.attempt_id, AttemptItem.position, AttemptItem.answer, AttemptItem.max_points)
    more = (AttemptItem.option_order, AttemptItem.is_dropped, AttemptItem.locked_at, AttemptItem.saved_at)
    wanted = sa.select(*columns, *more, AttemptItem.question_version_id, AttemptItem.points, QuestionVersion.kind, QuestionVersion.body)
    by_key = sa.func.coalesce(AttemptItem.marked_by_version_id, AttemptItem.question_version_id)
    joined = wanted.join(QuestionVersion, QuestionVersion.id == by_key)
    rows = db.session.execute(joined.where(AttemptItem.attempt_id.in_(attempt_ids)).order_by(AttemptItem.attempt_id, AttemptItem.position))
    return [SavedItem(*row) for row in rows]


def write_form(items: Sequence[SavedItem], form: MultiDict[str, str]) -> int:
    """Write what the form changed; the attempt is locked and open. Returns how many answers changed."""
    changed = _changed(items, form)
    if changed:
        now = clock.now()
        _write_changed([{"id": item.id, "answer": answer, "saved_at": now, "client": None, "client_number": None} for item, answer in changed])
        add_answers("save", changed[0][0].attempt_id, [(item.position, item.kind, answer) for item, answer in changed])
    return len(changed)


def keep_late_form(attempt: Any, items: Sequence[SavedItem], form: MultiDict[str, str]) -> None:
    """Keep in the timeline what a form changed that came after the time, each answer once; the attempt is locked."""
    changed = _changed(items, form)
    known = late_of_forms(attempt.id) if changed else {}
    new = [(item, answer) for item, answer in changed if item.position not in known or known[item.position] != answer]
    if new and may_keep_late(attempt.id, attempt.closed_at, len(new)):
        add_events([{"attempt_id": attempt.id, "kind": "late", "position": item.position, "answer": answer} for item, answer in new])


def _changed(items: Sequence[SavedItem], form: MultiDict[str, str]) -> list[tuple[SavedItem, Answer]]:
    changed = []
    for item in items:
        is_touched, answer = _read_form(item, form)
        if is_touched and answer != item.answer:
            changed.append((item, answer))
    return changed


def _read_form(item: SavedItem, form: MultiDict[str, str]) -> tuple[bool, Answer]:
    """(whether the person changed this item on the page, the answer). What cannot be read leaves the stored answer alone, and so does a lock."""
    kind, values = KINDS[item.kind], form.getlist(f"answer-{item.position}")
    if item.locked_at is not None or len(values) > MOST_VALUES or (not values and not kind.empties):
        return False, None
    try:
        answer = kind.read(item.body, values)
    except KindError:
        return False, None
    return kind.was(answer) != form.get(f"was-{item.position}", ""), answer


def _write_changed(changed: list[dict[str, Any]]) -> None:
    rows = [{f"new_{name}": value for name, value in row.items()} for row in changed]
    write = (
        sa.update(AttemptItem)
        .where(AttemptItem.id == sa.bindparam("new_id"), AttemptItem.locked_at.is_(None))
        .values(
            answer=sa.bindparam("new_answer", type_=AttemptItem.answer.type),
            saved_at=sa.bindparam("new_saved_at"),
            client=sa.bindparam("new_client"),
            client_number=sa.bindparam("new_client_number"),
            version=AttemptItem.version + 1,
        )
    )
    db.session.connection().execute(write, rows)
