"""The privacy notice: its versions, and who has read which."""

from typing import Any

import sqlalchemy as sa
from flask import has_request_context, request

from lms.base import clock, db, insert_once

from .models import PrivacyAcceptance

NOTICE_VERSION = 2  # the text of each stands in templates/notices/


def agree_to_privacy(person_id: int) -> None:
    """The person has read the present version of what is recorded of them, and agrees."""
    address = (request.remote_addr or "") if has_request_context() else ""
    insert_once(PrivacyAcceptance, person_id=person_id, version=NOTICE_VERSION, accepted_at=clock.now(), address=address)


def has_accepted(person_id: Any) -> sa.ColumnElement[bool]:
    """For a select: whether the person of this column has read the present version."""
    return sa.exists().where(PrivacyAcceptance.person_id == person_id, PrivacyAcceptance.version == NOTICE_VERSION)


def acceptances_of(person_id: int) -> list[PrivacyAcceptance]:
    """Which versions of the notice the person has accepted, and when; the latest first."""
    theirs = sa.select(PrivacyAcceptance).where(PrivacyAcceptance.person_id == person_id)
    return list(db.session.scalars(theirs.order_by(PrivacyAcceptance.version.desc())))
