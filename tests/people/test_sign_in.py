"""Signing in: with either name, uniformly refused, slower after each failure, ended by the server."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.people import Account, Session, hash_password, issue_slip, restore_account, suspend_account
from lms.people.models import SignInWait
from lms.people.waits import address_key
from tests.cast import PASSWORDS, World
from tests.conftest import FakeClock
from tests.pages import Visitor

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


def tries(visitor: Visitor, username: str, password: str, status: int) -> str:
    return visitor.post("/sign-in", {"username": username, "password": password}, status=status).text


@pytest.mark.parametrize("name", ["an", " AN ", "Án", "CB001", "cb001"])
def test_one_signs_in_with_the_user_name_or_the_staff_code(nobody: Visitor, name: str) -> None:
    tries(nobody, name, PASSWORDS["an"], 302)
    assert "Nguyễn Văn An" in nobody.get("/account").text


def test_a_page_that_was_asked_for_comes_after_signing_in(nobody: Visitor) -> None:
    assert nobody.get("/account", 302).response.headers["Location"] == "/sign-in?next=/account"
    page = nobody.get("/sign-in?next=/account")
    sent = {"username": "an", "password": PASSWORDS["an"], "next": "/account"}
    assert nobody.post("/sign-in", sent, page=page, status=302).response.headers["Location"] == "/account"
    assert nobody.get("/sign-in?next=//evil.example", 302).response.headers["Location"] == "/"


def test_every_refusal_says_the_same(app: Flask, world: World, visitor: Callable[[], Visitor], time: FakeClock) -> None:
    with app.app_context():
        suspend_account(None, world.people["anh"])
        issue_slip(None, world.people["chi"], hash_password("phieu-cua-chi-2026"))
        commit()
    time.forward(days=15)
    cases = [("an", "sai-mat-khau-2026"), ("khong-co-ai", "x"), ("anh", PASSWORDS["anh"]), ("chi", "phieu-cua-chi-2026"), ("an", "x" * 500)]
    pages = [visitor().post("/sign-in", {"username": name, "password": password}, status=422) for name, password in cases]
    assert all(WRONG in page.text for page in pages)
    assert {page.response.headers.get("Set-Cookie", "").count("_user_id") for page in pages} == {0}


def test_the_typed_password_is_not_sent_back(nobody: Visitor) -> None:
    page = nobody.post("/sign-in", {"username": "an", "password": "bi-mat-go-nham"}, status=422)
    assert "bi-mat-go-nham" not in page.html and 'value="an"' in page.html


def test_empty_fields_are_asked_for(nobody: Visitor) -> None:
    text = tries(nobody, "", "", 422)
    assert "nhập tên đăng nhập" in text and "nhập mật khẩu" in text


@pytest.mark.parametrize("name", ["an", "khong-co-ai"])
def test_after_five_failures_one_waits_and_waits_grow(app: Flask, visitor: Callable[[], Visitor], time: FakeClock, name: str) -> None:
    for _turn in range(5):
        tries(visitor(), name, "sai", 422)
    page = visitor().post("/sign-in", {"username": name, "password": PASSWORDS["an"]}, status=429)
    assert 0 < int(page.response.headers["Retry-After"]) <= 30
    assert "đợi 30 giây" in page.text and f'value="{name}"' in page.html
    time.forward(seconds=31)
    tries(visitor(), name, "sai", 422)
    assert "đợi 60 giây" in tries(visitor(), name, "sai", 429)
    for _turn in range(8):
        time.forward(minutes=16)
        tries(visitor(), name, "sai", 422)
    assert "đợi 15 phút" in tries(visitor(), name, "sai", 429)
    with app.app_context():
        assert name not in str(db.session.scalars(sa.select(SignInWait.key)).all())


def test_guesses_at_the_same_moment_do_not_slip_through(app: Flask, nobody: Visitor) -> None:
    key, cookie = nobody.get("/sign-in").key(), nobody.client.get_cookie("lms")
    assert cookie is not None

    def guess(number: int) -> int:
        client = app.test_client()
        client.set_cookie("lms", cookie.value)
        return client.post("/sign-in", data={"username": "an", "password": f"sai {number}", "_key": key}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(guess, range(16)))
    assert answers == {422: 5, 429: 11}


def test_user_name_and_staff_code_count_together(visitor: Callable[[], Visitor], time: FakeClock) -> None:
    for name in ("an", "CB001", "an", "cb001", "an"):
        tries(visitor(), name, "sai", 422)
    tries(visitor(), "CB001", PASSWORDS["an"], 429)


def test_a_right_password_lets_the_account_start_anew(visitor: Callable[[], Visitor], time: FakeClock) -> None:
    for _round in range(2):
        for _turn in range(4):
            tries(visitor(), "an", "sai", 422)
        tries(visitor(), "an", PASSWORDS["an"], 302)


def test_one_address_waits_after_thirty_failures_but_others_do_not(app: Flask, statements: object, time: FakeClock) -> None:
    def at(address: str) -> Visitor:
        return Visitor(app, statements, address)  # type: ignore[arg-type]

    for number in range(30):
        tries(at("10.0.0.9"), f"ten-{number}", "sai", 422)
    tries(at("10.0.0.9"), "binh", PASSWORDS["binh"], 429)
    tries(at("10.0.0.8"), "binh", PASSWORDS["binh"], 302)


def test_a_session_ends_by_signing_out_by_time_and_by_suspension(app: Flask, an: Visitor, anh: Visitor, binh: Visitor, world: World) -> None:
    cookie = an.client.get_cookie("lms")
    assert cookie is not None
    an.post("/sign-out", page="/account", status=302)
    an.get("/account", 302)
    an.client.set_cookie("lms", cookie.value)  # a copied cookie is worth nothing afterwards
    an.get("/account", 302)
    with app.app_context():
        suspend_account(None, world.people["anh"])
        theirs = sa.update(Session).where(Session.person_id == world.people["binh"])
        db.session.execute(theirs.values(expires_at=Session.created_at))
        commit()
    anh.get("/account", 302)
    binh.get("/account", 302)
    with app.app_context():
        restore_account(None, world.people["anh"])
        commit()
    anh.get("/account", 302)


def test_a_forged_cookie_is_nobody(app: Flask, an: Visitor, nobody: Visitor) -> None:
    with app.app_context():
        session_id = db.session.scalars(sa.select(Session.id)).first()
    for value in (f"{session_id}.", f"{session_id}.x", "x", "-1.x", "9" * 30 + ".x", ""):
        with nobody.client.session_transaction() as cookie:
            cookie["_user_id"] = value
        nobody.get("/account", 302)


def test_the_token_in_the_cookie_is_not_in_the_database(app: Flask, an: Visitor) -> None:
    with an.client.session_transaction() as cookie:
        session_id, token = cookie["_user_id"].split(".")
    with app.app_context():
        row = db.session.get_one(Session, int(session_id))
        assert token not in row.token_hash and row.expires_at - row.created_at == timedelta(hours=12)


def test_signing_in_again_starts_a_new_visit_and_keeps_the_language(nobody: Visitor) -> None:
    nobody.post("/language", {"language": "en", "next": "/"}, page="/sign-in")
    with nobody.client.session_transaction() as cookie:
        before = cookie["visit"]
    tries(nobody, "an", PASSWORDS["an"], 302)
    with nobody.client.session_transaction() as cookie:
        assert cookie["visit"] != before and cookie["language"] == "en"


def test_loading_the_viewer_takes_two_statements(an: Visitor) -> None:
    assert len(an.knock("GET", "/people").statements) == 2


def test_the_operator_resets_a_locked_out_account(app: Flask, nobody: Visitor, world: World) -> None:
    with app.app_context():
        suspend_account(None, world.people["dung"])
        commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["people", "reset", "khong-co"]).exit_code == 1
    printed = runner.invoke(args=["people", "reset", "cb005"]).output
    assert nobody.sign_in("dung", printed.split()[-1]).knock("GET", "/people").status == 302
    with app.app_context():
        assert db.session.get_one(Account, world.people["dung"]).must_change


@pytest.mark.parametrize("name", ["an", "khong-co-ai"])
def test_ways_to_write_a_name_wait_together_whether_it_exists_or_not(visitor: Callable[[], Visitor], time: FakeClock, name: str) -> None:
    for written in (name, name.upper(), f" {name} ", name.title(), name.replace("n", "n\u0303")):
        tries(visitor(), written, "sai", 422)
    tries(visitor(), name.upper(), "sai", 429)


def test_all_addresses_of_one_ipv6_network_count_together() -> None:
    assert address_key("2001:db8:1:2:aaaa::1") == address_key("2001:db8:1:2:bbbb::9") != address_key("2001:db8:1:3::1")
    assert address_key("10.0.0.9") != address_key("10.0.0.8")
    assert address_key("") == address_key("") and address_key("x:y")
