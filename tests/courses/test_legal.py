"""The law behind the lessons: what is due for review, and one change that finds all lessons that cite it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, clock, commit, db
from lms.courses import Course
from lms.courses.legal import cites, record_change
from lms.courses.models import LegalChange
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Visitor

from .authors import draft_of_lesson, lesson_named, let_train, publish, said_now, saved
from .authors import trainer as trainer_named

DUE, CHANGES = "/courses/reviews-due", "/courses/legal-changes"


def said(world: World, **changes: str) -> dict[str, str]:
    """What the form of a change holds."""
    held = {"basis": "Luật an ninh mạng 116/2025/QH15", "changed_on": "01/07/2026", "replaced_by": "Luật X", "note": ""}
    return {**held, "agency_id": str(world.agencies["HT"]), **changes}


@pytest.fixture
def reviewed(app: Flask, world: World) -> None:
    """Both lessons of M were reviewed the other day."""
    for key in ("01-dai", "02-la"):
        saved(app, world, key=key, reviewed_on=clock.today() - timedelta(days=3))
    publish(app, world)


@pytest.mark.usefixtures("reviewed")
def test_what_was_not_reviewed_for_a_year_is_due(app: Flask, world: World, binh: Visitor, time: FakeClock) -> None:
    assert "Không có bài nào cần rà soát" in binh.get(DUE).text
    saved(app, world, reviewed_on=clock.today() - timedelta(days=366))
    publish(app, world)
    page = binh.get(DUE)
    assert "Mật khẩu dài" in page.text and "bản nháp" not in page.text
    assert DUE in [link.partition("?")[0] for link in binh.get("/courses").links()]


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("basis", ["Luật An ninh mạng 116/2025/QH15", "luat an ninh mang", "116/2025/qh15", "116/2025"])
def test_a_change_finds_the_lessons_that_cite_it(app: Flask, world: World, binh: Visitor, basis: str) -> None:
    answer = binh.post(CHANGES, said(world, basis=basis), status=303)
    page = binh.get(answer.response.headers["Location"])
    assert "Mật khẩu dài" in page.text and "Luật X" in page.text
    assert "đã thay đổi từ ngày 01/07/2026" in binh.get(DUE).text
    assert "đã được ghi nhận là thay đổi" in binh.get(f"/courses/{world.course}/publish").text


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize("basis", ["16/2025/QH15", "116/2025/QH1", "117/2025/QH15", "100%", "an_ninh"])
def test_another_number_finds_nothing(world: World, binh: Visitor, basis: str) -> None:
    answer = binh.post(CHANGES, said(world, basis=basis), status=303)
    assert "0 bài do Anh/Chị phụ trách" in binh.get(answer.response.headers["Location"]).text
    assert "Không có bài nào cần rà soát" in binh.get(DUE).text


def test_a_number_is_cited_as_a_whole() -> None:
    assert cites(["Nghị định 13/2023/NĐ-CP, Điều 4"], "13/2023/nd-cp") and not cites(["113/2023/NĐ-CP"], "13/2023/nd-cp")


@pytest.mark.usefixtures("reviewed")
def test_a_draft_that_cites_it_is_found_and_one_that_does_no_more_is_not(app: Flask, world: World, binh: Visitor) -> None:
    saved(app, world, legal_basis=["Nghị định 999/2026/NĐ-CP"])
    old = binh.post(CHANGES, said(world), status=303).response.headers["Location"]
    assert "Mật khẩu dài" not in binh.get(old).text
    new = binh.post(CHANGES, said(world, basis="999/2026"), status=303).response.headers["Location"]
    assert "Mật khẩu dài" in binh.get(new).text


@pytest.mark.usefixtures("reviewed")
def test_reviewed_and_still_right_is_a_draft_of_today(app: Flask, world: World, binh: Visitor) -> None:
    binh.post(CHANGES, said(world), status=303)
    page = binh.get(DUE)
    form = next(form for form in page.all("form") if (form.get("action") or "").endswith("/reviewed"))
    version = next(field.get("value") for field in form.iter("input") if field.get("name") == "version")
    address = form.get("action") or ""
    binh.post(address, {"version": "0"}, page=page, status=303)
    assert draft_of_lesson(app) is None
    binh.post(address, {"version": version}, page=binh.get(DUE), status=303)
    assert "Không có bài nào cần rà soát" in binh.follow(DUE).text
    with app.app_context():
        assert said_now(lesson_named("01-dai")).reviewed_on == clock.today()
    publish(app, world)
    assert "Không có bài nào cần rà soát" in binh.get(DUE).text


@pytest.mark.usefixtures("reviewed")
def test_what_was_reviewed_this_morning_is_due_when_the_law_changes_at_noon(app: Flask, world: World, binh: Visitor, time: FakeClock) -> None:
    saved(app, world, reviewed_on=clock.today())
    time.forward(seconds=1)
    binh.post(CHANGES, said(world), status=303)
    assert "Mật khẩu dài" in binh.get(DUE).text


@pytest.mark.usefixtures("reviewed")
def test_lessons_of_others_within_reach_are_counted(app: Flask, world: World, anh: Visitor, binh: Visitor) -> None:
    let_train(app, world, "anh", None)
    with app.app_context():
        db.session.execute(sa.update(Course).values(agency_id=world.agencies["HT"]))
        commit()
    address = anh.post(CHANGES, said(world), status=303).response.headers["Location"]
    page = anh.get(address)
    assert "0 bài do Anh/Chị phụ trách" in page.text and "Còn 1 bài của các khóa học do người khác phụ trách" in page.text
    assert "Mật khẩu dài" not in page.text and "Mật khẩu dài" in binh.get(address).text
    assert "Còn 1 bài" not in binh.get(address).text
    refused = binh.post(f"{address}/withdraw", page=CHANGES, status=422)
    assert "Chỉ người đã ghi nhận" in refused.text
    anh.post(f"{address}/withdraw", page=address, status=303)
    binh.get(address, 404)


@pytest.mark.usefixtures("reviewed")
def test_what_a_neighbour_recorded_concerns_nobody_here(app: Flask, world: World, anh: Visitor, giang: Visitor, binh: Visitor) -> None:
    let_train(app, world, "giang", None, agency="HL")
    address = giang.post(CHANGES, said(world, agency_id=str(world.agencies["HL"])), status=303).response.headers["Location"]
    binh.get(address, 404)
    assert "Không có bài nào cần rà soát" in binh.get(DUE).text and "Luật X" not in binh.get(CHANGES).text
    foreign = giang.post(CHANGES, said(world, agency_id=str(world.agencies["HT"])), page=CHANGES, status=422)
    assert foreign.status == 422
    anh.get(DUE, 403)


def test_a_change_is_recorded_only_where_one_is_a_trainer(app: Flask, world: World) -> None:
    with app.app_context(), pytest.raises(Refused, match="trong phạm vi"):
        record_change(trainer_named(world), world.agencies["HL"], "13/2023/NĐ-CP", clock.today())


@pytest.mark.parametrize(
    ("changes", "words"), [({"basis": ""}, "ghi số hiệu"), ({"basis": "13"}, "ít nhất 4"), ({"changed_on": "x"}, "ngày/tháng/năm")]
)
def test_a_wrong_form_comes_back(app: Flask, world: World, binh: Visitor, changes: dict[str, str], words: str) -> None:
    page = binh.post(CHANGES, said(world, note="Đã gõ", **changes), page=CHANGES, status=422)
    assert words in page.text and "Đã gõ" in page.html
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LegalChange)) == 0


def test_a_reviewer_sees_what_is_due_and_cannot_confirm(app: Flask, world: World, anh: Visitor) -> None:
    let_train(app, world, "anh", "reviewer")
    lesson = saved(app, world, reviewed_on=None)
    page = anh.get(DUE)
    assert "Mật khẩu dài" in page.text and "vẫn đúng" not in page.text
    anh.post(f"/courses/{world.course}/lessons/{lesson}/reviewed", {"version": "1"}, page=CHANGES, status=404)
