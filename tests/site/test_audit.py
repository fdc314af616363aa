"""The audit trail: append-only, chained, and seen only by administrators within their reach."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import lms
from lms.base import commit, db
from lms.site import Audit, audit_is_whole, record
from lms.site.vocabulary import deeds
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


def test_a_page_of_the_trail_that_does_not_exist_is_the_last_one(dung: Visitor) -> None:
    for number in ("0", "-3", "x", "9" * 30):
        dung.get(f"/site/audit?page={number}")


def test_a_manager_does_not_see_the_trail(chi: Visitor) -> None:
    chi.get("/site/audit", 403)


def test_rolled_back_work_leaves_no_line(app: Flask) -> None:
    with app.app_context():
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Audit))
        record(None, "test", "thing", 1)
        db.session.rollback()
        commit()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Audit)) == before


def test_the_trail_is_said_in_words_and_searched_without_accents(dung: Visitor, chi: Visitor, world: World) -> None:
    dung.post(f"/people/{world.people['an']}/suspend", page=f"/people/{world.people['an']}")
    page = dung.get("/site/audit?actor=dung&action=suspend+person")
    assert "Khóa tài khoản" in page.text and "Nguyễn Văn An" in page.text and "Phạm Tiến Dũng" in page.text
    assert "Chưa có dòng nào" in dung.get("/site/audit?actor=giang").text


def test_every_deed_that_is_recorded_has_words() -> None:
    said = set(deeds())
    written = {
        found
        for path in Path(lms.__file__).parent.rglob("*.py")
        for found in re.findall(r'record\([\w.]+, "([a-z-]+)", "([a-z]+)"', path.read_text("utf-8"))
    }
    assert written and not written - said
