"""A published course as a folder again; loading that folder changes nothing."""

from collections.abc import Iterable
from itertools import chain, count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import Refused, db, send_stored
from lms.base import gettext as _
from lms.quizzes import KINDS, Question, QuestionVersion, Quiz, QuizVersion, Topic, pictures_of, written_quiz

from .course_drafts import course_source_of
from .drafts import source_of
from .folder import write_folder
from .models import Course, CourseFile, CourseRevision, CourseStep, LessonRevision
from .queries import is_current
from .rendering import tokens_in


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
    lessons = _lessons(revision.id)
    files = _files(course.id, [lesson.html for lesson in lessons.values()])
    questions = _questions(course.bank_id, files)
    write_folder(
        target,
        course.key,
        course_source_of(revision),
        _topics(course.bank_id),
        {key: source_of(lesson) for key, lesson in lessons.items()},
        questions,
        _quizzes(revision.id),
        files,
    )
    return target


def _lessons(revision_id: int) -> dict[str, LessonRevision]:
    found = sa.select(CourseStep.key, LessonRevision).join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
    return {key: lesson for key, lesson in db.session.execute(found.where(CourseStep.revision_id == revision_id).order_by(CourseStep.position))}


def _topics(bank_id: int) -> list[dict[str, Any]]:
    above = aliased(Topic)
    rows = sa.select(Topic.key, Topic.title, above.key).outerjoin(above, above.id == Topic.parent_id).where(Topic.bank_id == bank_id)
    found = db.session.execute(rows.order_by(Topic.position, Topic.id))
    return [{"key": key, "title": _in_both(title), **({"parent": parent} if parent else {})} for key, title, parent in found]


def _in_both(title: dict[str, str]) -> dict[str, str]:
    """A title in both languages, as a folder wants it; a topic that was made on the site may have none in English."""
    return {language: title.get(language) or title["vi"] for language in ("vi", "en")}


def _questions(bank_id: int, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """The questions in use as a folder holds them; their pictures are added to `files`, under another name where the name is taken."""
    is_latest = sa.and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version_number)
    found = sa.select(Question, Topic.key, QuestionVersion.kind, QuestionVersion.body).join(QuestionVersion, is_latest)
    found = found.join(Topic, Topic.id == Question.topic_id).where(Question.bank_id == bank_id, Question.state == "published")
    questions = []
    for question, topic, kind, body in db.session.execute(found.order_by(Question.key)):
        raw = _question(question, topic, kind, body)
        for name, content in pictures_of(bank_id, [body]).items():
            raw["picture"] = f"files/{_free_name(name, content, files)}"
            files[raw["picture"].removeprefix("files/")] = content
        questions.append(raw)
    return questions


def _free_name(name: str, content: bytes, files: dict[str, bytes]) -> str:
    stem, _dot, ending = name.rpartition(".")
    names = chain([name], (f"{stem}-{number}.{ending}" for number in count(2)))
    return next(one for one in names if files.get(one, content) == content)


def _question(question: Question, topic: str, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    entries: dict[str, Any] = {"key": question.key, "kind": kind, "use": question.use, "topic": topic, "difficulty": question.difficulty}
    if question.is_scenario:
        entries["scenario"] = True
    if question.lesson_key:
        entries["lesson"] = question.lesson_key
    for name in ("standards", "tags"):
        if getattr(question, name):
            entries[name] = getattr(question, name)
    return entries | KINDS[kind].written(body)


def _quizzes(revision_id: int) -> list[dict[str, Any]]:
    found = sa.select(Quiz.key, QuizVersion).join(QuizVersion, QuizVersion.quiz_id == Quiz.id)
    found = found.join(CourseStep, CourseStep.quiz_version_id == QuizVersion.id).where(CourseStep.revision_id == revision_id)
    written = [{"key": key, **written_quiz(version)} for key, version in db.session.execute(found)]
    return [{**quiz, "title": _in_both(quiz["title"])} for quiz in written]


def _files(course_id: int, htmls: Iterable[str]) -> dict[str, bytes]:
    tokens = {token for html in htmls for token in tokens_in(html)}
    rows = db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == course_id, CourseFile.token.in_(tokens)))
    return {row.name: send_stored(row.digest, row.name).get_data() for row in rows}
