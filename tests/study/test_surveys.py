"""The anonymous survey: after completion, once, and told only when enough have answered."""

import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.study import Enrolment, SurveyAnswer, SurveyGiven
from lms.study.surveys import FEWEST
from tests.cast import World
from tests.pages import Page, Visitor
from tests.study.learner import Learner

SAID = {"useful": "5", "clear": "4", "pace": "3", "comment": "Ví dụ sát việc ở xã."}


def complete(world: World, who: Visitor) -> None:
    learner = Learner(who, world.course)
    learner.read()
    learner.pass_test()


def give(world: World, who: Visitor, **said: str) -> Page:
    address = f"/study/courses/{world.course}/survey"
    return who.post(address, {**SAID, **said}, page=address)


def test_whoever_has_completed_is_asked_once_and_stays_unknown(app: Flask, world: World, an: Visitor) -> None:
    address = f"/study/courses/{world.course}/survey"
    an.get(address, 303)
    complete(world, an)
    assert "Góp ý cho khóa học" in an.get(f"/study/courses/{world.course}").text
    shown = an.get(address)
    assert an.post(address, SAID, page=shown).status == 303
    assert an.post(address, {**SAID, "comment": "Lần nữa"}, page=shown).status == 303
    assert "đã góp ý cho khóa học này rồi" in an.get(f"/study/courses/{world.course}").text
    assert "Góp ý cho khóa học" not in an.get(f"/study/courses/{world.course}").text
    an.get(address, 303)
    with app.app_context():
        said = db.session.query(SurveyAnswer).one()
        assert (said.useful, said.clear, said.pace, said.comment) == (5, 4, 3, SAID["comment"])
        assert not {column.name for column in SurveyAnswer.__table__.columns} & {"person_id", "enrolment_id", "agency_id", "at", "id"}
        assert {column.name for column in SurveyGiven.__table__.columns} == {"enrolment_id"}
        trail = db.session.execute(sa.text("SELECT action, thing FROM audit")).all()
        assert not [row for row in trail if "survey" in " ".join(row)]
        assert db.session.execute(sa.text("SELECT count(*) FROM form_post WHERE body LIKE '%sát việc%'")).scalar() == 0
    assert SAID["comment"] not in an.get("/privacy/data.json").html


def test_who_has_not_completed_or_does_not_learn_it_says_nothing(app: Flask, world: World, an: Visitor, giang: Visitor) -> None:
    for who, status in ((an, 303), (giang, 404)):
        assert who.post(f"/study/courses/{world.course}/survey", SAID, page="/study", key=who.get("/study").key("/sign-out")).status == status
    with app.app_context():
        assert db.session.query(SurveyAnswer).count() == 0 and db.session.query(SurveyGiven).count() == 0


def test_a_missing_or_odd_score_is_asked_for_and_the_rest_stays(world: World, an: Visitor) -> None:
    complete(world, an)
    for score in ("", "0", "6", "x", "-1"):
        page = give(world, an, clear=score)
        assert page.status == 422 and page.text.count("từ 1 đến 5.") == 1 and SAID["comment"] in page.text
        assert [field.get("value") for field in page.all("input") if field.get("checked") is not None] == ["5", "3"]
    page = give(world, an, comment="a" * 2001)
    assert page.status == 422 and "Tối đa 2000 ký tự" in page.text


def test_trainers_see_nothing_before_five_have_answered(app: Flask, world: World, an: Visitor, binh: Visitor, chi: Visitor) -> None:
    complete(world, an)
    give(world, an)
    address = f"/study/teaching/{world.course}/survey"
    page = binh.get(address)
    assert "Mới có 1 người" in page.text and SAID["comment"] not in page.text
    with app.app_context():
        own = db.session.query(Enrolment).filter_by(state="completed").one()
        for number in range(FEWEST - 1):
            values = {"useful": 1, "clear": 2, "pace": 3, "comment": f"Ý {number}" if number else None}
            db.session.add(
                SurveyAnswer(key=f"k{number}", course_id=world.course, course_revision_id=own.course_revision_id, month="2026-11", **values)
            )
        commit()
    page = binh.get(address)
    assert "5 người đã góp ý" in page.text and SAID["comment"] in page.text and "1,8" in page.text and "2,4" in page.text and "3,0" in page.text
    chi.get(address, 403)
