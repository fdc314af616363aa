"""Loading the bank of a folder: what was edited on the site stays, versions of before are compared by what their author wrote, topics are a tree."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import aliased

from lms.base import Refused, commit, db
from lms.quizzes import Bank, BankReport, Question, QuestionVersion, Quiz, QuizVersion, Topic, load_bank
from lms.site import Audit
from tests.cast import World

from .face.sitting import QUIZ, TOPICS, bank, load, question

BEFORE = "abcdefgh"


def rows_of(app: Flask) -> list[Any]:
    """Everything that loading may write."""
    tables = (Bank, Topic, Question, QuestionVersion, Quiz, QuizVersion, Audit)
    with app.app_context():
        return [db.session.execute(sa.select(table.__table__)).all() for table in tables]


def change(app: Flask, key: str, **values: Any) -> None:
    """What a page of the site does to a question."""
    with app.app_context():
        db.session.execute(sa.update(Question).where(Question.key == key).values(**values))
        commit()


def as_before(app: Flask) -> None:
    """Store the options of every version by their place, with a digest of that, as versions of the first releases have it."""
    with app.app_context():
        for version in db.session.scalars(sa.select(QuestionVersion)):
            if "options" in version.body:
                options = [{**option, "key": key} for key, option in zip(BEFORE, version.body["options"], strict=False)]
                version.body, version.digest = {**version.body, "options": options}, "cu"
        commit()


def test_of_a_bank_with_keys_of_before_only_the_changed_question_gets_a_version(app: Flask, world: World, loaded: BankReport) -> None:
    as_before(app)
    before = rows_of(app)
    assert load(app, world.agencies["T"]).same == 19 and rows_of(app) == before
    questions = bank()
    questions[0]["text"] = "Câu đã sửa?"
    report = load(app, world.agencies["T"], questions)
    assert (report.new, report.changed, report.same) == (0, 1, 18)
    with app.app_context():
        newest = sa.select(Question.key).join(QuestionVersion).where(QuestionVersion.number == 2)
        assert list(db.session.scalars(newest)) == [questions[0]["key"]]


@pytest.mark.parametrize("changes", [{"difficulty": "hard"}, {"text": "Câu của thư mục?"}, {"tags": ["mới"]}])
def test_a_question_that_was_edited_here_is_left_alone_until_the_folder_says_the_same(
    app: Flask, world: World, loaded: BankReport, changes: dict[str, Any]
) -> None:
    key = bank()[0]["key"]
    change(app, key, is_edited=True)
    before, questions = rows_of(app), bank()
    questions[0] |= changes
    report = load(app, world.agencies["T"], questions)
    assert (report.kept, report.changed, report.same) == ([key], 0, 18) and rows_of(app) == before
    assert load(app, world.agencies["T"]).kept == []
    with app.app_context():
        assert db.session.scalar(sa.select(Question.is_edited).where(Question.key == key)) is False
    assert load(app, world.agencies["T"], questions).changed == 1


def test_a_question_that_was_retired_here_is_not_brought_back(app: Flask, world: World, loaded: BankReport) -> None:
    key = bank()[0]["key"]
    change(app, key, is_edited=True, state="retired")
    before = rows_of(app)
    assert load(app, world.agencies["T"]).kept == [key] and rows_of(app) == before


def test_a_question_that_was_written_here_is_not_retired(app: Flask, world: World, loaded: BankReport) -> None:
    key = bank()[0]["key"]
    change(app, key, is_edited=True)
    assert load(app, world.agencies["T"], bank()[1:]).retired == 0


def test_tags_are_kept_in_one_form_and_found(app: Flask, world: World) -> None:
    rules: dict[str, Any] = {"blueprint": [{"topic": "mot", "take": 1}]}
    load(app, world.agencies["T"], [question("k-1", "mot", tags=["Mật  khẩu ", "Mật khẩu", "OTP"])], **rules)
    with app.app_context():
        row = db.session.scalars(sa.select(Question).where(Question.key == "k-1")).one()
        assert row.tags == ["Mật khẩu", "OTP"] and row.search == "k-1 cau k-1? mat khau otp"
    report = load(app, world.agencies["T"], [question("k-1", "mot", tags=["Mật khẩu", "OTP"])], **rules)
    assert report.same == 1


@pytest.mark.parametrize("tags", ["OTP", [""], ["a, b"], ["a;b"], ["a\nb"], ["a" * 61], ["a"] * 21, [1]])
def test_tags_that_could_not_be_written_in_one_line_are_refused(app: Flask, world: World, tags: Any) -> None:
    with app.app_context(), pytest.raises(Refused, match="`tags`"):
        load_bank(None, "Q", world.agencies["T"], TOPICS, [question("k-1", "mot", tags=tags)], [])


def tree(*parents: tuple[str, str | None]) -> list[dict[str, Any]]:
    """Topics with those above them."""
    return [{"key": key, "title": {"vi": key, "en": key}, **({"parent": parent} if parent else {})} for key, parent in parents]


def test_topics_form_a_tree_and_change_it(app: Flask, world: World) -> None:
    def parents() -> dict[str, str | None]:
        above = aliased(Topic)
        bank_id = sa.select(Bank.id).where(Bank.key == "Q").scalar_subquery()
        found = sa.select(Topic.key, above.key).outerjoin(above, above.id == Topic.parent_id).where(Topic.bank_id == bank_id)
        return dict(db.session.execute(found).all())

    with app.app_context():
        for topics in (tree(("con", "me"), ("me", None), ("chau", "con")), tree(("con", None), ("me", "con"), ("chau", None))):
            load_bank(None, "Q", world.agencies["T"], topics, [question("k-1", "con")], [])
            commit()
            assert parents() == {topic["key"]: topic.get("parent") for topic in topics}


@pytest.mark.parametrize(
    "topics",
    [
        tree(("a", "khong-co")),
        tree(("a", "a")),
        tree(("a", "b"), ("b", "a")),
        tree(("a", None), ("b", "a"), ("c", "b"), ("d", "c"), ("e", "d")),
    ],
)
def test_a_tree_that_is_none_is_refused(app: Flask, world: World, topics: list[dict[str, Any]]) -> None:
    with app.app_context(), pytest.raises(Refused, match="Chủ đề `"):
        load_bank(None, "Q", world.agencies["T"], topics, [], [])


def test_a_quiz_that_was_edited_here_is_reported(app: Flask, world: World, loaded: BankReport) -> None:
    with app.app_context():
        db.session.execute(sa.update(Quiz).where(Quiz.key == QUIZ["key"]).values(is_edited=True))
        commit()
    assert load(app, world.agencies["T"], minutes=15).kept_quizzes == ["thi"]
    assert load(app, world.agencies["T"]).kept_quizzes == []
