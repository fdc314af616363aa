"""The files of a course as data: what may enter, under which name, how much, where it is used, how one leaves, what a lesson weighs."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Prepared, Refused, clock, db, fold, read_stored, render_markdown
from lms.courses import CourseFile, Lesson
from lms.courses.file_kinds import HEAVIEST, prepare_file, stem_of
from lms.courses.media import LONGEST_ALT, add_file, describe_file, file_weights, lesson_weight, remove_file
from lms.courses.uploading import LARGEST_BODY, MOST_AT_ONCE, prepare_sent
from lms.courses.uses import file_shown, files_shown
from lms.site.serving import server_settings
from tests.base.drawing import photograph, screenshot, written
from tests.cast import World
from tests.quizzes.at_the_editor import carry_out
from tests.quizzes.face.test_races import at_once

PDF = b"%PDF-1.7\n%\xe2\xe3\n"
ZIP = b"PK\x03\x04"


def archive(*names: str, **contents: bytes) -> bytes:
    """A zip archive of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, contents.get(name, b"x"))
    return file.getvalue()


@pytest.fixture
def course(app: Flask, world: World) -> Iterator[Any]:
    """The course M as actions take it, inside the application; what is written is rolled back."""
    with app.app_context():
        yield SimpleNamespace(id=world.course, agency_id=world.agencies["T"])
        db.session.rollback()


def text(name: str = "a.txt") -> Prepared:
    """A small text file as it will be kept, of its own content."""
    return Prepared(name.encode(), "txt")


def rows() -> int:
    """How many files all courses have."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(CourseFile)) or 0


def refusal(course: Any, name: str, content: bytes | Prepared, alt: str = "") -> str:
    """Why the file may not enter; empty when it may."""
    try:
        add_file(None, course, name, content, alt)
    except Refused as refused:
        return refused.sentence
    return ""


def test_a_picture_enters_light_and_with_what_it_tells(course: Any) -> None:
    row = add_file(None, course, r"C:\Hình ảnh\Màn hình Đăng nhập.BMP", written(screenshot(), "BMP"), "  Ô đăng nhập \n của cổng ")
    assert (row.name, row.alt, row.width, row.height) == ("man-hinh-dang-nhap.png", "Ô đăng nhập của cổng", 400, 200)
    assert row.contrast and row.contrast > 1000 and row.uploaded_at and len(row.token) >= 20
    assert row.octets == len(read_stored(row.digest)) < 12_000


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [
        ("a.docx", archive("[Content_Types].xml", "word/document.xml"), "docx"),
        ("a.xlsx", archive("xl/workbook.xml"), "xlsx"),
        ("a.pptx", archive("ppt/presentation.xml"), "pptx"),
        ("a.odt", archive("mimetype", mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
        ("a.zip", archive("bat-ky.txt"), "zip"),
        ("anh.exe", PDF, "pdf"),
        ("a.txt", "Ghi nhớ".encode(), "txt"),
        ("a.csv", b"a,b\n1,2\n", "csv"),
        ("a.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nXin\n", "vtt"),
        ("a.mov", b"\0\0\0\x18ftypisom" + bytes(20), "mp4"),
        ("a.mp4", b"\0\0\0\x18ftypM4A " + bytes(20), "m4a"),
        ("a.webm", b"\x1aE\xdf\xa3" + b"\x01" * 20 + b"webm", "webm"),
        ("a.ogg", b"OggS" + bytes(20), "ogg"),
        ("a.mp3", b"ID3" + bytes(20), "mp3"),
        ("a.mp3", b"\xff\xfb\x90" + bytes(20), "mp3"),
    ],
)
def test_a_file_is_what_its_content_says(name: str, content: bytes, ending: str) -> None:
    assert prepare_file(name, content) == Prepared(content, ending)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.png", b"", "trống"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không nhận loại tệp này"),
        ("a.txt", b"\n<svg xmlns='http://www.w3.org/2000/svg'/>", "không nhận loại tệp này"),
        ("a.html", b"<!doctype html><script>1</script>", "không nhận loại tệp này"),
        ("a.txt", b"<!DOCTYPE html><p>x", "không nhận loại tệp này"),
        ("a.csv", b"a,b\n<SCRIPT >alert(1)</SCRIPT>", "không nhận loại tệp này"),
        ("a.pdf", b"MZ\x90\0", "không nhận loại tệp này"),
        ("a.mp3", b"\xff\xf1\x50\x80", "không nhận loại tệp này"),
        ("a.jar", archive("META-INF/MANIFEST.MF"), "không nhận loại tệp này"),
        ("a.docx", archive("xl/workbook.xml"), "không nhận loại tệp này"),
        ("a.docx", archive("word/document.xml", "word/vbaProject.bin"), "macro"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office cũ"),
        ("a.txt", "Ghi nhớ".encode("cp1258", "ignore") + b"\xe1\xba", "UTF-8"),
        ("a.txt", b"a\0b", "không nhận loại tệp này"),
        ("a.vtt", b"1\n00:00 --> 00:01\n", "WEBVTT"),
        ("a.zip", ZIP + bytes(HEAVIEST), "15 MB"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "không đọc được hình này"),
    ],
)
def test_what_a_course_cannot_have_is_refused_and_leaves_nothing(app: Flask, course: Any, name: str, content: bytes, told: str) -> None:
    before, kept = rows(), len(list(app.config["FILES"].rglob("*")))
    sentence = refusal(course, name, content)
    assert told in sentence and sentence.endswith(".")
    assert rows() == before and len(list(app.config["FILES"].rglob("*"))) == kept


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Ảnh\\Đơn vị (1).PNG", "don-vi-1"),
        ("....", "tep"),
        ("x" * 300 + ".png", "x" * 60),
        ("a.php.png", "a-php"),
        ("图.png", "tep"),
        (".png", "png"),
    ],
)
def test_a_name_never_becomes_a_path(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_the_same_content_twice_is_one_row_and_other_content_gets_another_name(course: Any) -> None:
    first, again = add_file(None, course, "Ghi nhớ.txt", text("một")), add_file(None, course, "ghi-nho.TXT", text("một"), "Bảng")
    other = add_file(None, course, "ghi nhớ.txt", text("hai"))
    assert first.id == again.id and again.alt == "Bảng" and again.name == "ghi-nho-2.txt"  # the folder's ghi-nho.txt keeps its name
    assert other.name == "ghi-nho-3.txt"
    assert add_file(None, course, "ghi-nho.txt", text("một")).id == first.id
    assert add_file(None, course, "khác.txt", text("một")).name == "khac.txt"


def test_the_database_itself_keeps_one_row_of_a_content_under_a_name(course: Any) -> None:
    row = add_file(None, course, "a.txt", text("một"))
    twin = {"name": row.name, "digest": row.digest, "token": "khac", "octets": 3, "course_id": course.id}
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(CourseFile), twin)
    db.session.rollback()
    twin = {**twin, "name": "b.txt", "token": db.session.scalars(sa.select(CourseFile.token)).first()}
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(CourseFile), twin)


def test_a_full_course_says_so_and_takes_what_is_there_already(app: Flask, course: Any) -> None:
    row = add_file(None, course, "a.txt", text("một"))
    app.config["COURSE_FILES"] = rows()
    assert "số tối đa" in refusal(course, "b.txt", text("hai"))
    assert add_file(None, course, "a.txt", text("một")).id == row.id
    app.config.update(COURSE_FILES=500, COURSE_MEGABYTES=1)
    assert "tối đa 1 MB" in refusal(course, "c.zip", Prepared(ZIP + bytes(1_000_000), "zip"))
    assert refusal(course, "d.txt", text("ba")) == ""


def test_what_a_picture_tells_is_short_and_may_change(course: Any) -> None:
    assert str(LONGEST_ALT) in refusal(course, "a.txt", text(), "x" * (LONGEST_ALT + 1))
    row = add_file(None, course, "a.txt", text(), "Cũ")
    describe_file(None, course, row, " Mới ")
    assert row.alt == "Mới"
    assert add_file(None, course, "a.txt", text(), "Khác").alt == "Mới"


def test_a_body_that_holds_one_file_is_taken_by_the_server(app: Flask) -> None:
    assert HEAVIEST < LARGEST_BODY < server_settings(app)["max_request_body_size"]


def test_several_files_at_once_are_read_until_the_time_is_over() -> None:
    sent = prepare_sent([("a.txt", io.BytesIO(b"a")), ("b.svg", io.BytesIO(b"<svg>")), ("c.txt", io.BytesIO(b"c"))])
    assert [name for name, _ready in sent.ready] == ["a.txt", "c.txt"] and len(sent.faults) == 1 and sent.faults[0].startswith("b.svg: ")
    late = prepare_sent([("a.png", io.BytesIO(written(photograph(40, 40)))), ("b.txt", io.BytesIO(b"b"))], seconds=-1)
    assert not late.ready and len(late.faults) == 2 and "chưa kịp" in late.faults[0]
    many = prepare_sent((f"{n}.txt", io.BytesIO(b"x")) for n in range(MOST_AT_ONCE + 2))
    assert len(many.ready) == MOST_AT_ONCE and len(many.faults) == 2
    assert len(prepare_sent([]).faults) == 1


def lesson() -> Lesson:
    """The lesson that shows xanh.png and offers ghi-nho.txt."""
    return db.session.scalars(sa.select(Lesson).where(Lesson.key == "01-dai")).one()


def test_where_a_file_is_used_is_known(course: Any) -> None:
    row = add_file(None, course, "moi.txt", text())
    uses = {one.file.name: one.uses for one in files_shown(course.id)}
    assert [title["vi"] for title in uses["xanh.png"].now] == ["Mật khẩu dài"] and not uses["moi.txt"]
    lesson().draft = '---\ntitle: {vi: "Nháp", en: "Draft"}\n---\n[Mới](files/moi.txt)\n'
    lesson().revision_number += 1
    uses = {one.file.name: one.uses for one in files_shown(course.id)}
    assert uses["moi.txt"].drafts and not uses["moi.txt"].now
    assert uses["xanh.png"].before and not uses["xanh.png"].now
    shown = file_shown(course.id, row.id)
    assert shown and shown.file is row and file_shown(course.id, 10**6) is None


def test_a_file_leaves_only_when_nothing_uses_it(course: Any) -> None:
    row = add_file(None, course, "moi.txt", text())
    picture = db.session.scalars(sa.select(CourseFile).where(CourseFile.name == "xanh.png")).one()
    lesson().draft = "![Mới](files/moi.mp4) ![Xanh](files/khac.png)"  # the transcript of the recording bears its name
    for used in (row, picture):
        with pytest.raises(Refused, match="đang có bài hoặc bản nháp dùng"):
            remove_file(None, course, used.id)
    lesson().draft = None
    assert remove_file(None, course, row.id) == "moi.txt" and remove_file(None, course, row.id) == ""
    assert remove_file(None, SimpleNamespace(id=course.id + 1, agency_id=1), picture.id) == ""
    assert db.session.get(CourseFile, picture.id) is not None


def test_an_old_revision_still_needs_its_file(course: Any) -> None:
    picture = db.session.scalars(sa.select(CourseFile).where(CourseFile.name == "xanh.png")).one()
    lesson().revision_number += 1
    with pytest.raises(Refused):
        remove_file(None, course, picture.id)


def test_a_lesson_weighs_its_text_and_its_pictures_and_tells_the_rest_apart(course: Any) -> None:
    source = "## A\n\n![Một](files/a.png)\n\n![Hai](files/a.png)\n\n[Tải](files/b.docx)\n\n![Ba](files/khong-co.png)\n"
    weight = lesson_weight(source, {"a.png": 100_000, "b.docx": 2_000_000})
    assert (weight.pictures, weight.others) == (100_000, 2_000_000)
    assert weight.html > len(gzip.compress(render_markdown(source).encode())) and weight.seconds == 1
    assert lesson_weight("x", {}).seconds == 1 and lesson_weight("![A](files/a.png)", {"a.png": 1_000_000}).seconds == 9
    assert lesson_weight("x" * 300_000, {}).html > 0


def test_the_latest_file_of_a_name_is_weighed(course: Any) -> None:
    add_file(None, course, "a.txt", text("một"))
    twin = {"name": "a.txt", "digest": "0" * 64, "token": "khac", "octets": 3, "course_id": course.id}
    db.session.execute(sa.insert(CourseFile), {**twin, "uploaded_at": clock.now()})
    assert file_weights(course.id)["a.txt"] == 3 and fold("xanh.png") in file_weights(course.id)


def test_two_tabs_at_once_get_one_row_for_one_content_and_two_names_for_two(app: Flask, world: World) -> None:
    own = SimpleNamespace(id=world.course, agency_id=world.agencies["T"])

    def sending(word: str) -> Callable[[], Any]:
        return lambda: carry_out(app, lambda: add_file(None, own, "cung-ten.txt", text(word)).name)

    assert set(at_once(*[sending("một") for _tab in range(4)])) == {"cung-ten.txt"}
    names = at_once(*[sending(f"bản {n}") for n in range(4)])
    assert sorted(names) == [f"cung-ten-{n}.txt" for n in (2, 3, 4, 5)]
