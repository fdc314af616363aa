"""Taking a course of an archive, or a copy of one, in as drafts: what was chosen, and nothing of what was not."""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db, fold, html_seal, insert_once, store_file
from lms.base import gettext as _
from lms.quizzes import Bank, Question, Quiz, Topic, take_into_bank, whole_bank
from lms.site import record

from .comparing import CHANGED, CONFLICT, NEW, Edited, Item, compare
from .creating import create_course
from .drafts import draft_of
from .exporting import drafted_parts
from .folder import LessonSource, Parts, in_both_languages
from .loading import size_of
from .media import quota
from .models import Course, CourseFile, Lesson, LessonRevision
from .outlining import locked_course, save_course_draft

MOST_LESSONS = 500


def edited_here(course: Course) -> Edited:
    """What was changed on the site since the folder of the course was loaded."""
    bank = whole_bank(course.bank_id)
    is_changed = sa.or_(Lesson.is_edited, Lesson.draft.is_not(None))
    lessons = set(db.session.scalars(sa.select(Lesson.key).where(Lesson.course_id == course.id, is_changed)))
    return Edited(course.is_edited or course.draft is not None, lessons, bank.edited, bank.edited_quizzes, bank.retired)


def course_row(course_id: int) -> Course:
    """The course as it is stored."""
    return db.session.scalars(sa.select(Course).where(Course.id == course_id)).one()


def state_of(course_id: int) -> list[Any]:
    """What changes whenever somebody changes a part of the course: cheap, to tell whether a comparison still holds."""
    course = db.session.execute(
        sa.select(Course.bank_id, Course.draft_version, Course.revision_number, Course.is_edited).where(Course.id == course_id)
    )
    bank_id = (found := course.one()).bank_id
    lessons = sa.select(Lesson.key, Lesson.draft_version, Lesson.revision_number, Lesson.is_edited).where(Lesson.course_id == course_id)
    names = ("key", "version_number", "state", "is_edited", "use", "difficulty", "topic_id", "is_scenario", "lesson_key", "standards", "tags")
    questions = sa.select(*(getattr(Question, name) for name in names)).where(Question.bank_id == bank_id)
    quizzes = sa.select(Quiz.key, Quiz.version_number, Quiz.is_edited).where(Quiz.bank_id == bank_id)
    topics = sa.select(Topic.key, Topic.title, Topic.parent_id).where(Topic.bank_id == bank_id)
    files = sa.select(CourseFile.name, CourseFile.digest).where(CourseFile.course_id == course_id)
    asked = ((lessons, Lesson.id), (questions, Question.id), (quizzes, Quiz.id), (topics, Topic.id), (files, CourseFile.id))
    return [tuple(found), *(tuple(row) for select, order in asked for row in db.session.execute(select.order_by(order)))]


def held_course(course_id: int) -> Course:
    """The course with its bank, kept from others until the end of the transaction."""
    course = locked_course(course_id)
    db.session.execute(sa.select(Bank.id).where(Bank.id == course.bank_id).with_for_update())
    return course


def compared(course: Course | None, theirs: Parts) -> tuple[Parts, list[Item]]:
    """What was sent, its files named as the course names them, beside the course with its drafts. Reads only."""
    if course is None:
        return theirs, compare(None, theirs, Edited())
    theirs, edited = renamed_for(course, theirs), edited_here(course)
    whole = drafted_parts(course, is_whole=True)
    bank = whole_bank(course.bank_id)
    retired = {key: raw for key, raw in bank.questions.items() if key in bank.retired}
    ours = in_both_languages(replace(whole, questions={**whole.questions, **retired}))
    return theirs, compare(ours, theirs, edited)


def renamed_for(course: Course, theirs: Parts) -> Parts:
    """The parts with files named as the course names the same content; another content under a name that is taken gets a free name."""
    latest: dict[str, str] = {}
    for name, digest in db.session.execute(
        sa.select(CourseFile.name, CourseFile.digest).where(CourseFile.course_id == course.id).order_by(CourseFile.id)
    ):
        latest[name] = digest
    used = set(latest) | set(theirs.files)
    names: dict[str, str] = {}
    shown = {name for lesson in theirs.lessons.values() for name in theirs.shown_by(lesson)}
    stems = dict.fromkeys(name.rpartition(".")[0] for name in sorted(shown) if latest.get(name, theirs.files[name]) != theirs.files[name])
    for stem in stems:
        group = {name: theirs.files[name] for name in shown if name.rpartition(".")[0] == stem}
        names |= _names_for(stem, group, latest, used)
    if not names:
        return theirs
    lessons = {key: replace(lesson, source=_renamed(lesson.source, names)) for key, lesson in theirs.lessons.items()}
    files = dict(theirs.files)
    contents = {new: old for old, new in names.items()}
    files |= {new: theirs.files[old] for old, new in names.items()}
    return replace(theirs, lessons=lessons, files=files, read=lambda name: theirs.read(contents.get(name, name)))


def _names_for(stem: str, group: Mapping[str, str], latest: Mapping[str, str], used: set[str]) -> dict[str, str]:
    """A recording keeps its captions: all files of one stem move together, to where the same contents stand, else to a free stem."""
    for number in count(2):
        moved = {name: f"{stem}-{number}.{name.rpartition('.')[2]}" for name in group}
        if all(latest.get(new, group[old]) == group[old] and (new in latest or new not in used) for old, new in moved.items()):
            used |= set(moved.values())
            return moved
    raise AssertionError


def _renamed(source: str, names: Mapping[str, str]) -> str:
    pattern = re.compile(r"(?<=\(files/)(" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + r")(?=[)\s])")
    return pattern.sub(lambda found: names[found[1]], source)


def taken_by(items: Collection[Item], choices: Mapping[str, str], otherwise: str = "") -> set[str]:
    """Names of what is taken: new and changed parts, and of the conflicts those with the choice "theirs".

    `otherwise`: for conflicts without a choice, "ours" or "theirs". Refused while there is one without.
    """
    taken = {item.name for item in items if item.state in (NEW, CHANGED)}
    for item in items:
        if item.state == CONFLICT:
            choice = choices.get(item.name) or otherwise
            if choice not in ("ours", "theirs"):
                raise Refused(_("Anh/Chị chọn giữ bản ở đây hoặc lấy bản trong tệp cho từng mục còn khác nhau."))
            if choice == "theirs":
                taken.add(item.name)
    return taken


def take_parts(actor: Any, course: Course, theirs: Parts, taken: set[str], *, is_new: bool = False) -> None:
    """Write the chosen parts: lessons and the course's texts become drafts; questions, topics and quizzes go into the bank.

    The course is locked by the caller. Refused (then nothing may be kept) for what does not fit what stays here.
    """
    lessons = {key: lesson for key, lesson in theirs.lessons.items() if f"lesson:{key}" in taken}
    missing = _missing_files(course, theirs, lessons)
    _take_bank(actor, course, theirs, taken, is_new)
    _take_files(actor, course, theirs, missing)
    for key, lesson in lessons.items():
        _take_lesson(actor, course, key, lesson)
    db.session.flush()
    if "course:" in taken:
        save_course_draft(actor, course, theirs.said, course.draft_version)
    if taken:
        record(actor, "take", "course", course.id, agency_id=course.agency_id, key=course.key, lessons=len(lessons))


def _take_bank(actor: Any, course: Course, theirs: Parts, taken: set[str], is_new: bool) -> None:
    known = {topic["key"] for topic in whole_bank(course.bank_id).topics}
    is_all = is_new or "topics:" in taken
    topics = [topic for topic in theirs.topics if is_all or topic["key"] not in known]
    questions = [raw for key, raw in theirs.questions.items() if f"question:{key}" in taken]
    quizzes = [raw for key, raw in theirs.quizzes.items() if f"quiz:{key}" in taken]
    pictures = [str(raw["picture"]).removeprefix("files/") for raw in questions if "picture" in raw]
    files = {name: theirs.read(name) for name in pictures}
    take_into_bank(actor, course.bank_id, topics, questions, quizzes, files, is_new=is_new)


def _missing_files(course: Course, theirs: Parts, lessons: Mapping[str, LessonSource]) -> list[str]:
    """Names of the files that the course has not yet. Refused when they are too many or too heavy."""
    shown = {name: digest for lesson in lessons.values() for name, digest in theirs.shown_by(lesson).items()}
    rows = db.session.execute(sa.select(CourseFile.name, CourseFile.digest, CourseFile.octets).where(CourseFile.course_id == course.id)).all()
    known = {(row.name, row.digest) for row in rows}
    missing = [name for name, digest in shown.items() if (name, digest) not in known]
    most_files, most_octets = quota()
    if len(rows) + len(missing) > most_files:
        raise Refused(_("Khóa học sẽ có hơn %(n)s tệp. Anh/Chị xóa bớt tệp không dùng rồi nhập lại.", n=most_files))
    if sum(row.octets for row in rows) + sum(len(theirs.read(name)) for name in missing) > most_octets:
        raise Refused(_("Các tệp của khóa học sẽ nặng hơn %(n)s MB. Anh/Chị xóa bớt tệp không dùng rồi nhập lại.", n=most_octets // 1_000_000))
    return missing


def _take_files(actor: Any, course: Course, theirs: Parts, missing: Collection[str]) -> None:
    made = {"uploaded_at": clock.now(), "uploaded_by_id": getattr(actor, "person_id", None)}
    for name in missing:
        content = theirs.read(name)
        width, height = size_of(name, content)
        values = {"digest": store_file(content), "octets": len(content), "width": width, "height": height}
        insert_once(CourseFile, course_id=course.id, name=name, token=secrets.token_urlsafe(16), **values, **made)


def _take_lesson(actor: Any, course: Course, key: str, said: LessonSource) -> None:
    drafted = {"draft": draft_of(said), "draft_at": clock.now(), "draft_by_id": getattr(actor, "person_id", None)}
    lesson = db.session.scalar(sa.select(Lesson).where(Lesson.course_id == course.id, Lesson.key == key).with_for_update())
    if lesson is not None:
        values = {**drafted, "draft_version": Lesson.draft_version + 1}
        db.session.execute(sa.update(Lesson).where(Lesson.id == lesson.id).values(values))
        return
    if (db.session.scalar(sa.select(sa.func.count()).where(Lesson.course_id == course.id)) or 0) >= MOST_LESSONS:
        raise Refused(_("Khóa học đã có %(n)s bài, là nhiều nhất.", n=MOST_LESSONS))
    lesson = Lesson(course_id=course.id, key=key, revision_number=0, is_edited=True, folder_digest=None, draft_version=1, **drafted)
    db.session.add(lesson)
    db.session.flush()
    empty = {**said.values, "source": "", "html": "", "seal": html_seal(""), "search": fold(" ".join(said.title.values())), "basis_search": ""}
    made = {"published_at": clock.now(), "published_by_id": getattr(actor, "person_id", None)}
    db.session.add(LessonRevision(lesson_id=lesson.id, number=0, **empty, **made))


def course_from(actor: Any, agency_id: int, theirs: Parts, key: str = "", title: str = "") -> Course:
    """A new course, owned by the actor at the agency, with all of these parts as drafts. Refused as `create_course` does."""
    said = theirs.said
    if title:
        said = replace(said, title={"vi": title, "en": said.title["en"] if title == said.title["vi"] else title})
    course = create_course(actor, agency_id, said.title["vi"], key=key)
    every = {"course:", "topics:", *(f"lesson:{one}" for one in theirs.lessons), *(f"question:{one}" for one in theirs.questions)}
    every |= {f"quiz:{one}" for one in theirs.quizzes}
    take_parts(actor, course, replace(theirs, said=said), every, is_new=True)
    return course
