"""The room's blueprint: what courses keep, open and link, and their entries in the menu."""

from lms.base import TRAINERS, Entry, Room

from .. import teaching
from ..keeping import kept_of_courses

room = Room(__name__)
room.keeps.append(kept_of_courses)
room.reaches["bank"] = teaching.taught_banks
room.menu.append(Entry("Khóa học tôi phụ trách", "courses.index", TRAINERS, 40))
