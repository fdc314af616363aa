"""The pages on which a trainer looks after the files of a course, what the editor gets when it sends a picture, and a lesson full of pictures."""

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Prepared, commit, db
from lms.courses import Course, CourseFile, CourseTrainer, Lesson, add_trainer, publish_course
from lms.courses.media import add_file
from lms.courses.uploading import LARGEST_BODY
from lms.people import grant_role
from lms.site import Audit
from tests.base.drawing import photograph, screenshot, written
from tests.cast import OPENED, World
from tests.pages import Page, Visitor

SENT = written(screenshot())


@pytest.fixture
def listed(world: World) -> str:
    """The page of the files of M."""
    return f"/courses/{world.course}/files"


def sent(*files: tuple[str, bytes], **fields: str) -> dict[str, Any]:
    """What a form with these files sends."""
    return {**fields, "file": [(io.BytesIO(content), name) for name, content in files]}


def rows(app: Flask) -> dict[str, CourseFile]:
    """The files of all courses by name."""
    with app.app_context():
        return {row.name: row for row in db.session.scalars(sa.select(CourseFile))}


def as_json(page: Page) -> Any:
    """What our script gets."""
    return json.loads(page.html)


def test_several_files_are_sent_at_once_without_javascript(app: Flask, binh: Visitor, listed: str) -> None:
    binh.post(listed, sent(("Đăng nhập.png", SENT), ("Mẫu.txt", b"x")), status=303)
    page = binh.get(listed)
    assert "Đã tải lên 2 tệp" in page.text and "dang-nhap.png" in page.text and "mau.txt" in page.text
    assert "4 tệp" in page.text and "Mật khẩu dài" in page.text and "Chưa dùng" in page.text
    made = rows(app)["dang-nhap.png"]
    assert made.uploaded_by_id and binh.get(f"{listed}/{made.token}/{made.name}").response.mimetype == "image/png"
    with app.app_context():
        told = db.session.scalars(sa.select(Audit.action).order_by(Audit.id.desc()).limit(2)).all()
    assert told == ["add-file", "add-file"]


def test_what_cannot_be_kept_is_told_beside_what_is(app: Flask, binh: Visitor, listed: str) -> None:
    page = binh.post(listed, sent(("a.svg", b"<svg/>"), ("Mẫu.txt", b"x")), status=200)
    assert "Đã tải lên 1 tệp" in page.text and "a.svg: Khóa học không nhận loại tệp này" in page.text
    assert "mau.txt" in rows(app)
    before = rows(app)
    page = binh.post(listed, sent(("hỏng.png", SENT[:99])), status=422)
    assert "hỏng.png: Hệ thống không đọc được hình này" in page.text
    assert "Anh/Chị chọn tệp cần tải lên" in binh.post(listed, {}, content_type="multipart/form-data", status=422).text
    assert rows(app).keys() == before.keys()


def test_the_editor_gets_what_it_writes_into_the_lesson(binh: Visitor, listed: str) -> None:
    key = binh.get(listed).keys()[-1]
    wanted: dict[str, Any] = {"headers": {"Accept": "application/json"}, "key": key}
    answer = as_json(binh.post(listed, sent(("Ảnh 1.png", SENT), alt="Ô đăng nhập"), status=200, **wanted))
    [made] = answer["files"]
    assert (made["name"], made["alt"], made["width"], made["height"], made["is_picture"]) == ("anh-1.png", "Ô đăng nhập", 400, 200, True)
    assert made["address"].startswith(f"{listed}/") and made["octets"] > 0 and answer["faults"] == []
    other = as_json(binh.post(listed, sent(("Ảnh 1.png", written(photograph(90, 60)))), status=200, **wanted))
    third = as_json(binh.post(listed, sent(("Ảnh 1.png", written(photograph(90, 70)))), status=200, **wanted))
    names = [other["files"][0]["name"], third["files"][0]["name"]]
    assert names == ["anh-1.jpg", "anh-1-2.jpg"]  # the key is not used up: another picture is another picture
    refused = as_json(binh.post(listed, sent(("a.html", b"<html>")), status=422, **wanted))
    assert refused["files"] == [] and "không nhận loại tệp này" in refused["faults"][0]


def test_a_double_click_keeps_one(app: Flask, binh: Visitor, listed: str) -> None:
    key, before = binh.get(listed).keys()[-1], len(rows(app))
    for _click in range(2):
        binh.post(listed, sent(("Ảnh.png", SENT)), key=key, status=303)
    assert len(rows(app)) == before + 1


def test_a_full_course_says_so_on_the_page(app: Flask, binh: Visitor, listed: str) -> None:
    app.config["COURSE_FILES"] = len(rows(app)) + 1
    page = binh.post(listed, sent(("a.txt", b"a"), ("b.txt", b"b")), status=200)
    assert "Đã tải lên 1 tệp" in page.text and "b.txt: Khóa học đã có 3 tệp, là số tối đa" in page.text


def test_a_body_beyond_the_limit_is_refused_in_one_sentence(binh: Visitor, listed: str) -> None:
    key = binh.get(listed).keys()[-1]
    for accepted in ("text/html", "application/json"):
        heavy: dict[str, Any] = {"content_type": "multipart/form-data; boundary=x", "environ_overrides": {"CONTENT_LENGTH": str(LARGEST_BODY + 1)}}
        page = binh.knock("POST", listed, data=b"--x", headers={"Accept": accepted, "X-Form-Key": key}, **heavy)
        assert page.status == 413 and "giảm dung lượng" in page.html


def test_only_those_who_look_after_the_course_get_there(
    app: Flask, world: World, listed: str, an: Visitor, chi: Visitor, dung: Visitor, giang: Visitor, nobody: Visitor, binh: Visitor
) -> None:
    file = rows(app)["xanh.png"]
    form = binh.get(f"{listed}/{file.id}")
    places = (listed, f"{listed}/{file.id}")
    for visitor in (an, chi, dung, giang):
        for place in places:
            visitor.get(place, 403)
    for place in places:
        nobody.get(place, 302)
        binh.get(place.replace(f"/{world.course}/", f"/{world.course + 1}/"), 404)
    with app.app_context():
        db.session.execute(sa.delete(CourseTrainer))
        commit()
    for place in places:
        binh.get(place, 404)
    binh.post(listed, sent(("a.txt", b"a")), page=form, status=404)
    binh.post(f"{listed}/{file.id}", {"alt": "x"}, page=form, status=404)
    binh.post(f"{listed}/{file.id}/delete", page=form, status=404)
    assert "a.txt" not in rows(app) and rows(app)["xanh.png"].alt is None


def test_a_reviewer_reads_and_changes_nothing(app: Flask, world: World, listed: str, binh: Visitor) -> None:
    file = rows(app)["xanh.png"]
    form = binh.get(f"{listed}/{file.id}")
    with app.app_context():
        db.session.execute(sa.update(CourseTrainer).values(part="reviewer"))
        commit()
    for place in (listed, f"{listed}/{file.id}"):
        page = binh.get(place)
        assert not [one for one in page.all("form") if (one.get("action") or "").startswith("/courses/")]
    binh.post(listed, sent(("a.txt", b"a")), page=form, status=404)
    binh.post(f"{listed}/{file.id}", {"alt": "x"}, page=form, status=404)
    binh.post(f"{listed}/{file.id}/delete", page=form, status=404)


def test_a_file_of_another_course_is_not_found_through_mine(app: Flask, world: World, binh: Visitor) -> None:
    with app.app_context():
        own = db.session.get_one(Course, world.course)
        other = Course(key="X", agency_id=own.agency_id, bank_id=own.bank_id, state="draft", revision_number=0)
        db.session.add(other)
        db.session.flush()
        foreign = add_file(None, other, "cua-nguoi-khac.txt", Prepared(b"x", "txt"))
        commit()
    form = binh.get(f"/courses/{world.course}/files")
    binh.get(f"/courses/{world.course}/files/{foreign.id}", 404)
    binh.get(f"/courses/{world.course}/files/{foreign.token}/{foreign.name}", 404)
    binh.get(f"/courses/{foreign.course_id}/files/{foreign.token}/{foreign.name}", 404)
    binh.post(f"/courses/{world.course}/files/{foreign.id}", {"alt": "x"}, page=form, status=404)
    binh.post(f"/courses/{world.course}/files/{foreign.id}/delete", page=form, status=303)  # as gone already: nothing is told of it
    assert "cua-nguoi-khac.txt" in rows(app) and "cua-nguoi-khac" not in form.text


def test_what_a_picture_tells_is_changed_and_what_was_typed_stays(app: Flask, binh: Visitor, listed: str) -> None:
    place = f"{listed}/{rows(app)['xanh.png'].id}"
    page = binh.post(place, {"alt": "x" * 301}, status=422)
    assert "300 ký tự" in page.text and "x" * 301 in page.html
    binh.post(place, {"alt": "Hình vuông màu xanh"}, status=303)
    assert rows(app)["xanh.png"].alt == "Hình vuông màu xanh" and "Hình vuông màu xanh" in binh.get(listed).text


def test_a_file_is_deleted_only_while_nothing_uses_it(app: Flask, binh: Visitor, listed: str) -> None:
    binh.post(listed, sent(("Mẫu.txt", b"x")), status=303)
    made, used = rows(app)["mau.txt"], rows(app)["xanh.png"]
    form = binh.get(f"{listed}/{made.id}")
    assert "Xóa tệp" in form.text and "Xóa tệp" not in binh.get(f"{listed}/{used.id}").text
    page = binh.post(f"{listed}/{used.id}/delete", page=form, status=422)
    assert "xanh.png đang có bài hoặc bản nháp dùng" in page.text
    binh.post(f"{listed}/{made.id}/delete", page=f"{listed}/{made.id}", status=303)
    assert "Đã xóa tệp mau.txt" in binh.get(listed).text
    assert "mau.txt" not in rows(app) and "xanh.png" in rows(app)
    binh.get(f"{listed}/{made.id}", 404)


def many(app: Flask, world: World, number: int) -> list[CourseFile]:
    """So many pictures of different content in the course M, without reading them in a child each."""
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        ready = [Prepared(b"\x89PNG%d" % n, "png", 1280, 720, 900) for n in range(number)]
        made = [add_file(None, course, f"hinh-{n}.png", one, f"Bước {n}: bấm nút thứ {n} trên màn hình") for n, one in enumerate(ready, 1)]
        commit()
    return made


def test_a_lesson_of_twenty_pictures_keeps_to_the_budgets_and_shows_them_all(app: Flask, world: World, an: Visitor, chi: Visitor) -> None:
    pictures = many(app, world, 20)
    with app.app_context():
        lesson = db.session.scalars(sa.select(Lesson).where(Lesson.key == "01-dai")).one()
        head = "---\ntitle: {vi: Hai mươi bước, en: Twenty steps}\nsummary: {vi: A, en: A}\nminutes: 9\n---\n"
        shown = "".join(f"## Bước {n}\n\nAnh/Chị bấm nút thứ {n}.\n\n![{one.alt}](files/{one.name})\n\n" for n, one in enumerate(pictures, 1))
        lesson.draft = head + shown
        publish_course(None, world.course)
        commit()
    page = an.get(f"/study/courses/{world.course}/lessons/01-dai")  # inspected: 14 kB, 6 statements
    shown_ones = [one for one in page.all("img") if "/files/" in (one.get("src") or "")]
    assert len(shown_ones) == 20 and all(one.get("width") == "1280" and one.get("loading") == "lazy" for one in shown_ones)
    for one in shown_ones:
        an.get(one.get("src", ""))
        assert len(an.statements.seen) <= 8
    chi.get(shown_ones[0].get("src", ""), 404)


def test_the_page_of_many_files_needs_no_more_statements(app: Flask, world: World, binh: Visitor, listed: str) -> None:
    many(app, world, 120)
    assert "122 tệp" in binh.get(listed).text  # inspected: 10 statements


def test_a_new_trainer_of_the_course_sees_its_files(app: Flask, world: World, anh: Visitor, listed: str) -> None:
    with app.app_context():
        grant_role(None, world.people["anh"], world.agencies["XM"], "trainer", OPENED)
        commit()
    anh.get(listed, 404)
    with app.app_context():
        add_trainer(None, world.course, world.people["anh"], "author")
        commit()
    anh.get(listed)
