"""Slips for a whole agency: printed once, kept nowhere, never for people above or outside, never over a password of one's own unasked."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser

from lms.base import clock, commit, db, sort_key
from lms.base.keys import FormPost
from lms.people import Account, Membership, Person, grant_role
from lms.people.staff_list.models import StaffImport, StaffImportRow
from lms.site import Audit
from tests.cast import CANARY, OPENED, World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor

PATH = "/people/slips"


def slips_on(page: Page) -> dict[str, str]:
    """user name -> password on the printed page."""
    found = re.findall(r'class="secret">([^<]+)<', page.html)
    return dict(zip(found[::2], found[1::2], strict=True))


def newcomers(world: World, count: int, agency: str = "XP", first: int = 1001) -> range:
    """So many people who never signed in, written at once."""
    ids, now = range(first, first + count), clock.now() - timedelta(minutes=1)
    named = [(one, f"Lê Văn Mới {one}") for one in ids]
    facts = [{"id": one, "full_name": name, "search": name.lower(), "sort": sort_key(name), "created_at": now} for one, name in named]
    db.session.execute(sa.insert(Person), facts)
    account = {"password_hash": "!", "password_at": now, "must_change": True, "slip_expires_at": now}
    db.session.execute(sa.insert(Account), [{"person_id": one, "username": f"moi{one}", **account} for one in ids])
    work = {"agency_id": world.agencies[agency], "from_on": OPENED, "is_main": True, "staff_kind": "contract", "state": "working"}
    db.session.execute(sa.insert(Membership), [{"person_id": one, **work} for one in ids])
    commit()
    return ids


def everybody_has_been_here(app: Flask) -> None:
    with app.app_context():
        db.session.execute(sa.update(Account).values(last_sign_in_at=clock.now()))
        commit()


def wish(world: World, agency: str = "HT", who: str = "never", **more: object) -> dict[str, object]:
    return {"agency": str(world.agencies[agency]), "direct": "", "who": who, "own": "", **more}


def test_an_agency_gets_its_slips_and_people_sign_in_with_them(app: Flask, dung: Visitor, world: World, visitor: Callable[[], Visitor]) -> None:
    everybody_has_been_here(app)
    with app.app_context():
        newcomers(world, 3)
    chooser = dung.get(f"{PATH}?agency={world.agencies['XP']}")
    assert "3 người" in chooser.text and "Nguyễn Văn An" not in chooser.text
    page = dung.post(PATH, wish(world, "XP"), page=chooser, status=200)
    slips = slips_on(page)
    assert set(slips) == {"moi1001", "moi1002", "moi1003"} and len(set(slips.values())) == 3
    assert "Xã An Phúc" in page.text and "http://localhost" in page.text and CANARY not in page.text
    assert page.response.headers["Cache-Control"] == "no-store" and page.response.headers["Content-Location"] == PATH
    visitor().sign_in("moi1002", slips["moi1002"]).get("/welcome")
    with app.app_context():
        kept = [*db.session.scalars(sa.select(FormPost.body)), *db.session.scalars(sa.select(Account.password_hash))]
        kept += [str(details) for details in db.session.scalars(sa.select(Audit.details))]
        assert not [text for text in kept if text and any(password in text for password in slips.values())]
        lines = db.session.execute(sa.select(Audit.thing_id, Audit.agency_id).where(Audit.action == "reset-password")).all()
        assert sorted(line.thing_id for line in lines) == [1001, 1002, 1003] and {line.agency_id for line in lines} == {world.agencies["XP"]}


def test_the_same_form_sent_twice_issues_once(app: Flask, dung: Visitor, world: World, visitor: Callable[[], Visitor]) -> None:
    with app.app_context():
        newcomers(world, 2)
    key = dung.get(PATH).keys()[-1]
    slips = slips_on(dung.post(PATH, wish(world, "XP"), key=key, status=200))
    again = dung.knock("POST", PATH, data={**wish(world, "XP"), "_key": key})
    assert again.status == 303 and again.response.headers["Location"] == PATH and not again.body
    visitor().sign_in("moi1001", slips["moi1001"])


def test_a_slip_is_over_after_fourteen_days(app: Flask, dung: Visitor, world: World, time: FakeClock, visitor: Callable[[], Visitor]) -> None:
    with app.app_context():
        newcomers(world, 1)
    slips = slips_on(dung.post(PATH, wish(world, "XP"), status=200))
    time.forward(days=14, minutes=1)
    visitor().post("/sign-in", {"username": "moi1001", "password": slips["moi1001"]}, status=422)


def test_passwords_of_ones_own_are_kept_unless_asked_for_by_name(app: Flask, dung: Visitor, world: World, an: Visitor, chi: Visitor) -> None:
    with app.app_context():
        newcomers(world, 1)
    page = dung.post(PATH, wish(world, who="waiting"), status=200)
    assert set(slips_on(page)) == {"moi1001"}
    an.get("/account")
    warned = dung.get(f"{PATH}?who=waiting&own=1")
    assert "mất mật khẩu của họ" in warned.text and "Nguyễn Văn An" in warned.text
    listed = dung.get(f"{PATH}?who=chosen&agency={world.agencies['XP']}")
    assert "đã tự đặt mật khẩu" in listed.text
    ticked = dung.post(PATH, wish(world, "XP", "chosen", person=[str(world.people["an"])]), page=listed, status=200)
    assert set(slips_on(ticked)) == {"an"}
    an.get("/account", 302)
    chi.get("/account")


def test_nothing_ticked_is_said(dung: Visitor, world: World) -> None:
    page = dung.post(PATH, wish(world, "XP", "chosen"), page=f"{PATH}?who=chosen", status=422)
    assert "đánh dấu ít nhất một người" in page.text


def test_slips_stop_at_the_border_and_below_whoever_stands_above(app: Flask, dung: Visitor, giang: Visitor, world: World) -> None:
    with app.app_context():
        newcomers(world, 1, "HL")
        newcomers(world, 1, "XM", 1100)
        grant_role(None, world.people["an"], world.agencies["T"], "manager", OPENED)
        db.session.execute(sa.update(Account).where(Account.person_id.in_([world.people["anh"]])).values(suspended_at=clock.now()))
        commit()
    ticked = [str(one) for one in (1001, 1100, world.people["an"], world.people["anh"], world.people["dung"], world.people["giao"])]
    page = dung.post(PATH, wish(world, "HT", "chosen", person=ticked), page=f"{PATH}?who=chosen", status=200)
    assert set(slips_on(page)) == {"moi1100"}
    assert set(slips_on(dung.post(PATH, {**wish(world, "HT", who="waiting", own="1")}, status=200))) == {"binh", "chi", "moi1100"}
    giang.get(PATH, 403)


def test_only_directly_there_when_asked(app: Flask, dung: Visitor, world: World) -> None:
    everybody_has_been_here(app)
    with app.app_context():
        newcomers(world, 2, "XP")
        newcomers(world, 1, "HT", 1100)
    assert "3 người" in dung.get(f"{PATH}?agency={world.agencies['HT']}").text
    assert "1 người" in dung.get(f"{PATH}?agency={world.agencies['HT']}&direct=1").text


def test_whoever_signs_in_meanwhile_keeps_their_password(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        ids = newcomers(world, 2)
        now = clock.now()
        page = dung.get(PATH)
        db.session.execute(sa.update(Account).where(Account.person_id == ids[0]).values(must_change=False, last_sign_in_at=now, password_at=now))
        commit()
    assert set(slips_on(dung.post(PATH, wish(world, "XP"), page=page, status=200))) >= {"moi1002"}
    with app.app_context():
        assert not db.session.get_one(Account, ids[0]).must_change


def test_a_hundred_and_sixty_at_a_time_and_the_rest_afterwards(app: Flask, dung: Visitor, world: World) -> None:
    everybody_has_been_here(app)
    with app.app_context():
        newcomers(world, 165)
    assert "tối đa 160" in dung.get(PATH).text
    page = dung.post(PATH, wish(world), status=200)
    first = slips_on(page)
    changes = [one for one in page.statements if not one.lstrip("( ").startswith(("SELECT", "WITH"))]
    assert len(first) == 160 and "Còn 5 người" in page.text and len(changes) <= 10 and len(page.statements) <= 15
    assert page.html.count('class="slip-sheet"') == 20
    since = re.search(r'name="since" value="([^"]+)"', page.html)
    assert since
    second = slips_on(dung.post(PATH, wish(world, since=since[1]), page=page, status=200))
    assert len(second) == 5 and not set(first) & set(second)
    assert "Không còn ai" in dung.post(PATH, wish(world, since=since[1]), page=PATH, status=422).text


@pytest.mark.parametrize("since", ["nan", "inf", "1e400", "x", "-1e18"])
def test_an_odd_instant_is_no_instant(dung: Visitor, world: World, since: str) -> None:
    assert dung.post(PATH, wish(world, since=since), page=PATH).status in (200, 422)


@pytest.mark.browser
def test_thirty_eight_slips_are_five_pages_and_nothing_else(app: Flask, dung: Visitor, world: World, chromium: Browser, tmp_path: Path) -> None:
    everybody_has_been_here(app)
    with app.app_context():
        newcomers(world, 38)
    page = dung.post(PATH, wish(world), status=200)
    style = dung.get(re.findall(r'href="(/assets/site[^"]+css)"', page.html)[0]).body.decode()
    tab = chromium.new_page()
    tab.set_content(re.sub(r"<link[^>]+stylesheet[^>]*>", lambda _found: f"<style>{style}</style>", page.html))
    printed = tab.pdf(prefer_css_page_size=True)
    tab.emulate_media(media="print")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 5
    assert tab.inner_text("body").count("Phiếu cấp tài khoản".upper()) == 38 and "In phiếu" not in tab.inner_text("body")
    tab.close()


def test_a_staff_list_leads_to_the_slips_of_its_new_people(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        ids, now = newcomers(world, 4), clock.now()
        facts = {"agency_id": world.agencies["HT"], "file_name": "a.xlsx", "effective_on": OPENED, "state": "done", "percent": 100, "created_at": now}
        mine, others = StaffImport(sent_by_id=world.people["dung"], **facts), StaffImport(sent_by_id=world.people["giang"], **facts)
        db.session.add_all([mine, others])
        db.session.flush()
        row = {"sheet": "", "line": 1, "verdict": "new", "name": "", "values": {}, "changes": {}, "faults": [], "is_chosen": True}
        for number, person_id in enumerate(ids[:2]):
            db.session.add(StaffImportRow(import_id=mine.id, number=number, person_id=person_id, **row))
        db.session.add(StaffImportRow(import_id=others.id, number=1, person_id=ids[3], **row))
        commit()
        mine_id, others_id = mine.id, others.id
    chooser = dung.get(f"{PATH}?import={mine_id}")
    assert "2 người" in chooser.text and "danh sách vừa nhập" in chooser.text
    sent = {"import": str(mine_id), "who": "never"}
    assert set(slips_on(dung.post(PATH, sent, page=chooser, status=200))) == {"moi1001", "moi1002"}
    assert "Không có ai" in dung.get(f"{PATH}?import={others_id}").text


@pytest.mark.parametrize("odd", ["x", "0", "99999999999999999999", "5000"])
def test_an_agency_or_list_that_is_none_gets_no_slips_at_all(app: Flask, dung: Visitor, world: World, odd: str) -> None:
    with app.app_context():
        newcomers(world, 1)
    assert "Không có ai" in dung.get(f"{PATH}?agency={odd}").text and "Không có ai" in dung.get(f"{PATH}?import={odd}").text
    dung.post(PATH, {"agency": odd, "who": "waiting", "own": "1"}, status=422)
    dung.post(PATH, {"import": odd, "who": "waiting", "own": "1"}, status=422)
    dung.post(PATH, {"agency": str(world.agencies["HL"]), "who": "waiting", "own": "1"}, status=422)
