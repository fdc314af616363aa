"""What changes lessons on the site: their drafts; and who looks after a course."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from .drafts import draft_of
from .folder import LessonSource
from .models import Course, CourseTrainer, Lesson

TOLD_AGAIN = timedelta(minutes=10)


class DraftConflict(Refused):
    """Somebody saved or published the lesson since the form was opened. Nothing was written."""


def add_trainer(actor: Any, course_id: int, person_id: int, part: str) -> None:
    """Let a person look after a course as its owner, author or reviewer (who reads but does not change)."""
    insert_once(CourseTrainer, course_id=course_id, person_id=person_id, part=part)
    own = sa.and_(CourseTrainer.course_id == course_id, CourseTrainer.person_id == person_id)
    db.session.execute(sa.update(CourseTrainer).where(own).values(part=part))
    agency_id = db.session.scalar(sa.select(Course.agency_id).where(Course.id == course_id))
    record(actor, "add-trainer", "course", course_id, agency_id=agency_id, person_id=person_id, part=part)


def save_draft(actor: Any, lesson: Lesson, agency_id: int, said: LessonSource, version: int, is_by_itself: bool = False) -> int:
    """Keep what the trainer wrote as the lesson's draft; returns its version.

    `version`: the draft version that the form began with; DraftConflict when it is not the current one, unless the draft says the same already
    (the answer to the first sending was lost). `is_by_itself`: the page saves as one writes; the trail tells of it once, until ten minutes of rest.
    """
    now, draft = clock.now(), draft_of(said)
    is_going_on = lesson.draft is not None and lesson.draft_by_id == actor.person_id and lesson.draft_at is not None
    is_told = is_by_itself and is_going_on and now - (lesson.draft_at or now) < TOLD_AGAIN
    try:
        _change_draft(lesson, version, {"draft": draft, "draft_at": now, "draft_by_id": actor.person_id})
    except DraftConflict:
        current, stored = db.session.execute(sa.select(Lesson.draft_version, Lesson.draft).where(Lesson.id == lesson.id)).one()
        if stored != draft:
            raise
        return int(current)
    if not is_told:
        record(actor, "save-draft", "lesson", lesson.id, agency_id=agency_id, course_id=lesson.course_id, key=lesson.key)
    return version + 1


def discard_draft(actor: Any, lesson: Lesson, agency_id: int, version: int) -> None:
    """Throw the draft away; learners never saw it. DraftConflict as in `save_draft`."""
    _change_draft(lesson, version, {"draft": None, "draft_at": None, "draft_by_id": None})
    record(actor, "discard-draft", "lesson", lesson.id, agency_id=agency_id, course_id=lesson.course_id, key=lesson.key)


def _change_draft(lesson: Lesson, version: int, values: dict[str, Any]) -> None:
    is_seen = sa.and_(Lesson.id == lesson.id, Lesson.draft_version == version)
    changed = db.session.execute(sa.update(Lesson).where(is_seen).values(draft_version=Lesson.draft_version + 1, **values))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise DraftConflict(_("Có người vừa lưu bài này sau khi Anh/Chị mở. Anh/Chị đối chiếu hai bản dưới đây rồi lưu lại."))
