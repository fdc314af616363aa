"""The one clock: UTC in the database, Asia/Ho_Chi_Minh on the page, a due day ends at local midnight."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import g, has_request_context

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def _system() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _system


def now() -> datetime:
    """This instant, in UTC. Within a request: the instant at which the request arrived (a slow server costs nobody a point)."""
    if has_request_context() and "arrived_at" in g:
        arrived: datetime = g.arrived_at
        return arrived
    return _read()


def arrive() -> datetime:
    """Read the clock anew; only the start of a request does."""
    return _read()


def today() -> date:
    """The local calendar day."""
    return now().astimezone(LOCAL).date()


def local(instant: datetime) -> datetime:
    """The same instant as a clock on the wall in Vietnam shows it."""
    return instant.astimezone(LOCAL)


def end_of(day: date) -> datetime:
    """The instant (UTC) at which the local day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, LOCAL).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The instant (UTC) at which the local day begins."""
    return datetime.combine(day, time.min, LOCAL).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day of the month `months` later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def set_clock(read: Callable[[], datetime] | None) -> None:
    """Replace the clock (tests and the demonstration district), or put the real one back with None."""
    global _read
    _read = read or _system
