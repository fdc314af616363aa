"""The lines of a timeline in words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lms.base import gettext as _
from lms.base import moment

from .models import AttemptEvent
from .points import said

Details = dict[str, Any]


def sentence_of(event: AttemptEvent) -> str:
    """What happened, as one sentence."""
    return SENTENCES[event.kind](event.position, event.details or {})


def _start(_position: int | None, details: Details) -> str:
    room = details.get("room")
    if room:
        return _("Bắt đầu làm bài (lượt %(n)s) ở %(room)s", n=details.get("number", 1), room=room)
    return _("Bắt đầu làm bài (lượt %(n)s)", n=details.get("number", 1))


def _save(position: int | None, details: Details) -> str:
    if "length" in details:
        return _("Lưu câu %(n)s (%(length)s ký tự)", n=position, length=details["length"])
    return _("Lưu câu %(n)s", n=position)


def _deadline(details: Details) -> str:
    return moment(datetime.fromisoformat(details["deadline"])) if details.get("deadline") else "–"


def _extend(_position: int | None, details: Details) -> str:
    named = {"n": details.get("minutes"), "at": _deadline(details)}
    if details.get("room"):
        return _("Thêm %(n)s phút cho cả phòng %(room)s; hạn nộp mới là %(at)s", room=details["room"], **named)
    return _("Thêm %(n)s phút; hạn nộp mới là %(at)s", **named)


def _reopen(_position: int | None, details: Details) -> str:
    return _("Mở lại trong %(n)s phút, đến %(at)s", n=details.get("minutes"), at=_deadline(details))


def _mark(_position: int | None, details: Details) -> str:
    if details.get("points") is None:
        return _("Chấm một câu; còn %(n)s câu chờ chấm", n=details.get("waiting"))
    return _("Chấm xong: %(points)s điểm", points=said(details["points"]))


def _key(_position: int | None, details: Details) -> str:
    was, now = said(details.get("was")) or "–", said(details.get("points")) or "–"
    return _("Chấm lại vì sửa đáp án: từ %(was)s thành %(now)s điểm", was=was, now=now)


SENTENCES: dict[str, Callable[[int | None, Details], str]] = {
    "start": _start,
    "save": _save,
    "lock": lambda position, _details: _("Chốt câu %(n)s để xem giải thích", n=position),
    "late": lambda position, _details: _("Câu %(n)s đến sau giờ: được giữ, chưa tính", n=position),
    "stale": lambda position, _details: _("Câu %(n)s: bản gửi đến cũ hơn bản đang lưu nên không thay", n=position),
    "submit": lambda _position, _details: _("Nộp bài"),
    "expire": lambda _position, _details: _("Đóng bài vì hết giờ"),
    "extend": _extend,
    "reopen": _reopen,
    "accept": lambda position, _details: _("Chấp nhận câu %(n)s đến muộn", n=position),
    "mark": _mark,
    "review": lambda _position, _details: _("Mở xem giải thích"),
    "key": _key,
}
