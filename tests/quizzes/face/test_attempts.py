"""Attempts: one open at a time, never more than allowed, closed once, by the server's clock."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import NotFound

from lms import quizzes
from lms.base import Refused, commit, db
from lms.quizzes import Attempt, BankReport, Grade
from lms.quizzes.models import AttemptItem, Question, QuestionVersion
from tests.cast import World
from tests.conftest import FakeClock

from .sitting import CANARY, Sitter, as_fields, bank, load, question


def questions_on(app: Flask, attempt_id: int) -> set[int]:
    """The questions of a paper."""
    with app.app_context():
        wanted = sa.select(QuestionVersion.question_id).join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        return set(db.session.scalars(wanted.where(AttemptItem.attempt_id == attempt_id)))


def grades(app: Flask, attempt_id: int) -> list[Grade]:
    """The grade events of an attempt."""
    with app.app_context():
        return list(db.session.scalars(sa.select(Grade).where(Grade.attempt_id == attempt_id)))


def test_a_double_click_and_another_pc_get_the_same_attempt(an_sits: Sitter) -> None:
    assert an_sits.start() == an_sits.start()


def test_the_paper_follows_the_blueprint_and_holds_no_canary(an_sits: Sitter) -> None:
    paper = an_sits.paper(an_sits.start())
    assert (paper.total, paper.answered, paper.saved_at, paper.seconds_left is not None) == (5, 0, None, True)
    assert [item.position for item in paper.items] == [1, 2, 3, 4, 5]
    shown = repr(paper.items)
    assert CANARY not in shown and "correct" not in shown and "why" not in shown


def test_paper_and_deadline_are_frozen_at_the_start(app: Flask, world: World, an_sits: Sitter, time: FakeClock) -> None:
    attempt_id = an_sits.start()
    before = an_sits.paper(attempt_id)
    questions = bank()
    for raw in questions:
        raw["text"] = "Câu khác hẳn " + raw["key"]
    load(app, world.agencies["T"], questions, minutes=99)
    time.forward(minutes=5)
    after = an_sits.paper(an_sits.start())
    assert after.items == before.items
    assert after.attempt.deadline_at == before.attempt.deadline_at == before.attempt.started_at + timedelta(minutes=10)


def test_later_papers_prefer_questions_not_seen(app: Flask, an_sits: Sitter) -> None:
    papers = []
    for _turn in range(3):
        attempt_id = an_sits.start()
        papers.append(questions_on(app, attempt_id))
        an_sits.submit(attempt_id)
    assert not papers[0] & papers[1] and not papers[2] & (papers[0] | papers[1])


def test_attempts_are_limited_and_a_new_cycle_begins_again(an_sits: Sitter) -> None:
    for _turn in range(3):
        an_sits.submit(an_sits.start())
    with pytest.raises(Refused, match="đã dùng hết 3 lượt"):
        an_sits.start()
    second = an_sits.start(cycle=2)
    attempts = an_sits.carry_out(lambda: quizzes.attempts_of(an_sits.person_id, quizzes.quiz_rules(an_sits.version_id).quiz_id, 2))
    assert [(one.id, one.number) for one in attempts] == [(second, 1)]


def test_an_open_attempt_of_an_earlier_cycle_is_closed_with_what_was_answered(an_sits: Sitter) -> None:
    old = an_sits.start()
    right = an_sits.right_answers(old)
    an_sits.save(old, 1, right[1], 1)
    assert an_sits.start(cycle=2) != old
    attempt = an_sits.paper(old).attempt
    assert (attempt.state, attempt.points) == ("expired", 100)


def test_a_bank_that_cannot_fill_the_paper_is_said_and_starts_nothing(app: Flask, world: World, an_sits: Sitter) -> None:
    moved = [raw | {"topic": "hai"} if raw["topic"] == "ba" else raw for raw in bank()]
    load(app, world.agencies["T"], moved, blueprint=[{"topic": "mot", "take": 1}])
    with pytest.raises(Refused, match="chưa đủ câu hỏi"):
        an_sits.start()


def test_retired_questions_still_fill_the_paper_of_an_older_revision(app: Flask, world: World, an_sits: Sitter) -> None:
    load(app, world.agencies["T"], [question("moi", "hai")], blueprint=[{"topic": "hai", "take": 1}])
    drawn = questions_on(app, an_sits.start())
    with app.app_context():
        new = db.session.scalars(sa.select(Question.id).where(Question.key == "moi")).one()
    assert len(drawn) == 5 and new in drawn


def test_submitting_marks_closes_and_grades_once(app: Flask, an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    right = an_sits.right_answers(attempt_id)
    first = an_sits.submit(attempt_id, *as_fields(right))
    assert (first.state, first.points, first.percent, first.is_passed) == ("submitted", 500, 100, True)
    again = an_sits.submit(attempt_id, ("answer-1", "a"), ("answer-2", "a"))
    assert (again.id, again.points, again.closed_at) == (first.id, 500, first.closed_at)
    assert [(grade.points, grade.max_points, grade.reason) for grade in grades(app, attempt_id)] == [(500, 500, "submitted")]


def test_eighty_percent_passes_and_less_does_not(an_sits: Sitter) -> None:
    for count, passes in ((4, True), (3, False)):
        attempt_id = an_sits.start()
        right = an_sits.right_answers(attempt_id)
        attempt = an_sits.submit(attempt_id, *as_fields({position: right[position] for position in range(1, count + 1)}))
        assert (attempt.points, attempt.is_passed) == (100 * count, passes)


def test_a_form_sent_within_the_grace_counts_and_one_after_it_does_not(an_sits: Sitter, time: FakeClock) -> None:
    for seconds, points, state in ((0, 200, "submitted"), (1, 100, "expired")):
        attempt_id = an_sits.start()
        right = an_sits.right_answers(attempt_id)
        an_sits.save(attempt_id, 1, right[1], 1)
        deadline = an_sits.paper(attempt_id).attempt.deadline_at
        assert deadline is not None
        time.now = deadline + timedelta(seconds=30 + seconds)
        attempt = an_sits.submit(attempt_id, *as_fields({2: right[2]}))
        assert (attempt.points, attempt.state, attempt.closed_at) == (points, state, deadline)


def test_the_timer_closes_what_is_over_once_and_nothing_else(app: Flask, world: World, an_sits: Sitter, time: FakeClock) -> None:
    late = an_sits.start()
    right = an_sits.right_answers(late)
    an_sits.save(late, 1, right[1], 1)
    time.forward(minutes=10, seconds=20)
    other = Sitter(app, world.people["anh"], world.agencies["XM"], an_sits.version_id)
    early = other.start()
    assert an_sits.carry_out(quizzes.close_expired) == []
    time.forward(seconds=20)
    closed = an_sits.carry_out(quizzes.close_expired)
    assert [(attempt.id, attempt.state, attempt.points) for attempt in closed] == [(late, "expired", 100)]
    assert an_sits.carry_out(quizzes.close_expired) == []
    assert len(grades(app, late)) == 1 and other.paper(early).attempt.is_open


def test_an_attempt_without_limit_is_never_over(app: Flask, world: World, time: FakeClock) -> None:
    report = load(app, world.agencies["T"], minutes=None, attempts=None)
    sitter = Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])
    attempt_id = sitter.start()
    time.forward(days=400)
    assert sitter.carry_out(quizzes.close_expired) == []
    assert sitter.paper(attempt_id).seconds_left is None
    assert sitter.save(attempt_id, 1, [], 1).kept == "yours"


def test_the_result_is_shown_only_when_closed_and_explains_everything(an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    right = an_sits.right_answers(attempt_id)
    assert an_sits.carry_out(lambda: quizzes.result(attempt_id, an_sits.person_id)) is None
    an_sits.submit(attempt_id, *as_fields({1: right[1]}))
    result = an_sits.carry_out(lambda: quizzes.result(attempt_id, an_sits.person_id))
    assert result.percent == 20
    assert [item.is_right for item in result.items] == [True, False, False, False, False]
    assert [item.is_answered for item in result.items] == [True, False, False, False, False]
    assert all(item.lesson_key == "01-bai" for item in result.items)
    assert all(CANARY in option["why"] for item in result.items for option in item.explanation["options"])


def test_what_stands_on_an_open_paper_is_not_explained_by_an_earlier_result(app: Flask, world: World) -> None:
    report = load(app, world.agencies["T"], blueprint=[{"topic": "mot", "take": 4}])
    sitter = Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"])
    first = sitter.start()
    sitter.submit(first)
    second = sitter.start()
    shared = questions_on(app, first) & questions_on(app, second)
    assert len(shared) == 2
    items = sitter.carry_out(lambda: quizzes.result(first, sitter.person_id)).items
    assert sum(item.explanation is None for item in items) == 2
    assert all((item.points is None) == (item.is_right is None) == (item.explanation is None) for item in items)
    sitter.submit(second)
    assert all(item.explanation for item in sitter.carry_out(lambda: quizzes.result(first, sitter.person_id)).items)


def test_nobody_reaches_the_attempt_of_another(app: Flask, world: World, an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    stranger = Sitter(app, world.people["anh"], world.agencies["XM"], an_sits.version_id)
    assert stranger.carry_out(lambda: quizzes.paper(attempt_id, stranger.person_id)) is None
    for act in (
        lambda: stranger.save(attempt_id, 1, ["a"], 1),
        lambda: stranger.save_form(attempt_id, ("answer-1", "a")),
        lambda: stranger.submit(attempt_id),
        lambda: an_sits.save(attempt_id, 6, ["a"], 1),
        lambda: an_sits.submit(attempt_id + 99),
    ):
        with pytest.raises(NotFound):
            act()
    an_sits.submit(attempt_id)
    assert stranger.carry_out(lambda: quizzes.result(attempt_id, stranger.person_id)) is None


def test_the_paper_and_the_result_take_one_statement_each(app: Flask, loaded: BankReport, an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    with app.app_context():
        seen: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: seen.append(statement))
        quizzes.paper(attempt_id, an_sits.person_id)
        quizzes.result(attempt_id, an_sits.person_id)
        assert len([one for one in seen if one.lstrip().startswith("SELECT")]) == 2
        commit()


def test_the_database_itself_refuses_a_second_open_attempt(app: Flask, an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    with app.app_context(), pytest.raises(sa.exc.IntegrityError):
        names = [column.key for column in sa.inspect(Attempt).columns if column.key not in ("id", "number")]
        copy = sa.select(*(getattr(Attempt, name) for name in names), sa.literal(2)).where(Attempt.id == attempt_id)
        db.session.execute(sa.insert(Attempt).from_select([*names, "number"], copy))
