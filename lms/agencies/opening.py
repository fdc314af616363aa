"""Many new agencies in one go, parents before children: each its own event, their places in the tree written once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from .branches import NewAgency, put_agency, refuse_root
from .events import happening, lock_tree, note_in_audit, refuse_unreached
from .models import Agency
from .within import recompute_within

Opener = Callable[[NewAgency, date, str | None], Agency]


@contextmanager
def opening_agencies(actor: Any) -> Iterator[Opener]:
    """Gives a function that opens an agency from a day on, as `open_agency` does. `agency_within` knows of them when the context ends."""
    lock_tree()
    opened: set[int] = set()

    def open_one(new: NewAgency, from_on: date, decision: str | None) -> Agency:
        refuse_root(actor, new.parent_id)
        if new.parent_id is not None and new.parent_id not in opened:
            refuse_unreached(actor, [new.parent_id], from_on, "parent_id")
        with happening(actor, "open", from_on, decision, [], []) as event_id:
            agency = put_agency(event_id, new, from_on, decision)
        note_in_audit(actor, "open", agency, from_on, decision, name=agency.name)
        opened.add(agency.id)
        return agency

    yield open_one
    if opened:
        recompute_within(*opened)
