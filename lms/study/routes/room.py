"""The room's blueprint: what the learner's desk keeps, names and says to other rooms, and its entries in the menu."""

from lms.base import LEARNERS, Entry, Room

from .. import effects, keeping, pictures, queries

room = Room(__name__)
room.names["enrolment"] = queries.names_of_enrolments
room.effects["agency"] = effects.effects_on_learners
room.effects["course-publishing"] = effects.effects_of_publishing
room.effects["attempt-passing"] = effects.effects_of_passing
room.effects["attempt-failing"] = effects.effects_of_failing
room.shows["course-file"] = queries.is_in_own_lessons
room.shows["bank-file"] = pictures.is_in_own_practice
room.keeps.append(keeping.kept_of_study)
room.forgets.append(keeping.forget_names)
room.menu.append(Entry("Việc học của tôi", "study.desk", LEARNERS, 10))
room.menu.append(Entry("Khóa học", "study.catalogue", LEARNERS, 20))
