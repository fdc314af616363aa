"""A district with somebody in every state, in the reach of Chi."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock, commit, db
from lms.courses import CourseRevision
from lms.people import Membership, create_person
from lms.study import Completion, Enrolment, assign_course
from tests.cast import OPENED, World

# name, agency, state of the enrolment, due in days, then what is special
STAFF = (
    ("Hồ Thị Xong", "XP", "completed", 10, ""),
    ("Hồ Văn Xuất", "XM", "completed", -10, ""),
    ("Ngô Văn Trễ", "XP", "in_progress", -10, ""),
    ("Ngô Thị Chậm", "HT", "not_started", -1, ""),
    ("Bùi Thị Học", "XP", "in_progress", 0, ""),
    ("Bùi Văn Chờ", "HT", "not_started", 20, ""),
    ("Đỗ Thị Sinh", "XM", "not_started", -10, "on_leave"),
    ("Đỗ Văn Thôi", "XM", "withdrawn", -10, ""),
    ("Lý Văn Tự", "XM", "completed", None, "elective"),
    ("=1+1 Đặng Công Thức", "XP", "completed", 5, ""),
    ("Mai Văn Lại", "XM", "completed", -300, "second cycle"),
)
FIGURES = {"assigned": 10, "completed": 3, "in_progress": 1, "not_started": 4, "overdue": 2, "on_leave": 1}  # An and Ánh are in time


@dataclass
class District:
    """Ids of the people by name, and of the course."""

    course: int
    agencies: dict[str, int]
    people: dict[str, int] = field(default_factory=dict)


def _set(person_id: int, course_id: int, cycle: int = 1, **values: object) -> None:
    chosen = (Enrolment.person_id == person_id, Enrolment.course_id == course_id, Enrolment.cycle == cycle)
    db.session.execute(sa.update(Enrolment).where(*chosen).values(**values))


def complete(person_id: int, course_id: int) -> None:
    """The person has completed the course now."""
    enrolment = db.session.scalars(sa.select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)).one()
    enrolment.state, enrolment.started_at, enrolment.completed_at = "completed", enrolment.started_at or clock.now(), clock.now()
    same = {name: getattr(enrolment, name) for name in ("person_id", "course_id", "course_revision_id", "cycle", "agency_id")}
    db.session.add(Completion(enrolment_id=enrolment.id, percent=84, completed_at=clock.now(), completed_on=clock.today(), **same))


def second_cycle(person_id: int, course_id: int, at: datetime | None = None) -> None:
    """The course is to be learnt anew, since that instant or since it was first given."""
    first = db.session.scalars(sa.select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)).one()
    same = {column.name: getattr(first, column.name) for column in Enrolment.__table__.columns if column.name != "id"}
    due_on = clock.today() + timedelta(days=30)
    again = {"cycle": 2, "state": "not_started", "started_at": None, "completed_at": None, "last_at": None, "due_on": due_on}
    db.session.add(Enrolment(**{**same, **again, "enrolled_at": at or first.enrolled_at}))


@pytest.fixture
def district(app: Flask, world: World) -> District:
    """The world with the staff above, each in their state."""
    made = District(world.course, world.agencies)
    with app.app_context():
        for name, agency, state, days, special in STAFF:
            person = create_person(None, full_name=name, agency_id=world.agencies[agency], from_on=OPENED, position="Chuyên viên")
            db.session.flush()
            made.people[name] = person.id
            due_on = None if days is None else clock.today() + timedelta(days=days)
            assign_course(None, [person.id], world.course, due_on)
            if state == "completed":
                complete(person.id, world.course)
            else:
                _set(person.id, world.course, state=state, started_at=clock.now() if state == "in_progress" else None)
            if special == "on_leave":
                db.session.execute(sa.update(Membership).where(Membership.person_id == person.id).values(state="on_leave"))
            elif special == "elective":
                _set(person.id, world.course, is_required=False)
            elif special == "second cycle":
                db.session.flush()
                second_cycle(person.id, world.course)
        commit()
    return made


@pytest.fixture
def crowd(app: Flask, world: World) -> int:
    """120 more people in the commune, all of whom have the course to do; says how many."""
    with app.app_context():
        people = [create_person(None, full_name=f"Trương Văn Đông {n}", agency_id=world.agencies["XP"], from_on=OPENED) for n in range(120)]
        db.session.flush()
        assign_course(None, [person.id for person in people], world.course, clock.today() + timedelta(days=9))
        commit()
    return len(people)


@pytest.fixture
def title(app: Flask, world: World) -> str:
    """The Vietnamese title of the course."""
    with app.app_context():
        return str(db.session.scalars(sa.select(CourseRevision.title).where(CourseRevision.course_id == world.course)).first()["vi"])  # type: ignore[index]
