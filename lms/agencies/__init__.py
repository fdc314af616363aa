"""The dated tree of agencies, and the question "was this within that, on that day?"."""

from .actions import change_agency, close_agency, merge_agencies, move_agency, open_agency, rename_agency
from .models import EVENTS, KINDS, Agency, AgencyEvent, AgencyEventPart, AgencyName, AgencyParent, AgencyWithin
from .queries import Branch, agencies_below, agency_by_code, agency_name_on, agency_tree, help_contact_id, holds_on, kind_words
from .successors import agencies_rolled_up, standing_for

__all__ = [
    "EVENTS",
    "KINDS",
    "Agency",
    "AgencyEvent",
    "AgencyEventPart",
    "AgencyName",
    "AgencyParent",
    "AgencyWithin",
    "Branch",
    "agencies_below",
    "agencies_rolled_up",
    "agency_by_code",
    "agency_name_on",
    "agency_tree",
    "change_agency",
    "close_agency",
    "help_contact_id",
    "holds_on",
    "kind_words",
    "merge_agencies",
    "move_agency",
    "open_agency",
    "rename_agency",
    "standing_for",
]
