"""A copy of a lesson, within its course or in another one: its text, its files under names that are free, and its terms."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold, in_language, nfc
from lms.base import gettext as _
from lms.site import record

from .course_drafts import current_course_source
from .creating import add_lesson
from .drafts import source_of, source_of_draft
from .file_kinds import stem_of
from .folder import CourseSource, LessonSource
from .media import quota
from .models import Course, CourseFile, CourseRevision, Lesson, LessonRevision
from .outlining import locked_course, save_course_draft
from .queries import files_of, is_current
from .teaching import teaches
from .uses import companions, names_in

MOST_OFFERED = 1000
TERM = re.compile(r"\(term:([a-z0-9-]+)\)")


def lessons_to_copy(viewer: Any, course_id: int) -> list[tuple[int, str]]:
    """(id, "title (course)") of the lessons of all courses that the viewer looks after, those of this course first. One statement."""
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    columns = (Lesson.id, Lesson.draft, LessonRevision.title, Course.id.label("course_id"), CourseRevision.title.label("course_title"))
    found = sa.select(*columns).join(LessonRevision, is_published).join(Course, Course.id == Lesson.course_id).join(CourseRevision, is_current())
    found = found.where(Course.id.in_(teaches(viewer))).order_by(Course.id != course_id, Course.key, Lesson.key).limit(MOST_OFFERED)
    return [(row.id, f"{in_language(_title(row.draft, row.title))} ({in_language(row.course_title)})") for row in db.session.execute(found)]


def _title(draft: str | None, title: dict[str, str]) -> dict[str, str]:
    return source_of_draft(draft).title if draft is not None else title


def copy_lesson(actor: Any, course_id: int, lesson_id: int, title_vi: str = "") -> Lesson:
    """Copy a lesson of a course that the actor looks after into this one, as its last step; returns the new lesson, a draft.

    Refused when the lesson is out of reach or the files do not fit into the course.
    """
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    found = sa.select(Lesson, LessonRevision, Course).join(LessonRevision, is_published).join(Course, Course.id == Lesson.course_id)
    row = db.session.execute(found.where(Lesson.id == lesson_id, Course.id.in_(teaches(actor)))).first()
    if row is None:
        raise Refused(_("Anh/Chị chọn một bài trong danh sách."), "lesson_id")
    lesson, revision, source_course = row
    said = source_of_draft(lesson.draft) if lesson.draft is not None else source_of(revision)
    course = locked_course(course_id)
    if source_course.id != course_id:
        said = replace(said, source=_with_files(actor, source_course.id, course, said.source))
        _bring_terms(actor, source_course, course, said.source)
    copy = add_lesson(actor, course, replace(said, title=_copied_title(said, nfc(title_vi).strip()), code=None))
    details = {"course_id": course_id, "key": copy.key, "from_course": source_course.key, "from_lesson": lesson.key}
    record(actor, "copy", "lesson", copy.id, agency_id=course.agency_id, **details)
    return copy


def _copied_title(said: LessonSource, wanted: str) -> dict[str, str]:
    if wanted:
        return {"vi": wanted, "en": said.title.get("en", "") if fold(wanted) == fold(said.title["vi"]) else ""}
    return {"vi": _("%(name)s (bản sao)", name=said.title["vi"])[:200], "en": ""}


def _with_files(actor: Any, from_id: int, course: Course, source: str) -> str:
    """The text with its files as they are called in the course; those that it has not are added as further names of the same content."""
    theirs = {name.lower(): file for name, file in files_of(from_id).items()}
    named = names_in(source)
    wanted = {name: theirs[name] for name in sorted(named | (companions(named) & set(theirs))) if name in theirs}
    known = files_of(course.id)
    called = _called(wanted, known)
    new = [(called[name], file) for name, file in wanted.items() if called[name] not in known]
    _refuse_full(course, sum(file.octets for _name, file in new), len(new))
    made = {"uploaded_at": clock.now(), "uploaded_by_id": actor.person_id}
    for name, file in new:
        values = {field: getattr(file, field) for field in ("digest", "octets", "width", "height", "contrast", "alt")}
        db.session.add(CourseFile(course_id=course.id, name=name, token=secrets.token_urlsafe(16), **values, **made))
    db.session.flush()
    return re.sub(r"files/([\w-]+\.\w{2,4})", lambda found: f"files/{called.get(found[1].lower(), found[1])}", source)


def _called(wanted: Mapping[str, CourseFile], known: Mapping[str, CourseFile]) -> dict[str, str]:
    """What each file is called in the course. Files of one stem (a recording, its captions) keep a common one."""
    called: dict[str, str] = {}
    for stem in dict.fromkeys(stem_of(name) for name in wanted):
        group = {name: file.digest for name, file in wanted.items() if stem_of(name) == stem}
        number = 1
        while True:
            tried = {name: f"{stem}{'' if number == 1 else f'-{number}'}.{name.rpartition('.')[2]}" for name in group}
            if all(new not in known or known[new].digest == group[name] for name, new in tried.items()):
                break
            number += 1
        called |= tried
    return called


def _refuse_full(course: Course, octets: int, files: int) -> None:
    most_files, most_octets = quota()
    sums = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(CourseFile.octets), 0)).where(CourseFile.course_id == course.id)
    count, taken = db.session.execute(sums).one()
    if files and (count + files > most_files or taken + octets > most_octets):
        raise Refused(_("Các tệp của bài không còn chỗ trong khóa học này. Anh/Chị xóa bớt tệp không dùng rồi làm lại."))


def _bring_terms(actor: Any, from_course: Course, course: Course, source: str) -> None:
    """Add to the glossary what the text refers to and the course does not have."""
    theirs = {term["key"]: term for term in current_course_source(from_course).glossary}
    said: CourseSource = current_course_source(course)
    known = {term["key"] for term in said.glossary}
    new = [theirs[key] for key in dict.fromkeys(TERM.findall(source)) if key in theirs and key not in known]
    if new:
        save_course_draft(actor, course, replace(said, glossary=[*said.glossary, *new]), course.draft_version)
