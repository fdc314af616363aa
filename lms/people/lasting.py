"""How long a sign-in lasts: so many hours at most, and so many minutes without use, by the strictest role that one holds.

The minute of the last use stands in the signed cookie, so that no GET writes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import g, session

from lms.base import LEARNER, clock
from lms.site import number_setting

SEEN = "seen"
CODE_LIFE = timedelta(minutes=15)  # from the right password to the code of the second factor


def longest_life(roles: Collection[str]) -> timedelta:
    """How long a sign-in of somebody with these roles lasts, used or not."""
    keys = {"session_hours_learner"} | ({"session_hours_administrator"} if roles else set())
    return timedelta(hours=min(number_setting(key) for key in keys))


def idle_minutes(roles: Collection[str]) -> int:
    """After how many minutes without use somebody with these roles must sign in again."""
    return min(number_setting(f"idle_minutes_{role}") for role in {LEARNER, *roles})


def is_in_use() -> bool:
    """Whether somebody signed in was seen in this request."""
    return bool(g.get("is_in", False))


def mark_used() -> None:
    """Note in the cookie that this browser is in use; changes it once a minute at most."""
    minute = _minute()
    if session.get(SEEN) != minute:
        session[SEEN] = minute


def is_over(roles: Collection[str], created_at: datetime) -> bool:
    """Whether the sign-in of this browser, begun then, has lasted too long or lain unused too long for these roles."""
    seen = session.get(SEEN)
    return not isinstance(seen, int) or _minute() - seen > idle_minutes(roles) or clock.now() - created_at >= longest_life(roles)


def _minute() -> int:
    return int(clock.now().timestamp()) // 60
