"""The learner's pages: courses and lessons, a quiz before it is begun, the attempt, its result, practice without record."""

from .. import tasks
from ..commands import COMMANDS
from . import asking, attempts, courses, moving, offline, practice, quizzes, reading, results, surveys
from .room import room

for command in COMMANDS:
    room.cli.add_command(command)
TIMERS = (tasks.close_late_attempts, tasks.complete_by_later_marks)

__all__ = ["asking", "attempts", "courses", "moving", "offline", "practice", "quizzes", "reading", "results", "room", "surveys"]
