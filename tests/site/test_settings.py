"""Settings on screen: for administrators of the whole site, within limits, each change in the trail."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.people import grant_role
from lms.site import NUMBERS, Audit, number_setting
from tests.cast import PASSWORDS, World
from tests.pages import Visitor

PAGE = "/site/settings"


@pytest.fixture
def root(app: Flask, world: World, dung: Visitor) -> Visitor:
    """Dũng, who administers the province as well."""
    with app.app_context():
        grant_role(None, world.people["dung"], world.agencies["T"], "administrator")
        commit()
    return dung


def shown(visitor: Visitor) -> dict[str, str]:
    return {field.get("name", ""): field.get("value", "") for field in visitor.get(PAGE).all("input") if field.get("name") in NUMBERS}


def was(values: dict[str, str]) -> dict[str, str]:
    return values | {f"was-{key}": value for key, value in values.items()}


def test_only_an_administrator_of_a_root_agency_opens_them(an: Visitor, chi: Visitor, dung: Visitor, nobody: Visitor) -> None:
    dung.get(PAGE, 404)
    dung.post(PAGE, {}, page="/account", status=404)
    assert PAGE not in dung.get("/people").links()
    for visitor in (an, chi):
        visitor.get(PAGE, 403)
    nobody.get(PAGE, 302)


def test_a_change_counts_at_once_and_stands_in_the_trail(app: Flask, world: World, root: Visitor) -> None:
    assert PAGE in root.get("/people").links()
    before = shown(root)
    assert before == {key: str(number.default) for key, number in NUMBERS.items()}
    root.post(PAGE, was(before) | {"idle_minutes_administrator": "30", "inactive_days": "0"}, status=302)
    assert "Đã lưu thiết lập" in root.get(PAGE).text
    assert shown(root) == before | {"idle_minutes_administrator": "30", "inactive_days": "0"}
    with app.app_context():
        assert number_setting("idle_minutes_administrator") == 30 and number_setting("inactive_days") == 0
        lines = list(db.session.execute(sa.select(Audit.details, Audit.agency_id).where(Audit.thing == "setting").order_by(Audit.id)))
        assert [line.details["key"] for line in lines] == ["idle_minutes_administrator", "inactive_days"]
        assert lines[0].details["value"] == "30" and {line.agency_id for line in lines} == {world.agencies["T"]}
    root.post(PAGE, was(shown(root)) | {"idle_minutes_administrator": "20"}, status=302)
    assert "trước 30, sau 20" in root.get("/site/audit").text


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("idle_minutes_administrator", "4", "Số nguyên từ 5 đến 720."),
        ("idle_minutes_administrator", "0", "Số nguyên từ 5 đến 720."),
        ("session_hours_administrator", "25", "Số nguyên từ 1 đến 24."),
        ("inactive_days", "6", "Số nguyên từ 7 đến 400, hoặc 0."),
        ("inactive_days", "-7", "Số nguyên từ 7 đến 400, hoặc 0."),
        ("inactive_days", "", "Số nguyên từ 7 đến 400, hoặc 0."),
        ("anonymise_years", "1,5", "Số nguyên từ 1 đến 30, hoặc 0."),
        ("anonymise_years", "٣", "Số nguyên từ 1 đến 30, hoặc 0."),
        ("anonymise_years", "9" * 400, "Số nguyên từ 1 đến 30, hoặc 0."),
    ],
)
def test_a_number_outside_its_limits_is_refused_and_kept_on_the_page(root: Visitor, key: str, typed: str, sentence: str) -> None:
    before = shown(root)
    page = root.post(PAGE, was(before) | {key: typed}, status=422)
    field = next(field for field in page.all("input") if field.get("name") == key)
    assert field.get("aria-invalid") == "true" and field.get("value") == typed and sentence in page.text
    assert shown(root) == before


def test_a_page_opened_long_ago_changes_only_what_was_typed_on_it(root: Visitor) -> None:
    old = root.get(PAGE)
    values = shown(root)
    root.post(PAGE, was(values) | {"inactive_days": "90"}, status=302)
    root.post(PAGE, was(values) | {"anonymise_years": "10"}, page=old, status=302)
    assert shown(root) == values | {"inactive_days": "90", "anonymise_years": "10"}


def test_another_process_follows_within_half_a_minute_and_this_one_at_once(app: Flask, root: Visitor, visitor: Callable[[], Visitor]) -> None:
    root.post(PAGE, was(shown(root)) | {"session_hours_learner": "1"}, status=302)
    visitor().sign_in("an", PASSWORDS["an"])
    with app.app_context():
        life = db.session.execute(sa.text("SELECT created_at, expires_at FROM session ORDER BY id DESC LIMIT 1")).one()
        assert str(life.created_at)[:10] <= str(life.expires_at)[:10] and life.created_at != life.expires_at
        assert number_setting("session_hours_learner") == 1
