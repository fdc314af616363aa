"""The room's blueprint: pages of trainers under /quizzes. Learners sit quizzes in `study`."""

from lms.base import TRAINERS, Entry, Room

from ..bank_reading import names_of_banks, names_of_questions
from ..keeping import forget_names, kept_of_quizzes
from ..keeping_timelines import kept_of_timelines
from ..queries import names_of_attempts

room = Room(__name__)
room.names["attempt"] = names_of_attempts
room.names["bank"] = names_of_banks
room.names["question"] = names_of_questions
room.keeps += [kept_of_quizzes, kept_of_timelines]
room.forgets.append(forget_names)
room.menu.append(Entry("Đề thi", "quizzes.index", TRAINERS, 45))
