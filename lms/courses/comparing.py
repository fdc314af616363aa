"""Two states of a course side by side: what is new, the same, changed, and where what was edited here would be overwritten. Pure data."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from lms.base import write_yaml

from .folder import Parts, write_course, write_lesson

NEW, SAME, CHANGED, CONFLICT, ONLY_HERE = "new", "same", "changed", "conflict", "only-here"
KINDS = ("course", "topics", "lesson", "question", "quiz")


@dataclass
class Edited:
    """What was changed on the site since the folder was loaded: whether the course's texts and outline, and keys of the rest."""

    course: bool = False
    lessons: set[str] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    quizzes: set[str] = field(default_factory=set)
    retired: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Item:
    """One part of a course on both sides, as text; empty where there is none. title: what people call it."""

    kind: str
    key: str
    state: str
    ours: str
    theirs: str
    title: str

    @property
    def name(self) -> str:
        """How forms call it: "lesson:01-dai"."""
        return f"{self.kind}:{self.key}"

    @property
    def seen(self) -> str:
        """A mark of both sides: a choice counts only for what was shown when it was made."""
        return sha256(f"{self.state}\0{self.ours}\0{self.theirs}".encode()).hexdigest()[:16]

    def diff(self, most: int | None = None) -> list[str]:
        """The differences line by line, as `diff -u` writes them without its head; at most so many lines."""
        lines = list(difflib.unified_diff(self.ours.splitlines(), self.theirs.splitlines(), n=2, lineterm=""))[2:]
        return lines if most is None or len(lines) <= most else [*lines[:most], "…"]


def compare(ours: Parts | None, theirs: Parts, edited: Edited) -> list[Item]:
    """Every part of both, in order: course, topics, lessons, questions, quizzes. Without `ours` all is new."""
    items = [
        _item("course", "", _course(ours) if ours else None, _course(theirs), edited.course, theirs.said.title["vi"]),
        _item("topics", "", _topics(ours, theirs) if ours else None, _topics(theirs, ours or theirs), True, ""),
    ]
    sides: list[tuple[str, Mapping[str, str], Mapping[str, str], set[str]]] = [
        ("lesson", _lessons(ours), _lessons(theirs), edited.lessons),
        ("question", _questions(ours, edited.retired), _questions(theirs), edited.questions),
        ("quiz", _quizzes(ours), _quizzes(theirs), edited.quizzes),
    ]
    for kind, here, there, changed in sides:
        for key in dict.fromkeys([*there, *here]):
            if not (key in edited.retired and key not in there):
                title = _title(kind, key, theirs if key in there else ours or theirs)
                items.append(_item(kind, key, here.get(key), there.get(key), key in changed, title))
    return items


def _item(kind: str, key: str, ours: str | None, theirs: str | None, is_edited: bool, title: str) -> Item:
    if ours is None or theirs is None:
        state = NEW if ours is None else ONLY_HERE
    else:
        state = SAME if ours == theirs else CONFLICT if is_edited else CHANGED
    return Item(kind, key, state, ours or "", theirs or "", title)


def _title(kind: str, key: str, parts: Parts) -> str:
    if kind == "lesson":
        return parts.lessons[key].title["vi"]
    return parts.quizzes[key]["title"]["vi"] if kind == "quiz" else str(parts.questions[key].get("text", "")).split("\n")[0][:120]


def _course(parts: Parts) -> str:
    return write_course(parts.said)


def _topics(parts: Parts, other: Parts) -> str:
    """The topics that both sides have: new ones are added without asking, and their order says nothing."""
    shared = {topic["key"] for topic in other.topics}
    return write_yaml(sorted((topic for topic in parts.topics if topic["key"] in shared), key=lambda topic: str(topic["key"])))


def _lessons(parts: Parts | None) -> dict[str, str]:
    """Each lesson as its file, and what its files hold."""
    if parts is None:
        return {}
    shown = {key: parts.shown_by(lesson) for key, lesson in parts.lessons.items()}
    return {key: write_lesson(lesson) + _contents(shown[key]) for key, lesson in parts.lessons.items()}


def _contents(files: Mapping[str, str]) -> str:
    return "".join(f"# files/{name} {digest[:12]}\n" for name, digest in sorted(files.items()))


def _questions(parts: Parts | None, retired: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
    texts: dict[str, str] = {}
    for key, raw in parts.questions.items() if parts else ():
        digest = parts.picture_of(key) if parts else None
        shown = {**raw, "picture": digest[:12]} if digest else raw
        texts[key] = write_yaml([_sorted(shown)]) + ("# (ngừng dùng)\n" if key in retired else "")
    return texts


def _quizzes(parts: Parts | None) -> dict[str, str]:
    return {key: write_yaml(_sorted(quiz)) for key, quiz in parts.quizzes.items()} if parts else {}


def _sorted(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The entries in one order, whoever wrote them."""
    return {name: raw[name] for name in sorted(raw)}
