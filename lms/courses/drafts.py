"""What a lesson says, taken from its revision or its draft, and what must be put right before it can be published. Pure data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lms.base import gettext as _

from .folder import LessonSource, Reference, read_lesson, read_markdown, write_lesson
from .models import LessonRevision


@dataclass(frozen=True)
class Surroundings:
    """What a lesson of the course may refer to: names of files, keys of lessons, of self-check questions and of the glossary's terms."""

    files: Collection[str]
    lessons: Collection[str]
    self_checks: Collection[str]
    terms: Collection[str] = ()


def source_of(revision: LessonRevision) -> LessonSource:
    """What a published revision says."""
    return LessonSource(
        title=dict(revision.title),
        summary=dict(revision.summary),
        code=revision.code,
        minutes=revision.minutes,
        standards=list(revision.standards),
        legal_basis=list(revision.legal_basis),
        reviewed_on=revision.reviewed_on,
        source=revision.source,
    )


def source_of_draft(draft: str) -> LessonSource:
    """What a draft says."""
    return read_lesson(draft, lambda _line, _sentence: None)[0]


def draft_of(said: LessonSource) -> str:
    """The text under which a draft is kept: a lesson file."""
    return write_lesson(said)


def faults_of(source: str, around: Surroundings) -> list[tuple[int, str]]:
    """(line of the text, sentence) for everything that keeps a lesson's Markdown from being published, in order of lines."""
    faults: list[tuple[int, str]] = []
    found = read_markdown(source, 1, lambda line, sentence: faults.append((line, sentence)))
    for place in _missing(found.places, around.self_checks):
        faults.append((place.line, _("Không có câu tự kiểm tra “%(key)s”.", key=place.name)))
    for reference in _missing(found.lessons, around.lessons):
        faults.append((reference.line, _("Khóa học không có bài “%(key)s”.", key=reference.name[:60])))
    for reference in _missing(found.files, around.files):
        faults.append((reference.line, _("Khóa học không có tệp “%(name)s”.", name=reference.name[:80])))
    for reference in _missing(found.terms, around.terms):
        faults.append((reference.line, _("Bảng thuật ngữ của khóa học không có “%(key)s”.", key=reference.name[:60])))
    return sorted(set(faults))


def _missing(references: Iterable[Reference], known: Collection[str]) -> list[Reference]:
    return [reference for reference in references if reference.name not in known]
