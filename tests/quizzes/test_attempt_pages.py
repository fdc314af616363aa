"""The trainer's pages of attempts: the list, one attempt with its timeline, and what can be given from there; nothing out of reach."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import db
from lms.quizzes import close_expired, quiz_rules, shown_code
from lms.quizzes.models import Allowance
from tests.cast import CANARY as STRANGER
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Visitor

from .face.sitting import CANARY, Sitter, as_fields
from .test_allowances import in_room, room_of
from .trainers import attempt, essays, sitter_of, timeline


@pytest.fixture
def sitter(app: Flask, world: World) -> Sitter:
    """An before a quiz whose trainer is Bình."""
    return sitter_of(app, world, attempts=9)


@pytest.fixture
def quiz_id(sitter: Sitter) -> int:
    """The quiz."""
    return int(sitter.carry_out(lambda: quiz_rules(sitter.version_id)).quiz_id)


def late_one(sitter: Sitter, time: FakeClock) -> tuple[int, dict[int, list[str]]]:
    """A closed attempt with two late answers; the right answers."""
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    time.forward(minutes=11)
    sitter.carry_out(close_expired)
    for position in (1, 2):
        sitter.save(attempt_id, position, right[position], position)
    time.forward(seconds=1)
    return attempt_id, right


def test_the_list_shows_who_sits_first_and_how_far_they_are(app: Flask, world: World, sitter: Sitter, quiz_id: int, binh: Visitor) -> None:
    sitter.submit(sitter.start())
    other = Sitter(app, world.people["anh"], world.agencies["XM"], sitter.version_id)
    other_id = other.start()
    other.save(other_id, 1, other.right_answers(other_id)[1], 1)
    stranger = Sitter(app, world.people["giao"], world.agencies["HL"], sitter.version_id)
    stranger.start()
    page = binh.get(f"/quizzes/{quiz_id}/attempts")
    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tr")[1:]]
    assert len(rows) == 2 and "CB002" in rows[0] and "1/5" in rows[0] and "Đang làm" in rows[0]
    assert "CB001" in rows[1] and "0/5" in rows[1] and "Đã nộp" in rows[1] and "0 %" in rows[1]
    assert STRANGER not in page.html and len(page.statements) <= 10
    assert f"/quizzes/{quiz_id}/attempts" in binh.get(f"/quizzes/{quiz_id}").links()


def test_the_list_is_searched_by_name_code_and_receipt_and_by_room(app: Flask, world: World, sitter: Sitter, quiz_id: int, binh: Visitor) -> None:
    code = sitter.submit(sitter.start()).receipt_code
    other = Sitter(app, world.people["anh"], world.agencies["XM"], sitter.version_id)
    room_id = room_of(other, world, quiz_id)
    in_room(other)

    def found(query: str) -> list[str]:
        return re.findall(r"CB00\d", binh.get(f"/quizzes/{quiz_id}/attempts?{query}").text)

    assert found("q=nguyen+van") == ["CB001"] and found("q=cb002") == ["CB002"]
    assert found(f"q={shown_code(code).lower()}") == ["CB001"] and found(f"room={room_id}") == ["CB002"]
    assert found("q=khong+co+ai") == [] and found("q=%25") == []
    assert found("page=99") == ["CB002", "CB001"] and found("page=x&room=y") == ["CB002", "CB001"]


def test_one_attempt_tells_everything_that_happened_and_no_key(sitter: Sitter, time: FakeClock, binh: Visitor) -> None:
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)
    sitter.save(attempt_id, 1, right[1], 1)
    time.forward(seconds=5)
    sitter.save(attempt_id, 1, [], 2)
    page = binh.get(f"/quizzes/attempts/{attempt_id}")
    assert "Bắt đầu làm bài (lượt 1)" in page.text and page.text.count("Lưu câu 1") == 2 and "(bỏ trống)" in page.text
    shown = sitter.paper(attempt_id).items[0].question["options"]
    assert next(str(one["text"]) for one in shown if one["key"] == right[1][0]) in page.text
    assert CANARY not in page.html and "correct" not in page.html and len(page.statements) <= 10
    code = sitter.submit(attempt_id).receipt_code
    page = binh.get(f"/quizzes/attempts/{attempt_id}")
    assert shown_code(code) in page.text and "Nộp bài" in page.text and "Xem giải thích từ" in page.text


def test_a_long_timeline_is_shown_by_pages(app: Flask, sitter: Sitter, binh: Visitor) -> None:
    attempt_id = sitter.start()
    for number in range(1, 131):
        sitter.save(attempt_id, 1, [], number)
    first, second = (binh.get(f"/quizzes/attempts/{attempt_id}?page={n}") for n in (1, 2))
    assert first.text.count("Lưu câu 1") == 100 and second.text.count("Lưu câu 1") == 30
    assert "Trang 1 / 2" in first.text and "Bắt đầu làm bài" in second.text and "Bắt đầu làm bài" not in first.text


def test_minutes_are_given_from_the_page_and_twice_by_mistake_only_once(sitter: Sitter, binh: Visitor, world: World) -> None:
    attempt_id = sitter.start()
    before = attempt(sitter, attempt_id).deadline_at
    address = f"/quizzes/attempts/{attempt_id}"
    page = binh.get(address)
    for _click in range(2):
        binh.post(f"{address}/minutes", {"minutes-minutes": "10", "minutes-note": "Mất điện"}, page=page, status=303)
    after = attempt(sitter, attempt_id).deadline_at
    assert before and after and (after - before).total_seconds() == 600
    shown = binh.get(address).text
    assert "Thêm 10 phút; hạn nộp mới" in shown and "Mất điện" in shown and "Trần Thị Bình" in shown


@pytest.mark.parametrize(("typed", "said"), [("", "nhập một số"), ("mười", "nhập một số"), ("0", "nhập một số"), ("9999", "nhập một số")])
def test_a_wrong_number_gets_a_sentence_and_keeps_the_reason(sitter: Sitter, binh: Visitor, typed: str, said: str) -> None:
    attempt_id = sitter.start()
    address = f"/quizzes/attempts/{attempt_id}"
    answer = binh.post(f"{address}/minutes", {"minutes-minutes": typed, "minutes-note": "Mất điện ở xã"}, page=address, status=422)
    assert said in answer.text and 'value="Mất điện ở xã"' in answer.html
    answer = binh.post(f"{address}/minutes", {"minutes-minutes": "5", "minutes-note": " "}, page=address, status=422)
    assert "ghi lý do" in answer.text and 'value="5"' in answer.html


def test_another_attempt_and_opening_again_are_given_from_the_page(sitter: Sitter, quiz_id: int, time: FakeClock, binh: Visitor) -> None:
    attempt_id, _right = late_one(sitter, time)
    address = f"/quizzes/attempts/{attempt_id}"
    binh.post(f"{address}/more", {"more-number": "2", "more-note": "Máy hỏng"}, page=address, status=303)
    given = sa.select(Allowance.kind, Allowance.amount, Allowance.person_id, Allowance.note)
    assert sitter.carry_out(lambda: db.session.execute(given).one()) == ("attempts", 2, sitter.person_id, "Máy hỏng")
    binh.post(f"{address}/reopen", {"reopen-minutes": "7", "reopen-note": "Máy hỏng"}, page=address, status=303)
    assert attempt(sitter, attempt_id).is_open and "Mở lại trong 7 phút" in binh.get(address).text
    sitter.submit(attempt_id)
    page = binh.get(address)
    assert "không mở lại được" in page.text and f"{address}/reopen" not in page.html
    answer = binh.post(f"{address}/reopen", {"reopen-minutes": "7", "reopen-note": "Máy hỏng"}, page=page, status=422)
    assert "đã xem giải thích của lượt này" in answer.text


def test_late_answers_are_accepted_from_the_page(sitter: Sitter, time: FakeClock, binh: Visitor) -> None:
    attempt_id, _right = late_one(sitter, time)
    address = f"/quizzes/attempts/{attempt_id}"
    page = binh.get(address)
    late = [line.id for line in timeline(sitter, attempt_id) if line.kind == "late"]
    assert "Câu trả lời đến muộn" in page.text and [f.get("value") for f in page.all("input") if f.get("name") == "event"] == [str(n) for n in late]
    answer = binh.post(f"{address}/accept", {"event": [str(late[1])], "accept-note": ""}, page=page, status=422)
    assert [f.get("value") for f in answer.all("input") if f.get("checked") is not None] == [str(late[1])]
    answer = binh.post(f"{address}/accept", {"event": ["x", "99999999999"], "accept-note": "Mất mạng"}, page=page, status=422)
    assert "chọn ít nhất một câu" in answer.text
    binh.post(f"{address}/accept", {"event": [str(late[1])], "accept-note": "Mất mạng"}, page=page, status=303)
    assert attempt(sitter, attempt_id).points == 100
    page = binh.get(address)
    assert "Chấp nhận câu 2 đến muộn" in page.text and [f.get("value") for f in page.all("input") if f.get("name") == "event"] == [str(late[0])]


def test_a_whole_room_gets_more_from_the_list(app: Flask, world: World, sitter: Sitter, quiz_id: int, binh: Visitor) -> None:
    room_id = room_of(sitter, world, quiz_id)
    attempt_id = in_room(sitter)
    before = attempt(sitter, attempt_id).deadline_at
    address = f"/quizzes/{quiz_id}/attempts"
    assert "Cho cả phòng" not in binh.get(address).text
    page = binh.get(f"{address}?room={room_id}")
    typed = {"room-what": "minutes", "room-number": "15", "room-note": "Mất điện"}
    assert "ghi lý do" in binh.post(f"{address}/room/{room_id}", typed | {"room-note": ""}, page=page, status=422).text
    binh.post(f"{address}/room/{room_id}", typed, page=page, status=303)
    after = attempt(sitter, attempt_id).deadline_at
    assert before and after and (after - before).total_seconds() == 900
    binh.post(f"{address}/room/{room_id}", {"room-what": "attempts", "room-number": "1", "room-note": "Mất điện"}, page=page, status=303)
    assert "cho cả phòng Phòng PHONG1" in binh.get(f"/quizzes/attempts/{attempt_id}").text


def test_one_person_gets_more_before_they_begin(sitter: Sitter, world: World, quiz_id: int, binh: Visitor) -> None:
    address = f"/quizzes/{quiz_id}/attempts"
    typed: dict[str, Any] = {"person-what": "minutes", "person-number": "15", "person-note": "Mắt kém"}
    for who in ("CB999", "CB007"):
        answer = binh.post(f"{address}/person", typed | {"person-who": who}, page=address, status=422)
        assert "Không tìm thấy người" in answer.text and f'value="{who}"' in answer.html
    assert "chính mình" in binh.post(f"{address}/person", typed | {"person-who": "CB003"}, page=address, status=422).text
    binh.post(f"{address}/person", typed | {"person-who": "cb001"}, page=address, status=303)
    started = attempt(sitter, sitter.start())
    assert started.deadline_at and (started.deadline_at - started.started_at).total_seconds() == 25 * 60


def test_texts_and_other_kinds_are_shown_as_they_were_written(app: Flask, world: World, binh: Visitor) -> None:
    sitter = sitter_of(app, world, essays(), blueprint=[{"topic": "mot", "take": 1}])
    attempt_id = sitter.start()
    sitter.save(attempt_id, 1, ["<b>Tôi khóa màn hình</b>"], 1)
    sitter.submit(attempt_id)
    page = binh.get(f"/quizzes/attempts/{attempt_id}")
    assert "<b>Tôi khóa" not in page.html and "<b>Tôi khóa màn hình</b>" in page.text and "Chờ chấm 1 câu" in page.text
    assert "Bài mẫu" not in page.text


def test_nobody_else_comes_near(
    app: Flask, world: World, sitter: Sitter, quiz_id: int, an: Visitor, chi: Visitor, giang: Visitor, nobody: Visitor, binh: Visitor
) -> None:
    attempt_id = sitter.start()
    stranger = Sitter(app, world.people["giao"], world.agencies["HL"], sitter.version_id)
    stranger_id = stranger.start()
    addresses = [f"/quizzes/{quiz_id}/attempts", f"/quizzes/attempts/{attempt_id}"]
    for address in addresses:
        for visitor in (an, chi, giang):
            assert visitor.knock("GET", address).status in (403, 404)
        assert nobody.knock("GET", address).status == 302
    binh.get(f"/quizzes/attempts/{stranger_id}", status=404)
    page = binh.get(addresses[1])
    for deed, data in (
        ("minutes", {"minutes-minutes": "5", "minutes-note": "x"}),
        ("more", {"more-number": "1", "more-note": "x"}),
        ("reopen", {"reopen-minutes": "5", "reopen-note": "x"}),
        ("accept", {"event": "1", "accept-note": "x"}),
        ("accept", {}),
    ):
        binh.post(f"/quizzes/attempts/{stranger_id}/{deed}", data, page=page, status=404)
    binh.post("/quizzes/99999/attempts/person", {"person-who": "x"}, page=page, status=404)
    binh.post(f"/quizzes/{quiz_id}/attempts/room/99999", {"room-what": "minutes", "room-number": "5", "room-note": "x"}, page=page, status=404)


def test_a_full_page_of_attempts_takes_no_more_statements(app: Flask, world: World, sitter: Sitter, quiz_id: int, binh: Visitor) -> None:
    for _turn in range(9):
        sitter.submit(sitter.start(), *as_fields({}))
    assert len(binh.get(f"/quizzes/{quiz_id}/attempts").statements) <= 10
