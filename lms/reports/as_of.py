"""The day that a report speaks of, and whose agencies it is laid out by: those of that day, or those that stand in their place today."""

from dataclasses import dataclass
from datetime import date, datetime

from lms.base import clock, day
from lms.base import gettext as _

THEN, NOW = "then", "now"


@dataclass(frozen=True)
class AsOf:
    """A day up to today. `by`: then (agencies, names and parents as they were on that day) or now (rolled up to those of today)."""

    on: date
    by: str

    @property
    def is_past(self) -> bool:
        """Whether the day is over; today's figures come from what stands today."""
        return self.on < clock.today()

    @property
    def is_then(self) -> bool:
        """Whether the agencies are those of a past day."""
        return self.is_past and self.by == THEN

    @property
    def tree_on(self) -> date:
        """The day whose tree is shown."""
        return self.on if self.is_then else clock.today()

    @property
    def until(self) -> datetime:
        """The instant (UTC) at which the day is over: what happened before it counts."""
        return clock.end_of(self.on)

    @property
    def words(self) -> str:
        """How a report says its day and its agencies."""
        if not self.is_past:
            return _("Số liệu đến ngày %(day)s", day=day(self.on))
        if self.is_then:
            return _("Tính đến ngày %(day)s, theo đơn vị như ngày đó", day=day(self.on))
        return _("Tính đến ngày %(day)s, theo đơn vị hiện nay", day=day(self.on))


def as_of(on: date, by: str = THEN) -> AsOf:
    """That day; for today and any later day, today."""
    today = clock.today()
    return AsOf(on, NOW if by == NOW else THEN) if on < today else AsOf(today, NOW)


def read_as_of(typed: str, by: str) -> tuple[AsOf, str]:
    """The day that somebody typed (2025-06-30 or 30/06/2025; nothing: today), and a sentence when it is no day, or one to come: then today."""
    today = clock.today()
    if not typed.strip():
        return as_of(today), ""
    chosen = _day_of(typed.strip())
    if chosen is None:
        return as_of(today), _("“%(typed)s” không phải là ngày. Anh/Chị nhập ngày/tháng/năm, ví dụ 05/02/2026. Đang hiện hôm nay.", typed=typed[:40])
    if chosen > today:
        return as_of(today), _("Ngày %(day)s chưa đến. Đang hiện số liệu hôm nay.", day=day(chosen))
    return as_of(chosen, by), ""


def _day_of(text: str) -> date | None:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None
