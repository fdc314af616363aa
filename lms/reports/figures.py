"""The figures of a report: every assignment is in exactly one state, so the columns add up to the total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.base import decimal
from lms.base import gettext as _
from lms.people import reason_words

COUNTED = ("completed", "in_progress", "not_started", "overdue")  # together: the denominator
STATES = (*COUNTED, "on_leave")


@dataclass(frozen=True)
class Figures:
    """How many assignments are in each state. `in_progress` and `not_started` are those still in time; `overdue` are the others."""

    completed: int = 0
    in_progress: int = 0
    not_started: int = 0
    overdue: int = 0
    on_leave: int = 0

    @property
    def assigned(self) -> int:
        """The denominator: everybody but people on leave."""
        return self.completed + self.in_progress + self.not_started + self.overdue

    @property
    def percent(self) -> float | None:
        """Completed out of assigned with one decimal, None for nothing of nothing; 100 only when all of them have."""
        if not self.assigned:
            return None
        rounded = round(100 * self.completed / self.assigned, 1)
        return min(rounded, 99.9) if self.completed < self.assigned else rounded

    @property
    def percent_text(self) -> str:
        """The percentage as it is printed: 73,7 %, or a dash."""
        return "–" if self.percent is None else f"{decimal(self.percent)}\u202f%"

    def count(self, state: str) -> int:
        """The figure of one state, or of all counted states for the empty word."""
        return int(getattr(self, state)) if state else self.assigned


def total(parts: Iterable[Figures]) -> Figures:
    """The sum, column by column."""
    listed = list(parts)
    return Figures(**{state: sum(part.count(state) for part in listed) for state in STATES})


def state_word(state: str) -> str:
    """The word for a state, in the language of the request; the empty state stands for all that are counted."""
    return {
        "": _("Được giao"),
        "completed": _("Hoàn thành"),
        "in_progress": _("Đang học"),
        "not_started": _("Chưa bắt đầu"),
        "overdue": _("Quá hạn"),
        "on_leave": _("Đang nghỉ"),
        "withdrawn": _("Đã thôi học"),
    }[state]


def standing_word(state: str, reason: str | None) -> str:
    """The word for a state, of people on leave with the reason where it is known: Đang nghỉ (nghỉ thai sản)."""
    why = reason_words().get(reason or "", "") if state == "on_leave" else ""
    return f"{state_word(state)} ({why.lower()})" if why else state_word(state)
