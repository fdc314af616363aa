"""Housekeeping of what was sent and never confirmed."""

from datetime import timedelta

from lms.base import every, forget_waiting


@every(timedelta(hours=6))
def sweep_waiting() -> None:
    """Forget files that nobody confirmed within a day."""
    forget_waiting()
