"""Publishing: what was drafted becomes a new revision, all in one transaction. Revisions never change afterwards."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold, html_seal
from lms.base import gettext as _
from lms.site import record

from .checks import faults_found
from .course_drafts import course_search
from .folder import CourseSource, LessonSource
from .models import Course, CourseFile, CourseRevision, CourseStep, Lesson, LessonFile, LessonRevision
from .pending import Pending, PendingLesson, Steps, pending_of, quizzes_of, steps_of_revision
from .queries import files_of
from .rendering import render_lesson, search_text, tokens_in

__all__ = [
    "add_course_revision",
    "add_lesson_revision",
    "current_lessons",
    "current_quizzes",
    "prepare_publishing",
    "publish_course",
    "refuse_faults",
    "steps_for",
    "steps_of_revision",
]


def publish_course(actor: Any, course_id: int, note: str = "") -> int:
    """Publish the drafts of a course (its own and those of the lessons in its outline) as a new revision; returns its number.

    The revision takes the current rules of its quizzes. Learners in the middle keep the revision they began with. Refused when nothing was
    changed, something has a fault, a second person is to approve it and has not, or the course is retired. Drafts of lessons that are not in
    the outline stay drafts.
    """
    pending = pending_of(course_id)
    course, drafted = pending.course, pending.drafted
    if course.state == "retired":
        raise Refused(_("Khóa học đang ngừng dùng. Anh/Chị mở lại khóa học rồi công bố."))
    if not pending.is_anything:
        raise Refused(_("Chưa có bản nháp nào để công bố."))
    refuse_faults(pending)
    if course.is_review_needed and not pending.is_approved:
        raise Refused(_("Khóa học này cần người thứ hai duyệt trước khi công bố, và nội dung hiện tại chưa được duyệt."))
    for one in drafted:
        _publish_draft(actor, one)
    steps = steps_for(pending.said, current_lessons(course_id), {key: version.id for key, version in pending.quizzes.items()})
    number = add_course_revision(actor, course, pending.said, steps, note)
    course.is_edited = course.is_edited or course.draft is not None
    course.draft = course.draft_at = course.draft_by_id = None
    course.state = "published"
    keys = [one.lesson.key for one in drafted]
    record(actor, "publish", "course", course.id, agency_id=course.agency_id, revision=number, lessons=keys, **({"why": note} if note else {}))
    return number


def refuse_faults(pending: Pending) -> None:
    """Refuse with the first of what keeps the course from being published."""
    for finding in faults_found(pending):
        raise Refused(finding.whole)


class _Shown(NamedTuple):
    """What a lesson's HTML says of a file of its course."""

    course_id: int
    token: str
    name: str
    octets: int
    width: int | None
    height: int | None


@lru_cache(maxsize=64)
def _rendered(source: str, files: tuple[_Shown, ...]) -> str:
    return render_lesson(source, {file.name: file for file in files})  # type: ignore[misc]


def _html_of(source: str, files: Mapping[str, CourseFile]) -> str:
    """The HTML of a lesson; what was rendered a moment before the write began is not rendered again within it."""
    return _rendered(source, tuple(_Shown(*(getattr(file, name) for name in _Shown._fields)) for _name, file in sorted(files.items())))


def prepare_publishing(pending: Pending) -> None:
    """Do the slow part of publishing before the write: texts are checked and rendered here, and remembered. Never refuses."""
    faults = faults_found(pending)
    for one in pending.drafted if not faults else ():
        _html_of(one.said.source if one.said else "", files_of(pending.course.id, tokens_in(one.revision.html)))


def _publish_draft(actor: Any, one: PendingLesson) -> None:
    lesson, said = one.lesson, one.said
    assert said is not None
    add_lesson_revision(actor, lesson, said, files_of(lesson.course_id, tokens_in(one.revision.html)))
    lesson.draft = lesson.draft_at = lesson.draft_by_id = None
    lesson.is_edited = True


def current_lessons(course_id: int) -> dict[str, int]:
    """The published revision of each lesson, by key of the lesson."""
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    rows = (
        sa.select(Lesson.key, LessonRevision.id).join(LessonRevision, is_published).where(Lesson.course_id == course_id, Lesson.revision_number > 0)
    )
    return {key: revision_id for key, revision_id in db.session.execute(rows)}


def current_quizzes(bank_id: int) -> dict[str, int]:
    """The id of the current version of each quiz of a bank, by key."""
    return {key: version.id for key, version in quizzes_of(bank_id).items()}


def steps_for(said: CourseSource, lessons: Mapping[str, int], quizzes: Mapping[str, int]) -> Steps:
    """The rows of the steps of an outline. Refused when it names what the course does not have."""
    steps: Steps = []
    for step in said.outline:
        known = lessons if step.kind == "lesson" else quizzes
        if step.key not in known:
            raise Refused(_("Khóa học không có “%(key)s”. Anh/Chị bỏ bước này khỏi cấu trúc.", key=step.key))
        shown, is_lesson = known[step.key], step.kind == "lesson"
        steps.append({**step.columns, "lesson_revision_id": shown if is_lesson else None, "quiz_version_id": None if is_lesson else shown})
    return steps


def add_lesson_revision(actor: Any, lesson: Lesson, said: LessonSource, files: Mapping[str, CourseFile]) -> int:
    """Publish a lesson text: rendered and sealed once, never changed afterwards. Returns the id of the revision."""
    html = _html_of(said.source, files)
    lesson.revision_number += 1
    lesson.draft_version += 1
    revision = LessonRevision(
        lesson_id=lesson.id,
        number=lesson.revision_number,
        **said.values,
        html=html,
        seal=html_seal(html),
        search=search_text(said.title, html),
        basis_search="\n".join(fold(one) for one in said.legal_basis),
        published_at=clock.now(),
        published_by_id=getattr(actor, "person_id", None),
    )
    db.session.add(revision)
    db.session.flush()
    shown = set(tokens_in(html))
    rows = [{"lesson_revision_id": revision.id, "file_id": file.id} for file in files.values() if file.token in shown]
    if rows:
        db.session.execute(sa.insert(LessonFile), rows)
    return revision.id


def add_course_revision(actor: Any, course: Course, said: CourseSource, steps: Steps, note: str = "") -> int:
    """Publish a course: its texts and its steps in order. Returns the number of the revision."""
    course.revision_number += 1
    course.draft_version += 1
    made = {"published_at": clock.now(), "published_by_id": getattr(actor, "person_id", None), "note": note or None}
    values = {**said.values, "search": course_search(course.key, said)}
    revision = CourseRevision(course_id=course.id, number=course.revision_number, **values, **made)
    db.session.add(revision)
    db.session.flush()
    rows = [{"revision_id": revision.id, "position": position, **step} for position, step in enumerate(steps, 1)]
    if rows:
        db.session.execute(sa.insert(CourseStep), rows)
    return course.revision_number
