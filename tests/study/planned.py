"""Courses with a structure, for the tests of the desk: the course M planned anew and published, other courses beside it, learners moved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.base import clock, commit, db
from lms.courses import Course, CourseOffer, CourseRevision, Lesson, current_revision_id, publish_course
from lms.courses.course_drafts import current_course_source
from lms.courses.folder import CourseSource, LessonSource, OutlineStep, write_course
from lms.courses.publishing import add_lesson_revision
from lms.quizzes import Bank
from lms.study import Enrolment
from tests.cast import World

FIRST, SECOND, TEST = "01-dai", "02-la", "cuoi-khoa"


def plan(app: Flask, course_id: int, change: Callable[[CourseSource], CourseSource]) -> None:
    """Publish the course with its draft changed."""
    with app.app_context():
        course = db.session.get_one(Course, course_id)
        course.draft = write_course(change(current_course_source(course)))
        publish_course(None, course_id)
        commit()


def plan_steps(app: Flask, world: World, **steps: dict[str, Any]) -> None:
    """Publish the course M with other conditions: by name of a step (first, second, test) what is set."""
    keys = {{"first": FIRST, "second": SECOND, "test": TEST}[name]: values for name, values in steps.items()}

    def change(said: CourseSource) -> CourseSource:
        return replace(said, outline=[replace(step, **keys.get(step.key, {})) for step in said.outline])

    plan(app, world.course, change)


def move_all(app: Flask, world: World) -> None:
    """Everybody in the middle learns the published revision from now on."""
    with app.app_context():
        current = current_revision_id(world.course)
        db.session.execute(sa.update(Enrolment).where(Enrolment.state == "in_progress").values(course_revision_id=current))
        commit()


def text(vietnamese: str) -> dict[str, str]:
    """A text in both languages."""
    return {"vi": vietnamese, "en": f"{vietnamese} (en)"}


def lesson_said(title: str, source: str) -> LessonSource:
    """A lesson with this title and text."""
    return LessonSource(
        title=text(title), summary=text(""), code=None, minutes=3, standards=[], legal_basis=[], reviewed_on=date(2026, 1, 5), source=source
    )


def add_lessons(app: Flask, world: World, lessons: dict[str, LessonSource], sections: int = 1) -> None:
    """Publish the course M with these lessons after its own, all spread over so many sections."""
    with app.app_context():
        for key, said in lessons.items():
            lesson = Lesson(course_id=world.course, key=key, draft_version=0, revision_number=0, is_edited=False)
            db.session.add(lesson)
            db.session.flush()
            add_lesson_revision(None, lesson, said, {})
        commit()

    def change(said: CourseSource) -> CourseSource:
        outline = [*said.outline, *(OutlineStep("lesson", key) for key in lessons)]
        size = -(-len(outline) // sections)
        placed = [replace(step, section=text(f"Phần {at // size + 1}") if sections > 1 else None) for at, step in enumerate(outline)]
        return replace(said, outline=placed)

    plan(app, world.course, change)


def other_course(app: Flask, world: World, key: str, agency: str = "HT", state: str = "published", prerequisites: tuple[str, ...] = ()) -> int:
    """Another course of one lesson, offered at an agency; its id."""
    with app.app_context():
        mine = current_course_source(db.session.get_one(Course, world.course))
        bank = Bank(key=key, agency_id=world.agencies["T"], is_from_folder=False, title=text(key))
        db.session.add(bank)
        db.session.flush()
        course = Course(key=key, agency_id=world.agencies["T"], bank_id=bank.id, state="draft", revision_number=0)
        db.session.add(course)
        db.session.flush()
        lesson = Lesson(course_id=course.id, key="01-mot", draft_version=0, revision_number=0, is_edited=False)
        db.session.add(lesson)
        db.session.flush()
        add_lesson_revision(None, lesson, lesson_said(f"Bài của {key}", "## Mở đầu\n\nMột bài."), {})
        add_empty_revision(course, key)
        said = replace(
            mine, title=text(f"Khóa {key}"), outline=[OutlineStep("lesson", "01-mot")], prerequisites=list(prerequisites), gives_certificate=False
        )
        course.draft = write_course(said)
        db.session.flush()
        publish_course(None, course.id)
        course.state = state
        db.session.add(CourseOffer(course_id=course.id, agency_id=world.agencies[agency], offered_at=clock.now()))
        commit()
        return course.id


def add_empty_revision(course: Course, key: str) -> None:
    """What a course was before it was first published."""
    values: dict[str, Any] = {"minutes": 1, "hours": 0, "pass_percent": 0, "gives_certificate": False, "standards": [], "search": "", "number": 0}
    texts = {name: text(key) for name in ("title", "summary", "audience")}
    db.session.add(CourseRevision(course_id=course.id, published_at=clock.now(), prerequisites=[], glossary=[], **values, **texts))
    db.session.flush()
