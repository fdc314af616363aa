"""The upgrade from the first schema, with people in it: nothing is lost, and what the database refused it still refuses."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import db
from tests.conftest import make_app
from tests.databases import Copies

pytestmark = pytest.mark.house
AT = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
ADD_AGENCY = "INSERT INTO agency (id, code, kind, name, search, position, opened_on) VALUES (1, 'T', 'province', 'Tỉnh', 'tinh', 1, '2020-01-01')"
ADD_PERSON = "INSERT INTO person (id, full_name, search, sort, created_at) VALUES (:id, :name, 'x', 'x', :at)"
ADD_ACCOUNT = (
    "INSERT INTO account (person_id, username, password_hash, password_at, must_change, privacy_at) VALUES (:id, :name, '!', :at, false, :agreed)"
)
ADD_MEMBERSHIP = (
    "INSERT INTO membership (person_id, agency_id, from_on, to_on, is_main, staff_kind, state) "
    "VALUES (:id, 1, :begin, :end, :main, 'civil_servant', :state)"
)
ADD_ROLE = "INSERT INTO role_held (person_id, agency_id, role, from_on) VALUES (1, 1, 'administrator', '2020-01-01')"
ADD_SESSION = "INSERT INTO session (token_hash, person_id, created_at, expires_at, address) VALUES ('h', 1, :at, :at, '10.0.0.1')"


def say(sentence: str, **values: Any) -> Any:
    typed = [sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name, value in values.items() if isinstance(value, datetime)]
    return db.session.execute(sa.text(sentence).bindparams(*typed), values)


@pytest.fixture
def empty(empty_copies: Copies, folder: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    name = f"e{uuid.uuid4().hex}"
    if empty_copies.kind == "sqlite":
        address = f"sqlite:///{folder / name}.sqlite3"
    else:
        with psycopg.connect(empty_copies.admin, autocommit=True) as connection:  # type: ignore[union-attr]
            connection.execute(f"CREATE DATABASE {name}".encode())
        address = empty_copies.address % name  # type: ignore[union-attr]
    app = make_app(address, folder)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def upgraded(empty: Flask) -> Flask:
    """A database of the first schema, filled by hand, then upgraded."""
    flask_migrate.upgrade(revision="0001")
    say(ADD_AGENCY)
    for person_id, name, agreed in ((1, "an", AT), (2, "binh", None), (3, "chi", AT)):
        say(ADD_PERSON, id=person_id, name=name, at=AT)
        say(ADD_ACCOUNT, id=person_id, name=name, at=AT, agreed=agreed)
    rows = [(1, "2020-01-01", "2022-01-01", True, "working"), (1, "2022-01-01", None, True, "seconded"), (1, "2021-01-01", None, False, "working")]
    rows += [(2, "2020-01-01", None, True, "on_leave"), (3, "2020-01-01", None, True, "left")]
    for person_id, begin, end, is_main, state in rows:
        say(ADD_MEMBERSHIP, id=person_id, begin=begin, end=end, main=is_main, state=state)
    say(ADD_ROLE)
    say(ADD_SESSION, at=AT)
    db.session.commit()
    flask_migrate.upgrade()
    return empty


def rows_of(table: str) -> int:
    return int(say(f"SELECT count(*) FROM {table}").scalar_one())


def add(person_id: int, begin: str, end: str | None, is_main: bool = True, state: str = "working") -> None:
    say(ADD_MEMBERSHIP, id=person_id, begin=begin, end=end, main=is_main, state=state)


@pytest.mark.usefixtures("upgraded")
def test_who_had_agreed_has_agreed_to_the_first_notice() -> None:
    kept = db.session.execute(sa.text("SELECT person_id, version FROM privacy_acceptance ORDER BY person_id")).all()
    assert [tuple(row) for row in kept] == [(1, 1), (3, 1)]
    when = sa.select(sa.column("accepted_at", sa.DateTime(timezone=True))).select_from(sa.table("privacy_acceptance"))
    assert [moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment for moment in db.session.scalars(when)] == [AT, AT]


@pytest.mark.usefixtures("upgraded")
def test_secondment_becomes_a_reason_of_leave_and_nothing_else_changes() -> None:
    states = say("SELECT person_id, is_main, state, reason FROM membership ORDER BY person_id, from_on").all()
    assert [(row[0], bool(row[1]), row[2], row[3]) for row in states] == [
        (1, True, "working", None),
        (1, False, "working", None),
        (1, True, "on_leave", "secondment"),
        (2, True, "on_leave", None),
        (3, True, "left", None),
    ]


@pytest.mark.usefixtures("upgraded")
def test_nothing_is_lost_and_every_key_leads_somewhere() -> None:
    assert {table: rows_of(table) for table in ("agency", "person", "account", "membership", "role_held", "session")} == {
        "agency": 1,
        "person": 3,
        "account": 3,
        "membership": 5,
        "role_held": 1,
        "session": 1,
    }
    assert say("SELECT agent, second_at FROM session").one() == ("", None)
    if db.engine.dialect.name == "sqlite":
        assert say("PRAGMA foreign_key_check").all() == []
        assert say("PRAGMA foreign_keys").scalar_one() == 1
    for table, columns in (("membership", "person_id, agency_id, from_on, is_main, staff_kind, state"), ("privacy_acceptance", "person_id, version")):
        with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
            values = "99, 1, '2020-01-01', true, 'official', 'working'" if table == "membership" else "99, 1"
            more = "" if table == "membership" else ", '2020-01-01 00:00:00', ''"
            say(f"INSERT INTO {table} ({columns}{', accepted_at, address' if more else ''}) VALUES ({values}{more})")


@pytest.mark.usefixtures("upgraded")
def test_the_indexes_of_open_memberships_are_still_partial() -> None:
    add(2, "2010-01-01", "2012-01-01")
    add(2, "2012-01-01", "2014-01-01")
    add(2, "2010-01-01", "2012-01-01", is_main=False)
    add(2, "2011-01-01", "2014-01-01", is_main=False)
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        add(2, "2030-01-01", None)
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        add(1, "2030-01-01", None, is_main=False)
    add(2, "2014-01-01", None, is_main=False)


@pytest.mark.usefixtures("upgraded")
def test_two_main_agencies_on_one_day_and_unknown_states_are_refused() -> None:
    for begin, end, state in (("2021-06-01", "2021-07-01", "working"), ("2010-01-01", "2011-01-01", "seconded")):
        with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
            add(1, begin, end, state=state)
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        say("UPDATE membership SET reason = 'sick' WHERE state = 'working'")
