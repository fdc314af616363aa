"""The audit trail on screen."""

from flask import request

from lms.base import ADMINISTRATORS, Entry, Room, page, viewer

from . import queries, tasks
from .commands import COMMANDS
from .vocabulary import deeds

room = Room(__name__)
room.cli_group = None
for command in COMMANDS:
    room.cli.add_command(command)
room.menu.append(Entry("Nhật ký hệ thống", "site.audit", ADMINISTRATORS, 90))
TIMERS = (tasks.sweep,)


@room.route("/audit", to=ADMINISTRATORS)
def audit() -> tuple[str, int]:
    action, actor = request.args.get("action", ""), request.args.get("actor", "")
    rows, number, last = queries.audit_page(viewer(), request.args.get("page", 1, type=int), action, actor)
    return page("site/audit.html", rows=rows, number=number, last=last, action=action, actor=actor, deeds=deeds())
