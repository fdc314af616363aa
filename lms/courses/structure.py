"""Reads for the pages on which a course is planned: what it says now, its steps with what they show and what is wrong with each."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.base import day, db, in_language
from lms.base import gettext as _
from lms.people import Person
from lms.quizzes import Quiz, QuizVersion

from .course_drafts import current_course_source
from .drafts import source_of_draft
from .folder import CourseSource, OutlineStep, outline_faults
from .models import Course, Lesson, LessonRevision
from .outline_rows import Header, Row, name_of, rows_of


@dataclass(frozen=True)
class Planned:
    """A course as its trainers plan it: what it says now (its draft, else what is published), and who drafted that."""

    course: Course
    drafted_by: str
    said: CourseSource

    @property
    def is_drafted(self) -> bool:
        """Whether it says something that is not published."""
        return self.course.draft is not None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a draft, and something published that it could be thrown away for."""
        return self.is_drafted and self.course.revision_number > 0


@dataclass(frozen=True)
class Item:
    """A lesson of the course or a quiz of its bank. is_new: a lesson that was never published; has_draft: that has an unpublished text."""

    kind: str
    key: str
    id: int
    title: dict[str, Any]
    minutes: int | None
    is_new: bool = False
    has_draft: bool = False
    counts: bool = False

    @property
    def name(self) -> str:
        """How forms call its step."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class Line:
    """A row of the outline on the page. opens: sentences about when it opens; item: None of a section, or where the thing is gone."""

    row: Row
    item: Item | None
    opens: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    can_rise: bool = True
    can_sink: bool = True

    @property
    def name(self) -> str:
        """How forms call it."""
        return name_of(self.row)

    @property
    def is_section(self) -> bool:
        """Whether it is the heading of a section."""
        return isinstance(self.row, Header)

    @property
    def title(self) -> dict[str, Any]:
        """What it is called; the key where the thing is gone."""
        if isinstance(self.row, Header):
            return self.row.title
        return self.item.title if self.item else {"vi": self.row.key}


def planned_course(course_id: int) -> Planned:
    """A course as its trainers plan it; the viewer was found to look after it. At most three statements."""
    found = sa.select(Course, Person.full_name).outerjoin(Person, Person.id == Course.draft_by_id).where(Course.id == course_id)
    course, name = db.session.execute(found.execution_options(populate_existing=True)).one()
    return Planned(course, name or "", current_course_source(course))


def items_of(course: Course) -> dict[str, Item]:
    """Every lesson of the course and every quiz of its bank by the name of its step, lessons by key first. Two statements."""
    items = [_lesson(*row) for row in _lessons(course.id)] + [_quiz(row) for row in _quizzes(course.bank_id)]
    return {item.name: item for item in items}


def _lessons(course_id: int) -> Sequence[Any]:
    is_current = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    columns = (Lesson.id, Lesson.key, Lesson.draft, Lesson.revision_number, LessonRevision.title, LessonRevision.minutes)
    found = sa.select(*columns).join(LessonRevision, is_current).where(Lesson.course_id == course_id).order_by(Lesson.key)
    return db.session.execute(found).all()


def _lesson(id: int, key: str, draft: str | None, number: int, title: dict[str, Any], minutes: int) -> Item:
    if draft is not None:
        said = source_of_draft(draft)
        title, minutes = said.title, said.minutes
    return Item("lesson", key, id, title, minutes, is_new=number == 0, has_draft=draft is not None)


def _quizzes(bank_id: int) -> Sequence[Any]:
    is_current = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    columns = (Quiz.id, Quiz.key, QuizVersion.title, QuizVersion.minutes, QuizVersion.counts)
    return db.session.execute(sa.select(*columns).join(QuizVersion, is_current).where(Quiz.bank_id == bank_id).order_by(Quiz.key)).all()


def _quiz(row: Any) -> Item:
    return Item("quiz", row.key, row.id, row.title, row.minutes, counts=row.counts)


def lines_of(outline: Sequence[OutlineStep], items: dict[str, Item]) -> tuple[list[Line], list[str]]:
    """The rows of the outline as the page shows them, and what is wrong with the whole."""
    rows = rows_of([replace(step, line=at) for at, step in enumerate(outline, 2)])
    told: dict[int, list[str]] = {}
    for at, sentence in outline_faults([row for row in rows if isinstance(row, OutlineStep)]):
        told.setdefault(at, []).append(_with_titles(sentence, items))
    sections = sum(isinstance(row, Header) for row in rows)
    lines = []
    for at, row in enumerate(rows):
        if isinstance(row, Header):
            lines.append(Line(row, None, can_rise=row.number > 1, can_sink=row.number < sections))
            continue
        item = items.get(name_of(row))
        faults = told.get(row.line, []) + ([] if item else [_("Khóa học không còn mục này. Anh/Chị bỏ bước khỏi cấu trúc.")])
        lines.append(Line(row, item, release_words(row.release, items), faults, at > 0, at < len(rows) - 1))
    return lines, told.get(1, [])


def _with_titles(sentence: str, items: dict[str, Item]) -> str:
    """A sentence about steps that calls them by their titles instead of their keys."""
    for item in items.values():
        sentence = sentence.replace(f"“{item.key}”", f"“{in_language(item.title)}”")
    return sentence


def release_words(release: dict[str, Any] | None, items: dict[str, Item]) -> list[str]:
    """When a step opens, in sentences."""
    release, words = release or {}, []
    if "after" in release:
        words.append(_("Mở sau khi xong “%(name)s”", name=_called(release["after"], items)))
    if "from" in release:
        words.append(_("Mở từ ngày %(day)s", day=day(date.fromisoformat(release["from"]))))
    if "score" in release:
        quiz, percent = _called(release["score"]["quiz"], items, "quiz"), release["score"]["percent"]
        words.append(_("Mở khi đạt từ %(n)s%% ở “%(name)s”", n=percent, name=quiz))
    return words


def _called(key: str, items: dict[str, Item], *kinds: str) -> str:
    found = [items[f"{kind}:{key}"] for kind in kinds or ("lesson", "quiz") if f"{kind}:{key}" in items]
    return in_language(found[0].title) if found else key


def apart_from(outline: Sequence[OutlineStep], items: dict[str, Item]) -> list[Item]:
    """The lessons and quizzes that are no steps of the outline."""
    shown = {name_of(step) for step in outline}
    return [item for name, item in items.items() if name not in shown]


def lesson_minutes(planned: Planned) -> int:
    """How long its lessons take together."""
    items = items_of(planned.course)
    lessons = [items.get(name_of(step)) for step in planned.said.outline if step.kind == "lesson"]
    return sum(item.minutes or 0 for item in lessons if item)
