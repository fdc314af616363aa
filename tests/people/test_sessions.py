"""Sessions: seen and ended by their person, over after a while by role, and nothing typed is lost by that."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db, timers, work_once
from lms.people import Account, Person, Session, grant_role, restore_account
from lms.people.agents import agent_words
from lms.site import Audit, set_setting
from lms.site.settings import forget_settings
from tests.cast import PASSWORDS, World, code_for
from tests.conftest import FakeClock
from tests.pages import Page, Visitor

MakeVisitor = Callable[[], Visitor]
OLD_PC = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36"
NEW = {"full_name": "Nguyễn Thị “Hạnh” & <b>Hà</b>", "staff_kind": "civil_servant", "staff_code": "CB777", "gender": "female"}


def change(app: Flask, key: str, value: int) -> None:
    with app.app_context():
        set_setting(None, key, str(value))
        commit()
        forget_settings()


def hidden(page: Page, name: str) -> str:
    return next(field.get("value", "") for field in page.all("input") if field.get("name") == name)


def fields_of(page: Page, action: str) -> dict[str, str]:
    form = next(form for form in page.all("form") if form.get("action") == action)
    return {field.get("name", ""): field.get("value", "") for field in form.iter("input") if field.get("name") != "_key"}


def sign_in_with(visitor: Visitor, refused: Page, name: str, status: int = 200) -> Page:
    """Sign in on the page that carries what was typed."""
    sent = {"username": name, "password": PASSWORDS[name], "next": "/", "carried": hidden(refused, "carried")}
    page = visitor.post("/sign-in", sent, page=refused, status=status)
    if "Nhập mã xác thực" in page.h1:
        page = visitor.post(
            "/sign-in/code", {"code": code_for(visitor.app, name), "next": "/", "carried": hidden(page, "carried")}, page=page, status=200
        )
    return page


def test_one_sees_where_one_is_signed_in_and_ends_one_place(app: Flask, an: Visitor, chi: Visitor, visitor: MakeVisitor) -> None:
    other = visitor()
    other.client.environ_base["HTTP_USER_AGENT"] = OLD_PC
    other.client.environ_base["REMOTE_ADDR"] = "10.1.2.3"
    other.sign_in("an", PASSWORDS["an"])
    page = an.get("/account")
    assert "Chrome trên Windows 7" in page.text and "10.1.2.3" in page.text and page.text.count("Máy này") == 1
    ends = [form.get("action", "") for form in page.all("form") if (form.get("action") or "").endswith("/end")]
    assert len(ends) == 1
    chi.post(ends[0], key=chi.get("/account").keys()[-1], status=404)
    other.get("/account")
    an.post(ends[0], page=page, status=302)
    other.get("/account", 302)
    assert "Chrome trên Windows 7" not in an.get("/account").text
    with app.app_context():
        own = db.session.scalars(sa.select(Session.id).where(Session.ended_at.is_(None)).order_by(Session.id)).first()
    an.post(f"/account/sessions/{own}/end", key=an.get("/account").keys()[-1], status=302)
    an.get("/account", 302)


def test_signing_in_again_ends_the_session_that_this_browser_had(app: Flask, an: Visitor, time: FakeClock) -> None:
    an.sign_in("an", PASSWORDS["an"])
    time.forward(minutes=490)
    an.sign_in("an", PASSWORDS["an"])
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Session.ended_at.is_(None))) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (OLD_PC, "Chrome trên Windows 7"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox trên Windows 10/11"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge trên Windows 10/11"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile/15E148 Safari/604.1", "Safari trên iPhone"),
        ("curl/8", "Trình duyệt khác"),
        ("", "Trình duyệt khác"),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, words: str) -> None:
    assert agent_words(agent) == words


def test_a_browser_may_say_anything_of_itself(app: Flask, nobody: Visitor) -> None:
    nobody.client.environ_base["HTTP_USER_AGENT"] = "<script>" + "x" * 5000
    nobody.sign_in("an", PASSWORDS["an"])
    assert "<script>x" not in nobody.get("/account").html
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.max(sa.func.length(Session.agent)))) == 300


@pytest.mark.parametrize(("name", "minutes"), [("an", 480), ("binh", 120), ("chi", 60), ("dung", 15)])
def test_a_sign_in_that_lies_unused_ends_by_role(visitor: MakeVisitor, time: FakeClock, name: str, minutes: int) -> None:
    someone = visitor().sign_in(name, PASSWORDS[name])
    time.forward(minutes=minutes - 1)
    someone.get("/account")
    time.forward(minutes=minutes)  # counted from the last use
    someone.get("/help")  # public pages are use as well
    time.forward(minutes=minutes + 1)
    assert someone.get("/account", 302).response.headers["Location"] == "/sign-in?next=/account"
    someone.get("/account", 302)


def test_the_strictest_role_and_the_setting_of_today_count(app: Flask, world: World, chi: Visitor, time: FakeClock) -> None:
    chi.sign_in("chi", PASSWORDS["chi"])
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["HT"], "trainer")
        commit()
    change(app, "idle_minutes_manager", 30)
    time.forward(minutes=31)
    chi.get("/account", 302)
    change(app, "idle_minutes_manager", 90)
    chi.sign_in("chi", PASSWORDS["chi"])
    time.forward(minutes=89)
    chi.get("/account")


@pytest.mark.parametrize(("name", "hours"), [("an", 12), ("chi", 10)])
def test_a_sign_in_ends_after_so_many_hours_however_busy_one_is(visitor: MakeVisitor, time: FakeClock, name: str, hours: int) -> None:
    someone = visitor().sign_in(name, PASSWORDS[name])
    for _turn in range(2 * hours - 1):
        time.forward(minutes=30)
        someone.get("/account")
    time.forward(minutes=30)
    someone.get("/account", 302)


def test_a_shorter_life_counts_for_sign_ins_of_before_too(app: Flask, an: Visitor, time: FakeClock) -> None:
    an.sign_in("an", PASSWORDS["an"])
    change(app, "session_hours_learner", 2)
    time.forward(minutes=119)
    an.get("/account")
    time.forward(minutes=1)
    an.get("/account", 302)


def test_use_is_noted_once_a_minute_and_without_a_write(an: Visitor, time: FakeClock) -> None:
    an.sign_in("an", PASSWORDS["an"])
    assert "Set-Cookie" not in an.get("/account").response.headers
    time.forward(seconds=61)
    page = an.get("/account")
    assert "Set-Cookie" in page.response.headers and all(statement.startswith("SELECT") for statement in page.statements)
    assert "Set-Cookie" not in an.get("/account").response.headers


def test_a_cookie_without_the_minute_of_last_use_opens_nothing(an: Visitor) -> None:
    with an.client.session_transaction() as cookie:
        del cookie["seen"]
    an.get("/account", 302)


def test_a_script_is_told_with_401_that_the_session_is_over(an: Visitor, time: FakeClock) -> None:
    an.sign_in("an", PASSWORDS["an"])
    key = an.get("/account").keys()[0]
    time.forward(minutes=482)
    answer = an.knock("POST", "/study/attempts/1/answers", json={}, headers={"Accept": "application/json", "X-Form-Key": key})
    assert answer.status == 401 and "đăng nhập lại" in answer.html


def overtaken(dung: Visitor, time: FakeClock, world: World, **changed: object) -> Page:
    """Dũng fills in the form of a new person, goes to lunch and sends it."""
    dung.sign_in("dung", PASSWORDS["dung"])
    form = dung.get("/people/new")
    time.forward(minutes=45)
    sent = {**NEW, "agency_id": str(world.agencies["XP"]), "_key": form.keys()[-1], **changed}
    return dung.knock("POST", "/people/new", data=sent)


def test_what_was_typed_is_carried_through_signing_in_and_sent_once(app: Flask, world: World, dung: Visitor, time: FakeClock) -> None:
    refused = overtaken(dung, time, world)
    assert refused.status == 401 and "vẫn còn ở trang này" in refused.text and refused.response.headers["Cache-Control"] == "no-store"
    sent = {"username": "dung", "password": "sai", "next": "/", "carried": hidden(refused, "carried")}
    wrong = dung.post("/sign-in", sent, page=refused, status=422)  # still there after a wrong password
    page = sign_in_with(dung, wrong, "dung")
    assert page.h1 == "Anh/Chị đã đăng nhập lại" and "Phạm Tiến Dũng" in page.text
    key, carried = page.key("/people/new"), fields_of(page, "/people/new")
    assert carried == {**NEW, "agency_id": str(world.agencies["XP"])}
    made = dung.knock("POST", "/people/new", data={**carried, "_key": key})
    assert made.status == 200 and "Nguyễn Thị “Hạnh” & <b>Hà</b>" in made.text
    again = dung.knock("POST", "/people/new", data={**carried, "_key": key})  # double click
    assert again.status == 303
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Person.staff_code == "CB777")) == 1


def test_somebody_elses_sign_in_cannot_send_it(app: Flask, world: World, dung: Visitor, time: FakeClock) -> None:
    refused = overtaken(dung, time, world)
    page = sign_in_with(dung, refused, "chi")
    assert page.status == 200 and "của một tài khoản khác" in page.text and "Hạnh" not in page.html
    with app.app_context():
        grant_role(None, world.people["an"], world.agencies["HT"], "administrator")
        commit()
    app.config["TWO_FACTOR"] = "offered"
    dung.post("/sign-out", page="/account", status=302)
    dung.sign_in("an", PASSWORDS["an"])
    told = dict(zip(("to", "fields", "key"), json.loads(hidden(refused, "carried")), strict=False))
    assert dung.knock("POST", "/people/new", data={**dict(told["fields"]), "_key": told["key"]}).status == 400


def test_passwords_codes_and_files_are_never_carried(an: Visitor, chi: Visitor, time: FakeClock) -> None:
    an.sign_in("an", PASSWORDS["an"])
    key = an.get("/account").key("/account/password")
    time.forward(minutes=500)
    secret = {"old": "bi-mat-cu", "new": "bi-mat-moi", "again": "bi-mat-moi", "password": "bi-mat", "note": "ghi chú"}
    page = an.knock("POST", "/account/password", data={**secret, "_key": key, "paper": (BytesIO(b"bi-mat"), "bi-mat.docx")})
    assert page.status == 401 and "ghi chú" in page.html and "bi-mat" not in page.html
    coded = an.knock("POST", "/account/two-factor/confirm", data={"code": "bi-mat", "note": "ghi chú", "_key": key})
    assert coded.status == 401 and "ghi chú" in coded.html and "bi-mat" not in coded.html
    page = sign_in_with(an, page, "an")
    assert "bi-mat" not in page.html and "Mật khẩu và mã không được giữ lại" in page.text and "chọn lại tệp" in page.text
    assert [field.get("name") for field in page.all("input") if field.get("type") == "file"] == ["paper"]
    assert an.knock("POST", "/account/password", data={"note": "ghi chú", "_key": page.key("/account/password")}).status == 422


def test_a_form_of_another_site_or_without_a_key_is_not_carried(app: Flask, nobody: Visitor) -> None:
    plain = nobody.knock("POST", "/account/password", data={"note": "từ nơi lạ", "_key": "x.y"})
    assert plain.status == 401 and "từ nơi lạ" not in plain.html
    told = {"Origin": "http://localhost"}
    assert "từ nơi lạ" in nobody.knock("POST", "/account/password", data={"note": "từ nơi lạ", "_key": "x.y"}, headers=told).html
    assert "từ nơi lạ" not in nobody.knock("POST", "/account/password", data={"note": "từ nơi lạ"}, headers=told).html
    assert (
        "từ nơi lạ"
        not in Visitor(app, nobody.statements)
        .knock("POST", "/account/password", data={"note": "từ nơi lạ"}, headers={"Origin": "http://evil.example"})
        .html
    )


@pytest.mark.parametrize(
    "carried",
    [
        '["https://evil.example/", [["a", "b"]], "k", [], false]',
        '["//evil.example/account/password", [], "k", [], false]',
        '["/sign-in", [["username", "x"]], "k", [], false]',
        '["/khong-co", [], "k", [], false]',
        '["/account", [], "k", [], false]',
        '["/account/password", [["old", "bi-mat"]], "k", [], false]',
        '["/account/password", [["_key", "x"]], "k", [], false]',
        '["/account/password", [["a"]], "k", [], false]',
        '["/account/password", 7, "k", [], false]',
        '{"to": "/account/password"}',
        "[" * 3000,
        "không phải JSON",
    ],
)
def test_what_is_no_form_of_ours_is_dropped(nobody: Visitor, carried: str) -> None:
    sent = {"username": "an", "password": PASSWORDS["an"], "next": "/account", "carried": carried}
    assert nobody.post("/sign-in", sent, status=302).response.headers["Location"] == "/account"


def test_what_is_too_long_to_be_carried_is_said_to_be_lost_on_this_page_only(an: Visitor, time: FakeClock) -> None:
    an.sign_in("an", PASSWORDS["an"])
    key = an.get("/account").key("/account/password")
    time.forward(minutes=500)
    page = an.knock("POST", "/account/password", data={"note": "x" * 900_000, "_key": key})
    assert page.status == 401 and "Quay lại" in page.text and len(page.html) < 10_000
    assert an.knock("POST", "/account/password", data={"note": "x" * 1_100_000, "_key": key}).status == 413


def test_signing_in_in_another_tab_first_does_no_harm(world: World, dung: Visitor, time: FakeClock) -> None:
    refused = overtaken(dung, time, world)
    dung.sign_in("dung", PASSWORDS["dung"])
    sent = {"username": "dung", "password": PASSWORDS["dung"], "next": "/", "carried": hidden(refused, "carried")}
    page = dung.post("/sign-in", sent, key=refused.key("/sign-in"), status=200)
    assert page.h1 == "Anh/Chị đã đăng nhập lại" and fields_of(page, "/people/new")["staff_code"] == "CB777"


def test_whoever_must_do_something_first_keeps_what_was_typed(app: Flask, world: World, an: Visitor, time: FakeClock) -> None:
    an.sign_in("an", PASSWORDS["an"])
    key = an.get("/account").keys()[0]
    time.forward(minutes=500)
    refused = an.knock("POST", "/study/courses/1/enrol", data={"_key": key})
    if refused.status == 404:
        pytest.skip("no such form")
    with app.app_context():
        db.session.execute(sa.update(Account).values(must_change=True))
        commit()
    page = sign_in_with(an, refused, "an")
    assert "còn một bước phải làm" in page.text and page.key("/study/courses/1/enrol") == key


def inactive(app: Flask) -> dict[str, str | None]:
    """Who is suspended, and why."""
    with app.app_context():
        rows = db.session.execute(sa.select(Account.username, Account.suspended_why).where(Account.suspended_at.is_not(None)))
        return {username: why for username, why in rows}


def let_the_worker_work(app: Flask) -> None:
    assert "lms.people.tasks.suspend_unused" in timers()
    with app.app_context():
        while work_once():
            pass


def test_accounts_with_a_role_that_nobody_uses_are_suspended_and_learners_are_not(
    app: Flask, world: World, visitor: MakeVisitor, time: FakeClock
) -> None:
    time.forward(days=40)
    visitor().sign_in("chi", PASSWORDS["chi"])
    time.forward(days=6)
    for _turn in range(2):
        let_the_worker_work(app)
        time.forward(hours=25)
    assert inactive(app) == {name: "Không đăng nhập trong 45 ngày" for name in ("binh", "dung", "giang")}
    visitor().post("/sign-in", {"username": "binh", "password": PASSWORDS["binh"]}, status=422)
    visitor().sign_in("an", PASSWORDS["an"])
    with app.app_context():
        lines = list(db.session.scalars(sa.select(Audit.details).where(Audit.action == "suspend")))
        assert len(lines) == 3 and all(line["why"] == "Không đăng nhập trong 45 ngày" for line in lines)
        restore_account(None, world.people["binh"])
        grant_role(None, world.people["an"], world.agencies["XP"], "manager")
        commit()
    time.forward(days=30)
    let_the_worker_work(app)
    assert set(inactive(app)) == {"dung", "giang"}  # restored, and granted, less than 45 days ago
    visitor().sign_in("binh", PASSWORDS["binh"])
    time.forward(days=20)
    let_the_worker_work(app)
    assert set(inactive(app)) == {"an", "chi", "dung", "giang"}


def test_the_last_administrator_of_a_root_is_spared(app: Flask, world: World, time: FakeClock) -> None:
    with app.app_context():
        for name in ("dung", "chi"):
            grant_role(None, world.people[name], world.agencies["T"], "administrator")
        db.session.execute(sa.update(Account).where(Account.person_id == world.people["chi"]).values(last_sign_in_at=time.now))
        db.session.execute(sa.update(Person).values(created_at=time.now.replace(year=2020)))
        db.session.execute(sa.update(Account).where(Account.person_id == world.people["dung"]).values(last_sign_in_at=time.now.replace(year=2021)))
        commit()
    time.forward(days=60)
    for _turn in range(2):
        let_the_worker_work(app)
        time.forward(hours=25)
    assert set(inactive(app)) == {"binh", "dung", "giang"}


def test_zero_days_switches_it_off(app: Flask, time: FakeClock) -> None:
    change(app, "inactive_days", 0)
    time.forward(days=400)
    let_the_worker_work(app)
    assert inactive(app) == {}


def test_the_secret_of_a_session_stands_in_no_page(an: Visitor) -> None:
    with an.client.session_transaction() as cookie:
        token = cookie["_user_id"].partition(".")[2]
    assert token not in an.get("/account").html and re.fullmatch(r"[\w-]{43}", token)
