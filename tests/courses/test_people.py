"""Who looks after a course and where it is offered: found within reach only, and there is always an owner."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.courses import Course, CourseOffer, CourseTrainer
from lms.courses.trainers import change_part, remove_trainer
from tests.cast import World
from tests.pages import Visitor
from tests.people.test_two_administrators import at_once

from .authors import let_train
from .authors import trainer as trainer_named


@pytest.fixture
def people(world: World) -> str:
    """The page of those who look after M."""
    return f"/courses/{world.course}/people"


def parts(app: Flask, world: World) -> dict[int, str]:
    """Who looks after M in which part."""
    with app.app_context():
        rows = sa.select(CourseTrainer.person_id, CourseTrainer.part).where(CourseTrainer.course_id == world.course)
        return {person: part for person, part in db.session.execute(rows)}


@pytest.mark.parametrize("query", ["Ánh", "anh", "dang thi", "CB002", "cb002"])
def test_a_trainer_within_reach_is_found_without_accents_and_added(app: Flask, world: World, binh: Visitor, people: str, query: str) -> None:
    anh = let_train(app, world, "anh", None)
    page = binh.get(f"{people}?q={query}")
    assert "Đặng Thị Ánh" in page.text
    binh.post(f"{people}/add", {"person": str(anh), "part": "author"}, page=page, status=303)
    assert parts(app, world)[anh] == "author" and "Đặng Thị Ánh CB002: Biên soạn" in binh.get(people).text
    assert "Không có giảng viên nào khớp" in binh.get(f"{people}?q={query}").text


def test_nobody_out_of_reach_is_found_or_added(app: Flask, world: World, binh: Visitor, people: str) -> None:
    giang = let_train(app, world, "giang", None, agency="HL")
    for query in ("Giang", "CB006", "Nguyễn Văn An", "CB001", ""):
        page = binh.get(f"{people}?q={query}")
        assert not [form for form in page.all("form") if (form.get("action") or "").endswith("/people/add")], query
    for person in (giang, world.people["an"], 0, 99999):
        refused = binh.post(f"{people}/add", {"person": str(person), "part": "author"}, page=people, status=422)
        assert "chọn một giảng viên trong kết quả tìm" in refused.text
    assert list(parts(app, world)) == [world.people["binh"]]


def test_parts_change_and_people_leave(app: Flask, world: World, binh: Visitor, people: str) -> None:
    anh = let_train(app, world, "anh")
    wrong = binh.post(f"{people}/change", {"person": str(anh), "part": "king"}, page=people, status=422)
    assert "chọn một mục" in wrong.text
    binh.post(f"{people}/change", {"person": str(anh), "part": "reviewer"}, page=people, status=303)
    assert parts(app, world)[anh] == "reviewer"
    binh.post(f"{people}/remove", {"person": str(anh)}, page=people, status=303)
    assert anh not in parts(app, world)
    binh.post(f"{people}/remove", {"person": str(anh)}, page=people, status=303)


def test_the_last_owner_stays(app: Flask, world: World, binh: Visitor, people: str) -> None:
    own = str(world.people["binh"])
    for address, values in (("remove", {}), ("change", {"part": "author"})):
        refused = binh.post(f"{people}/{address}", {"person": own, **values}, page=people, status=422)
        assert "luôn cần một người phụ trách chính" in refused.text
    let_train(app, world, "anh", "owner")
    binh.post(f"{people}/remove", {"person": own}, page=people, status=303)
    binh.get(people, 404)


def test_two_owners_who_remove_each_other_at_once_leave_one(app: Flask, world: World) -> None:
    anh = let_train(app, world, "anh", "owner")
    binh = world.people["binh"]
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        db.session.expunge(course)
    said = at_once(
        app,
        partial(remove_trainer, trainer_named(world, "binh"), course, anh),
        partial(remove_trainer, trainer_named(world, "anh"), course, binh),
    )
    assert said[0] == "" and said[1] and list(parts(app, world).values()) == ["owner"]


def test_two_owners_who_step_down_at_once_leave_one(app: Flask, world: World) -> None:
    anh = let_train(app, world, "anh", "owner")
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        db.session.expunge(course)
    said = at_once(
        app,
        partial(change_part, trainer_named(world, "binh"), course, world.people["binh"], "author"),
        partial(change_part, trainer_named(world, "anh"), course, anh, "author"),
    )
    assert said[0] == "" and "luôn cần một người phụ trách chính" in said[1]
    assert sorted(parts(app, world).values()) == ["author", "owner"]


def test_who_owns_the_course_no_more_changes_nothing(app: Flask, world: World) -> None:
    """As when the other owner demoted them while the page was open."""
    let_train(app, world, "anh", "author")
    chi = let_train(app, world, "chi", "reviewer")
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        for change in (partial(remove_trainer, person_id=chi), partial(change_part, person_id=chi, part="owner")):
            with pytest.raises(Refused, match="không còn là người phụ trách chính"):
                change(trainer_named(world, "anh"), course)
    assert parts(app, world)[chi] == "reviewer"


def test_an_author_sees_the_list_and_changes_nothing(app: Flask, world: World, anh: Visitor, people: str) -> None:
    person = let_train(app, world, "anh")
    page = anh.get(f"{people}?q=binh")
    assert "Trần Thị Bình" in page.text and "Thêm giảng viên" not in page.text
    for act in ("people/change", "people/remove", "people/add", "offers/add", "offers/end"):
        values = {"person": str(person), "part": "owner", "agency": str(world.agencies["XP"])}
        anh.post(people.replace("people", act), values, page="/courses/legal-changes", status=404)
    assert parts(app, world)[person] == "author"


def offered(app: Flask, world: World) -> set[int]:
    """Where M is offered."""
    with app.app_context():
        return set(db.session.scalars(sa.select(CourseOffer.agency_id).where(CourseOffer.course_id == world.course)))


def test_the_course_is_offered_within_reach_and_taken_back(app: Flask, world: World, binh: Visitor, chi: Visitor, people: str) -> None:
    with app.app_context():
        db.session.execute(sa.update(Course).values(agency_id=world.agencies["HT"]))
        db.session.execute(sa.update(CourseOffer).values(agency_id=world.agencies["HL"]))
        commit()
    chi.get(f"/study/courses/{world.course}", 404)
    page = binh.get(f"{people}?place=phuc")
    add, end = people.replace("people", "offers/add"), people.replace("people", "offers/end")
    assert [option.text for option in page.all("option") if option.text in ("Xã An Phúc", "Xã Bình Minh")] == ["Xã An Phúc"]
    binh.post(add, {"agency": str(world.agencies["HT"])}, page=page, status=303)
    assert offered(app, world) == {world.agencies["HL"], world.agencies["HT"]}
    chi.get(f"/study/courses/{world.course}")
    for code in ("T", "HL"):
        refused = binh.post(add, {"agency": str(world.agencies[code])}, page=people, status=422)
        assert "trong phạm vi" in refused.text
    out = binh.post(end, {"agency": str(world.agencies["HL"])}, page=people, status=422)
    assert "ngoài phạm vi" in out.text
    binh.post(end, {"agency": str(world.agencies["HT"])}, page=people, status=303)
    assert offered(app, world) == {world.agencies["HL"]}


def test_who_is_enrolled_goes_on_where_the_course_is_offered_no_more(app: Flask, world: World, binh: Visitor, an: Visitor, people: str) -> None:
    binh.post(people.replace("people", "offers/end"), {"agency": str(world.agencies["T"])}, page=people, status=303)
    assert offered(app, world) == set() and "chưa mở ở đơn vị nào" in binh.get(people).text
    an.get(f"/study/courses/{world.course}")
