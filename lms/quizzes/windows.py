"""The window of a quiz: from when until when it may be begun, and whether only with the code of a room. It takes effect at once."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db, moment
from lms.base import gettext as _
from lms.site import record

from .models import Quiz


def window_mark(quiz: Quiz) -> str:
    """What the window was when a form was opened, so that a later change by somebody else is not overwritten unseen."""
    ends = [at.isoformat() if at else "" for at in (quiz.opens_at, quiz.closes_at)]
    return "|".join([*ends, str(quiz.is_in_rooms)])


def set_window(actor: Any, quiz: Quiz, agency_id: int, opens_at: datetime | None, closes_at: datetime | None, is_in_rooms: bool, seen: str) -> None:
    """Set the window of a quiz for everybody, at once. Refused when it closes before it opens, or somebody set it since `seen`.

    Attempts under way keep the deadline that they began with. agency_id: of the bank. The same again writes nothing.
    """
    if opens_at and closes_at and opens_at >= closes_at:
        raise Refused(_("Giờ đóng phải sau giờ mở."), "closes_on")
    own = sa.select(Quiz).where(Quiz.id == quiz.id).with_for_update(key_share=True)
    held = db.session.scalars(own.execution_options(populate_existing=True)).one()
    if (held.opens_at, held.closes_at, held.is_in_rooms) == (opens_at, closes_at, is_in_rooms):
        return
    if window_mark(held) != seen:
        raise Refused(_("Có người vừa đổi thời gian của bài này sau khi Anh/Chị mở trang. Anh/Chị xem lại rồi ghi lần nữa."))
    held.opens_at, held.closes_at, held.is_in_rooms = opens_at, closes_at, is_in_rooms
    said = {"opens": moment(opens_at) or None, "closes": moment(closes_at) or None, "in_rooms": is_in_rooms}
    record(actor, "set-window", "quiz", held.id, agency_id=agency_id, key=held.key, **said)
