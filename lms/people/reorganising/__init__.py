"""Where the tree changes and people follow: each act is one transaction, shown before it is done, and undone as a whole while nothing rests on it."""

from lms.agencies import NewAgency, newest_event_id
from lms.agencies import move_agency as move
from lms.agencies import rename_agency as rename

from .acts import Part, close, merge, split
from .showing import Preview, affected_by, preview
from .undoing import undo_event

__all__ = ["NewAgency", "Part", "Preview", "affected_by", "close", "merge", "move", "newest_event_id", "preview", "rename", "split", "undo_event"]
