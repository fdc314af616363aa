"""The trainer's bank pages come here; learners sit quizzes in `study`."""

from lms.base import Room

from .commands import COMMANDS
from .keeping import forget_names, kept_of_quizzes
from .queries import names_of_attempts

room = Room(__name__)
room.names["attempt"] = names_of_attempts
room.keeps.append(kept_of_quizzes)
room.forgets.append(forget_names)
for command in COMMANDS:
    room.cli.add_command(command)
