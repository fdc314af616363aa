"""A whole course to be printed as a handout, and searching inside a course: both on the lessons of one revision."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from markupsafe import Markup

from lms.base import db
from lms.quizzes import SelfCheck, self_checks

from .models import CourseRevision, CourseStep, LessonRevision
from .queries import LessonText, holds_all, text_of
from .reading import excerpt, words_sought
from .rendering import with_own_ids

OTHER_LESSON = re.compile(r'<a href="([a-z0-9][a-z0-9-]*)"')


class Numbered(NamedTuple):
    """A self-check question with its number in the handout."""

    number: int
    check: SelfCheck


@dataclass(frozen=True)
class HandoutLesson:
    """A lesson of a handout. parts: ("html", safe HTML) and ("self-check", Numbered)."""

    section: dict[str, Any] | None
    text: LessonText
    parts: list[tuple[str, Any]]


@dataclass(frozen=True)
class Handout:
    """Lessons in order, their self-check questions numbered through, the terms that they use."""

    lessons: list[HandoutLesson]
    checks: list[Numbered]
    glossary: list[dict[str, Any]]

    @property
    def sections(self) -> list[tuple[dict[str, Any] | None, int, list[HandoutLesson]]]:
        """(title of a section or None, number of its first lesson, its lessons) in order."""
        groups = [(title, list(lessons)) for title, lessons in groupby(self.lessons, lambda lesson: lesson.section)]
        sizes = [len(lessons) for _title, lessons in groups]
        return [(title, sum(sizes[:at]) + 1, lessons) for at, (title, lessons) in enumerate(groups)]

    @property
    def minutes(self) -> int:
        """About how long reading takes."""
        return sum(lesson.text.minutes for lesson in self.lessons)


def handout_of(revision_id: int, bank_id: int, only: Collection[int] | None = None) -> Handout:
    """The handout of a course revision; `only`: these lesson revisions of it. At most two statements."""
    rows = sa.select(CourseRevision, CourseStep.key, CourseStep.section, LessonRevision)
    rows = rows.join(CourseStep, CourseStep.revision_id == CourseRevision.id).join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
    found = db.session.execute(rows.where(CourseRevision.id == revision_id).order_by(CourseStep.position)).all()
    shown = [row for row in found if only is None or row.LessonRevision.id in only]
    texts = [(row.section, text_of(row.LessonRevision, row.key, row.CourseRevision.glossary)) for row in shown]
    known = self_checks(bank_id, [key for _section, text in texts for key in text.self_checks])
    return _numbered(texts, known)


def _numbered(texts: list[tuple[dict[str, Any] | None, LessonText]], known: dict[str, SelfCheck]) -> Handout:
    keys = [text.key for _section, text in texts]
    lessons: list[HandoutLesson] = []
    checks: list[Numbered] = []
    terms: dict[str, dict[str, Any]] = {}
    for at, (section, text) in enumerate(texts):
        parts: list[tuple[str, Any]] = []
        for kind, part in with_own_ids([(kind, str(part)) for kind, part in text.parts], f"b{at + 1}-" if at else ""):
            if kind == "html":
                parts.append((kind, _with_own_links(str(part), keys)))
            elif part in known:
                checks.append(Numbered(len(checks) + 1, known[part]))
                parts.append((kind, checks[-1]))
        lessons.append(HandoutLesson(section, text, parts))
        terms |= {entry["key"]: entry for entry in text.glossary}
    return Handout(lessons, checks, list(terms.values()))


def _with_own_links(html: str, keys: Collection[str]) -> Markup:
    """Links to other lessons lead to where these stand on the same page, or to the top."""
    return Markup(OTHER_LESSON.sub(lambda found: f'<a href="#{"bai-" + found[1] if found[1] in keys else "main"}"', html))  # noqa: S704


class FoundLesson(NamedTuple):
    """A lesson in which all words of a query stand."""

    key: str
    title: dict[str, Any]
    excerpt: Markup


def found_in_course(revision_id: int, query: str, only: Collection[int] | None = None) -> list[FoundLesson]:
    """The lessons of a revision (`only`: these lesson revisions) in which every word of the query stands, in order, in one statement."""
    words = words_sought(query)
    if not words:
        return []
    wanted = sa.select(CourseStep.key, LessonRevision.id, LessonRevision.title, LessonRevision.html)
    wanted = wanted.join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id).order_by(CourseStep.position)
    rows = db.session.execute(wanted.where(CourseStep.revision_id == revision_id, holds_all(LessonRevision.search, words)))
    return [FoundLesson(row.key, row.title, excerpt(row.html, query)) for row in rows if only is None or row.id in only]


__all__ = ["FoundLesson", "Handout", "HandoutLesson", "Numbered", "found_in_course", "handout_of"]
