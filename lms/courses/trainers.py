"""Who looks after a course: owner, authors, reviewers. There is always an owner."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.agencies import Agency, holds_on
from lms.base import TRAINER, Refused, clock, db, fold
from lms.base import gettext as _
from lms.people import Membership, Person, RoleHeld
from lms.site import record

from .actions import add_trainer
from .models import Course, CourseTrainer
from .queries import holds_all

MOST_FOUND, MOST_WORDS = 20, 6


def part_words() -> dict[str, str]:
    """The parts in words."""
    return {"owner": _("Phụ trách chính"), "author": _("Biên soạn"), "reviewer": _("Rà soát")}


def trainers_of(course_id: int) -> list[Any]:
    """Rows (person_id, part, full_name, staff_code, agency_name) of who looks after the course: owners first, then by name."""
    rank = sa.case((CourseTrainer.part == "owner", 0), (CourseTrainer.part == "author", 1), else_=2)
    main = sa.and_(Membership.person_id == Person.id, Membership.is_main, holds_on(Membership, clock.today()))
    rows = sa.select(CourseTrainer.person_id, CourseTrainer.part, Person.full_name, Person.staff_code, Agency.name.label("agency_name"))
    rows = rows.join(Person, Person.id == CourseTrainer.person_id).outerjoin(Membership, main).outerjoin(Agency, Agency.id == Membership.agency_id)
    return list(db.session.execute(rows.where(CourseTrainer.course_id == course_id).order_by(rank, Person.sort)))


def _reached(viewer: Any) -> sa.Select[int]:
    """The ids of the people who are trainers today at an agency that the viewer's role as a trainer reaches."""
    held = (RoleHeld.role == TRAINER, RoleHeld.agency_id.in_(viewer.reach(TRAINER)), holds_on(RoleHeld, clock.today()))
    return sa.select(RoleHeld.person_id).where(*held)


def trainers_found(viewer: Any, course_id: int, query: str) -> list[Any]:
    """Rows (id, full_name, staff_code, agency_name) of trainers within reach who do not look after the course; at most 20, without accents.

    `query`: words of the name, or the staff code. Nobody is found by nothing.
    """
    words = fold(query).split()[:MOST_WORDS]
    if not words:
        return []
    main = sa.and_(Membership.person_id == Person.id, Membership.is_main, holds_on(Membership, clock.today()))
    known = sa.select(CourseTrainer.person_id).where(CourseTrainer.course_id == course_id)
    rows = sa.select(Person.id, Person.full_name, Person.staff_code, Agency.name.label("agency_name"))
    rows = rows.outerjoin(Membership, main).outerjoin(Agency, Agency.id == Membership.agency_id)
    rows = rows.where(Person.id.in_(_reached(viewer)), Person.id.not_in(known), holds_all(Person.search, words))
    return list(db.session.execute(rows.order_by(Person.sort, Person.id).limit(MOST_FOUND)))


def invite_trainer(actor: Any, course: Any, person_id: int, part: str) -> None:
    """Let a trainer within the actor's reach look after the course. Refused for anybody else, and for who does so already."""
    _hold(actor, course)
    is_there = sa.select(CourseTrainer.person_id).where(CourseTrainer.course_id == course.id, CourseTrainer.person_id == person_id)
    if db.session.scalar(is_there) is not None:
        raise Refused(_("Người này đã có tên trong danh sách."))
    if db.session.scalar(_reached(actor).where(RoleHeld.person_id == person_id).limit(1)) is None:
        raise Refused(_("Anh/Chị chọn một giảng viên trong kết quả tìm."))
    add_trainer(actor, course.id, person_id, part)


def change_part(actor: Any, course: Any, person_id: int, part: str) -> None:
    """Give somebody who looks after the course another part. Refused when nobody would be its owner; the same part changes nothing."""
    _hold(actor, course)
    row = sa.and_(CourseTrainer.course_id == course.id, CourseTrainer.person_id == person_id)
    done = db.session.execute(
        sa.update(CourseTrainer).where(row, CourseTrainer.part != part, _stays_owned(course.id, person_id, part)).values(part=part)
    )
    if done.rowcount:  # type: ignore[attr-defined]
        record(actor, "change-part", "course", course.id, agency_id=course.agency_id, person_id=person_id, part=part)
    else:
        _refuse_orphan(course.id, person_id, part)


def remove_trainer(actor: Any, course: Any, person_id: int) -> None:
    """Somebody looks after the course no more; what they wrote stays. Refused when nobody would be its owner; twice is once."""
    _hold(actor, course)
    row = sa.and_(CourseTrainer.course_id == course.id, CourseTrainer.person_id == person_id)
    done = db.session.execute(sa.delete(CourseTrainer).where(row, _stays_owned(course.id, person_id)))
    if done.rowcount:  # type: ignore[attr-defined]
        record(actor, "remove-trainer", "course", course.id, agency_id=course.agency_id, person_id=person_id)
    else:
        _refuse_orphan(course.id, person_id)


def _hold(actor: Any, course: Any) -> None:
    """Keep everybody else from changing who looks after the course; then see whether the actor still owns it."""
    db.session.execute(sa.select(Course.id).where(Course.id == course.id).with_for_update())
    db.session.execute(sa.select(CourseTrainer.person_id).where(CourseTrainer.course_id == course.id).with_for_update())
    is_own = (CourseTrainer.course_id == course.id, CourseTrainer.person_id == actor.person_id, CourseTrainer.part == "owner")
    if db.session.scalar(sa.select(CourseTrainer.person_id).where(*is_own)) is None:
        raise Refused(_("Anh/Chị không còn là người phụ trách chính của khóa học này."))


def _stays_owned(course_id: int, person_id: int, part: str = "") -> sa.ColumnElement[bool]:
    other = aliased(CourseTrainer)
    is_other = (other.course_id == course_id, other.person_id != person_id, other.part == "owner")
    return sa.or_(CourseTrainer.part != "owner", sa.literal(part == "owner"), sa.exists().where(*is_other))


def _refuse_orphan(course_id: int, person_id: int, part: str = "") -> None:
    own = sa.select(CourseTrainer.part).where(CourseTrainer.course_id == course_id, CourseTrainer.person_id == person_id)
    if db.session.scalar(own) == "owner" and part != "owner":
        raise Refused(_("Khóa học luôn cần một người phụ trách chính. Anh/Chị giao phần đó cho người khác trước."))
