"""Writing a course folder that `read_folder` reads back as the same course."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lms.base import write_yaml

from .course_text import written_course
from .lesson import write_lesson
from .parts import Parts

MOST_IN_FILE = 200


def folder_texts(parts: Parts) -> dict[str, str]:
    """The texts of the folder by their names within it ("lessons/01-a.md"), in order of names."""
    entries = written_course(parts.said)
    outline = entries.pop("outline")
    texts = {"course.yml": write_yaml({"key": parts.key, **entries, "topics": parts.topics, "outline": outline})}
    texts |= {f"lessons/{name}.md": write_lesson(said) for name, said in parts.lessons.items()}
    texts |= {f"questions/{name}.yml": write_yaml(group) for name, group in _by_topic(parts.questions.values()).items()}
    texts |= {f"quizzes/{key}.yml": write_yaml(quiz) for key, quiz in parts.quizzes.items()}
    return dict(sorted(texts.items()))


def write_folder(path: Path, parts: Parts) -> None:
    """Write the course into the empty folder `path`."""
    for name, text in folder_texts(parts).items():
        _write(path / name, text.encode())
    for name in parts.files:
        _write(path / "files" / name, parts.read(name))


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _by_topic(questions: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Questions by the name of their file: that of their topic; a large topic has several."""
    topics: dict[str, list[dict[str, Any]]] = {}
    for question in sorted(questions, key=lambda one: str(one["key"])):
        topics.setdefault(question["topic"], []).append(question)
    return {
        topic if not begin else f"{topic}-{begin // MOST_IN_FILE + 1}": group[begin : begin + MOST_IN_FILE]
        for topic, group in topics.items()
        for begin in range(0, len(group), MOST_IN_FILE)
    }
