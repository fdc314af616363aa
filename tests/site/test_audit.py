"""The audit trail: append-only, chained, and seen only by administrators within their reach."""

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.site import Audit, audit_is_whole, record
from tests.cast import World
from tests.pages import Visitor


def test_the_chain_is_whole(app: Flask) -> None:
    with app.app_context():
        record(None, "test", "thing", 1, note="một")
        record(None, "test", "thing", 2, note="hai")
        commit()
        is_whole, count = audit_is_whole()
        assert is_whole and count > 2


@pytest.mark.parametrize("change", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_trail(app: Flask, change: str) -> None:
    with app.app_context():
        record(None, "test", "thing", 1)
        commit()
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            db.session.execute(sa.text(change))


def test_an_administrator_sees_what_happened_in_their_reach(app: Flask, world: World, dung: Visitor) -> None:
    with app.app_context():
        record(None, "ours", "thing", 1, world.agencies["XP"])
        record(None, "theirs", "thing", 1, world.agencies["HL"])
        commit()
    text = dung.get("/site/audit").text
    assert "ours" in text and "theirs" not in text


def test_a_manager_does_not_see_the_trail(chi: Visitor) -> None:
    chi.get("/site/audit", 403)


def test_rolled_back_work_leaves_no_line(app: Flask) -> None:
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Audit))
        record(None, "test", "thing", 1)
        db.session.rollback()
        commit()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Audit)) == before
