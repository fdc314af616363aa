"""A question's page: what the learner sees, its versions and what differs, where it is used, retiring it and putting it back."""

import sqlalchemy as sa
from flask import Flask

from lms.base import db
from lms.quizzes import AttemptItem, QuizVersion, load_bank
from lms.quizzes.versions import words_changed
from lms.site import Audit
from tests.cast import World
from tests.pages import Visitor

from .at_the_editor import carry_out, question_id, stored, typed
from .face.sitting import QUIZ, TOPICS, question
from .face.sitting import bank as questions_of_q


def edit(visitor: Visitor, question: int, **changes: str) -> None:
    """Save a question with some fields typed anew."""
    address = f"/quizzes/questions/{question}/edit"
    page = visitor.get(address)
    visitor.post(address, typed(page, **changes), page=page, status=303)


def test_the_page_shows_the_question_its_key_and_where_it_is_used(app: Flask, binh: Visitor) -> None:
    page = binh.get(f"/quizzes/questions/{question_id(app)}")
    assert "Câu hỏi m01-01?" in page.text and "Phương án đúng" in page.text and "Vì sao 2 của m01-01." in page.text
    assert "Bài thi cuối khóa" in page.text and "Đã có trong 0 lượt làm bài" in page.text and "Chưa đủ lượt trả lời" in page.text
    assert len(page.statements) <= 10
    self_check = binh.get(f"/quizzes/questions/{question_id(app, 'm01-s1')}")
    assert "Chưa bài kiểm tra nào lấy câu này" in self_check.text


def test_papers_that_showed_a_version_are_counted(app: Flask, binh: Visitor, an: Visitor, world: World) -> None:
    start = f"/study/courses/{world.course}/quizzes/cuoi-khoa"
    an.post(f"{start}/start" if an.knock("GET", f"{start}/start").status == 405 else start, page=start)
    with app.app_context():
        version = db.session.scalars(sa.select(AttemptItem.question_version_id)).first()
        question = db.session.scalar(sa.text("SELECT question_id FROM question_version WHERE id = :id"), {"id": version})
    edit(binh, int(question or 0), **{"f-text": "Câu mới sau khi có người làm?"})
    page = binh.get(f"/quizzes/questions/{question}")
    assert "Đã có trong 1 lượt làm bài" in page.text
    assert "Bản 2" in page.text and page.text.index("Bản 2") < page.text.index("Bản 1")


def test_a_fixed_question_is_told_from_one_that_may_be_drawn(app: Flask, binh: Visitor) -> None:
    fixed, other = question_id(app), question_id(app, "m01-02")
    lines = [{"question": "m01-01"}, {"topic": "mat-khau", "take": 1}]
    carry_out(app, lambda: db.session.execute(sa.update(QuizVersion).values(blueprint=lines)))
    assert "luôn có trong đề" in binh.get(f"/quizzes/questions/{fixed}").text
    page = binh.get(f"/quizzes/questions/{other}")
    assert "Bài thi cuối khóa" in page.text and "luôn có trong đề" not in page.text
    carry_out(app, lambda: db.session.execute(sa.update(QuizVersion).values(blueprint=[{"topic": "lua-dao", "take": 1}])))
    assert "Chưa bài kiểm tra nào" in binh.get(f"/quizzes/questions/{other}").text


def test_two_versions_are_compared_entry_by_entry_and_word_by_word(app: Flask, binh: Visitor) -> None:
    question = question_id(app)
    edit(binh, question, note="Rõ hơn.", **{"f-text": "Câu hỏi rõ ràng m01-01?", "f-options-correct": "2"})
    edit(binh, question, **{"f-text": "Câu hỏi rõ ràng m01-01?", "f-options-3-why": "Vì <b>khác</b> hẳn."})
    page = binh.get(f"/quizzes/questions/{question}/versions?from=1&to=2")
    assert "<ins>rõ ràng </ins>" in page.html and "Rõ hơn." in page.text and "Phương án 2: Đúng" in page.text
    assert "Giữ nguyên:" in page.text and "Dạng câu hỏi" in page.text
    last = binh.get(f"/quizzes/questions/{question}/versions")
    assert "Phương án 3: Giải thích" in last.text and "&lt;b&gt;khác&lt;/b&gt;" in last.html and "<b>khác" not in last.html
    assert "Hai bản giống nhau" in binh.get(f"/quizzes/questions/{question}/versions?from=2&to=2").text
    for wrong in ("from=1&to=9", "from=x&to=1", "from=-1&to=1", "from=1&to=99999999999999"):
        binh.get(f"/quizzes/questions/{question}/versions?{wrong}", 404)


def test_what_was_put_in_and_taken_out_gives_both_texts_back() -> None:
    for old, new in (("", ""), ("một hai ba", "một ba bốn"), ("", "mới"), ("a\nb", "a b"), ("x " * 300, "x y " * 300)):
        pieces = words_changed(old, new)
        assert "".join(text for what, text in pieces if what != "ins") == old
        assert "".join(text for what, text in pieces if what != "del") == new


def test_every_kind_is_shown_and_compared(app: Flask, binh: Visitor, world: World) -> None:
    kinds = ("single", "multiple", "truefalse", "matching", "ordering", "grouping", "numerical", "shortanswer", "cloze")
    raws = [question(f"v-{kind}", "mot", kind) for kind in kinds] + questions_of_q()
    carry_out(app, lambda: load_bank(None, "Q", world.agencies["HT"], TOPICS, raws, [QUIZ]))
    for kind in kinds:
        address = f"/quizzes/questions/{question_id(app, f'v-{kind}')}"
        assert "Học viên thấy" in binh.get(address).text
        binh.get(f"{address}/versions")


def test_a_retired_question_is_not_drawn_and_comes_back(app: Flask, binh: Visitor) -> None:
    question = question_id(app)
    address = f"/quizzes/questions/{question}"
    for deed, state in (("retire", "retired"), ("put-back", "published")):
        for _turn in range(2):
            binh.post(f"{address}/{deed}", page=binh.get(address), status=303)
            row, versions = stored(app, question)
            assert (row.state, row.is_edited, len(versions)) == (state, True, 1)
        retired = binh.get(f"/quizzes/banks/{row.bank_id}?state=retired")
        assert (address in retired.links()) == (deed == "retire") != (address in binh.get(f"/quizzes/banks/{row.bank_id}").links())
    with app.app_context():
        deeds = list(db.session.scalars(sa.select(Audit.action).where(Audit.thing == "question").order_by(Audit.id)))
    assert deeds == ["retire", "put-back"], "what is so already is not done again"


def test_what_is_done_to_questions_stands_in_the_trail(app: Flask, binh: Visitor) -> None:
    question = question_id(app)
    edit(binh, question, note="Sửa lỗi.", **{"f-text": "Câu khác?"})
    with app.app_context():
        entry = db.session.scalars(sa.select(Audit).where(Audit.thing == "question")).one()
    assert (entry.action, entry.thing_id, entry.details["why"], entry.details["revision"]) == ("change", question, "Sửa lỗi.", 2)
