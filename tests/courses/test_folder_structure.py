"""Sections, optional steps, release, prerequisites, glossary, recordings and other kinds of files of a course folder."""

from pathlib import Path

import pytest
from flask import Flask

from lms.base import commit, db
from lms.courses import CourseFile, LessonFile, LessonRevision, check_folders, export_folder, load_folders
from lms.courses.folder import OutlineStep, moved, outline_faults, read_course, write_course
from tests.cast import World
from tests.courses.conftest import Spoilt

COURSE, LESSON, STEP, OUTLINE = "course.yml", "lessons/01-dai.md", "  - lesson: 02-la", "outline:"
QUIZ = "  - quiz: cuoi-khoa"
TERM = 'glossary:\n  - {key: otp, term: {vi: "OTP", en: "OTP"}, meaning: {vi: "Mã một lần", en: "One-time code"}}\n'
FAULTS = [
    (STEP, "  - section: {vi: 'Một', en: 'One'}\n  - lesson: 02-la\n  - section: {vi: 'Hai', en: 'Two'}\n" + QUIZ, "đã có ở trên"),
    (STEP, "  - section: Một\n  - lesson: 02-la", "phải gồm các mục"),
    (STEP, "  - section: {vi: 'Một', en: 'One'}\n    lesson: 02-la", "lạ"),
    (
        "  - lesson: 01-dai",
        "  - section: {vi: 'M', en: 'M'}\n  - lesson: 01-dai\n  - section: {vi: 'N', en: 'N'}\n" + QUIZ + "\n  - section: {vi: 'M', en: 'M'}",
        "trùng tên",
    ),
    (STEP, f"{STEP}\n    after: cuoi-khoa", "không đứng trước"),
    (STEP, f"{STEP}\n    score: {{quiz: cuoi-khoa, percent: 60}}", "không đứng trước"),
    (STEP, f"{STEP}\n    score: {{quiz: 01-dai, percent: 60}}", "không đứng trước"),
    (STEP, f"{STEP}\n    score: 60", "tên: giá trị"),
    (QUIZ, f"{STEP.replace('02-la', '01-dai')}\n    score: {{quiz: x, percent: 101}}\n{QUIZ}", "từ 1 đến 100"),
    (STEP, f"{STEP}\n    from: mai", "phải là ngày"),
    (STEP, f"{STEP}\n    optional: có", "true hoặc false"),
    (QUIZ, f"{QUIZ}\n    optional: true", "lạ"),
    (OUTLINE, f"prerequisites: [M]\n{OUTLINE}", "chính nó"),
    (OUTLINE, f"prerequisites: [mat-khau]\n{OUTLINE}", "không phải là mã khóa học"),
    (OUTLINE, f"{TERM}{TERM.removeprefix('glossary:' + chr(10))}{OUTLINE}", "“otp” đã có"),
    (OUTLINE, f"{TERM.replace('key: otp', 'key: O T P')}{OUTLINE}", "không đúng dạng"),
]


@pytest.mark.parametrize(("old", "new", "words"), FAULTS, ids=[f"{n} {fault[2]}" for n, fault in enumerate(FAULTS)])
def test_a_fault_of_the_outline_or_glossary_is_told(folder_m: Spoilt, old: str, new: str, words: str) -> None:
    folder_m.replace(COURSE, old, new)
    assert [problem for problem in check_folders(folder_m.path) if words in problem.sentence and problem.file.endswith(COURSE)]


def test_a_term_must_stand_in_the_glossary(folder_m: Spoilt) -> None:
    folder_m.replace(LESSON, "khó đoán. Xem", "khó đoán, xem [mã](term:otp). Xem")
    assert [problem.line for problem in check_folders(folder_m.path) if "“otp”" in problem.sentence] == [19]
    folder_m.replace(COURSE, OUTLINE, TERM + OUTLINE)
    assert check_folders(folder_m.path) == []


SAID = """    optional: true
    after: 01-dai
    from: 2026-12-01
"""


def test_what_is_written_is_read_back_and_loaded_and_goes_out_again(app: Flask, world: World, folder_m: Spoilt, tmp_path: Path) -> None:
    folder_m.replace(COURSE, OUTLINE, "prerequisites: [B]\n" + TERM + OUTLINE + '\n  - section: {vi: "Một", en: "One"}')
    folder_m.replace(COURSE, f"{STEP}\n", f"{STEP}\n{SAID}")
    with app.app_context():
        assert load_folders(None, folder_m.path, world.agencies["T"])[0].startswith("M: bản 2.")
        text = (export_folder("M", tmp_path / "out") / COURSE).read_text("utf-8")
        assert "prerequisites:\n  - B\n" in text and "optional: true\n    after: 01-dai\n    from: 2026-12-01\n" in text and "key: otp" in text
        assert load_folders(None, tmp_path / "out", world.agencies["T"]) == ["M: không có gì thay đổi."]
    said = read_course(
        "\n".join(line for line in text.split("\n") if not line.startswith("key:")).replace("topics:", "standards_:"), lambda _l, _s: None
    )
    assert read_course(write_course(said), lambda _l, sentence: pytest.fail(sentence)) == said


def test_a_step_takes_the_section_of_its_new_neighbour() -> None:
    one, two = {"vi": "Một", "en": "One"}, {"vi": "Hai", "en": "Two"}
    outline = [OutlineStep("lesson", "a", one), OutlineStep("lesson", "b", one), OutlineStep("quiz", "c", two)]
    assert [(step.key, step.section) for step in moved(outline, 0, 2)] == [("b", one), ("c", two), ("a", two)]
    assert [(step.key, step.section) for step in moved(outline, 2, 0)] == [("c", one), ("a", one), ("b", one)]
    assert moved(outline, 1, 99)[2].key == "b" and outline_faults(moved(outline, 1, -5)) == []


def test_recordings_come_with_captions_and_transcript(app: Flask, world: World, folder_m: Spoilt, tmp_path: Path) -> None:
    for name, content in (("noi.mp4", b"\0\0\0\x18ftypmp42"), ("noi.vtt", b"WEBVTT\n"), ("noi.txt", "Lời".encode())):
        folder_m.write(f"files/{name}", content)
    assert len(check_folders(folder_m.path)) == 3
    folder_m.replace(LESSON, "## Tự kiểm tra", "![Đoạn phim](files/noi.mp4)\n\n## Tự kiểm tra")
    assert check_folders(folder_m.path) == []
    with app.app_context():
        load_folders(None, folder_m.path, world.agencies["T"])
        commit()
        shown = db.session.query(CourseFile.name).join(LessonFile, LessonFile.file_id == CourseFile.id)
        revision = db.session.query(LessonRevision.id).filter(LessonRevision.number == 2).scalar()
        names = {name for (name,) in shown.filter(LessonFile.lesson_revision_id == revision)}
        assert names == {"noi.mp4", "noi.vtt", "noi.txt", "xanh.png", "ghi-nho.txt"}
        target = export_folder("M", tmp_path / "out")
    assert {file.name for file in (target / "files").iterdir()} == names


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("noi.mp4", b"not a film", "không nhận loại tệp này"),
        ("noi.webm", b"\0\0\0\x18ftypmp42", "nội dung là tệp .mp4"),
        ("noi.vtt", b"no captions", "WEBVTT"),
        ("noi.pdf", b"<html>", "không nhận loại tệp này"),
        ("noi.jpg", b"GIF89a", "không phải hình JPEG"),
        ("noi.webp", b"RIFF", "không phải hình WEBP"),
    ],
)
def test_a_file_must_be_what_its_name_says(folder_m: Spoilt, name: str, content: bytes, words: str) -> None:
    folder_m.write(f"files/{name}", content)
    assert [problem for problem in check_folders(folder_m.path) if words in problem.sentence and name in problem.file]
