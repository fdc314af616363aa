"""The catalogue and the files: found without accents, within the reach of whoever looks."""

import re
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses import Course, CourseFile, CourseOffer, course_catalogue, course_for, current_revision_id, lesson_text
from lms.courses.rendering import render_lesson, split_at_places
from lms.people import RoleHeld
from tests.cast import World
from tests.pages import Visitor


def at(world: World, code: str) -> SimpleNamespace:
    """Somebody of this agency."""
    return SimpleNamespace(agency_id=world.agencies[code], person_id=0)


@pytest.mark.parametrize("query", ["", "mật khẩu", "mat khau", "MAT  KHAU", "do dai", "đoán", "doan", "khong giong ai", "password"])
def test_the_catalogue_is_searched_without_accents(app: Flask, world: World, query: str) -> None:
    with app.app_context():
        assert [row.key for row in course_catalogue(at(world, "XP"), query)] == ["M"]


@pytest.mark.parametrize("query", ["%", "_", "khong co chu nay", "mật khẩu máy in"])
def test_what_is_not_there_is_not_found(app: Flask, world: World, query: str) -> None:
    with app.app_context():
        assert course_catalogue(at(world, "XP"), query) == []


def test_a_course_is_open_where_it_is_offered_and_below(app: Flask, world: World) -> None:
    with app.app_context():
        db.session.execute(sa.update(CourseOffer).values(agency_id=world.agencies["HT"]))
        for code, is_open in (("HT", True), ("XP", True), ("XM", True), ("T", False), ("HL", False)):
            assert bool(course_for(at(world, code), world.course)) is is_open, code
            assert bool(course_catalogue(at(world, code))) is is_open, code
        assert course_catalogue(SimpleNamespace(agency_id=None, person_id=0)) == []
        db.session.execute(sa.update(Course).values(state="retired"))
        assert course_for(at(world, "XP"), world.course) is None
        db.session.rollback()


def file_address(app: Flask, world: World, name: str) -> str:
    """The address of a file as the lesson shows it."""
    with app.app_context():
        text = lesson_text(current_revision_id(world.course), "01-dai")
        found = re.search(rf'"(/courses/\d+/files/[^"]+/{name})"', str(text))
        assert found
        return found[1]


def test_files_go_to_those_who_learn_the_course_and_those_who_look_after_it(
    app: Flask, world: World, an: Visitor, binh: Visitor, chi: Visitor, dung: Visitor, giang: Visitor, nobody: Visitor
) -> None:
    picture, download = file_address(app, world, "xanh.png"), file_address(app, world, "ghi-nho.txt")
    shown = an.get(picture)
    assert shown.response.mimetype == "image/png" and shown.response.headers["Cache-Control"].startswith("private, max-age=")
    assert an.get(picture, 304, headers={"If-None-Match": shown.response.headers["ETag"]})
    sent = an.get(download)
    assert sent.response.headers["Content-Disposition"].startswith("attachment") and sent.response.headers["X-Content-Type-Options"] == "nosniff"
    nobody.get(picture, 302)
    with app.app_context():
        assert course_for(at(world, "HT"), world.course)
    for visitor in (chi, dung, giang):  # to Chi and Dũng the course is open, they are not enrolled
        visitor.get(picture, 404)
        visitor.get(download, 404)
    binh.get(picture)
    binh.get(download)


def test_pictures_of_a_course_that_moved_or_was_retired_stay_with_its_learners(app: Flask, world: World, an: Visitor) -> None:
    picture, download = file_address(app, world, "xanh.png"), file_address(app, world, "ghi-nho.txt")
    with app.app_context():
        unused = CourseFile(course_id=world.course, name="cu.png", token="anh-khong-con-bai-nao-dung", digest="0" * 64, octets=1)
        db.session.add(unused)
        db.session.execute(sa.update(CourseOffer).values(agency_id=world.agencies["XM"]))
        db.session.execute(sa.update(Course).values(state="retired"))
        commit()
    for address in (picture, download):
        an.get(address)
    an.get(f"/courses/{world.course}/files/anh-khong-con-bai-nao-dung/cu.png", 404)
    an.get(picture.replace("xanh.png", "ghi-nho.txt"), 404)
    an.get("/courses/9/files/%/xanh.png", 404)


@pytest.mark.parametrize("change", [("/files/", "/files/x"), ("xanh.png", "ghi-nho.txt"), ("/courses/", "/courses/9")])
def test_a_guessed_file_is_not_found(app: Flask, world: World, an: Visitor, change: tuple[str, str]) -> None:
    an.get(file_address(app, world, "xanh.png").replace(*change), 404)


def test_a_lesson_is_split_at_its_self_checks(app: Flask, world: World) -> None:
    source = "## A\n[[self-check: a-1]]\n[[self-check: a-2]]\n## B\n\n```\n[[self-check: a-3]]\n```\n"
    with app.app_context():
        kinds = split_at_places(render_lesson(source, {}), "unsealed")
    assert [(kind, str(part)) for kind, part in kinds if kind == "self-check"] == [("self-check", "a-1"), ("self-check", "a-2")]
    assert "<pre>" in kinds[-1][1] and "a-3" in kinds[-1][1]


def test_the_size_of_a_download_stands_in_its_link(app: Flask, world: World) -> None:
    with app.app_context():
        text = lesson_text(current_revision_id(world.course), "01-dai")
    assert "Tải bảng ghi nhớ (TXT, 1 KB)</a>" in str(text)


def test_who_is_a_trainer_no_more_gets_no_files_either(app: Flask, world: World, binh: Visitor) -> None:
    picture = file_address(app, world, "xanh.png")
    with app.app_context():
        db.session.execute(sa.update(CourseOffer).values(agency_id=world.agencies["XM"]))
        commit()
    binh.get(picture)
    with app.app_context():
        db.session.execute(sa.delete(RoleHeld).where(RoleHeld.person_id == world.people["binh"]))
        commit()
    binh.get(picture, 404)
