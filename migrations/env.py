"""Alembic for SQLite and PostgreSQL alike: the models of all rooms are the target, foreign keys rest while tables are rebuilt."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app
from lms.base.db import Instant, db

target = db.metadata


def render_item(kind: str, thing: Any, autogen: Any) -> Any:
    """Write our own types with their import."""
    if kind == "type" and isinstance(thing, Instant):
        autogen.imports.add("from lms.base.db import Instant, Json")
        return "Instant()"
    if kind == "type" and isinstance(thing, sa.JSON):
        autogen.imports.add("from lms.base.db import Instant, Json")
        return "Json"
    return False


def run() -> None:
    """Carry out the migrations on the database of the application, each file in a transaction of its own."""
    engine = db.engine
    if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
        Path(str(engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=target,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            broken = connection.connection.driver_connection.execute("PRAGMA foreign_key_check").fetchall()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
            if broken:
                raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")


assert current_app
run()
