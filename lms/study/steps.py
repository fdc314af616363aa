"""Where a learner stands: an enrolment, the steps of its course, and what is still missing. Pure data, no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lms.base import clock


@dataclass(frozen=True)
class Enrolled:
    """An enrolment with its course, on the revision that the learner learns. Texts are {"vi": …, "en": …}."""

    id: int
    course_id: int
    bank_id: int
    revision_id: int
    cycle: int
    agency_id: int
    agency_name: str
    state: str
    is_required: bool
    due_on: date | None
    last_at: datetime | None
    title: dict[str, Any]
    summary: dict[str, Any]
    audience: dict[str, Any]
    minutes: int
    hours: int
    valid_months: int | None
    gives_certificate: bool
    completed_on: date | None
    percent: int | None
    certificate_id: int | None

    @property
    def is_unfinished(self) -> bool:
        """Whether something is still to be done."""
        return self.state in ("not_started", "in_progress")

    @property
    def days_left(self) -> int | None:
        """Days until the due day: 0 on that day, negative when it is over, None without one."""
        return (self.due_on - clock.today()).days if self.due_on else None

    @property
    def status(self) -> str:
        """The state as it is said: an unfinished enrolment past its due day is overdue."""
        is_late = self.is_unfinished and self.days_left is not None and self.days_left < 0
        return "overdue" if is_late else self.state


@dataclass(frozen=True)
class Step:
    """A lesson or a quiz of a course, and what the learner did with it."""

    revision_id: int
    position: int
    key: str
    title: dict[str, Any]
    minutes: int | None
    lesson_id: int | None
    lesson_revision_id: int | None
    quiz_id: int | None
    quiz_version_id: int | None
    counts: bool
    pass_percent: int
    attempts: int | None
    questions: int
    is_read: bool
    used: int = 0
    best_percent: int | None = None
    is_passed: bool = False
    open_id: int | None = None

    @property
    def kind(self) -> str:
        """Either "lesson" or "quiz"."""
        return "lesson" if self.lesson_id else "quiz"

    @property
    def attempts_left(self) -> int | None:
        """How many times the quiz may still be begun; None: any number."""
        return None if self.attempts is None else max(0, self.attempts - self.used)

    @property
    def is_done(self) -> bool:
        """A lesson that was read, a counting quiz that was passed, a practice quiz that was tried."""
        return self.is_read or self.is_passed or (self.kind == "quiz" and not self.counts and self.used > 0)

    @property
    def is_needed(self) -> bool:
        """Whether the course cannot be completed without it."""
        return self.kind == "lesson" or self.counts

    @property
    def is_spent(self) -> bool:
        """A quiz not passed whose attempts are used up."""
        return self.kind == "quiz" and not self.is_passed and self.attempts_left == 0 and self.open_id is None


@dataclass(frozen=True)
class Progress:
    """The steps of a course in order, as the learner stands."""

    steps: list[Step]

    @property
    def lessons(self) -> list[Step]:
        """The lessons in order."""
        return [step for step in self.steps if step.kind == "lesson"]

    @property
    def read(self) -> int:
        """How many lessons were read."""
        return sum(step.is_read for step in self.lessons)

    @property
    def unread(self) -> list[Step]:
        """The lessons that are still to be read."""
        return [step for step in self.lessons if not step.is_read]

    @property
    def missing_quizzes(self) -> list[Step]:
        """The counting quizzes that are still to be passed."""
        return [step for step in self.steps if step.kind == "quiz" and step.counts and not step.is_passed]

    @property
    def is_stuck(self) -> bool:
        """Whether a quiz that the course demands can no longer be sat."""
        return any(step.is_spent for step in self.missing_quizzes)

    @property
    def needed(self) -> int:
        """How many steps the course demands."""
        return sum(step.is_needed for step in self.steps)

    @property
    def done(self) -> int:
        """How many of the demanded steps are done."""
        return sum(step.is_needed and step.is_done for step in self.steps)

    @property
    def minutes_left(self) -> int:
        """About how long the rest takes."""
        return sum(step.minutes or 0 for step in self.steps if step.is_needed and not step.is_done)

    @property
    def next(self) -> Step | None:
        """What to do now: an open quiz, else the first unread lesson, else a quiz to pass. None: nothing can be done."""
        is_open = [step for step in self.steps if step.open_id]
        quizzes = [step for step in self.missing_quizzes if not step.is_spent]
        return next(iter([*is_open, *self.unread, *quizzes]), None)

    def around(self, step: Step) -> tuple[Step | None, Step | None]:
        """The steps before and after this one."""
        index = self.steps.index(step)
        return (self.steps[index - 1] if index else None), (self.steps[index + 1] if index + 1 < len(self.steps) else None)

    def step(self, kind: str, key: str) -> Step | None:
        """The lesson or quiz of this key."""
        return next((step for step in self.steps if step.kind == kind and step.key == key), None)

    def again(self, wrong: Iterable[tuple[str | None, int]]) -> list[tuple[Step, list[int]]]:
        """The lessons to read again after wrong answers, given as (key of the lesson, number of the question), in the order of the course."""
        wanted = list(wrong)
        found = [(lesson, [number for key, number in wanted if key == lesson.key]) for lesson in self.lessons]
        return [(lesson, numbers) for lesson, numbers in found if numbers]

    def number(self, step: Step) -> int:
        """Which lesson this is, counted from 1."""
        return self.lessons.index(step) + 1
