"""What would be published now: the texts and the outline of a course with its drafts, and what of it is new."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.base import db
from lms.people import Person
from lms.quizzes import Quiz, QuizVersion, total_of

from .course_drafts import TEXTS, course_source_of_draft
from .drafts import source_of, source_of_draft
from .folder import CourseSource, LessonSource, OutlineStep
from .models import Course, CourseReview, CourseRevision, CourseStep, CourseTrainer, Lesson, LessonRevision
from .queries import is_current

Steps = list[dict[str, Any]]
NAMES = ("key", "section", "is_optional", "release", "lesson_revision_id", "quiz_version_id")


@lru_cache(maxsize=256)
def _read(draft: str) -> LessonSource:
    """A page and its publication read the same drafts again and again."""
    return source_of_draft(draft)


@dataclass(frozen=True)
class PendingLesson:
    """A lesson with its published revision (number 0: never) and who wrote its draft, if it has one."""

    lesson: Lesson
    revision: LessonRevision
    drafted_by: str

    @property
    def has_draft(self) -> bool:
        """Whether it says something that is not published."""
        return self.lesson.draft is not None

    @property
    def said(self) -> LessonSource | None:
        """What it says now: the draft, else what is published; None when it says nothing yet."""
        if self.lesson.draft is not None:
            return _read(self.lesson.draft)
        return source_of(self.revision) if self.revision.number else None


@dataclass(frozen=True)
class Pending:
    """A course with all that would be published. part: the viewer's; review: the latest, with who asked and who decided.

    steps: of the published revision. lessons and quizzes (their current versions): by key, also those outside the outline.
    """

    course: Course
    current: CourseRevision
    part: str | None
    review: CourseReview | None
    asked_by: str
    decided_by: str
    steps: Steps
    said: CourseSource
    lessons: Mapping[str, PendingLesson]
    quizzes: Mapping[str, QuizVersion]

    @property
    def outline(self) -> Sequence[OutlineStep]:
        """The steps as they are planned."""
        return self.said.outline

    @property
    def drafted(self) -> list[PendingLesson]:
        """The lessons of the outline that have a draft, in its order."""
        found = [self.lessons[step.key] for step in self.outline if step.kind == "lesson" and step.key in self.lessons]
        return [one for one in found if one.has_draft]

    @property
    def left_out(self) -> list[PendingLesson]:
        """The lessons with a draft that stand nowhere in the outline: they stay drafts."""
        keys = {step.key for step in self.outline if step.kind == "lesson"}
        return [one for key, one in self.lessons.items() if one.has_draft and key not in keys]

    @property
    def new_rules(self) -> list[QuizVersion]:
        """The quizzes of the outline whose rules were changed since the course was published."""
        shown = {step["key"]: step["quiz_version_id"] for step in self.steps if step["quiz_version_id"]}
        return [quiz for key, quiz in self.quizzes.items() if key in shown and shown[key] != quiz.id]

    @property
    def questions(self) -> dict[str, int]:
        """How many questions each quiz asks."""
        return {key: total_of(quiz.blueprint) for key, quiz in self.quizzes.items()}

    @property
    def is_drafted(self) -> bool:
        """Whether texts or outline of the course itself are drafted."""
        return self.course.draft is not None

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to publish."""
        return bool(self.drafted or self.is_drafted or self.new_rules or not self.course.revision_number)

    @property
    def number(self) -> int:
        """How many drafts there are."""
        return len(self.drafted) + self.is_drafted

    @property
    def digest(self) -> str:
        """Of all that would be published: a review counts for exactly this."""
        drafts = sorted((one.lesson.key, one.lesson.draft) for one in self.drafted)
        rules = sorted(self.quizzes[step.key].id for step in self.outline if step.kind == "quiz" and step.key in self.quizzes)
        whole = [self.course.revision_number, self.course.draft, drafts, rules]
        return sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()

    @property
    def writers(self) -> set[int]:
        """Who wrote any of the drafts last."""
        own = [self.course.draft_by_id] if self.is_drafted else []
        return {person for person in [*own, *(one.lesson.draft_by_id for one in self.drafted)] if person is not None}

    @property
    def is_approved(self) -> bool:
        """Whether a second person approved exactly this."""
        return self.review is not None and self.review.state == "approved" and self.review.digest == self.digest

    @property
    def is_asked(self) -> bool:
        """Whether a second person was asked and has not decided yet."""
        return self.review is not None and self.review.state == "asked"


def pending_for(viewer: Any, course_id: int, to_edit: bool = False) -> Pending | None:
    """What would be published of a course that the viewer looks after (`to_edit`: and may change), or None. Four statements."""
    own = sa.and_(CourseTrainer.course_id == Course.id, CourseTrainer.person_id == viewer.person_id)
    found = _course(course_id, CourseTrainer.part).join(CourseTrainer, own)
    row = db.session.execute(found.where(CourseTrainer.part != "reviewer") if to_edit else found).first()
    return _pending(*row) if row else None


def pending_of(course_id: int) -> Pending:
    """What would be published of a course. Its row and its lessons are held until the transaction ends: nobody else publishes or writes meanwhile."""
    db.session.execute(sa.select(Course.id).where(Course.id == course_id).with_for_update())
    db.session.execute(sa.select(Lesson.id).where(Lesson.course_id == course_id).order_by(Lesson.id).with_for_update())
    return _pending(*db.session.execute(_course(course_id, sa.null())).one())


def _course(course_id: int, part: Any) -> sa.Select[Any]:
    latest = sa.select(sa.func.max(CourseReview.id)).where(CourseReview.course_id == Course.id).correlate(Course).scalar_subquery()
    asker, decider = aliased(Person), aliased(Person)
    return (
        sa.select(Course, CourseRevision, part, CourseReview, asker.full_name, decider.full_name)
        .join(CourseRevision, is_current())
        .outerjoin(CourseReview, CourseReview.id == latest)
        .outerjoin(asker, asker.id == CourseReview.asked_by_id)
        .outerjoin(decider, decider.id == CourseReview.decided_by_id)
        .where(Course.id == course_id)
        .execution_options(populate_existing=True)
    )


def _pending(course: Course, current: CourseRevision, part: str | None, review: CourseReview | None, asker: str, decider: str) -> Pending:
    steps = steps_of_revision(current.id)
    said = _said(current, steps) if course.draft is None else course_source_of_draft(course.draft)
    return Pending(course, current, part, review, asker or "", decider or "", steps, said, _lessons(course.id), quizzes_of(course.bank_id))


def _said(current: CourseRevision, steps: Steps) -> CourseSource:
    outline = [OutlineStep("quiz" if step["lesson_revision_id"] is None else "lesson", *(step[name] for name in NAMES[:4])) for step in steps]
    return CourseSource(**{name: getattr(current, name) for name in TEXTS}, outline=outline)


def _lessons(course_id: int) -> dict[str, PendingLesson]:
    is_published = sa.and_(LessonRevision.lesson_id == Lesson.id, LessonRevision.number == Lesson.revision_number)
    found = sa.select(Lesson, LessonRevision, Person.full_name).join(LessonRevision, is_published)
    found = found.outerjoin(Person, Person.id == Lesson.draft_by_id).where(Lesson.course_id == course_id).order_by(Lesson.key)
    rows = db.session.execute(found.execution_options(populate_existing=True))
    return {lesson.key: PendingLesson(lesson, revision, name or "") for lesson, revision, name in rows}


def quizzes_of(bank_id: int) -> dict[str, QuizVersion]:
    """The current version of each quiz of a bank, by key of the quiz."""
    is_newest = sa.and_(QuizVersion.quiz_id == Quiz.id, QuizVersion.number == Quiz.version_number)
    rows = sa.select(Quiz.key, QuizVersion).join(QuizVersion, is_newest).where(Quiz.bank_id == bank_id).order_by(Quiz.key)
    return {key: version for key, version in db.session.execute(rows)}


def steps_of_revision(revision_id: int) -> Steps:
    """The rows of the steps of a published revision, as they are planned and what they show."""
    columns = [getattr(CourseStep, name) for name in NAMES]
    rows = db.session.execute(sa.select(*columns).where(CourseStep.revision_id == revision_id).order_by(CourseStep.position))
    return [dict(zip(NAMES, row, strict=True)) for row in rows]
