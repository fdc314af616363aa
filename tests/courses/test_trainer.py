"""The trainer's pages: drafts, preview, conflict, publishing, old revisions; and what is nobody else's business."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses import Lesson, LessonRevision, add_trainer, current_revision_id, export_folder, lesson_text
from tests.cast import World
from tests.courses.test_loading import everything, lesson, load
from tests.pages import Page, Visitor


@pytest.fixture
def edit(app: Flask, world: World) -> str:
    """The address of the form of the first lesson of M."""
    with app.app_context():
        return f"/courses/{world.course}/lessons/{lesson('01-dai').id}/edit"


def typed(page: Page, **changes: str) -> dict[str, Any]:
    """What the edit form holds, with some fields typed anew."""
    fields = {field.get("name", ""): field.get("value", "") for field in page.all("input") if field.get("name") not in (None, "_key", "next")}
    fields |= {area.get("name", ""): (area.text or "").lstrip("\n") for area in page.all("textarea") if area.get("name")}
    return fields | changes


def source(page: Page) -> str:
    return str(typed(page)["source"])


def test_a_trainer_sees_the_courses_they_look_after(binh: Visitor, world: World) -> None:
    page = binh.get("/courses")
    assert "Khóa học mẫu về mật khẩu" in page.text
    course = binh.get(f"/courses/{world.course}")
    assert "Mật khẩu dài" in course.text and "Bài thi cuối khóa" in course.text and "Bản 1" in course.text


def test_nobody_else_gets_there(app: Flask, an: Visitor, chi: Visitor, nobody: Visitor, binh: Visitor, world: World, edit: str) -> None:
    for address in ("/courses", f"/courses/{world.course}", edit):
        an.get(address, 403)
        chi.get(address, 403)
        nobody.get(address, 302)
    form = binh.get(edit)
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM course_trainer"))
        commit()
    assert "chưa phụ trách" in binh.get("/courses").text
    for address in (f"/courses/{world.course}", edit, edit.replace("edit", "revisions"), edit.replace("edit", "revisions/1")):
        binh.get(address, 404)
    for address in (edit, edit.replace("edit", "preview"), edit.replace("edit", "discard"), f"/courses/{world.course}/publish"):
        binh.post(address, typed(form), page=form, status=404)


def test_a_lesson_of_another_course_is_not_found_through_mine(app: Flask, binh: Visitor, world: World, edit: str) -> None:
    binh.get(edit.replace(f"/courses/{world.course}/", f"/courses/{world.course + 1}/"), 404)
    binh.get(f"/courses/{world.course}/lessons/999/edit", 404)
    binh.get(edit.replace("edit", "revisions/99"), 404)


def test_a_reviewer_reads_and_does_not_change(app: Flask, binh: Visitor, world: World, edit: str) -> None:
    with app.app_context():
        add_trainer(None, world.course, world.people["binh"], "reviewer")
        commit()
    assert "Sửa bài" not in binh.get(f"/courses/{world.course}").text
    binh.get(edit, 404)
    binh.get(edit.replace("edit", "revisions/1"))


def test_a_draft_is_published_as_a_new_revision_and_the_old_one_stays(app: Flask, binh: Visitor, world: World, edit: str) -> None:
    with app.app_context():
        old = current_revision_id(world.course)
    form = binh.get(edit)
    changed = source(form).replace("khó đoán. Xem", "rất khó đoán. Xem")
    binh.post(edit, typed(form, source=changed, title_vi="Mật khẩu thật dài", legal_basis="Văn bản A\nVăn bản B"), page=form, status=303)
    again = binh.get(edit)
    assert source(again) == changed.strip() and "Trần Thị Bình lưu lúc" in again.text
    course = binh.get(f"/courses/{world.course}")
    assert "1 bản nháp chưa công bố" in course.text
    with app.app_context():
        assert current_revision_id(world.course) == old
    binh.post(f"/courses/{world.course}/publish", page=course, status=303)
    assert "Đã công bố bản 2" in binh.get(f"/courses/{world.course}").text
    with app.app_context():
        before, after = lesson_text(old, "01-dai"), lesson_text(current_revision_id(world.course), "01-dai")
        assert before and after and "rất khó đoán" not in str(before.parts) and "rất khó đoán" in str(after.parts)
        assert after.title == {"vi": "Mật khẩu thật dài", "en": "Long passwords"} and after.legal_basis == ["Văn bản A", "Văn bản B"]
        assert after.code == before.code and after.standards == before.standards and after.self_checks == ["m01-s1"]
        assert lesson("01-dai").is_edited and lesson("01-dai").draft is None
    assert "rất khó đoán" not in binh.get(edit.replace("edit", "revisions/1")).text
    assert "rất khó đoán" in binh.get(edit.replace("edit", "revisions/2")).text
    assert "Bản 2" in binh.get(edit.replace("edit", "revisions")).text
    nothing = binh.post(f"/courses/{world.course}/publish", page=binh.get(edit), status=422)
    assert "Chưa có bản nháp" in nothing.text


def test_an_edited_course_exports_and_loads_back_as_it_is(app: Flask, binh: Visitor, world: World, edit: str, tmp_path: Path) -> None:
    form = binh.get(edit)
    binh.post(edit, typed(form, source=source(form).replace("khó đoán. Xem", "rất khó đoán. Xem")), page=form, status=303)
    binh.post(f"/courses/{world.course}/publish", page=f"/courses/{world.course}", status=303)
    with app.app_context():
        target = export_folder("M", tmp_path)
        assert "rất khó đoán" in (target / "lessons" / "01-dai.md").read_text("utf-8")
        before = everything()
        assert load(tmp_path, world) == ["M: không có gì thay đổi."]
        assert everything() == before


def test_the_second_to_save_sees_both_texts(app: Flask, binh: Visitor, edit: str) -> None:
    mine, other = binh.get(edit), binh.get(edit)
    binh.post(edit, typed(other, source="## Bản kia\n\nNội dung của người kia."), page=other, status=303)
    conflict = binh.post(edit, typed(mine, source="## Bản này\n\nNội dung của tôi."), page=mine, status=422)
    areas = {area.get("id"): area.text or "" for area in conflict.all("textarea")}
    assert "của người kia" in areas["stored"] and "của tôi" in areas["source"]
    with app.app_context():
        assert "của người kia" in str(lesson("01-dai").draft)
    binh.post(edit, typed(conflict), page=conflict, status=303)
    with app.app_context():
        assert "của tôi" in str(lesson("01-dai").draft)


def test_a_form_opened_before_a_publication_does_not_overwrite_it(binh: Visitor, world: World, edit: str) -> None:
    stale, fresh = binh.get(edit), binh.get(edit)
    binh.post(edit, typed(fresh, source="## A\n\nMới."), page=fresh, status=303)
    binh.post(f"/courses/{world.course}/publish", page=f"/courses/{world.course}", status=303)
    binh.post(edit, typed(stale, source="## B\n\nCũ."), page=stale, status=422)


def test_the_preview_shows_and_saves_nothing(app: Flask, binh: Visitor, edit: str) -> None:
    form = binh.get(edit)
    text = "## Thử\n\n<script>alert(1)</script>\n\n![Hình](files/xanh.png)\n\n[[self-check: m01-s1]]\n\n[[self-check: khong-co]]"
    for _twice in range(2):
        shown = binh.post(edit.replace("edit", "preview"), typed(form, source=text), page=form, status=200)
        assert "<script>alert" not in shown.html and '/xanh.png" width="' in shown.html
        assert "Câu hỏi m01-s1?" in shown.text and "Cần sửa trước khi công bố" in shown.text and source(shown) == text
    with app.app_context():
        assert lesson("01-dai").draft is None


def test_a_draft_with_a_fault_is_kept_and_not_published(app: Flask, binh: Visitor, world: World, edit: str) -> None:
    form = binh.get(edit)
    binh.post(edit, typed(form, source="# To quá\n\n[x](https://example.com)"), page=form, status=303)
    faults = binh.get(edit).text
    assert "Dòng 1: Tiêu đề trong bài bắt đầu từ ##" in faults and "Dòng 3: Liên kết" in faults
    refused = binh.post(f"/courses/{world.course}/publish", page=f"/courses/{world.course}", status=422)
    assert "Bài 01-dai, dòng 1" in refused.text
    with app.app_context():
        assert lesson("01-dai").draft is not None
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LessonRevision)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_vi": ""}, "nhập tên bài"),
        ({"minutes": "chín"}, "số phút, từ 1 đến 240"),
        ({"minutes": "0"}, "số phút, từ 1 đến 240"),
        ({"reviewed_on": "2026-99-01"}, "ngày/tháng/năm"),
        ({"source": " \n "}, "nhập nội dung bài"),
        ({"source": "x" * 100_001}, "Tối đa 100000"),
        ({"version": "abc"}, "vừa lưu bài này"),
    ],
)
def test_wrong_values_bring_the_form_back_with_what_was_typed(app: Flask, binh: Visitor, edit: str, changes: dict[str, str], words: str) -> None:
    form = binh.get(edit)
    answer = binh.post(edit, typed(form, summary_vi="Tóm tắt vừa gõ.", **changes), page=form, status=422)
    assert words in answer.text and typed(answer)["summary_vi"] == "Tóm tắt vừa gõ."
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Lesson.draft.is_not(None))) == 0


def test_a_draft_can_be_thrown_away(app: Flask, binh: Visitor, edit: str) -> None:
    form = binh.get(edit)
    unchanged = binh.post(edit, typed(form), page=form, status=303)
    assert unchanged.status == 303 and "chưa có gì thay đổi" in binh.get("/courses").text
    binh.post(edit, typed(form, source="## A\n\nMới."), page=binh.get(edit), status=303)
    shown = binh.get(edit)
    discard = edit.replace("edit", "discard")
    binh.post(discard, {"version": "0"}, page=shown, status=422)
    binh.post(discard, {"version": typed(shown)["version"]}, page=binh.get(edit), status=303)
    with app.app_context():
        assert lesson("01-dai").draft is None
