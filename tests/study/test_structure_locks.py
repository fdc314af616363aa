"""When a step opens: pure data, without a database."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lms.base import clock
from lms.quizzes import QuizRules
from lms.study import Progress, Step
from lms.study.steps import Sat
from tests.conftest import FakeClock


@dataclass
class One:
    """An attempt as a step reads it."""

    number: int
    points: int | None
    state: str = "submitted"
    id: int = 1
    max_points: int = 100
    closed_at: Any = None
    pass_percent: int = 80

    @property
    def is_open(self) -> bool:
        """Whether it is being sat."""
        return self.state == "open"

    @property
    def is_passed(self) -> bool | None:
        """At the pass mark."""
        return None if self.points is None else self.points >= self.pass_percent


@dataclass
class Rules:
    """What a step reads of the rules of a quiz."""

    counts: bool = True
    behaviour: str = "deferred"
    is_placement: bool = False
    takes: str = "best"
    pass_percent: int = 80
    attempts: int | None = None
    wait_minutes: int | None = None
    total: int = 5
    opens_at: Any = None
    closes_at: Any = None
    levels: list[Any] = field(default_factory=list)


def lesson(key: str, is_read: bool = False, **more: Any) -> Step:
    """A lesson of ten minutes."""
    return Step(1, 1, key, {"vi": f"Bài {key}"}, 10, 1, 1, is_read, **more)


def quiz(key: str, *points: int | None, rules: Rules | None = None, **more: Any) -> Step:
    """A quiz of twenty minutes with these attempts."""
    wanted: Any = rules or Rules()
    said: QuizRules = wanted
    attempts: list[Any] = [One(number, each) for number, each in enumerate(points, 1)]
    return Step(1, 1, key, {"vi": f"Thi {key}"}, 20, None, None, False, rules=said, sat=[Sat(one, "score") for one in attempts], **more)


def lock(*steps: Step, closed: str = "") -> str:
    """Why the last of these steps is locked."""
    return Progress(list(steps), closed).steps[-1].lock


def test_without_a_condition_every_step_is_open() -> None:
    assert lock(lesson("a"), quiz("t"), lesson("b")) == ""


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (lesson("a"), "Mở sau khi Anh/Chị học xong “Bài a”."),
        (lesson("a", True), ""),
        (quiz("a"), "Mở sau khi Anh/Chị đạt “Thi a”."),
        (quiz("a", 79), "Mở sau khi Anh/Chị đạt “Thi a”."),
        (quiz("a", None), "Mở khi giảng viên chấm xong “Thi a” và Anh/Chị đạt."),
        (quiz("a", 80), ""),
        (quiz("a", rules=Rules(counts=False)), "Mở sau khi Anh/Chị làm “Thi a”."),
        (quiz("a", 0, rules=Rules(counts=False)), ""),
        (quiz("a", rules=Rules(behaviour="practice")), ""),
    ],
)
def test_a_step_opens_after_another_one_is_done(before: Step, sentence: str) -> None:
    assert lock(before, lesson("b", release={"after": "a"})) == sentence


def test_a_step_opens_on_its_day_in_vietnam(time: FakeClock) -> None:
    day = date(2026, 12, 1)
    step = lesson("b", release={"from": day.isoformat()})
    time.now = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)  # midnight in Vietnam is 17:00
    assert lock(step) == "Mở từ ngày 01/12/2026."
    time.forward(minutes=1)
    assert lock(step) == ""


@pytest.mark.parametrize(
    ("points", "is_open"),
    [((), False), ((89,), False), ((90,), True), ((90, 20), True), ((None,), False)],
)
def test_a_step_opens_after_a_score(points: tuple[int | None, ...], is_open: bool) -> None:
    said = lock(quiz("t", *points), lesson("b", release={"score": {"quiz": "t", "percent": 90}}))
    assert said == ("" if is_open else "Mở khi Anh/Chị đạt từ 90% ở “Thi t”.")


def test_all_conditions_must_hold_and_all_are_said() -> None:
    day = clock.today() + timedelta(days=3)
    release = {"after": "a", "from": day.isoformat(), "score": {"quiz": "t", "percent": 50}}
    said = lock(lesson("a"), quiz("t"), lesson("b", release=release))
    assert "“Bài a”" in said and f"{day:%d/%m/%Y}" in said and "50%" in said
    assert lock(lesson("a", True), quiz("t", 60), lesson("b", release=release)) == f"Mở từ ngày {day:%d/%m/%Y}."


@pytest.mark.parametrize("release", [{"after": "c"}, {"after": "khong-co"}, {"score": {"quiz": "khong-co", "percent": 1}}, {"after": "b"}])
def test_a_condition_on_what_does_not_stand_before_locks_nobody_out(release: dict[str, Any]) -> None:
    assert Progress([lesson("a"), lesson("b", release=release), lesson("c")]).steps[1].lock == ""


def test_what_was_done_or_is_being_sat_is_never_locked() -> None:
    release = {"after": "a"}
    assert lock(lesson("a"), lesson("b", True, release=release)) == ""
    assert lock(lesson("a"), quiz("t", 90, release=release)) == ""
    assert lock(lesson("a"), quiz("t", 20, release=release)) != ""
    being_sat: Any = One(1, None, state="open")
    sat = quiz("t", release=release)
    sat.sat.append(Sat(being_sat, "nothing"))
    assert lock(lesson("a"), sat) == ""


def test_a_course_that_cannot_be_begun_locks_all_that_is_not_done() -> None:
    progress = Progress([lesson("a", True), lesson("b"), quiz("t")], "Trước khi học khóa này …")
    assert [step.lock for step in progress.steps] == ["", "Trước khi học khóa này …", "Trước khi học khóa này …"]
    assert progress.next is None


def test_next_never_leads_to_what_is_locked_and_says_when_it_opens() -> None:
    far = (clock.today() + timedelta(days=9)).isoformat()
    progress = Progress([lesson("a", release={"from": far}), lesson("b"), quiz("t")])
    assert progress.next is not None and progress.next.key == "b"
    assert progress.waits_for is None
    waiting = Progress([lesson("a", release={"from": far}), lesson("b", True), quiz("t", release={"after": "a"})])
    assert waiting.next is None
    assert waiting.waits_for is not None and waiting.waits_for.key == "a" and "Mở từ ngày" in waiting.waits_for.lock
    assert waiting.lock_of(waiting.steps[2]) == "Mở sau khi Anh/Chị học xong “Bài a”."


def test_optional_lessons_are_not_demanded() -> None:
    progress = Progress([lesson("a", True), lesson("b", is_optional=True), quiz("t", 90)])
    assert (progress.needed, progress.done, progress.minutes_left) == (2, 2, 0)
    assert progress.unread == [] and progress.next is None and progress.waits_for is None
    assert [step.key for step in progress.lessons] == ["a", "b"]


def test_a_passed_quiz_may_be_sat_again_while_a_step_waits_for_a_better_score() -> None:
    better = lesson("b", release={"score": {"quiz": "t", "percent": 95}})
    assert not Progress([quiz("t", 90), better]).steps[0].is_settled
    assert Progress([quiz("t", 95), better]).steps[0].is_settled
    assert Progress([quiz("t", 80)]).steps[0].is_settled


def test_sections_keep_the_order_of_the_steps() -> None:
    one, two = {"vi": "Phần 1", "en": "Part 1"}, {"vi": "Phần 2", "en": "Part 2"}
    progress = Progress([lesson("a", section=one), lesson("b", section=one), quiz("t", section=two)])
    assert [(title, [step.key for step in steps]) for title, steps in progress.sections] == [(one, ["a", "b"]), (two, ["t"])]


@pytest.mark.parametrize(
    ("rules", "is_stuck"), [(Rules(attempts=1), True), (Rules(takes="first"), True), (Rules(attempts=2), False), (Rules(), False)]
)
def test_a_score_that_can_no_longer_be_reached_is_said_and_the_course_is_stuck(rules: Rules, is_stuck: bool) -> None:
    progress = Progress([quiz("t", 85, rules=rules), lesson("b", release={"score": {"quiz": "t", "percent": 95}})])
    assert progress.is_stuck is is_stuck
    assert ("Đã hết lượt làm bài" in progress.steps[-1].lock) is is_stuck
