"""Where a course is offered: agencies at which, and below which, everybody may enrol."""

from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency, AgencyWithin, agencies_below, holds_on
from lms.base import TRAINER, Refused, clock, db, fold, insert_once
from lms.base import gettext as _
from lms.site import record

from .models import CourseOffer
from .queries import holds_all

MOST_SHOWN, MOST_WORDS = 30, 6


def _places(viewer: Any, course: Any) -> sa.ColumnElement[bool]:
    """The agencies that the viewer reaches as a trainer, and those at or below the one that owns the course."""
    return sa.or_(Agency.id.in_(viewer.reach(TRAINER)), Agency.id.in_(agencies_below({course.agency_id})))


def offers_of(viewer: Any, course: Any) -> list[Any]:
    """Rows (id, name, offered_at, is_reached) of the agencies at which the course is offered; is_reached: the viewer may take the offer back."""
    is_reached = sa.case((_places(viewer, course), 1), else_=0).label("is_reached")
    rows = sa.select(Agency.id, Agency.name, CourseOffer.offered_at, is_reached).join(CourseOffer, CourseOffer.agency_id == Agency.id)
    return list(db.session.execute(rows.where(CourseOffer.course_id == course.id).order_by(Agency.name, Agency.id)))


def places_to_offer(viewer: Any, course: Any, query: str = "") -> list[Any]:
    """Rows (id, name) of agencies at which the viewer may offer the course and it is not yet: by words of the name, the largest first, at most 30."""
    offered = sa.select(CourseOffer.agency_id).where(CourseOffer.course_id == course.id)
    above = (AgencyWithin.agency_id == Agency.id, holds_on(AgencyWithin, clock.today()))
    depth = sa.select(sa.func.count()).where(*above).correlate(Agency).scalar_subquery()
    rows = sa.select(Agency.id, Agency.name).where(_places(viewer, course), Agency.id.not_in(offered))
    rows = rows.where(holds_all(Agency.search, fold(query).split()[:MOST_WORDS])) if query.strip() else rows
    return list(db.session.execute(rows.order_by(depth, Agency.position, Agency.id).limit(MOST_SHOWN)))


def offer_course(actor: Any, course: Any, agency_id: int) -> None:
    """Offer the course at an agency; twice is once. Refused for one out of reach."""
    if db.session.scalar(sa.select(Agency.id).where(Agency.id == agency_id, _places(actor, course))) is None:
        raise Refused(_("Anh/Chị chọn một đơn vị trong phạm vi của mình."))
    if insert_once(CourseOffer, course_id=course.id, agency_id=agency_id, offered_at=clock.now(), offered_by_id=actor.person_id):
        record(actor, "offer", "course", course.id, agency_id=agency_id, key=course.key)


def end_offer(actor: Any, course: Any, agency_id: int) -> None:
    """The course is offered there no more; who is enrolled goes on. Twice is once. Refused for an agency out of reach."""
    if db.session.scalar(sa.select(Agency.id).where(Agency.id == agency_id, _places(actor, course))) is None:
        raise Refused(_("Đơn vị này ngoài phạm vi của Anh/Chị."))
    own = sa.and_(CourseOffer.course_id == course.id, CourseOffer.agency_id == agency_id)
    if db.session.execute(sa.delete(CourseOffer).where(own)).rowcount:  # type: ignore[attr-defined]
        record(actor, "end-offer", "course", course.id, agency_id=agency_id, key=course.key)
