"""Fixtures: a real database with the world, fresh for every test, and the cast at their browsers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import jinja2
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import settings
from sqlalchemy.engine import make_url

from lms import create_app
from lms.base import clock, db
from tests import cast
from tests.browsers import at_a_pc as at_a_pc
from tests.browsers import chromium as chromium
from tests.browsers import site as site
from tests.databases import Copies, PostgresCopies, SqliteCopies, postgres
from tests.pages import Statements, Visitor

settings.register_profile("steady", derandomize=True)  # what fails here fails everywhere, and at every run
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--database: which real database the tests run on."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--write-doors", action="store_true", help="write tests/house/doors.txt anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches a database is run again, and of a test with many cases the first; everything has run on SQLite before.

    Where each case asks the database something else (constraints, random histories), the module is marked `every_case`.
    """
    if config.getoption("--database") == "postgresql":
        seen: set[str] = set()
        spared = [item for item in items if not _is_for_postgres(item, seen)]
        items[:] = [item for item in items if item not in set(spared)]
        config.hook.pytest_deselected(items=spared)


def _is_for_postgres(item: pytest.Item, seen: set[str]) -> bool:
    if "empty_copies" not in getattr(item, "fixturenames", ()):
        return False
    name = item.nodeid.partition("[")[0]
    is_first = name not in seen
    seen.add(name)
    return is_first or item.get_closest_marker("every_case") is not None


class CompiledTemplates(jinja2.BytecodeCache):
    """Templates compiled once for all applications of this process: every test has its own, and compiling took a third of its time."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Give what is there."""
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep it."""
        self.compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


def make_app(address: str, folder: Path, **settings: object) -> Flask:
    """An application of the tests on this database."""
    app = create_app(
        MODE="test",
        SECRET_KEY="khoa-chi-de-kiem-thu-" + "0" * 32,
        SQLALCHEMY_DATABASE_URI=address,
        DATA=folder,
        FILES=folder / "files",
        HELP_NAME="Tổ hỗ trợ",
        HELP_PHONE="0222 000 111",
        **settings,
    )
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps its files."""
    return tmp_path_factory.mktemp("lms")


@pytest.fixture(scope="session")
def empty_copies(request: pytest.FixtureRequest, folder: Path) -> Iterator[Copies]:
    """The database server (or folder) of this run."""
    if request.config.getoption("--database") == "postgresql":
        with postgres() as address:
            yield PostgresCopies(address)
    else:
        yield SqliteCopies(folder)


@pytest.fixture(scope="session")
def built(empty_copies: Copies, folder: Path) -> tuple[Copies, cast.World]:
    """The world, made once by the product's own actions on a migrated database."""
    worlds: list[cast.World] = []

    def fill(address: str) -> None:
        app = make_app(address, folder)
        with app.app_context():
            flask_migrate.upgrade()
        worlds.append(cast.build(app))
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    empty_copies.prepare(fill)
    return empty_copies, worlds[0]


@pytest.fixture
def world(built: tuple[Copies, cast.World]) -> cast.World:
    """The ids of the people, agencies and the course."""
    return built[1]


@pytest.fixture
def address(built: tuple[Copies, cast.World]) -> Iterator[str]:
    """A fresh copy of the world's database."""
    with built[0].copy() as copy:
        yield copy


class SharedApp:
    """One application for all tests of this process: routes and compiled SQL serve them all; only its database is another each time."""

    def __init__(self, address: str, folder: Path) -> None:
        self.app = make_app(address, folder)
        self.address = make_url(address)
        with self.app.app_context():
            sa.event.listen(db.engine, "do_connect", self._connect)

    def _connect(self, dialect: sa.Dialect, _record: object, _args: object, options: dict[str, Any]) -> Any:
        args, named = dialect.create_connect_args(self.address)
        return dialect.connect(*args, **{**options, **named})

    def on(self, address: str) -> Iterator[Flask]:
        """The application on this database; its settings are put back afterwards."""
        settings, extensions = dict(self.app.config), dict(self.app.extensions)
        self.address = make_url(address)
        self.app.config["SQLALCHEMY_DATABASE_URI"] = address
        yield self.app
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for kept, before in ((self.app.config, settings), (self.app.extensions, extensions)):
            kept.clear()
            kept.update(before)


@pytest.fixture(scope="session")
def shared_app(built: tuple[Copies, cast.World], folder: Path) -> Iterator[SharedApp]:
    """The application of this process, before it has a database."""
    with built[0].copy() as address:
        yield SharedApp(address, folder)


@pytest.fixture
def app(address: str, shared_app: SharedApp) -> Iterator[Flask]:
    """The application on a fresh copy of the world."""
    yield from shared_app.on(address)


@pytest.fixture
def own_app(address: str, folder: Path) -> Iterator[Flask]:
    """An application of this test alone, to which it may add routes."""
    app = make_app(address, folder)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def statements() -> Iterator[Statements]:
    """The SQL of the last request."""
    seen = Statements()
    yield seen
    seen.close()


@pytest.fixture
def visitor(app: Flask, statements: Statements) -> Callable[[], Visitor]:
    """Makes somebody new at a browser of their own."""
    return lambda: Visitor(app, statements)


@pytest.fixture
def nobody(visitor: Callable[[], Visitor]) -> Visitor:
    """Nobody in particular."""
    return visitor()


def _member(name: str) -> Callable[..., Visitor]:
    @pytest.fixture(name=name)
    def fixture(visitor: Callable[[], Visitor]) -> Visitor:
        return visitor().sign_in(name, cast.PASSWORDS[name])

    return fixture


an, anh, binh, chi, dung, giang, giao = (_member(name) for name in ("an", "anh", "binh", "chi", "dung", "giang", "giao"))


class FakeClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def forward(self, **step: float) -> None:
        """Move on by timedelta(**step)."""
        self.now += timedelta(**step)


@pytest.fixture
def time() -> Iterator[FakeClock]:
    """The clock of the house, in the hands of the test."""
    fake = FakeClock()
    clock.set_clock(lambda: fake.now)
    yield fake
    clock.set_clock(None)
