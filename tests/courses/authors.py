"""Several trainers of the course M, and their drafts, for the tests of its life."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses import Course, add_trainer, publish_course
from lms.courses.actions import save_draft
from lms.courses.drafts import source_of, source_of_draft
from lms.courses.folder import LessonSource
from lms.courses.models import Lesson, LessonRevision
from lms.people import grant_role
from tests.cast import OPENED, World
from tests.quizzes.trainers import trainer


def let_train(app: Flask, world: World, name: str, part: str | None = "author", agency: str = "HT") -> int:
    """Somebody of the cast is a trainer, too, and looks after M in this part (None: does not)."""
    with app.app_context():
        grant_role(None, world.people[name], world.agencies[agency], "trainer", OPENED)
        if part:
            add_trainer(None, world.course, world.people[name], part)
        commit()
    return world.people[name]


def lesson_named(key: str) -> Lesson:
    """A lesson as it is stored now."""
    return db.session.scalars(sa.select(Lesson).where(Lesson.key == key).execution_options(populate_existing=True)).one()


def said_now(lesson: Lesson) -> LessonSource:
    """What it says: its draft, else what is published."""
    if lesson.draft is not None:
        return source_of_draft(lesson.draft)
    own = (LessonRevision.lesson_id == lesson.id, LessonRevision.number == lesson.revision_number)
    return source_of(db.session.scalars(sa.select(LessonRevision).where(*own)).one())


def saved(app: Flask, world: World, by: str = "binh", key: str = "01-dai", change: Callable[[str], str] | None = None, **values: Any) -> int:
    """Somebody saves a draft of a lesson; returns its id."""
    with app.app_context():
        lesson = lesson_named(key)
        said = replace(said_now(lesson), **values)
        said = replace(said, source=change(said.source) if change else said.source.replace("khó đoán", "rất khó đoán"))
        agency_id = db.session.scalars(sa.select(Course.agency_id).where(Course.id == world.course)).one()
        save_draft(trainer(world, by), lesson, agency_id, said, lesson.draft_version)
        commit()
        return lesson.id


def publish(app: Flask, world: World, by: str = "binh", note: str = "") -> int:
    """Somebody publishes M; returns the number."""
    with app.app_context():
        number = publish_course(trainer(world, by), world.course, note)
        commit()
        return number


def draft_of_lesson(app: Flask, key: str = "01-dai") -> str | None:
    """The draft as it is stored."""
    with app.app_context():
        return lesson_named(key).draft
