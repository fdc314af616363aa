"""Where the files of a course are used: by revisions of lessons that were published, and by drafts."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa

from lms.base import db

from .drafts import source_of_draft
from .folder import companions as of_recording
from .models import CourseFile, Lesson, LessonFile, LessonRevision

NAMED = re.compile(r"files/([a-z0-9][a-z0-9_-]*\.[a-z0-9]{2,4})", re.IGNORECASE)


@dataclass
class Uses:
    """Titles ({"vi": …, "en": …}) of the lessons that show or offer a file: as published now, only in older revisions, in a draft."""

    now: list[dict[str, str]] = field(default_factory=list)
    before: list[dict[str, str]] = field(default_factory=list)
    drafts: list[dict[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.now or self.before or self.drafts)


@dataclass(frozen=True)
class FileShown:
    """A file of a course with where it is used."""

    file: CourseFile
    uses: Uses


def names_in(text: str) -> set[str]:
    """The names of the files that a text mentions, in whatever way: too many rather than too few."""
    return {name.lower() for name in NAMED.findall(text)}


def drafts_naming(course_id: int, name: str) -> list[dict[str, str]]:
    """The titles of the drafts of the course that mention a file."""
    return _drafts(course_id).get(name.lower(), [])


def _drafts(course_id: int) -> dict[str, list[dict[str, str]]]:
    naming = defaultdict(list)
    drafts = db.session.scalars(sa.select(Lesson.draft).where(Lesson.course_id == course_id, Lesson.draft.is_not(None)).order_by(Lesson.id))
    for draft in drafts:
        names = names_in(draft or "")
        title = source_of_draft(draft or "").title if names else {}
        for name in names | companions(names):
            naming[name].append(title)
    return naming


def companions(names: Collection[str]) -> set[str]:
    """The names that captions and transcripts of the recordings among these files bear."""
    return {beside for name in names for beside in of_recording(name)}


def files_shown(course_id: int) -> list[FileShown]:
    """All files of a course with where they are used, the newest first. Three statements."""
    uses: defaultdict[int, Uses] = defaultdict(Uses)
    seen = set()
    found = sa.select(LessonFile.file_id, Lesson.id, LessonRevision.title, LessonRevision.number == Lesson.revision_number)
    found = found.join(LessonRevision, LessonRevision.id == LessonFile.lesson_revision_id).join(Lesson, Lesson.id == LessonRevision.lesson_id)
    for file_id, lesson_id, title, is_now in db.session.execute(found.where(Lesson.course_id == course_id).order_by(LessonRevision.number.desc())):
        if (file_id, lesson_id) not in seen:
            seen.add((file_id, lesson_id))
            (uses[file_id].now if is_now else uses[file_id].before).append(title)
    drafts = _drafts(course_id)
    files = db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == course_id).order_by(CourseFile.id.desc())).all()
    for file in files:
        uses[file.id].drafts = drafts.get(file.name.lower(), [])
    return [FileShown(file, uses[file.id]) for file in files]


def file_shown(course_id: int, file_id: int) -> FileShown | None:
    """One file of a course with where it is used, or None."""
    return next((one for one in files_shown(course_id) if one.file.id == file_id), None)
