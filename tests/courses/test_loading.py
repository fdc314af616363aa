"""Loading: the same again changes nothing, a change makes a new revision, what trainers edited is never overwritten."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from lms.base import Base, Refused, commit, db
from lms.courses import (
    Course,
    CourseFile,
    CourseRevision,
    FolderRefused,
    Lesson,
    LessonRevision,
    check_folders,
    current_revision_id,
    export_folder,
    lesson_text,
    load_folders,
    steps_of,
)
from lms.quizzes import Question, Quiz
from tests.cast import COURSES, PASSWORDS, World
from tests.courses.conftest import Spoilt
from tests.pages import Visitor


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.flush()
    return {name: [tuple(row) for row in db.session.execute(table.select())] for name, table in Base.metadata.tables.items()}


def load(path: Path, world: World) -> list[str]:
    """Load and commit."""
    lines = load_folders(None, path, world.agencies["T"])
    commit()
    return lines


def course_m() -> Course:
    """The course M as the database has it."""
    db.session.expire_all()
    return db.session.scalars(sa.select(Course).where(Course.key == "M")).one()


def lesson(key: str) -> Lesson:
    """A lesson of it."""
    return db.session.scalars(sa.select(Lesson).where(Lesson.key == key)).one()


def test_the_same_folder_again_changes_nothing(app: Flask, world: World) -> None:
    with app.app_context():
        before = everything()
        assert load(COURSES, world) == ["M: không có gì thay đổi."]
        assert everything() == before


def test_a_folder_that_says_the_same_in_other_words_changes_nothing(app: Flask, world: World, folder_m: Spoilt) -> None:
    folder_m.replace("course.yml", "minutes: 10", "minutes:   10   # phút")
    folder_m.replace("lessons/01-dai.md", "code: M.01", 'code: "M.01"')
    with app.app_context():
        before = everything()
        assert load(folder_m.path, world) == ["M: không có gì thay đổi."]
        assert everything() == before


def test_export_then_load_changes_nothing(app: Flask, world: World, tmp_path: Path) -> None:
    with app.app_context():
        target = export_folder("M", tmp_path / "out")
        before = everything()
        assert load(tmp_path / "out", world) == ["M: không có gì thay đổi."]
        assert everything() == before
        with pytest.raises(Refused):
            export_folder("M", tmp_path / "out")
        with pytest.raises(Refused):
            export_folder("Z", tmp_path / "out")
    for name in ("files/xanh.png", "files/ghi-nho.txt"):
        assert (target / name).read_bytes() == (COURSES / "M" / name).read_bytes()


def test_an_exported_course_is_the_same_on_another_site(app: Flask, world: World, tmp_path: Path) -> None:
    with app.app_context():
        first = export_folder("M", tmp_path / "first")
        for name in ("first/M",):
            text = (tmp_path / name / "course.yml").read_text("utf-8").replace("key: M", "key: N")
            (tmp_path / name / "course.yml").write_text(text, "utf-8")
        first.rename(tmp_path / "first" / "N")
        load(tmp_path / "first", world)
        second = export_folder("N", tmp_path / "second")
    for file in (tmp_path / "first" / "N").rglob("*.*"):
        assert (second / file.relative_to(tmp_path / "first" / "N")).read_bytes() == file.read_bytes()


PLACES = """
- key: m01-hinh
  kind: places
  use: practice
  topic: mat-ma
  difficulty: easy
  tags: ["bàn làm việc", "mật khẩu"]
  text: "Chỗ nào không an toàn?"
  picture: files/ban.png
  places:
    - {x: 0, y: 0, w: 20, h: 20, label: "Mảnh giấy ghi mật khẩu", correct: true, why: "Ai cũng đọc được."}
    - {x: 30, y: 0, w: 20, h: 20, label: "Máy không khóa màn hình", correct: true, why: "Ai cũng dùng được."}
    - {x: 0, y: 30, w: 20, h: 20, label: "Lịch để bàn", why: "Không có gì bí mật."}
- key: m01-nhieu
  kind: multiple
  use: test
  topic: mat-ma
  difficulty: hard
  scoring: penalty
  text: "Cách nào đúng?"
  options:
    - {text: "a", correct: true, why: "vì a"}
    - {text: "b", correct: true, why: "vì b"}
    - {text: "c", why: "vì c"}
"""


def picture(color: str) -> bytes:
    """A picture of one color."""
    out = io.BytesIO()
    Image.new("RGB", (100, 60), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def full(folder_m: Spoilt) -> Spoilt:
    """The folder with all that questions, topics and quizzes can have."""
    folder_m.replace(
        "course.yml", "  - {key: lua-dao", '  - {key: mat-ma, parent: mat-khau, title: {vi: "Mật mã", en: "Ciphers"}}\n  - {key: lua-dao'
    )
    folder_m.replace("quizzes/cuoi-khoa.yml", "counts: true", "counts: true\nbehaviour: immediate\nreview: {after: marks}\nper_page: 5")
    folder_m.write("questions/hinh.yml", PLACES)
    folder_m.write("files/ban.png", picture("navy"))
    return folder_m


def test_all_that_a_folder_can_hold_comes_back(app: Flask, world: World, full: Spoilt, tmp_path: Path) -> None:
    with app.app_context():
        assert "câu hỏi: 2 mới" in load(full.path, world)[0]
        target = export_folder("M", tmp_path / "out")
        before = everything()
        assert load(target, world) == load(full.path, world) == ["M: không có gì thay đổi."]
        assert everything() == before
        row = db.session.scalars(sa.select(Question).where(Question.key == "m01-hinh")).one()
        assert (row.tags, row.use) == (["bàn làm việc", "mật khẩu"], "practice")
    texts = {file.name: file.read_text("utf-8") for file in target.rglob("*.yml")}
    assert (
        "parent: mat-khau" in texts["course.yml"] and "scoring: penalty" in texts["mat-ma.yml"] and "behaviour: immediate" in texts["cuoi-khoa.yml"]
    )
    assert (target / "files/ban.png").read_bytes() == picture("navy")
    assert check_folders(target) == []


def test_two_pictures_of_one_name_go_out_under_two(app: Flask, world: World, full: Spoilt, tmp_path: Path) -> None:
    with app.app_context():
        load(full.path, world)
        db.session.execute(sa.update(Question).where(Question.key == "m01-hinh").values(is_edited=True))
        full.replace("questions/hinh.yml", "key: m01-hinh", "key: m01-khac")
        full.write("files/ban.png", picture("red"))
        load(full.path, world)
        target = export_folder("M", tmp_path / "out")
    assert {file.name: file.read_bytes() for file in target.glob("files/ban*")} == {"ban.png": picture("navy"), "ban-2.png": picture("red")}
    assert check_folders(target) == []


def test_a_changed_picture_makes_a_version_of_its_question_only(app: Flask, world: World, full: Spoilt) -> None:
    with app.app_context():
        load(full.path, world)
        full.write("files/ban.png", picture("red"))
        assert "câu hỏi: 0 mới, 1 đổi, 0 ngừng dùng" in load(full.path, world)[0]
        assert db.session.scalar(sa.select(Question.version_number).where(Question.key == "m01-hinh")) == 2
        assert not list(db.session.scalars(sa.select(CourseFile).where(CourseFile.name == "ban.png")))


@pytest.mark.parametrize("table", [Question, Quiz])
def test_a_question_or_quiz_that_was_edited_here_is_reported_and_kept(app: Flask, world: World, folder_m: Spoilt, table: Any) -> None:
    folder_m.replace("questions/bank.yml", "Câu hỏi m01-01?", "Câu hỏi mới m01-01?")
    folder_m.replace("quizzes/cuoi-khoa.yml", "minutes: 10", "minutes: 12")
    folder_m.replace("lessons/02-la.md", "Không dùng lại.", "Không dùng lại ở đâu.")
    key, said = ("m01-01", "câu hỏi m01-01") if table is Question else ("cuoi-khoa", "bài kiểm tra cuoi-khoa")
    with app.app_context():
        db.session.execute(sa.update(table).where(table.key == key).values(is_edited=True))
        commit()
        lines = load(folder_m.path, world)
        assert "1 đổi" in lines[0] and len(lines) == 2 and f"{said} đã được sửa trên hệ thống, giữ nguyên" in lines[1]
        assert db.session.scalar(sa.select(table.version_number).where(table.key == key)) == 1
        before = everything()
        assert load(folder_m.path, world)[1:] == lines[1:]
        assert everything() == before


def test_a_changed_lesson_makes_a_new_revision_and_keeps_the_old(app: Flask, world: World, folder_m: Spoilt) -> None:
    folder_m.replace("lessons/01-dai.md", "khó đoán. Xem", "khó đoán hơn. Xem")
    with app.app_context():
        old = current_revision_id(world.course)
        assert "1 đổi" in load(folder_m.path, world)[0]
        new = current_revision_id(world.course)
        assert new != old and course_m().revision_number == 2
        before, after = lesson_text(old, "01-dai"), lesson_text(new, "01-dai")
        assert before and after and "khó đoán. Xem" in str(before.parts) and "khó đoán hơn. Xem" in str(after.parts)
        assert [step.lesson_revision_id for step in steps_of(old)][1:] == [step.lesson_revision_id for step in steps_of(new)][1:]
        state = everything()
        load(folder_m.path, world)
        assert everything() == state


def test_a_changed_picture_gets_a_new_address_and_the_old_one_stays(app: Flask, world: World, folder_m: Spoilt) -> None:
    picture = (folder_m.path / "files/xanh.png").read_bytes()
    folder_m.write("files/ghi-nho.txt", "Một câu dài hơn.\n")
    with app.app_context():
        old = current_revision_id(world.course)
        load(folder_m.path, world)
        rows = list(db.session.scalars(sa.select(CourseFile).where(CourseFile.name == "ghi-nho.txt").order_by(CourseFile.id)))
        assert len(rows) == 2 and rows[0].token != rows[1].token
        before, after = lesson_text(old, "01-dai"), lesson_text(current_revision_id(world.course), "01-dai")
        assert rows[0].token in str(before) and rows[1].token in str(after)
        shown = db.session.scalars(sa.select(CourseFile).where(CourseFile.name == "xanh.png")).one()
        assert shown.octets == len(picture) and f'width="{shown.width}" height="{shown.height}"' in str(after)


def test_changed_texts_and_questions_are_loaded(app: Flask, world: World, folder_m: Spoilt) -> None:
    folder_m.replace("course.yml", "Sample course on passwords", "Passwords")
    folder_m.replace("questions/bank.yml", "Câu hỏi m01-01?", "Câu hỏi mới m01-01?")
    with app.app_context():
        line = load(folder_m.path, world)[0]
        assert "bản 2" in line and "0 mới, 0 đổi; câu hỏi: 0 mới, 1 đổi, 0 ngừng dùng" in line
        assert db.session.scalar(sa.select(Question.version_number).where(Question.key == "m01-01")) == 2


@pytest.mark.parametrize("state", ["edited", "draft"])
def test_a_lesson_that_was_edited_here_is_reported_and_kept(app: Flask, world: World, folder_m: Spoilt, state: str) -> None:
    folder_m.replace("lessons/01-dai.md", "khó đoán. Xem", "khó đoán hơn. Xem")
    folder_m.replace("lessons/02-la.md", "Không dùng lại.", "Không dùng lại ở đâu.")
    with app.app_context():
        edited = lesson("01-dai")
        edited.is_edited, edited.draft = state == "edited", "bản nháp" if state == "draft" else None
        commit()
        lines = load(folder_m.path, world)
        assert "1 đổi" in lines[0] and "bài 01-dai đã được sửa trên hệ thống" in lines[1]
        text = lesson_text(current_revision_id(world.course), "01-dai")
        assert text and "khó đoán. Xem" in str(text.parts) and text.number == 1
        before = everything()
        assert "bài 01-dai đã được sửa trên hệ thống" in load(folder_m.path, world)[1]
        assert everything() == before


def test_with_one_fault_nothing_of_any_folder_is_loaded(app: Flask, world: World, folder_m: Spoilt) -> None:
    folder_m.replace("lessons/01-dai.md", "khó đoán. Xem", "khó đoán hơn. Xem")
    (folder_m.path.parent / "Z").mkdir()
    with app.app_context():
        before = everything()
        with pytest.raises(FolderRefused) as refused:
            load_folders(None, folder_m.path.parent, world.agencies["T"])
        assert [str(problem).endswith("Z/course.yml:1: không có tệp này.") for problem in refused.value.problems] == [True]
        assert everything() == before


def test_a_published_revision_is_never_touched(app: Flask, world: World, folder_m: Spoilt) -> None:
    def published() -> list[Any]:
        return [*db.session.execute(LessonRevision.__table__.select()), *db.session.execute(CourseRevision.__table__.select())]

    with app.app_context():
        before = published()
        folder_m.replace("lessons/02-la.md", "Không dùng lại.", "Không dùng lại ở đâu.")
        load(folder_m.path, world)
        assert set(map(str, before)) < set(map(str, published()))


def test_the_commands_say_what_they_did_and_fail_with_status_1(app: Flask, world: World, folder_m: Spoilt, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["courses", "check", str(folder_m.path)]).output == "Không có lỗi.\n"
    assert run(args=["courses", "load", str(folder_m.path)]).output == "M: không có gì thay đổi.\n"
    exported = run(args=["courses", "export", "M", str(tmp_path / "out")])
    assert exported.exit_code == 0 and (tmp_path / "out" / "M" / "course.yml").exists()
    assert run(args=["courses", "export", "Z", str(tmp_path / "out")]).exit_code == 1
    assert run(args=["courses", "load", str(folder_m.path), "--agency", "KHONG"]).exit_code == 1
    folder_m.replace("course.yml", "hours: 2", "hours: hai")
    for command in ("check", "load"):
        result = run(args=["courses", command, str(folder_m.path)])
        assert result.exit_code == 1 and f"{folder_m.path / 'course.yml'}:6: " in result.output


def test_the_operator_names_who_looks_after_a_course(app: Flask, world: World, visitor: Callable[[], Visitor]) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["people", "grant", "an", "trainer", "XP"]).exit_code == 0
    an = visitor().sign_in("an", PASSWORDS["an"])
    an.get(f"/courses/{world.course}", 404)
    assert run(args=["courses", "add-trainer", "M", "CB001", "--part", "reviewer"]).exit_code == 0
    an.get(f"/courses/{world.course}")
    assert run(args=["courses", "add-trainer", "M", "khong-co"]).exit_code == 1
