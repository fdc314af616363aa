"""A course in parts that can be compared one by one: of a folder, of an archive, or as the site has it. Pure data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from lms.base import without_lines
from lms.quizzes import normal_question, normal_quiz

from .course import CourseFolder
from .course_text import CourseSource
from .lesson import LessonSource
from .markdown import companions, read_markdown

Raw = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """A course: what it says, its topics, and its lessons, questions, quizzes and files by key.

    Questions and quizzes are as this house writes them; `files` holds digests by name, `read` fetches a content by its name.
    """

    key: str
    said: CourseSource
    topics: list[Raw]
    lessons: dict[str, LessonSource]
    questions: dict[str, Raw]
    quizzes: dict[str, Raw]
    files: dict[str, str]
    read: Callable[[str], bytes] = field(compare=False, repr=False)

    def shown_by(self, lesson: LessonSource) -> dict[str, str]:
        """The digests of the files that a lesson shows or offers, with captions and transcripts, by name."""
        return {name: self.files[name] for name in files_named(lesson.source) if name in self.files}

    def picture_of(self, key: str) -> str | None:
        """The digest of the picture of a question, if it has one."""
        name = str(self.questions[key].get("picture", "")).removeprefix("files/")
        return self.files.get(name) if name else None


@lru_cache(maxsize=256)
def files_named(source: str) -> tuple[str, ...]:
    """The names of the files that a lesson's Markdown shows or offers, with captions and transcripts. Kept, so that a write need not parse."""
    named = [reference.name for reference in read_markdown(source, 1, lambda _line, _sentence: None).files]
    return tuple(dict.fromkeys(name for one in named for name in (one, *companions(one))))


def parts_of_folder(folder: CourseFolder) -> Parts:
    """The parts of a folder that has no problems."""
    assert folder.said is not None
    files = folder.files
    return Parts(
        key=folder.key,
        said=folder.said,
        topics=[one.value for one in folder.topics],
        lessons={key: lesson.said for key, lesson in folder.lessons.items()},
        questions={one.key: normal_question(without_lines(one.value)) for one in folder.questions},
        quizzes={key: normal_quiz(quiz.values) for key, quiz in folder.quizzes.items()},
        files={name: sha256(content).hexdigest() for name, content in files.items()},
        read=files.__getitem__,
    )


def in_both(texts: Mapping[str, str], instead: str = "") -> dict[str, str]:
    """A text in both languages, as a folder wants it: Vietnamese where English is missing, `instead` where there is nothing."""
    vi = texts.get("vi") or texts.get("en") or instead
    return {"vi": vi, "en": texts.get("en") or vi}


def in_both_languages(parts: Parts) -> Parts:
    """The parts with every text in both languages. What was left empty on the site says the title instead."""
    said = parts.said
    title = in_both(said.title, parts.key)
    terms = [
        {**one, "term": in_both(one["term"], one["key"]), "meaning": in_both(one["meaning"], one["term"].get("vi", ""))} for one in said.glossary
    ]
    outline = [replace(step, section=in_both(step.section)) if step.section else step for step in said.outline]
    summary, audience = in_both(said.summary, title["vi"]), in_both(said.audience, title["vi"])
    return replace(
        parts,
        said=replace(said, title=title, summary=summary, audience=audience, glossary=terms, outline=outline),
        topics=[{**one, "title": in_both(one["title"], one["key"])} for one in parts.topics],
        lessons={key: _lesson(key, lesson) for key, lesson in parts.lessons.items()},
        quizzes={key: _quiz(key, quiz) for key, quiz in parts.quizzes.items()},
    )


def _term(entry: Raw) -> Raw:
    term = in_both(entry["term"], entry["key"])
    return {"key": entry["key"], "term": term, "meaning": in_both(entry["meaning"], term["vi"])}


def _lesson(key: str, lesson: LessonSource) -> LessonSource:
    title = in_both(lesson.title, key)
    return replace(lesson, title=title, summary=in_both(lesson.summary, title["vi"]))


def _quiz(key: str, quiz: Raw) -> Raw:
    levels = {"levels": [{**level, "title": in_both(level["title"])} for level in quiz["levels"]]} if "levels" in quiz else {}
    return {**quiz, "title": in_both(quiz["title"], key), **levels}
