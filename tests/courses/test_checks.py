"""The checks before publishing: errors keep the course from being published, warnings do not; each with the lesson and the line."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, clock, commit, db
from lms.courses import Course, CourseFile, publish_course
from lms.courses.checks import lacks_explanation
from lms.courses.course_drafts import current_course_source
from lms.courses.folder import OutlineStep, write_course
from lms.courses.folder import is_completable as completable
from lms.courses.outlining import save_course_draft
from lms.quizzes import Question, QuestionVersion
from tests.cast import World
from tests.pages import Page, Visitor

from .authors import saved
from .authors import trainer as trainer_named

LONG = " ".join(["chữ"] * 1300)


@pytest.fixture
def checked(app: Flask, world: World, binh: Visitor) -> Callable[..., Page]:
    """Saves a draft of the first lesson and opens the page of checks."""

    def check(source: str, **values: Any) -> Page:
        saved(app, world, change=lambda _text: source, **values)
        return binh.get(f"/courses/{world.course}/publish")

    return check


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("## A\n\n![](files/xanh.png)", "dòng 3: Hình chưa có lời mô tả"),
        ("## A\n\n#### B", "dòng 3: Tiêu đề nhảy bậc"),
        ("## A\n\n[x](lesson:99-khong)", "dòng 3: Khóa học không có bài “99-khong”"),
        ("## A\n\n[x](files/mat.docx)", "dòng 3: Khóa học không có tệp “mat.docx”"),
        ("## A\n\n[[self-check: khong-co]]", "dòng 3: Không có câu tự kiểm tra “khong-co”"),
        ("## A\n\n[x](term:khong-co)", "dòng 3: Bảng thuật ngữ của khóa học không có “khong-co”"),
        ("## A\n\n[x](https://example.com)", "dòng 3: Liên kết"),
    ],
)
def test_an_error_keeps_the_course_from_being_published(world: World, binh: Visitor, checked: Callable[..., Page], source: str, words: str) -> None:
    page = checked(source)
    assert words in page.text and "Cần sửa trước khi công bố (1)" in page.text
    assert [link for link in page.links() if link.endswith("/edit")]
    assert not [form for form in page.all("form") if form.get("action") == page.path]
    refused = binh.post(f"/courses/{world.course}/publish", page=f"/courses/{world.course}", status=422)
    assert words.partition(": ")[2] in refused.text


def test_a_self_check_question_without_explanations_is_an_error(app: Flask, world: World, binh: Visitor, checked: Callable[..., Page]) -> None:
    assert "chưa có giải thích" not in checked("## A\n\n[[self-check: m01-s1]]").text
    with app.app_context():
        found = sa.select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id).where(Question.key == "m01-s1")
        version = db.session.scalars(found).one()
        options = version.body["options"]
        version.body = {**version.body, "options": [{**options[0], "why": ""}, *options[1:]]}
        commit()
    page = binh.get(f"/courses/{world.course}/publish")
    assert "dòng 3: Câu tự kiểm tra “m01-s1” chưa có giải thích cho mọi phương án" in page.text
    binh.post(f"/courses/{world.course}/publish", page=f"/courses/{world.course}", status=422)


def test_every_option_needs_an_explanation_where_there_are_options() -> None:
    assert lacks_explanation({"options": [{"text": "A", "why": "vì"}, {"text": "B", "why": " "}]})
    assert not lacks_explanation({"options": [{"text": "A", "why": "vì"}], "why": ""})
    assert lacks_explanation({"text": "?", "why": ""}) and not lacks_explanation({"text": "?"})


def test_a_link_to_a_lesson_that_left_the_outline_is_dead(app: Flask, world: World, binh: Visitor) -> None:
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        said = current_course_source(course)
        shorter = [step for step in said.outline if step.key != "02-la"]
        save_course_draft(trainer_named(world), course, type(said)(**{**vars(said), "outline": shorter}), course.draft_version)
        commit()
    text = binh.get(f"/courses/{world.course}/publish").text
    assert "Khóa học không có bài “02-la”" in text
    binh.post(f"/courses/{world.course}/publish", page=f"/courses/{world.course}", status=422)


@pytest.mark.parametrize(
    ("source", "values", "words"),
    [
        ("## A\n\nNgắn.", {"minutes": 7}, "Bài chưa có câu tự kiểm tra nào"),
        ("## A\n\nNgắn.", {"minutes": 20}, "Một bài nên học trong 6 đến 14 phút; bài này ghi 20 phút"),
        (f"## A\n\n{LONG}", {"minutes": 6}, "đọc mất ít nhất 7 phút, nhưng ghi 6 phút"),
        ("## A\n\nNgắn.", {"minutes": 14}, "học chừng 5 phút là xong, nhưng ghi 14 phút"),
        ("## A\n\nNgắn.", {"reviewed_on": None}, "Bài chưa ghi ngày rà soát"),
        ("## A\n\nNgắn.", {"reviewed_on": clock.today() - timedelta(days=370)}, "đã quá một năm"),
    ],
)
def test_a_warning_does_not(world: World, binh: Visitor, checked: Callable[..., Page], source: str, values: dict[str, Any], words: str) -> None:
    page = checked(source, **values)
    assert words in page.text and "Không có lỗi nào ngăn việc công bố" in page.text
    binh.post(f"/courses/{world.course}/publish", page=page, status=303)


def test_pictures_are_weighed_and_their_contrast_looked_at(app: Flask, world: World, checked: Callable[..., Page]) -> None:
    with app.app_context():
        db.session.execute(sa.update(CourseFile).where(CourseFile.name == "xanh.png").values(octets=200_000, contrast=214))
        commit()
    text = checked("## A\n\n![Hình](files/xanh.png)").text
    assert "Các hình nặng 200 kB, nên dưới 150 kB" in text and "độ tương phản 2,1, nên từ 3" in text


def test_recordings_need_captions(app: Flask, world: World, checked: Callable[..., Page]) -> None:
    with app.app_context():
        for name in ("phim.mp4", "tieng.mp3", "du.mp4", "du.vtt"):
            db.session.add(CourseFile(course_id=world.course, name=name, token=f"token-{name}", digest="0" * 64, octets=9))
        commit()
    text = checked("## A\n\n![Phim](files/phim.mp4)\n\n![Đủ](files/du.mp4)\n\n![Tiếng](files/tieng.mp3)").text
    assert "dòng 3: Video phim.mp4 chưa có phụ đề" in text and "du.mp4" not in text and "Bản ghi âm tieng.mp3 chưa có lời viết" in text


def test_the_page_of_a_long_course_stays_within_ten_statements(checked: Callable[..., Page]) -> None:
    assert len(checked("## A\n\nNgắn.").statements) <= 10


@pytest.mark.parametrize(("outline", "is_completable"), [("tự chọn", False), ("bắt buộc", True), ("chỉ thi", True), ("luyện tập", False)])
def test_an_outline_that_demands_nothing_is_an_error(outline: str, is_completable: bool) -> None:
    steps = [OutlineStep("lesson", "01-a", is_optional=outline != "bắt buộc")]
    steps += [OutlineStep("quiz", "thi")] if outline in ("chỉ thi", "luyện tập") else []
    assert completable(steps, {"thi"} if outline == "chỉ thi" else set()) is is_completable


def test_a_course_of_optional_lessons_alone_is_not_published(app: Flask, world: World, binh: Visitor) -> None:
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        said = current_course_source(course)
        outline = [replace(step, is_optional=True) for step in said.outline if step.kind == "lesson"]
        course.draft = write_course(replace(said, outline=outline))
        commit()
    page = binh.get(f"/courses/{world.course}/publish")
    assert "chưa có bước nào bắt buộc" in page.text
    with app.app_context(), pytest.raises(Refused, match="bắt buộc"):
        publish_course(trainer_named(world, "binh"), world.course)
