"""Saving answers: numbered, idempotent, and right with a stale tab, a second PC and a journal that arrives late."""

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.base import Refused, commit, db
from lms.quizzes import save_answer
from tests.conftest import FakeClock

from .sitting import Sitter

HERE, THERE = "pc-nay", "pc-khac"


@pytest.fixture
def attempt_id(an_sits: Sitter) -> int:
    """The attempt that An has begun."""
    return an_sits.start()


@pytest.fixture
def two(an_sits: Sitter, attempt_id: int) -> tuple[int, list[str], list[str]]:
    """(position of a question, one answer to it, another answer to it)."""
    item = an_sits.paper(attempt_id).items[2]
    first, second = (option["key"] for option in item.question["options"][:2])
    return item.position, [first], [second]


Two = tuple[int, list[str], list[str]]


def test_a_receipt_says_what_is_stored(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, second = two
    receipt = an_sits.save(attempt_id, position, first, 1)
    assert (receipt.position, receipt.number, receipt.version, receipt.answered, receipt.total) == (position, 1, 1, 1, 5)
    assert (receipt.kept, receipt.answer) == ("yours", first)
    assert an_sits.save(attempt_id, position, second, 2, seen=1).version == 2
    paper = an_sits.paper(attempt_id)
    assert (paper.answered, paper.saved_at is not None, paper.items[position - 1].was) == (1, True, second[0])


def test_the_same_number_again_changes_nothing(an_sits: Sitter, attempt_id: int, two: Two, time: FakeClock) -> None:
    position, first, second = two
    receipt = an_sits.save(attempt_id, position, first, 5)
    time.forward(seconds=30)
    assert an_sits.save(attempt_id, position, first, 5) == receipt
    for number in (5, 4, 1):
        again = an_sits.save(attempt_id, position, second, number)
        assert (again.answer, again.version, again.saved_at, again.kept) == (first, 1, receipt.saved_at, "yours")


def test_a_click_elsewhere_wins_and_a_late_resend_does_not(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, second = two
    an_sits.save(attempt_id, position, first, 1, client=HERE)
    assert an_sits.save(attempt_id, position, second, 1, seen=0, client=THERE).kept == "yours"
    late = an_sits.save(attempt_id, position, first, 2, seen=1, late=True, client=HERE)
    assert (late.kept, late.answer, late.version) == ("other", second, 2)
    clicked = an_sits.save(attempt_id, position, first, 3, seen=1, client=HERE)
    assert (clicked.kept, clicked.answer, clicked.version) == ("yours", first, 3)


def test_a_late_resend_is_stored_when_nobody_wrote_since(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, second = two
    an_sits.save(attempt_id, position, first, 1, client=THERE)
    late = an_sits.save(attempt_id, position, second, 9, seen=1, late=True, client=HERE)
    assert (late.kept, late.answer) == ("yours", second)
    repeated = an_sits.save(attempt_id, position, second, 9, seen=1, late=True, client=HERE)
    assert (repeated.kept, repeated.version) == ("yours", 2)


def test_a_late_resend_does_not_undo_a_plain_form(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, second = two
    an_sits.save_form(attempt_id, (f"answer-{position}", second[0]), (f"was-{position}", ""))
    assert an_sits.save(attempt_id, position, first, 1, seen=0, late=True).kept == "other"
    assert an_sits.stored(attempt_id)[position] == second


def test_an_answer_can_be_taken_back(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, _second = two
    an_sits.save(attempt_id, position, first, 1)
    receipt = an_sits.save(attempt_id, position, [], 2)
    assert (receipt.answered, receipt.answer) == (0, [])
    assert an_sits.stored(attempt_id)[position] is None


def test_a_page_left_open_overwrites_nothing(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, second = two
    stale = [(f"was-{n}", "") for n in range(1, 6)]
    an_sits.save(attempt_id, position, first, 1)
    assert an_sits.save_form(attempt_id, *stale) == 0
    served = (f"was-{position}", first[0])
    an_sits.save(attempt_id, position, second, 2)
    assert an_sits.save_form(attempt_id, (f"answer-{position}", first[0]), served) == 0
    assert an_sits.stored(attempt_id)[position] == second
    assert an_sits.save_form(attempt_id, (f"answer-{position}", first[0]), (f"was-{position}", second[0])) == 1
    assert an_sits.stored(attempt_id)[position] == first


def test_unticking_everything_takes_the_answer_back_but_a_missing_radio_says_nothing(an_sits: Sitter) -> None:
    kinds = {}
    for _turn in range(3):
        attempt_id = an_sits.start()
        for item in an_sits.paper(attempt_id).items:
            kinds[item.template] = (attempt_id, item)
        for template, (_id, item) in kinds.items():
            if _id == attempt_id:
                key = item.question["options"][0]["key"]
                an_sits.save(attempt_id, item.position, [key], 1)
                an_sits.save_form(attempt_id, (f"was-{item.position}", key))
                assert an_sits.stored(attempt_id)[item.position] == (None if template.endswith("multiple.html") else [key])
        an_sits.submit(attempt_id)
    assert len(kinds) == 3


def test_a_form_with_foreign_values_leaves_the_stored_answer_and_saves_the_rest(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, _second = two
    an_sits.save(attempt_id, position, first, 1)
    other = next(item for item in an_sits.paper(attempt_id).items if item.position != position)
    key = other.question["options"][0]["key"]
    odd = [(f"answer-{position}", "zz"), ("answer-99", "a"), ("answer-x", "a"), ("was-99", "a"), (f"answer-{other.position}", key)]
    assert an_sits.save_form(attempt_id, *odd) == 1
    stored = an_sits.stored(attempt_id)
    assert stored[position] == first and stored[other.position] == [key]


@pytest.mark.parametrize(
    ("values", "client", "number", "seen"),
    [(["zz"], HERE, 1, 0), (["a", "a\x00"], HERE, 1, 0), ([], "", 1, 0), ([], "x" * 65, 1, 0), ([], "a\x00", 1, 0), ([], HERE, 0, 0)]
    + [([], HERE, 2**31, 0), ([], HERE, 1, -1), (["a"] * 51, HERE, 1, 0)],
)
def test_a_malformed_save_is_refused_and_changes_nothing(
    an_sits: Sitter, attempt_id: int, two: Two, values: list[str], client: str, number: int, seen: int
) -> None:
    position, first, _second = two
    an_sits.save(attempt_id, position, first, 1, client="dau-tien")
    with pytest.raises(Refused) as refused:
        an_sits.carry_out(lambda: save_answer(an_sits.person_id, attempt_id, position, values, client, number, seen, False))
    assert refused.value.field == "answer"
    assert an_sits.stored(attempt_id)[position] == first


def test_after_the_deadline_and_grace_nothing_is_saved_and_it_is_said(an_sits: Sitter, time: FakeClock) -> None:
    attempt_id = an_sits.start()
    time.forward(minutes=10, seconds=30)
    key = an_sits.paper(attempt_id).items[0].question["options"][0]["key"]
    assert an_sits.save(attempt_id, 1, [key], 1).kept == "yours"
    time.forward(seconds=1)
    late = an_sits.save(attempt_id, 1, [], 2, late=True)
    assert (late.kept, late.answer, late.version) == ("late", [key], 1)
    with pytest.raises(Refused, match="Hết giờ"):
        an_sits.save_form(attempt_id, ("answer-2", "a"))
    assert an_sits.stored(attempt_id)[1] == [key]


def test_a_closed_attempt_takes_nothing(an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, _second = two
    an_sits.submit(attempt_id)
    assert an_sits.save(attempt_id, position, first, 1).kept == "late"
    with pytest.raises(Refused, match="đã nộp"):
        an_sits.save_form(attempt_id, (f"answer-{position}", first[0]))
    assert set(an_sits.stored(attempt_id).values()) == {None}


def test_a_save_takes_four_statements(app: Flask, an_sits: Sitter, attempt_id: int, two: Two) -> None:
    position, first, _second = two
    seen: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: seen.append(statement))
        save_answer(an_sits.person_id, attempt_id, position, first, HERE, 1, 0, False)
        commit()
    assert len([one for one in seen if not one.startswith(("PRAGMA", "BEGIN"))]) == 4, seen


@given(st.lists(st.tuples(st.sampled_from([HERE, THERE]), st.integers(0, 2), st.booleans()), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_again_later_changes_nothing(an_sits: Sitter, attempt_id: int, saves: list[tuple[str, int, bool]]) -> None:
    """Two clients save with rising numbers; then everything is sent again as a journal would: the last choice stands."""
    item = an_sits.paper(attempt_id).items[0]
    keys = [option["key"] for option in item.question["options"]]
    numbers, sent, known = {HERE: 0, THERE: 0}, [], {HERE: item.version, THERE: item.version}
    base = len(an_sits.__dict__.setdefault("runs", []))
    an_sits.__dict__["runs"].append(1)
    for client, choice, is_empty in saves:
        numbers[client] += 1
        values = [] if is_empty else [keys[choice % len(keys)]]
        name = f"{client}-{base}"
        receipt = an_sits.save(attempt_id, 1, values, numbers[client], seen=known[client], client=name)
        assert (receipt.kept, receipt.answer) == ("yours", values)
        sent.append((values, numbers[client], known[client], name))
        known[client] = receipt.version
    before = an_sits.paper(attempt_id).items[0]
    for values, number, seen, name in sent:
        an_sits.save(attempt_id, 1, values, number, seen=seen, late=True, client=name)
    assert an_sits.paper(attempt_id).items[0] == before
