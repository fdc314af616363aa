"""Pages of the room, one file for each thing that a trainer works at."""

from .. import facility
from ..commands import COMMANDS
from . import attempts, banks, files, importing, key_fixes, marking, papers, questions, quizzes, rooms, statistics
from .room import room

for command in COMMANDS:
    room.cli.add_command(command)
TIMERS = (facility.measure_questions,)

__all__ = ["attempts", "banks", "files", "importing", "key_fixes", "marking", "papers", "questions", "quizzes", "room", "rooms", "statistics"]
