"""Moving learners in the middle to the published revision: only those, only when a trainer says so, and nothing of theirs is lost."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses import CourseRevision, CourseStep
from lms.study import Completion, Enrolment, LessonRead
from tests.cast import World
from tests.pages import Page, Visitor
from tests.study.learner import Learner


def publish(app: Flask, world: World, without: str = "", new_quiz: bool = False) -> int:
    """A new revision of the course M: as it was, without one of its steps; its id."""
    with app.app_context():
        old = db.session.scalars(
            sa.select(CourseRevision).where(CourseRevision.course_id == world.course).order_by(CourseRevision.number.desc())
        ).first()
        assert old is not None
        values: dict[str, Any] = {column.name: getattr(old, column.name) for column in CourseRevision.__table__.columns if column.name != "id"}
        new = CourseRevision(**{**values, "number": old.number + 1})
        db.session.add(new)
        db.session.flush()
        for step in db.session.scalars(sa.select(CourseStep).where(CourseStep.revision_id == old.id)).all():
            if step.key != without:
                columns = {column.name: getattr(step, column.name) for column in CourseStep.__table__.columns if column.name != "id"}
                db.session.add(CourseStep(**{**columns, "revision_id": new.id}))
        db.session.execute(sa.text("UPDATE course SET revision_number = :n WHERE id = :id"), {"n": new.number, "id": world.course})
        number = new.id
        commit()
    return number


def move(world: World, binh: Visitor, page: Page | None = None) -> Page:
    address = f"/study/teaching/{world.course}/move"
    shown = page or binh.get(address)
    revision = next(field.get("value", "") for field in shown.all("input") if field.get("name") == "revision")
    return binh.post(address, {"revision": revision}, page=shown, status=303)


def press(world: World, binh: Visitor, revision: int) -> None:
    """Send the form without its page showing a button."""
    key = next(key for key in binh.get("/account").keys() if not key.startswith("0.0."))
    binh.post(f"/study/teaching/{world.course}/move", {"revision": str(revision)}, key=key, status=303)


def revision_of(app: Flask, world: World, name: str) -> int:
    with app.app_context():
        own = sa.select(Enrolment.course_revision_id).where(Enrolment.person_id == world.people[name])
        return db.session.scalars(own).one()


def test_who_is_in_the_middle_stays_until_the_trainer_moves_all(app: Flask, world: World, an: Visitor, anh: Visitor, binh: Visitor) -> None:
    learner = Learner(an, world.course)
    learner.read("01-dai")
    old = revision_of(app, world, "an")
    new = publish(app, world, without="02-la")
    an.get(f"/study/courses/{world.course}/lessons/02-la")
    page = binh.get(f"/study/teaching/{world.course}/move")
    assert "1 người đang học dở" in page.text and revision_of(app, world, "an") == old
    move(world, binh)
    assert revision_of(app, world, "an") == new
    an.get(f"/study/courses/{world.course}/lessons/02-la", 404)
    with app.app_context():
        assert db.session.query(LessonRead).count() == 1
    assert "Không cần chuyển ai" in binh.get(f"/study/teaching/{world.course}/move").text
    learner.pass_test()
    assert "Hoàn thành" in an.get(f"/study/courses/{world.course}").text


def test_who_thereby_has_nothing_left_to_do_completes_once(app: Flask, world: World, an: Visitor, binh: Visitor) -> None:
    learner = Learner(an, world.course)
    learner.read("01-dai")
    learner.pass_test()
    publish(app, world, without="02-la")
    shown = binh.get(f"/study/teaching/{world.course}/move")
    for _turn in range(2):
        move(world, binh, shown)
    with app.app_context():
        assert db.session.query(Completion).count() == 1 and db.session.query(Enrolment).filter_by(state="completed").count() == 1


def test_completed_people_stay_with_the_revision_that_they_completed(app: Flask, world: World, an: Visitor, binh: Visitor) -> None:
    learner = Learner(an, world.course)
    learner.read()
    learner.pass_test()
    old = revision_of(app, world, "an")
    new = publish(app, world)
    assert "Không cần chuyển ai" in binh.get(f"/study/teaching/{world.course}/move").text
    press(world, binh, new)
    assert revision_of(app, world, "an") == old


@pytest.mark.parametrize("is_open", [True, False])
def test_whose_attempt_would_lose_its_place_stays(app: Flask, world: World, an: Visitor, binh: Visitor, is_open: bool) -> None:
    learner = Learner(an, world.course)
    learner.read("01-dai")
    if is_open:
        attempt = learner.start()
        new = publish(app, world)
    else:
        learner.fail_test()
        new = publish(app, world, without="cuoi-khoa")
    old = revision_of(app, world, "an")
    page = binh.get(f"/study/teaching/{world.course}/move")
    assert "1 người đang làm bài kiểm tra, hoặc đã làm" in page.text and "Chuyển 0" not in page.text
    assert not [field for field in page.all("input") if field.get("name") == "revision"]
    press(world, binh, new)
    assert revision_of(app, world, "an") == old
    if is_open:
        an.get(attempt)


def test_a_page_from_before_another_publishing_moves_nobody(app: Flask, world: World, an: Visitor, binh: Visitor) -> None:
    Learner(an, world.course).read("01-dai")
    old = revision_of(app, world, "an")
    publish(app, world)
    shown = binh.get(f"/study/teaching/{world.course}/move")
    publish(app, world)
    move(world, binh, shown)
    assert revision_of(app, world, "an") == old
    assert "vừa được công bố bản mới" in binh.get(f"/study/teaching/{world.course}/move").text


def test_only_who_may_change_the_course_moves_people(app: Flask, world: World, an: Visitor, binh: Visitor, chi: Visitor, giang: Visitor) -> None:
    address = f"/study/teaching/{world.course}/move"
    for who in (an, chi, giang):
        who.get(address, 403)
    with app.app_context():
        db.session.execute(sa.text("UPDATE course_trainer SET part = 'reviewer'"))
        commit()
    binh.get(address, 404)
