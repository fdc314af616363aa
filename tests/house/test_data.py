"""The database: migrations give exactly the models, constraints have names, and every timer may run twice."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from lms.base import commit, db, timers
from lms.base.db import Instant
from lms.base.jobs import _timers as timer_table

pytestmark = pytest.mark.house
CLOSED_LISTS = ("state", "kind", "use", "part", "role", "side", "gender", "difficulty", "staff_kind", "reason")
OPEN_LISTS = {("question_version", "kind")}  # adding a kind of question touches no other file
ODD_NAMES = ("at", "valid_until", "must_change", "gives_certificate", "counts")  # as people say it: valid until a day, counts or not


def test_migrations_give_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_give_the_checks_of_the_models(app: Flask) -> None:
    with app.app_context():
        inspector = sa.inspect(db.engine)
        for table in db.metadata.sorted_tables:
            ours = {str(one.name) for one in table.constraints if isinstance(one, sa.CheckConstraint)}
            assert {str(one["name"]) for one in inspector.get_check_constraints(table.name)} == ours, table.name


def test_columns_are_named_by_what_they_hold() -> None:
    """…_at instants, …_on days, is_… yes or no, …_id keys; words of a closed list stand in a checked column. Exceptions are named here."""
    wrong = []
    for table in db.metadata.sorted_tables:
        checks = " ".join(str(one.sqltext) for one in table.constraints if isinstance(one, sa.CheckConstraint))
        for column in table.columns:
            is_word = column.name in CLOSED_LISTS and (table.name, column.name) not in OPEN_LISTS
            rules = [
                isinstance(column.type, sa.Boolean) == column.name.startswith("is_") or column.name in ODD_NAMES,
                isinstance(column.type, sa.Date) == column.name.endswith("_on") or column.name in ODD_NAMES,
                isinstance(column.type, Instant) == column.name.endswith(("_at", "_until")) or column.name in ODD_NAMES,
                not isinstance(column.type, sa.Numeric | sa.Float),
                not is_word or f"{column.name} IN" in checks,
            ]
            wrong += [] if all(rules) else [f"{table.name}.{column.name}"]
    assert not wrong


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
