"""Pages of the room: `entry` for everybody's own account, `staff` for those who look after the accounts of others."""

from .. import tasks
from ..commands import COMMANDS
from ..staff_list import models
from . import entry, staff
from .room import room

for command in COMMANDS:
    room.cli.add_command(command)
TIMERS = (tasks.forget_entries,)

__all__ = ["entry", "room", "staff"]
