"""The glossary of a course: adding, changing and removing a term, as changes of the course's draft."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, db, fold
from lms.base import gettext as _

from .drafts import source_of_draft
from .folder import CourseSource
from .models import Course, Lesson, LessonRevision
from .outlining import change_course, locked_course

MOST_TERMS = 300
NEW = "new"  # in the address of a new term
Term = dict[str, Any]


def term_key_from(word: str, taken: Mapping[str, Any] | set[str]) -> str:
    """A key for a term: "Mã độc" becomes ma-doc; another one where that is taken."""
    stem, number = re.sub(r"[^a-z0-9]+", "-", fold(word)).strip("-")[:50].strip("-") or "thuat-ngu", 1
    while (key := f"{stem}-{number}" if number > 1 else stem) in {NEW, *taken}:
        number += 1
    return key


def save_term(actor: Any, course_id: int, version: int, key: str, said: Term) -> None:
    """Change the term with this key ("": add a new one). Refused when another term has this word, or the term is gone."""

    def change(course: CourseSource) -> CourseSource:
        terms = {term["key"]: term for term in course.glossary}
        if key and key not in terms:
            raise Refused(_("Thuật ngữ này không còn trong khóa học."))
        others = [term for other, term in terms.items() if other != key]
        if any(fold(term["term"]["vi"]) == fold(said["term"]["vi"]) for term in others):
            raise Refused(_("Khóa học đã có thuật ngữ này."), "term_vi")
        if not key and len(terms) >= MOST_TERMS:
            raise Refused(_("Khóa học đã có %(n)s thuật ngữ, là nhiều nhất.", n=MOST_TERMS))
        chosen = key or term_key_from(said["term"]["vi"], terms)
        return replace(course, glossary=list({**terms, chosen: {**said, "key": chosen}}.values()))

    change_course(actor, course_id, version, change, term=said["term"]["vi"])


def remove_term(actor: Any, course_id: int, version: int, key: str) -> None:
    """Take a term out. Refused while a lesson, as published or as drafted, refers to it."""
    locked_course(course_id)
    if used := lessons_with_term(course_id, key):
        raise Refused(_("Bài “%(name)s” còn dùng thuật ngữ này. Anh/Chị bỏ liên kết trong bài trước.", name=used[0]))

    def change(course: CourseSource) -> CourseSource:
        return replace(course, glossary=[term for term in course.glossary if term["key"] != key])

    change_course(actor, course_id, version, change, term=key)


def lessons_with_term(course_id: int, key: str) -> list[str]:
    """The titles of the lessons whose draft or published text refers to the term."""
    is_current = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    named = f"(term:{key})"
    found = sa.select(Lesson.draft, LessonRevision.title).join(LessonRevision, is_current).join(Course, Course.id == Lesson.course_id)
    found = found.where(Course.id == course_id)
    found = found.where(sa.or_(Lesson.draft.contains(named, autoescape=True), LessonRevision.source.contains(named, autoescape=True)))
    rows = db.session.execute(found.order_by(Lesson.key))
    return [(source_of_draft(draft).title if draft is not None else title)["vi"] for draft, title in rows]


def in_order(glossary: Sequence[Term]) -> list[Term]:
    """The terms by the alphabet."""
    return sorted(glossary, key=lambda term: fold(term["term"]["vi"]))
