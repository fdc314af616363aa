"""A published course as a folder again; loading that folder changes nothing."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db, send_stored
from lms.base import gettext as _
from lms.quizzes import KINDS, Question, QuestionVersion, Quiz, QuizVersion, Topic

from .drafts import source_of
from .folder import write_folder
from .models import Course, CourseFile, CourseRevision, CourseStep, LessonRevision
from .queries import is_current
from .rendering import tokens_in

COLUMNS = ("title", "summary", "audience", "minutes", "hours", "pass_percent", "valid_months", "gives_certificate", "standards")


def export_folder(key: str, path: Path) -> Path:
    """Write the published revision of the course `key` as the folder `path`/`key`, which must not exist yet; returns that folder.

    Drafts and retired questions are left out. Refused when there is no such course or the folder is already there.
    """
    course = db.session.scalar(sa.select(Course).where(Course.key == key))
    if course is None:
        raise Refused(_("Không có khóa học “%(key)s”.", key=key))
    target = path / course.key
    if target.exists():
        raise Refused(_("Thư mục %(path)s đã có. Anh/Chị chọn nơi khác.", path=target))
    revision = db.session.scalars(sa.select(CourseRevision).join(Course, is_current()).where(Course.id == course.id)).one()
    lessons, outline = _lessons_and_outline(revision.id)
    write_folder(
        target,
        course.key,
        {name: getattr(revision, name) for name in COLUMNS},
        _topics(course.bank_id),
        outline,
        {key: source_of(lesson) for key, lesson in lessons.items()},
        _questions(course.bank_id),
        _quizzes(revision.id),
        _files(course.id, [lesson.html for lesson in lessons.values()]),
    )
    return target


def _lessons_and_outline(revision_id: int) -> tuple[dict[str, LessonRevision], list[dict[str, str]]]:
    found = sa.select(CourseStep.key, LessonRevision).outerjoin(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
    rows = list(db.session.execute(found.where(CourseStep.revision_id == revision_id).order_by(CourseStep.position)))
    lessons = {key: lesson for key, lesson in rows if lesson}
    return lessons, [{"lesson" if lesson else "quiz": key} for key, lesson in rows]


def _topics(bank_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(sa.select(Topic.key, Topic.title).where(Topic.bank_id == bank_id).order_by(Topic.position))
    return [{"key": key, "title": title} for key, title in rows]


def _questions(bank_id: int) -> list[dict[str, Any]]:
    is_latest = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    found = sa.select(Question, Topic.key, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_latest)
    found = found.join(Topic, Topic.id == Question.topic_id).where(Question.bank_id == bank_id, Question.state == "published")
    return [_question(*row) for row in db.session.execute(found.order_by(Question.key))]


def _question(question: Question, topic: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    entries: dict[str, Any] = {"key": question.key, "kind": kind, "use": question.use, "topic": topic, "difficulty": question.difficulty}
    if question.is_scenario:
        entries["scenario"] = True
    if question.lesson_key:
        entries["lesson"] = question.lesson_key
    if question.standards:
        entries["standards"] = question.standards
    return entries | KINDS[kind].written(body)


def _quizzes(revision_id: int) -> list[dict[str, Any]]:
    found = sa.select(Quiz.key, QuizVersion).join(QuizVersion, QuizVersion.quiz_id == Quiz.id)
    found = found.join(CourseStep, CourseStep.quiz_version_id == QuizVersion.id).where(CourseStep.revision_id == revision_id)
    names = ("title", "minutes", "attempts", "pass_percent", "counts", "blueprint")
    return [{"key": key, **{name: getattr(version, name) for name in names}} for key, version in db.session.execute(found)]


def _files(course_id: int, htmls: Iterable[str]) -> dict[str, bytes]:
    tokens = {token for html in htmls for token in tokens_in(html)}
    rows = db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == course_id, CourseFile.token.in_(tokens)))
    return {row.name: send_stored(row.digest, row.name).get_data() for row in rows}
