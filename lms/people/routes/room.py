"""The room's blueprint. Its addresses have no prefix in common: /sign-in, /account, /people."""

from lms.base import ADMINISTRATORS, Entry, Room

from ..queries import names_of_people

room = Room(__name__, prefix="")
room.names["person"] = names_of_people
room.menu.append(Entry("Tài khoản", "people.index", ADMINISTRATORS, 60))
