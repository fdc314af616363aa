"""The database: migrations give exactly the models, constraints have names, and every timer may run twice."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from lms.base import commit, db, timers
from lms.base.jobs import _timers as timer_table

pytestmark = pytest.mark.house


def test_migrations_give_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_constraint_has_a_name() -> None:
    nameless = [f"{table.name}: {one}" for table in db.metadata.tables.values() for one in table.constraints if not one.name]
    assert not nameless


def _content() -> dict[str, list[str]]:
    tables = (table for table in db.metadata.sorted_tables if table.name not in ("job", "audit"))
    return {table.name: [str(row) for row in db.session.execute(sa.select(table).order_by(*table.primary_key))] for table in tables}


def test_every_timer_may_run_twice(app: Flask) -> None:
    assert timers()
    for name in timers():
        act = timer_table[name][1]
        with app.app_context():
            act()
            commit()
            once = _content()
            act()
            commit()
            assert _content() == once, name
