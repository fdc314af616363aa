"""A trainer's pages of a quiz: rules in words, blueprint and bank, equally hard papers, editing, the window; and what is nobody else's business."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms import quizzes
from lms.base import commit, db
from lms.courses import current_revision_id, steps_of
from lms.quizzes import Question, Quiz, QuizVersion
from lms.site import Audit
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Page, Visitor

from .face.sitting import load


@pytest.fixture
def quiz(app: Flask, world: World) -> int:
    """The id of the quiz of the course M."""
    with app.app_context():
        return int(db.session.scalars(sa.select(Quiz.id).where(Quiz.key == "cuoi-khoa")).one())


def bank_of(app: Flask, quiz_id: int) -> int:
    with app.app_context():
        return int(db.session.scalars(sa.select(Quiz.bank_id).where(Quiz.id == quiz_id)).one())


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    """What the form of a page holds, with some fields typed anew; None takes a field away (a box that is not ticked)."""
    form = page.all("form")[-1]
    fields: dict[str, Any] = {}
    for field in form.iter("input"):
        is_off = field.get("type") == "checkbox" and field.get("checked") is None
        if field.get("name") not in (None, "_key", "next") and not is_off:
            fields[field.get("name", "")] = field.get("value", "y" if field.get("type") == "checkbox" else "")
    for choice in form.iter("select"):
        options = list(choice.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        fields[choice.get("name", "")] = chosen[0].get("value", "")
    return {name: value for name, value in (fields | changes).items() if value is not None}


def rules_now(app: Flask, quiz_id: int) -> QuizVersion:
    is_current = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    with app.app_context():
        version = db.session.scalars(sa.select(QuizVersion).join(Quiz, is_current).where(Quiz.id == quiz_id)).one()
        db.session.expunge(version)
        return version


def trail(app: Flask, action: str) -> list[dict[str, Any]]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Audit.details).where(Audit.action == action, Audit.thing == "quiz").order_by(Audit.id)))


def test_the_page_says_the_rules_and_what_the_bank_has(binh: Visitor, quiz: int) -> None:
    page = binh.get(f"/quizzes/{quiz}")
    assert page.h1 == "Bài thi cuối khóa"
    for said in ("10 phút", "80 %", "Mật khẩu", "Lừa đảo", "Ngân hàng có", "Luôn mở", "Chấm khi nộp bài", "chưa câu nào có đủ 10 lượt trả lời"):
        assert said in page.text, said
    assert "Ngân hàng đủ cho 1 lượt không trùng" in page.text and "2 lượt sẽ gặp lại" in page.text
    assert f"/quizzes/{quiz}/edit" in page.links() and f"/quizzes/{quiz}/rooms" in page.links()


def test_nobody_else_gets_there(app: Flask, an: Visitor, chi: Visitor, giang: Visitor, nobody: Visitor, binh: Visitor, quiz: int) -> None:
    addresses = [f"/quizzes/{quiz}{more}" for more in ("", "/edit", "/window", "/rooms")] + [f"/quizzes/banks/{bank_of(app, quiz)}/quizzes"]
    for address in addresses:
        for one in (an, chi, giang):
            one.get(address, 403)
        nobody.get(address, 302)
    form = binh.get(f"/quizzes/{quiz}/edit")
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM course_trainer"))
        commit()
    for address in addresses:
        binh.get(address, 404)
        if not address.endswith(str(quiz)):
            binh.post(address, typed(form), page=form, status=404)


def test_a_quiz_of_another_bank_of_the_district_is_in_reach_and_one_of_the_province_is_not(app: Flask, world: World, binh: Visitor) -> None:
    for agency, status in (("HT", 200), ("T", 404)):
        with app.app_context():
            db.session.execute(sa.text("DELETE FROM bank WHERE key = 'none'"))
        report = load(app, world.agencies["HT"])
        with app.app_context():
            db.session.execute(sa.text("UPDATE bank SET agency_id = :agency WHERE key = 'Q'"), {"agency": world.agencies[agency]})
            commit()
            quiz_id = db.session.scalars(sa.select(QuizVersion.quiz_id).where(QuizVersion.id == report.quiz_versions["thi"])).one()
        binh.get(f"/quizzes/{quiz_id}", status)


def test_saving_makes_a_new_version_and_the_course_takes_it_when_it_is_published(app: Flask, world: World, binh: Visitor, quiz: int) -> None:
    before = rules_now(app, quiz)
    page = binh.get(f"/quizzes/{quiz}/edit")
    assert "khi khóa học được công bố lại" in page.text
    changes = {"minutes": "25", "attempts": "", "per_page": "2", "takes": "last", "review_after": "score", "lines-1-difficulty": "easy"}
    answer = binh.post(f"/quizzes/{quiz}/edit", typed(page, **changes), page=page, status=303)
    assert answer.response.headers["Location"].endswith(f"/quizzes/{quiz}")
    after = rules_now(app, quiz)
    assert (after.number, after.minutes, after.attempts, after.per_page, after.takes, after.review_after) == (2, 25, None, 2, "last", "score")
    assert after.blueprint == [{"topic": "mat-khau", "take": 3}, {"topic": "lua-dao", "take": 2, "difficulty": "easy"}]
    assert after.title == {"vi": "Bài thi cuối khóa", "en": "Final test"} and after.made_by_id == world.people["binh"]
    shown = binh.get(f"/quizzes/{quiz}")
    assert "sửa trên hệ thống" in shown.text and "Lượt cuối cùng".lower() in shown.text and "Trần Thị Bình" in shown.text
    with app.app_context():
        assert [step.quiz_version_id for step in steps_of(current_revision_id(world.course)) if step.kind == "quiz"] == [before.id]
    course = binh.get(f"/courses/{world.course}")
    assert "Quy định mới của bài kiểm tra" in course.text
    binh.post(f"/courses/{world.course}/publish", page=course, status=303)
    with app.app_context():
        assert [step.quiz_version_id for step in steps_of(current_revision_id(world.course)) if step.kind == "quiz"] == [after.id]
    assert "Quy định mới của bài kiểm tra" not in binh.get(f"/courses/{world.course}").text
    assert trail(app, "edit") == [{"key": "cuoi-khoa", "number": 2}]


def test_saving_without_a_change_makes_no_version(app: Flask, binh: Visitor, quiz: int) -> None:
    page = binh.get(f"/quizzes/{quiz}/edit")
    binh.post(f"/quizzes/{quiz}/edit", typed(page), page=page, status=303)
    assert rules_now(app, quiz).number == 1 and trail(app, "edit") == []
    assert "sửa trên hệ thống" not in binh.get(f"/quizzes/{quiz}").text


def test_a_row_is_added_in_a_spare_one_and_removed_by_emptying_it(app: Flask, binh: Visitor, quiz: int) -> None:
    page = binh.get(f"/quizzes/{quiz}/edit")
    assert "lines-3-topic" in page.html and "lines-4-topic" not in page.html
    changes = {"lines-0-topic": "", "lines-0-take": "", "lines-2-question": "m01-02"}
    binh.post(f"/quizzes/{quiz}/edit", typed(page, **changes), page=page, status=303)
    assert rules_now(app, quiz).blueprint == [{"topic": "lua-dao", "take": 2}, {"question": "m01-02"}]
    again = binh.get(f"/quizzes/{quiz}/edit")
    assert typed(again)["lines-1-question"] == "m01-02" and "lines-3-topic" in again.html and "lines-4-topic" not in again.html
    assert "Câu cố định m01-02" in binh.get(f"/quizzes/{quiz}").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": "chín"}, "một số từ 1 đến 600"),
        ({"minutes": "601"}, "một số từ 1 đến 600"),
        ({"pass_percent": ""}, "một số từ 0 đến 100"),
        ({"title_vi": " "}, "Anh/Chị nhập tên bài kiểm tra"),
        ({"lines-0-take": "99"}, "Chủ đề Mật khẩu có 5 câu phù hợp, đề cần 99"),
        ({"lines-0-take": ""}, "Anh/Chị nhập số câu"),
        ({"lines-0-topic": ""}, "Anh/Chị chọn chủ đề"),
        ({"lines-0-question": "m01-01"}, "không phải cả hai"),
        ({"lines-2-question": "khong-co"}, "Không có câu hỏi khong-co"),
        ({"lines-2-question": "m01-s1"}, "không dùng được cho bài này"),
        ({"behaviour": "practice"}, "không tính điểm"),
        ({"behaviour": "no-such"}, "Anh/Chị chọn một mục"),
        ({"levels-0-title": "Cơ bản", "levels-0-from_percent": "0"}, "từ 2 đến 10 mức"),
        ({"levels-0-title": "A", "levels-0-from_percent": "0", "levels-1-title": "B", "levels-1-from_percent": "50"}, "không có điểm đạt"),
    ],
)
def test_bad_input_gets_one_sentence_and_keeps_what_was_typed(app: Flask, binh: Visitor, quiz: int, changes: dict[str, str], said: str) -> None:
    page = binh.get(f"/quizzes/{quiz}/edit")
    answer = binh.post(f"/quizzes/{quiz}/edit", typed(page, title_en="Kept as typed", **changes), page=page, status=422)
    assert said in answer.text
    kept = typed(answer)
    assert kept["title_en"] == "Kept as typed"
    assert all(kept[name] == value.strip() for name, value in changes.items() if name != "behaviour")
    assert rules_now(app, quiz).number == 1


def test_an_old_page_overwrites_nothing_unseen(app: Flask, binh: Visitor, quiz: int) -> None:
    mine, other = binh.get(f"/quizzes/{quiz}/edit"), binh.get(f"/quizzes/{quiz}/edit")
    binh.post(f"/quizzes/{quiz}/edit", typed(other, minutes="33"), page=other, status=303)
    conflict = binh.post(f"/quizzes/{quiz}/edit", typed(mine, minutes="44"), page=mine, status=422)
    assert "Có người vừa lưu" in conflict.text and "33 phút" in conflict.text and typed(conflict)["minutes"] == "44"
    assert rules_now(app, quiz).minutes == 33
    binh.post(f"/quizzes/{quiz}/edit", typed(conflict), page=conflict, status=303)
    assert (rules_now(app, quiz).number, rules_now(app, quiz).minutes) == (3, 44)


def test_a_double_click_saves_once(app: Flask, binh: Visitor, quiz: int) -> None:
    page = binh.get(f"/quizzes/{quiz}/edit")
    for _click in range(2):
        binh.post(f"/quizzes/{quiz}/edit", typed(page, minutes="33"), page=page, key=page.keys()[-1], status=303)
    assert rules_now(app, quiz).number == 2


def test_a_new_quiz_is_added_to_a_bank_once(app: Flask, binh: Visitor, quiz: int) -> None:
    address = f"/quizzes/banks/{bank_of(app, quiz)}/quizzes"
    page = binh.get(address)
    said = {"key": "giua-khoa", "title_vi": "Bài giữa khóa", "lines-0-topic": "lua-dao", "lines-0-take": "2"}
    first = binh.post(address, typed(page, **said), page=page, status=303)
    shown = binh.get(first.response.headers["Location"])
    assert shown.h1 == "Bài giữa khóa" and "Lừa đảo" in shown.text
    page = binh.get(address)
    assert "đã có bài kiểm tra mang mã này" in binh.post(address, typed(page, **said), page=page, status=422).text
    assert "Mã chỉ gồm" in binh.post(address, typed(page, **said | {"key": "Giữa khóa"}), page=page, status=422).text
    with app.app_context():
        assert db.session.scalars(sa.select(Quiz.version_number).where(Quiz.key == "giua-khoa")).all() == [1]


def test_the_window_takes_effect_at_once(app: Flask, binh: Visitor, quiz: int, time: FakeClock) -> None:
    page = binh.get(f"/quizzes/{quiz}/window")
    hours = {"opens_on": "2026-12-01", "opens_time": "8h", "closes_on": "01/12/2026", "closes_time": "09:30", "is_in_rooms": "y"}
    binh.post(f"/quizzes/{quiz}/window", typed(page, **hours), page=page, status=303)
    shown = binh.get(f"/quizzes/{quiz}")
    assert "Mở từ 08:00 01/12/2026 đến 09:30 01/12/2026" in shown.text and "nhập mã phòng thi" in shown.text
    with app.app_context():
        rules = quizzes.quiz_rules(rules_now(app, quiz).id)
        assert rules.opens_at is not None and rules.closes_at is not None and rules.is_in_rooms
        assert rules.closes_at - rules.opens_at == timedelta(hours=1, minutes=30) and rules.opens_at.hour == 1
    said = {"key": "cuoi-khoa", "opens": "08:00 01/12/2026", "closes": "09:30 01/12/2026", "in_rooms": True}
    assert trail(app, "set-window") == [said]
    page = binh.get(f"/quizzes/{quiz}/window")
    assert typed(page)["opens_time"] == "08:00"
    nothing = {"opens_on": "", "opens_time": "", "closes_on": "", "closes_time": "", "is_in_rooms": None}
    binh.post(f"/quizzes/{quiz}/window", typed(page, **nothing), page=page, status=303)
    assert "Luôn mở" in binh.get(f"/quizzes/{quiz}").text


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({"opens_on": "2026-12-01", "opens_time": ""}, "nhập giờ theo dạng 08:00"),
        ({"opens_on": "", "opens_time": "8:00"}, "nhập ngày theo dạng"),
        ({"opens_on": "2026-12-01", "opens_time": "25:00"}, "nhập giờ theo dạng 08:00"),
        ({"opens_on": "mai", "opens_time": "8:00"}, "nhập ngày theo dạng"),
        ({"opens_on": "2026-12-02", "opens_time": "8:00", "closes_on": "2026-12-01", "closes_time": "9:00"}, "Giờ đóng phải sau giờ mở"),
    ],
)
def test_hours_that_make_no_sense_are_said_and_kept(app: Flask, binh: Visitor, quiz: int, hours: dict[str, str], said: str) -> None:
    page = binh.get(f"/quizzes/{quiz}/window")
    answer = binh.post(f"/quizzes/{quiz}/window", typed(page, **hours), page=page, status=422)
    assert answer.text.count(said) == 1 and typed(answer)["opens_time"] == hours["opens_time"]
    assert trail(app, "set-window") == []


def test_an_old_page_of_the_window_overwrites_nothing_unseen(app: Flask, binh: Visitor, quiz: int) -> None:
    mine, other = binh.get(f"/quizzes/{quiz}/window"), binh.get(f"/quizzes/{quiz}/window")
    binh.post(f"/quizzes/{quiz}/window", typed(other, opens_on="2026-12-01", opens_time="8:00"), page=other, status=303)
    refused = binh.post(f"/quizzes/{quiz}/window", typed(mine, opens_on="2026-12-05", opens_time="8:00"), page=mine, status=422)
    assert "vừa đổi thời gian" in refused.text
    assert len(trail(app, "set-window")) == 1


def test_papers_that_are_not_equally_hard_are_said(app: Flask, binh: Visitor, quiz: int) -> None:
    def measure(*percents: int) -> str:
        with app.app_context():
            in_tests = sa.select(Question.id).where(Question.bank_id == bank_of(app, quiz), Question.use == "test")
            for place, question_id in enumerate(db.session.scalars(in_tests.order_by(Question.key)).all()):
                percent = percents[place % len(percents)]
                db.session.execute(sa.update(Question).where(Question.id == question_id).values(facility_percent=percent, facility_of=40))
            commit()
        return binh.get(f"/quizzes/{quiz}").text

    assert "Các đề khó ngang nhau" in measure(72, 70)
    page = binh.get(f"/quizzes/{quiz}/edit")
    binh.post(f"/quizzes/{quiz}/edit", typed(page, **{"lines-0-take": "1", "lines-1-take": "", "lines-1-topic": ""}), page=page, status=303)
    assert "Nên chia dòng của chủ đề theo mức độ" in measure(90, 10, 90, 10, 50)
    with app.app_context():
        db.session.execute(sa.update(Question).where(Question.key != "m01-01").values(facility_percent=None, facility_of=3))
        commit()
    assert "còn là ước đoán" in binh.get(f"/quizzes/{quiz}").text
