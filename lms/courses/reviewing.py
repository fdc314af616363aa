"""Review by a second person: who wrote or asked never approves, and an approval counts for exactly the drafts that were looked at."""

from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.site import record

from .models import CourseReview
from .pending import Pending, pending_of
from .publishing import refuse_faults


def ask_review(actor: Any, course_id: int, note: str = "") -> None:
    """Ask a second person to look at what would be published. Asking anew after a change replaces the open request. Refused when there is nothing."""
    pending = pending_of(course_id)
    if not pending.is_anything:
        raise Refused(_("Chưa có bản nháp nào để duyệt."))
    refuse_faults(pending)
    if pending.is_approved:
        raise Refused(_("Nội dung này đã được duyệt. Anh/Chị công bố được ngay."))
    if pending.is_asked and pending.review and pending.review.digest == pending.digest:
        raise Refused(_("Nội dung này đang chờ duyệt rồi."))
    values = {"digest": pending.digest, "note": note or None, "asked_at": clock.now(), "asked_by_id": actor.person_id}
    is_open = sa.and_(CourseReview.course_id == course_id, CourseReview.state == "asked")
    again = db.session.execute(sa.update(CourseReview).where(is_open).values(values))
    if again.rowcount == 0:  # type: ignore[attr-defined]
        db.session.execute(sa.insert(CourseReview).values(course_id=course_id, state="asked", **values))
    record(actor, "ask-review", "course", course_id, agency_id=pending.course.agency_id, **({"why": note} if note else {}))


def may_decide(actor: Any, pending: Pending) -> bool:
    """Whether the actor is a second person here: did not ask, and wrote none of the drafts last."""
    review = pending.review
    return review is not None and review.asked_by_id != actor.person_id and actor.person_id not in pending.writers


def decide_review(actor: Any, course_id: int, review_id: int, digest: str, is_approved: bool, comment: str = "") -> None:
    """Approve what was looked at, or return it with a comment. `digest`: of the drafts that the page showed.

    Refused when the drafts were changed meanwhile, when somebody decided already, for who asked or wrote, and for returning without a word.
    """
    pending = pending_of(course_id)
    if not is_approved and not comment:
        raise Refused(_("Anh/Chị ghi vài chữ để người soạn biết cần sửa gì."), "comment")
    if digest != pending.digest:
        raise Refused(_("Bản nháp vừa có thay đổi sau khi Anh/Chị mở trang. Anh/Chị xem lại rồi quyết định."))
    if pending.review and pending.is_asked and not may_decide(actor, pending):
        raise Refused(_("Người duyệt phải là người thứ hai: không phải người đề nghị, cũng không phải người viết bản nháp."))
    state = "approved" if is_approved else "returned"
    waiting = (CourseReview.id == review_id, CourseReview.course_id == course_id, CourseReview.state == "asked", CourseReview.digest == digest)
    second = CourseReview.asked_by_id.is_distinct_from(actor.person_id)
    values = {"state": state, "comment": comment or None, "decided_at": clock.now(), "decided_by_id": actor.person_id}
    done = db.session.execute(sa.update(CourseReview).where(*waiting, second).values(values))
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise Refused(_("Đề nghị duyệt này đã có người quyết định, hoặc nội dung đã đổi. Anh/Chị xem lại trang."))
    action = "approve" if is_approved else "return"
    record(actor, action, "course", course_id, agency_id=pending.course.agency_id, **({"why": comment} if comment else {}))
