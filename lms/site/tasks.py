"""Housekeeping of the ground: old form keys and finished jobs."""

from datetime import timedelta

from lms.base import every, forget_done_jobs, forget_old_keys


@every(timedelta(hours=6))
def sweep() -> None:
    """Delete used form keys and finished jobs that nobody can ask for again."""
    forget_old_keys()
    forget_done_jobs()
