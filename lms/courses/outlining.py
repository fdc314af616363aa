"""What changes the draft of a course: its outline, texts, prerequisites and glossary. Two trainers at once: the second is told, nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.quizzes import Quiz
from lms.site import record

from .actions import DraftConflict
from .course_drafts import course_search, course_source_of, course_source_of_draft, current_course_source
from .folder import CourseSource, OutlineStep, write_course
from .models import Course, CourseRevision, Lesson
from .outline_rows import put
from .queries import is_current

LONGEST_DRAFT = 400_000


def locked_course(course_id: int) -> Course:
    """The course as it is stored now, kept from others until the end of the transaction."""
    found = sa.select(Course).where(Course.id == course_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def save_course_draft(actor: Any, course: Course, said: CourseSource, version: int, **details: Any) -> None:
    """Keep what a trainer made of the course as its draft; what is published already needs no draft.

    `version`: the draft version that the page began with; DraftConflict when it is not the current one. A course that was
    never published is called by its draft at once.
    """
    draft = _written(said)
    current = db.session.scalars(sa.select(CourseRevision).join(Course, is_current()).where(Course.id == course.id)).one()
    is_published = bool(current.number) and course_source_of(current) == said
    by = {"draft": None, "draft_at": None, "draft_by_id": None} if is_published else _drafted(actor, draft)
    _change(course, version, by)
    if not current.number:
        names = {**said.values, "search": course_search(course.key, said)}
        db.session.execute(sa.update(CourseRevision).where(CourseRevision.id == current.id).values(names))
    record(actor, "change-draft", "course", course.id, agency_id=course.agency_id, key=course.key, **details)


def _written(said: CourseSource) -> str:
    """The text of the draft; a text that would not read back as the same is never kept."""
    if len(draft := write_course(said)) > LONGEST_DRAFT:
        raise Refused(_("Thông tin, cấu trúc và thuật ngữ của khóa học dài quá. Anh/Chị rút bớt giúp."))
    if course_source_of_draft(draft) != said:
        raise Refused(_("Có ký tự lạ nên chưa lưu được. Anh/Chị gõ lại đoạn chữ vừa dán rồi lưu."))
    return draft


def _drafted(actor: Any, draft: str) -> dict[str, Any]:
    return {"draft": draft, "draft_at": clock.now(), "draft_by_id": getattr(actor, "person_id", None)}


def _change(course: Course, version: int, values: dict[str, Any]) -> None:
    is_seen = sa.and_(Course.id == course.id, Course.draft_version == version)
    changed = db.session.execute(sa.update(Course).where(is_seen).values(draft_version=Course.draft_version + 1, **values))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise DraftConflict(conflict_words())


def conflict_words() -> str:
    """What is said when somebody else was quicker."""
    return _("Có người vừa lưu thay đổi của khóa học này sau khi Anh/Chị mở trang. Anh/Chị xem bản đang lưu rồi làm lại.")


def change_course(actor: Any, course_id: int, version: int, change: Callable[[CourseSource], CourseSource], **details: Any) -> bool:
    """Change what the course says as `change` does; whether that changed anything. DraftConflict as in `save_course_draft`."""
    course = locked_course(course_id)
    if course.draft_version != version:
        raise DraftConflict(conflict_words())
    before = current_course_source(course)
    after = change(before)
    if after == before:
        return False
    save_course_draft(actor, course, after, version, **details)
    return True


def change_outline(actor: Any, course_id: int, version: int, change: Callable[[list[OutlineStep]], list[OutlineStep]], **details: Any) -> bool:
    """`change_course` for its outline alone."""
    return change_course(actor, course_id, version, lambda said: replace(said, outline=change(said.outline)), **details)


def put_in_outline(actor: Any, course_id: int, version: int, kind: str, key: str) -> None:
    """Let a lesson of the course or a quiz of its bank be its last step. Refused when there is no such thing."""
    known = {"lesson": sa.select(Lesson.id).where(Lesson.course_id == course_id, Lesson.key == key)}
    known["quiz"] = sa.select(Quiz.id).join(Course, Course.bank_id == Quiz.bank_id).where(Course.id == course_id, Quiz.key == key)
    if kind not in known or db.session.scalar(known[kind]) is None:
        raise Refused(_("Khóa học không có mục này."))
    change_outline(actor, course_id, version, lambda outline: put(outline, OutlineStep(kind, key)), step=key)


def discard_course_draft(actor: Any, course_id: int, version: int) -> None:
    """Throw the draft of the course away (not those of lessons); it says again what is published. Refused for one that never was."""
    course = locked_course(course_id)
    if not course.revision_number:
        raise Refused(_("Khóa học chưa công bố lần nào nên chưa có bản để quay về."))
    _change(course, version, {"draft": None, "draft_at": None, "draft_by_id": None})
    record(actor, "discard-draft", "course", course.id, agency_id=course.agency_id, key=course.key)


def set_review_needed(actor: Any, course_id: int, is_needed: bool) -> None:
    """Whether a second person must approve what is to be published; holds at once."""
    course = locked_course(course_id)
    if course.is_review_needed == is_needed:
        return
    course.is_review_needed = is_needed
    record(actor, "need-review" if is_needed else "spare-review", "course", course.id, agency_id=course.agency_id, key=course.key)
