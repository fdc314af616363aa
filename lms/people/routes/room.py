"""The room's blueprint. Its addresses have no prefix in common: /sign-in, /account, /people."""

from lms.base import ADMINISTRATORS, Entry, Room

room = Room(__name__, prefix="")
room.menu.append(Entry("Tài khoản", "people.index", ADMINISTRATORS, 60))
