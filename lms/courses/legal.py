"""The law behind the lessons: what is due for review, and which lessons cite a legal basis that was changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.agencies import Agency, AgencyWithin, holds_on
from lms.base import TRAINER, Refused, clock, db, fold
from lms.base import gettext as _
from lms.people import Person
from lms.site import record

from .actions import save_draft
from .drafts import source_of_draft
from .folder import LessonSource
from .models import Course, CourseRevision, CourseStep, CourseTrainer, LegalChange, Lesson, LessonRevision
from .queries import is_current
from .teaching import EDITORS, teaches

YEAR = timedelta(days=365)
SHORTEST, MOST = 4, 200


@dataclass(frozen=True)
class Change:
    """A legal basis that was marked as changed. recorded_at: from then on lessons that cite it are to be looked at again."""

    id: int
    basis: str
    search: str
    changed_on: date
    replaced_by: str | None
    note: str | None
    recorded_at: datetime
    recorded_by_id: int | None
    recorded_by: str
    agency_name: str


@dataclass(frozen=True)
class Cited:
    """A lesson of a course that the viewer looks after, as it stands now (its draft, else what is published). can_edit: the viewer may change it."""

    course_id: int
    course_title: dict[str, Any]
    lesson: Lesson
    title: dict[str, Any]
    legal_basis: list[str]
    reviewed_on: date | None
    written_at: datetime
    can_edit: bool
    changes: Sequence[Change] = ()

    @property
    def is_drafted(self) -> bool:
        """Whether it is a draft that says so."""
        return self.lesson.draft is not None

    @property
    def is_old(self) -> bool:
        """Whether its review is missing or older than a year."""
        return self.reviewed_on is None or is_review_old(self)


def is_review_old(said: LessonSource | Cited) -> bool:
    """Whether the last review is older than a year."""
    return said.reviewed_on is not None and said.reviewed_on < clock.today() - YEAR


def cites(bases: Iterable[str], search: str) -> bool:
    """Whether one of the lines cites this folded text as a whole: "13/2023" is not in "113/2023"."""
    whole = re.compile(rf"(?<![0-9a-z]){re.escape(search)}(?![0-9a-z])")
    return any(whole.search(fold(line)) for line in bases)


def changed_since(said: LessonSource | Cited, written_at: datetime, changes: Iterable[Change]) -> list[Change]:
    """The changes of what the text cites that were recorded after it was reviewed (on the same day: after it was written)."""
    return [change for change in changes if _is_later(change, said.reviewed_on, written_at) and cites(said.legal_basis, change.search)]


def _is_later(change: Change, reviewed_on: date | None, written_at: datetime) -> bool:
    recorded_on = clock.local(change.recorded_at).date()
    return reviewed_on is None or reviewed_on < recorded_on or (reviewed_on == recorded_on and written_at < change.recorded_at)


def _seen_by(viewer: Any) -> sa.ColumnElement[bool]:
    """Changes recorded at an agency above the viewer's own ones as a trainer, at them, or below."""
    above = sa.select(AgencyWithin.ancestor_id).where(AgencyWithin.agency_id.in_(viewer.agencies_of(TRAINER)), holds_on(AgencyWithin, clock.today()))
    return sa.or_(LegalChange.agency_id.in_(viewer.reach(TRAINER)), LegalChange.agency_id.in_(above))


def _changes(viewer: Any) -> sa.Select[Any]:
    columns: list[Any] = [LegalChange.id, LegalChange.basis, LegalChange.search, LegalChange.changed_on, LegalChange.replaced_by, LegalChange.note]
    columns += [LegalChange.recorded_at, LegalChange.recorded_by_id, sa.func.coalesce(Person.full_name, ""), Agency.name]
    found = sa.select(*columns).join(Agency, Agency.id == LegalChange.agency_id).outerjoin(Person, Person.id == LegalChange.recorded_by_id)
    return found.where(_seen_by(viewer)).order_by(LegalChange.recorded_at.desc(), LegalChange.id.desc())


def legal_changes(viewer: Any) -> list[Change]:
    """The changes that concern the viewer, latest first; one statement."""
    return [Change(*row) for row in db.session.execute(_changes(viewer).limit(MOST))]


def legal_change(viewer: Any, change_id: int) -> Change | None:
    """One of them, or None."""
    row = db.session.execute(_changes(viewer).where(LegalChange.id == change_id)).first()
    return Change(*row) if row else None


def _lessons(viewer: Any) -> list[Cited]:
    """The lessons of the courses that the viewer looks after and that are not retired: what learners are shown now, and drafts."""
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    is_shown = sa.exists().where(CourseStep.revision_id == CourseRevision.id, CourseStep.lesson_revision_id == LessonRevision.id)
    columns: list[Any] = [Course.id, CourseRevision.title, CourseTrainer.part, Lesson, LessonRevision.title, LessonRevision.legal_basis]
    rows = (
        sa.select(*columns, LessonRevision.reviewed_on, LessonRevision.published_at)
        .join(CourseTrainer, sa.and_(CourseTrainer.course_id == Course.id, CourseTrainer.person_id == viewer.person_id))
        .join(CourseRevision, is_current())
        .join(Lesson, Lesson.course_id == Course.id)
        .join(LessonRevision, is_published)
        .where(Course.state != "retired", sa.or_(Lesson.draft.is_not(None), is_shown))
        .order_by(Course.key, Lesson.key)
    )
    return [_cited(*row) for row in db.session.execute(rows)]


def _cited(course_id: int, course_title: dict[str, Any], part: str, lesson: Lesson, *published: Any) -> Cited:
    title, basis, reviewed_on, published_at = published
    can_edit = part in EDITORS
    if lesson.draft is None:
        return Cited(course_id, course_title, lesson, title, basis, reviewed_on, published_at, can_edit)
    said = source_of_draft(lesson.draft)
    return Cited(course_id, course_title, lesson, said.title, said.legal_basis, said.reviewed_on, lesson.draft_at or published_at, can_edit)


def reviews_due(viewer: Any) -> list[Cited]:
    """The lessons that the viewer looks after and that are due: changed law first, then the longest without review. Two statements."""
    changes = legal_changes(viewer)
    seen = [replace(one, changes=changed_since(one, one.written_at, changes)) for one in _lessons(viewer)]
    due = [one for one in seen if one.changes or one.is_old]
    return sorted(due, key=lambda one: (not one.changes, one.reviewed_on or date.min))


def citing(viewer: Any, change: Change) -> tuple[list[Cited], int]:
    """(the lessons that the viewer looks after and that cite the changed basis, how many others in courses within reach do). Two statements."""
    own = [one for one in _lessons(viewer) if cites(one.legal_basis, change.search)]
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    others = (
        sa.select(LessonRevision.legal_basis)
        .join(Lesson, is_published)
        .join(Course, Course.id == Lesson.course_id)
        .join(CourseRevision, is_current())
        .join(CourseStep, sa.and_(CourseStep.revision_id == CourseRevision.id, CourseStep.lesson_revision_id == LessonRevision.id))
        .where(Course.agency_id.in_(viewer.reach(TRAINER)), Course.state != "retired", Course.id.not_in(teaches(viewer)))
        .where(LessonRevision.basis_search.contains(change.search, autoescape=True))
    )
    return own, sum(cites(basis, change.search) for basis in db.session.scalars(others))


def agencies_to_record_at(viewer: Any) -> list[Any]:
    """Rows (id, name) of the agencies at which the viewer is a trainer."""
    return list(db.session.execute(sa.select(Agency.id, Agency.name).where(Agency.id.in_(viewer.agencies_of(TRAINER))).order_by(Agency.id)))


def record_change(actor: Any, agency_id: int, basis: str, changed_on: date, replaced_by: str = "", note: str = "") -> int:
    """Note that a legal basis was changed; from now on every lesson that cites it is due. Returns the id.

    `basis`: its number (13/2023/NĐ-CP) or name, as lessons write it; accents and case do not matter. Refused for an agency at which the actor
    is no trainer, and for what is too short to find anything by.
    """
    search = fold(basis)
    if agency_id not in actor.agencies_of(TRAINER):
        raise Refused(_("Anh/Chị chọn một đơn vị trong phạm vi của mình."), "agency_id")
    if len(search) < SHORTEST:
        raise Refused(_("Anh/Chị ghi số hiệu hoặc tên văn bản, ít nhất %(n)s ký tự.", n=SHORTEST), "basis")
    made = {"recorded_at": clock.now(), "recorded_by_id": actor.person_id}
    values = {"agency_id": agency_id, "basis": basis, "search": search, "changed_on": changed_on}
    change = LegalChange(**values, replaced_by=replaced_by or None, note=note or None, **made)
    db.session.add(change)
    db.session.flush()
    record(actor, "record", "legal-change", change.id, agency_id=agency_id, name=basis, on=changed_on.isoformat())
    return change.id


def withdraw_change(actor: Any, change: Change) -> None:
    """Take back what the actor recorded by mistake: nothing is due because of it any more. Twice is once. Refused for what others recorded."""
    own = sa.delete(LegalChange).where(LegalChange.id == change.id, LegalChange.recorded_by_id == actor.person_id)
    agency_id = db.session.scalar(own.returning(LegalChange.agency_id))
    if agency_id is None:
        raise Refused(_("Chỉ người đã ghi nhận mới bỏ được ghi nhận này."))
    record(actor, "withdraw", "legal-change", change.id, agency_id=agency_id, name=change.basis)


def confirm_reviewed(actor: Any, lesson: Lesson, agency_id: int, said: LessonSource, version: int) -> None:
    """The actor looked at the lesson and it still holds: a draft that says so with today's day. DraftConflict as in `save_draft`."""
    if said.reviewed_on == clock.today() and lesson.draft is not None:
        raise Refused(_("Bản nháp của bài đã ghi ngày rà soát hôm nay. Anh/Chị công bố khóa học để đưa đến học viên."))
    save_draft(actor, lesson, agency_id, replace(said, reviewed_on=clock.today()), version)
