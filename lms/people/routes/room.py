"""The room's blueprint. Its addresses have no prefix in common: /sign-in, /account, /people."""

from lms.base import STAFF_LISTS, Entry, Room

from ..queries import names_of_people

room = Room(__name__, prefix="")
room.names["person"] = names_of_people
room.menu.append(Entry("Cán bộ", "people.index", STAFF_LISTS, 60))
