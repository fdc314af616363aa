"""Roles at agencies: granted within one's reach, from day to day, never the last administrator taken away; a page says who may do what, and why."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, clock, commit, db
from lms.people import RoleHeld, end_role, grant_role, leave_service, restore_account, suspend_account, transfer_person
from lms.site import Audit
from tests.cast import OPENED, PASSWORDS, World, add_factor
from tests.pages import Visitor
from tests.people.test_work import change

TODAY = clock.today()
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=40)


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    """Within the application; nothing that a test does is kept."""
    with app.app_context():
        yield
        db.session.rollback()


def held(person_id: int, role: str = "manager") -> list[tuple[Any, ...]]:
    rows = sa.select(RoleHeld.from_on, RoleHeld.to_on).where(RoleHeld.person_id == person_id, RoleHeld.role == role).order_by(RoleHeld.from_on)
    return [tuple(row) for row in db.session.execute(rows)]


def role_id(person_id: int, role: str = "administrator") -> int:
    theirs = sa.select(RoleHeld.id).where(RoleHeld.person_id == person_id, RoleHeld.role == role, RoleHeld.from_on <= TODAY)
    return db.session.scalars(theirs.order_by(RoleHeld.to_on.is_not(None), RoleHeld.id.desc())).all()[0]


def test_an_administrator_grants_and_ends_a_role(app: Flask, dung: Visitor, visitor: Callable[[], Visitor], world: World) -> None:
    an, person = world.people["an"], f"/people/{world.people['an']}"
    told = change(dung, f"{person}/roles/new", role="manager", agency_id=world.agencies["XP"], on=TODAY, to_on="")
    assert "Nguyễn Văn An là Quản lý đơn vị tại Xã An Phúc" in told.text
    page = dung.get(person)
    assert "Từ" in page.text and "do Phạm Tiến Dũng giao" in page.text and "Xem tiến độ, kết quả" in page.text
    assert visitor().sign_in("an", PASSWORDS["an"]).get("/people").status == 200
    end = next(link for link in page.links() if link.endswith("/end"))
    told = change(dung, end, on=TODAY)
    assert "vai trò Quản lý đơn vị tại Xã An Phúc kết thúc" in told.text
    with app.app_context():
        assert held(an) == []
        deeds = set(db.session.scalars(sa.select(Audit.action).where(Audit.thing_id == an, Audit.thing == "person")))
        assert {"grant-role", "end-role"} <= deeds
    dung.get(end, 404)


def test_the_page_says_what_somebody_may_do_where_and_why(dung: Visitor, chi: Visitor, world: World) -> None:
    page = chi.get(f"/people/{world.people['chi']}")
    assert "Người này được làm gì, vì sao" in page.text and "Tại Huyện Thuận An và 2 đơn vị trực thuộc" in page.text
    assert "Từ 01/01/2020, chưa ghi ngày kết thúc, do hệ thống giao" in page.text and "đều là học viên" in page.text
    assert not [link for link in page.links() if "roles" in link]
    assert [link for link in dung.get(f"/people/{world.people['chi']}").links() if link.endswith("/end")]


@pytest.mark.parametrize("agency", ["T", "HL"])
def test_nobody_grants_beyond_their_reach(app: Flask, dung: Visitor, world: World, agency: str) -> None:
    path = f"/people/{world.people['an']}/roles/new"
    typed = {"role": "administrator", "agency_id": str(world.agencies[agency]), "on": str(TODAY), "to_on": "", "step": "write"}
    assert "chọn một mục" in dung.post(path, typed, status=422).text
    with app.app_context():
        assert held(world.people["an"], "administrator") == []


def test_nobody_ends_a_role_beyond_their_reach(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["T"], "administrator", OPENED)
        commit()
        above = role_id(world.people["chi"])
    path = f"/people/{world.people['chi']}/roles/{above}/end"
    dung.get(path, 404)
    dung.post(path, {"on": str(TODAY), "step": "write"}, page="/people/new", status=404)
    other = f"/people/{world.people['an']}/roles/{above}/end"
    dung.get(other, 404)


def test_the_action_itself_keeps_to_the_reach(app: Flask, world: World) -> None:
    class Dung:
        person_id, name = world.people["dung"], "Phạm Tiến Dũng"

        def reach(self, *_roles: str) -> sa.Select[int]:
            return sa.select(sa.literal(world.agencies["HT"]))

    with app.app_context():
        with pytest.raises(Refused, match="Đơn vị này không thuộc phạm vi"):
            grant_role(Dung(), world.people["chi"], world.agencies["HL"], "manager")
        with pytest.raises(Refused, match="Người này không thuộc phạm vi"):
            grant_role(Dung(), world.people["giao"], world.agencies["HT"], "manager")


@pytest.mark.usefixtures("within")
def test_grants_that_overlap_or_follow_each_other_become_one(world: World) -> None:
    an, xp = world.people["an"], world.agencies["XP"]
    assert grant_role(None, an, xp, "manager", TODAY, SOON)
    assert not grant_role(None, an, xp, "manager", TODAY, SOON)
    assert grant_role(None, an, xp, "manager", SOON, LATER)
    assert held(an) == [(TODAY, LATER)]
    assert grant_role(None, an, xp, "manager", SOON)
    assert held(an) == [(TODAY, None)] and not grant_role(None, an, xp, "manager", LATER)


@pytest.mark.usefixtures("within")
def test_a_day_of_end_comes_after_the_beginning_and_not_before_today(world: World) -> None:
    an, xp = world.people["an"], world.agencies["XP"]
    with pytest.raises(Refused, match="sau ngày bắt đầu"):
        grant_role(None, an, xp, "manager", SOON, SOON)
    grant_role(None, an, xp, "manager", OPENED)
    with pytest.raises(Refused, match="những ngày trước"):
        end_role(None, role_id(an, "manager"), TODAY - timedelta(days=1))
    end_role(None, role_id(an, "manager"), SOON)
    with pytest.raises(Refused, match="đã kết thúc"):
        end_role(None, role_id(an, "manager"), LATER)


@pytest.mark.usefixtures("within")
def test_whoever_has_left_gets_no_role(world: World) -> None:
    leave_service(None, world.people["an"], "retired", TODAY)
    with pytest.raises(Refused, match="đã thôi công tác"):
        grant_role(None, world.people["an"], world.agencies["XP"], "manager")


@pytest.mark.usefixtures("within")
def test_the_last_administrator_of_a_root_stays_whatever_is_tried(world: World) -> None:
    dung, top = world.people["dung"], world.agencies["T"]
    transfer_person(None, dung, top, TODAY)
    grant_role(None, dung, top, "administrator", OPENED)
    tries: list[Callable[[], object]] = [
        lambda: end_role(None, role_id(dung), LATER),
        lambda: suspend_account(None, dung),
        lambda: leave_service(None, dung, "retired", LATER),
        lambda: transfer_person(None, dung, world.agencies["HL"], LATER),
    ]
    for attempt in tries:
        with pytest.raises(Refused, match="quản trị cuối cùng"):
            attempt()
    grant_role(None, world.people["chi"], top, "administrator", TODAY, LATER)
    with pytest.raises(Refused, match="quản trị cuối cùng"):
        end_role(None, role_id(dung), SOON)
    grant_role(None, world.people["chi"], top, "administrator", LATER)
    suspend_account(None, world.people["chi"])
    with pytest.raises(Refused, match="quản trị cuối cùng"):
        end_role(None, role_id(dung), SOON)
    restore_account(None, world.people["chi"])
    end_role(None, role_id(dung), SOON)
    with pytest.raises(Refused, match="quản trị cuối cùng"):
        suspend_account(None, world.people["chi"])


@pytest.mark.parametrize("way", ["end", "suspend", "leave"])
def test_two_administrators_who_remove_each_other_at_once_do_not_both_succeed(app: Flask, world: World, way: str) -> None:
    people = [world.people["dung"], world.people["chi"]]
    with app.app_context():
        for person_id in people:
            grant_role(None, person_id, world.agencies["T"], "administrator", OPENED)
        commit()
        at_root = (RoleHeld.role == "administrator", RoleHeld.agency_id == world.agencies["T"])
        roles = {row.person_id: row.id for row in db.session.execute(sa.select(RoleHeld.person_id, RoleHeld.id).where(*at_root))}
    start, said = threading.Barrier(2), list[str]()

    def remove(person_id: int) -> None:
        acts: dict[str, Callable[[], object]] = {
            "end": lambda: end_role(None, roles[person_id], TODAY),
            "suspend": lambda: suspend_account(None, person_id),
            "leave": lambda: leave_service(None, person_id, "retired", TODAY),
        }
        with app.app_context():
            start.wait()
            try:
                acts[way]()
                commit()
                said.append("done")
            except Refused as refused:
                db.session.rollback()
                said.append(refused.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=remove, args=(person_id,)) for person_id in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(said) == 2 and sorted(one == "done" for one in said) == [False, True], said


def test_an_administrator_is_told_that_they_are_the_last(app: Flask, world: World, visitor: Callable[[], Visitor]) -> None:
    with app.app_context():
        transfer_person(None, world.people["chi"], world.agencies["T"], TODAY)
        grant_role(None, world.people["chi"], world.agencies["T"], "administrator", OPENED)
        add_factor(world.people["chi"])
        commit()
        last = role_id(world.people["chi"])
    boss = visitor().sign_in("chi", PASSWORDS["chi"])
    page = boss.post(f"/people/{world.people['chi']}/roles/{last}/end", {"on": str(TODAY), "step": "write"}, status=422)
    assert "quản trị cuối cùng" in page.text and f'value="{TODAY}"' in page.html
