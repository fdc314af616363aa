"""A course folder as plain data: course.yml, lessons, questions, quizzes and files."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.base import Fields, Tell, read_yaml, without_lines

from .course_text import COURSE_KEY, KEY, TEXTS, CourseSource, take_course
from .lesson import FolderLesson, read_lesson
from .markdown import companions
from .snapshot import Problem, Snapshot
from .taking import Taker

LESSON_KEY = r"\d{2,3}-[a-z0-9-]{1,60}"
QUIZ = ("key", "title", "minutes", "attempts", "pass_percent", "counts", "blueprint")
QUIZ_RULES = ("behaviour", "grace_seconds", "per_page", "takes", "wait_minutes", "review", "levels")


@dataclass(frozen=True)
class Placed:
    """Something of a file at a line, by its key."""

    key: str
    name: str
    line: int
    value: Any = None


@dataclass(frozen=True)
class Quiz:
    """A quiz file: its values as written, the line of each entry, and that of the blueprint."""

    key: str
    name: str
    values: dict[str, Any]
    line: int
    lines: dict[str, int] = field(default_factory=dict)


@dataclass
class CourseFolder:
    """A course folder. `said` is None while course.yml could not be read; questions and topics are plain data as the bank reads them."""

    key: str
    snapshot: Snapshot
    said: CourseSource | None = None
    topics: list[Placed] = field(default_factory=list)
    lessons: dict[str, FolderLesson] = field(default_factory=dict)
    questions: list[Placed] = field(default_factory=list)
    quizzes: dict[str, Quiz] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong so far."""
        return self.snapshot.problems

    def shown_by(self, lesson: FolderLesson) -> list[str]:
        """The names of the files that a lesson shows or offers, with the captions and transcripts of its recordings."""
        named = [reference.name for reference in lesson.markdown.files]
        beside = [name for one in named for name in companions(one) if f"files/{name}" in self.snapshot.contents]
        return list(dict.fromkeys([*named, *beside]))

    @property
    def files(self) -> dict[str, bytes]:
        """Pictures and downloads by name."""
        return {name.removeprefix("files/"): self.snapshot.contents[name] for name in self.snapshot.names("files")}

    def tell(self, name: str) -> Tell:
        """Tells problems of one file."""
        return lambda line, sentence: self.snapshot.tell(name, line, sentence)


def find_folders(path: Path) -> list[Path]:
    """The course folders at a path: itself, or those directly in it. Without any, an empty list."""
    try:
        if (path / "course.yml").exists():
            return [path]
        return sorted(inner for inner in path.iterdir() if inner.is_dir() and not inner.name.startswith("."))
    except OSError:
        return []


def read_folder(snapshot: Snapshot) -> CourseFolder:
    """The course of a folder. Never raises: what is wrong is among its problems."""
    folder = CourseFolder(snapshot.key or "", snapshot)
    _read_course(folder)
    for name in snapshot.names("lessons"):
        text = snapshot.text(name)
        if text is not None:
            key = name.removeprefix("lessons/").removesuffix(".md")
            folder.lessons[key] = FolderLesson(key, name, *read_lesson(text, folder.tell(name)))
    for name in snapshot.names("questions"):
        _read_questions(folder, name)
    for name in snapshot.names("quizzes"):
        _read_quiz(folder, name)
    return folder


def _yaml(folder: CourseFolder, name: str) -> tuple[Any, bool]:
    """(value of a YAML file, whether it could be read)."""
    text = folder.snapshot.text(name) if name in folder.snapshot.contents else None
    before = len(folder.problems)
    value = read_yaml(text, folder.tell(name)) if text is not None else None
    if value is None and text is not None and len(folder.problems) == before:
        folder.snapshot.tell(name, 1, "tệp trống.")
    return value, value is not None


def _read_course(folder: CourseFolder) -> None:
    value, is_read = _yaml(folder, "course.yml")
    if not is_read:
        return
    taker = Taker(value, folder.tell("course.yml"))
    taker.only("key", *TEXTS, "topics", "outline")
    key = taker.text("key", COURSE_KEY)
    if folder.snapshot.key is None:
        folder.key = key
    elif key and key != folder.key:
        taker.wrong("key", f"là “{key}” nhưng thư mục tên “{folder.key}”; hai tên phải giống nhau.")
    folder.said = take_course(taker)
    _read_topics(folder, taker)


def _read_topics(folder: CourseFolder, course: Taker) -> None:
    items = course.items("topics")
    for line, item in zip(items.lines, items, strict=True):
        topic = Taker(item, course.tell, line)
        topic.only("key", "title", "parent")
        key, title, parent = topic.text("key", KEY), topic.both("title"), topic.text("parent", KEY, is_needed=False)
        folder.topics.append(Placed(key, "course.yml", line, {"key": key, "title": title, **({"parent": parent} if parent else {})}))


def _read_questions(folder: CourseFolder, name: str) -> None:
    value, is_read = _yaml(folder, name)
    if not is_read:
        return
    if not isinstance(value, list):
        folder.snapshot.tell(name, 1, "phải là danh sách câu hỏi, mỗi câu bắt đầu bằng “- key:”.")
        return
    for line, item in zip(value.lines, value, strict=True):  # type: ignore[attr-defined]
        if not isinstance(item, Fields):
            folder.snapshot.tell(name, line, "câu hỏi phải gồm các mục dạng “tên: giá trị”.")
        else:
            key = Taker(item, folder.tell(name)).text("key", KEY)
            folder.questions.append(Placed(key, name, line, item))


def _read_quiz(folder: CourseFolder, name: str) -> None:
    value, is_read = _yaml(folder, name)
    if not is_read:
        return
    taker = Taker(value, folder.tell(name))
    taker.only(*QUIZ, *QUIZ_RULES)
    stem = name.removeprefix("quizzes/").removesuffix(".yml")
    key = taker.text("key", KEY)
    if key and key != stem:
        taker.wrong("key", f"là “{key}” nhưng tệp tên “{stem}.yml”; hai tên phải giống nhau.")
    values = {
        "key": stem,
        "title": taker.both("title"),
        "minutes": taker.whole("minutes", 1, 600, is_needed=False),
        "attempts": taker.whole("attempts", 1, 100, is_needed=False),
        "pass_percent": taker.whole("pass_percent", 0, 100) or 0,
        "counts": taker.flag("counts", True),
        "blueprint": without_lines(taker.items("blueprint")),
    }
    values |= {entry: without_lines(taker.fields[entry]) for entry in QUIZ_RULES if taker.has(entry, False)}
    folder.quizzes[stem] = Quiz(stem, name, values, taker.fields.line_of("blueprint"), taker.fields.lines)
