"""A course as one file: taken along, brought into another course or as a new one, with every conflict decided by the trainer; and copies."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from lms.base import commit, db
from lms.courses import Course, CourseFile, CourseTrainer, Lesson, add_trainer, load_folders
from lms.quizzes import Bank, Question, Quiz, Topic, load_bank
from lms.study import Enrolment
from tests.cast import COURSES, World
from tests.courses.conftest import Spoilt
from tests.courses.test_loading import everything, lesson
from tests.pages import Page, Visitor


def zipped(contents: Mapping[str, str | bytes], top: str = "M/") -> bytes:
    """A .zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents.items():
            archive.writestr(top + name, content)
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of a .zip by name without the top folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def files_in(path: Path) -> dict[str, bytes]:
    """The files of a folder by name."""
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def send(visitor: Visitor, path: str, content: bytes, **fields: str) -> Page:
    """Choose the file on the page and look at the preview."""
    return visitor.post(path, {"file": (io.BytesIO(content), "khoa-hoc.zip"), "step": "read", **fields}, content_type="multipart/form-data")


def confirm(visitor: Visitor, path: str, preview: Page, **choices: str) -> Page:
    """Confirm the preview with these choices."""
    fields = {field.get("name", ""): field.get("value", "") for field in preview.all("input") if field.get("type") != "radio"}
    kept = {name: value for name, value in fields.items() if name in ("token", "seen", "key")}
    agencies = re.findall(r'<option selected value="(\d+)"', preview.html)
    return visitor.post(path, {**kept, **({"agency_id": agencies[0]} if agencies else {}), "step": "confirm", **choices}, page=preview)


def download(visitor: Visitor, course_id: int, state: str) -> bytes:
    """The .zip that the trainer takes along."""
    return visitor.get(f"/courses/{course_id}/archive?state={state}").body


@pytest.fixture
def into(world: World) -> str:
    """Where a .zip is imported into M."""
    return f"/courses/{world.course}/import"


def row(key: str) -> Any:
    """A course as the database has it."""
    db.session.expire_all()
    return db.session.scalars(sa.select(Course).where(Course.key == key)).one()


def waiting(app: Flask) -> list[str]:
    """What lies between two steps."""
    folder = Path(app.config["FILES"]) / "waiting"
    return sorted(file.name for file in folder.glob("*")) if folder.exists() else []


@pytest.fixture(autouse=True)
def _nothing_waits(app: Flask) -> None:
    for name in waiting(app):
        (Path(app.config["FILES"]) / "waiting" / name).unlink()


def test_a_trainer_takes_the_course_along_and_it_is_always_the_same_bytes(app: Flask, binh: Visitor, world: World) -> None:
    page = binh.get(f"/courses/{world.course}/archive")
    assert "Tải bản đã công bố" in page.text and "Tải kèm các bản nháp" in page.text
    first, second = (download(binh, world.course, "published") for _turn in range(2))
    assert first == second and unzipped(first)["files/xanh.png"] == (COURSES / "M/files/xanh.png").read_bytes()
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        names = archive.namelist()
        assert names == sorted(names) and all(name.startswith("M/") for name in names)
    with app.app_context():
        lesson("01-dai").draft = (COURSES / "M/lessons/01-dai.md").read_text("utf-8").replace("khó đoán.", "rất khó đoán.")
        commit()
    assert download(binh, world.course, "published") == first
    assert "rất khó đoán." in unzipped(download(binh, world.course, "drafted"))["lessons/01-dai.md"].decode()


def test_only_who_looks_after_the_course_gets_there(
    app: Flask, an: Visitor, chi: Visitor, binh: Visitor, nobody: Visitor, world: World, into: str
) -> None:
    pages = (f"/courses/{world.course}/archive", into, f"/courses/{world.course}/copy", "/courses/import")
    for address in pages:
        an.get(address, 403)
        chi.get(address, 403)
        nobody.get(address, 302)
        binh.get(address)
    with app.app_context():
        add_trainer(None, world.course, world.people["binh"], "reviewer")
        commit()
    form = binh.get("/courses/import")
    shown = binh.get(f"/courses/{world.course}/archive")
    assert "Anh/Chị rà soát khóa học này" in shown.text and not [link for link in shown.all("a") if "state=" in link.get("href", "")]
    assert f"/courses/{world.course}/copy" not in shown.html
    for state in ("published", "drafted"):  # the .zip holds the bank with its keys, which a reviewer does not read
        binh.get(f"/courses/{world.course}/archive?state={state}", 404)
    copy = {"title": "Bản của người rà soát", "agency_id": str(world.agencies["HT"]), "key": "RS"}  # and so would a copy of their own
    binh.get(f"/courses/{world.course}/copy", 404)
    binh.post(f"/courses/{world.course}/copy", copy, page=form, status=404)
    binh.get(into, 404)
    binh.post(into, {"step": "read"}, page=form, status=404)
    with app.app_context():
        db.session.execute(sa.delete(CourseTrainer))
        commit()
    for address in pages[:3]:
        binh.get(address, 404)


def test_the_same_file_again_has_nothing_to_say(app: Flask, binh: Visitor, world: World, into: str) -> None:
    content = download(binh, world.course, "published")
    preview = send(binh, into, content)
    assert preview.status == 200 and "mục giống hệt bản ở đây" in preview.text
    assert not preview.all("fieldset") and "Mới (" not in preview.text
    assert "không có gì khác" in preview.text and "Nhập khóa học" not in [button.text for button in preview.all("button")]
    preview = send(binh, into, download(binh, world.course, "drafted"))
    assert "không có gì khác" in preview.text


def test_a_new_course_comes_in_as_drafts_and_goes_out_the_same(app: Flask, binh: Visitor, world: World) -> None:
    content = download(binh, world.course, "published")
    preview = send(binh, "/courses/import", content)
    assert preview.status == 200 and "Bài học 01-dai: Mật khẩu dài" in preview.text
    refused = confirm(binh, "/courses/import", preview, key="M")
    assert refused.status == 422 and "Đã có khóa học mang mã này" in refused.text
    with app.app_context():
        load_bank(None, "CON-LAI", world.agencies["T"], [{"key": "rieng", "title": {"vi": "Riêng", "en": ""}}], [], [])
        commit()
    refused = confirm(binh, "/courses/import", refused, key="CON-LAI")  # a bank that stayed when its course was deleted
    assert refused.status == 422 and "Đã có khóa học mang mã này" in refused.text
    with app.app_context():
        assert db.session.scalars(sa.select(Topic.key).join(Bank, Bank.id == Topic.bank_id).where(Bank.key == "CON-LAI")).all() == ["rieng"]
    done = confirm(binh, "/courses/import", refused, key="N")
    assert done.status == 303 and not waiting(app)
    with app.app_context():
        made = row("N")
        assert (made.state, made.revision_number, made.agency_id) == ("draft", 0, world.agencies["HT"])
        assert set(db.session.execute(sa.select(CourseTrainer.person_id, CourseTrainer.part).where(CourseTrainer.course_id == made.id))) == {
            (world.people["binh"], "owner")
        }
        assert all(one.draft for one in db.session.scalars(sa.select(Lesson).where(Lesson.course_id == made.id)))
    drafted = unzipped(download(binh, made.id, "drafted"))
    assert binh.get(f"/courses/{made.id}/archive?state=published", 422).text.count("chưa công bố lần nào") == 1
    publish(app, binh, made.id)
    published = unzipped(download(binh, made.id, "published"))
    assert drafted == published
    assert published == {
        name: text.replace(b"key: M\n", b"key: N\n", 1) if name == "course.yml" else text for name, text in unzipped(content).items()
    }


def publish(app: Flask, visitor: Visitor, course_id: int) -> None:
    """Publish the drafts of a course."""
    answer = visitor.post(f"/courses/{course_id}/publish", {}, page=f"/courses/{course_id}")
    if answer.status == 200:
        answer = visitor.post(f"/courses/{course_id}/publish", {"step": "confirm", "version": "0"}, page=answer)
    assert answer.status == 303, answer.text


@pytest.fixture
def theirs(folder_m: Spoilt) -> bytes:
    """A .zip of M in which something of everything is changed."""
    folder_m.replace("course.yml", "Khóa học mẫu về mật khẩu", "Khóa học mới về mật khẩu")
    folder_m.replace("lessons/01-dai.md", "khó đoán. Xem", "khó đoán hơn. Xem")
    folder_m.replace("lessons/02-la.md", "Không dùng lại.", "Không dùng lại ở đâu.")
    folder_m.replace("questions/bank.yml", "Câu hỏi m01-01?", "Câu hỏi mới m01-01?")
    folder_m.replace("quizzes/cuoi-khoa.yml", "minutes: 10", "minutes: 12")
    return zipped(files_in(folder_m.path))


def test_what_nobody_edited_here_is_shown_and_taken_as_drafts(app: Flask, binh: Visitor, world: World, into: str, theirs: bytes) -> None:
    preview = send(binh, into, theirs)
    assert not preview.all("fieldset") and "Thay đổi, chưa ai sửa ở đây (5)" in preview.text
    assert "-Mật khẩu dài khó đoán. Xem" in preview.text and "+Mật khẩu dài khó đoán hơn. Xem" in preview.text
    assert confirm(binh, into, preview).status == 303
    with app.app_context():
        course = row("M")
        assert course.revision_number == 1 and "Khóa học mới" in course.draft and "khó đoán hơn" in (lesson("01-dai").draft or "")
        found = db.session.execute(sa.select(Question.version_number, Question.is_edited).where(Question.key == "m01-01")).one()
        assert tuple(found) == (2, True)
        assert db.session.scalar(sa.select(Question.version_number).where(Question.key == "m01-02")) == 1
        assert db.session.scalar(sa.select(Quiz.version_number).where(Quiz.key == "cuoi-khoa")) == 2


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_what_was_edited_here_is_only_replaced_by_choice(app: Flask, binh: Visitor, world: World, into: str, theirs: bytes, choice: str) -> None:
    with app.app_context():
        lesson("01-dai").draft = (COURSES / "M/lessons/01-dai.md").read_text("utf-8").replace("khó đoán.", "rất khó đoán.")
        row("M").is_edited = lesson("02-la").is_edited = True
        db.session.execute(sa.update(Question).where(Question.key == "m01-01").values(is_edited=True))
        db.session.execute(sa.update(Quiz).values(is_edited=True))
        lesson("01-dai").draft = (COURSES / "M/lessons/01-dai.md").read_text("utf-8").replace("khó đoán.", "rất khó đoán.")
        commit()
        before = everything()
    preview = send(binh, into, theirs)
    names = [field.get("name", "") for field in preview.all("input") if field.get("type") == "radio" and field.get("value") == "ours"]
    assert names == [f"choice-{one}" for one in ("course:", "lesson:01-dai", "lesson:02-la", "question:m01-01", "quiz:cuoi-khoa")]
    refused = confirm(binh, into, preview, **{names[0]: choice})
    assert refused.status == 422 and "cho từng mục còn khác nhau" in refused.text
    with app.app_context():
        assert everything() == before
    assert confirm(binh, into, refused, **{names[0]: choice, "rest": choice}).status == 303
    with app.app_context():
        after = everything()
        same = [name for name in ("course", "lesson", "question_version", "quiz_version") if after[name] == before[name]]
        assert same == (["course", "lesson", "question_version", "quiz_version"] if choice == "ours" else [])
        assert ("khó đoán hơn. Xem" in (lesson("01-dai").draft or "")) is (choice == "theirs")


def test_what_changed_since_the_preview_is_shown_again(app: Flask, binh: Visitor, world: World, into: str, theirs: bytes) -> None:
    preview = send(binh, into, theirs)
    with app.app_context():
        lesson("01-dai").draft = (COURSES / "M/lessons/01-dai.md").read_text("utf-8").replace("khó đoán.", "rất khó đoán.")
        commit()
    refused = confirm(binh, into, preview)
    assert refused.status == 422 and "vừa có người sửa" in refused.text and len(refused.all("fieldset")) == 1
    with app.app_context():
        assert "rất khó đoán" in (lesson("01-dai").draft or "") and row("M").draft is None


def test_a_double_click_imports_once_and_the_second_page_is_told(app: Flask, binh: Visitor, world: World, into: str, theirs: bytes) -> None:
    preview, other = send(binh, into, theirs), send(binh, into, theirs)
    first, again = (confirm(binh, into, preview) for _turn in range(2))
    assert (first.status, again.status) == (303, 303) and first.response.headers["Location"] == again.response.headers["Location"]
    with app.app_context():
        version = row("M").draft_version
    assert confirm(binh, into, other).status == 422
    with app.app_context():
        assert row("M").draft_version == version
        assert db.session.scalar(sa.select(Question.version_number).where(Question.key == "m01-01")) == 2


def test_a_preview_of_somebody_else_or_of_nobody_is_worth_nothing(
    app: Flask, binh: Visitor, chi: Visitor, world: World, into: str, theirs: bytes
) -> None:
    preview = send(binh, into, theirs)
    for token in ("", "0" * 32, "../../etc/passwd", "x" * 5000):
        answer = binh.post(into, {"step": "confirm", "token": token, "seen": ""}, page=into)
        assert answer.status == 422 and "đã được nhập hoặc đã quá một ngày" in answer.text
    assert len(waiting(app)) == 1 and [
        field.get("value", "") in waiting(app)[0] for field in preview.all("input") if field.get("name") == "token"
    ] == [True]


def test_problems_are_listed_with_file_and_line_and_nothing_is_kept(app: Flask, binh: Visitor, into: str, folder_m: Spoilt) -> None:
    folder_m.replace("lessons/01-dai.md", "(lesson:02-la)", "(lesson:09-khong)")
    folder_m.write("questions/moi.yml", "- key: <script>\n  kind: single\n")
    answer = send(binh, into, zipped(files_in(folder_m.path)))
    assert answer.status == 422 and "lessons/01-dai.md:19: không có bài “09-khong”" in answer.text and "questions/moi.yml:1:" in answer.text
    assert not waiting(app)


def test_a_changed_picture_never_replaces_the_one_that_is_shown(app: Flask, binh: Visitor, world: World, into: str, folder_m: Spoilt) -> None:
    other = (COURSES / "M/files/xanh.png").read_bytes()
    with app.app_context():
        before = {(file.name, file.digest) for file in db.session.scalars(sa.select(CourseFile))}
    folder_m.write("files/xanh.png", repainted(other))
    content = zipped(files_in(folder_m.path))
    assert confirm(binh, into, send(binh, into, content)).status == 303
    with app.app_context():
        after = {(file.name, file.digest) for file in db.session.scalars(sa.select(CourseFile))}
        assert before < after and {name for name, _digest in after - before} == {"xanh-2.png"}
        assert "(files/xanh-2.png)" in (lesson("01-dai").draft or "")
    publish(app, binh, world.course)
    assert "mục giống hệt" in send(binh, into, content).text and not send(binh, into, content).all("fieldset")


def repainted(picture: bytes) -> bytes:
    """Another picture of the same size."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as old:
        Image.new("RGB", old.size, "purple").save(out, "PNG")
    return out.getvalue()


def test_a_key_that_learners_saw_never_becomes_one_of_a_test(app: Flask, binh: Visitor, world: World, into: str, folder_m: Spoilt) -> None:
    text = (folder_m.path / "questions/bank.yml").read_text("utf-8")
    where = text.index("m01-s1")
    folder_m.write("questions/bank.yml", text[:where] + text[where:].replace("use: self-check", "use: test", 1))
    folder_m.replace("lessons/01-dai.md", "[[self-check: m01-s1]]", "Xong.")
    with app.app_context():
        before = everything()
    refused = confirm(binh, into, send(binh, into, zipped(files_in(folder_m.path))))
    assert refused.status == 422 and "m01-s1" in refused.text and "học viên đã xem được" in refused.text
    with app.app_context():
        assert everything() == before


def test_loading_keeps_a_course_that_is_being_written_here(app: Flask, binh: Visitor, world: World) -> None:
    content = download(binh, world.course, "published")
    confirm(binh, "/courses/import", send(binh, "/courses/import", content), key="N")
    with app.app_context():
        before = everything()
        folder = Path(app.config["FILES"]) / "N"
        for name, text in unzipped(content).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.replace(b"key: M\n", b"key: N\n", 1) if name == "course.yml" else text)
        assert load_folders(None, folder, world.agencies["T"]) == ["N: đang được soạn trên hệ thống và chưa công bố, giữ nguyên; không nạp thư mục."]
        assert everything() == before


def test_a_copy_has_all_but_the_people(app: Flask, binh: Visitor, world: World) -> None:
    with app.app_context():
        db.session.execute(sa.update(CourseFile).where(CourseFile.name == "xanh.png").values(alt="Hình vuông", contrast=450))
        commit()
    page = f"/courses/{world.course}/copy"
    assert binh.post(page, {"title": "", "agency_id": str(world.agencies["HT"])}, status=422).text
    assert binh.post(page, {"title": "Bản hai", "agency_id": str(world.agencies["HL"])}, status=422).text
    answer = binh.post(page, {"title": "Mật khẩu, bản hai", "agency_id": str(world.agencies["HT"]), "key": "M2"})
    assert answer.status == 303
    with app.app_context():
        made = row("M2")
        assert made.state == "draft" and not db.session.scalar(sa.select(Enrolment.id).where(Enrolment.course_id == made.id))
        people = db.session.scalars(sa.select(CourseTrainer.person_id).where(CourseTrainer.course_id == made.id))
        assert list(people) == [world.people["binh"]]
        sides = [
            set(
                db.session.execute(
                    sa.select(CourseFile.name, CourseFile.digest, CourseFile.alt, CourseFile.contrast).where(CourseFile.course_id == one)
                )
            )
            for one in (world.course, made.id)
        ]
        assert sides[0] == sides[1] and any(file.alt == "Hình vuông" for file in sides[1])
    one, two = (unzipped(download(binh, course, "drafted")) for course in (world.course, made.id))
    assert {name: text for name, text in one.items() if name != "course.yml"} == {name: text for name, text in two.items() if name != "course.yml"}
    assert "Mật khẩu, bản hai" in two["course.yml"].decode()
    publish(app, binh, made.id)


def test_the_difference_is_told_and_nothing_is_written(app: Flask, world: World, folder_m: Spoilt) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["courses", "diff", str(COURSES)]).output == "M: không có gì thay đổi.\n"
    folder_m.replace("lessons/01-dai.md", "khó đoán. Xem", "khó đoán hơn. Xem")
    folder_m.replace("course.yml", "hours: 2", "hours: 3")
    folder_m.replace("questions/bank.yml", "Câu hỏi m01-01?", "Câu hỏi mới m01-01?")
    with app.app_context():
        lesson("01-dai").is_edited = True
        commit()
        before = everything()
    told = run(args=["courses", "diff", str(folder_m.path)]).output
    assert "M: bài 01-dai: giữ nguyên, đã sửa trên hệ thống" in told and "    +hours: 3" in told and "    -hours: 2" in told
    assert "M: câu hỏi m01-01: đổi" in told and "+  text: Câu hỏi mới m01-01?" in told
    with app.app_context():
        assert everything() == before
    folder_m.replace("course.yml", "hours: 3", "hours: ba")
    assert run(args=["courses", "diff", str(folder_m.path)]).exit_code == 1
