"""What the worker does for the tree."""

from datetime import timedelta

from lms.base import clock, every

from .actions import copy_names_of


@every(timedelta(hours=1))
def copy_names() -> None:
    """Renames that were recorded in advance take effect on their day."""
    copy_names_of(clock.today())
