"""What a change elsewhere would mean to learners: of an agency, or of the marks of attempts (before a key is corrected)."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lms.agencies import holds_on
from lms.base import clock, db, in_language, sort_key
from lms.base import gettext as _
from lms.certificates import Certificate
from lms.courses import CourseRevision, CourseStep
from lms.people import Membership
from lms.quizzes import Attempt, Grade, QuizVersion

from .evidence import PORTION, done_if, quizzes_of
from .models import Completion, Enrolment


def effects_on_learners(agency_ids: Collection[int], on: date) -> list[str]:
    """What a change of these agencies from that day on means to their people: required courses stay due on the same days."""
    people = sa.select(Membership.person_id).where(Membership.agency_id.in_(agency_ids), holds_on(Membership, on - timedelta(days=1)))
    unfinished = sa.and_(Enrolment.is_required, Enrolment.state.in_(("not_started", "in_progress")))
    number = db.session.scalar(sa.select(sa.func.count()).where(Enrolment.person_id.in_(people), unfinished)) or 0
    return [_("%(n)s lượt học bắt buộc chưa hoàn thành vẫn giữ nguyên hạn.", n=number)] if number else []


def effects_of_publishing(course_ids: Collection[int], _on: date) -> list[str]:
    """Who is in the middle of these courses, on which revision, and stays there when a new one is published."""
    rows = (
        sa.select(CourseRevision.number, sa.func.count())
        .join(Enrolment, Enrolment.course_revision_id == CourseRevision.id)
        .where(Enrolment.course_id.in_(course_ids), Enrolment.state == "in_progress")
        .group_by(CourseRevision.number)
        .order_by(CourseRevision.number.desc())
    )
    counted = [_("%(n)s người đang học dở theo bản %(number)s vẫn học tiếp bản đó.", n=n, number=number) for number, n in db.session.execute(rows)]
    if not counted:
        return [_("Chưa có ai đang học dở khóa học này.")]
    return [*counted, _("Muốn họ học bản mới, sau khi công bố Anh/Chị chuyển ở trang “Chuyển người đang học”.")]


def _belonging() -> sa.Select[Any]:
    """The ids of enrolments, each with the attempts that belong to it."""
    is_own = sa.and_(Attempt.person_id == Enrolment.person_id, Attempt.cycle == Enrolment.cycle)
    return (
        sa.select(Enrolment.id)
        .join(Attempt, is_own)
        .join(QuizVersion, QuizVersion.quiz_id == Attempt.quiz_id)
        .join(CourseStep, sa.and_(CourseStep.quiz_version_id == QuizVersion.id, CourseStep.revision_id == Enrolment.course_revision_id))
    )


def _enrolments(attempt_ids: Collection[int], state: str) -> dict[int, Any]:
    """The enrolments in this state to which the attempts belong, with course and certificate, by id, in the order of names."""
    wanted = (
        sa.select(Enrolment.id, Enrolment.person_name, CourseRevision.title, CourseRevision.gives_certificate, Certificate.number_text)
        .join(CourseRevision, CourseRevision.id == Enrolment.course_revision_id)
        .outerjoin(Completion, Completion.enrolment_id == Enrolment.id)
        .outerjoin(Certificate, sa.and_(Certificate.id == Completion.certificate_id, Certificate.state == "valid"))
        .where(Enrolment.state == state)
    )
    listed, found = sorted(attempt_ids), {}
    for start in range(0, len(listed), PORTION):
        ids = _belonging().where(Attempt.id.in_(listed[start : start + PORTION]))
        found.update({row.id: row for row in db.session.execute(wanted.where(Enrolment.id.in_(ids)))})
    return dict(sorted(found.items(), key=lambda pair: (sort_key(pair[1].person_name), pair[0])))


def effects_of_passing(attempt_ids: Collection[int], _on: date) -> list[str]:
    """Who would complete which course if these attempts were passed, and would get a certificate."""
    enrolments = _enrolments(attempt_ids, "in_progress")
    completing = set(done_if(enrolments, attempt_ids))
    return [_completes(row) for id, row in enrolments.items() if id in completing]


def _completes(row: Any) -> str:
    said = {"name": row.person_name, "course": in_language(row.title)}
    if row.gives_certificate:
        return _("%(name)s hoàn thành khóa học “%(course)s” và được cấp giấy chứng nhận.", **said)
    return _("%(name)s hoàn thành khóa học “%(course)s”.", **said)


def effects_of_failing(attempt_ids: Collection[int], _on: date) -> list[str]:
    """Which completed courses, and which certificates, rest on these attempts: nothing of them is taken back by itself."""
    enrolments = _enrolments(attempt_ids, "completed")
    quizzes = quizzes_of(enrolments, failing=attempt_ids)
    return [_rests(row) for id, row in enrolments.items() if not quizzes[id].are_done]


def _rests(row: Any) -> str:
    said = {"name": row.person_name, "course": in_language(row.title)}
    if row.number_text:
        said["number"] = row.number_text
        return _("Giấy chứng nhận %(number)s của %(name)s (khóa học “%(course)s”) dựa trên bài này. Hệ thống không tự thu hồi.", **said)
    return _("%(name)s đã hoàn thành khóa học “%(course)s” nhờ bài này. Hệ thống không tự đổi.", **said)


def graded_lately() -> list[int]:
    """The enrolments in progress for which nothing is missing any more, after a mark of the last seven days that was not given at handing in."""
    since = clock.now() - timedelta(days=7)
    marked = sa.select(Grade.attempt_id).where(Grade.at >= since, Grade.reason.not_in(("submitted", "expired")))
    waiting = _belonging().where(Attempt.id.in_(marked), Enrolment.state == "in_progress")
    return done_if(set(db.session.scalars(waiting)))
