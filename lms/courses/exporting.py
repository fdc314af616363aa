"""A course in its parts, as published or with its drafts, and as a folder; loading that folder changes nothing."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

import sqlalchemy as sa

from lms.base import Refused, db, read_stored
from lms.base import gettext as _
from lms.quizzes import WholeBank, whole_bank

from .course_drafts import course_source_of, current_course_source
from .drafts import source_of, source_of_draft
from .folder import CourseSource, LessonSource, Parts, companions, files_named, in_both_languages, write_folder
from .models import Course, CourseFile, CourseRevision, CourseStep, Lesson, LessonRevision
from .queries import files_of, is_current
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
    write_folder(target, published_parts(course))
    return target


def published_parts(course: Course) -> Parts:
    """The published revision of a course, as a folder holds it. Refused when it was never published."""
    if not course.revision_number:
        raise Refused(_("Khóa học này chưa công bố lần nào. Anh/Chị tải bản nháp."))
    revision = db.session.scalars(sa.select(CourseRevision).join(Course, is_current()).where(Course.id == course.id)).one()
    found = sa.select(CourseStep.key, LessonRevision).join(LessonRevision, LessonRevision.id == CourseStep.lesson_revision_id)
    lessons = {key: lesson for key, lesson in db.session.execute(found.where(CourseStep.revision_id == revision.id).order_by(CourseStep.position))}
    tokens = {token for lesson in lessons.values() for token in tokens_in(lesson.html)}
    files = _with_companions(course.id, tokens)
    quizzes = db.session.scalars(sa.select(CourseStep.quiz_version_id).where(CourseStep.revision_id == revision.id))
    bank = whole_bank(course.bank_id, [version for version in quizzes if version is not None])
    sources = {key: source_of(lesson) for key, lesson in lessons.items()}
    return _without_the_rest(_parts(course, course_source_of(revision), sources, files, bank))


def _with_companions(course_id: int, tokens: set[str]) -> list[CourseFile]:
    """The files with these tokens, and captions and transcripts of the recordings among them that no page shows."""
    rows = db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == course_id).order_by(CourseFile.id)).all()
    shown = {row.name: row for row in rows if row.token in tokens}
    beside = {name for one in shown for name in companions(one)}
    return [*{row.name: row for row in rows if row.name in beside and row.name not in shown}.values(), *shown.values()]


def drafted_parts(course: Course, is_whole: bool = False) -> Parts:
    """A course with its drafts as they are now, as a folder holds it; `is_whole`: also what stands outside its outline, and no text added."""
    said = current_course_source(course)
    is_shown = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    rows = sa.select(Lesson, LessonRevision).outerjoin(LessonRevision, is_shown).where(Lesson.course_id == course.id).order_by(Lesson.key)
    sources, tokens = {}, set()
    for lesson, revision in db.session.execute(rows):
        if lesson.draft is not None or (revision is not None and revision.number):
            sources[lesson.key] = source_of_draft(lesson.draft) if lesson.draft is not None else source_of(revision)
            tokens |= set(tokens_in(revision.html)) if revision is not None else set()
    files = files_of(course.id, tokens)
    kept = sources if is_whole else {step.key: sources[step.key] for step in said.outline if step.kind == "lesson" and step.key in sources}
    named = {name for lesson in kept.values() for name in files_named(lesson.source)}
    parts = _parts(course, said, kept, (file for name, file in files.items() if name in named), whole_bank(course.bank_id))
    return parts if is_whole else _without_the_rest(parts)


def _parts(course: Course, said: CourseSource, lessons: dict[str, LessonSource], files: Iterable[CourseFile], bank: WholeBank) -> Parts:
    """Pictures of questions are files, too, under another name where the name is taken."""
    digests = {file.name: file.digest for file in files}
    questions = {key: raw for key, raw in bank.questions.items() if key not in bank.retired}
    for key in [key for key in questions if key in bank.shown]:
        name, digest = bank.pictures[bank.shown[key]]
        name = _free_name(name, digest, digests)
        digests[name] = digest
        questions[key] = {**questions[key], "picture": f"files/{name}"}
    return Parts(course.key, said, bank.topics, lessons, questions, bank.quizzes, digests, lambda name: read_stored(digests[name]))


def _free_name(name: str, digest: str, files: dict[str, str]) -> str:
    stem, _dot, ending = name.rpartition(".")
    names = chain([name], (f"{stem}-{number}.{ending}" for number in count(2)))
    return next(one for one in names if files.get(one, digest) == digest)


def _without_the_rest(parts: Parts) -> Parts:
    """As a folder holds it: only quizzes of the outline, and no question that names a lesson which is not there; in both languages."""
    quizzes = [step.key for step in parts.said.outline if step.kind == "quiz"]
    questions = {
        key: {name: value for name, value in raw.items() if name != "lesson" or value in parts.lessons} for key, raw in parts.questions.items()
    }
    shown = {key: quiz for key, quiz in parts.quizzes.items() if key in quizzes}
    return in_both_languages(replace(parts, quizzes=shown, questions=questions))


def archived_parts(course_id: int, is_drafted: bool) -> Parts:
    """What a trainer takes along of a course: the published revision, or the drafts as they are. Refused where nothing was published yet."""
    course = db.session.scalars(sa.select(Course).where(Course.id == course_id)).one()
    return drafted_parts(course) if is_drafted else published_parts(course)
