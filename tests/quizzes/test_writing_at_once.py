"""Two trainers at one moment on the real database, and what the actions refuse whatever the page offered."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, db
from lms.quizzes import AttemptItem, Bank, Question, QuestionVersion, banks, editing
from lms.quizzes.models import Topic
from tests.cast import World

from .at_the_editor import bank_id, carry_out, newest, question_id, stored, topic_id
from .face.test_races import at_once
from .trainers import sitter_of, trainer


def raw(text: str) -> dict[str, Any]:
    """What a question with one right option asks."""
    return {"text": text, "options": [{"text": f"{text} {n}", "why": "Vì.", **({"correct": True} if n == 0 else {})} for n in range(4)]}


def writing(app: Flask, world: World, text: str, question: int | None = None, **changes: Any) -> Callable[[], Any]:
    """Writes a new question, or saves this one as it is seen now, in a transaction of its own."""
    bank, topic = bank_id(app), topic_id(app)
    with app.app_context():
        row = db.session.get(Question, question or 0)
        entries = editing.entries_of_question(row) if row else editing.Entries(topic, "easy")
    entries = editing.Entries(**{**vars(entries), **changes})

    def act() -> Any:
        held = db.session.get_one(Question, question) if question else None
        return editing.save_question(trainer(world), db.session.get_one(Bank, bank), held, "single", raw(text), entries, "").id

    return lambda: carry_out(app, act)


def test_of_two_who_save_one_question_at_once_one_is_told_to_look_again(app: Flask, world: World) -> None:
    question = question_id(app)
    results = at_once(*[writing(app, world, f"Câu của người {n}?", question) for n in range(4)])
    assert sorted(type(one).__name__ for one in results) == ["OldPage"] * 3 + ["int"], results
    row, versions = stored(app, question)
    assert row.version_number == 2 == len(versions)


def test_questions_written_at_once_get_different_keys(app: Flask, world: World) -> None:
    results = at_once(*[writing(app, world, f"Câu mới số {n}?") for n in range(4)])
    assert all(isinstance(one, int) for one in results), results
    with app.app_context():
        keys = list(db.session.scalars(sa.select(Question.key).where(Question.id.in_(results))))
    assert sorted(keys) == [f"mat-khau-s{n}" for n in (1, 2, 3, 4)]


def test_topics_moved_at_once_never_form_a_circle(app: Flask, world: World) -> None:
    bank, one, other = bank_id(app), topic_id(app), topic_id(app, "lua-dao")

    def move(topic: int, below: int) -> Callable[[], Any]:
        return lambda: carry_out(app, lambda: banks.change_topic(None, db.session.get_one(Bank, bank), topic, f"Chủ đề {topic}", "", below))

    results = at_once(move(one, other), move(other, one))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Refused"], results
    with app.app_context():
        assert sorted(topic.parent_id is None for topic in db.session.scalars(sa.select(Topic))) == [False, True]


def test_banks_of_one_name_opened_at_once_are_two_banks(app: Flask, world: World) -> None:
    viewer = trainer(world)
    results = at_once(*[lambda: carry_out(app, lambda: banks.open_bank(viewer, "Ngân hàng chung", world.agencies["HT"]))] * 3)
    assert len(set(results)) == 3 and all(isinstance(one, int) for one in results), results


def test_a_bank_is_not_opened_out_of_reach_whatever_the_page_offered(app: Flask, world: World) -> None:
    for agency in ("HL", "T"):
        with pytest.raises(Refused, match="trong phạm vi"):
            carry_out(app, lambda code=agency: banks.open_bank(trainer(world), "Lấn sân", world.agencies[code]))


def test_a_question_stays_in_the_topics_of_its_bank(app: Flask, world: World) -> None:
    sitter_of(app, world)
    with pytest.raises(Refused, match="chủ đề của ngân hàng này"):
        writing(app, world, "Lạc?", topic_id=topic_id(app, "mot"))()


def test_a_question_on_an_open_paper_of_a_test_is_not_opened_for_practice(app: Flask, world: World) -> None:
    sitter = sitter_of(app, world)
    attempt = sitter.start()
    with app.app_context():
        wanted = sa.select(QuestionVersion.question_id).join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        on_paper = db.session.scalars(wanted).first() or 0
    act = saving_for_practice(app, world, on_paper)
    with pytest.raises(Refused, match="đang có trong bài"):
        act()
    sitter.submit(attempt)
    act()
    assert stored(app, on_paper)[0].use == "practice"


def saving_for_practice(app: Flask, world: World, question: int) -> Callable[[], Any]:
    """Saves a question of the bank Q as one of practice."""

    def act() -> Any:
        row = db.session.get_one(Question, question)
        entries = editing.Entries(**{**vars(editing.entries_of_question(row)), "use": "practice"})
        bank = db.session.get_one(Bank, row.bank_id)
        return editing.save_question(trainer(world), bank, row, "single", raw("Luyện?"), entries, "").id

    return lambda: carry_out(app, act)


def test_what_cannot_be_loaded_cannot_be_saved(app: Flask, world: World) -> None:
    before = newest(app)
    for changes, sentence in (
        ({"difficulty": "x"}, "difficulty"),
        ({"standards": ["X1"]}, "mã chuẩn"),
        ({"tags": ["a;b"]}, "tags"),
        ({"use": "x"}, "use"),
    ):
        with pytest.raises(Refused, match=sentence):
            writing(app, world, "Hỏng?", **changes)()
    assert newest(app) == before
