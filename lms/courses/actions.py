"""What changes courses on the site: drafts, publishing, and who looks after a course."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, html_seal, insert_once
from lms.base import gettext as _
from lms.site import record

from .drafts import draft_of, faults_of, source_of_draft
from .folder import LessonSource
from .models import Course, CourseFile, CourseRevision, CourseStep, CourseTrainer, Lesson, LessonRevision
from .queries import files_of, is_current
from .rendering import render_lesson, search_text, tokens_in
from .teaching import newer_quizzes, surroundings_of

FIELDS = ("title", "summary", "audience", "minutes", "hours", "pass_percent", "valid_months", "gives_certificate", "standards", "search")


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


def publish_course(actor: Any, course_id: int) -> int:
    """Publish every draft of a course as a new revision of lesson and course; returns the number of the course revision.

    The revision takes the current rules of its quizzes. Learners in the middle keep the revision they began with. Refused when there is
    neither a draft nor a quiz with new rules, or a draft has a fault.
    """
    course = db.session.scalars(sa.select(Course).where(Course.id == course_id).with_for_update()).one()
    lessons = list(db.session.scalars(sa.select(Lesson).where(Lesson.course_id == course_id, Lesson.draft.is_not(None)).with_for_update()))
    current = db.session.scalars(sa.select(CourseRevision).join(Course, is_current()).where(Course.id == course_id)).one()
    quizzes = newer_quizzes(current.id)
    if not lessons and not quizzes:
        raise Refused(_("Chưa có bản nháp nào để công bố."))
    _refuse_faults(course, lessons)
    replaced = {lesson.id: _publish_draft(actor, lesson) for lesson in lessons}
    newer = {quiz.shown_id: quiz.version_id for quiz in quizzes}
    steps = [(key, replaced.get(lesson_id, revision_id), newer.get(quiz_id, quiz_id)) for key, lesson_id, revision_id, quiz_id in _steps(current.id)]
    number = add_course_revision(actor, course, {name: getattr(current, name) for name in FIELDS}, steps)
    changed = {"lessons": [lesson.key for lesson in lessons], "quizzes": [quiz.key for quiz in quizzes]}
    record(actor, "publish", "course", course.id, agency_id=course.agency_id, revision=number, **changed)
    return number


def _refuse_faults(course: Course, lessons: Sequence[Lesson]) -> None:
    around = surroundings_of(course)
    for lesson in lessons:
        if faults := faults_of(source_of_draft(lesson.draft or "").source, around):
            line, sentence = faults[0]
            raise Refused(_("Bài %(key)s, dòng %(line)s: %(sentence)s", key=lesson.key, line=line, sentence=sentence))


def _publish_draft(actor: Any, lesson: Lesson) -> int:
    said = source_of_draft(lesson.draft or "")
    is_current_lesson = sa.and_(LessonRevision.lesson_id == lesson.id, LessonRevision.number == lesson.revision_number)
    html = db.session.scalars(sa.select(LessonRevision.html).where(is_current_lesson)).one()
    revision = add_lesson_revision(actor, lesson, said, files_of(lesson.course_id, tokens_in(html)))
    lesson.draft = lesson.draft_at = lesson.draft_by_id = None
    lesson.is_edited = True
    return revision


def _steps(revision_id: int) -> list[Any]:
    columns = (CourseStep.key, LessonRevision.lesson_id, CourseStep.lesson_revision_id, CourseStep.quiz_version_id)
    found = sa.select(*columns).outerjoin(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
    return list(db.session.execute(found.where(CourseStep.revision_id == revision_id).order_by(CourseStep.position)))


def add_lesson_revision(actor: Any, lesson: Lesson, said: LessonSource, files: dict[str, CourseFile]) -> int:
    """Publish a lesson text: rendered and sealed once, never changed afterwards. Returns the id of the revision."""
    html = render_lesson(said.source, files)
    lesson.revision_number += 1
    lesson.draft_version += 1
    revision = LessonRevision(
        lesson_id=lesson.id,
        number=lesson.revision_number,
        **said.values,
        html=html,
        seal=html_seal(html),
        search=search_text(said.title, html),
        published_at=clock.now(),
        published_by_id=getattr(actor, "person_id", None),
    )
    db.session.add(revision)
    db.session.flush()
    return revision.id


def add_course_revision(actor: Any, course: Course, values: dict[str, Any], steps: Sequence[tuple[str, int | None, int | None]]) -> int:
    """Publish a course: its texts and its steps (key, lesson revision, quiz version) in order. Returns the number of the revision."""
    course.revision_number += 1
    made = {"published_at": clock.now(), "published_by_id": getattr(actor, "person_id", None)}
    revision = CourseRevision(course_id=course.id, number=course.revision_number, **values, **made)
    db.session.add(revision)
    db.session.flush()
    rows = [
        {"revision_id": revision.id, "position": position, "key": key, "lesson_revision_id": lesson_id, "quiz_version_id": quiz_id}
        for position, (key, lesson_id, quiz_id) in enumerate(steps, 1)
    ]
    db.session.execute(sa.insert(CourseStep), rows)
    return course.revision_number
