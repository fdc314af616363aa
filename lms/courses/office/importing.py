"""Making drafts of what was taken from a file: new lessons at the end of the outline, or the text of lessons that are still empty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from lms.base import FormPost, Prepared, Refused, clock, db, drop_waiting, insert_once
from lms.base import gettext as _
from lms.site import record

from ..actions import save_draft
from ..creating import add_lesson, empty_lesson
from ..drafts import source_of_draft
from ..file_kinds import stem_of
from ..media import LONGEST_ALT, add_file, quota
from ..models import CourseFile, Lesson, LessonRevision
from ..outlining import locked_course
from .splitting import Proposed
from .taking import TakenFile


@dataclass(frozen=True)
class Chosen:
    """A lesson to be made under this title; `into`: the id of the empty lesson whose draft it becomes, None for a new one."""

    lesson: Proposed
    title: str
    into: int | None


@dataclass(frozen=True)
class EmptyLesson:
    """A lesson in which nothing was written yet."""

    id: int
    title: dict[str, str]


def empty_lessons(course: Any) -> list[EmptyLesson]:
    """The lessons of a course that were never published and say no more than the skeleton of a new one."""
    never = sa.select(Lesson.id, Lesson.draft).join(LessonRevision, sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == 0))
    rows = db.session.execute(never.where(Lesson.course_id == course.id, Lesson.revision_number == 0).order_by(Lesson.id))
    skeleton = empty_lesson("").source.strip()
    said = [(lesson_id, source_of_draft(draft or "")) for lesson_id, draft in rows]
    return [EmptyLesson(lesson_id, one.title) for lesson_id, one in said if one.source.strip() in ("", skeleton)]


def import_lessons(actor: Any, course: Any, token: str, taken: TakenFile, chosen: Sequence[Chosen]) -> list[int]:
    """Write the chosen lessons with their pictures; returns their ids. `token`: under which the file waited; it counts once and is then forgotten.

    `course`: anything with `id` and `agency_id`. Refused, and nothing is written, when the file was imported already, when the course is full,
    or when a lesson that was empty is so no more.
    """
    if not insert_once(FormPost, key=sha256(f"office {token}".encode()).hexdigest(), used_at=clock.now()):
        raise Refused(_("Tệp này đã được nhập. Anh/Chị xem các bài mới trong khóa học, hoặc chọn lại tệp để nhập lần nữa."))
    locked = locked_course(course.id)
    names = _add_pictures(actor, course, taken, chosen)
    ids = []
    for one in chosen:
        said = one.lesson.as_source(one.title, names)
        if one.into is not None:
            ids.append(_fill(actor, course, one, said))
        else:
            section = {"vi": one.lesson.section, "en": ""} if one.lesson.section else None
            ids.append(add_lesson(actor, locked, said, section).id)
    record(actor, "import-office", "course", course.id, agency_id=course.agency_id, name=taken.name, lessons=len(ids))
    drop_waiting(actor.person_id, token)
    return ids


def _add_pictures(actor: Any, course: Any, taken: TakenFile, chosen: Sequence[Chosen]) -> dict[int, str]:
    """Place in the file -> name in the course, of every picture that a chosen lesson shows."""
    wanted: dict[int, str] = {}
    for one in chosen:
        for place, alt in one.lesson.pictures.items():
            wanted[place] = wanted.get(place) or alt
    pictures = {place: picture for place in sorted(wanted) if (picture := taken.pictures[place]) is not None}
    _refuse_too_many(course.id, list(pictures.values()))
    stem, names = stem_of(taken.name), {}
    for place, picture in pictures.items():
        names[place] = add_file(actor, course, f"{stem}-{place + 1}.{picture.ending}", picture, wanted[place][:LONGEST_ALT]).name
    return names


def _refuse_too_many(course_id: int, pictures: Sequence[Prepared]) -> None:
    """`add_file` decides for each; this is asked for all of them before the first is stored, so that none is stored in vain."""
    most_files, most_octets = quota()
    known = {
        row.digest: row.octets for row in db.session.execute(sa.select(CourseFile.digest, CourseFile.octets).where(CourseFile.course_id == course_id))
    }
    new = [picture for picture in pictures if sha256(picture.content).hexdigest() not in known]
    octets = sum(known.values()) + sum(len(picture.content) for picture in new)
    if new and (len(known) + len(new) > most_files or octets > most_octets):
        raise Refused(_("Khóa học không còn đủ chỗ cho %(n)s hình của tệp này. Anh/Chị xóa bớt tệp không dùng, hoặc lấy ít bài hơn.", n=len(new)))


def _fill(actor: Any, course: Any, one: Chosen, said: Any) -> int:
    """The text as the draft of a lesson that is still empty."""
    lesson = db.session.scalars(sa.select(Lesson).where(Lesson.course_id == course.id, Lesson.id == one.into).with_for_update()).one_or_none()
    if lesson is None or lesson.id not in {empty.id for empty in empty_lessons(course)}:
        raise Refused(_("Bài mà Anh/Chị chọn không còn trống. Anh/Chị chọn lại nơi đặt bài “%(title)s”.", title=one.title))
    before = source_of_draft(lesson.draft or "")
    kept = replace(said, code=before.code, standards=before.standards, legal_basis=before.legal_basis, reviewed_on=before.reviewed_on)
    title = {"vi": one.title, "en": before.title.get("en", "")}
    summary = before.summary if before.summary.get("vi") else said.summary
    save_draft(actor, lesson, course.agency_id, replace(kept, title=title, summary=summary), lesson.draft_version)
    return int(lesson.id)
