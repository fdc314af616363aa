"""Lessons from office files over HTTP: upload, preview, drafts; twice, in two tabs, after a day; who may, and what is left behind."""

import io
from pathlib import Path
from typing import Any

import docx
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db, keep_waiting, timers, waiting
from lms.courses import Course, CourseFile, Lesson, add_trainer
from lms.courses.course_drafts import current_course_source
from lms.courses.drafts import source_of_draft
from lms.courses.folder import LessonSource
from lms.courses.office.taking import unpacked
from lms.courses.office.tasks import sweep_waiting
from lms.site import Audit
from tests.cast import COURSES, World
from tests.conftest import FakeClock
from tests.courses.test_archives import files_in, zipped
from tests.courses.word_documents import picture, saved, screenshot, ten_pages
from tests.pages import Page, Visitor


@pytest.fixture
def office(app: Flask, world: World, tmp_path: Path) -> str:
    """The address at which files come into M; the files of this test lie apart."""
    app.config["FILES"] = tmp_path
    return f"/courses/{world.course}/office"


@pytest.fixture(scope="module")
def two_chapters() -> bytes:
    """A document of two chapters, with a picture in each: one and the same."""
    document = docx.Document()
    for title in ("Mật khẩu", "Thư lạ"):
        document.add_heading(title, 1)
        document.add_paragraph(f"Đây là bài về {title.lower()}, viết cho mọi người trong phòng.")
        picture(document, screenshot(1, (300, 200)), f"Hình của bài {title.lower()}")
    return saved(document)


def read(visitor: Visitor, office: str, content: bytes, name: str = "Tài liệu.docx", status: int = 200) -> Page:
    """Send a file; the preview, or the page that says why not."""
    page = visitor.post(office, {"step": "read", "file": (io.BytesIO(content), name)}, content_type="multipart/form-data", status=status)
    page.response.request.environ["wsgi.input"].close()  # a large body lies in a file of the test's own
    return page


def typed(page: Page, **changes: str | None) -> dict[str, Any]:
    """What the form that makes the drafts holds, with some fields typed anew (None: not sent)."""
    form = next(form for form in page.all("form") if any(button.get("value") == "confirm" for button in form.iter("button")))
    fields = {field.get("name", ""): field.get("value", "") for field in form.iter("input") if field.get("type") != "checkbox"}
    fields |= {field.get("name", ""): "y" for field in form.iter("input") if field.get("type") == "checkbox" and field.get("checked") is not None}
    fields |= {name.replace("_", "-"): value for name, value in changes.items() if value is not None}
    gone = {name.replace("_", "-") for name, value in changes.items() if value is None} | {"_key", "next"}
    return {"step": "confirm", **{name: value for name, value in fields.items() if name not in gone}}


def key_of(page: Page) -> str:
    """The key of the form that makes the drafts."""
    form = next(form for form in page.all("form") if any(button.get("value") == "confirm" for button in form.iter("button")))
    return next(field.get("value", "") for field in form.iter("input") if field.get("name") == "_key")


def confirm(visitor: Visitor, office: str, page: Page, status: int = 303, **changes: str | None) -> Page:
    """Press the button that makes the drafts."""
    return visitor.post(office, typed(page, **changes), key=key_of(page), status=status)


def outline(app: Flask, course_id: int) -> list[tuple[str, str]]:
    """(key, section) of the planned steps."""
    with app.app_context():
        said = current_course_source(db.session.get_one(Course, course_id, populate_existing=True))
        return [(step.key, (step.section or {}).get("vi", "")) for step in said.outline]


def drafts(app: Flask, course_id: int) -> dict[str, LessonSource]:
    """The drafts of the course, by key of lesson."""
    with app.app_context():
        rows = db.session.execute(sa.select(Lesson.key, Lesson.draft).where(Lesson.course_id == course_id, Lesson.draft.is_not(None)))
        return {key: source_of_draft(draft or "") for key, draft in rows}


def files(app: Flask) -> list[CourseFile]:
    with app.app_context():
        return list(db.session.scalars(sa.select(CourseFile).where(CourseFile.uploaded_by_id.is_not(None)).order_by(CourseFile.id)))


def left(folder: Path) -> list[str]:
    """What lies in the folder of files, and in that of what waits."""
    return sorted(path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file())


def test_a_word_document_becomes_drafts_at_the_end_of_the_course(app: Flask, binh: Visitor, world: World, office: str, tmp_path: Path) -> None:
    assert "Nhập từ Word, PowerPoint, PDF" in binh.get(f"/courses/{world.course}/outline").text and "tối đa 15 MB" in binh.get(office).text
    before = outline(app, world.course)
    page = read(binh, office, ten_pages(0.3))
    assert "3 bài đọc được" in page.text and "763 từ, 3 hình, học khoảng 6 phút" in page.text
    assert "1 hình chưa có lời mô tả" in page.text and "Bảng có ô gộp" in page.text
    assert not drafts(app, world.course) and not files(app), "a preview writes nothing"
    assert left(tmp_path) == ["waiting"]
    done = confirm(binh, office, page, title_0="Mật khẩu", take_1=None, title_2="Lưu văn bản")
    assert "Đã tạo 2 bản nháp bài học" in binh.get(done.response.headers["Location"]).text
    assert [key for key, _section in outline(app, world.course)] == [*(key for key, _section in before), "03-mat-khau", "04-luu-van-ban"]
    made = drafts(app, world.course)
    first = made["03-mat-khau"]
    assert first.title == {"vi": "Mật khẩu", "en": ""} and first.minutes == 6 and first.summary["vi"].startswith("Tài liệu dùng cho lớp")
    assert "![Minh họa 1: vì sao mật khẩu dễ đoán bị mất](files/tai-lieu-1.jpg)" in first.source and "office-picture" not in first.source
    rows = files(app)
    assert [row.name for row in rows] == ["tai-lieu-1.jpg", "tai-lieu-2.png", "tai-lieu-3.jpg", "tai-lieu-7.jpg", "tai-lieu-8.png"]
    assert rows[0].alt == "Minh họa 1: vì sao mật khẩu dễ đoán bị mất" and len(left(tmp_path)) == 5 and "waiting" not in left(tmp_path)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Audit).where(Audit.action == "import-office")) == 1


def test_the_ways_to_cut_are_tried_before_anything_is_made(app: Flask, binh: Visitor, world: World, office: str) -> None:
    document = docx.Document()
    for text, level in (("Chương một", 1), ("Mục a", 2), ("Mục b", 2), ("Chương hai", 1), ("Mục c", 2)):
        document.add_heading(text, level)
        document.add_paragraph(f"Chữ của {text.lower()}.")
    page = read(binh, office, saved(document))
    assert "2 bài đọc được" in page.text
    again = {name: value for name, value in typed(page).items() if name in ("token", "with_talk")}
    cut = binh.post(office, {**again, "step": "again", "split": "2"}, key=key_of(page), status=200)
    assert "3 bài đọc được" in cut.text and "Bài 1 · Chương một" in cut.text
    assert "1 bài đọc được" in binh.post(office, {**again, "step": "again", "split": "0"}, key=key_of(page), status=200).text
    assert "2 bài đọc được" in binh.post(office, {**again, "step": "again", "split": "9"}, key=key_of(page), status=200).text
    confirm(binh, office, cut)
    assert [section for _key, section in outline(app, world.course)][-3:] == ["Chương một", "Chương một", "Chương hai"]


def test_a_double_click_is_one_import_and_gets_one_answer(app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes) -> None:
    page = read(binh, office, two_chapters)
    first, second = confirm(binh, office, page), confirm(binh, office, page)
    assert first.response.headers["Location"] == second.response.headers["Location"]
    assert len(drafts(app, world.course)) == 2 and len(files(app)) == 1


def test_the_same_preview_in_two_tabs_is_one_import(
    app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes, tmp_path: Path
) -> None:
    page = read(binh, office, two_chapters)
    kept = {path: path.read_bytes() for path in (tmp_path / "waiting").iterdir()}
    confirm(binh, office, page)
    late = confirm(binh, office, page, status=422, title_0="Tên khác")
    assert "đã được nhập hoặc đã quá một ngày" in late.text
    for path, content in kept.items():
        path.write_bytes(content)  # as if the other tab had read it just before the first one confirmed
    again = confirm(binh, office, page, status=422, title_0="Tên khác nữa")
    assert "Tệp này đã được nhập" in again.text and "Tên khác nữa" in again.html
    assert len(drafts(app, world.course)) == 2 and len(files(app)) == 1


def test_what_is_wrong_is_told_at_its_lesson_and_what_was_typed_stays(
    app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes
) -> None:
    page = read(binh, office, two_chapters)
    wrong = confirm(binh, office, page, status=422, title_0="", title_1="Tên đã sửa")
    assert "Anh/Chị nhập tên bài." in wrong.text and "Tên đã sửa" in wrong.html
    assert "ít nhất một bài" in confirm(binh, office, wrong, status=422, take_0=None, take_1=None).text
    assert "Tối đa 200 ký tự" in confirm(binh, office, wrong, status=422, title_0="a" * 201).text
    assert not drafts(app, world.course)
    confirm(binh, office, wrong, title_0="Tên một")
    assert [one.title["vi"] for one in drafts(app, world.course).values()] == ["Tên một", "Tên đã sửa"]


def test_a_lesson_that_is_still_empty_can_be_filled(app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes) -> None:
    binh.post(f"/courses/{world.course}/lessons/new", {"title_vi": "Bài trống", "minutes": "10"}, status=303)
    (key,) = drafts(app, world.course)
    page = read(binh, office, two_chapters)
    assert "Bài trống “Bài trống”" in page.text
    with app.app_context():
        empty = str(db.session.scalars(sa.select(Lesson.id).where(Lesson.key == key)).one())
    twice = confirm(binh, office, page, status=422, into_0=empty, into_1=empty)
    assert "đã chọn cho bài khác" in twice.text
    done = confirm(binh, office, twice, into_0=empty, into_1=None, take_1=None, title_0="Mật khẩu mới")
    assert done.response.headers["Location"].endswith(f"/lessons/{empty}/edit")
    made = drafts(app, world.course)
    assert made.keys() == {key} and made[key].title["vi"] == "Mật khẩu mới" and "viết cho mọi người" in made[key].source
    assert "Đặt vào" not in read(binh, office, two_chapters).text, "it is not empty any more"


def test_a_course_that_is_full_takes_nothing_and_no_content_is_stored(app: Flask, binh: Visitor, world: World, office: str, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Hai hình khác nhau.")
    for number in (1, 2):
        picture(document, screenshot(number, (300, 200)), f"Hình {number}")
    page = read(binh, office, saved(document))
    with app.app_context():
        there = db.session.scalar(sa.select(sa.func.count()).select_from(CourseFile).where(CourseFile.course_id == world.course)) or 0
    app.config["COURSE_FILES"] = there + 1
    assert "không còn đủ chỗ cho 2 hình" in confirm(binh, office, page, status=422).text
    assert not drafts(app, world.course) and not files(app) and left(tmp_path) == ["waiting"]
    app.config["COURSE_FILES"] = there + 2
    confirm(binh, office, page)
    assert len(drafts(app, world.course)) == 1 and len(files(app)) == 2


def test_a_file_that_cannot_be_read_leaves_nothing_and_says_one_sentence(
    app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes, tmp_path: Path
) -> None:
    for content, said in (
        (b"", "không được trống"),
        (b"xin chao", "không phải Word"),
        (b"PK\x03\x04" + b"x" * 99, "bị hỏng"),
        (two_chapters[:9000], "bị hỏng"),
    ):
        page = read(binh, office, content, status=422)
        assert said in page.text and "autofocus" in page.html
    assert "chọn một tệp .docx" in binh.post(office, {"step": "read"}, content_type="multipart/form-data", status=422).text
    assert left(tmp_path) == [] and not drafts(app, world.course) and not files(app)


def test_what_waits_is_only_for_its_sender_and_its_course(app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes) -> None:
    page = read(binh, office, two_chapters)
    token = typed(page)["token"]
    for other in ("", "x", "../" * 10, "0" * 32, f"office-{'0' * 32}"):
        assert "Anh/Chị chọn lại tệp" in confirm(binh, office, page, status=422, token=other).text
    with app.app_context():
        assert waiting(world.people["binh"], token, "office") and waiting(world.people["chi"], token, "office") is None
        content = waiting(world.people["binh"], token, "office") or b""
        assert unpacked(content, world.course) and unpacked(content, world.course + 1) is None


def test_what_waits_for_another_step_or_is_damaged_is_not_found(
    app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes, tmp_path: Path
) -> None:
    new, gone = "/courses/import", "Anh/Chị chọn lại tệp"
    page = read(binh, office, two_chapters)
    sent = {"step": "read", "file": (io.BytesIO(zipped(files_in(COURSES / "M"))), "m.zip")}
    archive = binh.post(new, sent, content_type="multipart/form-data", status=200)
    ours, theirs = str(typed(page)["token"]), str(typed(archive)["token"])
    with app.app_context():
        assert waiting(world.people["binh"], ours, "archive") is None and waiting(world.people["binh"], theirs, "office") is None
        assert waiting(world.people["binh"], ours, "office") and waiting(world.people["binh"], theirs, "archive")
    for token in (theirs, theirs.replace("archive", "office")):
        assert gone in confirm(binh, office, page, status=422, token=token).text
    for token in (ours, ours.replace("office", "archive")):
        assert gone in confirm(binh, new, archive, status=422, token=token).text
    for file in (tmp_path / "waiting").iterdir():
        file.write_bytes(b"PK\x03\x04\xff" if "archive" in file.name else b'{"course_id": %d}' % world.course)
    assert gone in confirm(binh, office, page, status=422).text
    assert gone in confirm(binh, new, archive, status=422).text
    assert not drafts(app, world.course)


def test_what_waits_is_forgotten_after_a_day(
    app: Flask, binh: Visitor, world: World, office: str, two_chapters: bytes, tmp_path: Path, time: FakeClock
) -> None:
    token = typed(read(binh, office, two_chapters))["token"]
    with app.app_context():
        time.forward(hours=23)
        sweep_waiting()
        assert waiting(world.people["binh"], token, "office") and left(tmp_path) == ["waiting"]
        time.forward(hours=2)
        assert waiting(world.people["binh"], token, "office") is None, "too old, though still there"
        sweep_waiting()
    assert left(tmp_path) == [] and any(name.endswith("sweep_waiting") for name in timers())


def test_of_what_one_person_leaves_waiting_only_the_last_three_stay(app: Flask, office: str, tmp_path: Path, time: FakeClock) -> None:
    with app.app_context():
        tokens = []
        for turn in range(5):
            tokens.append(keep_waiting(7, f"{turn}".encode(), "office"))
            keep_waiting(70 + turn, b"of somebody else", "office")
            time.forward(minutes=1)
        assert [waiting(7, token, "office") for token in tokens] == [None, None, b"2", b"3", b"4"] and len(left(tmp_path)) == 8


def test_only_those_who_write_the_course_bring_files_in(
    app: Flask, an: Visitor, chi: Visitor, nobody: Visitor, binh: Visitor, world: World, office: str, two_chapters: bytes, tmp_path: Path
) -> None:
    an.get(office, 403)
    chi.get(office, 403)
    nobody.get(office, 302)
    page = read(binh, office, two_chapters)
    with app.app_context():
        add_trainer(None, world.course, world.people["binh"], "reviewer")
        commit()
    assert "Anh/Chị rà soát khóa học này" in binh.get(office).text
    confirm(binh, office, page, status=404)
    read_again = {"step": "read", "file": (io.BytesIO(two_chapters), "a.docx")}
    binh.post(office, read_again, key=key_of(page), content_type="multipart/form-data", status=404)
    binh.get(office.replace(f"/{world.course}/", f"/{world.course + 1}/"), 404)
    assert left(tmp_path) == ["waiting"]
