"""Forms of the window of a quiz and of the rooms in which it is sat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import wtforms
from wtforms import validators

from lms.agencies import Branch
from lms.base import Choice, Form, at_most, required
from lms.base import gettext as _

from ..models import Quiz, QuizRoom
from ..quiz_rooms import room_mark
from ..windows import window_mark
from .times import DayIfAny, TimeOfDay, moment_of, typed_day, typed_time


class HoursForm(Form):
    """From a day and time until another."""

    opens_on = DayIfAny("Mở từ ngày")
    opens_time = TimeOfDay("Giờ mở", render_kw={"placeholder": "08:00"})
    closes_on = DayIfAny("Đóng vào ngày")
    closes_time = TimeOfDay("Giờ đóng", render_kw={"placeholder": "09:30"})
    seen = wtforms.HiddenField()
    is_always_needed = False

    def _check(self, day: Any, time: TimeOfDay) -> None:
        if day.data is None and not day.process_errors and (time.data or self.is_always_needed):
            raise validators.ValidationError(_("Anh/Chị nhập ngày theo dạng ngày/tháng/năm, ví dụ 05/02/2026."))

    def validate_opens_on(self, field: DayIfAny) -> None:
        """A time without a day means nothing."""
        self._check(field, self.opens_time)

    def validate_closes_on(self, field: DayIfAny) -> None:
        """A time without a day means nothing."""
        self._check(field, self.closes_time)

    def _check_time(self, time: TimeOfDay, day: Any) -> None:
        if (day.data or self.is_always_needed) and not time.data:
            raise validators.ValidationError(_("Anh/Chị nhập giờ theo dạng 08:00."))

    def validate_opens_time(self, field: TimeOfDay) -> None:
        """A day without a time is not clear."""
        self._check_time(field, self.opens_on)

    def validate_closes_time(self, field: TimeOfDay) -> None:
        """A day without a time is not clear."""
        self._check_time(field, self.closes_on)

    @property
    def opens_at(self) -> datetime | None:
        """When it opens, in UTC."""
        return moment_of(self.opens_on.data, self.opens_time.time)

    @property
    def closes_at(self) -> datetime | None:
        """When it closes, in UTC."""
        return moment_of(self.closes_on.data, self.closes_time.time)


def _hours(opens_at: datetime | None, closes_at: datetime | None) -> dict[str, Any]:
    opens = {"opens_on": typed_day(opens_at), "opens_time": typed_time(opens_at)}
    return {**opens, "closes_on": typed_day(closes_at), "closes_time": typed_time(closes_at)}


class WindowForm(HoursForm):
    """The window of a quiz; nothing typed: always open."""

    is_in_rooms = wtforms.BooleanField("Chỉ bắt đầu được khi nhập mã phòng thi")

    @classmethod
    def of_quiz(cls, quiz: Quiz) -> Any:
        """The form filled from a POST, else from the quiz."""
        return cls.of_request(**_hours(quiz.opens_at, quiz.closes_at), is_in_rooms=quiz.is_in_rooms, seen=window_mark(quiz))


class RoomForm(HoursForm):
    """A room whose hours and name change; its code stays."""

    title = wtforms.StringField("Tên phòng, ca thi", [required("Anh/Chị nhập tên phòng, ca thi."), at_most(100)])
    is_always_needed = True

    @classmethod
    def of_room(cls, room: QuizRoom) -> Any:
        """The form filled from a POST, else from the room."""
        return cls.of_request(title=room.title, **_hours(room.opens_at, room.closes_at), seen=room_mark(room))


class NewRoomForm(RoomForm):
    """A new room."""

    agency_id = Choice("Đơn vị tổ chức", [required("Anh/Chị chọn một mục trong danh sách.")], coerce=int)
    access_code = wtforms.StringField("Mã phòng thi", [at_most(20)])

    def offer(self, agencies: Sequence[Branch]) -> "NewRoomForm":
        """Set the agencies at which the viewer may open a room."""
        self.agency_id.choices = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in agencies]
        return self
