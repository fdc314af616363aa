"""Writing a course folder that `read_folder` reads back as the same course."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lms.base import write_yaml

from .course_text import CourseSource, written_course
from .lesson import LessonSource, write_lesson


def write_folder(
    path: Path,
    key: str,
    said: CourseSource,
    topics: list[dict[str, Any]],
    lessons: Mapping[str, LessonSource],
    questions: Iterable[dict[str, Any]],
    quizzes: Iterable[dict[str, Any]],
    files: Mapping[str, bytes],
) -> None:
    """Write the course into the empty folder `path`."""
    entries = written_course(said)
    outline = entries.pop("outline")
    texts = {"course.yml": write_yaml({"key": key, **entries, "topics": topics, "outline": outline})}
    texts |= {f"lessons/{name}.md": write_lesson(said) for name, said in lessons.items()}
    texts |= {f"questions/{topic}.yml": write_yaml(group) for topic, group in _by_topic(questions).items()}
    texts |= {f"quizzes/{quiz['key']}.yml": write_yaml({name: value for name, value in quiz.items() if value is not None}) for quiz in quizzes}
    contents = {name: text.encode() for name, text in texts.items()} | {f"files/{name}": content for name, content in files.items()}
    for name, content in contents.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)


def _by_topic(questions: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for question in questions:
        groups.setdefault(question["topic"], []).append(question)
    return groups
