"""Finding people among all whom one may see: without accents, by name, code, user name and agency, by state."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock, commit, db, sort_key
from lms.people import Account, Membership, Person, add_membership, create_person, go_on_leave, grant_role, leave_service
from tests.cast import CANARY, OPENED, PASSWORDS, World, add_factor
from tests.pages import Page, Visitor


def names_on(page: Page) -> list[str]:
    """The names of the list, in its order."""
    return ["".join(cell.itertext()).strip() for cell in page.all("th") if cell.get("scope") == "row"]


def test_a_manager_sees_names_codes_agencies_and_states_but_no_accounts(chi: Visitor) -> None:
    page = chi.get("/people")
    assert len(names_on(page)) == 5 and "CB001" in page.text and "Văn thư" in page.text
    for secret in ("Tên đăng nhập", "Chưa đăng nhập", "Thêm người", "In phiếu"):
        assert secret not in page.text
    assert CANARY not in page.text


def test_the_list_is_closed_to_trainers_and_learners(an: Visitor, binh: Visitor) -> None:
    an.get("/people", 403)
    binh.get("/people", 403)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("an phuc", ["Nguyễn Văn An"]),
        ("binh minh", ["Đặng Thị Ánh"]),
        ("anh xm", ["Đặng Thị Ánh"]),
        ("thi thuan an", ["Trần Thị Bình", "Lê Thị Chi"]),
        ("lac thuy", []),
        ("hoang yen", []),
        ("CB00 thi chi", ["Lê Thị Chi"]),
    ],
)
def test_every_word_names_the_person_or_their_agency(chi: Visitor, query: str, names: list[str]) -> None:
    assert names_on(chi.get("/people", query_string={"q": query})) == names


def test_user_names_find_people_for_administrators_only(app: Flask, chi: Visitor, dung: Visitor, world: World) -> None:
    with app.app_context():
        db.session.get_one(Account, world.people["an"]).username = "vanthuxa"
        commit()
    assert names_on(dung.get("/people?q=vanthuxa")) == ["Nguyễn Văn An"]
    assert names_on(chi.get("/people?q=vanthuxa")) == []


def test_whoever_manages_more_than_they_administer_sees_only_those_accounts(app: Flask, visitor: Callable[[], Visitor], world: World) -> None:
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["XP"], "administrator", OPENED)
        add_factor(world.people["chi"])
        db.session.get_one(Account, world.people["anh"]).username = "diachinh"
        commit()
    chi = visitor().sign_in("chi", PASSWORDS["chi"])
    page = chi.get("/people")
    assert len(names_on(page)) == 5 and "diachinh" not in page.text and "Chưa đăng nhập" in page.text
    assert names_on(chi.get("/people?q=diachinh")) == []
    assert "Tên đăng nhập" not in chi.get(f"/people/{world.people['anh']}").text
    assert "Tên đăng nhập" in chi.get(f"/people/{world.people['an']}").text


def test_states_are_shown_and_filtered(app: Flask, chi: Visitor, world: World) -> None:
    day = clock.today() - timedelta(days=3)
    with app.app_context():
        go_on_leave(None, world.people["an"], "maternity", day)
        leave_service(None, world.people["anh"], "retired", day)
        commit()
    page = chi.get("/people")
    assert "Nghỉ thai sản" in page.text and "Đặng Thị Ánh" not in names_on(page)
    assert names_on(chi.get("/people?state=on_leave")) == ["Nguyễn Văn An"]
    assert names_on(chi.get("/people?state=left&q=dang")) == ["Đặng Thị Ánh"]
    assert "nghỉ hưu" in chi.get("/people?state=left").text
    assert "Đã thôi công tác" in chi.get("/people?q=dang").text
    chi.get(f"/people/{world.people['anh']}")


def test_whoever_never_signed_in_is_found_by_administrators(app: Flask, dung: Visitor, chi: Visitor, world: World) -> None:
    with app.app_context():
        db.session.get_one(Account, world.people["an"]).last_sign_in_at = clock.now()
        commit()
    assert "Nguyễn Văn An" not in names_on(dung.get("/people?new=1")) and "Đặng Thị Ánh" in names_on(dung.get("/people?new=1"))
    assert len(names_on(chi.get("/people?new=1"))) == 5


def test_whoever_lends_a_hand_here_is_in_the_list_until_it_ends(app: Flask, dung: Visitor, chi: Visitor, world: World) -> None:
    with app.app_context():
        until = clock.today() + timedelta(days=30)
        add_membership(None, world.people["giao"], world.agencies["XP"], None, "civil_servant", clock.today() - timedelta(days=30), until)
        commit()
    assert CANARY in names_on(chi.get("/people")) and "giao" not in dung.get("/people?q=yen").html.lower().split("<td>giao</td>")[1:]


def test_a_person_of_tomorrow_is_found_at_once_and_only_there(app: Flask, dung: Visitor, chi: Visitor, giang: Visitor, world: World) -> None:
    with app.app_context():
        create_person(None, full_name="Lê Văn Mai Sau", agency_id=world.agencies["XP"], from_on=clock.today() + timedelta(days=9))
        commit()
    assert names_on(chi.get("/people?q=mai sau")) == ["Lê Văn Mai Sau"] and names_on(giang.get("/people?q=mai sau")) == []


@pytest.mark.parametrize("odd", ["0", "-1", "99999999999999999999999", "x", "2147483648"])
def test_an_odd_agency_or_page_is_none(dung: Visitor, odd: str) -> None:
    assert len(names_on(dung.get(f"/people?agency={odd}&page={odd}&state={odd}&new={odd}"))) == 5
    dung.get(f"/people/slips?agency={odd}&import={odd}&who={odd}")
    dung.get(f"/people/new?agency={odd}")


def test_a_list_too_long_to_count_says_so_and_can_be_paged(app: Flask, chi: Visitor, world: World) -> None:
    ids = range(1001, 2201)
    with app.app_context():
        facts = {"search": "le van tu", "sort": sort_key("Lê Văn Tư"), "created_at": clock.now(), "full_name": "Lê Văn Tư"}
        db.session.execute(sa.insert(Person), [{"id": one, **facts} for one in ids])
        account = {"password_hash": "!", "password_at": clock.now(), "must_change": True}
        db.session.execute(sa.insert(Account), [{"person_id": one, "username": f"tu{one}", **account} for one in ids])
        work = {"agency_id": world.agencies["XP"], "from_on": OPENED, "is_main": True, "staff_kind": "contract", "state": "working"}
        db.session.execute(sa.insert(Membership), [{"person_id": one, **work} for one in ids])
        commit()
    first = chi.get("/people?q=tu")
    assert "Hơn 1.000 người" in first.text and len(names_on(first)) == 50 and len(first.statements) <= 10
    assert "Hơn 1.050 người" in chi.get("/people?q=tu&page=21").text
    last = chi.get("/people?q=tu&page=24")
    assert len(names_on(last)) == 50 and "Trang 24 / 24" in last.text and "1.200 người" in last.text
    assert len(first.statements) == len(chi.get("/people?q=an phuc").statements)
