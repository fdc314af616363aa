"""What this room keeps about a person: enrolments, lessons read, completions, hours. And the copies of a name, to be replaced."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.base import Kept, db, in_language
from lms.base import gettext as _
from lms.courses import CourseRevision, LessonRevision

from .models import Completion, Enrolment, HoursEntry, LessonQuestion, LessonRead, SurveyGiven


def kept_of_study(person_id: int) -> list[Kept]:
    """The person's courses, what they read of them, what they completed, its hours, what they asked, and that they gave an opinion."""
    told = (_enrolments, _lessons, _completions, _hours, _questions, _surveys)
    return [tell(person_id) for tell in told]


def enrolment_words() -> dict[str, str]:
    """The states of an enrolment in words."""
    return {"not_started": _("Chưa bắt đầu"), "in_progress": _("Đang học"), "completed": _("Hoàn thành"), "withdrawn": _("Đã thôi học")}


def _rows(rows: sa.Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    """The rows by name, titles in the language of the request."""
    return [{name: in_language(value) if isinstance(value, dict) else value for name, value in row.items()} for row in _mappings(rows)]


def _mappings(rows: sa.Select[*tuple[Any, ...]]) -> Any:
    return db.session.execute(rows).mappings()


def _enrolments(person_id: int) -> Kept:
    columns = [
        ("course", _("Khóa học")),
        ("cycle", _("Đợt")),
        ("person_name", _("Họ và tên lúc đó")),
        ("agency_name", _("Đơn vị lúc đó")),
        ("state", _("Trạng thái")),
        ("is_required", _("Bắt buộc")),
        ("enrolled_at", _("Ghi danh lúc")),
        ("due_on", _("Hạn hoàn thành")),
        ("started_at", _("Bắt đầu lúc")),
        ("last_at", _("Học gần nhất")),
        ("completed_at", _("Hoàn thành lúc")),
    ]
    own = (Enrolment.cycle, Enrolment.person_name, Enrolment.agency_name, Enrolment.state, Enrolment.is_required, Enrolment.enrolled_at)
    rows = sa.select(*own, Enrolment.due_on, Enrolment.started_at, Enrolment.last_at, Enrolment.completed_at, CourseRevision.title.label("course"))
    rows = rows.join(CourseRevision, CourseRevision.id == Enrolment.course_revision_id).where(Enrolment.person_id == person_id)
    words = enrolment_words()
    return Kept(
        "enrolment", _("Khóa học đã ghi danh"), columns, [{**row, "state": words[row["state"]]} for row in _rows(rows.order_by(Enrolment.id))]
    )


def _lessons(person_id: int) -> Kept:
    columns = [("course", _("Khóa học")), ("lesson", _("Bài học")), ("read_at", _("Học xong lúc"))]
    rows = (
        sa.select(CourseRevision.title.label("course"), LessonRevision.title.label("lesson"), LessonRead.read_at)
        .join(Enrolment, Enrolment.id == LessonRead.enrolment_id)
        .join(CourseRevision, CourseRevision.id == Enrolment.course_revision_id)
        .join(LessonRevision, LessonRevision.id == LessonRead.lesson_revision_id)
        .where(Enrolment.person_id == person_id)
        .order_by(LessonRead.id)
    )
    return Kept("lesson_read", _("Bài đã học xong"), columns, _rows(rows))


def _completions(person_id: int) -> Kept:
    columns = [("course", _("Khóa học")), ("cycle", _("Đợt")), ("completed_on", _("Ngày hoàn thành")), ("percent", _("Tỷ lệ đúng (%)"))]
    rows = sa.select(CourseRevision.title.label("course"), Completion.cycle, Completion.completed_on, Completion.percent)
    rows = rows.join(CourseRevision, CourseRevision.id == Completion.course_revision_id).where(Completion.person_id == person_id)
    return Kept("completion", _("Khóa học đã hoàn thành"), columns, _rows(rows.order_by(Completion.id)))


def _hours(person_id: int) -> Kept:
    columns = [("year", _("Năm")), ("hours", _("Số tiết")), ("course", _("Khóa học")), ("recorded_at", _("Ghi lúc"))]
    rows = sa.select(HoursEntry.year, HoursEntry.hours, HoursEntry.recorded_at, CourseRevision.title.label("course"))
    rows = rows.outerjoin(Completion, Completion.id == HoursEntry.completion_id)
    rows = rows.outerjoin(CourseRevision, CourseRevision.id == Completion.course_revision_id).where(HoursEntry.person_id == person_id)
    return Kept("hours_entry", _("Số tiết bồi dưỡng"), columns, _rows(rows.order_by(HoursEntry.id)))


def _questions(person_id: int) -> Kept:
    columns = [("lesson", _("Bài học")), ("text", _("Câu hỏi")), ("asked_at", _("Lúc")), ("answer", _("Trả lời"))]
    rows = sa.select(LessonRevision.title.label("lesson"), LessonQuestion.text, LessonQuestion.asked_at, LessonQuestion.answer)
    rows = rows.join(LessonRevision, LessonRevision.id == LessonQuestion.lesson_revision_id).where(LessonQuestion.person_id == person_id)
    return Kept("lesson_question", _("Câu hỏi gửi giảng viên"), columns, _rows(rows.order_by(LessonQuestion.id)))


def _surveys(person_id: int) -> Kept:
    given = sa.select(CourseRevision.title.label("course")).join(Enrolment, Enrolment.course_revision_id == CourseRevision.id)
    given = given.join(SurveyGiven, SurveyGiven.enrolment_id == Enrolment.id).where(Enrolment.person_id == person_id).order_by(Enrolment.id)
    return Kept("survey_given", _("Đã góp ý ẩn danh (hệ thống không lưu ai góp ý gì)"), [("course", _("Khóa học"))], _rows(given))


def forget_names(ids: Collection[int], name: str) -> None:
    """Enrolments of these people bear this name from now on."""
    db.session.execute(sa.update(Enrolment).where(Enrolment.person_id.in_(ids)).values(person_name=name))
