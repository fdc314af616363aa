"""Accounts, sign-in, staff lists, and the role each person holds at an agency from when to when."""

from .accounts import issue_slip, restore_account, set_password, suspend_account
from .actions import create_person
from .memberships import set_state, transfer_person
from .models import STAFF_KINDS, STATES, Account, Membership, Person, PrivacyAcceptance, RoleHeld, Session
from .passwords import hash_password, new_slip_password
from .privacy import NOTICE_VERSION, agree_to_privacy
from .queries import (
    Identity,
    PersonList,
    identity_on_day,
    memberships_of,
    people_in_reach,
    people_of,
    person_by_id,
    person_list,
    person_named,
    role_words,
    staff_kind_words,
    state_words,
)
from .reorganising import follow_merger
from .roles import grant_role
from .viewer import Viewer, reach

__all__ = [
    "NOTICE_VERSION",
    "STAFF_KINDS",
    "STATES",
    "Account",
    "Identity",
    "Membership",
    "Person",
    "PersonList",
    "PrivacyAcceptance",
    "RoleHeld",
    "Session",
    "Viewer",
    "agree_to_privacy",
    "create_person",
    "follow_merger",
    "grant_role",
    "hash_password",
    "identity_on_day",
    "issue_slip",
    "memberships_of",
    "new_slip_password",
    "people_in_reach",
    "people_of",
    "person_by_id",
    "person_list",
    "person_named",
    "reach",
    "restore_account",
    "role_words",
    "set_password",
    "set_state",
    "staff_kind_words",
    "state_words",
    "suspend_account",
    "transfer_person",
]
