"""Marking closed attempts anew: from stored answers, with a dry run; grades are only added; what waits for a person waits."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock, db
from lms.quizzes import KINDS, regrade
from lms.quizzes.models import AttemptItem, EssayMark, QuestionVersion
from lms.site import Audit
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import Sitter, as_fields
from .trainers import attempt, essays, grades_of, item, kinds_of, sitter_of, timeline, trainer


@pytest.fixture
def sitter(app: Flask, world: World, time: FakeClock) -> Sitter:
    """An before a quiz of which every question has one right option."""
    return sitter_of(app, world, pass_percent=60, blueprint=[{"topic": "mot", "take": 2}, {"topic": "hai", "take": 1}])


def sat(sitter: Sitter, right: int) -> int:
    """A closed attempt with so many right answers."""
    attempt_id = sitter.start()
    answers = {position: keys for position, keys in sitter.right_answers(attempt_id).items() if position <= right}
    sitter.submit(attempt_id, *as_fields(answers))
    return attempt_id


def version_of(sitter: Sitter, attempt_id: int, position: int) -> tuple[int, dict[str, Any]]:
    """(id, body) of the version that an item showed."""
    wanted = sa.select(QuestionVersion).join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
    own = wanted.where(AttemptItem.attempt_id == attempt_id, AttemptItem.position == position)
    version = sitter.carry_out(lambda: db.session.scalars(own).one())
    return version.id, version.body


def turned(body: dict[str, Any]) -> dict[str, Any]:
    """The body with all its keys turned round."""
    if "options" in body:
        return body | {"options": [one | {"correct": not one["correct"]} for one in body["options"]]}
    return body


def change(sitter: Sitter, attempt_id: int, position: int, **values: Any) -> None:
    """Write to an item."""
    own = sa.update(AttemptItem).where(AttemptItem.attempt_id == attempt_id, AttemptItem.position == position)
    sitter.carry_out(lambda: db.session.execute(own.values(**values)))


def test_marking_anew_without_a_change_writes_nothing(sitter: Sitter, world: World) -> None:
    attempt_id = sat(sitter, 2)
    assert sitter.carry_out(lambda: regrade(trainer(world), [attempt_id], "regraded", "thử")) == []
    assert grades_of(sitter, attempt_id) == [(200, "submitted")] and kinds_of(sitter, attempt_id)[-1] == "submit"


def test_a_dropped_question_gives_everybody_its_points(sitter: Sitter, world: World) -> None:
    attempt_id, other_id = sat(sitter, 1), sat(sitter, 3)
    change(sitter, attempt_id, 2, is_dropped=True)
    changed = sitter.carry_out(lambda: regrade(trainer(world), [attempt_id, other_id], "regraded", "Câu 2 sai đề"))
    assert [(one.attempt_id, one.points_before, one.is_passed_before, one.points, one.is_passed) for one in changed] == [
        (attempt_id, 100, False, 200, True)
    ]
    assert grades_of(sitter, attempt_id) == [(100, "submitted"), (200, "regraded")]
    assert (item(sitter, attempt_id, 2).points, attempt(sitter, attempt_id).is_passed) == (100, True)
    line = timeline(sitter, attempt_id)[-1]
    assert (line.kind, line.actor_id, (line.details or {})["note"]) == ("key", world.people["binh"], "Câu 2 sai đề")
    trail = sa.select(Audit.details).where(Audit.action == "regrade", Audit.thing_id == attempt_id)
    assert sitter.carry_out(lambda: db.session.scalar(trail)) == {"points": "2", "was": "1", "of": "3", "why": "Câu 2 sai đề"}


def test_a_dry_run_says_the_same_and_writes_nothing(sitter: Sitter, world: World) -> None:
    attempt_id = sat(sitter, 1)
    second, _body = version_of(sitter, attempt_id, 2)
    dry = sitter.carry_out(lambda: regrade(trainer(world), [attempt_id], "regraded", is_dry=True, dropped=[second]))
    assert [(one.points, one.is_passed) for one in dry] == [(200, True)]
    assert grades_of(sitter, attempt_id) == [(100, "submitted")] and not item(sitter, attempt_id, 2).is_dropped
    change(sitter, attempt_id, 2, is_dropped=True)
    assert sitter.carry_out(lambda: regrade(trainer(world), [attempt_id], "regraded")) == dry


def test_a_dry_run_with_another_key_and_the_version_that_carries_it_agree(app: Flask, sitter: Sitter, world: World) -> None:
    attempt_id = sat(sitter, 3)
    version_id, body = version_of(sitter, attempt_id, 1)
    corrected = turned(body)
    if corrected == body:
        corrected = body | {"answer": not body.get("answer")}
    dry = sitter.carry_out(lambda: regrade(trainer(world), [attempt_id], "regraded", is_dry=True, instead={version_id: corrected}))
    assert [one.points for one in dry] == [200]

    def correct() -> int:
        old = db.session.get_one(QuestionVersion, version_id)
        more = {"question_id": old.question_id, "number": 2, "kind": old.kind, "digest": "x", "made_at": clock.now()}
        new = QuestionVersion(body=corrected, made_by_id=None, note=None, **more)
        db.session.add(new)
        db.session.flush()
        return new.id

    change(sitter, attempt_id, 1, marked_by_version_id=sitter.carry_out(correct))
    assert sitter.carry_out(lambda: regrade(trainer(world), [attempt_id], "regraded")) == dry


def test_an_open_attempt_is_left_to_its_closing(sitter: Sitter, world: World) -> None:
    attempt_id = sitter.start()
    change(sitter, attempt_id, 1, is_dropped=True)
    assert sitter.carry_out(lambda: regrade(trainer(world), [attempt_id], "regraded")) == []
    assert sitter.submit(attempt_id).points == 100


def test_texts_wait_for_their_marks_and_the_last_mark_counts(app: Flask, world: World, time: FakeClock) -> None:
    sitter = sitter_of(app, world, essays(), pass_percent=60, blueprint=[{"topic": "mot", "take": 2}])
    attempt_id = sitter.start()
    closed = sitter.submit(attempt_id, ("answer-1", "Bài một"), ("answer-2", "Bài hai"))
    assert (closed.waiting_items, closed.points, closed.is_passed, closed.percent) == (2, None, None, None)
    assert grades_of(sitter, attempt_id) == []

    def mark(position: int, number: int, points: int) -> Any:
        def act() -> Any:
            own = sa.select(AttemptItem.id).where(AttemptItem.attempt_id == attempt_id, AttemptItem.position == position)
            said = {"marker_id": world.people["binh"], "marked_at": clock.now(), "scores": {}, "comment": ""}
            db.session.add(EssayMark(attempt_item_id=db.session.scalar(own), number=number, points=points, **said))
            db.session.flush()
            return regrade(trainer(world), [attempt_id], "marked")

        return sitter.carry_out(act)

    (first,) = mark(1, 1, 50)
    assert (first.points, first.waiting_items, attempt(sitter, attempt_id).waiting_items) == (None, 1, 1)
    (second,) = mark(2, 1, 70)
    assert (second.points_before, second.points, second.is_passed) == (None, 120, True)
    (third,) = mark(1, 2, 40)
    assert (third.points, third.is_passed) == (110, False)
    assert grades_of(sitter, attempt_id) == [(120, "marked"), (110, "marked")]
    assert kinds_of(sitter, attempt_id)[-3:] == ["mark"] * 3
    assert KINDS["essay"].needs_marker


def test_many_attempts_are_marked_in_portions(app: Flask, sitter: Sitter, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.quizzes.regrading.PORTION", 1)
    first, second = sat(sitter, 1), sat(sitter, 1)
    for attempt_id in (first, second):
        change(sitter, attempt_id, 3, is_dropped=True)
    changed = sitter.carry_out(lambda: regrade(trainer(world), [second, first], "regraded"))
    assert [one.attempt_id for one in changed] == [first, second]
