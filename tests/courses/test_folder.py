"""Reading a course folder: every fault is `file:line: sentence`, and nothing makes the reader fall over."""

import io
import os
import re
import unicodedata
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.courses import check_folders
from lms.courses.folder import LessonSource, read_lesson, read_markdown, write_lesson
from tests.cast import COURSES
from tests.courses.conftest import Spoilt

BUNDLED = COURSES.parents[2] / "courses"
LESSON, BANK, QUIZ, COURSE = "lessons/01-dai.md", "questions/bank.yml", "quizzes/cuoi-khoa.yml", "course.yml"

FAULTS = [
    # file, what stands there, what stands there instead, line, words of the sentence
    (COURSE, "key: M", "key: N", 1, "hai tên phải giống nhau"),
    (COURSE, "minutes: 10", "minutes: mười", 5, "số nguyên"),
    (COURSE, "minutes: 10", "minutes: true", 5, "số nguyên"),
    (COURSE, "minutes: 10", "minuets: 10", 5, "minuets"),
    (COURSE, "minutes: 10", "minutes: 10\nminutes: 11", 6, "hai lần"),
    (COURSE, "minutes: 10", "minutes: [10", 6, "YAML viết sai"),
    (COURSE, "minutes: 10", "\tminutes: 10", 5, "YAML viết sai"),
    (COURSE, "pass_percent: 80", "pass_percent: 101", 7, "từ 0 đến 100"),
    (COURSE, 'en: "Sample course on passwords"', 'fr: "Cours"', 2, "“en” còn thiếu"),
    (COURSE, '"Mọi người"', "no", 4, "phải là chữ"),
    (COURSE, '["IU06"]', '["IU6"]', 10, "không đúng dạng"),
    (COURSE, "  - {key: lua-dao", "  - {key: mat-khau", 13, "đã có ở"),
    (COURSE, "  - lesson: 02-la\n", "", 1, "chưa có trong “outline”"),
    (COURSE, "  - lesson: 02-la", "  - lesson: 03-khong", 16, "không có tệp lessons/03-khong.md"),
    (COURSE, "  - lesson: 02-la", "  - exam: 02-la", 16, "mỗi dòng của “outline”"),
    (COURSE, "  - lesson: 02-la", "  - lesson: 01-dai", 16, "đã có ở"),
    (COURSE, "title: {vi:", "title: &a {vi: *a, x:", 2, "bí danh"),
    (COURSE, 'title: {vi: "Khóa học mẫu về mật khẩu"', "title: {vi: !!python/object/apply:os.getcwd []", 2, "không dùng nhãn"),
    (LESSON, "minutes: 3", "minutes: 0", 5, "số nguyên từ 1"),
    (LESSON, 'title: {vi: "Mật khẩu dài", en: "Long passwords"}', 'title: "Mật khẩu dài"', 2, "tên: giá trị"),
    (LESSON, "reviewed_on: 2026-11-24", "reviewed_on: 2026-13-45", 9, "giá trị không đọc được"),
    (LESSON, "reviewed_on: 2026-11-24", "reviewed_on: hôm qua", 9, "phải là ngày"),
    (LESSON, "---\n## Tình huống", "## Tình huống", 1, "hai dòng “---”"),
    (LESSON, "## Cần biết", "# Cần biết", 17, "bắt đầu từ ##"),
    (LESSON, "## Cần biết", "#### Cần biết", 17, "nhảy bậc"),
    (LESSON, "## Cần biết", "Cần biết\n===", 18, "không gạch chân"),
    (LESSON, "Mật khẩu dài khó đoán.", "Mật khẩu <b>dài</b>.", 19, "thẻ HTML"),
    (LESSON, "::: scenario", "::: story", 13, "Không có khối “story”"),
    (LESSON, "tên con.\n:::", "tên con.", 13, "chưa đóng lại"),
    (LESSON, "(lesson:02-la)", "(lesson:09-khong)", 19, "không có bài “09-khong”"),
    (LESSON, "(lesson:02-la)", "(https://example.com)", 19, "không dùng được"),
    (LESSON, "(lesson:02-la)", "(javascript:alert)", 19, "không dùng được"),
    (LESSON, "(files/xanh.png)", "(files/do.png)", 21, "không có tệp files/do.png"),
    (LESSON, "(files/xanh.png)", "(files/../../../secret.png)", 21, "không có tệp"),
    (LESSON, "![Một hình vuông màu xanh]", "![]", 21, "mô tả"),
    (LESSON, "![Một hình vuông màu xanh]", "Xem ![Một hình vuông]", 21, "một mình"),
    (LESSON, "[[self-check: m01-s1]]", "[[self-check: m01-s9]]", 29, "không có câu hỏi"),
    (LESSON, "[[self-check: m01-s1]]", "[[self-check: m01-01]]", 29, "không phải là câu tự kiểm tra"),
    (LESSON, "[[self-check: m01-s1]]", "Xem [[self-check: m01-s1]]", 29, "một mình trên một dòng"),
    (LESSON, "Dài trước, lạ sau.", "[[self-check: m01-s1]]", 34, "ngoài các khối"),
    (COURSE, "  - {key: lua-dao", "  - {key: lua-dao, parent: khong-co", 13, "không có chủ đề `khong-co`"),
    (COURSE, "  - {key: lua-dao", "  - {key: lua-dao, parent: lua-dao", 13, "dưới chính mình"),
    (BANK, "kind: single", "kind: guess", 1, "kind"),
    (BANK, "difficulty: easy", "tags: [a, 1]\n  difficulty: easy", 1, "`tags`"),
    (BANK, "kind: single", "kind: places\n  picture: files/khong.png", 1, "places"),
    (BANK, "topic: mat-khau", "topic: khong-co", 4, "không có trong course.yml"),
    (BANK, "difficulty: easy", "difficulty: sometimes", 1, "difficulty"),
    (BANK, "lesson: 01-dai", "lesson: 07-khong", 6, "không có bài"),
    (BANK, "- key: m01-01", "- key: m01-s1", 13, "đã có ở"),
    (BANK, ', why: "Vì sao 1 của m01-s1."', "", 1, "why"),
    (BANK, "correct: true, ", "", 1, "phương án đúng"),
    (QUIZ, "take: 3", "take: 300", 7, "."),
    (QUIZ, "topic: lua-dao, take: 2", "topic: lua-dao, take: 50", 7, "lua-dao"),
    (QUIZ, "key: cuoi-khoa", "key: dau-khoa", 1, "hai tên phải giống nhau"),
    (QUIZ, "counts: true", "counts: maybe", 6, "true hoặc false"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "words"), FAULTS, ids=[f"{fault[0]}: {fault[4]}" for fault in FAULTS])
def test_a_fault_is_told_with_its_file_and_line(folder_m: Spoilt, file: str, old: str, new: str, line: int, words: str) -> None:
    folder_m.replace(file, old, new)
    problems = check_folders(folder_m.path)
    assert problems and all(re.fullmatch(r".+:\d+: .+", str(problem)) for problem in problems)
    there = [problem for problem in problems if re.search(words, problem.sentence, re.IGNORECASE)]
    assert there, problems
    assert line in [problem.line for problem in there], there


@pytest.mark.parametrize("path", [COURSES, BUNDLED, COURSES / "M"])
def test_a_good_folder_has_no_problems(path: Path) -> None:
    assert check_folders(path) == []


def test_a_folder_without_courses_is_told(tmp_path: Path) -> None:
    assert "không có thư mục khóa học" in check_folders(tmp_path)[0].sentence
    assert "không có thư mục khóa học" in check_folders(tmp_path / "nowhere")[0].sentence
    (tmp_path / "X").mkdir()
    assert [problem.sentence for problem in check_folders(tmp_path)] == ["không có tệp này."]


def test_text_that_is_not_utf8_is_told_with_its_line(folder_m: Spoilt) -> None:
    text = (folder_m.path / LESSON).read_bytes().replace("Chị Lan".encode(), b"Ch\xde Lan")
    folder_m.write(LESSON, text)
    problem = next(one for one in check_folders(folder_m.path) if "UTF-8" in one.sentence)
    assert problem.line == 14


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder_m: Spoilt) -> None:
    for name in (COURSE, LESSON, BANK, QUIZ):
        text = (folder_m.path / name).read_text("utf-8")
        folder_m.write(name, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert check_folders(folder_m.path) == []


def test_files_that_do_not_belong_are_told(folder_m: Spoilt) -> None:
    folder_m.write("files/page.html", "<script>")
    folder_m.write("files/Ảnh chụp.png", b"")
    folder_m.write("lessons/notes.txt", "x")
    folder_m.write("files/lost.txt", "không ai dùng")
    folder_m.write("files/.DS_Store", "left by a system")
    told = {Path(problem.file).name for problem in check_folders(folder_m.path)}
    assert told == {"page.html", "Ảnh chụp.png", "notes.txt", "lost.txt"}


def test_links_out_of_the_folder_and_strange_files_are_not_read(folder_m: Spoilt, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yml"
    secret.write_text("mat-khau: 123")
    (folder_m.path / "questions" / "a.yml").symlink_to(secret)
    (folder_m.path / "questions" / "b.yml").symlink_to(folder_m.path / "questions" / "b.yml")
    os.mkfifo(folder_m.path / "questions" / "c.yml")
    told = {Path(problem.file).name: problem.sentence for problem in check_folders(folder_m.path)}
    assert "trỏ ra ngoài" in told["a.yml"] and "không đọc được" in told["b.yml"] and "tệp thường" in told["c.yml"]


def test_what_is_too_large_or_too_deep_is_told(folder_m: Spoilt) -> None:
    folder_m.write("questions/large.yml", "- x\n" * 200_000)
    folder_m.write("questions/deep.yml", "[" * 20_000)
    folder_m.write("questions/nested.yml", "[" * 30 + "]" * 30)
    folder_m.write("questions/number.yml", "- " + "9" * 6000)
    folder_m.write("questions/empty.yml", "")
    told: dict[str, str] = {}
    for problem in check_folders(folder_m.path):
        told.setdefault(Path(problem.file).name, problem.sentence)
    assert "nặng quá" in told["large.yml"] and "quá sâu" in told["deep.yml"] and "quá sâu" in told["nested.yml"]
    assert "number.yml" in told and told["empty.yml"] == "tệp trống."


def test_a_picture_of_a_question_must_be_there_and_one_that_nothing_shows_is_told(folder_m: Spoilt) -> None:
    places = "".join(f"    - {{x: {40 * n}, y: 0, w: 20, h: 20, label: 'Chỗ {n}', correct: {str(n < 2).lower()}, why: 'vì'}}\n" for n in range(3))
    asked = "- key: h-1\n  kind: places\n  topic: mat-khau\n  difficulty: easy\n  text: 'Chỗ nào?'\n  picture: files/ban.png\n  places:\n"
    folder_m.write("questions/hinh.yml", asked + places)
    assert ["Không có hình files/ban.png" in problem.sentence for problem in check_folders(folder_m.path)] == [True]
    picture = io.BytesIO()
    Image.new("RGB", (100, 60)).save(picture, "PNG")
    folder_m.write("files/ban.png", picture.getvalue())
    assert check_folders(folder_m.path) == []
    folder_m.write("files/thua.png", picture.getvalue())
    assert any("thua.png" in problem.file and "không câu hỏi nào" in problem.sentence for problem in check_folders(folder_m.path))


def test_pictures_are_weighed_and_looked_at(folder_m: Spoilt) -> None:
    folder_m.write("files/xanh.png", b"\x89PNG\r\n\x1a\nbroken")
    assert any("không phải hình PNG" in problem.sentence for problem in check_folders(folder_m.path))
    noise = io.BytesIO()
    Image.frombytes("RGB", (200, 200), os.urandom(120_000)).save(noise, "PNG")
    folder_m.write("files/xanh.png", noise.getvalue())
    assert any("tối đa 60 kB" in problem.sentence for problem in check_folders(folder_m.path))


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_makes_the_reader_fall_over(folder_m: Spoilt, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([COURSE, LESSON, BANK, QUIZ]))
    whole = (COURSES / "M" / name).read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    folder_m.write(name, whole[:at] + data.draw(st.binary(max_size=12)) + whole[at + data.draw(st.integers(0, 30)) :])
    for problem in check_folders(folder_m.path):
        assert str(problem).encode()
    folder_m.write(name, whole)


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40).map(
    lambda text: unicodedata.normalize("NFC", text).strip()
)


@given(
    st.builds(
        LessonSource,
        st.fixed_dictionaries({"vi": TEXTS, "en": TEXTS}),
        st.fixed_dictionaries({"vi": TEXTS, "en": TEXTS}),
        st.sampled_from([None, "B.02", "K00.1"]),
        st.integers(1, 240),
        st.just(["IU06"]),
        st.lists(TEXTS, max_size=2),
        st.one_of(st.none(), st.dates()),
        TEXTS.map(lambda text: f"{text}\n"),
    )
)
@settings(max_examples=100, deadline=None)
def test_a_lesson_is_read_back_as_it_was_written(said: LessonSource) -> None:
    if all([*said.title.values(), *said.summary.values(), *said.legal_basis, said.source.strip()]):
        assert read_lesson(write_lesson(said), lambda _line, _sentence: None)[0] == said


def test_a_line_of_backticks_is_read_at_once() -> None:
    began = perf_counter()
    read_markdown("x" + "`" * 20_000 + "a" * 20_000, 1, lambda _line, _sentence: None)
    assert perf_counter() - began < 2
