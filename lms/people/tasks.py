"""What the worker does for accounts."""

from datetime import timedelta

from lms.base import every

from .anonymising import anonymise_leavers
from .inactive import suspend_inactive
from .memberships import suspend_left
from .sessions import forget_old_sessions
from .waits import forget_old_failures


@every(timedelta(hours=6))
def forget_entries() -> None:
    """Delete counts of wrong passwords that no longer make anybody wait, and sign-ins of more than a year ago."""
    forget_old_failures()
    forget_old_sessions()


@every(timedelta(days=1))
def anonymise() -> None:
    """Anonymise people who left longer ago than the setting says, some hundreds a day."""
    anonymise_leavers()


@every(timedelta(days=1))
def suspend_unused() -> None:
    """Suspend accounts with a role that nobody has used for as many days as the setting says."""
    suspend_inactive()


@every(timedelta(hours=1))
def suspend_leavers() -> None:
    """Suspend the accounts of people whose day of leaving service has come."""
    suspend_left()
