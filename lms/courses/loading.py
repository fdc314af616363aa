"""Loading course folders: what is unchanged is not touched, what changed becomes a new revision, what was edited here is kept."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, picture_size, store_file, without_lines
from lms.quizzes import BankReport, load_bank
from lms.site import record

from .course_drafts import course_source_of
from .drafts import source_of
from .folder import CourseFolder, FolderLesson, Problem, Snapshot, check_course, find_folders, read_folder, take_snapshot
from .folder.checks import FORMATS
from .models import Course, CourseFile, CourseOffer, CourseRevision, Lesson, LessonRevision
from .publishing import add_course_revision, add_lesson_revision, current_lessons, current_quizzes, steps_for, steps_of_revision
from .queries import is_current
from .rendering import render_lesson

MOST_TOLD = 20


class FolderRefused(Refused):
    """A course folder has problems; nothing was loaded. `problems` lists them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


@dataclass
class Loading:
    """What loading one folder did to the lessons: keys of new, changed and kept (edited here) ones; whether texts and outline were kept."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    is_course_kept: bool = False


def check_folders(path: Path) -> list[Problem]:
    """Everything that is wrong with the course folder at `path`, or with the course folders in it. Writes nothing, never raises."""
    folders = find_folders(path)
    if not folders:
        return [Problem(str(path), 1, "không có thư mục khóa học nào ở đây (thư mục có tệp course.yml).")]
    return [problem for folder in folders for problem in checked_folder(take_snapshot(folder)).problems]


def checked_folder(snapshot: Snapshot) -> CourseFolder:
    """The course of a snapshot, with all its problems in order of files and lines."""
    folder = read_folder(snapshot)
    check_course(folder)
    folder.problems.sort(key=lambda problem: (problem.file, problem.line))
    return folder


def load_folders(actor: Any, path: Path, agency_id: int) -> list[str]:
    """Load the course folder(s) at `path`; one line about each. New courses are owned by the agency.

    All or nothing: with a problem in any folder FolderRefused is raised before anything is written. An unchanged folder
    changes nothing; a lesson, question or quiz that was edited on the site is reported and never overwritten, nor is a lesson with a draft.
    """
    paths = find_folders(path)
    snapshots = [take_snapshot(one) for one in paths]
    digests = {key: digest for key, digest in db.session.execute(sa.select(Course.key, Course.folder_digest))}
    unchanged = {one.path: not one.problems and digests.get(one.path.resolve().name) == one.digest for one in snapshots}
    folders = {one.path: checked_folder(one) for one in snapshots if not unchanged[one.path]}
    problems = [problem for folder in folders.values() for problem in folder.problems] if paths else check_folders(path)
    if problems:
        raise FolderRefused(problems)
    return [
        line
        for one in snapshots
        for line in (_load(actor, folders[one.path], agency_id) if one.path in folders else [f"{one.path.resolve().name}: không có gì thay đổi."])
    ]


def _load(actor: Any, folder: CourseFolder, agency_id: int) -> list[str]:
    course = db.session.scalar(sa.select(Course).where(Course.key == folder.key).with_for_update())
    if course is not None and not course.revision_number:
        return [f"{folder.key}: đang được soạn trên hệ thống và chưa công bố, giữ nguyên; không nạp thư mục."]
    owner = course.agency_id if course else agency_id
    topics, questions = [one.value for one in folder.topics], [without_lines(one.value) for one in folder.questions]
    quizzes = [quiz.values for quiz in folder.quizzes.values()]
    bank = load_bank(actor, folder.key, owner, topics, questions, quizzes, folder.files)
    if course is None:
        course = Course(key=folder.key, agency_id=agency_id, bank_id=bank.bank_id, state="published", revision_number=0)
        db.session.add(course)
        db.session.flush()
        db.session.add(CourseOffer(course_id=course.id, agency_id=agency_id, offered_at=clock.now()))
    loading = Loading()
    files = _load_files(course, folder)
    lesson_ids = _load_lessons(actor, course, folder, files, loading)
    is_new = _load_revision(actor, course, folder, lesson_ids, bank.quiz_versions, loading)
    has_changed = is_new or bool(bank.new or bank.changed or bank.retired)
    if has_changed and not (loading.kept or loading.is_course_kept or bank.kept or bank.kept_quizzes):
        course.folder_digest = folder.snapshot.digest
    if has_changed:
        record(actor, "load", "course", course.id, agency_id=owner, key=course.key, revision=course.revision_number)
    return _lines(folder, course, bank, loading, has_changed)


def _lines(folder: CourseFolder, course: Course, bank: BankReport, loading: Loading, has_changed: bool) -> list[str]:
    kept = [f"{folder.key}: bài {key} đã được sửa trên hệ thống, giữ nguyên bản đó; thư mục có bản khác." for key in loading.kept]
    kept += [f"{folder.key}: bài kiểm tra {key} đã được sửa trên hệ thống, giữ nguyên bản đó; thư mục có bản khác." for key in bank.kept_quizzes]
    if loading.is_course_kept:
        kept.append(f"{folder.key}: tên và cấu trúc khóa học đã được sửa trên hệ thống, giữ nguyên bản đó; thư mục có bản khác.")
    if bank.kept:
        told = ", ".join(bank.kept[:MOST_TOLD]) + (f", … ({len(bank.kept)} câu)" if len(bank.kept) > MOST_TOLD else "")
        kept.append(f"{folder.key}: câu hỏi {told} đã được sửa trên hệ thống, giữ nguyên; thư mục có bản khác.")
    if not has_changed:
        return [f"{folder.key}: không có gì thay đổi.", *kept]
    lessons = f"bài học: {len(loading.new)} mới, {len(loading.changed)} đổi"
    questions = f"câu hỏi: {bank.new} mới, {bank.changed} đổi, {bank.retired} ngừng dùng"
    return [f"{folder.key}: bản {course.revision_number}. {lessons}; {questions}.", *kept]


def _load_files(course: Course, folder: CourseFolder) -> dict[str, CourseFile]:
    """The files that lessons show, as rows by name; content that is new gets a row with a token of its own. Pictures of questions are the bank's."""
    rows = db.session.scalars(sa.select(CourseFile).where(CourseFile.course_id == course.id))
    known = {(row.name, row.digest): row for row in rows}
    files = {}
    shown = {name for lesson in folder.lessons.values() for name in folder.shown_by(lesson)}
    for name, content in ((name, content) for name, content in folder.files.items() if name in shown):
        digest = sha256(content).hexdigest()
        row = known.get((name, digest))
        if row is None:
            store_file(content)
            values = {"name": name, "token": secrets.token_urlsafe(16), "digest": digest, "octets": len(content)}
            width, height = size_of(name, content)
            row = CourseFile(course_id=course.id, **values, width=width, height=height)
            db.session.add(row)
        files[name] = row
    db.session.flush()
    return files


def size_of(name: str, content: bytes) -> tuple[int | None, int | None]:
    """(width, height) of a picture; (None, None) of anything else."""
    kind = FORMATS.get(name.rpartition(".")[2])
    return (picture_size(content, [kind]) if kind else None) or (None, None)


def _load_lessons(actor: Any, course: Course, folder: CourseFolder, files: dict[str, CourseFile], loading: Loading) -> dict[str, int]:
    """The ids of the lesson revisions that the course now shows, by key of the lesson."""
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    found = sa.select(Lesson, LessonRevision).join(LessonRevision, is_published).where(Lesson.course_id == course.id)
    known = {lesson.key: (lesson, revision) for lesson, revision in db.session.execute(found)}
    shown = {key: {name: files[name] for name in folder.shown_by(one)} for key, one in folder.lessons.items()}
    return {key: _load_lesson(actor, course, one, known.get(key), shown[key], loading) for key, one in folder.lessons.items()}


def _load_lesson(
    actor: Any,
    course: Course,
    one: FolderLesson,
    known: tuple[Lesson, LessonRevision] | None,
    shown: dict[str, CourseFile],
    loading: Loading,
) -> int:
    digest = one.said.digest({name: file.digest for name, file in shown.items()})
    if known is None:
        lesson = Lesson(course_id=course.id, key=one.key, draft_version=0, revision_number=0, is_edited=False, folder_digest=digest)
        db.session.add(lesson)
        db.session.flush()
        loading.new.append(one.key)
        return add_lesson_revision(actor, lesson, one.said, shown)
    lesson, revision = known
    if lesson.folder_digest == digest or (source_of(revision) == one.said and revision.html == render_lesson(one.said.source, shown)):
        return revision.id
    if lesson.is_edited or lesson.draft is not None:
        loading.kept.append(one.key)
        return revision.id
    loading.changed.append(one.key)
    lesson.folder_digest = digest
    return add_lesson_revision(actor, lesson, one.said, shown)


def _load_revision(actor: Any, course: Course, folder: CourseFolder, lessons: dict[str, int], quizzes: dict[str, int], loading: Loading) -> bool:
    """Publish a new revision of the course unless the published one says and shows the same; whether it did.

    What was changed here (texts and outline) is kept, and shows the lessons and quizzes as they are now.
    """
    assert folder.said is not None
    said = folder.said
    current = db.session.scalar(sa.select(CourseRevision).join(Course, is_current()).where(Course.id == course.id))
    if current is not None and course.revision_number:
        shown = course_source_of(current)
        loading.is_course_kept = (course.is_edited or course.draft is not None) and shown != said
        if loading.is_course_kept:
            said, lessons, quizzes = shown, {**current_lessons(course.id), **lessons}, current_quizzes(course.bank_id)
    steps = steps_for(said, lessons, quizzes)
    if current is not None and course.revision_number and course_source_of(current) == said and steps_of_revision(current.id) == steps:
        return False
    add_course_revision(actor, course, said, steps)
    return True
