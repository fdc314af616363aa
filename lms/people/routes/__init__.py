"""Pages of the room: `entry` for everybody's own account, `staff` for those who look after the accounts of others."""

from .. import tasks
from ..commands import COMMANDS
from ..staff_list import models
from ..staff_list import tasks as staff_list_tasks
from . import account, changes, entry, memberships, privacy, roles, second_factor, slips, staff, staff_lists, tree
from .room import room

for command in COMMANDS:
    room.cli.add_command(command)
TIMERS = (tasks.forget_entries, tasks.anonymise, tasks.suspend_unused, tasks.suspend_leavers, staff_list_tasks.forget_staff_lists)

__all__ = ["account", "changes", "entry", "memberships", "privacy", "roles", "room", "second_factor", "slips", "staff", "staff_lists", "tree"]
