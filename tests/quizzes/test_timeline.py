"""The timeline of an attempt: every save, what was older than what stands, what came late; a line never changes."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.quizzes import lock_answer, open_review, save_answer, shown_code
from lms.quizzes.closing import CODE_LETTERS
from lms.quizzes.events import MOST_LATE
from tests.cast import World
from tests.conftest import FakeClock

from .face.sitting import Sitter, as_fields
from .trainers import attempt, essays, item, kinds_of, sitter_of, timeline

HERE, THERE = "pc-nay", "pc-khac"


def options(sitter: Sitter, attempt_id: int, position: int = 1) -> list[str]:
    """The keys of a question of choice."""
    return [one["key"] for one in sitter.paper(attempt_id).items[position - 1].question["options"]]


def test_every_save_stands_in_the_timeline_with_its_answer(an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    first, second = options(an_sits, attempt_id)[:2]
    an_sits.save(attempt_id, 1, [first], 1)
    an_sits.save(attempt_id, 1, [second], 2)
    an_sits.save_form(attempt_id, ("answer-1", first), ("was-1", second))
    start, *lines = timeline(an_sits, attempt_id)
    assert (start.kind, start.actor_id, start.details) == ("start", an_sits.person_id, {"number": 1, "room": None})
    assert [(one.kind, one.position, one.answer, one.client, one.client_number) for one in lines] == [
        ("save", 1, [first], an_sits.client, 1),
        ("save", 1, [second], an_sits.client, 2),
        ("save", 1, [first], None, None),
    ]


def test_a_save_sent_again_adds_no_line_and_an_older_one_is_stale(an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    first, second = options(an_sits, attempt_id)[:2]
    an_sits.save(attempt_id, 1, [first], 2, client=HERE)
    an_sits.save(attempt_id, 1, [first], 2, client=HERE)
    an_sits.save(attempt_id, 1, [second], 1, client=HERE)
    an_sits.save(attempt_id, 1, [second], 1, seen=0, late=True, client=THERE)
    lines = [(one.kind, one.answer, one.client) for one in timeline(an_sits, attempt_id)[1:]]
    assert lines == [("save", [first], HERE), ("stale", [second], HERE), ("stale", [second], THERE)]
    assert an_sits.stored(attempt_id)[1] == [first]


def test_a_long_text_is_kept_whole_once_a_minute_and_by_its_length_between(app: Flask, world: World, time: FakeClock) -> None:
    sitter = sitter_of(app, world, essays(), blueprint=[{"topic": "mot", "take": 2}])
    attempt_id = sitter.start()
    for number, text in enumerate(("Một", "Một hai", "Một hai ba"), 1):
        sitter.save(attempt_id, 1, [text], number)
    sitter.save(attempt_id, 2, ["Câu khác"], 1)
    time.forward(seconds=61)
    sitter.save(attempt_id, 1, ["Một hai ba bốn"], 4)
    lines = [(one.position, one.answer, one.details) for one in timeline(sitter, attempt_id) if one.kind == "save"]
    assert lines == [
        (1, ["Một"], None),
        (1, None, {"length": 7}),
        (1, None, {"length": 10}),
        (2, ["Câu khác"], None),
        (1, ["Một hai ba bốn"], None),
    ]
    assert sitter.stored(attempt_id)[1] == ["Một hai ba bốn"]


def test_a_save_of_a_text_takes_no_more_than_five_statements(app: Flask, world: World) -> None:
    sitter = sitter_of(app, world, essays(), blueprint=[{"topic": "mot", "take": 2}])
    attempt_id = sitter.start()
    seen: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: seen.append(statement))
        save_answer(sitter.person_id, attempt_id, 1, ["Bài"], HERE, 1, 0, False)
        commit()
    assert len([one for one in seen if not one.startswith(("PRAGMA", "BEGIN"))]) <= 5, seen


def test_what_was_stored_in_time_and_is_sent_again_later_is_not_late(an_sits: Sitter, time: FakeClock) -> None:
    attempt_id = an_sits.start()
    first, second = options(an_sits, attempt_id)[:2]
    an_sits.save(attempt_id, 1, [first], 3)
    time.forward(minutes=11)
    again = an_sits.save(attempt_id, 1, [first], 3, late=True)
    assert (again.kept, again.answer, kinds_of(an_sits, attempt_id)) == ("yours", [first], ["start", "save"])
    assert an_sits.save(attempt_id, 1, [second], 4, late=True).kept == "late"


def test_a_line_can_be_neither_changed_nor_deleted(an_sits: Sitter) -> None:
    an_sits.start()
    for statement in ("UPDATE attempt_event SET kind = 'save'", "DELETE FROM attempt_event"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            an_sits.carry_out(lambda: db.session.execute(sa.text(statement)))  # noqa: B023


def test_handing_in_gives_a_receipt_code_that_can_be_read_aloud(an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    code = an_sits.submit(attempt_id).receipt_code
    assert code and len(code) == 8 and set(code) <= set(CODE_LETTERS) and not set(CODE_LETTERS) & set("0O1IL")
    assert shown_code(code) == f"{code[:4]}-{code[4:]}"
    assert attempt(an_sits, attempt_id).receipt_code == an_sits.submit(attempt_id).receipt_code == code
    assert kinds_of(an_sits, attempt_id) == ["start", "submit"]


def test_who_hands_in_himself_has_seen_and_who_ran_out_of_time_opens_the_review_first(app: Flask, world: World, time: FakeClock) -> None:
    sitter = sitter_of(app, world)
    handed_in = sitter.submit(sitter.start())
    assert handed_in.reviewed_at == handed_in.closed_at
    attempt_id = sitter.start()
    time.forward(minutes=11)
    assert sitter.submit(attempt_id).reviewed_at is None
    time.forward(minutes=1)
    for _twice in range(2):
        opened = sitter.carry_out(lambda: open_review(sitter.person_id, attempt_id))
        assert opened.reviewed_at == time.now
    time.forward(minutes=1)
    assert sitter.carry_out(lambda: open_review(sitter.person_id, attempt_id)).reviewed_at < time.now
    assert kinds_of(sitter, attempt_id) == ["start", "expire", "review"]


def test_a_quiz_that_shows_no_answers_at_once_is_not_taken_as_seen(app: Flask, world: World) -> None:
    sitter = sitter_of(app, world, review={"after": "score"})
    assert sitter.submit(sitter.start()).reviewed_at is None


def test_a_locked_answer_is_marked_and_never_changes(app: Flask, world: World) -> None:
    sitter = sitter_of(app, world, behaviour="immediate")
    attempt_id = sitter.start()
    right = sitter.right_answers(attempt_id)[1]
    other = [key for key in options(sitter, attempt_id) if key not in right][:1]

    def lock(values: list[str], number: int, client: str = HERE) -> Any:
        return sitter.carry_out(lambda: lock_answer(sitter.person_id, attempt_id, 1, values, client, number, 0))

    assert (lock(right, 1).kept, lock(other, 2).answer, lock(other, 1, THERE).kept) == ("locked", right, "locked")
    assert sitter.save(attempt_id, 1, other, 9, client=THERE).kept == "locked"
    assert sitter.save_form(attempt_id, ("answer-1", other[0]), ("was-1", ",".join(right))) == 0
    stored = item(sitter, attempt_id, 1)
    assert (stored.answer, stored.points, stored.version, stored.locked_at is not None) == (right, 100, 1, True)
    assert kinds_of(sitter, attempt_id) == ["start", "save", "lock"]
    assert sitter.submit(attempt_id, *as_fields({1: other})).points == 100


def test_a_lock_that_an_older_page_sends_locks_nothing(app: Flask, world: World) -> None:
    sitter = sitter_of(app, world, behaviour="immediate")
    attempt_id = sitter.start()
    first, second = options(sitter, attempt_id)[:2]
    sitter.save(attempt_id, 1, [second], 5, client=HERE)
    receipt = sitter.carry_out(lambda: lock_answer(sitter.person_id, attempt_id, 1, [first], HERE, 4, 0))
    assert (receipt.kept, receipt.answer, item(sitter, attempt_id, 1).locked_at) == ("yours", [second], None)
    again = sitter.carry_out(lambda: lock_answer(sitter.person_id, attempt_id, 1, [second], HERE, 5, 0))
    assert again.kept == "locked"


def test_only_answers_are_locked_and_only_where_each_is_marked_at_once(app: Flask, world: World, an_sits: Sitter) -> None:
    attempt_id = an_sits.start()
    with pytest.raises(Refused, match="chỉ chấm khi"):
        an_sits.carry_out(lambda: lock_answer(an_sits.person_id, attempt_id, 1, options(an_sits, attempt_id)[:1], HERE, 1, 0))
    an_sits.submit(attempt_id)
    sitter = sitter_of(app, world, behaviour="immediate")
    attempt_id = sitter.start()
    with pytest.raises(Refused, match="trước khi xem giải thích") as refused:
        sitter.carry_out(lambda: lock_answer(sitter.person_id, attempt_id, 1, [], HERE, 1, 0))
    assert refused.value.field == "answer" and item(sitter, attempt_id, 1).locked_at is None


def test_late_answers_have_an_end(app: Flask, an_sits: Sitter, time: FakeClock) -> None:
    attempt_id = an_sits.start()
    key = options(an_sits, attempt_id)[0]
    time.forward(minutes=11)
    with app.app_context():
        for number in range(1, MOST_LATE + 1):
            assert save_answer(an_sits.person_id, attempt_id, 1, [key], HERE, number, 0, True).kept == "late"
        commit()
    with pytest.raises(Refused, match="Hết giờ"):
        an_sits.save(attempt_id, 1, [key], MOST_LATE + 1)
    assert kinds_of(an_sits, attempt_id).count("late") == MOST_LATE
