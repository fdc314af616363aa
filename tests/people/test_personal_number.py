"""The personal number: sealed in the database, masked on the page, and every look at the whole number is in the trail."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.base.keys import FormPost
from lms.people import grant_role
from lms.people.models import Person
from lms.people.personal_number import tidy_number
from lms.site import Audit
from tests.cast import OPENED, World
from tests.pages import Page, Visitor

NUMBER, OTHER = "024 084 006789", "024184001234"
DIGITS = "024084006789"


def page_of(world: World, who: str = "an") -> str:
    return f"/people/{world.people[who]}/personal-number"


def enter(dung: Visitor, world: World, number: str = NUMBER, who: str = "an", status: int = 302) -> Page:
    return dung.post(page_of(world, who), {"number": number}, status=status)


def show(dung: Visitor, world: World, **options: object) -> Page:
    person = f"/people/{world.people['an']}"
    return dung.post(f"{person}/personal-number/show", page=dung.get(person), **options)  # type: ignore[arg-type]


def deeds(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Audit.action).where(Audit.action.like("%-number")).order_by(Audit.id)))


def everything_kept(app: Flask) -> str:
    """The whole database as text."""
    with app.app_context():
        return "\n".join(str(row) for table in db.metadata.sorted_tables for row in db.session.execute(sa.select(table)))


def test_a_number_is_kept_sealed_and_shown_masked(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    text = dung.get(f"/people/{world.people['an']}").text
    assert "•••• •••• 6789" in text and "4006789" not in text
    assert "•••• •••• 6789" in dung.get(page_of(world)).text
    assert DIGITS not in everything_kept(app)
    assert deeds(app) == ["set-number"]


def test_every_look_at_the_whole_number_is_recorded_and_kept_nowhere(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    for _look in range(2):
        seen = show(dung, world, status=200)
        assert DIGITS in seen.text
        assert seen.response.headers["Cache-Control"] == "no-store" and "ETag" not in seen.response.headers
    assert deeds(app) == ["set-number", "unmask-number", "unmask-number"]
    assert DIGITS not in everything_kept(app)
    assert "Xem số định danh cá nhân" in dung.get("/site/audit?about=nguyen+van+an").text


def test_the_same_press_twice_shows_the_number_once(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    person = dung.get(f"/people/{world.people['an']}")
    address = f"/people/{world.people['an']}/personal-number/show"
    key = person.key(address)
    assert dung.post(address, key=key).status == 200
    again = dung.post(address, key=key)
    assert again.status == 303 and again.response.headers["Location"] == f"/people/{world.people['an']}" and DIGITS not in again.html
    assert deeds(app).count("unmask-number") == 1
    with app.app_context():
        assert not db.session.scalars(sa.select(FormPost.body).where(FormPost.body.contains(DIGITS))).all()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "nhập số định danh"),
        ("02408400678x", "chỉ gồm chữ số"),
        ("٠٢٤٠٨٤٠٠٦٧٨٩", "chỉ gồm chữ số"),
        ("24084006789", "mất số 0 ở đầu"),
        ("123456789", "có 12 chữ số; số vừa nhập có 9"),
        ("0240840067890", "có 12 chữ số; số vừa nhập có 13"),
    ],
)
def test_what_is_no_number_is_said_and_stays_in_the_field(dung: Visitor, world: World, typed: str, sentence: str) -> None:
    page = enter(dung, world, typed, status=422)
    assert sentence in page.text
    assert [field.get("value") for field in page.all("input") if field.get("name") == "number"] == [typed]
    assert page.response.headers["Cache-Control"] == "no-store"


def test_spaces_dots_and_dashes_are_how_people_write_it() -> None:
    assert tidy_number(" 024.084-006 789 ") == DIGITS
    with pytest.raises(Refused):
        tidy_number("")


def test_a_number_belongs_to_one_person_and_nobody_learns_to_whom(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    page = enter(dung, world, who="anh", status=422)
    assert "đã được ghi cho một người khác" in page.text and "Nguyễn Văn An" not in page.text
    enter(dung, world, NUMBER)
    assert deeds(app) == ["set-number"], "the same number again changes nothing"


def test_the_database_itself_refuses_the_same_number_twice(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    with app.app_context():
        mark = db.session.scalar(sa.select(Person.number_fingerprint).where(Person.id == world.people["an"]))
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(sa.update(Person).where(Person.id == world.people["anh"]).values(number_fingerprint=mark))


def test_a_number_is_changed_and_removed(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    enter(dung, world, OTHER)
    dung.post(f"{page_of(world)}/remove", page=page_of(world), status=302)
    assert "Chưa có số nào được lưu" in dung.get(f"/people/{world.people['an']}").text
    assert deeds(app) == ["set-number", "set-number", "remove-number"]
    enter(dung, world, who="anh")


def test_only_administrators_of_the_person_see_and_change_it(dung: Visitor, chi: Visitor, an: Visitor, giang: Visitor, world: World) -> None:
    enter(dung, world)
    assert "6789" not in chi.get(f"/people/{world.people['an']}").text, "a manager does not even see the masked number"
    for visitor in (chi, an, giang):
        visitor.get(page_of(world), 403)
        assert visitor.knock("POST", f"{page_of(world)}/show").status == 403
    dung.get(page_of(world, "giao"), 404)
    for act in ("", "/show", "/remove"):
        dung.post(f"{page_of(world, 'giao')}{act}", {"number": OTHER}, page="/people/new", status=404)


def test_who_holds_a_role_above_is_not_shown_to_the_administrator_below(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    with app.app_context():
        grant_role(None, world.people["an"], world.agencies["T"], "manager", OPENED)
        commit()
    assert "6789" not in dung.get(page_of(world)).text and "6789" not in dung.get(f"/people/{world.people['an']}").text
    assert "giữ vai trò ở cấp trên" in enter(dung, world, OTHER, status=422).text
    for act in ("show", "remove"):
        assert dung.post(f"{page_of(world)}/{act}", page="/people/new", status=302)
    assert deeds(app) == ["set-number"]


def test_a_person_sees_the_own_number_masked_and_downloads_it_whole(dung: Visitor, an: Visitor, world: World) -> None:
    enter(dung, world)
    page = an.get("/privacy/data")
    assert "•••• •••• 6789" in page.text and DIGITS not in page.html
    file = an.get("/privacy/data.json")
    assert json.loads(file.html)["kept"]["person"]["rows"][0]["personal_number"] == DIGITS
    assert file.response.headers["Cache-Control"] == "no-store" and "ETag" not in file.response.headers


def test_after_a_change_of_the_key_the_page_says_so(app: Flask, dung: Visitor, world: World) -> None:
    enter(dung, world)
    app.config["DATA_KEY"] = "mot-khoa-khac-han-" + "1" * 20
    assert "•••• •••• ••••" in dung.get(f"/people/{world.people['an']}").text
    assert "khóa dữ liệu của hệ thống đã đổi" in dung.follow(show(dung, world, status=302).response.headers["Location"]).text
    enter(dung, world)
    assert "•••• •••• 6789" in dung.get(f"/people/{world.people['an']}").text
