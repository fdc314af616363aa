"""What makes courses and lessons on the site: a new course with its bank, a new lesson, a copy of one, another name for one."""

import re
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from lms.base import TRAINER, Refused, clock, db, fold, html_seal, insert_once, nfc
from lms.base import gettext as _
from lms.quizzes import Bank, BankReport, load_bank
from lms.site import record

from .actions import add_trainer
from .course_drafts import course_search, current_course_source
from .drafts import draft_of
from .folder import CourseSource, LessonSource, OutlineStep, write_course
from .folder.course_text import COURSE_KEY
from .models import Course, CourseOffer, CourseRevision, Lesson, LessonRevision
from .outline_rows import put
from .outlining import locked_course, save_course_draft

LONGEST_KEY, MOST_TRIES, MOST_LESSONS = 16, 200, 500
TOPIC = {"key": "chung", "title": {"vi": "Kiến thức chung", "en": "General knowledge"}}


def create_course(actor: Any, agency_id: int, title_vi: str, *, key: str = "", **texts: str) -> Course:
    """A new course with its question bank, owned by the actor and offered at its agency; a draft without steps.

    `key`: as A1 or MAT-KHAU, of no course and of no question bank (that of a deleted course stays); "" makes one from the title.
    `texts`: title_en, summary_vi, summary_en, audience_vi, audience_en.
    Refused for an agency at or below which the actor is no trainer, a key of another form or one that is taken.
    """
    if db.session.scalar(sa.select(sa.literal(True)).where(sa.literal(agency_id).in_(actor.reach(TRAINER)))) is None:
        raise Refused(_("Anh/Chị chọn một đơn vị trong phạm vi của mình."), "agency_id")
    said = _first_source(title_vi, texts)
    course = _insert_course(actor, agency_id, said, key.strip().upper())
    made = {"published_at": clock.now(), "published_by_id": actor.person_id, "note": None}
    db.session.add(CourseRevision(course_id=course.id, number=0, **said.values, search=course_search(course.key, said), **made))
    db.session.add(CourseOffer(course_id=course.id, agency_id=agency_id, offered_at=clock.now(), offered_by_id=actor.person_id))
    db.session.flush()
    record(actor, "create", "course", course.id, agency_id=agency_id, key=course.key, name=said.title["vi"])
    add_trainer(actor, course.id, actor.person_id, "owner")
    return course


def _first_source(title_vi: str, texts: dict[str, str]) -> CourseSource:
    def both(name: str, vi: str = "") -> dict[str, str]:
        return {"vi": nfc(vi or texts.get(f"{name}_vi", "")).strip(), "en": nfc(texts.get(f"{name}_en", "")).strip()}

    numbers = {"minutes": 30, "hours": 1, "pass_percent": 60, "valid_months": None, "gives_certificate": True}
    lists: dict[str, Any] = {"standards": [], "prerequisites": [], "glossary": [], "outline": []}
    return CourseSource(title=both("title", title_vi), summary=both("summary"), audience=both("audience"), **numbers, **lists)  # type: ignore[arg-type]


def _insert_course(actor: Any, agency_id: int, said: CourseSource, key: str) -> Course:
    if key and not re.fullmatch(COURSE_KEY, key):
        raise Refused(_("Mã khóa học gồm chữ in hoa không dấu, số và gạch nối, bắt đầu bằng chữ, tối đa 16 ký tự. Ví dụ: A1, MAT-KHAU."), "key")
    drafted = {"draft": write_course(said), "draft_at": clock.now(), "draft_by_id": actor.person_id, "draft_version": 1}
    for number in range(1, MOST_TRIES if not key else 2):
        wanted = key or course_key_from(said.title["vi"], number)
        if (bank := _opened_bank(actor, agency_id, wanted)) is None:
            continue
        values = {"key": wanted, "agency_id": agency_id, "bank_id": bank.bank_id, "state": "draft", "revision_number": 0, **drafted}
        if insert_once(Course, **values, is_edited=True, is_review_needed=False):
            return db.session.scalars(sa.select(Course).where(Course.key == wanted)).one()
    raise Refused(_("Đã có khóa học mang mã này. Anh/Chị chọn mã khác."), "key")


def _opened_bank(actor: Any, agency_id: int, key: str) -> BankReport | None:
    """A bank opened under this key; None when a course or a bank has it, perhaps since a moment ago."""
    is_taken = sa.or_(sa.exists().where(Course.key == key), sa.exists().where(Bank.key == key))
    if db.session.scalar(sa.select(sa.literal(1)).where(is_taken)) is not None:
        return None
    try:
        return load_bank(actor, key, agency_id, [TOPIC], [], [], is_new=True)
    except Refused:
        return None


def course_key_from(title: str, number: int = 1) -> str:
    """A key proposed from a title: "Mật khẩu & mã OTP" becomes MAT-KHAU-MA-OTP; `number` from 2 on makes it another one."""
    ending = f"-{number}" if number > 1 else ""
    words = re.sub(r"[^A-Z0-9]+", "-", fold(title).upper()).strip("-")
    whole = words if words[:1].isalpha() else f"K{words}"
    longest = LONGEST_KEY - len(ending)
    cut = whole if len(whole) <= longest else whole[: longest + 1].rpartition("-")[0] or whole[:longest]
    return cut.strip("-") + ending


def lesson_key_from(title: str, number: int) -> str:
    """A key for the n-th lesson: 03-mat-khau."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:50].strip("-")
    return f"{number:02d}-{slug or 'bai'}"


def empty_lesson(title_vi: str, title_en: str = "", summary_vi: str = "", minutes: int = 10) -> LessonSource:
    """A lesson with the parts that every lesson of the house has, to be filled."""
    parts = [
        ("Tình huống", "scenario", "Kể 3 đến 5 dòng về một việc có thật ở cơ quan."),
        ("Cần biết", "", "Viết một ý chính, thật ngắn."),
        ("Làm thử", "try", "Nêu việc nhỏ mà học viên làm ngay trên máy của mình."),
        ("Tự kiểm tra", "", "Đặt 2 đến 3 câu tự kiểm tra ở đây."),
        ("Ghi nhớ", "remember", "Tóm lại trong ba dòng."),
    ]
    blocks = [f"## {name}\n\n" + (f"::: {kind}\n{hint}\n:::" if kind else hint) for name, kind, hint in parts]
    title, summary = {"vi": nfc(title_vi).strip(), "en": nfc(title_en).strip()}, {"vi": nfc(summary_vi).strip(), "en": ""}
    return LessonSource(title, summary, None, minutes, [], [], None, "\n\n".join(blocks) + "\n")


def add_lesson(actor: Any, course: Course, said: LessonSource, section: dict[str, str] | None = None) -> Lesson:
    """A new lesson with this draft; it becomes the last step of the course's draft (of that section; None: of the last one)."""
    course = locked_course(course.id)
    lesson = _insert_lesson(actor, course, said)
    outlined = current_course_source(course)
    step = OutlineStep("lesson", lesson.key)
    section = {language: nfc(section.get(language, "")).strip() for language in ("vi", "en")} if section else None
    save_course_draft(actor, course, replace(outlined, outline=put(outlined.outline, step, section)), course.draft_version, step=lesson.key)
    record(actor, "add", "lesson", lesson.id, agency_id=course.agency_id, course_id=course.id, key=lesson.key, name=said.title["vi"])
    return lesson


def _insert_lesson(actor: Any, course: Course, said: LessonSource) -> Lesson:
    keys = set(db.session.scalars(sa.select(Lesson.key).where(Lesson.course_id == course.id)))
    if len(keys) >= MOST_LESSONS:
        raise Refused(_("Khóa học đã có %(n)s bài, là nhiều nhất.", n=MOST_LESSONS))
    number = 1 + max((int(key[:2]) for key in keys if re.match(r"[0-9]{2}-", key)), default=0)
    number = number if number < 100 else len(keys) + 1
    while (key := lesson_key_from(said.title["vi"], number)) in keys:
        number += 1
    drafted = {"draft": draft_of(said), "draft_at": clock.now(), "draft_by_id": actor.person_id, "draft_version": 1}
    if not insert_once(Lesson, course_id=course.id, key=key, revision_number=0, is_edited=True, folder_digest=None, **drafted):
        raise Refused(_("Có người vừa thêm một bài vào khóa học này. Anh/Chị làm lại giúp."))
    lesson = db.session.scalars(sa.select(Lesson).where(Lesson.course_id == course.id, Lesson.key == key)).one()
    empty = {**said.values, "source": "", "html": "", "seal": html_seal(""), "search": fold(" ".join(said.title.values()))}
    made = {"published_at": clock.now(), "published_by_id": actor.person_id, "basis_search": ""}
    db.session.add(LessonRevision(lesson_id=lesson.id, number=0, **empty, **made))
    db.session.flush()
    return lesson
