"""The trainer's bank pages come here; learners sit quizzes in `study`."""

from lms.base import Room

from .queries import names_of_attempts

room = Room(__name__)
room.names["attempt"] = names_of_attempts
