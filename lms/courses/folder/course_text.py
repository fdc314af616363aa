"""What a course says beside its lessons: texts, glossary and outline. One reader for course.yml and for the draft that trainers change."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lms.base import Tell, nfc, read_yaml, write_yaml

from .taking import Taker

COURSE_KEY = r"[A-Z][A-Z0-9-]{0,15}"
KEY = r"[a-z0-9][a-z0-9-]{0,60}"
TEXTS = ("title", "summary", "audience", "minutes", "hours", "pass_percent", "valid_months", "certificate", "standards", "prerequisites", "glossary")
COLUMNS = {"gives_certificate": "certificate"}


@dataclass(frozen=True)
class OutlineStep:
    """A step as it is planned. kind "lesson" or "quiz"; section: the title of its section; release: as in CourseStep; line: where it was read."""

    kind: str
    key: str
    section: dict[str, str] | None = None
    is_optional: bool = False
    release: dict[str, Any] | None = None
    line: int = field(default=1, compare=False)

    @property
    def columns(self) -> dict[str, Any]:
        """The values by the names of a step's columns, but for what it shows."""
        return {"key": self.key, "section": self.section, "is_optional": self.is_optional, "release": self.release}


@dataclass(frozen=True)
class CourseSource:
    """What a course says, without its key, topics and lessons. glossary: [{"key", "term": {"vi", "en"}, "meaning": {"vi", "en"}}]."""

    title: dict[str, str]
    summary: dict[str, str]
    audience: dict[str, str]
    minutes: int
    hours: int
    pass_percent: int
    valid_months: int | None
    gives_certificate: bool
    standards: list[str]
    prerequisites: list[str]
    glossary: list[dict[str, Any]]
    outline: list[OutlineStep]

    @property
    def values(self) -> dict[str, Any]:
        """The values by the names of a course revision's columns, without the outline."""
        return {name: value for name, value in vars(self).items() if name != "outline"}


def read_course(text: str, tell: Tell) -> CourseSource:
    """A course from the text of its draft. What is wrong is told as tell(line, sentence)."""
    taker = Taker(read_yaml(nfc(text), tell), tell)
    taker.only(*TEXTS, "outline")
    return take_course(taker)


def write_course(said: CourseSource) -> str:
    """The text of a course, which `read_course` reads back as the same."""
    return write_yaml(written_course(said))


def written_course(said: CourseSource) -> dict[str, Any]:
    """The entries of course.yml that the course itself says; empty lists and what has no value are left out."""
    named = {COLUMNS.get(name, name): value for name, value in said.values.items()}
    entries = {name: value for name, value in named.items() if value is not None and (name not in ("prerequisites", "glossary") or value)}
    return {**entries, "outline": written_outline(said.outline)}


def take_course(taker: Taker) -> CourseSource:
    """The course of a mapping; what is missing or wrong is told."""
    return CourseSource(
        title=taker.both("title"),
        summary=taker.both("summary"),
        audience=taker.both("audience"),
        minutes=taker.whole("minutes", 1, 6000) or 1,
        hours=taker.whole("hours", 0, 1000) or 0,
        pass_percent=taker.whole("pass_percent", 0, 100) or 0,
        valid_months=taker.whole("valid_months", 1, 600, is_needed=False),
        gives_certificate=taker.flag("certificate", False),
        standards=taker.standards(),
        prerequisites=_prerequisites(taker),
        glossary=_glossary(taker),
        outline=_outline(taker),
    )


def _prerequisites(taker: Taker) -> list[str]:
    found = taker.texts("prerequisites", is_needed=False)
    for key in found:
        if not re.fullmatch(COURSE_KEY, key):
            taker.wrong("prerequisites", f"có “{key[:20]}” không phải là mã khóa học (A1, B, K00).")
    return list(dict.fromkeys(found))


def _glossary(taker: Taker) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    items = taker.items("glossary", is_needed=False)
    for line, item in zip(items.lines, items, strict=True):
        entry = Taker(item, taker.tell, line)
        entry.only("key", "term", "meaning")
        term = {"key": entry.text("key", KEY), "term": entry.both("term"), "meaning": entry.both("meaning")}
        if term["key"] in [one["key"] for one in found]:
            taker.tell(line, f"thuật ngữ “{term['key']}” đã có ở trên.")
        found.append(term)
    return found


def _outline(taker: Taker) -> list[OutlineStep]:
    items, section, found = taker.items("outline"), None, []
    for line, item in zip(items.lines, items, strict=True):
        entry = Taker(item, taker.tell, line)
        if "section" in entry.fields:
            entry.only("section")
            section = entry.both("section")
            continue
        kind = next((kind for kind in ("lesson", "quiz") if isinstance(entry.fields.get(kind), str)), None)
        if kind is None:
            taker.tell(line, "mỗi dòng của “outline” là “lesson: mã-bài”, “quiz: mã-bài-kiểm-tra” hoặc “section: tên phần”.")
            continue
        entry.only(kind, "after", "from", "score", *(("optional",) if kind == "lesson" else ()))
        found.append(OutlineStep(kind, entry.fields[kind], section, entry.flag("optional", False), _release(entry), line))
    return found


def _release(entry: Taker) -> dict[str, Any] | None:
    day = entry.day("from")
    found = {"after": entry.text("after", is_needed=False) or None, "from": day.isoformat() if day else None}
    if entry.has("score", False):
        score = Taker(entry.fields["score"], entry.tell, entry.fields.line_of("score"))
        score.only("quiz", "percent")
        found["score"] = {"quiz": score.text("quiz"), "percent": score.whole("percent", 1, 100) or 1}  # type: ignore[assignment]
    return {name: value for name, value in found.items() if value} or None


def written_outline(outline: list[OutlineStep]) -> list[dict[str, Any]]:
    """The outline as it stands in course.yml."""
    entries: list[dict[str, Any]] = []
    section = None
    for step in outline:
        if step.section != section:
            section = step.section
            entries.append({"section": section})
        release = step.release or {}
        entry: dict[str, Any] = {step.kind: step.key}
        if step.is_optional:
            entry["optional"] = True
        entry |= {name: release[name] for name in ("after", "score") if name in release}
        if "from" in release:
            entry["from"] = date.fromisoformat(release["from"])
        entries.append(entry)
    return entries


def is_completable(outline: list[OutlineStep], counting: Collection[str]) -> bool:
    """Whether the outline demands anything: a lesson that is not optional, or one of the counting quizzes (by key)."""
    return any(not step.is_optional if step.kind == "lesson" else step.key in counting for step in outline)


def outline_faults(outline: list[OutlineStep]) -> list[tuple[int, str]]:
    """(line, sentence) for what an outline cannot hold: a step or section in two places, a release that waits for what does not stand before."""
    faults: list[tuple[int, str]] = []
    seen: list[OutlineStep] = []
    sections: list[dict[str, str] | None] = []
    for step in outline:
        if (step.kind, step.key) in [(one.kind, one.key) for one in seen]:
            faults.append((step.line, f"bước “{step.kind} {step.key}” đã có ở trên."))
        if not sections or sections[-1] != step.section:
            if step.section in sections:
                faults.append((step.line, "hai phần khác nhau không được trùng tên."))
            sections.append(step.section)
        faults += [(step.line, sentence) for sentence in _release_faults(step, seen)]
        seen.append(step)
    if not any(step.kind == "lesson" for step in outline):
        faults.append((1, "“outline” chưa có bài học nào."))
    return faults


def _release_faults(step: OutlineStep, before: list[OutlineStep]) -> list[str]:
    release, faults = step.release or {}, []
    if "after" in release and release["after"] not in [one.key for one in before]:
        faults.append(f"bước “{step.key}” mở sau “{release['after']}”, nhưng bước đó không đứng trước.")
    quizzes = [one.key for one in before if one.kind == "quiz"]
    if "score" in release and release["score"]["quiz"] not in quizzes:
        faults.append(f"bước “{step.key}” chờ điểm của “{release['score']['quiz']}”, nhưng bài kiểm tra đó không đứng trước.")
    return faults


def moved(outline: list[OutlineStep], index: int, to: int) -> list[OutlineStep]:
    """The outline with one step at another place; it takes the section of its new neighbour above (or below, at the top)."""
    left = [step for at, step in enumerate(outline) if at != index]
    to = max(0, min(to, len(left)))
    neighbour = left[to - 1] if to else (left[0] if left else outline[index])
    return [*left[:to], replace(outline[index], section=neighbour.section), *left[to:]]
