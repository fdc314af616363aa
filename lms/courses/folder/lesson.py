"""A lesson as text: front matter and Markdown. The same reader serves course folders and the drafts that trainers write."""

import datetime
import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from lms.base import Tell, nfc, read_yaml, write_yaml

from .markdown import Markdown, read_markdown
from .taking import Taker

ENTRIES = ("title", "summary", "code", "minutes", "standards", "legal_basis", "reviewed_on")
FENCE = "---"


@dataclass(frozen=True)
class LessonSource:
    """What a lesson says, without its key. `source` is Markdown."""

    title: dict[str, str]
    summary: dict[str, str]
    code: str | None
    minutes: int
    standards: list[str]
    legal_basis: list[str]
    reviewed_on: datetime.date | None
    source: str

    @property
    def values(self) -> dict[str, Any]:
        """The values by the names of a lesson revision's columns."""
        return asdict(self)

    def digest(self, files: dict[str, str]) -> str:
        """One hash of all that is said; `files` are the digests of the pictures and downloads that it shows, by name."""
        return sha256(json.dumps([self.values, files], ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class FolderLesson:
    """A lesson file of a course folder."""

    key: str
    name: str
    said: LessonSource
    markdown: Markdown = field(repr=False)


def read_lesson(text: str, tell: Tell) -> tuple[LessonSource, Markdown]:
    """A lesson from its text. What is wrong is told as tell(line, sentence)."""
    lines = nfc(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == FENCE), None) if lines[0].rstrip() == FENCE else None
    if end is None:
        tell(1, "phần đầu bài phải đứng giữa hai dòng “---”.")
        end = -1
    front = Taker(read_yaml("\n".join(lines[1:end]), tell, 2) if end > 0 else None, tell if end > 0 else _say_nothing, 1)
    body = lines[end + 1 :]
    skipped = next((at for at, line in enumerate(body) if line.strip()), len(body))
    source = "\n".join(body[skipped:]).rstrip()
    said = _said(front, f"{source}\n")
    if not source:
        tell(max(1, end + 1), "bài chưa có nội dung.")
    return said, read_markdown(said.source, end + 2 + skipped, tell)


def _say_nothing(_line: int, _sentence: str) -> None:
    return


def _said(front: Taker, source: str) -> LessonSource:
    front.only(*ENTRIES)
    return LessonSource(
        title=front.both("title"),
        summary=front.both("summary"),
        code=front.text("code", r"[A-Z][A-Z0-9]*\.[A-Z0-9.]{1,12}", is_needed=False) or None,
        minutes=front.whole("minutes", 1, 240) or 1,
        standards=front.standards(),
        legal_basis=front.texts("legal_basis", is_needed=False),
        reviewed_on=front.day("reviewed_on"),
        source=source,
    )


def write_lesson(said: LessonSource) -> str:
    """The text of a lesson, which `read_lesson` reads back as the same."""
    front = {name: value for name, value in said.values.items() if name != "source" and value is not None}
    return f"{FENCE}\n{write_yaml(front)}{FENCE}\n{said.source}"
