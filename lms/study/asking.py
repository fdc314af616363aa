"""Questions to the trainers at a lesson: asked by a learner, answered by a trainer, and shown to everybody when the trainer says so."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from lms.base import Refused, clock, db
from lms.base import gettext as _
from lms.courses import LessonRevision, teaches
from lms.people import Person, Viewer
from lms.site import record

from .models import Enrolment, LessonQuestion
from .steps import Enrolled, Step

SHOWN = 30
MOST_A_DAY = 5


def questions_at(viewer: Viewer, lesson_id: int) -> list[Any]:
    """Rows (id, text, answer, state, is_own, asked_at) at a lesson: the viewer's own, and those that the trainers show to all. One statement."""
    is_own = LessonQuestion.person_id == viewer.person_id
    columns = (LessonQuestion.id, LessonQuestion.text, LessonQuestion.answer, LessonQuestion.state, is_own.label("is_own"), LessonQuestion.asked_at)
    found = sa.select(*columns).where(LessonQuestion.lesson_id == lesson_id, sa.or_(is_own, LessonQuestion.state == "shared"))
    return list(db.session.execute(found.order_by(is_own.desc(), LessonQuestion.id.desc()).limit(SHOWN)))


def ask_question(actor: Viewer, enrolment: Enrolled, step: Step, text: str) -> None:
    """Ask the trainers about a lesson that one learns. Refused after five questions in a day; the same question again is the same question."""
    own = sa.select(LessonQuestion).where(LessonQuestion.person_id == actor.person_id)
    db.session.execute(sa.select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    if db.session.scalars(own.where(LessonQuestion.lesson_id == step.lesson_id, LessonQuestion.text == text)).first():
        return
    since = clock.now() - timedelta(days=1)
    if (db.session.scalar(sa.select(sa.func.count()).select_from(own.where(LessonQuestion.asked_at > since).subquery())) or 0) >= MOST_A_DAY:
        raise Refused(
            _("Anh/Chị đã gửi %(n)s câu hỏi trong một ngày. Anh/Chị đợi giảng viên trả lời, hoặc gửi tiếp vào ngày mai.", n=MOST_A_DAY), "text"
        )
    asked = LessonQuestion(
        course_id=enrolment.course_id,
        lesson_id=step.lesson_id,
        lesson_revision_id=step.lesson_revision_id,
        enrolment_id=enrolment.id,
        person_id=actor.person_id,
        text=text,
        asked_at=clock.now(),
        state="asked",
    )
    db.session.add(asked)
    db.session.flush()
    record(actor, "ask", "lesson-question", asked.id, enrolment.agency_id, course=enrolment.course_id)


def _taught(viewer: Viewer, course_id: int) -> sa.Select[Any]:
    """Questions of a course that the viewer looks after; with the asker's name and agency of the enrolment, and the lesson's title."""
    columns: list[Any] = [LessonQuestion.id, LessonQuestion.course_id, LessonQuestion.lesson_id, LessonQuestion.text, LessonQuestion.asked_at]
    columns += [LessonQuestion.state, LessonQuestion.answer, LessonQuestion.answered_at, LessonRevision.title]
    columns += [Person.full_name, Enrolment.agency_name]
    return (
        sa.select(*columns)
        .join(LessonRevision, LessonRevision.id == LessonQuestion.lesson_revision_id)
        .join(Enrolment, Enrolment.id == LessonQuestion.enrolment_id)
        .join(Person, Person.id == LessonQuestion.person_id)
        .where(LessonQuestion.course_id == course_id, LessonQuestion.course_id.in_(teaches(viewer)))
    )


def questions_taught(viewer: Viewer, course_id: int, state: str) -> list[Any]:
    """The questions of a course in a state, the longest waiting first; the latest first once they are answered."""
    order = LessonQuestion.id if state == "asked" else LessonQuestion.id.desc()
    return list(db.session.execute(_taught(viewer, course_id).where(LessonQuestion.state == state).order_by(order).limit(SHOWN)))


def counts_taught(viewer: Viewer, course_id: int) -> dict[str, int]:
    """state -> how many questions of the course are in it."""
    found = _taught(viewer, course_id).with_only_columns(LessonQuestion.state, sa.func.count()).group_by(LessonQuestion.state)
    return {state: number for state, number in db.session.execute(found)}


def question_taught(viewer: Viewer, course_id: int, question_id: int) -> Any:
    """One question of a course that the viewer looks after, or None."""
    return db.session.execute(_taught(viewer, course_id).where(LessonQuestion.id == question_id)).first()


def seen_of(question: Any) -> str:
    """What a form carries to say which answer its page showed."""
    return question.answered_at.isoformat() if question.answered_at else ""


def answer_question(actor: Viewer, question: Any, answer: str, is_shared: bool, seen: str) -> None:
    """Answer, or change the answer. `question` is as it is now, `seen` what the form showed: refused when another trainer answered in between."""
    now = LessonQuestion.answered_at.is_(None) if question.answered_at is None else LessonQuestion.answered_at == question.answered_at
    values = {"answer": answer, "state": "shared" if is_shared else "answered", "answered_at": clock.now(), "answered_by_id": actor.person_id}
    changed = sa.update(LessonQuestion).where(LessonQuestion.id == question.id, now).values(**values)
    if seen != seen_of(question) or db.session.execute(changed).rowcount == 0:  # type: ignore[attr-defined]
        raise Refused(_("Giảng viên khác vừa trả lời câu hỏi này. Anh/Chị xem câu trả lời đó ở trên, rồi lưu lại nếu cần."))
    record(actor, "answer", "lesson-question", question.id, actor.agency_id, course=question.course_id, is_shared=is_shared)
