"""The database: typed models, one naming convention, safe transactions on SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import g, has_app_context, has_request_context
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

import config

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant in UTC: aware in Python, whatever the database keeps."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NoneIsNull = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")  # nothing is NULL, never JSON null


class Base(orm.DeclarativeBase):
    """All tables. Column types follow the annotation: datetime = Instant, date = day, dict and list = JSON."""

    registry = orm.registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: Instant(), date: sa.Date(), dict[str, Any]: Json, list[Any]: Json, str: sa.Text()},
    )


db = SQLAlchemy(model_class=Base, engine_options={"hide_parameters": True}, session_options={"expire_on_commit": False})
MIGRATIONS = str(Path(config.__file__).parent / "migrations")
migrate = Migrate(db=db, directory=MIGRATIONS, compare_type=True, render_as_batch=True)


def words_in(column: str, *states: str) -> sa.CheckConstraint:
    """A state column holds one of these words."""
    listed = ", ".join(f"'{state}'" for state in states)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"{column}_word")


def is_writing() -> bool:
    """Whether this request (or command, or job) may change the database."""
    if has_request_context():
        return bool(g.get("is_writing", False))
    return not (has_app_context() and g.get("only_reads", False))


@contextmanager
def only_reading() -> Iterator[None]:
    """For slow work of a job or command: what stands inside cannot write, and keeps nobody else from writing. To be entered between transactions."""
    g.only_reads = True
    try:
        yield
    finally:
        db.session.rollback()
        g.only_reads = False


@cache
def _insertion(model: type[Base], dialect: str) -> Any:
    kind = postgresql if dialect == "postgresql" else sqlite
    return kind.insert(model.__table__).on_conflict_do_nothing().returning(sa.literal(1))


def is_allowed(act: Callable[[], None]) -> bool:
    """Carry the act out where the constraints of the database allow it, and say whether they did; where not, nothing of it stays."""
    try:
        with db.session.begin_nested():
            act()
    except sa.exc.IntegrityError:
        return False
    return True


def insert_once(model: type[Base], **values: object) -> bool:
    """Insert the row unless a unique constraint already holds one like it; says whether this call inserted it."""
    statement = _insertion(model, db.session.get_bind().dialect.name)
    return db.session.execute(statement, values).first() is not None


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("busy_timeout=8000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """A request that may write takes SQLite's write lock at once (else updates are lost silently); a reading one cannot write."""
    writing = is_writing()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only=OFF" if writing else "PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif not writing:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def is_migrated() -> bool:
    """Whether the database answers and every migration has been carried out on it."""
    try:
        with db.engine.connect() as connection:
            done = MigrationContext.configure(connection).get_current_heads()
    except sa.exc.OperationalError:
        return False
    return set(done) == set(ScriptDirectory(MIGRATIONS).get_heads())


PASSING = (
    "database is locked",
    "deadlock detected",
    "could not serialize",
    "connection failed",
    "connection is bad",
    "too many clients",
    "server closed the connection",
    "terminating connection",
    "is starting up",
    "is shutting down",
)


def is_busy(error: sa.exc.SQLAlchemyError) -> bool:
    """Whether the database was only busy or out of reach (restarting), so that the same request may succeed in a moment."""
    if isinstance(error, sa.exc.TimeoutError):  # no connection was free
        return True
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    return error.connection_invalidated or any(word in str(error.orig) for word in PASSING)
