"""What the worker does for accounts."""

from datetime import timedelta

from lms.base import every

from .accounts import forget_old_sessions
from .waits import forget_old_failures


@every(timedelta(hours=6))
def forget_entries() -> None:
    """Delete counts of wrong passwords that no longer make anybody wait, and sign-ins of more than a year ago."""
    forget_old_failures()
    forget_old_sessions()
