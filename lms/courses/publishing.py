"""Publishing: what was drafted becomes a new revision, all in one transaction. Revisions never change afterwards."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold, html_seal
from lms.base import gettext as _
from lms.quizzes import Quiz, QuizVersion
from lms.site import record

from .course_drafts import course_search, course_source_of, course_source_of_draft
from .drafts import faults_of, source_of_draft
from .folder import CourseSource, LessonSource, outline_faults
from .models import Course, CourseFile, CourseRevision, CourseStep, Lesson, LessonFile, LessonRevision
from .queries import files_of, is_current
from .rendering import render_lesson, search_text, tokens_in
from .teaching import surroundings_of

Steps = list[dict[str, Any]]


def publish_course(actor: Any, course_id: int, note: str = "") -> int:
    """Publish the drafts of a course (its own and those of the lessons in its outline) as a new revision; returns its number.

    The revision takes the current rules of its quizzes. Learners in the middle keep the revision they began with. Refused when nothing was
    changed, or something has a fault. Drafts of lessons that are not in the outline stay drafts.
    """
    course = db.session.scalars(sa.select(Course).where(Course.id == course_id).with_for_update()).one()
    current = db.session.scalars(sa.select(CourseRevision).join(Course, is_current()).where(Course.id == course_id)).one()
    said = course_source_of(current) if course.draft is None else course_source_of_draft(course.draft)
    keys = [step.key for step in said.outline if step.kind == "lesson"]
    lessons = {lesson.key: lesson for lesson in _lessons(course_id) if lesson.key in keys}
    drafted = [lesson for lesson in lessons.values() if lesson.draft is not None]
    _refuse_faults(course, said, lessons, drafted)
    for lesson in drafted:
        _publish_draft(actor, lesson)
    steps = steps_for(said, current_lessons(course_id), current_quizzes(course.bank_id))
    if not drafted and course.draft is None and course.state == "published" and steps == steps_of_revision(current.id):
        raise Refused(_("Chưa có bản nháp nào để công bố."))
    number = add_course_revision(actor, course, said, steps, note)
    course.is_edited = course.is_edited or course.draft is not None
    course.draft = course.draft_at = course.draft_by_id = None
    course.state = "published"
    record(actor, "publish", "course", course.id, agency_id=course.agency_id, revision=number, lessons=[lesson.key for lesson in drafted])
    return number


def _lessons(course_id: int) -> Sequence[Lesson]:
    return db.session.scalars(sa.select(Lesson).where(Lesson.course_id == course_id).order_by(Lesson.id).with_for_update()).all()


def _refuse_faults(course: Course, said: CourseSource, lessons: Mapping[str, Lesson], drafted: Sequence[Lesson]) -> None:
    for _line, sentence in outline_faults(said.outline):
        raise Refused(_("Cấu trúc khóa học: %(sentence)s", sentence=sentence))
    for step in said.outline:
        if step.kind == "lesson" and (step.key not in lessons or not (lessons[step.key].revision_number or lessons[step.key].draft)):
            raise Refused(_("Bài %(key)s chưa có nội dung. Anh/Chị viết bài rồi công bố.", key=step.key))
    around = surroundings_of(course)
    for lesson in drafted:
        for line, sentence in faults_of(source_of_draft(lesson.draft or "").source, around):
            raise Refused(_("Bài %(key)s, dòng %(line)s: %(sentence)s", key=lesson.key, line=line, sentence=sentence))


def _publish_draft(actor: Any, lesson: Lesson) -> None:
    said = source_of_draft(lesson.draft or "")
    is_current_lesson = sa.and_(LessonRevision.lesson_id == lesson.id, LessonRevision.number == lesson.revision_number)
    html = db.session.scalars(sa.select(LessonRevision.html).where(is_current_lesson)).one()
    add_lesson_revision(actor, lesson, said, files_of(lesson.course_id, tokens_in(html)))
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
    """The current version of each quiz of a bank, by key."""
    is_newest = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    rows = db.session.execute(sa.select(Quiz.key, QuizVersion.id).join(QuizVersion, is_newest).where(Quiz.bank_id == bank_id))
    return {key: version_id for key, version_id in rows}


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


def steps_of_revision(revision_id: int) -> Steps:
    """The rows of the steps of a published revision, as `steps_for` makes them."""
    names = ("key", "section", "is_optional", "release", "lesson_revision_id", "quiz_version_id")
    rows = db.session.execute(
        sa.select(*(getattr(CourseStep, name) for name in names)).where(CourseStep.revision_id == revision_id).order_by(CourseStep.position)
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def add_lesson_revision(actor: Any, lesson: Lesson, said: LessonSource, files: Mapping[str, CourseFile]) -> int:
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
