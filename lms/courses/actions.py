"""What changes lessons on the site: their drafts; and who looks after a course."""

from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, insert_once
from lms.base import gettext as _
from lms.site import record

from .drafts import draft_of
from .folder import LessonSource
from .models import Course, CourseTrainer, Lesson


class DraftConflict(Refused):
    """Somebody saved or published the lesson since the form was opened. Nothing was written."""


def add_trainer(actor: Any, course_id: int, person_id: int, part: str) -> None:
    """Let a person look after a course as its owner, author or reviewer (who reads but does not change)."""
    insert_once(CourseTrainer, course_id=course_id, person_id=person_id, part=part)
    own = sa.and_(CourseTrainer.course_id == course_id, CourseTrainer.person_id == person_id)
    db.session.execute(sa.update(CourseTrainer).where(own).values(part=part))
    agency_id = db.session.scalar(sa.select(Course.agency_id).where(Course.id == course_id))
    record(actor, "add-trainer", "course", course_id, agency_id=agency_id, person_id=person_id, part=part)


def save_draft(actor: Any, lesson: Lesson, agency_id: int, said: LessonSource, version: int) -> None:
    """Keep what the trainer wrote as the lesson's draft.

    `version`: the draft version that the form began with; DraftConflict when it is not the current one.
    """
    values = {"draft": draft_of(said), "draft_at": clock.now(), "draft_by_id": actor.person_id}
    _change_draft(lesson, version, values)
    record(actor, "save-draft", "lesson", lesson.id, agency_id=agency_id, course_id=lesson.course_id, key=lesson.key)


def discard_draft(actor: Any, lesson: Lesson, agency_id: int, version: int) -> None:
    """Throw the draft away; learners never saw it. DraftConflict as in `save_draft`."""
    _change_draft(lesson, version, {"draft": None, "draft_at": None, "draft_by_id": None})
    record(actor, "discard-draft", "lesson", lesson.id, agency_id=agency_id, course_id=lesson.course_id, key=lesson.key)


def _change_draft(lesson: Lesson, version: int, values: dict[str, Any]) -> None:
    is_seen = sa.and_(Lesson.id == lesson.id, Lesson.draft_version == version)
    changed = db.session.execute(sa.update(Lesson).where(is_seen).values(draft_version=Lesson.draft_version + 1, **values))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise DraftConflict(_("Có người vừa lưu bài này sau khi Anh/Chị mở. Anh/Chị đối chiếu hai bản dưới đây rồi lưu lại."))
