"""A moment that is typed as a day and a time of that day, and whole numbers with our own sentences."""

import re
from datetime import date, datetime, time
from typing import Any

import wtforms
from wtforms import validators

from lms.base import Day, clock
from lms.base import gettext as _

TIME = re.compile(r"(\d{1,2})(?:[:hHgG.](\d{2})?)?")


class TimeOfDay(wtforms.StringField):
    """A time of day, typed as 08:00 (8h, 8h30 and 8 are taken too). data: what was typed; `time`: what it means."""

    @property
    def time(self) -> time | None:
        """The time that was typed; None: nothing, or no time."""
        found = TIME.fullmatch((self.data or "").replace(" ", ""))
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            return None
        return time(int(found[1]), int(found[2] or 0))

    def pre_validate(self, form: Any) -> None:
        if self.data and self.time is None:
            raise validators.StopValidation(_("Anh/Chị nhập giờ theo dạng 08:00."))


class DayIfAny(Day):
    """A day, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if any(text.strip() for text in valuelist):
            super().process_formdata(valuelist)
        else:
            self.data = None


def moment_of(day: date | None, time_of_day: time | None) -> datetime | None:
    """The instant (UTC) that a day and a time on a wall clock in Vietnam mean."""
    return datetime.combine(day, time_of_day, clock.LOCAL).astimezone(clock.now().tzinfo) if day and time_of_day is not None else None


def typed_time(instant: datetime | None) -> str:
    """How the form shows the time of an instant: 08:00."""
    return f"{clock.local(instant):%H:%M}" if instant else ""


def typed_day(instant: datetime | None) -> date | None:
    """The local day of an instant."""
    return clock.local(instant).date() if instant else None
