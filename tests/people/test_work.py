"""Where somebody works changes from a day on: transfer, leave, return, leaving service, a second place. Each page first says what it will do."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import AgencyEvent, AgencyEventPart
from lms.base import Refused, clock, commit, db
from lms.people import (
    Account,
    Membership,
    Person,
    RoleHeld,
    add_membership,
    correct_person,
    create_person,
    end_membership,
    go_on_leave,
    grant_role,
    leave_service,
    return_to_work,
    transfer_person,
)
from lms.people.tasks import suspend_leavers
from lms.site import Audit
from tests.cast import CANARY, OPENED, PASSWORDS, World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor

TODAY = clock.today()
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=40)
PAST = date(2023, 1, 1)


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    """Within the application; nothing that a test does is kept."""
    with app.app_context():
        yield
        db.session.rollback()


def life(person_id: int) -> list[tuple[Any, ...]]:
    columns = (Membership.agency_id, Membership.state, Membership.reason, Membership.from_on, Membership.to_on)
    rows = sa.select(*columns).where(Membership.person_id == person_id, Membership.is_main).order_by(Membership.from_on)
    return [tuple(row) for row in db.session.execute(rows)]


def change(visitor: Visitor, path: str, **typed: object) -> Page:
    """Both steps of a change; answers the page of the first one."""
    data = {name: str(value) for name, value in typed.items()}
    told = visitor.post(path, data, status=200)
    assert "Những gì sẽ thay đổi" in told.text, told.text
    hidden = {field.get("name", ""): field.get("value", "") for field in told.all("input") if field.get("type") == "hidden"}
    for name, value in data.items():
        assert hidden[name] == value, name
    visitor.post(path, {**data, "step": "write"}, page=told, status=302)
    return told


def test_a_transfer_says_what_it_does_and_does_it(app: Flask, dung: Visitor, chi: Visitor, world: World) -> None:
    an, agencies = world.people["an"], world.agencies
    with app.app_context():
        grant_role(None, an, agencies["XP"], "manager", OPENED)
        commit()
    path = f"/people/{an}/transfer"
    told = change(dung, path, agency_id=agencies["XM"], on=TODAY, position="Kế toán", decision="12/QĐ")
    assert f"Từ {TODAY:%d/%m/%Y}: Xã An Phúc → Xã Bình Minh" in told.text and "vai trò Quản lý đơn vị tại Xã An Phúc kết thúc" in told.text
    with app.app_context():
        assert life(an) == [(agencies["XP"], "working", None, OPENED, TODAY), (agencies["XM"], "working", None, TODAY, None)]
        assert db.session.scalars(sa.select(RoleHeld.to_on).where(RoleHeld.person_id == an)).all() == [TODAY]
        line = db.session.scalars(sa.select(Audit).where(Audit.action == "transfer")).one()
        assert line.details["old_agency"] == "Xã An Phúc" and line.details["decision"] == "12/QĐ"
    page = dung.get(f"/people/{an}")
    assert "Kế toán" in page.text and "Xã Bình Minh" in page.text
    assert "Xã An Phúc" in chi.get(f"/people/{an}").text


def test_the_first_step_writes_nothing_and_can_go_back(app: Flask, dung: Visitor, world: World) -> None:
    an, path = world.people["an"], f"/people/{world.people['an']}/transfer"
    typed = {"agency_id": str(world.agencies["XM"]), "on": str(TODAY), "position": "Kế toán trưởng", "decision": ""}
    told = dung.post(path, typed, status=200)
    back = dung.post(path, {**typed, "step": "back"}, page=told, status=200)
    assert 'value="Kế toán trưởng"' in back.html and "Xem thay đổi" in back.text
    with app.app_context():
        assert len(life(an)) == 1


def test_a_change_of_a_day_that_cannot_be_read_keeps_what_was_typed(dung: Visitor, world: World) -> None:
    path = f"/people/{world.people['an']}/transfer"
    typed = {"agency_id": str(world.agencies["XM"]), "on": "hôm nào", "position": "Kế toán trưởng", "decision": ""}
    page = dung.post(path, typed, status=422)
    assert "ngày/tháng/năm" in page.text and "Kế toán trưởng" in page.html
    page = dung.post(path, {**typed, "on": "2019-01-01"}, status=422)
    assert "chỉ có trong danh sách từ 01/01/2020" in page.text and "Kế toán trưởng" in page.html
    page = dung.post(path, {**typed, "on": str(TODAY), "agency_id": str(world.agencies["HL"])}, status=422)
    assert "chọn một mục" in page.text


def test_nobody_changes_people_out_of_reach(dung: Visitor, world: World) -> None:
    giao = world.people["giao"]
    for verb in ("transfer", "leave", "return", "left", "memberships/new", "memberships/1/end", "edit", "roles/new", "roles/1/end"):
        dung.get(f"/people/{giao}/{verb}", 404)
        dung.post(f"/people/{giao}/{verb}", {"on": str(TODAY)}, page="/people/new", status=404)


def test_whoever_holds_a_role_above_is_moved_from_above(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        grant_role(None, world.people["an"], world.agencies["T"], "manager", OPENED)
        commit()
    typed = {"agency_id": str(world.agencies["XM"]), "on": str(TODAY), "position": "", "decision": "", "step": "write"}
    assert "quản trị cấp trên" in dung.post(f"/people/{world.people['an']}/transfer", typed, status=422).text


def test_two_clicks_are_one_transfer(app: Flask, dung: Visitor, world: World) -> None:
    an, path = world.people["an"], f"/people/{world.people['an']}/transfer"
    typed = {"agency_id": str(world.agencies["XM"]), "on": str(TODAY), "position": "", "decision": "", "step": "write"}
    key = dung.get(path).keys()[-1]
    assert dung.post(path, typed, key=key).status == 302 and dung.post(path, typed, key=key).status == 302
    with app.app_context():
        assert len(life(an)) == 2
    assert "đã thuộc đơn vị đó" in dung.post(path, typed | {"agency_id": str(world.agencies["XP"]), "on": str(PAST)}, status=422).text


@pytest.mark.usefixtures("within")
def test_a_leave_with_a_day_of_return_is_three_times_in_a_row(world: World) -> None:
    an, xp = world.people["an"], world.agencies["XP"]
    go_on_leave(None, an, "maternity", SOON, LATER, "7/QĐ")
    assert life(an) == [(xp, "working", None, OPENED, SOON), (xp, "on_leave", "maternity", SOON, LATER), (xp, "working", None, LATER, None)]
    with pytest.raises(Refused, match="đang nghỉ"):
        go_on_leave(None, an, "sick", SOON + timedelta(days=1))
    with pytest.raises(Refused, match=f"kỳ nghỉ khác từ ngày {SOON:%d/%m/%Y}"):
        go_on_leave(None, an, "study", TODAY)
    return_to_work(None, an, SOON + timedelta(days=5))
    assert [row[1] for row in life(an)] == ["working", "on_leave", "working", "working"]


@pytest.mark.usefixtures("within")
def test_a_transfer_in_the_middle_of_other_changes_is_refused_with_their_day(world: World) -> None:
    an = world.people["an"]
    go_on_leave(None, an, "study", SOON)
    with pytest.raises(Refused, match=f"thay đổi được ghi từ ngày {SOON:%d/%m/%Y}"):
        transfer_person(None, an, world.agencies["XM"], TODAY)
    transfer_person(None, an, world.agencies["XM"], SOON)
    assert life(an)[-1] == (world.agencies["XM"], "on_leave", "study", SOON, None)


@pytest.mark.usefixtures("within")
def test_a_transfer_replaces_what_a_recorded_merger_would_bring(world: World) -> None:
    an, agencies = world.people["an"], world.agencies
    transfer_person(None, an, agencies["XM"], LATER)
    event = AgencyEvent(kind="merge", effective_on=LATER, recorded_at=clock.now())
    db.session.add(event)
    db.session.flush()
    db.session.add(AgencyEventPart(event_id=event.id, agency_id=agencies["XP"], side="from"))
    transfer_person(None, an, agencies["HT"], SOON)
    assert life(an) == [(agencies["XP"], "working", None, OPENED, SOON), (agencies["HT"], "working", None, SOON, None)]


@pytest.mark.usefixtures("within")
def test_a_leave_reaches_over_a_later_transfer(world: World) -> None:
    an, agencies = world.people["an"], world.agencies
    transfer_person(None, an, agencies["XM"], SOON)
    go_on_leave(None, an, "secondment", TODAY, LATER)
    assert [(row[0], row[1]) for row in life(an)] == [
        (agencies["XP"], "working"),
        (agencies["XP"], "on_leave"),
        (agencies["XM"], "on_leave"),
        (agencies["XM"], "working"),
    ]


def test_leaving_service_ends_roles_and_places_and_locks_the_account(app: Flask, dung: Visitor, an: Visitor, world: World, nobody: Visitor) -> None:
    person = world.people["an"]
    with app.app_context():
        grant_role(None, person, world.agencies["XM"], "manager", OPENED)
        add_membership(None, person, world.agencies["XM"], None, "civil_servant", OPENED)
        commit()
    told = change(dung, f"/people/{person}/left", reason="retired", on=TODAY, decision="")
    assert "Nghỉ hưu" in told.text and "vai trò Quản lý đơn vị tại Xã Bình Minh" in told.text and "không còn công tác thêm" in told.text
    an.get("/account", 302)
    nobody.post("/sign-in", {"username": "an", "password": PASSWORDS["an"]}, status=422)
    page = dung.get(f"/people/{person}")
    assert "nghỉ hưu" in page.text and "Mở khóa tài khoản" not in page.text
    assert "trở lại làm việc trước" in dung.post(f"/people/{person}/restore", page="/people/new", status=422).text
    change(dung, f"/people/{person}/return", on=TODAY)
    dung.post(f"/people/{person}/restore", page=f"/people/{person}", status=302)
    nobody.sign_in("an", PASSWORDS["an"])


def test_an_account_is_locked_on_the_day_of_leaving_and_not_before(
    app: Flask, dung: Visitor, an: Visitor, world: World, time: FakeClock, visitor: Callable[[], Visitor]
) -> None:
    person, day = world.people["an"], clock.today() + timedelta(days=2)
    told = change(dung, f"/people/{person}/left", reason="resigned", on=day, decision="")
    assert "tự khóa vào ngày đó" in told.text
    for step in range(3):
        with app.app_context():
            suspend_leavers()
            commit()
            assert (db.session.get_one(Account, person).suspended_at is not None) == (clock.today() >= day), step
        time.forward(days=1)
    visitor().post("/sign-in", {"username": "an", "password": PASSWORDS["an"]}, status=422)


def test_nobody_lets_themself_leave(dung: Visitor, world: World) -> None:
    path = f"/people/{world.people['dung']}/left"
    assert "không thể tự ghi" in dung.post(path, {"reason": "retired", "on": str(SOON), "decision": ""}, status=422).text


def test_a_second_place_begins_and_ends(app: Flask, dung: Visitor, chi: Visitor, world: World) -> None:
    person, xm = world.people["an"], world.agencies["XM"]
    told = change(dung, f"/people/{person}/memberships/new", agency_id=xm, position="Kiêm kế toán", staff_kind="civil_servant", on=TODAY, until_on="")
    assert "thêm nơi công tác Xã Bình Minh" in told.text
    again = {"agency_id": str(xm), "position": "", "staff_kind": "civil_servant", "on": str(SOON), "until_on": ""}
    assert "đã thuộc đơn vị này" in dung.post(f"/people/{person}/memberships/new", again, status=422).text
    page = dung.get(f"/people/{person}")
    assert "(công tác thêm)" in page.text and "Kết thúc" not in chi.get(f"/people/{person}").text
    end = next(link for link in page.links() if link.endswith("/end") and "memberships" in link)
    change(dung, end, on=SOON)
    with app.app_context():
        beside = db.session.scalars(sa.select(Membership).where(~Membership.is_main)).one()
        assert (beside.agency_id, beside.from_on, beside.to_on) == (xm, TODAY, SOON)
    other = end.replace(f"/people/{person}/", f"/people/{world.people['anh']}/")
    dung.get(other, 404)


@pytest.mark.usefixtures("within")
def test_a_main_place_is_not_ended_as_a_second_one(world: World) -> None:
    main = db.session.scalars(sa.select(Membership.id).where(Membership.person_id == world.people["an"])).one()
    with pytest.raises(Refused, match="Không có nơi công tác thêm"):
        end_membership(None, main, TODAY)


ABOUT = {"full_name": "Nguyễn Văn An", "staff_code": "CB001", "position": "Văn thư", "staff_kind": "civil_servant", "birth_on": "", "birth_year": ""}
ABOUT |= {"gender": "", "email": "", "phone": "", "username": "an"}


def test_what_is_known_of_a_person_is_put_right_and_the_trail_says_how(app: Flask, dung: Visitor, world: World) -> None:
    path = f"/people/{world.people['an']}/edit"
    assert 'value="CB001"' in dung.get(path).html
    sent = {**ABOUT, "full_name": "Nguyễn Văn Ân", "staff_code": "cb 100", "birth_year": "1970", "position": "Văn phòng", "gender": "male"}
    dung.post(path, sent, status=302)
    page = dung.get("/people?q=cb100")
    assert "Nguyễn Văn Ân" in page.text and "Văn phòng" in page.text and "an" in page.text
    with app.app_context():
        line = db.session.scalars(sa.select(Audit).where(Audit.action == "correct")).one()
        assert line.details["name"] == "Nguyễn Văn An → Nguyễn Văn Ân" and line.details["staff_code"] == "CB001 → CB100"
        assert line.details["gender"] == line.details["birth_year"] == "đã sửa" and "username" not in line.details
    dung.post(path, sent, status=302)
    with app.app_context():
        assert len(db.session.scalars(sa.select(Audit).where(Audit.action == "correct")).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"full_name": " "}, "nhập họ và tên"),
        ({"staff_code": "cb002"}, "Mã cán bộ này đã có người dùng"),
        ({"username": "anh"}, "Tên đăng nhập này đã có người dùng"),
        ({"username": "CB002"}, "trùng với mã cán bộ của người khác"),
        ({"staff_code": "ANH"}, "trùng với tên đăng nhập của người khác"),
        ({"birth_year": "70"}, "kiểm tra lại năm sinh"),
        ({"birth_year": "xưa"}, "kiểm tra lại năm sinh"),
        ({"staff_kind": "vua"}, "chọn một mục"),
    ],
)
def test_wrong_corrections_come_back_with_what_was_typed(dung: Visitor, world: World, wrong: dict[str, str], sentence: str) -> None:
    page = dung.post(f"/people/{world.people['an']}/edit", {**ABOUT, "phone": "0912 345 678", **wrong}, status=422)
    assert sentence in page.text and "0912 345 678" in page.html


def test_two_people_who_take_one_code_at_once_are_told_apart(app: Flask, world: World) -> None:
    with app.app_context():
        create_person(None, full_name="Lê Một", agency_id=world.agencies["XP"], staff_code="X1")
        commit()
        db.session.execute(sa.update(Person).where(Person.staff_code == "X1").values(staff_code="X2"))
        with pytest.raises(Refused, match="đã có người dùng"):
            correct_person(None, world.people["an"], staff_code="x2")
        db.session.rollback()


def test_the_page_of_a_person_has_few_statements_however_long_the_life(app: Flask, dung: Visitor, world: World) -> None:
    an = world.people["an"]
    with app.app_context():
        for number in range(8):
            day = PAST + timedelta(days=30 * number)
            transfer_person(None, an, world.agencies["XM" if number % 2 == 0 else "XP"], day)
            grant_role(None, an, world.agencies["XM" if number % 2 == 0 else "XP"], "manager", day)
        leave_service(None, world.people["anh"], "retired", PAST)
        commit()
    assert len(dung.get(f"/people/{an}").statements) == len(dung.get(f"/people/{world.people['binh']}").statements) <= 10
    assert CANARY not in dung.get(f"/people/{an}").text


def test_ending_a_second_place_twice_with_one_key_gets_the_first_answer(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        beside = add_membership(None, world.people["an"], world.agencies["XM"], None, "civil_servant", TODAY).id
        commit()
    path = f"/people/{world.people['an']}/memberships/{beside}/end"
    key, typed = dung.get(path).keys()[-1], {"on": str(TODAY), "step": "write"}
    assert [dung.post(path, typed, key=key).status for _click in range(2)] == [302, 302]
