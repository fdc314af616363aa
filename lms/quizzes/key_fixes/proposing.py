"""Proposing a correction of a key, or to drop a question."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from ..kind import KindError
from ..kinds import KINDS
from ..models import KeyFix
from ..pictures import with_pictures
from ..reach import HeldQuestion
from ..sameness import keyed_as
from .dry_run import Bodies, bodies_for, dry_run, versions_of

KEY, DROP = "key", "drop"


@dataclass(frozen=True)
class Wish:
    """What is proposed: body: the corrected body; None: the question is dropped. bodies: version -> the body that would mark it.

    Dropping gives everybody all points of the question: the maximum of an attempt is frozen when it starts, so that a question can be taken
    out of the reckoning only by taking away its power to tell people apart, and nobody loses by a fault that is ours.
    """

    kind: str
    body: dict[str, Any] | None
    bodies: Bodies


def corrected(held: HeldQuestion, kind: str, raw: dict[str, Any]) -> Wish:
    """What is wished, from the question as written with its key corrected (`raw`; not read where it is dropped).

    Refused when it cannot be understood, changes nothing, or changes what learners were shown: that is a new text, not a correction.
    """
    versions = versions_of(held.question.id)
    if kind == DROP:
        return Wish(DROP, None, bodies_for(versions, held.version, None))
    one = KINDS[held.version.kind]
    if one.needs_marker:
        raise Refused(_("Câu này do người chấm nên không có đáp án để sửa. Anh/Chị chấm lại từng bài, hoặc bỏ câu này."))
    try:
        parsed = one.parse(with_pictures(held.bank.id, {**raw, "kind": held.version.kind}))
    except KindError as error:
        raise Refused(error.sentence) from None
    body = keyed_as(held.version.kind, parsed, held.version.body)
    if body is None:
        raise Refused(_("Ở đây chỉ sửa đáp án và lời giải thích. Câu chữ học viên đã thấy phải giữ nguyên; muốn đổi câu chữ, Anh/Chị sửa câu hỏi."))
    if body == held.version.body:
        raise Refused(_("Đáp án chưa có gì thay đổi."))
    return Wish(KEY, body, bodies_for(versions, held.version, body))


def propose_fix(actor: Any, held: HeldQuestion, wish: Wish, note: str) -> int:
    """The id of the proposal, with what the dry run finds now. Refused while another one waits for a decision on this question."""
    if not note:
        raise Refused(_("Anh/Chị ghi lý do để người xác nhận hiểu."), "note")
    is_new = insert_once(
        KeyFix,
        question_id=held.question.id,
        kind=wish.kind,
        version_ids=list(wish.bodies),
        body=wish.body,
        to_version_id=None,
        note=note,
        effects=dry_run(wish.bodies).counted(),
        state="proposed",
        proposed_by_id=actor.person_id,
        proposed_at=clock.now(),
        decided_by_id=None,
        decided_at=None,
    )
    open_one = db.session.scalars(sa.select(KeyFix.id).where(KeyFix.question_id == held.question.id, KeyFix.state == "proposed")).one()
    if not is_new:
        raise Refused(_("Câu này đang có một đề nghị chờ xác nhận. Anh/Chị xem đề nghị đó trước."))
    record(actor, "propose", "key-fix", open_one, agency_id=held.bank.agency_id, key=held.question.key, why=note)
    return open_one
