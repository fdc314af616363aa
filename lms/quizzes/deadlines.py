"""Deadlines: only the server's clock counts, as the request arrived; what was sent in time may arrive a little later (the grace of the rules)."""

from datetime import datetime, timedelta

from lms.base import clock


def is_over(deadline_at: datetime | None, grace_seconds: int) -> bool:
    """Whether nothing can be saved any more. A deadline of None never comes."""
    return deadline_at is not None and clock.now() > deadline_at + timedelta(seconds=grace_seconds)


def later(deadline_at: datetime, minutes: int) -> datetime:
    """The deadline with so many minutes more; where it is past already, the minutes count from now."""
    return max(deadline_at, clock.now()) + timedelta(minutes=minutes)
