"""The trainers' pages: courses and their lessons, structure, files, people, life; and the files of courses for those who may see them."""

from ..commands import COMMANDS
from . import courses, files, lessons
from .room import room

for command in COMMANDS:
    room.cli.add_command(command)

__all__ = ["courses", "files", "lessons", "room"]
