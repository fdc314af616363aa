"""What the editor of a lesson can put into it: files, other lessons, self-check questions, terms; and writing such a question in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db, in_language
from lms.base import gettext as _
from lms.quizzes import Bank, Entries, Question, Topic, save_question, self_checks

from .course_drafts import course_source_of_draft
from .models import Course, CourseRevision, Lesson, LessonRevision
from .queries import files_of, is_current
from .rendering import file_address

OPTIONS = (3, 4)  # fewest, most options of a question that is written in place


@dataclass(frozen=True)
class WrittenOption:
    """An option as it was typed."""

    text: str
    why: str
    correct: bool = False


def material_for(course: Any) -> dict[str, Any]:
    """Plain data for the editor: `files` (name, address, alt, octets), `lessons`, `checks`, `terms` and `topics`; six statements."""
    files = [{"name": name, "address": file_address(file), "alt": file.alt or ""} for name, file in sorted(files_of(course.id).items())]
    is_newest = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    lessons = sa.select(Lesson.key, LessonRevision.title).join(LessonRevision, is_newest).where(Lesson.course_id == course.id)
    topics = sa.select(Topic.id, Topic.title).where(Topic.bank_id == course.bank_id).order_by(Topic.position)
    return {
        "files": files,
        "lessons": [{"key": key, "title": in_language(title)} for key, title in db.session.execute(lessons.order_by(Lesson.key))],
        "checks": _checks(course.bank_id),
        "terms": [{"key": term["key"], "title": in_language(term["term"])} for term in _glossary(course.id)],
        "topics": [{"id": id_, "title": in_language(title)} for id_, title in db.session.execute(topics)],
    }


def _glossary(course_id: int) -> list[dict[str, Any]]:
    """The terms as trainers see them: of the draft, else as published."""
    wanted = sa.select(Course.draft, CourseRevision.glossary).join(CourseRevision, is_current()).where(Course.id == course_id)
    draft, published = db.session.execute(wanted).one()
    return published if draft is None else course_source_of_draft(draft).glossary


def _checks(bank_id: int) -> list[dict[str, Any]]:
    wanted = sa.select(Question.key).where(Question.bank_id == bank_id, Question.use == "self-check", Question.state == "published")
    keys = list(db.session.scalars(wanted.order_by(Question.key)))
    found = self_checks(bank_id, keys)
    return [_shown(key, found[key].question) for key in keys if key in found]


def _shown(key: str, question: dict[str, Any]) -> dict[str, Any]:
    """The question as the editor shows it in place: HTML of ours, cleaned."""
    options = [{"text": str(one.get("text", "")), "correct": bool(one.get("correct"))} for one in question.get("options", ())]
    return {"key": key, "text": str(question.get("text", "")), "options": options}


def write_self_check(actor: Any, course: Any, lesson_key: str, topic_id: int | None, stem: str, options: Sequence[WrittenOption]) -> dict[str, Any]:
    """A new self-check question of one right answer, for this lesson; returns it as the editor shows it.

    `topic_id`: None means the first topic of the bank. Refused when something is wrong with it; then nothing was written.
    """
    if not stem:
        raise Refused(_("Anh/Chị viết câu hỏi."), "stem")
    if not OPTIONS[0] <= len(options) <= OPTIONS[1] or not all(one.text and one.why for one in options):
        raise Refused(_("Anh/Chị viết 3 hoặc 4 phương án, mỗi phương án có một câu giải thích."), "option")
    if sum(one.correct for one in options) != 1:
        raise Refused(_("Anh/Chị đánh dấu một phương án đúng."), "correct")
    bank = db.session.get_one(Bank, course.bank_id)
    if topic_id is None:
        topic_id = db.session.scalar(sa.select(Topic.id).where(Topic.bank_id == bank.id).order_by(Topic.position, Topic.id).limit(1))
    raw = {"text": stem, "options": [{"text": one.text, "why": one.why, **({"correct": True} if one.correct else {})} for one in options]}
    entries = Entries(topic_id or 0, "easy", use="self-check", lesson=lesson_key)
    question = save_question(actor, bank, None, "single", raw, entries)
    return _shown(question.key, self_checks(bank.id, [question.key])[question.key].question)
