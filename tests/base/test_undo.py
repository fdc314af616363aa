"""Acts that can be undone: inserted, changed and deleted rows go back; what was changed since, or rests on them, forbids it."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import Agency, AgencyName
from lms.base import CannotUndo, db, notes_of, undo, undoable
from lms.people import Membership
from tests.cast import OPENED, World

DAY = date(2024, 5, 1)


def _rows(model: type) -> list[str]:
    return [str(row) for row in db.session.execute(sa.select(model.__table__).order_by("id"))]  # type: ignore[attr-defined]


def test_what_was_inserted_changed_and_deleted_goes_back_as_it_was(app: Flask, world: World) -> None:
    with app.app_context():
        before = {model: _rows(model) for model in (Agency, AgencyName, Membership)}
        with undoable("test 1"):
            agency = Agency(code="N", kind="unit", name="Mới", search="moi", position=9, opened_on=OPENED)
            db.session.add(agency)
            db.session.flush()
            db.session.add(AgencyName(agency_id=agency.id, name="Mới", search="moi", from_on=OPENED))
            main = db.session.scalars(sa.select(Membership).where(Membership.person_id == world.people["an"])).one()
            main.to_on = DAY
            db.session.flush()
            db.session.add(
                Membership(person_id=main.person_id, agency_id=agency.id, from_on=DAY, is_main=True, staff_kind="contract", state="working")
            )
            db.session.delete(db.session.scalars(sa.select(Membership).where(Membership.person_id == world.people["giao"])).one())
        assert len(notes_of("test 1")) == 5
        undo("test 1")
        assert {model: _rows(model) for model in before} == before
        assert notes_of("test 1") == []


def test_a_row_that_was_changed_since_forbids_it_unless_its_column_is_free(app: Flask, world: World) -> None:
    with app.app_context():
        with undoable("test 2"):
            db.session.get_one(Agency, world.agencies["XP"]).name = "Xã Khác"
        agency = db.session.get_one(Agency, world.agencies["XP"])
        agency.help_phone = "0222"
        db.session.flush()
        with pytest.raises(CannotUndo) as refused:
            undo("test 2")
        assert refused.value.rows == [("agency", world.agencies["XP"])]
        undo("test 2", free={"agency": ["help_phone"]})
        assert db.session.get_one(Agency, world.agencies["XP"]).name == "Xã An Phúc"


def test_a_row_on_which_another_rests_forbids_it(app: Flask, world: World) -> None:
    with app.app_context():
        with undoable("test 3"):
            agency = Agency(code="N", kind="unit", name="Mới", search="moi", position=9, opened_on=OPENED)
            db.session.add(agency)
        db.session.add(AgencyName(agency_id=agency.id, name="Mới", search="moi", from_on=OPENED))
        db.session.flush()
        with pytest.raises(CannotUndo):
            undo("test 3")
        assert db.session.get(Agency, agency.id) is not None


def test_the_database_refuses_two_main_memberships_on_one_day(app: Flask, world: World) -> None:
    with app.app_context():
        values = {"person_id": world.people["an"], "agency_id": world.agencies["XM"], "staff_kind": "contract", "state": "working"}
        ended = Membership(**values, from_on=date(2019, 1, 1), to_on=OPENED, is_main=True)
        db.session.add(ended)
        db.session.flush()
        ended.to_on = date(2020, 1, 2)
        with pytest.raises(sa.exc.DBAPIError, match="two main memberships"):
            db.session.flush()
        db.session.rollback()
        db.session.add(Membership(**values, from_on=DAY, to_on=date(2024, 6, 1), is_main=True))
        with pytest.raises(sa.exc.DBAPIError, match="two main memberships"):
            db.session.flush()
        db.session.rollback()


def test_a_column_that_was_never_set_goes_back_to_nothing(app: Flask, world: World) -> None:
    with app.app_context():
        agency = Agency(code="N", kind="unit", name="Mới", search="moi", position=9, opened_on=OPENED)
        db.session.add(agency)
        db.session.flush()
        with undoable("test 4"):
            agency.help_phone = "0222"
        undo("test 4")
        assert db.session.get_one(Agency, agency.id).help_phone is None
