"""The server is killed while it publishes a course: the old revision stays in force, and publishing again carries everything through."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db, only_reading
from lms.courses import Course, CourseRevision, Lesson, LessonRevision, publish_course
from lms.courses.actions import save_draft
from lms.courses.creating import add_lesson, create_course, empty_lesson
from lms.site import audit_is_whole
from tests import cast
from tests.quizzes.trainers import trainer

from .browsers import CUT, Browser, Room
from .servers import Server, running
from .worlds import application

pytestmark = pytest.mark.heavy
LESSONS = 60
LONG = "## A\n\n" + "Một câu về mật khẩu, **in đậm**. " * 10 + "\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Flask, int, Path]]:
    """A published course of Bình's with many lessons, each with a draft; the file of the database."""
    file = tmp_path / "lms.sqlite"
    app = application(f"sqlite:///{file}", tmp_path)
    with app.app_context():
        flask_migrate.upgrade()
    world = cast.build(app)
    binh = trainer(world)
    with app.app_context():
        course = create_course(binh, world.agencies["HT"], "Khóa dài")
        for number in range(LESSONS):
            add_lesson(binh, course, replace(empty_lesson(f"Bài {number}"), source="## A\n\nChữ.\n"))
        publish_course(binh, course.id)
        for lesson in db.session.scalars(sa.select(Lesson).where(Lesson.course_id == course.id)):
            save_draft(binh, lesson, course.agency_id, replace(empty_lesson("Bài dài"), source=LONG), lesson.draft_version)
        commit()
        id = course.id
    yield app, id, file
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def in_force(app: Flask, course_id: int) -> tuple[int, int, int, int]:
    """(number of the revision in force, course revisions, lesson revisions, drafts) of the course."""
    with app.app_context(), only_reading():
        number = db.session.scalars(sa.select(Course.revision_number).where(Course.id == course_id)).one()
        of_course = sa.select(sa.func.count()).select_from(CourseRevision).where(CourseRevision.course_id == course_id)
        own = Lesson.course_id == course_id
        of_lessons = sa.select(sa.func.count()).select_from(LessonRevision).join(Lesson, Lesson.id == LessonRevision.lesson_id).where(own)
        drafts = sa.select(sa.func.count()).select_from(Lesson).where(own, Lesson.draft.is_not(None))
        return number, *(db.session.scalar(wanted) or 0 for wanted in (of_course, of_lessons, drafts))  # type: ignore[return-value]


def is_being_written(file: Path) -> bool:
    """Whether somebody holds the write lock now."""
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def kill_while_publishing(server: Server, browser: Browser, address: str, file: Path) -> None:
    """Send the form and kill the server as soon as it writes."""
    key = browser.get(address).key(address)

    def send() -> None:
        with suppress(*CUT):
            browser.post(address, {"note": "Viết lại"}, key)

    sending = threading.Thread(target=send)
    sending.start()
    give_up_at = time.monotonic() + 20
    while not is_being_written(file):
        assert time.monotonic() < give_up_at, "nothing was written"
        time.sleep(0.002)
    server.kill()
    sending.join()


def test_a_server_killed_while_publishing_leaves_the_old_revision_in_force(place: tuple[Flask, int, Path], tmp_path: Path) -> None:
    app, course_id, file = place
    address, before = f"/courses/{course_id}/publish", in_force(app, course_id)
    assert before == (1, 2, 2 * LESSONS, LESSONS)
    with running(Server(tmp_path, f"sqlite:///{file}")) as server, Room() as room:
        browser = Browser(server.port, room)
        browser.sign_in("binh", cast.PASSWORDS["binh"])
        kill_while_publishing(server, browser, address, file)
        assert in_force(app, course_id) == before, "published by half, or the server was faster than the kill"
        server.start()
        answer = browser.post(address, {"note": "Viết lại"}, browser.get(address).key(address))
        assert answer.status == 303, answer.text[:2000]
    assert in_force(app, course_id) == (2, 3, 3 * LESSONS, 0)
    with app.app_context():
        assert audit_is_whole()[0]
