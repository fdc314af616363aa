"""Who has a lesson open in the editor at this moment. Told by their pages, forgotten within the hour."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import clock, db, insert_once
from lms.people import Person

from .models import LessonPresence

NEAR = timedelta(minutes=5)  # a page says every minute that it is open
KEPT = timedelta(hours=1)


def tell_presence(actor: Any, lesson_id: int) -> None:
    """Note that the actor has the lesson open now; what is older than an hour is forgotten."""
    now = clock.now()
    db.session.execute(sa.delete(LessonPresence).where(LessonPresence.seen_at < now - KEPT))
    if not insert_once(LessonPresence, lesson_id=lesson_id, person_id=actor.person_id, seen_at=now):
        own = sa.and_(LessonPresence.lesson_id == lesson_id, LessonPresence.person_id == actor.person_id)
        db.session.execute(sa.update(LessonPresence).where(own).values(seen_at=now))


def others_at(viewer: Any, lesson_id: int) -> list[Any]:
    """Rows (full_name, seen_at) of the other people who had the lesson open within the last minutes, the latest first."""
    found = sa.select(Person.full_name, LessonPresence.seen_at).join(Person, Person.id == LessonPresence.person_id)
    found = found.where(LessonPresence.lesson_id == lesson_id, LessonPresence.person_id != viewer.person_id)
    found = found.where(LessonPresence.seen_at >= clock.now() - NEAR)
    return list(db.session.execute(found.order_by(LessonPresence.seen_at.desc())))
