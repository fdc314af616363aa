"""A person marks an answer: criterion by criterion, append-only, and the attempt is marked anew."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from .marking_queue import answer_to_mark
from .models import Attempt, EssayMark
from .points import UNIT
from .regrading import regrade

SHORTEST_NOTE = 3


def judge(actor: Any, item_id: int, scores: Mapping[str, int], comment: str, note: str, seen: int) -> EssayMark | None:
    """Mark an answer that the actor may mark; None when there is none.

    scores: criterion -> percent of the question, from 0 to what the rubric gives. seen: the number of the last mark that the actor saw (0: none);
    if there is a newer one, Refused says so. Where a mark counts already, `note` says why there is another. Each mark is a row that never changes.
    """
    attempt_id = _locked(actor, item_id)
    answer = answer_to_mark(actor, item_id) if attempt_id is not None else None
    if answer is None:
        return None
    if answer.number != seen:
        raise Refused(_("Người khác vừa chấm bài này, điểm ghi ở dưới. Điểm của Anh/Chị chưa được lưu; nếu vẫn muốn chấm, ghi lý do rồi lưu lại."))
    if answer.last is not None and len(note) < SHORTEST_NOTE:
        raise Refused(_("Bài này đã có điểm. Anh/Chị ghi lý do chấm lại."), "note")
    kept = _checked(answer.told["rubric"], scores)
    points = sum(kept.values()) * answer.max_points // UNIT
    values = {"attempt_item_id": item_id, "number": seen + 1, "marker_id": actor.person_id, "marked_at": clock.now()}
    if not insert_once(EssayMark, **values, scores=kept, points=points, comment=comment):
        raise Refused(_("Người khác vừa chấm bài này, điểm ghi ở dưới. Điểm của Anh/Chị chưa được lưu; nếu vẫn muốn chấm, ghi lý do rồi lưu lại."))
    said = {"number": seen + 1, "points": points, "of": answer.max_points, "why": note}
    record(actor, "mark", "attempt", answer.attempt_id, agency_id=answer.agency_id, **said)
    regrade(actor, [answer.attempt_id], "marked", note)
    return db.session.scalars(sa.select(EssayMark).where(EssayMark.attempt_item_id == item_id, EssayMark.number == seen + 1)).one()


def _locked(actor: Any, item_id: int) -> int | None:
    """The id of the answer's attempt, locked until the end of the transaction, so that it is neither opened again nor marked beside us."""
    answer = answer_to_mark(actor, item_id)
    if answer is None:
        return None
    return db.session.scalar(sa.select(Attempt.id).where(Attempt.id == answer.attempt_id).with_for_update(key_share=True))


def _checked(rubric: Sequence[Mapping[str, Any]], scores: Mapping[str, int]) -> dict[str, int]:
    """The scores of exactly the rubric's criteria; Refused when one is missing or out of its bounds."""
    for criterion in rubric:
        if not 0 <= scores.get(criterion["key"], -1) <= criterion["points"]:
            most = criterion["points"]
            raise Refused(_("Anh/Chị cho điểm từ 0 đến %(most)s cho mỗi tiêu chí.", most=most), f"score_{criterion['key']}")
    return {criterion["key"]: scores[criterion["key"]] for criterion in rubric}
