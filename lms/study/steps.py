"""Where a learner stands: an enrolment, the steps of its course, and what is still missing. Pure data, no database."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from lms.base import clock
from lms.quizzes import Attempt, QuizRules, Standing, standing

from .locks import is_out_of_reach, lock_of, wanted_scores


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
    key: str
    prerequisites: list[str]

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
class Sat:
    """An attempt of the learner. level: what the rules let be seen of it now: "nothing", "score", "marks" or "answers"."""

    attempt: Attempt
    level: str

    @property
    def percent(self) -> int | None:
        """Its result in whole percent; None while it is open, waits for a marker, or may not be seen."""
        return None if self.level == "nothing" else self.attempt.percent


@dataclass(frozen=True)
class Step:
    """A lesson, or a quiz by its rules, of a course, and what the learner did with it. extra: attempts allowed beyond the rules.

    section, is_optional, release: as in CourseStep. lock: why the learner may not open it yet and when it opens, in a sentence; "" when it is open.
    wanted: of a quiz, the score in percent for which another step of the course waits.
    """

    revision_id: int
    position: int
    key: str
    title: dict[str, Any]
    minutes: int | None
    lesson_id: int | None
    lesson_revision_id: int | None
    is_read: bool
    rules: QuizRules | None = None
    sat: list[Sat] = field(default_factory=list)
    extra: int = 0
    section: dict[str, Any] | None = None
    is_optional: bool = False
    release: dict[str, Any] | None = None
    lock: str = ""
    wanted: int = 0

    @property
    def kind(self) -> str:
        """Either "lesson" or "quiz"."""
        return "lesson" if self.rules is None else "quiz"

    @property
    def counts(self) -> bool:
        """A quiz that must be passed. Practice leaves no record, so it never counts."""
        return self.rules is not None and self.rules.counts and not self.is_practice

    @property
    def is_practice(self) -> bool:
        """A quiz of which nothing is recorded."""
        return self.rules is not None and self.rules.behaviour == "practice"

    @property
    def is_placement(self) -> bool:
        """A quiz whose result is a level for each topic."""
        return self.rules is not None and self.rules.is_placement

    @property
    def is_settled(self) -> bool:
        """A counting quiz that was passed: it is not sat again, unless a step waits for a better score. A placement may be."""
        return self.counts and self.is_passed and not self.is_placement and (self.standing.percent or 0) >= self.wanted

    @property
    def pass_percent(self) -> int:
        """The pass mark."""
        return self.rules.pass_percent if self.rules else 0

    @property
    def questions(self) -> int:
        """How many questions a paper has."""
        return self.rules.total if self.rules else 0

    @property
    def used(self) -> int:
        """How many attempts were begun."""
        return len(self.sat)

    @property
    def open_id(self) -> int | None:
        """The attempt that is open."""
        return next((one.attempt.id for one in self.sat if one.attempt.is_open), None)

    @property
    def closed(self) -> list[Sat]:
        """The attempts that are closed, the first one first."""
        return [one for one in self.sat if not one.attempt.is_open]

    @cached_property
    def standing(self) -> Standing:
        """What the attempts come to."""
        return standing([one.attempt for one in self.sat], self.rules.takes if self.rules else "best", self.pass_percent)

    @property
    def percent(self) -> int | None:
        """The result that counts, where it may be seen."""
        return self.standing.percent if all(one.level != "nothing" for one in self.closed) else None

    @property
    def is_passed(self) -> bool:
        """Passed by what counts; a placement as soon as it has its result."""
        return self.standing.attempt is not None if self.is_placement else self.standing.is_passed

    @property
    def is_waiting(self) -> bool:
        """Handed in, and a person must mark it before anything is known."""
        return self.standing.is_waiting

    @property
    def attempts(self) -> int | None:
        """How many times it may be begun, what is allowed beyond the rules included; None: any number."""
        return None if self.rules is None or self.rules.attempts is None else self.rules.attempts + self.extra

    @property
    def attempts_left(self) -> int | None:
        """How many times the quiz may still be begun; None: any number."""
        return None if self.attempts is None else max(0, self.attempts - self.used)

    @property
    def waits_until(self) -> datetime | None:
        """From when on the next attempt may be begun, if that is later than now."""
        last = max((one.attempt.closed_at for one in self.closed if one.attempt.closed_at), default=None)
        if self.rules is None or self.rules.wait_minutes is None or last is None:
            return None
        until = last + timedelta(minutes=self.rules.wait_minutes)
        return until if until > clock.now() else None

    @property
    def is_early(self) -> bool:
        """Whether the window of the quiz has not opened yet."""
        return self.rules is not None and self.rules.opens_at is not None and clock.now() < self.rules.opens_at

    @property
    def is_closed(self) -> bool:
        """Whether the window of the quiz is over."""
        return self.rules is not None and self.rules.closes_at is not None and clock.now() >= self.rules.closes_at

    @property
    def is_done(self) -> bool:
        """A lesson that was read, a counting quiz that was passed, another one that was tried."""
        return self.is_read or (self.kind == "quiz" and (self.is_passed if self.counts else bool(self.used)))

    @property
    def is_needed(self) -> bool:
        """Whether the course cannot be completed without it."""
        return self.counts if self.kind == "quiz" else not self.is_optional

    @property
    def is_spent(self) -> bool:
        """A quiz not passed that another attempt cannot help: they are used up, or only the first one counts. Not while one waits for its mark."""
        return self.kind == "quiz" and not self.is_passed and self.is_settled_for_good

    @property
    def is_settled_for_good(self) -> bool:
        """A quiz whose result no further attempt can change: they are used up, or only the first one counts. Not while one waits for its mark."""
        if self.is_waiting or self.open_id is not None:
            return False
        is_decided = self.rules is not None and self.rules.takes == "first" and self.counts and bool(self.closed)
        return self.attempts_left == 0 or is_decided


@dataclass(frozen=True)
class Progress:
    """The steps of a course in order, as the learner stands. closed: why the course cannot be begun yet, in a sentence; "" when it can."""

    steps: list[Step]
    closed: str = ""

    def __post_init__(self) -> None:
        wanted = wanted_scores(self.steps)
        locks = [lock_of(step, self.steps[:index], self.closed) for index, step in enumerate(self.steps)]
        told = [replace(step, lock=lock, wanted=wanted.get(step.key, 0)) for step, lock in zip(self.steps, locks, strict=True)]
        object.__setattr__(self, "steps", told)

    def lock_of(self, step: Step) -> str:
        """Why a step may not be opened yet and when it opens; "" when it is open."""
        return next(one.lock for one in self.steps if (one.kind, one.key) == (step.kind, step.key))

    @property
    def sections(self) -> list[tuple[dict[str, Any] | None, list[Step]]]:
        """The steps by the sections in which they stand: (title of the section or None, its steps)."""
        return [(title, list(steps)) for title, steps in groupby(self.steps, lambda step: step.section)]

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
        """The lessons that must still be read."""
        return [step for step in self.lessons if step.is_needed and not step.is_read]

    @property
    def missing_quizzes(self) -> list[Step]:
        """The counting quizzes that are still to be passed."""
        return [step for step in self.steps if step.kind == "quiz" and step.counts and not step.is_passed]

    @property
    def is_stuck(self) -> bool:
        """Whether a quiz that the course demands can no longer be sat, or a demanded step waits for a score that can no longer be reached."""
        return any(step.is_spent for step in self.missing_quizzes) or any(step.is_needed and self._is_hopeless(step) for step in self.steps)

    def _is_hopeless(self, step: Step) -> bool:
        wanted = self.step("quiz", (step.release or {}).get("score", {}).get("quiz", "")) if step.lock else None
        return wanted is not None and is_out_of_reach(step.release or {}, [wanted])

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
        """What to do now: an open quiz, else the first unread lesson, else a quiz to pass. Never what is locked. None: nothing can be done."""
        is_open = [step for step in self.steps if step.open_id]
        return next(iter([*is_open, *(step for step in self._to_do if not step.lock)]), None)

    @property
    def _to_do(self) -> list[Step]:
        return [*self.unread, *(step for step in self.missing_quizzes if not step.is_spent and not step.is_waiting)]

    @property
    def waits_for(self) -> Step | None:
        """Where nothing can be done now: the first locked step that is still to be done. Its `lock` says when it opens."""
        return None if self.next else next((step for step in self._to_do if step.lock), None)

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
