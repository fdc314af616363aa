"""Accounts, sign-in, staff lists, and the role each person holds at an agency from when to when."""

from .accounts import issue_slip, restore_account, set_password, suspend_account
from .actions import correct_person, create_person
from .memberships import (
    add_membership,
    end_membership,
    go_on_leave,
    leave_service,
    return_to_work,
    transfer_person,
)
from .models import LEAVE_REASONS, STAFF_KINDS, STATES, Account, Membership, Person, PrivacyAcceptance, RoleHeld, Session
from .passwords import hash_password, new_slip_password
from .privacy import NOTICE_VERSION, agree_to_privacy
from .queries import (
    Identity,
    identity_on_day,
    memberships_of,
    people_in_reach,
    people_of,
    person_by_id,
    person_named,
    reason_words,
    role_words,
    staff_kind_words,
    state_words,
)
from .reorganising import NewAgency, Part, Preview, affected_by, close, merge, move, newest_event_id, preview, rename, split, undo_event
from .roles import end_role, grant_role
from .viewer import Viewer, reach

__all__ = [
    "LEAVE_REASONS",
    "NOTICE_VERSION",
    "STAFF_KINDS",
    "STATES",
    "Account",
    "Identity",
    "Membership",
    "NewAgency",
    "Part",
    "Person",
    "Preview",
    "PrivacyAcceptance",
    "RoleHeld",
    "Session",
    "Viewer",
    "add_membership",
    "affected_by",
    "agree_to_privacy",
    "close",
    "correct_person",
    "create_person",
    "end_membership",
    "end_role",
    "go_on_leave",
    "grant_role",
    "hash_password",
    "identity_on_day",
    "issue_slip",
    "leave_service",
    "memberships_of",
    "merge",
    "move",
    "new_slip_password",
    "newest_event_id",
    "people_in_reach",
    "people_of",
    "person_by_id",
    "person_named",
    "preview",
    "reach",
    "reason_words",
    "rename",
    "restore_account",
    "return_to_work",
    "role_words",
    "set_password",
    "split",
    "staff_kind_words",
    "state_words",
    "suspend_account",
    "transfer_person",
    "undo_event",
]
