"""Questions to the trainers at a lesson: who may ask, answer and see, and what two trainers at once come to."""

import pytest
from flask import Flask

from lms.base import commit, db
from lms.courses import add_trainer
from lms.people import grant_role
from lms.study import LessonQuestion
from tests.cast import World
from tests.pages import Page, Visitor

ASK = "Máy ở quê tôi không có phím Windows thì khóa màn hình thế nào ạ?"
ANSWER = "Chị bấm Ctrl+Alt+Delete rồi chọn Khóa."


def place(world: World) -> str:
    """Where one asks at the first lesson."""
    return f"/study/courses/{world.course}/lessons/01-dai/questions"


def asked(world: World, who: Visitor, text: str = ASK, status: int = 303) -> Page:
    return who.post(place(world), {"text": text}, status=status)


def answer(world: World, who: Visitor, number: int = 1, text: str = ANSWER, status: int = 303, **more: str) -> Page:
    address = f"/study/teaching/{world.course}/questions/{number}"
    shown = who.get(address)
    seen = next(field.get("value", "") for field in shown.all("input") if field.get("name") == "seen")
    return who.post(address, {"answer": text, "seen": seen, **more}, page=shown, status=status)


def test_an_answer_is_the_askers_alone_until_the_trainer_shows_it_to_all(world: World, an: Visitor, binh: Visitor, anh: Visitor) -> None:
    asked(world, an)
    assert "Giảng viên chưa trả lời." in an.get(place(world)).text and ASK not in anh.get(place(world)).text
    waiting = binh.get(f"/study/teaching/{world.course}/questions")
    assert ASK in waiting.text and "Chờ trả lời (1)" in waiting.text
    answer(world, binh)
    assert ANSWER in an.get(place(world)).text and ANSWER not in anh.get(place(world)).text
    answer(world, binh, text=f"{ANSWER} Cách này dùng được trên mọi máy.", is_shared="y")
    seen = anh.get(place(world)).text
    assert "Cách này dùng được trên mọi máy." in seen and ASK in seen and "An" not in seen.split(ASK)[1].split("Cần giúp")[0]
    assert "Đã cho mọi người xem (1)" in binh.get(f"/study/teaching/{world.course}/questions?state=shared").text
    assert ASK in anh.get(f"/study/courses/{world.course}/lessons/01-dai").text


def test_only_who_looks_after_the_course_reads_and_answers(
    world: World, an: Visitor, binh: Visitor, chi: Visitor, dung: Visitor, giang: Visitor, nobody: Visitor
) -> None:
    asked(world, an)
    for path in (f"/study/teaching/{world.course}/questions", f"/study/teaching/{world.course}/questions/1"):
        binh.get(path)
        for who, status in ((an, 403), (chi, 403), (dung, 403), (giang, 403), (nobody, 302)):
            who.get(path, status)
    binh.get(f"/study/teaching/{world.course}/questions/2", 404)
    binh.get("/study/teaching/99/questions/1", 404)


def test_a_trainer_of_another_course_sees_nothing(app: Flask, world: World, an: Visitor, giang: Visitor) -> None:
    asked(world, an)
    with app.app_context():
        grant_role(None, world.people["giang"], world.agencies["HL"], "trainer")
        commit()
    for path in ("questions", "questions/1", "survey", "move"):
        giang.get(f"/study/teaching/{world.course}/{path}", 404)


def test_who_does_not_learn_the_course_cannot_ask(world: World, giang: Visitor) -> None:
    giang.get(place(world), 404)
    assert giang.post(place(world), {"text": ASK}, page="/account").status == 404


@pytest.mark.parametrize(("text", "sentence"), [("", "viết câu hỏi"), ("   ", "viết câu hỏi"), ("a" * 2001, "Tối đa 2000 ký tự")])
def test_a_question_that_cannot_be_sent_keeps_what_was_typed(world: World, an: Visitor, text: str, sentence: str) -> None:
    page = asked(world, an, text, 422)
    assert sentence in page.text and text.strip() in page.text


def test_the_same_question_twice_is_one_and_the_sixth_of_a_day_waits(app: Flask, world: World, an: Visitor) -> None:
    for _turn in range(2):
        asked(world, an)
    for number in range(4):
        asked(world, an, f"{ASK} ({number})")
    page = asked(world, an, "Câu thứ sáu", 422)
    assert "5 câu hỏi trong một ngày" in page.text and "Câu thứ sáu" in page.text
    with app.app_context():
        assert db.session.query(LessonQuestion).count() == 5


def test_the_second_of_two_trainers_sees_the_first_answer_before_replacing_it(
    app: Flask, world: World, an: Visitor, binh: Visitor, anh: Visitor
) -> None:
    asked(world, an)
    with app.app_context():
        grant_role(None, world.people["anh"], world.agencies["HT"], "trainer")
        add_trainer(None, world.course, world.people["anh"], "author")
        commit()
    address = f"/study/teaching/{world.course}/questions/1"
    old = anh.get(address)
    answer(world, binh)
    refused = anh.post(address, {"answer": "Câu trả lời khác", "seen": ""}, page=old, status=422)
    assert ANSWER in refused.text and "Câu trả lời khác" in refused.text and "vừa trả lời" in refused.text
    with app.app_context():
        assert db.session.query(LessonQuestion).one().answer == ANSWER
    seen = next(field.get("value", "") for field in refused.all("input") if field.get("name") == "seen")
    anh.post(address, {"answer": "Câu trả lời khác", "seen": seen}, page=refused, status=303)


def test_what_one_asked_is_among_what_is_kept(world: World, an: Visitor) -> None:
    asked(world, an)
    assert ASK in an.get("/privacy/data.json").html


def test_a_reviewer_reads_questions_and_does_not_answer(app: Flask, world: World, an: Visitor, anh: Visitor) -> None:
    asked(world, an)
    with app.app_context():
        grant_role(None, world.people["anh"], world.agencies["HT"], "trainer")
        add_trainer(None, world.course, world.people["anh"], "reviewer")
        commit()
    page = anh.get(f"/study/teaching/{world.course}/questions")
    assert ASK in page.text and f"/study/teaching/{world.course}/questions/1" not in page.links()
    anh.get(f"/study/teaching/{world.course}/questions/1", 404)
