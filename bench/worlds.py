"""The demonstration district on SQLite and PostgreSQL, and the learners who are to be measured."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from demo.district import fill
from lms.base import commit, db
from lms.courses import Course
from lms.people import Account
from lms.quizzes import Attempt
from lms.site import set_setting
from lms.study import Enrolment, LessonRead
from tests.databases import postgres, postgres_folder
from tests.heavy.worlds import application

PASSWORD = "do-toc-do-moi-ngay-2026"
QUIZ, LESSON = "cuoi-khoa", "02-mat-khau"


def make(address: str, folder: Path) -> None:
    """Fill an empty database with the district; production settings refuse one that says it is a demonstration, so it is made to say no."""
    app = application(address, folder)
    with app.app_context():
        flask_migrate.upgrade()
    fill(app, PASSWORD)
    with app.app_context():
        set_setting(None, "is_demo", "0")
        commit()
    _leave(app)


def copy(source: str, target: str, folder: Path) -> None:
    """Carry every row from the SQLite file into an empty PostgreSQL, so that both serve the same district."""
    old, new = application(source, folder), application(target, folder)
    with new.app_context():
        flask_migrate.upgrade()
        into = db.engine
    with old.app_context(), db.engine.connect() as reading, into.begin() as writing:
        writing.execute(sa.text("SET session_replication_role = replica"))
        for table in db.metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(sa.select(table)).mappings()]
            if rows:
                writing.execute(sa.insert(table), rows)
            _number_on(writing, table)
    _leave(old)
    into.dispose()


def _number_on(writing: sa.Connection, table: sa.Table) -> None:
    """New rows get numbers after those that were carried over."""
    if "id" in table.columns:
        wanted = f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), (SELECT coalesce(max(id), 1) FROM \"{table.name}\"))"
        writing.execute(sa.text(wanted))


def _leave(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """An empty SQLite file and an empty temporary PostgreSQL."""
    with postgres() as address:
        yield {"sqlite": f"sqlite:///{folder / 'lms.sqlite3'}", "postgresql": address % "postgres"}


def make_durable(address: str) -> None:
    """Restart the temporary PostgreSQL of the tests, which cares for nothing but speed, so that a commit is on disk as it is in production."""
    folder = address.partition("host=")[2]
    settings = f"-k {folder} -c listen_addresses='' -c fsync=on -c full_page_writes=on -c max_connections=120"
    command = [str(postgres_folder() / "pg_ctl"), "-D", f"{folder}/data", "-m", "fast", "-w", "-l", f"{folder}/log", "-o", settings, "restart"]
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, *command], check=True, cwd="/tmp", stdout=subprocess.DEVNULL)


def course_and_learners(address: str, folder: Path, number: int) -> tuple[int, list[str]]:
    """The id of course B, and user names of learners in the middle of it who have not begun its test, the one who read most first."""
    app = application(address, folder)
    with app.app_context():
        course = db.session.scalars(sa.select(Course.id).where(Course.key == "B")).one()
        has_sat = sa.exists().where(Attempt.person_id == Enrolment.person_id)
        read = sa.func.count(LessonRead.id)
        names = (
            sa.select(Account.username)
            .join(Enrolment, Enrolment.person_id == Account.person_id)
            .join(LessonRead, LessonRead.enrolment_id == Enrolment.id)
            .where(Enrolment.course_id == course, Enrolment.state == "in_progress", ~has_sat)
            .group_by(Account.username)
            .order_by(read.desc(), Account.username)
            .limit(number)
        )
        found = list(db.session.scalars(names))
    _leave(app)
    return course, found
