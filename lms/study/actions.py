"""What changes a learner's standing: assigning and enrolling, beginning, reading, sitting a quiz, completing."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.datastructures import MultiDict

from lms.agencies import Agency, holds_on
from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.courses import Course, CourseRevision
from lms.people import Membership, Person, Viewer
from lms.quizzes import Attempt, start_attempt, submit_attempt
from lms.site import record

from .completing import complete_if_done
from .models import Enrolment, LessonRead
from .queries import enrolments_of_attempts
from .steps import Enrolled, Step

PORTION = 5000
People = Collection[int] | sa.Select[Any]


def assign_course(actor: Viewer | None, person_ids: People, course_id: int, due_on: date | None) -> int:
    """Make a course required of these people, due by the end of a day; says how many were newly enrolled.

    `person_ids` (a list, or a select of ids) must come from the actor's reach. Who learns the course already keeps their place and gets the due
    day; who has completed it is left alone; who belongs to no agency today is left out. Two statements, however many people.
    """
    number = 0
    for portion in _portions(person_ids):
        number += _insert_enrolments(actor, portion, course_id, is_required=True, due_on=due_on)
        db.session.execute(
            sa.update(Enrolment)
            .where(Enrolment.person_id.in_(portion), Enrolment.course_id == course_id, Enrolment.state != "completed")
            .values(is_required=True, due_on=due_on, state=sa.case((Enrolment.started_at.is_(None), "not_started"), else_="in_progress"))
        )
    record(actor, "assign", "course", course_id, getattr(actor, "agency_id", None), number=number, due_on=due_on and due_on.isoformat())
    return number


def enrol(actor: Viewer | None, person_id: int, course_id: int, *, is_required: bool = False, due_on: date | None = None) -> int:
    """Enrol a person in the published revision of a course, once; returns the enrolment of the latest cycle. The caller has checked the reach."""
    if is_required:
        assign_course(actor, [person_id], course_id, due_on)
    is_new = not is_required and _insert_enrolments(actor, [person_id], course_id, is_required=False, due_on=due_on) > 0
    latest = sa.select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id).order_by(Enrolment.cycle.desc())
    enrolment = db.session.scalars(latest.limit(1).execution_options(populate_existing=True)).first()
    if enrolment is None:
        raise Refused(_("Anh/Chị chưa thuộc đơn vị nào nên chưa ghi danh được. Anh/Chị liên hệ quản trị của đơn vị."))
    if enrolment.state == "withdrawn":
        enrolment.state = "in_progress" if enrolment.started_at else "not_started"
    if is_new:
        record(actor, "enrol", "enrolment", enrolment.id, enrolment.agency_id, course=course_id)
    return enrolment.id


def _portions(person_ids: People) -> list[People]:
    if isinstance(person_ids, sa.Select):
        return [person_ids]
    listed = list(person_ids)
    return [listed[start : start + PORTION] for start in range(0, len(listed), PORTION)]


def _insert_enrolments(actor: Viewer | None, person_ids: People, course_id: int, *, is_required: bool, due_on: date | None) -> int:
    """First-cycle enrolments for those who have none, with name, agency and revision of today."""
    known = sa.exists().where(Enrolment.person_id == Person.id, Enrolment.course_id == course_id).correlate(Person)
    columns: dict[str, Any] = {
        "person_id": Person.id,
        "person_name": Person.full_name,
        "agency_id": Agency.id,
        "agency_name": Agency.name,
        "course_id": Course.id,
        "course_revision_id": CourseRevision.id,
        "cycle": sa.literal(1),
        "is_required": sa.literal(is_required, sa.Boolean()),
        "enrolled_at": sa.literal(clock.now(), Enrolment.enrolled_at.type),
        "enrolled_by_id": sa.literal(getattr(actor, "person_id", None), sa.Integer()),
        "due_on": sa.literal(due_on, sa.Date()),
        "state": sa.literal("not_started", sa.Text()),
    }
    rows: sa.Select[Any] = (
        sa.select(*(column.label(name) for name, column in columns.items()))
        .select_from(Person)
        .join(Membership, sa.and_(Membership.person_id == Person.id, Membership.is_main, holds_on(Membership, clock.today())))
        .join(Agency, Agency.id == Membership.agency_id)
        .join(Course, Course.id == course_id)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number))
        .where(Person.id.in_(person_ids), Course.state == "published", ~known)
    )
    kind = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = kind.insert(Enrolment).from_select(list(columns), rows).on_conflict_do_nothing()
    return len(db.session.scalars(insert.returning(Enrolment.id)).all())


def withdraw(actor: Viewer | None, enrolment_id: int) -> None:
    """Take a person out of a course that is not completed; what they read and sat stays."""
    unfinished = sa.update(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.state != "completed").values(state="withdrawn")
    agency_id = db.session.scalar(unfinished.returning(Enrolment.agency_id))
    if agency_id is None:
        raise Refused(_("Khóa học đã hoàn thành nên không rút được nữa."))
    record(actor, "withdraw", "enrolment", enrolment_id, agency_id)


def _beginning() -> sa.Update:
    """Pin the published revision unless the learner has begun. Built once: every "đã học xong" carries it out."""
    current = (
        sa.select(CourseRevision.id)
        .join(Course, sa.and_(Course.id == CourseRevision.course_id, Course.revision_number == CourseRevision.number))
        .where(Course.id == Enrolment.course_id)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    is_waiting = Enrolment.state == "not_started"
    now = sa.bindparam("now", type_=Enrolment.last_at.type)
    values = {
        "course_revision_id": sa.case((is_waiting, current), else_=Enrolment.course_revision_id),
        "started_at": sa.func.coalesce(Enrolment.started_at, now),
        "state": sa.case((is_waiting, "in_progress"), else_=Enrolment.state),
        "last_at": now,
    }
    own = (Enrolment.id == sa.bindparam("enrolment"), Enrolment.person_id == sa.bindparam("person"))
    return sa.update(Enrolment).where(*own).values(**values).execution_options(synchronize_session=False)


BEGINNING = _beginning()


def begin_course(viewer: Viewer, enrolment_id: int) -> None:
    """Begin: from now on the learner stays on the revision that is published today. A second time changes nothing but the time last seen."""
    db.session.execute(BEGINNING, {"now": clock.now(), "enrolment": enrolment_id, "person": viewer.person_id})


def refuse_locked(step: Step) -> None:
    """Refused, with the sentence why and when it opens, while a step is locked. The step must have been read in this transaction."""
    if step.lock:
        raise Refused(step.lock)


def mark_read(viewer: Viewer, enrolment: Enrolled, lesson: Step) -> bool:
    """The learner says of a lesson "đã học xong"; says whether the course is completed by it. Again changes nothing. Refused while it is locked."""
    refuse_locked(lesson)
    begin_course(viewer, enrolment.id)
    insert_once(
        LessonRead,
        enrolment_id=enrolment.id,
        lesson_id=lesson.lesson_id,
        lesson_revision_id=lesson.lesson_revision_id,
        read_at=clock.now(),
    )
    return enrolment.is_unfinished and complete_if_done(enrolment.id)


def start_quiz(viewer: Viewer, enrolment: Enrolled, quiz: Step, access_code: str = "") -> int:
    """Begin an attempt, or go on with the open one; returns its id. Refused while it is locked, when passed already, or as start_attempt refuses."""
    assert quiz.rules is not None
    refuse_locked(quiz)
    if quiz.is_settled:
        raise Refused(_("Anh/Chị đã đạt bài này rồi, không cần làm lại."))
    begin_course(viewer, enrolment.id)
    return start_attempt(
        viewer,
        person_id=viewer.person_id,
        person_name=viewer.name,
        agency_id=viewer.agency_id or enrolment.agency_id,
        agency_name=viewer.agency_name or enrolment.agency_name,
        quiz_version_id=quiz.rules.quiz_version_id,
        cycle=enrolment.cycle,
        access_code=access_code,
    )


def submit_quiz(viewer: Viewer, attempt_id: int, form: MultiDict[str, str]) -> Attempt:
    """Hand in with all answers of the form; completes the course when nothing is missing any more."""
    attempt = submit_attempt(viewer.person_id, attempt_id, form)
    for enrolment_id in enrolments_of_attempts([attempt_id]) if attempt.is_passed else []:
        complete_if_done(enrolment_id)
    return attempt


__all__ = ["assign_course", "begin_course", "complete_if_done", "enrol", "mark_read", "start_quiz", "submit_quiz", "withdraw"]
