"""Pictures of questions: kept once, sent only to whom a paper shows them, or who looks after the bank, or who may practise with them."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db
from lms.courses import Course
from lms.quizzes import QuestionVersion, load_bank, pictures_of, with_pictures
from lms.quizzes.models import Bank, BankFile
from lms.quizzes.pictures import store_picture
from tests.cast import World
from tests.pages import Visitor

from .face.sitting import QUIZ, TOPICS, Sitter, question
from .pictures import JPEG, PNG, png

RULES = {**QUIZ, "blueprint": [{"topic": "mot", "take": 1}]}


def load_places(app: Flask, agency_id: int, content: bytes = PNG, **more: Any) -> Any:
    """Load a bank with one question about a picture."""
    rows = [question("k-1", "mot", "places", **more)]
    with app.app_context():
        report = load_bank(None, "Q", agency_id, TOPICS, rows, [] if more else [RULES], {"ban.png": content})
        commit()
        return report


def address_of(app: Flask) -> str:
    """Where the newest picture lies."""
    with app.app_context():
        row = db.session.scalars(sa.select(BankFile).order_by(BankFile.id.desc()).limit(1)).one()
        return f"/quizzes/files/{row.token}/{row.name}"


def test_the_same_picture_is_kept_once_and_a_new_one_makes_a_new_version(app: Flask, world: World) -> None:
    first = load_places(app, world.agencies["T"])
    again = load_places(app, world.agencies["T"])
    changed = load_places(app, world.agencies["T"], png(210, 110))
    assert (first.new, again.same, changed.changed) == (1, 1, 1)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BankFile)) == 2
        bodies = list(db.session.scalars(sa.select(QuestionVersion.body).order_by(QuestionVersion.id.desc()).limit(1)))
        assert bodies[0]["picture"]["width"] == 210
        assert pictures_of(first.bank_id, bodies) == {"ban.png": png(210, 110)}


def test_a_learner_gets_the_picture_only_while_a_paper_of_theirs_shows_it(app: Flask, world: World, an: Visitor) -> None:
    report = load_places(app, world.agencies["HL"])
    address = address_of(app)
    assert an.get(address, status=404)
    Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"]).start()
    answer = an.get(address)
    assert answer.body == PNG and answer.response.mimetype == "image/png"
    assert an.get(address.replace("ban.png", "khac.png"), status=404)


def test_the_paper_of_another_person_opens_nothing(app: Flask, world: World, chi: Visitor, giang: Visitor, nobody: Visitor) -> None:
    report = load_places(app, world.agencies["T"])
    Sitter(app, world.people["an"], world.agencies["XP"], report.quiz_versions["thi"]).start()
    for visitor in (chi, giang):
        assert visitor.get(address_of(app), status=404)
    assert nobody.get(address_of(app), status=302)


def test_a_trainer_sees_the_pictures_of_the_banks_in_reach_and_of_no_other(app: Flask, world: World, binh: Visitor) -> None:
    load_places(app, world.agencies["HL"])
    assert binh.get(address_of(app), status=404)
    with app.app_context():
        db.session.execute(sa.update(Bank).where(Bank.key == "Q").values(agency_id=world.agencies["HT"]))
        commit()
    assert binh.get(address_of(app)).body == PNG


@pytest.mark.parametrize(("use", "status"), [("practice", 200), ("self-check", 200), ("test", 404)])
def test_whom_a_course_lets_practise_sees_its_pictures_but_never_those_of_a_test(
    app: Flask, world: World, an: Visitor, chi: Visitor, use: str, status: int
) -> None:
    load_places(app, world.agencies["HL"], use=use)
    assert an.get(address_of(app), status=404)
    with app.app_context():
        bank_id = db.session.scalar(sa.select(Bank.id).where(Bank.key == "Q"))
        db.session.execute(sa.update(Course).where(Course.id == world.course).values(bank_id=bank_id))
        commit()
    assert an.get(address_of(app), status=status)
    assert chi.get(address_of(app), status=404)


def test_what_an_author_wrote_in_place_of_a_found_picture_is_thrown_away(app: Flask, world: World) -> None:
    report = load_places(app, world.agencies["T"])
    raw = question("k-1", "mot", "places") | {"_picture": {"token": "của-người-khác", "width": 1}}
    address = address_of(app)
    with app.app_context():
        found = with_pictures(report.bank_id, raw)["_picture"]
        assert found["token"] in address and (found["width"], found["height"]) == (200, 100)
        assert "_picture" not in with_pictures(report.bank_id, {**question("k-2", "mot"), "_picture": {"token": "x"}})
        with pytest.raises(Refused, match="files/khac.png"):
            with_pictures(report.bank_id, raw | {"picture": "files/khac.png"})
        db.session.rollback()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", JPEG), ("a.jpg", PNG), ("a.svg", b"<svg/>"), ("a.png", b""), ("a.png", PNG[:40]), ("a.png", png(4001, 1)), ("a.html", PNG)],
)
def test_what_is_no_picture_by_its_content_is_refused(app: Flask, world: World, name: str, content: bytes) -> None:
    report = load_places(app, world.agencies["T"])
    with app.app_context():
        with pytest.raises(Refused):
            store_picture(report.bank_id, name, content)
        assert store_picture(report.bank_id, "a.jpg", JPEG).width == 200
        db.session.rollback()
