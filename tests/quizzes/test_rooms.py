"""Rooms of a quiz: opened by a trainer at an agency in reach, with a code that can be read aloud; their hours change at once."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.quizzes.models import Quiz, QuizRoom
from lms.quizzes.quiz_rooms import READABLE
from tests.cast import World
from tests.pages import Visitor
from tests.quizzes.test_rules_pages import quiz, trail, typed

__all__ = ["quiz"]
HOURS = {"opens_on": "2026-12-01", "opens_time": "08:00", "closes_on": "2026-12-01", "closes_time": "9h30"}


def rooms(app: Flask) -> list[QuizRoom]:
    with app.app_context():
        found = list(db.session.scalars(sa.select(QuizRoom).order_by(QuizRoom.id)))
        db.session.expunge_all()
        return found


def open_room(visitor: Visitor, quiz: int, at: int, status: int = 303, **more: str) -> Any:
    page = visitor.get(f"/quizzes/{quiz}/rooms")
    said = {"title": "Phòng 1, ca sáng", "agency_id": str(at), **HOURS, **more}
    return visitor.post(f"/quizzes/{quiz}/rooms", typed(page, **said), page=page, status=status)


def test_a_room_gets_a_code_that_is_easy_to_read_and_a_page_for_the_wall(app: Flask, world: World, binh: Visitor, quiz: int) -> None:
    answer = open_room(binh, quiz, world.agencies["XP"])
    room = rooms(app)[0]
    assert len(room.access_code) == 6 and set(room.access_code) <= set(READABLE) and room.made_by_id == world.people["binh"]
    page = binh.get(answer.response.headers["Location"])
    assert room.access_code in page.text and "Xã An Phúc" in page.text and "Từ 08:00 01/12/2026 đến 09:30 01/12/2026" in page.text
    listed = binh.get(f"/quizzes/{quiz}/rooms")
    assert room.access_code in listed.text and "chưa mở" in listed.text and "hiện không hỏi mã phòng thi" in listed.text
    assert "Luôn mở. 1 phòng thi ở các đơn vị" in binh.get(f"/quizzes/{quiz}").text
    assert trail(app, "add-room") == [{"key": "cuoi-khoa", "room": "Phòng 1, ca sáng", "opens": "08:00 01/12/2026", "closes": "09:30 01/12/2026"}]
    assert not set(READABLE) & set("O0I1L5SB")


def test_a_typed_code_is_kept_in_capitals_and_is_used_once(app: Flask, world: World, binh: Visitor, quiz: int) -> None:
    open_room(binh, quiz, world.agencies["XP"], access_code=" an phuc 1")
    assert rooms(app)[0].access_code == "ANPHUC1"
    again = open_room(binh, quiz, world.agencies["HT"], 422, access_code="anphuc1", title="Phòng khác")
    assert "đã có một phòng dùng mã đó" in again.text and typed(again)["title"] == "Phòng khác"
    assert len(rooms(app)) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Anh/Chị nhập tên phòng"),
        ({"access_code": "Đ-1"}, "4 đến 12 chữ cái"),
        ({"closes_time": "7:00"}, "Giờ đóng phải sau giờ mở"),
        ({"opens_on": ""}, "nhập ngày theo dạng"),
        ({"closes_on": "", "closes_time": ""}, "nhập ngày theo dạng"),
        ({"agency_id": "999"}, "Anh/Chị chọn một mục"),
    ],
)
def test_bad_input_is_said_and_kept(app: Flask, world: World, binh: Visitor, quiz: int, changes: dict[str, str], said: str) -> None:
    answer = open_room(binh, quiz, world.agencies["XP"], 422, **changes)
    assert said in answer.text and typed(answer)["opens_time"] == "08:00"
    assert rooms(app) == []


def test_a_room_is_opened_only_at_an_agency_in_reach(app: Flask, world: World, binh: Visitor, quiz: int) -> None:
    for code in ("HL", "T"):
        open_room(binh, quiz, world.agencies[code], 422)
    assert rooms(app) == []


def test_a_room_of_another_district_and_of_another_quiz_is_not_found(app: Flask, world: World, binh: Visitor, an: Visitor, quiz: int) -> None:
    open_room(binh, quiz, world.agencies["XP"])
    room_id = rooms(app)[0].id
    binh.get(f"/quizzes/{quiz + 1}/rooms/{room_id}", 404)
    an.get(f"/quizzes/{quiz}/rooms/{room_id}", 403)
    with app.app_context():
        db.session.execute(sa.update(QuizRoom).values(agency_id=world.agencies["HL"]))
        commit()
    assert rooms(app)[0].access_code not in binh.get(f"/quizzes/{quiz}/rooms").text
    form = binh.get(f"/quizzes/{quiz}/rooms")
    for address in (f"/quizzes/{quiz}/rooms/{room_id}", f"/quizzes/{quiz}/rooms/{room_id}/edit"):
        binh.get(address, 404)
    binh.post(f"/quizzes/{quiz}/rooms/{room_id}/edit", {"title": "Của tôi", **HOURS}, page=form, status=404)
    assert rooms(app)[0].title == "Phòng 1, ca sáng"


def test_hours_of_a_room_change_and_an_old_page_overwrites_nothing_unseen(app: Flask, world: World, binh: Visitor, quiz: int) -> None:
    open_room(binh, quiz, world.agencies["XP"])
    before = rooms(app)[0]
    address = f"/quizzes/{quiz}/rooms/{before.id}/edit"
    mine, other = binh.get(address), binh.get(address)
    binh.post(address, typed(other, closes_time="10:00"), page=other, status=303)
    refused = binh.post(address, typed(mine, title="Phòng A"), page=mine, status=422)
    assert "vừa đổi phòng này" in refused.text and typed(refused)["title"] == "Phòng A"
    after = rooms(app)[0]
    assert (after.closes_at - before.closes_at).seconds == 1800 and after.access_code == before.access_code
    assert [said["closes"] for said in trail(app, "change-room")] == ["10:00 01/12/2026"]
    backwards = binh.get(address)
    assert "Giờ đóng phải sau" in binh.post(address, typed(backwards, closes_time="07:00"), page=backwards, status=422).text


def test_a_double_click_opens_one_room(app: Flask, world: World, binh: Visitor, quiz: int) -> None:
    page = binh.get(f"/quizzes/{quiz}/rooms")
    said = typed(page, title="Phòng 1", agency_id=str(world.agencies["XP"]), **HOURS)
    places = {binh.post(f"/quizzes/{quiz}/rooms", said, page=page, key=page.keys()[-1], status=303).response.headers["Location"] for _click in (1, 2)}
    assert len(rooms(app)) == 1 and len(places) == 1


def test_the_list_needs_the_same_few_statements_however_many_rooms(app: Flask, world: World, binh: Visitor, quiz: int) -> None:
    open_room(binh, quiz, world.agencies["XP"])
    few = len(binh.get(f"/quizzes/{quiz}/rooms").statements)
    with app.app_context():
        held = db.session.scalars(sa.select(QuizRoom)).one()
        assert db.session.scalar(sa.select(Quiz.is_in_rooms)) is False
        values = {"opens_at": held.opens_at, "closes_at": held.closes_at, "made_at": held.made_at, "made_by_id": None}
        for number in range(30):
            place = {"quiz_id": quiz, "agency_id": held.agency_id, "title": f"Phòng {number}", "access_code": f"MA{number:04}"}
            db.session.add(QuizRoom(**place, **values))
        commit()
    assert len(binh.get(f"/quizzes/{quiz}/rooms").statements) == few
