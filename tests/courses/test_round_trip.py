"""What goes out comes in again the same: generated courses as folders and as .zip files, byte for byte."""

import io
import itertools
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.base import commit
from lms.courses import Course, add_trainer, check_folders, export_folder, load_folders
from lms.courses.folder import CourseSource, LessonSource, OutlineStep, Parts, write_folder
from lms.quizzes import KINDS, normal_question, normal_quiz
from tests.cast import World
from tests.courses.test_archives import confirm, download, files_in, publish, row, send, unzipped, zipped
from tests.pages import Visitor
from tests.quizzes.face.sitting import question

pytestmark = pytest.mark.every_case
numbers = itertools.count(1)
ODD = [
    '"Có": {ngoặc}',
    "# không phải chú thích",
    "yes",
    "1:30",
    "- gạch",
    "null",
    "2026-11-24",
    "a\u00a0b",
    "'",
    "% & * ! | > @ `",
    "đ\u2026“”",
    "1e3",
    "=A1",
]
TEXTS = st.sampled_from(ODD) | st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cn", "Co", "Mn", "Me", "Zl", "Zp")), min_size=1, max_size=30)
PLAIN = TEXTS.map(lambda text: unicodedata.normalize("NFC", text).strip()).filter(bool)
BOTH = st.builds(lambda vi, en: {"vi": vi, "en": en}, PLAIN, PLAIN)
BLOCKS = [
    "## Cần biết\n\n### Mục nhỏ\n\nMật khẩu **dài**, ~~ngắn~~ *khó đoán*, nhấn ++Ctrl+C++.",
    "::: warning\nKhông gửi mã OTP.\n:::",
    "::: try\n1. Mở máy\n2. Khóa máy: ++Win+L++\n:::",
    "| Cột | Số |\n| :--- | ---: |\n| a \\| b | 1 |",
    "Theo luật[^1] và nghị định[^2].\n\n[^1]: Luật 116.\n[^2]: Nghị định, kiểm tra văn bản gốc.",
    "Xem [mã OTP](term:otp) và [bài đầu](lesson:01-bai).",
    "- một\n- hai\n  - ba\n\n> Trích dẫn",
    "```\nkhông [[self-check: gi]] ::: gì\n```",
    "![Một hình](files/hinh.png)",
    "![Ghi âm](files/am-thanh.mp3)",
    "[Bảng mẫu](files/bang.csv)",
]
FILES = {
    "hinh.png": "",
    "am-thanh.mp3": "ID3 rất ngắn",
    "am-thanh.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nXin chào\n",
    "am-thanh.txt": "Xin chào",
    "bang.csv": "a;b\n",
}


def picture(color: str) -> bytes:
    """A picture of one color, large enough for the places of a question."""
    out = io.BytesIO()
    Image.new("RGB", (1200, 800), color).save(out, "PNG", optimize=True)
    return out.getvalue()


PICTURE = picture("teal")


@st.composite
def courses(draw: Callable[..., Any]) -> Parts:
    """A small course with everything that a folder can hold."""
    lessons = draw(st.integers(1, 3))
    keys = ["01-bai", *(f"{n:02d}-bai-{n}" for n in range(2, lessons + 1))]
    blocks = [draw(st.lists(st.sampled_from(BLOCKS), unique=True, max_size=6)) for _key in keys]
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), unique=True, max_size=4))
    questions = [question(f"tk-{n}", "mot", "single", use="self-check", lesson=key) for n, key in enumerate(keys)]
    questions += [question(f"thi-{n}", "hai", "single") for n in range(6)]
    questions += [question(f"loai-{kind}", "mot", kind, use="practice", tags=["nhãn", draw(PLAIN)[:20]]) for kind in kinds]
    outline = draw(outlines(keys))
    files = {name: text.encode() for name, text in FILES.items() if any(f"files/{name.split('.')[0]}" in block for one in blocks for block in one)}
    files |= {"hinh.png": PICTURE} if "hinh.png" in files else {}
    files |= {name: PICTURE for raw in questions for name in KINDS[raw["kind"]].pictures(raw)}
    sources = [
        draw(lesson_of("\n\n".join([*one, f"[[self-check: tk-{n}]]", "## Ghi nhớ", draw(st.sampled_from(["Xong.", "Hết \u2013 nhớ nhé!"]))])))
        for n, one in enumerate(blocks)
    ]
    quiz = {
        "key": "thi",
        "title": draw(BOTH),
        "pass_percent": 60,
        "blueprint": [{"topic": "hai", "take": 2}],
        "minutes": draw(st.sampled_from([None, 20])),
    }
    return Parts(
        key=f"G{next(numbers)}",
        said=draw(said_with(outline)),
        topics=[{"key": "mot", "title": draw(BOTH)}, {"key": "hai", "title": draw(BOTH), "parent": "mot"}],
        lessons=dict(zip(keys, sources, strict=True)),
        questions={raw["key"]: normal_question(raw) for raw in questions},
        quizzes={"thi": normal_quiz(quiz)},
        files=dict.fromkeys(files, ""),
        read=files.__getitem__,
    )


@st.composite
def outlines(draw: Callable[..., Any], keys: list[str]) -> list[OutlineStep]:
    """The lessons and the quiz in sections, with optional steps and release."""
    sections = [None, *({"vi": f"Phần {n}: {draw(PLAIN)}", "en": f"Part {n}: {draw(PLAIN)}"} for n in range(2))]
    first = draw(st.integers(0, 2))
    steps = [OutlineStep("quiz", "thi", sections[first])]
    for key in keys:
        first = min(2, first + draw(st.integers(0, 1)))
        release: dict[str, Any] = {}
        if draw(st.booleans()):
            release |= {"after": steps[-1].key}
        if draw(st.booleans()):
            release |= {"from": draw(st.dates(date(2026, 1, 1), date(2030, 1, 1))).isoformat()}
        if draw(st.booleans()):
            release |= {"score": {"quiz": "thi", "percent": draw(st.integers(1, 100))}}
        steps.append(OutlineStep("lesson", key, sections[first], draw(st.booleans()), release or None))
    return steps


@st.composite
def said_with(draw: Callable[..., Any], outline: list[OutlineStep]) -> CourseSource:
    """What the course says; its glossary has what lessons may name."""
    glossary = [
        {"key": "otp", "term": draw(BOTH), "meaning": draw(BOTH)},
        *draw(st.sampled_from([[], [{"key": "usb", "term": draw(BOTH), "meaning": draw(BOTH)}]])),
    ]
    return CourseSource(
        title=draw(BOTH),
        summary=draw(BOTH),
        audience=draw(BOTH),
        minutes=draw(st.integers(1, 600)),
        hours=draw(st.integers(0, 20)),
        pass_percent=draw(st.integers(0, 100)),
        valid_months=draw(st.sampled_from([None, 12])),
        gives_certificate=draw(st.booleans()),
        standards=draw(st.sampled_from([[], ["IU06", "DC4.1"]])),
        prerequisites=draw(st.sampled_from([[], ["M"]])),
        glossary=glossary,
        outline=outline,
    )


@st.composite
def lesson_of(draw: Callable[..., Any], source: str) -> LessonSource:
    """A lesson with this text."""
    basis = draw(st.lists(PLAIN, max_size=2))
    facts = (draw(st.sampled_from([None, "G.01"])), draw(st.integers(1, 30)), draw(st.sampled_from([[], ["CD19"]])), basis)
    return LessonSource(draw(BOTH), draw(BOTH), *facts, draw(st.none() | st.dates()), f"{source}\n")


def without_key(contents: dict[str, bytes]) -> dict[str, bytes]:
    """The files of a course; the first line of course.yml is its key."""
    return {name: text.partition(b"\n")[2] if name == "course.yml" else text for name, text in contents.items()}


@given(parts=courses())
@settings(max_examples=5, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), derandomize=True)
def test_a_course_goes_round_and_stays_the_same(
    app: Flask, binh: Visitor, world: World, tmp_path_factory: pytest.TempPathFactory, parts: Parts
) -> None:
    folder, out = (tmp_path_factory.mktemp(name) for name in ("folder", "out"))
    write_folder(folder / parts.key, parts)
    assert check_folders(folder) == []
    with app.app_context():
        load_folders(None, folder, world.agencies["T"])
        exported = files_in(export_folder(parts.key, out))
        assert exported == files_in(folder / parts.key)
        assert load_folders(None, out, world.agencies["T"]) == [f"{parts.key}: không có gì thay đổi."]
        add_trainer(None, row(parts.key).id, world.people["binh"], "owner")
        commit()
        source = row(parts.key).id
    sent = download(binh, source, "published")
    assert unzipped(sent) == exported
    assert confirm(binh, "/courses/import", send(binh, "/courses/import", zipped(exported, "")), key=f"{parts.key}B").status == 303
    with app.app_context():
        made = row(f"{parts.key}B").id
    assert without_key(unzipped(download(binh, made, "drafted"))) == without_key(exported)
    publish(app, binh, made)
    assert without_key(unzipped(download(binh, made, "published"))) == without_key(exported)


def test_a_course_without_english_goes_out_with_the_vietnamese_words(app: Flask, binh: Visitor, world: World, tmp_path: Path) -> None:
    answer = binh.post("/courses/new", {"title_vi": "Khóa mới", "agency_id": str(world.agencies["HT"]), "key": "KM"})
    assert answer.status == 303
    with app.app_context():
        course: Course = row("KM")
    first = unzipped(download(binh, course.id, "drafted"))
    assert "  vi: Khóa mới\n  en: Khóa mới\n" in first["course.yml"].decode()
    assert first == unzipped(download(binh, course.id, "drafted"))
