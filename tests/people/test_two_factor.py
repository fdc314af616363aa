"""The second factor: asked for after the password, each code once, recovery codes, set-up, who must have it, and help at the desk."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock, commit, db
from lms.people import PrivacyAcceptance, grant_role, suspend_account
from lms.people.models import Account, RecoveryCode, SecondFactor
from lms.site import Audit, audit_is_whole
from tests.cast import PASSWORDS, SECRET, World, add_factor, code_for
from tests.conftest import FakeClock
from tests.pages import Page, Visitor

WRONG = "Mã không đúng, đã dùng rồi hoặc đã hết hạn."
MakeVisitor = Callable[[], Visitor]


def code_at(time: FakeClock, steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(int(time.now.timestamp()) // 30 + steps)


def halfway(visitor: Visitor, name: str = "dung") -> Visitor:
    """The password was right; the code is still to come."""
    answer = visitor.post("/sign-in", {"username": name, "password": PASSWORDS[name]}, status=302)
    assert answer.response.headers["Location"] == "/sign-in/code"
    return visitor


def show(visitor: Visitor, status: int, **typed: str) -> Page:
    return visitor.post("/sign-in/code", typed, status=status)


def set_up(visitor: Visitor) -> tuple[str, list[str]]:
    """Set up the second factor as a person does; answers secret and recovery codes."""
    visitor.post("/account/two-factor/begin", page="/account/two-factor", status=302)
    page = visitor.get("/account/two-factor")
    secret = "".join(re.findall(r'<p class="secret">([A-Z2-7 ]+)</p>', page.html)[0].split())
    code = pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 - 1)
    done = visitor.post("/account/two-factor/confirm", {"code": code}, page=page, status=200)
    return secret, codes_on(done)


def codes_on(page: Page) -> list[str]:
    return re.findall(r'<li class="secret">([0-9a-z]{5}-[0-9a-z]{5})</li>', page.html)


def deeds(app: Flask) -> list[str]:
    with app.app_context():
        assert audit_is_whole()[0]
        return list(
            db.session.scalars(sa.select(Audit.action).where(Audit.action.contains("factor") | Audit.action.contains("code")).order_by(Audit.id))
        )


def test_after_the_password_only_the_code_opens_the_house(app: Flask, nobody: Visitor) -> None:
    halfway(nobody)
    for path in ("/account", "/account/two-factor", "/people", "/study", "/site/audit", "/welcome", "/certificates"):
        assert nobody.get(path, 302).response.headers["Location"].startswith("/sign-in?next="), path
    assert nobody.get("/sign-in?next=/people", 302).response.headers["Location"] == "/sign-in/code?next=/people"
    key = nobody.get("/sign-in/code").key()
    for path in ("/account/password", "/account/two-factor/begin", "/account/sign-out-everywhere", "/people/1/suspend"):
        assert nobody.knock("POST", path, data={"_key": key}).status == 401, path
    assert nobody.knock("POST", "/people/1/suspend", data={"_key": key}, headers={"Accept": "application/json"}).status == 401
    assert "Phạm Tiến Dũng" not in nobody.get("/help").html
    nobody.post("/language", {"language": "en", "next": "/sign-in/code"}, page="/sign-in/code", status=302)
    show(nobody, 302, code=code_for(app, "dung"))
    nobody.get("/people")


def test_the_page_that_was_asked_for_comes_after_the_code(app: Flask, nobody: Visitor) -> None:
    page = nobody.get("/sign-in?next=/people?q%3Dan")
    sent = {"username": "dung", "password": PASSWORDS["dung"], "next": "/people?q=an"}
    where = nobody.post("/sign-in", sent, page=page, status=302).response.headers["Location"]
    page = nobody.get(where)
    answer = nobody.post("/sign-in/code", {"code": code_for(app, "dung"), "next": "/people?q=an"}, page=page, status=302)
    assert answer.response.headers["Location"] == "/people?q=an"
    assert nobody.get("/sign-in/code?next=//evil.example", 302).response.headers["Location"] == "/"


def test_a_code_counts_once(visitor: MakeVisitor, time: FakeClock) -> None:
    code = code_at(time)
    show(halfway(visitor()), 302, code=code)
    assert WRONG in show(halfway(visitor()), 422, code=code).text
    assert WRONG in show(halfway(visitor()), 422, code=code_at(time, -1)).text  # older than one that was used
    show(halfway(visitor()), 302, code=f" {code_at(time, 1)[:3]} {code_at(time, 1)[3:]} ")


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)])
def test_the_clock_of_the_phone_may_be_half_a_minute_off(nobody: Visitor, time: FakeClock, steps: int, status: int) -> None:
    show(halfway(nobody), status, code=code_at(time, steps))


def test_of_two_who_show_one_code_at_once_one_gets_in(app: Flask, visitor: MakeVisitor) -> None:
    two = [halfway(visitor()), halfway(visitor())]
    keys, code = [one.get("/sign-in/code").key("/sign-in/code") for one in two], code_for(app, "dung")

    def send(number: int) -> int:
        return two[number].client.post("/sign-in/code", data={"code": code, "_key": keys[number]}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [302, 422]


def test_a_double_click_on_the_code_gets_in(app: Flask, nobody: Visitor) -> None:
    key, cookie = halfway(nobody).get("/sign-in/code").key("/sign-in/code"), nobody.client.get_cookie("lms")
    assert cookie is not None
    code = code_for(app, "dung")

    def click(_number: int) -> int:
        client = app.test_client()
        client.set_cookie("lms", cookie.value)
        return client.post("/sign-in/code", data={"code": code, "_key": key}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, range(2))) == [302, 302]
    assert click(3) == 302


def test_wrong_codes_wait_and_the_password_does_not_let_them_start_anew(app: Flask, visitor: MakeVisitor, time: FakeClock) -> None:
    for turn in range(5):
        assert WRONG in show(halfway(visitor()), 422, **({"code": "000000"} if turn % 2 else {"recovery": "aaaaa-aaaaa"})).text
    page = show(halfway(visitor()), 429, code=code_at(time))
    assert "Mã đã bị nhập sai nhiều lần" in page.text and 0 < int(page.response.headers["Retry-After"]) <= 30
    time.forward(seconds=31)
    show(halfway(visitor()), 302, code=code_at(time))


def test_guessed_codes_at_the_same_moment_do_not_slip_through(app: Flask, nobody: Visitor) -> None:
    key, cookie = halfway(nobody).get("/sign-in/code").key("/sign-in/code"), nobody.client.get_cookie("lms")
    assert cookie is not None

    def guess(number: int) -> int:
        client = app.test_client()
        client.set_cookie("lms", cookie.value)
        return client.post("/sign-in/code", data={"code": f"00000{number}", "_key": key}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(10)))
    assert sorted(answers) == [422] * 5 + [429] * 5


def test_an_empty_code_is_asked_for(nobody: Visitor) -> None:
    assert "nhập mã 6 số đang hiện" in show(halfway(nobody), 422, code=" ").text


def test_whoever_waits_too_long_begins_anew_and_may_be_somebody_else(app: Flask, world: World, nobody: Visitor, time: FakeClock) -> None:
    halfway(nobody)
    time.forward(minutes=16)
    assert nobody.get("/sign-in/code", 302).response.headers["Location"].startswith("/sign-in")
    halfway(nobody).post("/sign-out", page="/sign-in/code", status=302)
    nobody.get("/sign-in/code", 302)
    nobody.sign_in("an", PASSWORDS["an"]).get("/account")
    nobody.post("/sign-out", page="/account", status=302)
    halfway(nobody)
    with app.app_context():
        suspend_account(None, world.people["dung"])
        commit()
    nobody.get("/sign-in/code", 302)


def test_setting_up_shows_the_secret_once_and_ten_codes_once(app: Flask, an: Visitor, world: World, visitor: MakeVisitor) -> None:
    other = visitor().sign_in("an", PASSWORDS["an"])
    assert "Chưa bật" in an.get("/account").text
    an.post("/account/two-factor/begin", page="/account/two-factor", status=302)
    page = an.get("/account/two-factor")
    an.post("/account/two-factor/begin", page=page, status=302)
    assert an.get("/account/two-factor").html.count('class="secret"') == 1
    assert "data:image/svg" in page.html and page.response.headers["Cache-Control"] == "no-store"
    assert "Mã chưa đúng" in an.post("/account/two-factor/confirm", {"code": "123456"}, page=page, status=422).text
    secret = "".join(re.findall(r'<p class="secret">([A-Z2-7 ]+)</p>', page.html)[0].split())
    sent = {"code": pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 - 1)}
    key = page.key("/account/two-factor/confirm")
    done = an.post("/account/two-factor/confirm", sent, key=key, status=200)
    assert len(set(codes_on(done))) == 10 and done.response.headers["Cache-Control"] == "no-store"
    again = an.post("/account/two-factor/confirm", sent, key=key, status=303)
    assert again.response.headers["Location"] == "/account/two-factor" and not codes_on(again)
    assert "Còn 10 mã" in an.get("/account/two-factor").text and secret not in an.get("/account/two-factor").html
    other.get("/account", 302)  # signed in elsewhere with the password alone: asked for a code there
    assert other.get("/sign-in", 302).response.headers["Location"] == "/sign-in/code?next=/"
    with app.app_context():
        row = db.session.get_one(SecondFactor, world.people["an"])
        assert secret not in row.secret_sealed and row.last_step > 0
        hashes = " ".join(db.session.scalars(sa.select(RecoveryCode.code_hash)))
        assert not any(code.replace("-", "") in hashes for code in codes_on(done))
    assert deeds(app) == ["set-up-second-factor"]
    halfway(visitor(), "an").post("/sign-in/code", {"code": code_for(app, "an", secret)}, status=302)


def test_a_recovery_code_opens_once_however_it_is_typed(app: Flask, an: Visitor, visitor: MakeVisitor) -> None:
    _secret, codes = set_up(an)
    first = visitor()
    show(halfway(first, "an"), 302, recovery=codes[0])
    assert "Còn 9 mã" in first.get("/account/two-factor").text
    assert WRONG in show(halfway(visitor(), "an"), 422, recovery=codes[0]).text
    show(halfway(visitor(), "an"), 302, code=codes[1].upper().replace("-", " "))
    assert WRONG in show(halfway(visitor()), 422, recovery=codes[2]).text  # not of somebody else
    assert deeds(app).count("use-recovery-code") == 2


def test_of_two_who_show_one_recovery_code_at_once_one_gets_in(an: Visitor, visitor: MakeVisitor) -> None:
    _secret, codes = set_up(an)
    two = [halfway(visitor(), "an"), halfway(visitor(), "an")]
    keys = [one.get("/sign-in/code").key("/sign-in/code") for one in two]

    def send(number: int) -> int:
        return two[number].client.post("/sign-in/code", data={"recovery": codes[0], "_key": keys[number]}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [302, 422]


def test_new_recovery_codes_replace_the_old_and_need_the_password(app: Flask, an: Visitor, visitor: MakeVisitor) -> None:
    _secret, old = set_up(an)
    path = "/account/two-factor"
    assert "Mật khẩu đang dùng chưa đúng" in an.post(f"{path}/codes", {"old": "sai"}, page=path, status=422).text
    new = codes_on(an.post(f"{path}/codes", {"old": PASSWORDS["an"]}, page=path, status=200))
    assert len(new) == 10 and not set(new) & set(old)
    show(halfway(visitor(), "an"), 422, recovery=old[0])
    show(halfway(visitor(), "an"), 302, recovery=new[0])


def test_one_turns_it_off_with_the_password_but_not_as_an_administrator(app: Flask, an: Visitor, dung: Visitor, visitor: MakeVisitor) -> None:
    set_up(an)
    path = "/account/two-factor"
    key = an.get(path).key(f"{path}/codes")
    an.post(f"{path}/remove", {"old": "sai"}, key=key, status=422)
    an.post(f"{path}/remove", {"old": PASSWORDS["an"]}, key=key, status=302)
    assert "Chưa bật" in an.get("/account").text
    visitor().sign_in("an", PASSWORDS["an"]).get("/account")
    page = dung.get(path)
    assert "/account/two-factor/remove" not in page.html
    refused = dung.post(f"{path}/remove", {"old": PASSWORDS["dung"]}, key=page.key(f"{path}/codes"), status=422)
    assert "Người quản trị phải dùng" in refused.text
    assert deeds(app) == ["set-up-second-factor", "remove-second-factor"]


def test_an_administrator_without_a_factor_is_led_to_set_it_up(app: Flask, world: World, chi: Visitor) -> None:
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["HT"], "administrator")
        commit()
    for path in ("/people", "/reports", "/account", "/study"):  # signed in before the role was granted
        assert chi.get(path, 302).response.headers["Location"] == f"/account/two-factor?next={path}"
    assert chi.knock("GET", "/people", headers={"Accept": "application/json"}).status == 403
    chi.get("/help")
    page = chi.get("/account/two-factor?next=/people")
    assert "phải bật xác thực hai lớp" in page.text and "/reports" not in page.links()
    set_up(chi)
    chi.get("/people")


def test_the_first_visit_comes_before_the_second_factor(app: Flask, world: World, chi: Visitor) -> None:
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["HT"], "administrator")
        db.session.execute(sa.delete(PrivacyAcceptance).where(PrivacyAcceptance.person_id == world.people["chi"]))
        commit()
    assert chi.get("/people", 302).response.headers["Location"] == "/welcome?next=/people"
    assert chi.get("/account/two-factor", 302).response.headers["Location"].startswith("/welcome")
    chi.post("/welcome", {}, status=302)
    assert chi.get("/people", 302).response.headers["Location"] == "/account/two-factor?next=/people"


def test_where_it_is_only_offered_nobody_is_led(app: Flask, world: World, chi: Visitor, dung: Visitor) -> None:
    app.config["TWO_FACTOR"] = "offered"
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["HT"], "administrator")
        commit()
    chi.get("/people")
    path = "/account/two-factor"
    dung.post(f"{path}/remove", {"old": PASSWORDS["dung"]}, key=dung.get(path).key(f"{path}/codes"), status=302)


def test_the_desk_helps_whoever_lost_phone_and_codes(app: Flask, world: World, an: Visitor, dung: Visitor, visitor: MakeVisitor) -> None:
    set_up(an)
    desk = f"/people/{world.people['an']}/two-factor"
    dung.post(f"{desk}/reset", page=desk, status=302)
    an.get("/account", 302)
    visitor().sign_in("an", PASSWORDS["an"]).get("/account")
    again = dung.post(f"{desk}/reset", page=f"/people/{world.people['dung']}/two-factor", key=dung.get("/account").keys()[-1])
    assert again.status == 422 and "chưa bật" in again.text
    own = f"/people/{world.people['dung']}/two-factor"
    assert dung.post(f"{own}/reset", key=dung.get("/account").keys()[-1], status=422).text
    dung.get(f"/people/{world.people['giao']}/two-factor", 404)
    dung.post(f"/people/{world.people['giao']}/two-factor/reset", key=dung.get("/account").keys()[-1], status=404)
    assert deeds(app) == ["set-up-second-factor", "reset-second-factor"]


def test_the_desk_does_not_touch_whoever_holds_a_role_beyond_its_reach(app: Flask, world: World, chi: Visitor, dung: Visitor) -> None:
    set_up(chi)
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["HL"], "manager")
        commit()
    desk = f"/people/{world.people['chi']}/two-factor"
    page = dung.get(desk)
    assert f"{desk}/reset" not in page.html and "không tắt được" in page.text
    refused = dung.post(f"{desk}/reset", key=dung.get("/account").keys()[-1], status=422)
    assert "quản trị cấp trên" in refused.text
    chi.get("/account")


def test_the_operator_removes_a_lost_factor(app: Flask, world: World, dung: Visitor) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["people", "reset-second-factor", "khong-co"]).exit_code == 1
    assert run(args=["people", "reset-second-factor", "an"]).exit_code == 1
    assert "Đã tắt" in run(args=["people", "reset-second-factor", "CB005"]).output
    dung.get("/people", 302)
    with app.app_context():
        assert db.session.get(SecondFactor, world.people["dung"]) is None


def test_a_secret_sealed_with_a_lost_key_is_made_anew(app: Flask, world: World, an: Visitor) -> None:
    with app.app_context():
        add_factor(world.people["an"])
        changed = sa.update(SecondFactor).where(SecondFactor.person_id == world.people["an"])
        db.session.execute(changed.values(confirmed_at=None, secret_sealed="x" * 40))
        commit()
    assert "Bắt đầu" in an.get("/account/two-factor").text
    set_up(an)


def test_only_a_complete_sign_in_counts_as_the_last_one(app: Flask, world: World, nobody: Visitor, time: FakeClock) -> None:
    time.forward(days=3)

    def last() -> object:
        with app.app_context():
            return db.session.get_one(Account, world.people["dung"]).last_sign_in_at

    halfway(nobody)
    assert last() is None
    show(nobody, 302, code=code_at(time))
    assert last() == time.now


def test_knocking_with_the_cookie_of_before_the_code_is_in_only_with_it(app: Flask, nobody: Visitor, time: FakeClock) -> None:
    cookie = halfway(nobody).client.get_cookie("lms")
    assert cookie is not None
    show(nobody, 302, code=code_at(time))
    nobody.post("/sign-out", page="/account", status=302)
    nobody.client.set_cookie("lms", cookie.value)
    nobody.get("/account", 302)
    assert nobody.get("/sign-in/code", 302).response.headers["Location"].startswith("/sign-in?")
    time.now += timedelta(seconds=1)
