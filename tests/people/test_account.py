"""The first visit and one's own account."""

import unicodedata
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.people import PrivacyAcceptance, hash_password, issue_slip
from tests.cast import PASSWORDS, World
from tests.pages import Visitor

SLIP, OWN = "ban-mai-thong-dong-25", "Con đò sang sông lúc 5 giờ"


@pytest.fixture
def newcomer(app: Flask, world: World, visitor: Callable[[], Visitor]) -> Visitor:
    """An with a new slip, who has never seen the privacy notice."""
    with app.app_context():
        issue_slip(None, world.people["an"], hash_password(SLIP))
        db.session.execute(sa.delete(PrivacyAcceptance))
        commit()
    return visitor().sign_in("an", SLIP)


def test_the_first_visit_leads_to_the_notice_before_anything_else(newcomer: Visitor) -> None:
    assert newcomer.get("/study/courses?q=a", 302).response.headers["Location"] == "/welcome?next=/study/courses?q%3Da"
    newcomer.get("/help")
    page = newcomer.get("/welcome")
    assert "Ai được xem" in page.text and "Mật khẩu mới" in page.text


def test_after_the_notice_and_a_new_password_one_goes_where_one_wanted(newcomer: Visitor, nobody: Visitor) -> None:
    page = newcomer.get("/welcome?next=/account")
    sent = {"new": OWN, "again": OWN, "next": "/account"}
    assert newcomer.post("/welcome", sent, page=page, status=302).response.headers["Location"] == "/account"
    newcomer.get("/account")
    newcomer.get("/welcome", 302)
    nobody.post("/sign-in", {"username": "an", "password": SLIP}, status=422)
    nobody.sign_in("an", OWN)


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("", "", "ít nhất 14 ký tự"),
        ("ngắn quá", "ngắn quá", "ít nhất 14 ký tự"),
        (OWN, OWN + "!", "chưa giống nhau"),
        (SLIP, SLIP, "phải khác mật khẩu đang dùng"),
        ("aaaaaaaabbbbbbbb", "aaaaaaaabbbbbbbb", "quá ít ký tự khác nhau"),
        ("Mật khẩu 123456!", "Mật khẩu 123456!", "quá phổ biến"),
        ("Nguyễn Văn An 90", "Nguyễn Văn An 90", "gần giống tên"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(newcomer: Visitor, new: str, again: str, sentence: str) -> None:
    page = newcomer.post("/welcome", {"new": new, "again": again}, status=422)
    assert sentence in page.text
    newcomer.get("/account", 302)


def test_changing_the_password_ends_the_other_sessions(an: Visitor, visitor: Callable[[], Visitor]) -> None:
    other = visitor().sign_in("an", PASSWORDS["an"])
    sent = {"old": PASSWORDS["an"], "new": OWN, "again": OWN}
    an.post("/account/password", sent, page="/account", status=302)
    assert "Đã đổi mật khẩu" in an.get("/account").text
    other.get("/account", 302)
    visitor().sign_in("an", OWN)


def test_the_present_password_must_be_right_and_guessing_it_is_slow(an: Visitor) -> None:
    sent = {"old": "sai", "new": OWN, "again": OWN}
    for _turn in range(5):
        assert "Mật khẩu đang dùng chưa đúng" in an.post("/account/password", sent, page="/account", status=422).text
    page = an.post("/account/password", {**sent, "old": PASSWORDS["an"]}, page="/account", status=429)
    assert "đợi 30 giây" in page.text


def test_composed_and_decomposed_accents_are_the_same_password(an: Visitor, nobody: Visitor) -> None:
    an.post("/account/password", {"old": PASSWORDS["an"], "new": OWN, "again": unicodedata.normalize("NFC", OWN)}, page="/account", status=302)
    nobody.sign_in("an", unicodedata.normalize("NFD", OWN))


def test_signing_out_everywhere_ends_every_session(an: Visitor, visitor: Callable[[], Visitor]) -> None:
    other = visitor().sign_in("an", PASSWORDS["an"])
    assert "ở 2 nơi" in an.get("/account").text
    an.post("/account/sign-out-everywhere", page="/account", status=302)
    an.get("/account", 302)
    other.get("/account", 302)
