"""The trainer's bank pages come here; learners sit quizzes in `study`."""

from lms.base import Room

room = Room(__name__)
