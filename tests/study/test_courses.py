"""The desk, the catalogue, a course and its lessons."""

import pytest
from flask import Flask

from lms.base import clock, db
from lms.certificates import Certificate
from lms.study import Completion, Enrolment, HoursEntry, assign_course
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Visitor
from tests.study.learner import Learner


def test_an_sees_what_is_due_and_begins_with_one_button(an: Visitor, world: World) -> None:
    desk = an.get("/study")
    assert "Khóa học mẫu về mật khẩu" in desk.text
    assert "còn 30 ngày" in desk.text
    assert "Chưa bắt đầu" in desk.text
    answer = an.post(f"/study/courses/{world.course}/enrol", page=desk, status=303)
    assert answer.response.headers["Location"].endswith("/lessons/01-dai")
    assert "Tiếp tục học" in an.get("/study").text


def test_an_overdue_course_is_said_in_words(an: Visitor, time: FakeClock) -> None:
    time.forward(days=33)
    an.sign_in("an", "mat-khau-cua-an-2026")
    desk = an.get("/study")
    assert "Quá hạn" in desk.text
    assert "quá hạn 3 ngày" in desk.text


def test_the_due_day_itself_is_not_late(an: Visitor, time: FakeClock) -> None:
    time.forward(days=30)
    an.sign_in("an", "mat-khau-cua-an-2026")
    assert "hôm nay là ngày cuối" in an.get("/study").text


@pytest.mark.parametrize("query", ["mat khau", "MẬT KHẨU", "mật khẩu"])
def test_the_catalogue_is_searched_without_accents(an: Visitor, query: str) -> None:
    found = an.get("/study/courses", query_string={"q": query})
    assert "Tìm thấy 1 khóa học" in found.text
    assert "Không có khóa học nào khớp" in an.get("/study/courses", query_string={"q": "không có khóa nào"}).text


def test_somebody_enrols_by_themselves_once(binh: Visitor, app: Flask, world: World) -> None:
    course = f"/study/courses/{world.course}"
    assert "tự chọn" in binh.get(course).text
    assert binh.knock("GET", f"{course}/lessons/01-dai").response.headers["Location"] == course
    key = binh.get(course).key(f"{course}/enrol")
    for _again in range(2):
        binh.post(f"{course}/enrol", key=key, status=303)
    with app.app_context():
        mine = db.session.query(Enrolment).filter_by(person_id=world.people["binh"]).all()
        assert [(one.state, one.is_required, one.agency_name) for one in mine] == [("in_progress", False, "Huyện Thuận An")]


def test_assigning_again_enrols_nobody_twice_and_moves_the_due_day(app: Flask, an: Visitor, world: World) -> None:
    Learner(an, world.course).read("01-dai")
    with app.app_context():
        people = list(world.people.values())
        assert assign_course(None, people, world.course, clock.today()) == len(people) - 3
        assert assign_course(None, people, world.course, clock.today()) == 0
        an_s = db.session.query(Enrolment).filter_by(person_id=world.people["an"]).one()
        assert (an_s.state, an_s.is_required, an_s.due_on) == ("in_progress", True, clock.today())
        assert db.session.query(Enrolment).count() == len(people)


def test_a_lesson_shows_text_picture_self_check_law_and_its_neighbours(an: Visitor, world: World) -> None:
    course = f"/study/courses/{world.course}"
    page = an.get(f"{course}/lessons/01-dai")
    assert page.h1 == "Mật khẩu dài"
    assert "Câu hỏi m01-s1?" in page.text
    assert "Xem giải thích" in page.text and "Vì sao 1 của m01-s1." in page.text
    assert "Luật An ninh mạng 116/2025/QH15" in page.text and "24/11/2026" in page.text
    assert any(link.endswith("/lessons/02-la") for link in page.links())
    assert page.all("img")[-1].get("alt") == "Một hình vuông màu xanh"


def test_the_print_view_has_no_frame(an: Visitor, world: World) -> None:
    page = an.get(f"/study/courses/{world.course}/lessons/01-dai", query_string={"print": "1"})
    assert not page.all("header")
    assert page.h1 == "Mật khẩu dài"
    assert any(button.get("data-print") is not None for button in page.all("button"))


def test_reading_a_lesson_leads_to_the_next_one_and_counts_once(an: Visitor, world: World) -> None:
    course = f"/study/courses/{world.course}"
    for _again in range(2):
        answer = an.post(f"{course}/lessons/01-dai/read", page=f"{course}/lessons/01-dai", status=303)
        assert answer.response.headers["Location"].endswith("/lessons/02-la")
    page = an.get(course)
    assert "Xong 1/3 phần · còn khoảng 14 phút" in page.text
    assert "Còn 1 bài học chưa bấm “Đã học xong”" in page.text
    answer = an.post(f"{course}/lessons/02-la/read", page=f"{course}/lessons/02-la", status=303)
    assert answer.response.headers["Location"].endswith("/quizzes/cuoi-khoa")


def test_pages_of_a_course_answer_an_unchanged_etag_with_304(an: Visitor, world: World) -> None:
    for path in ("/study", f"/study/courses/{world.course}", f"/study/courses/{world.course}/lessons/01-dai"):
        tag = an.get(path).response.headers["ETag"]
        assert an.knock("GET", path, headers={"If-None-Match": tag}).status == 304


def test_the_course_completes_when_all_is_read_and_passed_whatever_came_last(an: Visitor, anh: Visitor, app: Flask, world: World) -> None:
    first, second = Learner(an, world.course), Learner(anh, world.course)
    first.read()
    result = first.pass_test()
    assert "Anh/Chị đã hoàn thành khóa học này." in result.text
    assert any(link.startswith("/certificates/") for link in result.links())
    assert "Để hoàn thành khóa học" in second.pass_test().text
    second.read()
    assert "Giấy chứng nhận" in anh.get("/study").text
    with app.app_context():
        completions = db.session.query(Completion).order_by(Completion.id).all()
        assert [one.percent for one in completions] == [100, 100]
        assert [(one.hours, one.year) for one in db.session.query(HoursEntry)] == [(2, clock.today().year)] * 2
        certificates = db.session.query(Certificate).order_by(Certificate.number).all()
        assert [(one.number, one.person_name, one.agency_name) for one in certificates] == [
            (1, "Nguyễn Văn An", "Xã An Phúc"),
            (2, "Đặng Thị Ánh", "Xã Bình Minh"),
        ]
        assert {one.certificate_id for one in completions} == {one.id for one in certificates}
        states = db.session.query(Enrolment.state).filter(Enrolment.person_id.in_([world.people["an"], world.people["anh"]]))
        assert {state for (state,) in states} == {"completed"}


def test_failing_completes_nothing(an: Visitor, app: Flask, world: World) -> None:
    learner = Learner(an, world.course)
    learner.read()
    result = learner.fail_test()
    assert "Chưa đạt" in result.text
    with app.app_context():
        assert db.session.query(Completion).count() == 0
        assert db.session.query(Enrolment).filter_by(person_id=world.people["an"]).one().state == "in_progress"


def test_foreign_and_unknown_courses_are_not_found(an: Visitor, world: World) -> None:
    for path in ("/study/courses/9999", f"/study/courses/{world.course}/lessons/khong-co", f"/study/courses/{world.course}/quizzes/khong-co"):
        assert an.knock("GET", path).status == 404
    key = an.get("/study").keys()[0]
    for path in ("/study/courses/9999/enrol", f"/study/courses/{world.course}/lessons/khong-co/read"):
        assert an.knock("POST", path, data={"_key": key}).status == 404
