"""The life of a course: checked, published with a note, compared, taken back, retired, brought back, deleted."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses import Course, CourseRevision, CourseStep, LessonRevision, publish_course
from lms.courses.creating import create_course
from lms.courses.outlining import set_review_needed
from lms.courses.restoring import restore_course
from lms.study import Completion, Enrolment
from tests.cast import World
from tests.pages import Visitor
from tests.people.test_two_administrators import at_once

from .authors import draft_of_lesson, lesson_named, let_train, publish, said_now, saved
from .authors import trainer as trainer_named


@pytest.fixture
def course(world: World) -> str:
    """The address of M."""
    return f"/courses/{world.course}"


def numbers(app: Flask, world: World) -> list[int]:
    """The numbers of the published revisions of M."""
    with app.app_context():
        found = sa.select(CourseRevision.number).where(CourseRevision.course_id == world.course, CourseRevision.number > 0)
        return list(db.session.scalars(found.order_by(CourseRevision.number)))


def test_the_course_page_leads_to_checking_and_publishing(app: Flask, world: World, binh: Visitor, course: str) -> None:
    assert "Mọi nội dung đã công bố" in binh.get(course).text
    saved(app, world)
    page = binh.get(course)
    assert "1 bản nháp chưa công bố" in page.text and "Mật khẩu dài Trần Thị Bình" in page.text
    assert f"{course}/publish" in page.links() and "Kiểm tra và công bố" in page.text
    checks = binh.get(f"{course}/publish")
    assert "Không có lỗi nào ngăn việc công bố" in checks.text and "Công bố bản 2" in checks.text


def test_a_note_says_what_was_changed(app: Flask, world: World, binh: Visitor, course: str) -> None:
    saved(app, world)
    binh.post(f"{course}/publish", {"note": "Nói rõ hơn về độ dài."}, status=303)
    assert "Nói rõ hơn về độ dài." in binh.get(f"{course}/revisions").text and "Bản 2 · đang dùng" in binh.get(f"{course}/revisions").text
    saved(app, world, change=lambda text: text.replace("rất", "vô cùng"))
    long = binh.post(f"{course}/publish", {"note": "x" * 1001}, status=422)
    assert "Tối đa 1000" in long.text and "x" * 1001 in long.html
    assert numbers(app, world) == [1, 2]


def test_of_two_who_publish_at_once_one_does(app: Flask, world: World) -> None:
    let_train(app, world, "anh")
    saved(app, world)
    acts = [partial(publish_course, trainer_named(world, name), world.course) for name in ("binh", "anh")]
    assert at_once(app, *acts) == ["", "Chưa có bản nháp nào để công bố."]
    assert numbers(app, world) == [1, 2]


def test_what_was_completed_stays_tied_to_the_old_text(app: Flask, world: World, binh: Visitor, course: str) -> None:
    with app.app_context():
        enrolment = db.session.scalars(sa.select(Enrolment).where(Enrolment.person_id == world.people["an"])).one()
        old = enrolment.course_revision_id
        told = {"person_id": enrolment.person_id, "course_id": world.course, "cycle": 1, "agency_id": enrolment.agency_id}
        now = enrolment.enrolled_at
        db.session.add(Completion(enrolment_id=enrolment.id, course_revision_id=old, percent=90, completed_at=now, completed_on=now.date(), **told))
        shown = sa.select(LessonRevision.id, LessonRevision.source).join(CourseStep, CourseStep.lesson_revision_id == LessonRevision.id)
        before = db.session.execute(shown.where(CourseStep.revision_id == old).order_by(LessonRevision.id)).all()
        commit()
    saved(app, world)
    binh.post(f"{course}/publish", status=303)
    with app.app_context():
        assert db.session.scalars(sa.select(Completion.course_revision_id)).one() == old
        assert db.session.execute(shown.where(CourseStep.revision_id == old).order_by(LessonRevision.id)).all() == before


def test_the_page_says_who_is_in_the_middle(app: Flask, world: World, binh: Visitor, course: str) -> None:
    saved(app, world)
    assert "Chưa có ai đang học dở" in binh.get(f"{course}/publish").text
    with app.app_context():
        db.session.execute(sa.update(Enrolment).where(Enrolment.person_id == world.people["an"]).values(state="in_progress"))
        commit()
    text = binh.get(f"{course}/publish").text
    assert "1 người đang học dở theo bản 1 vẫn học tiếp bản đó" in text and "Chuyển người đang học" in text


def test_a_reviewer_reads_and_does_not_publish(app: Flask, world: World, anh: Visitor, course: str) -> None:
    let_train(app, world, "anh", "reviewer")
    lesson = saved(app, world)
    page = anh.get(f"{course}/publish")
    assert not [form for form in page.all("form") if form.get("action") == f"{course}/publish"] and "Mật khẩu dài" in page.text
    anh.get(f"{course}/lessons/{lesson}/compare")
    anh.get(f"{course}/compare")
    for address in (f"{course}/publish", f"{course}/restore", f"{course}/review/ask", f"{course}/retire", f"{course}/lessons/{lesson}/restore"):
        anh.post(address, {"number": "1"}, page="/courses/legal-changes", status=404)
    assert numbers(app, world) == [1]


def test_nobody_else_gets_there(app: Flask, world: World, anh: Visitor, chi: Visitor, course: str) -> None:
    let_train(app, world, "anh", None)
    lesson = saved(app, world)
    pages = ("publish", "revisions", "compare", "people", f"lessons/{lesson}/compare")
    acts = ("publish", "restore", "retire", "bring-back", "delete", "review/ask", "review/decide", "people/add", "people/change", "people/remove")
    for page in pages:
        anh.get(f"{course}/{page}", 404)
        chi.get(f"{course}/{page}", 403)
    for act in (*acts, "offers/add", "offers/end", f"lessons/{lesson}/restore", f"lessons/{lesson}/reviewed"):
        anh.post(f"{course}/{act}", {"number": "1"}, page="/courses/legal-changes", status=404)


def test_a_draft_is_compared_with_what_is_published(app: Flask, world: World, binh: Visitor, course: str) -> None:
    lesson = saved(app, world, change=lambda text: text.replace("khó đoán", "rất khó đoán").replace("Chị Lan", "Anh Nam") + "\nDòng mới.\n")
    page = binh.get(f"{course}/lessons/{lesson}/compare")
    assert [" ".join("".join(node.itertext()).split()) for node in page.all("ins")] == ["Anh Nam", "rất", "(dòng trống)", "Dòng mới."]
    assert [" ".join("".join(node.itertext()).split()) for node in page.all("del")] == ["Chị Lan"]
    assert "Đã sửa: Chị Lan" in page.text and "Đã thêm: Dòng mới." in page.text and "dòng giữ nguyên" in page.text
    binh.get(f"{course}/lessons/{lesson}/compare?from=9&to=x")


def test_an_old_lesson_becomes_the_draft_and_is_published_as_usual(app: Flask, world: World, binh: Visitor, course: str) -> None:
    lesson = saved(app, world)
    publish(app, world)
    page = binh.get(f"{course}/lessons/{lesson}/compare?from=1&to=2")
    assert "Lấy lại bản 1 làm bản nháp" in page.text
    back = f"{course}/lessons/{lesson}/restore"
    version = next(field.get("value") for field in page.all("input") if field.get("name") == "version")
    binh.post(back, {"number": "1", "version": "0"}, page=page, status=422)
    binh.post(back, {"number": "7", "version": version}, page=page, status=404)
    binh.post(back, {"number": "1", "version": version}, page=page, status=303)
    assert "rất khó đoán" not in (draft_of_lesson(app) or "rất khó đoán")
    publish(app, world)
    with app.app_context():
        assert lesson_named("01-dai").revision_number == 3 and "rất khó đoán" not in said_now(lesson_named("01-dai")).source


def test_the_course_goes_back_with_all_its_lessons(app: Flask, world: World, binh: Visitor, course: str) -> None:
    saved(app, world)
    saved(app, world, key="02-la", change=lambda text: text + "\nThêm một dòng.\n")
    publish(app, world, note="Sửa hai bài")
    compared = binh.get(f"{course}/compare?from=1&to=2")
    assert compared.text.count("bản 1 → bản 2") == 2
    binh.post(f"{course}/restore", {"number": "1"}, page=f"{course}/revisions", status=303)
    assert "2 bản nháp chưa công bố" in binh.get(course).text
    busy = binh.post(f"{course}/restore", {"number": "1"}, page=f"{course}/revisions", status=422)
    assert "Đang có bản nháp của bài 01-dai, 02-la" in busy.text
    publish(app, world)
    with app.app_context():
        assert "Thêm một dòng" not in said_now(lesson_named("02-la")).source and "rất khó" not in said_now(lesson_named("01-dai")).source
    same = binh.post(f"{course}/restore", {"number": "1"}, page=f"{course}/revisions", status=422)
    assert "đang đúng như bản này" in same.text


def test_of_two_who_go_back_at_once_one_does(app: Flask, world: World) -> None:
    let_train(app, world, "anh")
    saved(app, world)
    publish(app, world)
    said = at_once(app, *(partial(restore_course, trainer_named(world, name), world.course, 1) for name in ("binh", "anh")))
    assert said[0] == "" and "Đang có bản nháp" in said[1]


def test_a_retired_course_takes_nobody_new_and_keeps_who_learns(
    app: Flask, world: World, binh: Visitor, an: Visitor, chi: Visitor, course: str
) -> None:
    learn = f"/study/courses/{world.course}"
    binh.post(f"{course}/retire", {"why": "Đã có khóa mới"}, page=course, status=303)
    assert "Ngừng dùng" in binh.get(course).text
    an.get(learn)
    chi.get(learn, 404)
    saved(app, world)
    refused = binh.post(f"{course}/publish", page=f"{course}/revisions", key=binh.get(course).keys()[-1], status=422)
    assert "đang ngừng dùng" in refused.text
    binh.post(f"{course}/bring-back", page=course, status=303)
    chi.get(learn)
    binh.post(f"{course}/bring-back", page=f"{course}", key=binh.get(course).keys()[-1], status=303)
    with app.app_context():
        assert db.session.get_one(Course, world.course).state == "published"


def test_only_a_course_that_was_never_published_is_deleted(app: Flask, world: World, binh: Visitor, course: str) -> None:
    refused = binh.post(f"{course}/delete", page=course, status=422)
    assert "Khóa học đã công bố thì không xóa được" in refused.text
    with app.app_context():
        made = create_course(trainer_named(world), world.agencies["HT"], "Khóa thử").id
        commit()
    page = binh.get(f"/courses/{made}")
    assert "Chưa công bố lần nào" in page.text and "Khóa học chưa có bài nào" in page.text
    unready = binh.get(f"/courses/{made}/publish")
    assert "Cần sửa trước khi công bố" in unready.text and "chưa có bài học nào" in unready.text
    binh.post(f"/courses/{made}/delete", page=page, status=303)
    binh.get(f"/courses/{made}", 404)
    with app.app_context():
        assert db.session.get(Course, made) is None


def test_a_course_that_needs_review_is_not_published_without(app: Flask, world: World, binh: Visitor, course: str) -> None:
    saved(app, world)
    with app.app_context():
        set_review_needed(trainer_named(world), world.course, True)
        commit()
    page = binh.get(f"{course}/publish")
    assert "cần người thứ hai duyệt rồi mới công bố được" in page.text
    refused = binh.post(f"{course}/publish", page=page, status=422)
    assert "cần người thứ hai duyệt" in refused.text and numbers(app, world) == [1]
