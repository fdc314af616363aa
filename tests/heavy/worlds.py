"""The world of the cast with many learners more, all about to sit the final test of the real course B (25 questions)."""

from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from lms import create_app
from lms.base import clock, commit, db
from lms.courses import Course, CourseRevision, CourseStep, LessonRevision, load_folders
from lms.people import agree_to_privacy, create_person, hash_password
from lms.people.models import Account
from lms.quizzes import KINDS, Attempt, AttemptItem, QuestionVersion
from lms.study import Enrolment, LessonRead, assign_course
from tests import cast

from .browsers import Browser, Room
from .servers import ROOT, SECRET_KEY
from .sittings import Sitting

PASSWORD, QUIZ, QUESTIONS = "ca-lop-cung-thi-2026", "cuoi-khoa", 25


@dataclass
class Class:
    """A class of learners who have read every lesson; `app` looks into the database that the server works on."""

    app: Flask
    course: int
    names: list[str]

    @property
    def test_address(self) -> str:
        """The page with the rules of the test."""
        return f"/study/courses/{self.course}/quizzes/{QUIZ}"

    def arrive(self, port: int, name: str, room: Room) -> Browser:
        """A learner signs in."""
        browser = Browser(port, room)
        browser.sign_in(name, PASSWORD)
        return browser

    def sit_down(self, browser: Browser) -> Sitting:
        """The learner reads the rules and starts the test."""
        start = f"{self.test_address}/start"
        answer = browser.post(start, {}, browser.get(self.test_address).key(start))
        assert answer.status == 303, f"{start}: {answer.status} {answer.text[:300]}"
        return Sitting(browser, attempt_of(answer.location))

    def right_answers(self) -> dict[int, dict[int, list[str]]]:
        """For every attempt the keys of the right options of each question, as they are stored: what a learner who knows everything chooses."""
        papers: dict[int, dict[int, list[str]]] = {}
        wanted = sa.select(AttemptItem.attempt_id, AttemptItem.position, QuestionVersion.kind, QuestionVersion.body)
        joined = wanted.join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        with self.app.app_context():
            for attempt_id, position, kind, body in db.session.execute(joined):
                right = [option["key"] for option in body["options"] if option["correct"]]
                papers.setdefault(attempt_id, {})[position] = KINDS[kind].read(body, right) or []
        return papers

    def stored(self) -> dict[int, dict[int, list[str]]]:
        """For every attempt the answers that the database holds."""
        papers: dict[int, dict[int, list[str]]] = {}
        wanted = sa.select(AttemptItem.attempt_id, AttemptItem.position, AttemptItem.answer)
        with self.app.app_context():
            for attempt_id, position, answer in db.session.execute(wanted):
                papers.setdefault(attempt_id, {})
                if answer is not None:
                    papers[attempt_id][position] = answer
        return papers

    def attempts(self) -> list[Attempt]:
        """All attempts."""
        with self.app.app_context():
            return list(db.session.scalars(sa.select(Attempt).order_by(Attempt.id)))


def attempt_of(location: str) -> int:
    """The attempt to which starting the test led."""
    return int(location.rstrip("/").rpartition("/")[2])


def application(address: str, folder: Path) -> Flask:
    """An application that looks into the database of the server."""
    return create_app(MODE="test", SECRET_KEY=SECRET_KEY, SQLALCHEMY_DATABASE_URI=address, DATA=folder, FILES=folder / "files")


def gather(address: str, folder: Path, size: int) -> Class:
    """Make the world on an empty database: the cast, and a class of this size in the commune An Phúc."""
    app = application(address, folder)
    with app.app_context():
        flask_migrate.upgrade()
    world = cast.build(app)
    names = [f"hv{number:03d}" for number in range(size)]
    with app.app_context():
        load_folders(None, ROOT / "courses" / "B", world.agencies["T"])
        db.session.flush()
        course = db.session.scalars(sa.select(Course.id).where(Course.key == "B")).one()
        people = _enter(names, world.agencies["XP"])
        assign_course(None, people, course, None)
        _read_everything(course)
        commit()
    return Class(app, course, names)


def _enter(names: list[str], agency_id: int) -> list[int]:
    hashed, people = hash_password(PASSWORD), []
    for number, name in enumerate(names, 1):
        full_name = f"Lê Văn Học {number}"
        person = create_person(None, full_name=full_name, agency_id=agency_id, username=name, from_on=cast.OPENED, password_hash=hashed)
        people.append(person.id)
        agree_to_privacy(person.id)
    ready = {"must_change": False, "slip_expires_at": None}
    db.session.execute(sa.update(Account).where(Account.person_id.in_(people)).values(**ready))
    return people


def _read_everything(course: int) -> None:
    """All lessons read by all, in two statements (two thousand clicks would be another test)."""
    lessons = (
        sa.select(Enrolment.id, LessonRevision.lesson_id, LessonRevision.id, sa.literal(clock.now(), LessonRead.read_at.type))
        .select_from(Enrolment)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseRevision, sa.and_(CourseRevision.course_id == Course.id, CourseRevision.number == Course.revision_number))
        .join(CourseStep, CourseStep.revision_id == CourseRevision.id)
        .join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
        .where(Enrolment.course_id == course)
    )
    columns = ["enrolment_id", "lesson_id", "lesson_revision_id", "read_at"]
    db.session.execute(sa.insert(LessonRead).from_select(columns, lessons))
