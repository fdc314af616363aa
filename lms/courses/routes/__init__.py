"""The trainers' pages: courses and their lessons, structure, files, people, life; and the files of courses for those who may see them."""

from ..commands import COMMANDS
from ..office.tasks import sweep_waiting
from . import archives, courses, files, handout, legal, lessons, life, making, office, outline, people, reviews, settings, steps, writing
from .room import room

for command in COMMANDS:
    room.cli.add_command(command)
TIMERS = (sweep_waiting,)

__all__ = [
    "archives",
    "courses",
    "files",
    "handout",
    "legal",
    "lessons",
    "life",
    "making",
    "office",
    "outline",
    "people",
    "reviews",
    "room",
    "settings",
    "steps",
    "writing",
]
