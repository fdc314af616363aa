"""Going back: the text of an old revision becomes the draft of today, of one lesson or of the whole course; then it is published as usual."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db
from lms.base import gettext as _
from lms.site import record

from .actions import save_draft
from .course_drafts import course_source_of
from .drafts import source_of
from .models import CourseRevision, CourseStep, Lesson, LessonRevision
from .outlining import save_course_draft
from .pending import Pending, pending_of
from .teaching import TaughtLesson


def restore_lesson(actor: Any, taught: TaughtLesson, old: LessonRevision, version: int) -> None:
    """The text of an old revision becomes the lesson's draft. `version`: the draft version that the page showed (DraftConflict).

    The day of review stays that of the old text: nobody has looked at it since.
    """
    said = source_of(old)
    if said == taught.said:
        raise Refused(_("Bài đang đúng như bản này rồi."))
    save_draft(actor, taught.lesson, taught.course.agency_id, said, version)
    details = {"course_id": taught.course.id, "key": taught.lesson.key, "revision": old.number}
    record(actor, "restore", "lesson", taught.lesson.id, agency_id=taught.course.agency_id, **details)


def restore_course(actor: Any, course_id: int, number: int) -> int:
    """The course with all its lessons as it was in a revision becomes the draft; returns how many lessons changed by it.

    Quizzes keep their rules of today, and lessons that were added since stay without a step. Refused while there are other drafts.
    """
    pending = pending_of(course_id)
    course = pending.course
    _refuse_drafts(pending)
    is_wanted = (CourseRevision.course_id == course_id, CourseRevision.number == number, CourseRevision.number > 0)
    old = db.session.scalars(sa.select(CourseRevision).where(*is_wanted)).one()
    said = course_source_of(old)
    quizless = [step for step in said.outline if step.kind == "lesson" or step.key in pending.quizzes]
    said = replace(said, outline=quizless)
    changed = [(lesson, revision) for lesson, revision in _lessons_of(old.id) if source_of(revision) != pending.lessons[lesson.key].said]
    if said == pending.said and not changed:
        raise Refused(_("Khóa học đang đúng như bản này rồi."))
    if said != pending.said:
        save_course_draft(actor, course, said, course.draft_version)
    for lesson, revision in changed:
        save_draft(actor, lesson, course.agency_id, source_of(revision), lesson.draft_version)
    record(actor, "restore", "course", course_id, agency_id=course.agency_id, key=course.key, revision=number)
    return len(changed)


def _refuse_drafts(pending: Pending) -> None:
    names = [one.lesson.key for one in pending.lessons.values() if one.has_draft]
    if names:
        raise Refused(_("Đang có bản nháp của bài %(names)s. Anh/Chị công bố hoặc bỏ bản nháp đó trước.", names=", ".join(names)))
    if pending.is_drafted:
        raise Refused(_("Thông tin, cấu trúc của khóa học đang có bản nháp. Anh/Chị công bố hoặc bỏ bản nháp đó trước."))


def _lessons_of(revision_id: int) -> list[tuple[Lesson, LessonRevision]]:
    rows = sa.select(Lesson, LessonRevision).join(LessonRevision, LessonRevision.lesson_id == Lesson.id)
    rows = rows.join(CourseStep, CourseStep.lesson_revision_id == LessonRevision.id).where(CourseStep.revision_id == revision_id)
    return [(row.Lesson, row.LessonRevision) for row in db.session.execute(rows.order_by(CourseStep.position))]
