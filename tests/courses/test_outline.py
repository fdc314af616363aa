"""The structure of a course: moved by buttons, two tabs, sections, conditions, what is not in it yet; and who may."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses import Course, CourseRevision, CourseStep, Lesson, add_trainer
from lms.courses.course_drafts import current_course_source
from lms.courses.folder import OutlineStep
from lms.courses.outline_rows import Header, name_of, placed, rows_of, shifted, with_section
from lms.site import Audit
from tests.cast import World
from tests.pages import Page, Visitor


@pytest.fixture
def outline(world: World) -> str:
    """The address of the structure of M."""
    return f"/courses/{world.course}/outline"


def names(app: Flask, course_id: int) -> list[str]:
    """The rows of the outline as it is planned now: "# section", "lesson:key"."""
    with app.app_context():
        said = current_course_source(db.session.get_one(Course, course_id, populate_existing=True))
        return [f"# {row.title['vi']}" if isinstance(row, Header) else name_of(row) for row in rows_of(said.outline)]


def version(page: Page) -> str:
    return next(field.get("value", "") for field in page.all("input") if field.get("name") == "version")


def press(visitor: Visitor, outline: str, what: str, page: Page | None = None, status: int = 303) -> Page:
    """Press one of the buttons of the outline."""
    page = page or visitor.get(outline)
    return visitor.post(f"{outline}/move", {"move": what, "version": version(page)}, page=page, status=status)


def audits(app: Flask, action: str) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Audit).where(Audit.action == action)) or 0


def test_steps_move_up_and_down_in_the_draft_and_learners_see_nothing_of_it(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    assert names(app, world.course) == ["lesson:01-dai", "lesson:02-la", "quiz:cuoi-khoa"]
    moved = press(binh, outline, "lesson:01-dai down")
    assert names(app, world.course) == ["lesson:02-la", "lesson:01-dai", "quiz:cuoi-khoa"]
    page = binh.get(moved.response.headers["Location"])
    assert [button.get("value") for button in page.all("button") if button.get("autofocus") is not None] == ["lesson:01-dai down"]
    assert "thay đổi chưa công bố" in page.text and "Trần Thị Bình" in page.text
    with app.app_context():
        published = sa.select(CourseStep.key).join(CourseRevision, CourseRevision.id == CourseStep.revision_id).order_by(CourseStep.position)
        assert list(db.session.scalars(published)) == ["01-dai", "02-la", "cuoi-khoa"]
    assert audits(app, "change-draft") == 1
    press(binh, outline, "lesson:01-dai up")
    with app.app_context():
        assert db.session.get_one(Course, world.course).draft is None, "what is published already needs no draft"
    press(binh, outline, "lesson:01-dai up")
    assert audits(app, "change-draft") == 2, "at the top nothing happens"


def test_dragging_puts_a_step_before_another_or_at_the_end(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    press(binh, outline, "quiz:cuoi-khoa before lesson:01-dai")
    assert names(app, world.course) == ["quiz:cuoi-khoa", "lesson:01-dai", "lesson:02-la"]
    press(binh, outline, "quiz:cuoi-khoa end")
    assert names(app, world.course) == ["lesson:01-dai", "lesson:02-la", "quiz:cuoi-khoa"]


def test_the_second_of_two_tabs_sees_what_is_stored_and_nothing_is_lost(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    mine, other = binh.get(outline), binh.get(outline)
    press(binh, outline, "lesson:01-dai down", other)
    conflict = press(binh, outline, "quiz:cuoi-khoa up", mine, status=422)
    assert "vừa lưu thay đổi của khóa học này" in conflict.text
    stored = ["lesson:02-la", "lesson:01-dai", "quiz:cuoi-khoa"]
    assert names(app, world.course) == stored and [row.get("data-row") for row in conflict.all("li") if row.get("data-row")] == stored
    press(binh, outline, "quiz:cuoi-khoa up", conflict)
    assert names(app, world.course) == ["lesson:02-la", "quiz:cuoi-khoa", "lesson:01-dai"]


def test_a_double_click_moves_once(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    page = binh.get(outline)
    for _click in range(2):
        press(binh, outline, "lesson:01-dai down", page)
    assert names(app, world.course) == ["lesson:02-la", "lesson:01-dai", "quiz:cuoi-khoa"] and audits(app, "change-draft") == 1


@pytest.mark.parametrize(
    "move", ["", "lesson:01-dai", "lesson:khong-co up", "lesson:01-dai before lesson:khong-co", "section:9 up", "x y z", "up", "lesson:02-la aside"]
)
def test_a_move_that_means_nothing_is_answered_with_a_page(app: Flask, binh: Visitor, world: World, outline: str, move: str) -> None:
    page = binh.get(outline)
    binh.post(f"{outline}/move", {"move": move, "version": version(page)}, page=page, status=422)
    assert names(app, world.course) == ["lesson:01-dai", "lesson:02-la", "quiz:cuoi-khoa"]
    for bad in ("", "abc", "-1", "9" * 30):
        assert binh.post(f"{outline}/move", {"move": "lesson:01-dai down", "version": bad}, page=binh.get(outline)).status == 422


def test_sections_are_added_renamed_moved_and_removed(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    for step, title in (("lesson/01-dai", "Mở đầu"), ("lesson/02-la", "Đi sâu")):
        binh.post(f"{outline}/steps/{step}/section", {"title_vi": title, "version": version(binh.get(outline))}, status=303)
    assert names(app, world.course) == ["# Mở đầu", "lesson:01-dai", "# Đi sâu", "lesson:02-la", "quiz:cuoi-khoa"]
    press(binh, outline, "section:2 up")
    assert names(app, world.course) == ["# Đi sâu", "lesson:02-la", "quiz:cuoi-khoa", "# Mở đầu", "lesson:01-dai"]
    press(binh, outline, "section:2 before section:1")
    assert names(app, world.course)[0] == "# Mở đầu"
    form = binh.get(f"{outline}/sections/2")
    binh.post(f"{outline}/sections/2", {"title_vi": "Nâng cao", "title_en": "More", "version": version(form)}, page=form, status=303)
    twin = binh.post(f"{outline}/sections/2", {"title_vi": "mở đầu", "version": version(binh.get(outline))}, status=422)
    assert "đã có phần tên này" in twin.text
    first = binh.post(f"{outline}/steps/lesson/02-la/section", {"title_vi": "Khác", "version": version(binh.get(outline))}, status=422)
    assert "đã là bước đầu của phần “Nâng cao”" in first.text
    page = binh.get(f"{outline}/sections/2")
    binh.post(f"{outline}/sections/2/remove", {"version": version(page)}, page=page, status=303)
    assert names(app, world.course) == ["# Mở đầu", "lesson:01-dai", "lesson:02-la", "quiz:cuoi-khoa"]
    binh.get(f"{outline}/sections/2", 404)


def test_a_section_that_loses_its_last_step_is_gone_and_that_is_said(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    binh.post(f"{outline}/steps/quiz/cuoi-khoa/section", {"title_vi": "Thi", "version": version(binh.get(outline))}, status=303)
    press(binh, outline, "quiz:cuoi-khoa up")
    assert "Phần “Thi” không còn bước nào" in binh.get(outline).text and "# Thi" not in names(app, world.course)


def test_the_name_of_a_section_that_somebody_else_renamed_comes_back_as_it_was_typed(app: Flask, binh: Visitor, outline: str) -> None:
    binh.post(f"{outline}/steps/lesson/01-dai/section", {"title_vi": "Một", "version": version(binh.get(outline))}, status=303)
    mine, other = binh.get(f"{outline}/sections/1"), binh.get(f"{outline}/sections/1")
    binh.post(f"{outline}/sections/1", {"title_vi": "Của người kia", "version": version(other)}, page=other, status=303)
    conflict = binh.post(f"{outline}/sections/1", {"title_vi": "Của tôi", "version": version(mine)}, page=mine, status=422)
    assert "Tên đang lưu: Của người kia" in conflict.text and 'value="Của tôi"' in conflict.html
    binh.post(f"{outline}/sections/1", {"title_vi": "Của tôi", "version": version(conflict)}, page=conflict, status=303)


def step_fields(page: Page, **changes: str) -> dict[str, Any]:
    return {"version": version(page), "after": "", "quiz": "", "percent": "", "from_on": ""} | changes


def test_a_step_waits_for_another_for_a_day_and_for_a_score(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    press(binh, outline, "quiz:cuoi-khoa before lesson:02-la")
    address = f"{outline}/steps/lesson/02-la"
    form = binh.get(address)
    assert "nhập tỷ lệ đúng cần đạt" in binh.post(address, step_fields(form, quiz="cuoi-khoa"), page=form, status=422).text
    form = binh.get(address)
    typed = step_fields(form, after="01-dai", from_on="05/02/2027", quiz="cuoi-khoa", percent="60", is_optional="y")
    binh.post(address, typed, page=form, status=303)
    text = binh.get(outline).text
    for words in ("Mở sau khi xong “Mật khẩu dài”", "Mở từ ngày 05/02/2027", "Mở khi đạt từ 60% ở “Bài thi cuối khóa”", "Tự chọn"):
        assert words in text
    with app.app_context():
        step = current_course_source(db.session.get_one(Course, world.course)).outline[2]
        assert step.release == {"after": "01-dai", "from": "2027-02-05", "score": {"quiz": "cuoi-khoa", "percent": 60}} and step.is_optional
    press(binh, outline, "lesson:02-la before quiz:cuoi-khoa")
    faulty = binh.get(outline)
    row = next(row for row in faulty.all("li") if row.get("data-row") == "lesson:02-la")
    assert "chờ điểm của “Bài thi cuối khóa”, nhưng bài kiểm tra đó không đứng trước" in "".join(row.itertext()), "the fault stands at its step"
    again = binh.get(address)
    assert any(option.get("value") == "cuoi-khoa" for option in again.all("option")), "what it waits for now can stay or go"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"from_on": "99/99/2026"}, "ngày/tháng/năm"),
        ({"after": "khong-co"}, "chọn một mục trong danh sách"),
        ({"after": "02-la"}, "chọn một mục trong danh sách"),
        ({"percent": "60"}, "chọn bài kiểm tra"),
        ({"percent": "600"}, "số từ 1 đến 100"),
    ],
)
def test_wrong_conditions_bring_the_form_back(app: Flask, binh: Visitor, world: World, outline: str, changes: dict[str, str], words: str) -> None:
    address = f"{outline}/steps/lesson/01-dai"
    form = binh.get(address)
    assert words in binh.post(address, step_fields(form, **changes), page=form, status=422).text
    with app.app_context():
        assert db.session.get_one(Course, world.course).draft is None


def test_conditions_of_a_step_that_somebody_else_set_are_shown_beside_mine(binh: Visitor, outline: str) -> None:
    address = f"{outline}/steps/lesson/02-la"
    mine, other = binh.get(address), binh.get(address)
    binh.post(address, step_fields(other, after="01-dai"), page=other, status=303)
    conflict = binh.post(address, step_fields(mine, from_on="05/02/2027"), page=mine, status=422)
    assert "Đang lưu: Mở sau khi xong “Mật khẩu dài”" in conflict.text and "2027" in conflict.html


def test_a_step_that_is_taken_out_keeps_its_text_and_can_be_put_in_again(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    for step in ("lesson/01-dai", "quiz/cuoi-khoa"):
        page = binh.get(f"{outline}/steps/{step}")
        binh.post(f"{outline}/steps/{step}/remove", {"version": version(page)}, page=page, status=303)
    assert names(app, world.course) == ["lesson:02-la"]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Lesson)) == 2
    page = binh.get(outline)
    offered = [button.get("value") for button in page.all("button") if button.get("name") == "put"]
    assert offered == ["lesson:01-dai", "quiz:cuoi-khoa"] or set(offered) >= {"lesson:01-dai", "quiz:cuoi-khoa"}
    for name in ("quiz:cuoi-khoa", "lesson:01-dai"):
        page = binh.get(outline)
        binh.post(f"{outline}/put", {"put": name, "version": version(page)}, page=page, status=303)
    assert names(app, world.course) == ["lesson:02-la", "quiz:cuoi-khoa", "lesson:01-dai"]
    for name in ("lesson:01-dai", "lesson:khong-co", "quiz:khong-co", "course:M", ""):
        page = binh.get(outline)
        binh.post(f"{outline}/put", {"put": name, "version": version(page)}, page=page, status=422)


def test_an_outline_without_lessons_says_so(binh: Visitor, outline: str) -> None:
    for step in ("lesson/01-dai", "lesson/02-la"):
        page = binh.get(f"{outline}/steps/{step}")
        binh.post(f"{outline}/steps/{step}/remove", {"version": version(page)}, page=page, status=303)
    assert "chưa có bài học nào" in binh.get(outline).text


def test_the_draft_of_the_course_can_be_thrown_away_but_not_one_that_somebody_just_changed(app: Flask, binh: Visitor, outline: str) -> None:
    press(binh, outline, "lesson:01-dai down")
    stale = binh.get(outline)
    press(binh, outline, "lesson:01-dai down")
    binh.post(f"{outline}/discard", {"version": version(stale)}, page=stale, status=422)
    page = binh.get(outline)
    binh.post(f"{outline}/discard", {"version": version(page)}, page=page, status=303)
    assert "Bỏ thay đổi chưa công bố" not in binh.get(outline).text


def test_a_lesson_gets_another_name_in_its_draft(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    with app.app_context():
        lesson_id = db.session.scalar(sa.select(Lesson.id).where(Lesson.key == "01-dai"))
    address = f"/courses/{world.course}/lessons/{lesson_id}/rename"
    mine, other = binh.get(address), binh.get(address)
    binh.post(address, {"title_vi": "Mật khẩu dài hơn", "title_en": "", "version": version(other)}, page=other, status=303)
    assert "Mật khẩu dài hơn" in binh.get(outline).text
    conflict = binh.post(address, {"title_vi": "Tên của tôi", "version": version(mine)}, page=mine, status=422)
    assert "Tên đang lưu: Mật khẩu dài hơn" in conflict.text and 'value="Tên của tôi"' in conflict.html
    binh.get(address.replace(f"/{world.course}/", f"/{world.course + 1}/"), 404)


PAGES = ("outline", "settings", "glossary")
CHANGES = (
    "outline/move",
    "outline/put",
    "outline/discard",
    "outline/steps/lesson/01-dai",
    "outline/steps/lesson/01-dai/remove",
    "outline/steps/lesson/01-dai/section",
    "outline/sections/1",
    "outline/sections/1/remove",
    "settings",
    "settings/review",
    "glossary/new",
    "glossary/mat-khau/remove",
    "lessons/new",
    "lessons/copy",
)
FORMS = ("outline/steps/lesson/01-dai", "outline/steps/lesson/01-dai/section", "glossary/new", "lessons/new", "lessons/copy")


def test_nobody_but_the_trainers_of_the_course_gets_there(
    app: Flask, an: Visitor, chi: Visitor, dung: Visitor, giang: Visitor, nobody: Visitor, binh: Visitor, world: World, outline: str
) -> None:
    for address in (*PAGES, *FORMS):
        for visitor in (an, chi, dung, giang):
            visitor.get(f"/courses/{world.course}/{address}", 403)
        nobody.get(f"/courses/{world.course}/{address}", 302)
    page = binh.get(outline)
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM course_trainer"))
        commit()
    for address in (*PAGES, *FORMS):
        binh.get(f"/courses/{world.course}/{address}", 404)
    for address in CHANGES:
        binh.post(f"/courses/{world.course}/{address}", {"version": version(page)}, page=page, status=404)
    with app.app_context():
        assert db.session.get_one(Course, world.course).draft_version == int(version(page))


def test_a_reviewer_reads_and_changes_nothing(app: Flask, binh: Visitor, world: World, outline: str) -> None:
    page = binh.get(outline)
    with app.app_context():
        add_trainer(None, world.course, world.people["binh"], "reviewer")
        commit()
    for address in PAGES:
        shown = binh.get(f"/courses/{world.course}/{address}")
        assert not [form for form in shown.all("form") if f"/courses/{world.course}/" in (form.get("action") or "")]
    for address in FORMS:
        binh.get(f"/courses/{world.course}/{address}", 404)
    for address in CHANGES:
        binh.post(f"/courses/{world.course}/{address}", {"version": version(page), "move": "lesson:01-dai down"}, page=page, status=404)
    with app.app_context():
        assert db.session.get_one(Course, world.course).draft is None


def test_every_page_of_a_course_is_marked_in_its_row_of_pages(binh: Visitor, world: World) -> None:
    for address in PAGES:
        page = binh.get(f"/courses/{world.course}/{address}")
        marked = [
            link.get("href")
            for link in page.all("a")
            if link.get("aria-current") == "page" and f"/courses/{world.course}" in (link.get("href") or "")
        ]
        assert marked == [f"/courses/{world.course}/{address}"]


def test_rows_and_steps_are_the_same_outline() -> None:
    one, two = {"vi": "Một", "en": ""}, {"vi": "Hai", "en": ""}
    plan = [OutlineStep("lesson", "a"), OutlineStep("lesson", "b", one), OutlineStep("lesson", "c", one), OutlineStep("quiz", "d", two)]
    listed = [name_of(row) for row in rows_of(plan)]
    assert listed == ["lesson:a", "section:1", "lesson:b", "lesson:c", "section:2", "quiz:d"]
    assert [step.section for step in shifted(plan, "lesson:b", -1)] == [None, None, one, two]
    assert [step.key for step in shifted(plan, "section:1", 1)] == ["a", "d", "b", "c"]
    assert shifted(plan, "section:1", -1) == plan and shifted(plan, "quiz:d", 1) == plan
    assert [step.key for step in placed(plan, "section:1", "")] == ["a", "d", "b", "c"]
    assert placed(plan, "section:2", "section:2") == plan and placed(plan, "lesson:a", "lesson:a") == plan
    assert [step.section for step in with_section(plan, "lesson:c", {"vi": "Ba", "en": ""})][2] == {"vi": "Ba", "en": ""}
    assert not re.search("None", str(rows_of(placed(plan, "lesson:a", ""))[-1].section))  # type: ignore[union-attr]
