"""A file is as visible as the lesson that shows it, at every request; and players get the part of it that they ask for."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import PICTURES, clock, commit, db, send_stored, store_file
from lms.base.files import PIECE
from lms.courses import Course, CourseFile, CourseRevision, CourseStep, LessonFile, current_revision_id
from lms.study import Enrolment
from tests.cast import World
from tests.courses.test_reach import file_address
from tests.pages import Visitor

RECORDING = bytes(range(256)) * 1000


@pytest.fixture
def picture(app: Flask, world: World) -> str:
    """The address of the picture of the first lesson."""
    return file_address(app, world, "xanh.png")


def change(app: Flask, *statements: Any) -> None:
    """Carry these out."""
    with app.app_context():
        for statement in statements:
            db.session.execute(statement)
        commit()


def own(world: World) -> Any:
    """An's enrolment."""
    return Enrolment.person_id == world.people["an"]


def test_who_withdrew_from_the_course_gets_no_files(app: Flask, world: World, an: Visitor, picture: str) -> None:
    an.get(picture)
    change(app, sa.update(Enrolment).where(own(world)).values(state="withdrawn"))
    an.get(picture, 404)


def test_the_files_of_the_revision_that_one_learns_are_shown_and_no_others(app: Flask, world: World, an: Visitor, picture: str) -> None:
    """An begins; then a revision without the first lesson is published; Ánh, who has not begun, learns the new one."""
    with app.app_context():
        old = db.session.get_one(CourseRevision, current_revision_id(world.course))
        values = {column.key: getattr(old, column.key) for column in CourseRevision.__table__.columns if column.key not in ("id", "number")}
        new = CourseRevision(**values, number=old.number + 1)
        db.session.add(new)
        db.session.flush()
        db.session.execute(sa.update(Course).where(Course.id == world.course).values(revision_number=new.number))
        begun = {"state": "in_progress", "course_revision_id": old.id}
        db.session.execute(sa.update(Enrolment).where(own(world)).values(**begun))
        commit()
    an.get(picture)
    change(app, sa.update(Enrolment).where(own(world)).values(course_revision_id=new.id))
    an.get(picture, 404)


def test_a_file_that_the_lesson_does_not_show_is_not_given(app: Flask, an: Visitor, picture: str) -> None:
    change(app, sa.delete(LessonFile))
    an.get(picture, 404)


def test_a_locked_lesson_keeps_its_files(app: Flask, world: World, an: Visitor, binh: Visitor, picture: str) -> None:
    step = CourseStep.key == "01-dai"
    change(app, sa.update(CourseStep).where(step).values(release={"from": "2999-01-01"}))
    an.get(picture, 404)
    binh.get(picture)
    change(app, sa.update(CourseStep).where(step).values(release={"from": "2020-01-01"}))
    an.get(picture)


def test_who_completed_the_course_keeps_its_files(app: Flask, world: World, an: Visitor, picture: str) -> None:
    with app.app_context():
        revision = current_revision_id(world.course)
    begun = {"state": "in_progress", "course_revision_id": revision}
    change(app, sa.update(CourseStep).values(release={"from": "2999-01-01"}), sa.update(Enrolment).where(own(world)).values(**begun))
    an.get(picture, 404)
    change(app, sa.update(Enrolment).where(own(world)).values(state="completed", completed_at=clock.now()))
    an.get(picture)


def test_only_a_trainer_of_this_course_sees_what_no_lesson_shows_yet(
    app: Flask, world: World, an: Visitor, binh: Visitor, chi: Visitor, dung: Visitor, giang: Visitor, nobody: Visitor
) -> None:
    with app.app_context():
        digest = store_file(b"nhap")
        db.session.add(CourseFile(course_id=world.course, name="nhap.txt", token="chua-cong-bo", digest=digest, octets=4))
        commit()
    address = f"/courses/{world.course}/files/chua-cong-bo/nhap.txt"
    assert binh.get(address).body == b"nhap"
    for visitor in (an, chi, dung, giang):
        visitor.get(address, 404)
    nobody.get(address, 302)
    binh.get(address.replace(f"/{world.course}/", f"/{world.course + 1}/"), 404)


@pytest.fixture
def recording(app: Flask, world: World) -> str:
    """The address of a video that the first lesson shows."""
    with app.app_context():
        digest = store_file(RECORDING)
        row = CourseFile(course_id=world.course, name="bai.mp4", token="doan-phim", digest=digest, octets=len(RECORDING))
        db.session.add(row)
        db.session.flush()
        revision = db.session.scalars(sa.select(CourseStep.lesson_revision_id).where(CourseStep.key == "01-dai")).one()
        db.session.add(LessonFile(lesson_revision_id=revision, file_id=row.id))
        commit()
    return f"/courses/{world.course}/files/doan-phim/bai.mp4"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=100000-", 100_000, 255_999), ("bytes=-5", 255_995, 255_999), ("bytes=255990-999999", 255_990, 255_999)],
)
def test_a_player_gets_the_part_that_it_asks_for(an: Visitor, recording: str, asked: str, first: int, last: int) -> None:
    sent = an.get(recording, 206, headers={"Range": asked})
    assert sent.body == RECORDING[first : last + 1]
    assert sent.response.headers["Content-Range"] == f"bytes {first}-{last}/{len(RECORDING)}"
    assert sent.response.headers["Content-Length"] == str(last + 1 - first) and sent.response.mimetype == "video/mp4"
    assert sent.response.headers["Cache-Control"].startswith("private")


def test_a_part_that_is_not_there_is_refused_and_a_changed_file_is_sent_whole(an: Visitor, recording: str) -> None:
    beyond = an.get(recording, 416, headers={"Range": "bytes=900000-"})
    assert beyond.response.headers["Content-Range"] == f"bytes */{len(RECORDING)}"
    whole = an.get(recording, headers={"Range": "bytes=0-9", "If-Range": '"ban-khac"'})
    assert whole.body == RECORDING and whole.response.headers["Accept-Ranges"] == "bytes"
    tag = whole.response.headers["ETag"]
    assert an.get(recording, 206, headers={"Range": "bytes=0-9", "If-Range": tag}).body == RECORDING[:10]
    assert an.get(recording, 304, headers={"If-None-Match": tag}).body == b""
    assert an.get(recording, headers={"Range": "bytes=x"}).body == RECORDING
    head = an.knock("HEAD", recording)
    assert head.response.headers["Content-Length"] == str(len(RECORDING)) and not head.body


def test_a_file_is_read_piece_by_piece(app: Flask, recording: str) -> None:
    with app.test_request_context():
        digest = store_file(RECORDING)
        answer = send_stored(digest, "bai.mp4")
        pieces = [len(piece) for piece in answer.iter_encoded()]
        answer.close()
    assert answer.is_streamed and max(pieces) <= PIECE and sum(pieces) == len(RECORDING)


@pytest.mark.parametrize(
    ("name", "kind", "is_download"),
    [("a.svg", "application/octet-stream", True), ("a.html", "application/octet-stream", True), ("a.docx", "application/octet-stream", True)]
    + [("a.vtt", "text/vtt", False), ("a.webm", "video/webm", False), ("a.m4a", "audio/mp4", False), ("a.pdf", "application/pdf", False)]
    + [(f"a.{ending}", kind, False) for ending, kind in PICTURES.items()],
)
def test_only_known_pictures_papers_and_recordings_open_in_place(app: Flask, name: str, kind: str, is_download: bool) -> None:
    with app.test_request_context():
        answer = send_stored(store_file(b"<svg>"), name)
        answer.close()
    assert answer.mimetype == kind and answer.headers.get("Content-Disposition", "").startswith("attachment") is is_download
