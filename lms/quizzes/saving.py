"""Saving answers: numbered, idempotent, right when two tabs, two PCs or a journal that arrives late write the same item.

Whoever writes an item holds the lock of its attempt (PostgreSQL: the row; SQLite: the database), so nothing is saved
beside a marking that is under way.
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

from .kind import Answer, KindError
from .kinds import KINDS
from .models import Attempt, AttemptItem, QuestionVersion
from .queries import is_over

CLIENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
LARGEST_NUMBER = 2**31 - 1
MOST_VALUES = 50


@dataclass(frozen=True)
class Receipt:
    """What is stored of an item after a save. kept: "other" when a newer choice made elsewhere was left standing."""

    position: int
    number: int
    version: int
    answered: int
    total: int
    saved_at: datetime | None
    kept: str
    answer: list[str]


@dataclass(frozen=True)
class SavedItem:
    """An item as stored, with what reading and marking its answer needs."""

    id: int
    attempt_id: int
    position: int
    answer: list[str] | None
    max_points: int
    kind: str
    body: dict[str, Any]


def save_answer(person_id: int, attempt_id: int, position: int, values: Sequence[str], client: str, number: int, seen: int, late: bool) -> Receipt:
    """Store one answer and say what is stored now. An empty `values` takes the answer back.

    `client` names the open page, `number` counts its saves, `seen` is the item's version that it last saw. The same number
    again (or a lower one) changes nothing. If another client wrote since `seen`: a person who just clicked wins (late=False);
    a resend (late=True: from the journal, or because no receipt came) does not, and the receipt says kept="other".
    404 when it is not the person's; Refused when the attempt is closed or the time is over, and with field="answer" when
    the save is malformed or its values are not of the question (the attempt goes on).
    """
    _refuse_malformed(client, number, seen, values)
    stored = _item_to_write(person_id, attempt_id, position)
    refuse_unless_open(stored.state, stored.deadline_at)
    try:
        answer = KINDS[stored.kind].read(stored.body, values)
    except KindError as error:
        raise Refused(error.sentence, "answer") from None
    written = _write_numbered(stored.id, answer, client, number, seen, late)
    count = sa.select(sa.func.count(AttemptItem.answer), sa.func.count()).where(AttemptItem.attempt_id == attempt_id)
    answered, total = db.session.execute(count).one()
    if written is not None:
        return Receipt(position, number, written, answered, total, clock.now(), "yours", answer or [])
    kept = "yours" if stored.client == client else "other"
    return Receipt(position, number, stored.version, answered, total, stored.saved_at, kept, stored.answer or [])


def _refuse_malformed(client: str, number: int, seen: int, values: Sequence[str]) -> None:
    is_formed = CLIENT.fullmatch(client) and 0 < number <= LARGEST_NUMBER and 0 <= seen <= LARGEST_NUMBER and len(values) <= MOST_VALUES
    if not is_formed:
        raise Refused(_("Hệ thống không đọc được câu trả lời vừa gửi. Anh/Chị tải lại trang rồi chọn lại."), "answer")


def _item_to_write(person_id: int, attempt_id: int, position: int) -> Any:
    """The item with its attempt's state, both locked (the attempt first). The other tables of the join never change."""
    wanted = sa.select(
        AttemptItem.id,
        AttemptItem.version,
        AttemptItem.client,
        AttemptItem.answer,
        AttemptItem.saved_at,
        Attempt.state,
        Attempt.deadline_at,
        QuestionVersion.kind,
        QuestionVersion.body,
    )
    joined = wanted.select_from(Attempt).join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
    joined = joined.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
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
    write = sa.update(AttemptItem).where(AttemptItem.id == item_id, sa.or_(is_newer, is_others)).values(values)
    return db.session.scalar(write.returning(AttemptItem.version).execution_options(synchronize_session=False))


def refuse_unless_open(state: str, deadline_at: datetime | None) -> None:
    """Refused, in plain words, when nothing can be saved any more."""
    if state == "submitted":
        raise Refused(_("Bài này đã nộp nên không sửa được nữa."))
    if state != "open" or is_over(deadline_at):
        raise Refused(_("Hết giờ làm bài. Những câu đã lưu trong giờ vẫn được tính."))


def save_form(person_id: int, attempt_id: int, form: MultiDict[str, str]) -> int:
    """Store what a plain form post changed; returns how many answers were written.

    Fields answer-<position> (any number) and was-<position> (the answer at serving, comma-joined): an item whose answer
    equals `was` was not touched on that page and is left alone, so a page left open overwrites nothing.
    """
    attempt = lock_attempt(person_id, attempt_id)
    refuse_unless_open(attempt.state, attempt.deadline_at)
    return write_form(items_of([attempt_id]), form)


def lock_attempt(person_id: int, attempt_id: int) -> Any:
    """(id, state, deadline_at) of the person's attempt, locked until the end of the transaction; 404 when it is not theirs."""
    own = sa.select(Attempt.id, Attempt.state, Attempt.deadline_at).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    return db.session.execute(own.with_for_update(key_share=True)).first() or abort(404)


def items_of(attempt_ids: Sequence[int]) -> list[SavedItem]:
    """All items of these attempts, in order, in one statement."""
    columns = (AttemptItem.id, AttemptItem.attempt_id, AttemptItem.position, AttemptItem.answer, AttemptItem.max_points)
    wanted = sa.select(*columns, QuestionVersion.kind, QuestionVersion.body)
    joined = wanted.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
    rows = db.session.execute(joined.where(AttemptItem.attempt_id.in_(attempt_ids)).order_by(AttemptItem.attempt_id, AttemptItem.position))
    return [SavedItem(*row) for row in rows]


def write_form(items: Sequence[SavedItem], form: MultiDict[str, str]) -> int:
    """Write what the form changed, in one statement; the attempt is locked and open. Returns how many answers changed."""
    changed = []
    for item in items:
        is_touched, answer = _read_form(item, form)
        if is_touched and answer != item.answer:
            changed.append({"id": item.id, "answer": answer, "saved_at": clock.now(), "client": None, "client_number": None})
    if changed:
        _write_changed(changed)
    return len(changed)


def _read_form(item: SavedItem, form: MultiDict[str, str]) -> tuple[bool, Answer]:
    """(whether the person changed this item on the page, the answer). What cannot be read leaves the stored answer alone."""
    kind, values = KINDS[item.kind], form.getlist(f"answer-{item.position}")
    if len(values) > MOST_VALUES or (not values and not kind.empties):
        return False, None
    try:
        answer = kind.read(item.body, values)
    except KindError:
        return False, None
    return ",".join(answer or ()) != form.get(f"was-{item.position}", ""), answer


def _write_changed(changed: list[dict[str, Any]]) -> None:
    rows = [{f"new_{name}": value for name, value in row.items()} for row in changed]
    write = (
        sa.update(AttemptItem)
        .where(AttemptItem.id == sa.bindparam("new_id"))
        .values(
            answer=sa.bindparam("new_answer", type_=AttemptItem.answer.type),
            saved_at=sa.bindparam("new_saved_at"),
            client=sa.bindparam("new_client"),
            client_number=sa.bindparam("new_client_number"),
            version=AttemptItem.version + 1,
        )
    )
    db.session.connection().execute(write, rows)
