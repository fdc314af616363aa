"""Making courses and lessons on the site: keys, owner and bank; the skeleton of a lesson; copies with their files; races."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.courses import Course, CourseFile, CourseOffer, CourseRevision, CourseTrainer, Lesson, LessonRevision, course_catalogue
from lms.courses.course_drafts import current_course_source
from lms.courses.creating import TOPIC, add_lesson, course_key_from, create_course, empty_lesson, lesson_key_from
from lms.courses.drafts import faults_of, source_of_draft
from lms.courses.lesson_copying import copy_lesson
from lms.courses.outlining import locked_course
from lms.courses.publishing import publish_course
from lms.courses.teaching import surroundings_of
from lms.people import Viewer
from lms.quizzes import Bank, Question, Topic, load_bank
from tests.cast import World
from tests.pages import Visitor
from tests.people.test_two_administrators import at_once


def typed(world: World, **changes: str) -> dict[str, str]:
    """The form of a new course, filled."""
    agency_id = str(world.agencies["XP"])
    return {
        "title_vi": "Soạn văn bản đúng thể thức",
        "summary_vi": "Ba bài ngắn.",
        "audience_vi": "Văn thư",
        "agency_id": agency_id,
        "key": "",
    } | changes


def course_called(key: str) -> Course:
    return db.session.scalars(sa.select(Course).where(Course.key == key).execution_options(populate_existing=True)).one()


def someone(world: World, name: str = "binh", agency: str = "HT", role: str = "trainer") -> Any:
    """A person with a role, as actions see them."""
    agency_id = world.agencies[agency]
    return Viewer(world.people[name], name, name, None, 0, ((role, agency_id),), agency_id, "", False, False, None)


def make(world: World, title: str = "Khóa mới", **said: Any) -> Course:
    return create_course(someone(world), world.agencies["HT"], title, **said)


def test_a_trainer_makes_a_course_and_nobody_sees_it_before_it_is_published(app: Flask, binh: Visitor, world: World) -> None:
    assert "Tạo khóa học mới" in binh.get("/courses").text
    made = binh.post("/courses/new", typed(world), status=303)
    with app.app_context():
        course = course_called("SOAN-VAN-BAN")
        revision = db.session.scalars(sa.select(CourseRevision).where(CourseRevision.course_id == course.id)).one()
        assert (course.state, course.revision_number, course.is_edited, revision.number) == ("draft", 0, True, 0)
        assert revision.title == {"vi": "Soạn văn bản đúng thể thức", "en": ""} and "van ban" in revision.search
        assert list(db.session.scalars(sa.select(CourseOffer.agency_id).where(CourseOffer.course_id == course.id))) == [world.agencies["XP"]]
        trainers = sa.select(CourseTrainer.person_id, CourseTrainer.part).where(CourseTrainer.course_id == course.id)
        assert db.session.execute(trainers).all() == [(world.people["binh"], "owner")]
        bank = db.session.get_one(Bank, course.bank_id)
        assert (bank.key, bank.agency_id) == ("SOAN-VAN-BAN", world.agencies["XP"])
        assert db.session.scalar(sa.select(sa.func.count()).where(Topic.bank_id == bank.id)) == 1, "a question can be written at once"
        assert "SOAN-VAN-BAN" not in [row.key for row in course_catalogue(someone(world, "an", "XP", "learner"))]
        address = f"/courses/{course.id}"
    assert made.response.headers["Location"] == f"{address}/outline"
    page = binh.get(f"{address}/outline")
    assert "chưa có bước nào" in page.text and "chưa công bố lần nào" in page.text and "Bỏ thay đổi chưa công bố" not in page.text
    shown = binh.get("/courses")
    assert "Soạn văn bản đúng thể thức" in shown.text and "Bản nháp, học viên chưa thấy" in shown.text
    binh.get(address)


def test_a_course_that_is_called_the_same_gets_another_key(app: Flask, binh: Visitor, world: World) -> None:
    for _course in range(3):
        binh.post("/courses/new", typed(world), page=binh.get("/courses/new"), status=303)
    with app.app_context():
        keys = set(db.session.scalars(sa.select(Course.key)))
        assert {"SOAN-VAN-BAN", "SOAN-VAN-BAN-2", "SOAN-VAN-BAN-3"} <= keys
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Bank)) == 4


def test_a_double_click_makes_one_course(app: Flask, binh: Visitor, world: World) -> None:
    page = binh.get("/courses/new")
    first, second = (binh.post("/courses/new", typed(world), page=page, status=303) for _click in range(2))
    assert first.response.headers["Location"] == second.response.headers["Location"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Course)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_vi": " "}, "nhập tên khóa học"),
        ({"title_vi": "\u200b\u200d \u2060\ufeff"}, "nhập tên khóa học"),
        ({"title_vi": "x" * 201}, "Tối đa 200"),
        ({"key": "M"}, "Đã có khóa học mang mã này"),
        ({"key": "1A"}, "bắt đầu bằng chữ"),
        ({"key": "A/../B"}, "bắt đầu bằng chữ"),
        ({"agency_id": "999"}, "chọn một mục trong danh sách"),
        ({"agency_id": "x"}, "chọn một mục trong danh sách"),
    ],
)
def test_what_cannot_be_comes_back_with_what_was_typed(app: Flask, binh: Visitor, world: World, changes: dict[str, str], words: str) -> None:
    answer = binh.post("/courses/new", typed(world, audience_vi="Vừa gõ", **changes), status=422)
    assert words in answer.text and 'value="Vừa gõ"' in answer.html
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Course)) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Bank)) == 1


def test_a_course_belongs_to_an_agency_in_reach_of_the_trainer(app: Flask, binh: Visitor, world: World) -> None:
    for code in ("T", "HL"):
        binh.post("/courses/new", typed(world, agency_id=str(world.agencies[code])), page=binh.get("/courses/new"), status=422)
        with app.app_context(), pytest.raises(Refused, match="trong phạm vi"):
            create_course(someone(world), world.agencies[code], "Khóa")
    for person in ("an", "chi"):
        with app.app_context(), pytest.raises(Refused, match="trong phạm vi"):
            create_course(someone(world, person, role="manager"), world.agencies["HT"], "Khóa")


def test_only_trainers_make_courses(an: Visitor, chi: Visitor, dung: Visitor, giang: Visitor, nobody: Visitor, world: World) -> None:
    for visitor in (an, chi, dung, giang):
        visitor.get("/courses/new", 403)
        assert visitor.post("/courses/new", typed(world), page="/account").status == 403
    nobody.get("/courses/new", 302)


def test_of_two_who_take_the_same_key_at_once_one_is_told(app: Flask, world: World) -> None:
    said = at_once(app, *[lambda: make(world, key="KHOA-MOI")] * 2)
    assert sorted(said)[0] == "" and "mang mã này" in sorted(said)[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Course)) == 2


def test_two_courses_of_one_name_made_at_once_get_two_keys(app: Flask, world: World) -> None:
    assert at_once(app, *[lambda: make(world)] * 3) == ["", "", ""]
    with app.app_context():
        assert {"KHOA-MOI", "KHOA-MOI-2", "KHOA-MOI-3"} <= set(db.session.scalars(sa.select(Course.key)))


def test_the_bank_of_a_deleted_course_is_not_taken_over(app: Flask, binh: Visitor, world: World) -> None:
    copy = f"/courses/{world.course}/copy"
    fields = {"title": "ZZ", "agency_id": str(world.agencies["HT"]), "key": "ZZ"}
    address = binh.post(copy, fields, status=303).response.headers["Location"].removesuffix("/outline")
    binh.post(f"{address}/delete", page=f"{address}/outline", status=303)
    assert "Đã có khóa học mang mã này" in binh.post(copy, fields, page=binh.get(copy), status=422).text
    chi = someone(world, "chi", "XP")
    with app.app_context():
        with pytest.raises(Refused, match="mang mã này"):
            create_course(chi, world.agencies["XP"], "Của Chi", key="ZZ")
        course = create_course(chi, world.agencies["XP"], "Zz")
        bank = db.session.get_one(Bank, course.bank_id)
        assert (course.key, bank.key, bank.agency_id) == ("ZZ-2", "ZZ-2", world.agencies["XP"])
        assert db.session.scalar(sa.select(sa.func.count()).where(Question.bank_id == bank.id)) == 0


def test_of_two_who_open_one_bank_at_once_one_is_told(app: Flask, world: World) -> None:
    said = at_once(app, *[lambda: load_bank(None, "ZZ", world.agencies["HT"], [TOPIC], [], [], is_new=True)] * 2)
    assert said[0] == "" and "ngân hàng câu hỏi mang mã này" in said[1]


def test_keys_are_proposed_from_names() -> None:
    assert course_key_from("Mật khẩu & mã OTP") == "MAT-KHAU-MA-OTP"
    assert course_key_from("26 chủ đề") == "K26-CHU-DE" and course_key_from("!!!") == "K"
    assert course_key_from("Nghiêngđờđẫnkhôngcókhoảngtrắng") == "NGHIENGDODANKHON"
    assert course_key_from("An toàn thông tin cho cán bộ", 12) == "AN-TOAN-THONG-12"
    assert lesson_key_from("Đổi mật khẩu!", 3) == "03-doi-mat-khau" and lesson_key_from("???", 12) == "12-bai"


def test_a_new_lesson_has_the_parts_of_a_lesson_and_stands_last(app: Flask, binh: Visitor, world: World) -> None:
    address = f"/courses/{world.course}/lessons/new"
    made = binh.post(address, {"title_vi": "Xác thực hai lớp", "minutes": "9"}, status=303)
    with app.app_context():
        lesson = db.session.scalars(sa.select(Lesson).where(Lesson.key == "03-xac-thuc-hai-lop")).one()
        said = source_of_draft(lesson.draft or "")
        assert said.title == {"vi": "Xác thực hai lớp", "en": ""} and said.minutes == 9 and lesson.revision_number == 0
        assert [line[3:] for line in said.source.splitlines() if line.startswith("## ")] == [
            "Tình huống",
            "Cần biết",
            "Làm thử",
            "Tự kiểm tra",
            "Ghi nhớ",
        ]
        course = db.session.get_one(Course, world.course)
        assert not faults_of(said.source, surroundings_of(course))
        assert current_course_source(course).outline[-1].key == lesson.key
        revision = db.session.scalars(sa.select(LessonRevision).where(LessonRevision.lesson_id == lesson.id)).one()
        assert (revision.number, revision.html, revision.title["vi"]) == (0, "", "Xác thực hai lớp")
        assert made.response.headers["Location"] == f"/courses/{world.course}/lessons/{lesson.id}/edit"
    binh.get(made.response.headers["Location"])
    page = binh.get(f"/courses/{world.course}/outline")
    assert "Xác thực hai lớp" in page.text and "Chưa công bố" in page.text


@pytest.mark.parametrize(
    ("fields", "words"), [({"title_vi": "", "minutes": "9"}, "nhập tên bài"), ({"title_vi": "A", "minutes": "999"}, "từ 1 đến 240")]
)
def test_a_lesson_without_name_is_not_made(app: Flask, binh: Visitor, world: World, fields: dict[str, str], words: str) -> None:
    assert words in binh.post(f"/courses/{world.course}/lessons/new", fields, status=422).text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Lesson)) == 2


def test_a_double_click_makes_one_lesson_and_two_trainers_make_two(app: Flask, binh: Visitor, world: World) -> None:
    address = f"/courses/{world.course}/lessons/new"
    page, other = binh.get(address), binh.get(address)
    for shown in (page, page, other):
        binh.post(address, {"title_vi": "Bài mới", "minutes": "9"}, page=shown, status=303)
    with app.app_context():
        assert list(db.session.scalars(sa.select(Lesson.key).order_by(Lesson.key)))[2:] == ["03-bai-moi", "04-bai-moi"]
        assert [step.key for step in current_course_source(db.session.get_one(Course, world.course)).outline][3:] == ["03-bai-moi", "04-bai-moi"]


def test_lessons_added_at_once_are_all_there_and_all_in_the_outline(app: Flask, world: World) -> None:
    def add() -> None:
        add_lesson(someone(world), db.session.get_one(Course, world.course), empty_lesson("Bài mới"))

    assert at_once(app, *[add] * 4) == [""] * 4
    with app.app_context():
        keys = [f"{number:02d}-bai-moi" for number in range(3, 7)]
        assert list(db.session.scalars(sa.select(Lesson.key).order_by(Lesson.key)))[2:] == keys
        assert [step.key for step in current_course_source(db.session.get_one(Course, world.course)).outline][3:] == keys


def test_lessons_go_into_the_section_that_is_wished(app: Flask, world: World) -> None:
    with app.app_context():
        course, one, two = make(world), {"vi": "Một", "en": ""}, {"vi": "Hai", "en": ""}
        for title, section in (("A", one), ("B", two), ("C", one), ("D", None)):
            add_lesson(someone(world), course, empty_lesson(title), section)
        said = current_course_source(locked_course(course.id))
        assert [(step.key, step.section) for step in said.outline] == [("01-a", one), ("03-c", one), ("02-b", two), ("04-d", two)]
        assert publish_course(someone(world), course.id) == 1 and course_called(course.key).state == "published"


def test_a_copy_within_the_course_is_a_new_lesson(app: Flask, binh: Visitor, world: World) -> None:
    address = f"/courses/{world.course}/lessons/copy"
    with app.app_context():
        lesson_id = db.session.scalars(sa.select(Lesson.id).where(Lesson.key == "01-dai")).one()
    page = binh.get(address)
    assert "Mật khẩu dài (Khóa học mẫu về mật khẩu)" in page.text
    binh.post(address, {"lesson_id": str(lesson_id), "title_vi": ""}, page=page, status=303)
    with app.app_context():
        copy = db.session.scalars(sa.select(Lesson).where(Lesson.key == "03-mat-khau-dai-ban-sao")).one()
        original = db.session.scalars(sa.select(LessonRevision).where(LessonRevision.lesson_id == lesson_id)).one()
        said = source_of_draft(copy.draft or "")
        assert said.source == original.source and said.code is None and said.title["vi"] == "Mật khẩu dài (bản sao)"
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CourseFile)) == db.session.scalar(
            sa.select(sa.func.count()).select_from(CourseFile).where(CourseFile.course_id == world.course)
        )
    assert "chọn bài cần sao chép" in binh.post(address, {"lesson_id": "0"}, page=binh.get(address), status=422).text
    assert "chọn một mục" in binh.post(address, {"lesson_id": "999"}, page=binh.get(address), status=422).text


def test_a_copy_in_another_course_brings_its_files_and_never_replaces_one(app: Flask, world: World) -> None:
    with app.app_context():
        course, lesson_id = make(world), db.session.scalars(sa.select(Lesson.id).where(Lesson.key == "01-dai")).one()
        theirs = {file.name: file for file in db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == world.course))}
        values = {"token": "t" * 22, "digest": "0" * 64, "octets": 5}
        db.session.add(CourseFile(course_id=course.id, name="xanh.png", **values))
        db.session.flush()
        copy = copy_lesson(someone(world), course.id, lesson_id, "Dài")
        said = source_of_draft(copy.draft or "")
        mine = {file.name: file for file in db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == course.id))}
        assert mine["xanh.png"].digest == "0" * 64 and mine["xanh-2.png"].digest == theirs["xanh.png"].digest
        assert "files/xanh-2.png" in said.source and "files/xanh.png" not in said.source
        assert mine["xanh-2.png"].token != theirs["xanh.png"].token
        again = copy_lesson(someone(world), course.id, lesson_id, "Dài")
        assert again.key == "02-dai" and source_of_draft(again.draft or "").source == said.source
        assert db.session.scalar(sa.select(sa.func.count()).where(CourseFile.course_id == course.id)) == len(mine), "the same content is there once"


def test_a_copy_that_does_not_fit_is_refused_and_leaves_nothing(app: Flask, world: World) -> None:
    with app.app_context():
        app.config["COURSE_FILES"] = 0
        course, lesson_id = make(world), db.session.scalars(sa.select(Lesson.id).where(Lesson.key == "01-dai")).one()
        with pytest.raises(Refused, match="không còn chỗ"):
            copy_lesson(someone(world), course.id, lesson_id)
        assert db.session.scalar(sa.select(sa.func.count()).where(CourseFile.course_id == course.id)) == 0


def test_a_lesson_of_a_course_that_is_not_mine_cannot_be_copied(app: Flask, binh: Visitor, world: World) -> None:
    with app.app_context():
        course = make(world)
        lesson_id = db.session.scalars(sa.select(Lesson.id).where(Lesson.key == "01-dai")).one()
        course_id = course.id
        db.session.execute(sa.delete(CourseTrainer).where(CourseTrainer.course_id == world.course))
        with pytest.raises(Refused, match="trong danh sách"):
            copy_lesson(someone(world), course_id, lesson_id)
        commit()
    address = f"/courses/{course_id}/lessons/copy"
    assert "Mật khẩu dài" not in binh.get(address).text
    binh.post(address, {"lesson_id": str(lesson_id)}, page=binh.get(address), status=422)
