"""Staff lists and the accounts of others: within one's reach, and nothing beyond it."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.base.keys import FormPost
from lms.people import Account, Membership, create_person, grant_role
from tests.cast import CANARY, OPENED, PASSWORDS, World
from tests.pages import Page, Visitor

NEW = {"full_name": "NGUYỄN  THỊ HÀ", "staff_code": "", "staff_kind": "civil_servant", "birth_on": "", "gender": "", "email": "", "phone": ""}


def password_on(slip: Page) -> str:
    found = re.findall(r'class="secret">([^<]+)<', slip.html)
    assert len(found) == 2
    return str(found[1])


def test_the_list_holds_the_people_of_ones_reach_in_vietnamese_order(dung: Visitor) -> None:
    page = dung.get("/people")
    names = ["Nguyễn Văn An", "Đặng Thị Ánh", "Trần Thị Bình", "Lê Thị Chi", "Phạm Tiến Dũng"]
    places = [page.text.rindex(name) for name in names]
    assert places == sorted(places) and CANARY not in page.text and "5 người" in page.text


@pytest.mark.parametrize(("query", "name"), [("dang anh", "Đặng Thị Ánh"), ("Trần bình", "Trần Thị Bình"), ("cb004", "Lê Thị Chi")])
def test_people_are_found_without_accents_and_by_staff_code(dung: Visitor, query: str, name: str) -> None:
    page = dung.get(f"/people?q={query}")
    assert name in page.text and "1 người" in page.text


@pytest.mark.parametrize("query", ["%", "_", "giang", "\\", "x" * 300])
def test_signs_of_the_search_language_mean_nothing(dung: Visitor, query: str) -> None:
    assert "Không tìm thấy ai" in dung.get("/people", query_string={"q": query}).text


def test_the_list_of_an_agency_reaches_down_and_not_aside(dung: Visitor, world: World) -> None:
    assert "1 người" in dung.get(f"/people?agency={world.agencies['XM']}").text
    assert "5 người" in dung.get(f"/people?agency={world.agencies['HT']}").text
    assert CANARY not in dung.get(f"/people?agency={world.agencies['HL']}").text


def test_the_list_comes_in_pages_of_fifty(app: Flask, world: World, dung: Visitor) -> None:
    with app.app_context():
        for number in range(60):
            create_person(None, full_name=f"Lê Văn Tư {number}", agency_id=world.agencies["XP"], from_on=OPENED)
        commit()
    assert "Trang 1 / 2" in dung.get("/people").text
    assert dung.get("/people?page=2").text.count("Lê Văn Tư") == 15
    assert "Trang 2 / 2" in dung.get("/people?page=99999999999999999999").text


def test_a_manager_reads_a_persons_page_and_changes_nothing(chi: Visitor, world: World) -> None:
    page = chi.get(f"/people/{world.people['an']}")
    assert "Xã An Phúc" in page.text and "Khóa tài khoản" not in page.text and "Tên đăng nhập" not in page.text
    for verb in ("edit", "transfer", "leave", "left", "return", "memberships/new", "roles/new", "reset-password"):
        chi.get(f"/people/{world.people['an']}/{verb}", 403)
    assert chi.knock("POST", f"/people/{world.people['an']}/suspend").status == 403


def test_people_out_of_reach_are_not_found(dung: Visitor, chi: Visitor, giang: Visitor, world: World) -> None:
    dung.get(f"/people/{world.people['giao']}", 404)
    chi.get(f"/people/{world.people['giao']}", 404)
    giang.get(f"/people/{world.people['an']}", 404)
    for verb in ("suspend", "restore", "reset-password"):
        dung.post(f"/people/{world.people['giao']}/{verb}", page="/people/new", status=404)


def test_a_new_person_gets_a_slip_and_signs_in_with_it(app: Flask, dung: Visitor, world: World, nobody: Visitor) -> None:
    slip = dung.post("/people/new", {**NEW, "agency_id": str(world.agencies["XP"]), "position": "Kế toán"}, status=200)
    assert "Nguyễn Thị Hà" in slip.text and "Xã An Phúc" in slip.text and "nguyenthiha" in slip.text
    assert "http://localhost" in slip.text and slip.response.headers["Cache-Control"] == "no-store"
    password = password_on(slip)
    assert len(password) >= 14
    nobody.sign_in("nguyenthiha", password).get("/welcome")
    with app.app_context():
        kept = [*db.session.scalars(sa.select(FormPost.body)), *db.session.scalars(sa.select(Account.password_hash))]
        assert not [text for text in kept if text and password in text]


def test_the_second_of_the_same_name_gets_another_user_name(dung: Visitor, world: World) -> None:
    sent = {**NEW, "agency_id": str(world.agencies["XP"])}
    dung.post("/people/new", sent, status=200)
    assert "nguyenthiha2" in dung.post("/people/new", sent, status=200).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"full_name": ""}, "nhập họ và tên"),
        ({"staff_code": "cb001"}, "Mã cán bộ này đã có người dùng"),
        ({"username": "an"}, "Tên đăng nhập này đã có người dùng"),
        ({"username": "CB002"}, "trùng với mã cán bộ của người khác"),
        ({"staff_code": "AN"}, "trùng với tên đăng nhập của người khác"),
        ({"username": "a b/c"}, "chữ cái không dấu"),
        ({"birth_on": "2030-01-01"}, "kiểm tra lại năm sinh"),
        ({"birth_on": "hôm qua"}, "ngày/tháng/năm"),
        ({"email": "khong-phai-thu"}, "kiểm tra lại địa chỉ thư"),
        ({"staff_kind": "vua"}, "chọn một mục"),
        ({"agency_id": "HL"}, "chọn một mục"),
    ],
)
def test_wrong_values_come_back_with_a_sentence_and_what_was_typed(dung: Visitor, world: World, wrong: dict[str, str], sentence: str) -> None:
    sent = {**NEW, "agency_id": str(world.agencies["XP"]), "phone": "0912 345 678", **wrong}
    sent["agency_id"] = str(world.agencies.get(sent["agency_id"], sent["agency_id"]))
    page = dung.post("/people/new", sent, status=422)
    assert sentence in page.text and "0912 345 678" in page.html


def test_suspending_ends_sessions_and_restoring_lets_in_again(dung: Visitor, an: Visitor, world: World, nobody: Visitor) -> None:
    person = f"/people/{world.people['an']}"
    dung.post(f"{person}/suspend", page=person, status=302)
    assert "Đã khóa" in dung.get(person).text
    an.get("/account", 302)
    nobody.post("/sign-in", {"username": "an", "password": PASSWORDS["an"]}, status=422)
    page = dung.post(f"{person}/reset-password", status=422)
    assert "mở khóa trước" in page.text
    dung.post(f"{person}/restore", page=person, status=302)
    nobody.sign_in("an", PASSWORDS["an"])


def test_resetting_gives_a_slip_once_and_ends_sessions(dung: Visitor, an: Visitor, world: World, visitor: Callable[[], Visitor]) -> None:
    person = f"/people/{world.people['an']}"
    asked = dung.get(f"{person}/reset-password")
    assert "mất hiệu lực ngay" in asked.text
    an.get("/account")
    key = asked.keys()[-1]
    slip = dung.post(f"{person}/reset-password", key=key, status=200)
    again = dung.knock("POST", f"{person}/reset-password", data={"_key": key})
    assert again.status == 303 and again.response.headers["Location"] == person and not again.body
    an.get("/account", 302)
    visitor().post("/sign-in", {"username": "an", "password": PASSWORDS["an"]}, status=422)
    visitor().sign_in("an", password_on(slip)).get("/account", 302)


def test_resetting_ends_the_waiting_after_wrong_passwords(dung: Visitor, world: World, visitor: Callable[[], Visitor]) -> None:
    for _turn in range(5):
        visitor().post("/sign-in", {"username": "an", "password": "sai"}, status=422)
    person = f"/people/{world.people['an']}"
    visitor().sign_in("an", password_on(dung.post(f"{person}/reset-password", status=200)))


def test_nobody_suspends_themself(dung: Visitor, world: World) -> None:
    person = f"/people/{world.people['dung']}"
    page = dung.post(f"{person}/suspend", page="/people/new", status=422)
    assert "không thể tự khóa" in page.text


def test_whoever_holds_a_role_above_is_not_for_a_branch_to_change(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["T"], "administrator", OPENED)
        commit()
    person = f"/people/{world.people['chi']}"
    assert "Khóa tài khoản" not in dung.get(person).text
    for verb in ("suspend", "reset-password", "restore"):
        page = dung.post(f"{person}/{verb}", page="/people/new", status=422)
        assert "quản trị cấp trên" in page.text


def test_people_who_only_lend_a_hand_here_are_changed_at_home(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        facts = {"is_main": False, "staff_kind": "civil_servant", "state": "working", "from_on": OPENED}
        db.session.add(Membership(person_id=world.people["giao"], agency_id=world.agencies["XP"], **facts))
        commit()
    page = dung.post(f"/people/{world.people['giao']}/suspend", page="/people/new", status=422)
    assert "quản trị cấp trên" in page.text
