"""The decision on a proposed correction: a second person confirms, or somebody declines. Nothing is revoked by it.

Confirming marks by the corrected key every paper on which the question stood with these words, also those that are still open (they are marked
right when they close). Grades are added, never changed; certificates and completions stay, and the page of the correction lists them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, ask_for, clock, db, long_task
from lms.base import gettext as _
from lms.site import record

from ..models import Attempt, AttemptItem, KeyFix, Question, QuestionVersion
from ..question_rows import question_digest
from ..regrading import regrade
from .dry_run import Bodies, DryRun, bodies_of, dry_run, touched

MOST_AT_ONCE = 5000  # attempts marked anew while the person waits; the others by the worker, so many at a time
SWEEP = timedelta(minutes=2)


@dataclass(frozen=True)
class Decider:
    """Who confirmed, for what the worker does afterwards."""

    person_id: int
    name: str = ""


class HasChanged(Exception):
    """Since the dry run that was shown something has changed; `run` is what it would be now."""

    def __init__(self, run: DryRun) -> None:
        super().__init__()
        self.run = run


def confirm_fix(actor: Any, fix_id: int, seen: str) -> DryRun:
    """Carry out a proposal; `seen` is the digest of the dry run that the actor was shown. What was changed is returned.

    HasChanged when the numbers are others by now: nothing is done. Refused for the proposer, when somebody has decided already, and when
    the question was rewritten since. The fix, its question and all papers with the question are locked, in this order.
    """
    fix = _claim(fix_id)
    if fix.proposed_by_id == actor.person_id:
        raise Refused(_("Người đề nghị không tự xác nhận được. Anh/Chị nhờ một giảng viên khác xem và xác nhận."))
    question = db.session.scalars(sa.select(Question).where(Question.id == fix.question_id).with_for_update()).one()
    current = db.session.scalars(_version(question.id, question.version_number)).one()
    if current.id not in fix.version_ids:
        raise Refused(_("Câu hỏi đã được sửa sau khi có đề nghị này. Anh/Chị từ chối đề nghị rồi lập đề nghị mới."))
    bodies = bodies_of(fix)
    _lock_papers(bodies)
    run = dry_run(bodies)
    if run.digest != seen:
        raise HasChanged(run)
    fix.to_version_id = _new_versions(actor, fix, question, current, bodies) if fix.kind == "key" else None
    if fix.kind == "drop":
        question.state = "retired"
    question.is_edited = True
    fix.state, fix.decided_by_id, fix.decided_at, fix.effects = "done", actor.person_id, clock.now(), run.counted()
    db.session.flush()
    record(actor, "confirm", "key-fix", fix.id, key=question.key, changed_marks=len(run.changed), why=fix.note)
    _mark_items(fix, bodies)
    ids = touched(bodies)[2]
    regrade(actor, ids[:MOST_AT_ONCE], "regraded", fix.note, fix.id)
    _ask_the_worker(fix.id, actor, 0, clock.now() + SWEEP)
    if len(ids) > MOST_AT_ONCE:
        _ask_the_worker(fix.id, actor, 1, clock.now())
    return run


def decline_fix(actor: Any, fix_id: int) -> None:
    """Decline a proposal (or take back one's own); nothing else changes."""
    fix = _claim(fix_id)
    fix.state, fix.decided_by_id, fix.decided_at = "declined", actor.person_id, clock.now()
    record(actor, "decline", "key-fix", fix.id, why=fix.note)


def _claim(fix_id: int) -> KeyFix:
    fix = db.session.scalars(sa.select(KeyFix).where(KeyFix.id == fix_id).with_for_update().execution_options(populate_existing=True)).one()
    if fix.state != "proposed":
        raise Refused(_("Đề nghị này đã được quyết định rồi. Anh/Chị xem kết quả bên dưới."))
    return fix


def _version(question_id: int, number: int) -> sa.Select[Any]:
    return sa.select(QuestionVersion).where(QuestionVersion.question_id == question_id, QuestionVersion.number == number)


def _lock_papers(bodies: Bodies) -> None:
    """Nothing is saved or closed beside this."""
    shown = sa.select(AttemptItem.attempt_id).where(AttemptItem.question_version_id.in_(list(bodies)))
    db.session.execute(sa.select(Attempt.id).where(Attempt.id.in_(shown)).order_by(Attempt.id).with_for_update(key_share=True)).all()


def _new_versions(actor: Any, fix: KeyFix, question: Question, current: QuestionVersion, bodies: Bodies) -> int:
    """A version for every way in which the options were keyed, that of the current one last: it becomes the current one."""
    wanted = [body for body in _distinct(body for body in bodies.values() if body is not None) if body != bodies[current.id]]
    for body in [*wanted, bodies[current.id]]:
        question.version_number += 1
        made = {"made_at": clock.now(), "made_by_id": actor.person_id, "note": _("Sửa đáp án: %(note)s", note=fix.note)}
        version = QuestionVersion(
            question_id=question.id,
            number=question.version_number,
            kind=current.kind,
            body=body,
            digest=question_digest(current.kind, body or {}),
            **made,
        )
        db.session.add(version)
        db.session.flush()
    return version.id


def _distinct(bodies: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for body in bodies:
        if body not in found:
            found.append(body)
    return found


def _mark_items(fix: KeyFix, bodies: Bodies) -> None:
    """Every item with these versions is marked by the corrected one, or dropped; what a later correction said is left alone."""
    if fix.kind == "drop":
        items = sa.update(AttemptItem).where(AttemptItem.question_version_id.in_(list(bodies)))
        db.session.execute(items.values(is_dropped=True).execution_options(synchronize_session=False))
        return
    made = db.session.scalars(
        sa.select(QuestionVersion).where(QuestionVersion.question_id == fix.question_id).order_by(QuestionVersion.number.desc())
    )
    newest = list(made)
    for version_id, body in bodies.items():
        by = next(one.id for one in newest if one.body == body)
        items = sa.update(AttemptItem).where(AttemptItem.question_version_id == version_id)
        db.session.execute(items.values(marked_by_version_id=by).execution_options(synchronize_session=False))


def _ask_the_worker(fix_id: int, actor: Any, turn: int, due_at: datetime) -> None:
    ask_for(finish_fix, f"key fix {fix_id} {turn}", due_at, fix_id=fix_id, person_id=actor.person_id, name=actor.name, turn=turn)


def _gave_up(sentence: str, fix_id: int, person_id: int, name: str, turn: int) -> None:
    record(Decider(person_id, name), "fail", "key-fix", fix_id, why=sentence)


@long_task(otherwise=_gave_up)
def finish_fix(fix_id: int, person_id: int, name: str, turn: int) -> None:
    """Mark by the correction what is not yet: the rest of very many (from turn 1 on), and papers drawn at the moment of confirming (turn 0).

    Doing it again changes nothing. A question that was corrected anew meanwhile is left to that correction."""
    fix = db.session.get_one(KeyFix, fix_id)
    newer = sa.select(KeyFix.id).where(KeyFix.question_id == fix.question_id, KeyFix.id > fix.id, KeyFix.state == "done").limit(1)
    if db.session.scalar(newer) is not None:
        return
    bodies = bodies_of(fix)
    _lock_papers(bodies)
    _mark_items(fix, bodies)
    ids, actor = touched(bodies)[2], Decider(person_id, name)
    regrade(actor, ids[:MOST_AT_ONCE], "regraded", fix.note, fix.id)
    if len(ids) > MOST_AT_ONCE:
        _ask_the_worker(fix_id, actor, turn + 1, clock.now())
