"""Dated memberships and roles: the past stays as it was."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import rename_agency
from lms.base import Refused, db
from lms.people import (
    Account,
    Membership,
    RoleHeld,
    Viewer,
    create_person,
    go_on_leave,
    grant_role,
    identity_on_day,
    leave_service,
    merge,
    people_in_reach,
    transfer_person,
)
from lms.people.names import tidy_name
from lms.people.passwords import new_slip_password, refuse_weak
from lms.people.syllables import SYLLABLES
from tests.cast import OPENED, World

BEFORE, DAY, LATER = date(2022, 12, 31), date(2023, 1, 1), date(2024, 1, 1)


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    """Within the application; nothing that a test does is kept."""
    with app.app_context():
        yield
        db.session.rollback()


def seen_by(role: str, agency_id: int) -> set[int]:
    viewer = Viewer(0, "", "", None, 0, ((role, agency_id),), None, "", False, False, None)
    return set(db.session.scalars(people_in_reach(viewer, role)))


@pytest.mark.usefixtures("within")
def test_a_transfer_leaves_the_past_with_the_old_agency(world: World) -> None:
    an = world.people["an"]
    grant_role(None, an, world.agencies["XP"], "manager", OPENED)
    transfer_person(None, an, world.agencies["XM"], DAY, "Kế toán")
    assert identity_on_day(an, BEFORE) == ("Nguyễn Văn An", world.agencies["XP"], "Xã An Phúc")
    assert identity_on_day(an) == ("Nguyễn Văn An", world.agencies["XM"], "Xã Bình Minh")
    assert an in seen_by("manager", world.agencies["XM"]) and an not in seen_by("manager", world.agencies["XP"])
    assert db.session.scalars(sa.select(RoleHeld.to_on).where(RoleHeld.person_id == an)).all() == [DAY]
    with pytest.raises(Refused, match="từ ngày 01/01/2023"):
        transfer_person(None, an, world.agencies["HT"], BEFORE)
    transfer_person(None, an, world.agencies["HT"], DAY)
    assert len(db.session.scalars(sa.select(Membership).where(Membership.person_id == an)).all()) == 2


@pytest.mark.usefixtures("within")
def test_the_name_of_the_agency_is_that_of_the_day(world: World) -> None:
    rename_agency(None, world.agencies["XP"], "Phường An Phúc", DAY, None)
    assert identity_on_day(world.people["an"], BEFORE).agency_name == "Xã An Phúc"
    assert identity_on_day(world.people["an"]).agency_name == "Phường An Phúc"


@pytest.mark.usefixtures("within")
def test_people_and_roles_follow_a_merger(world: World) -> None:
    an, anh = world.people["an"], world.people["anh"]
    for person, agency in ((an, "XP"), (an, "XM"), (anh, "XP")):
        grant_role(None, person, world.agencies[agency], "trainer", OPENED)
    merge(None, [world.agencies["XP"]], world.agencies["XM"], DAY, None)
    assert identity_on_day(an, BEFORE).agency_name == "Xã An Phúc" and identity_on_day(an).agency_name == "Xã Bình Minh"
    assert seen_by("manager", world.agencies["XM"]) == {an, anh}
    rows = db.session.execute(sa.select(RoleHeld.person_id, RoleHeld.agency_id).where(RoleHeld.role == "trainer", RoleHeld.to_on.is_(None)))
    open_ones = {tuple(row) for row in rows if row.person_id in (an, anh)}
    assert open_ones == {(an, world.agencies["XM"]), (anh, world.agencies["XM"])}


@pytest.mark.usefixtures("within")
def test_leave_is_dated_and_whoever_has_left_cannot_sign_in(world: World) -> None:
    an = world.people["an"]
    go_on_leave(None, an, "study", DAY)
    leave_service(None, an, "retired", LATER)
    columns = (Membership.state, Membership.reason, Membership.from_on)
    rows = db.session.execute(sa.select(*columns).where(Membership.person_id == an).order_by(Membership.from_on))
    assert [tuple(row) for row in rows] == [("working", None, OPENED), ("on_leave", "study", DAY), ("left", "retired", LATER)]
    assert db.session.get_one(Account, an, populate_existing=True).suspended_at is not None


@pytest.mark.usefixtures("within")
def test_a_role_is_granted_once(world: World) -> None:
    for _turn in range(2):
        grant_role(None, world.people["an"], world.agencies["XP"], "manager")
    assert len(db.session.scalars(sa.select(RoleHeld).where(RoleHeld.person_id == world.people["an"])).all()) == 1


@pytest.mark.usefixtures("within")
def test_whoever_belongs_nowhere_is_told_so(world: World) -> None:
    person = create_person(None, full_name="Lê Mới", agency_id=world.agencies["XP"], from_on=date(2099, 1, 1))
    with pytest.raises(Refused, match="chưa được ghi vào đơn vị nào"):
        identity_on_day(person.id)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("NGUYỄN  THỊ HÀ", "Nguyễn Thị Hà"), (" Lê văn  Tư ", "Lê văn Tư"), ("H'HEN NIÊ", "H'Hen Niê"), ("Nguye\u0302\u0303n A\u0301nh", "Nguyễn Ánh")],
)
def test_names_are_tidied_and_not_guessed_at(typed: str, kept: str) -> None:
    assert tidy_name(typed) == kept


def test_printed_passwords_are_long_easy_to_type_and_good_enough() -> None:
    made = {new_slip_password() for _turn in range(200)}
    assert len(made) == 200 and all(len(password) >= 14 and password.isascii() for password in made)
    assert len(SYLLABLES) == len(set(SYLLABLES)) > 300
    for password in made:
        refuse_weak(password, "an")
