"""Essays: a text with its line breaks, marked by a person, told with its rubric only after that."""

import re
from typing import Any

import pytest
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.quizzes import KINDS, PaperItem, check_question, result
from lms.quizzes.judging import judge
from lms.quizzes.kind import KindError
from tests.cast import World
from tests.conftest import FakeClock
from tests.pages import Visitor
from tests.study.learner import Learner, put_quiz

from .face.sitting import CANARY, Sitter, load, question
from .trainers import attempt, essays, item, sitter_of, trainer

ESSAY = KINDS["essay"]
TEXT = 'Đoạn một.\n\nĐoạn hai, có dấu phẩy, và "ngoặc".'


def body_of(**more: Any) -> dict[str, Any]:
    """The body of an essay question."""
    return ESSAY.parse(question("k-1", "mot", "essay", **more))


@pytest.fixture
def an_writes(app: Flask, world: World) -> Sitter:
    """An before a paper of two essays."""
    return sitter_of(app, world, essays(), blueprint=[{"topic": "mot", "take": 2}])


def test_what_an_author_wrote_comes_back_as_written() -> None:
    for body in (body_of(), body_of(fewest_words=None, most_words=None)):
        assert ESSAY.parse(ESSAY.written(body)) == body


def test_neither_rubric_nor_model_is_delivered() -> None:
    delivered = ESSAY.deliver(body_of(), [])
    assert CANARY not in repr(delivered) and set(delivered) == {"text", "fewest_words", "most_words", "longest"}
    twin = body_of(rubric=[{"text": "Khác", "points": 100}], model="Khác")
    assert ESSAY.deliver(twin, []) == delivered


@given(st.text())
def test_a_text_keeps_its_lines_and_is_read_the_same_again(typed: str) -> None:
    answer = ESSAY.read(body_of(), [typed])
    assert ESSAY.read(body_of(), answer or []) == answer
    assert ESSAY.read(body_of(), [typed.replace("\n", "\r\n")]) == ESSAY.read(body_of(), [typed.replace("\r\n", "\n")])
    assert answer is None or (answer[0].strip() and "\r" not in answer[0] and "\x00" not in answer[0])


def test_line_breaks_are_kept_and_letters_composed() -> None:
    assert ESSAY.read(body_of(), [TEXT.replace("\n", "\r\n")]) == [TEXT]
    assert ESSAY.read(body_of(), ["e\u0302\u0301"]) == ["ế"]
    assert ESSAY.read(body_of(), [" \r\n "]) is None and ESSAY.read(body_of(), []) is None


def test_ten_thousand_characters_are_read_and_one_more_is_said_to_be_too_many() -> None:
    assert ESSAY.read(body_of(), ["à" * 10_000]) == ["à" * 10_000]
    for values in (["à" * 10_001], ["a", "b"]):
        with pytest.raises(KindError) as refused:
            ESSAY.read(body_of(), values)
        assert refused.value.sentence.endswith(".")


def test_a_person_marks_what_was_answered_and_nobody_what_was_not() -> None:
    assert ESSAY.needs_marker
    assert ESSAY.mark(body_of(), [TEXT], 100) is None and ESSAY.mark(body_of(), None, 100) == 0


def rubric(*points: Any) -> list[dict[str, Any]]:
    """A rubric with these points."""
    return [{"text": f"Tiêu chí {number}", "points": one} for number, one in enumerate(points)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rubric": []}, "`rubric`"),
        ({"rubric": rubric(*[10] * 9)}, "`rubric`"),
        ({"rubric": rubric(60, 30)}, "90"),
        ({"rubric": rubric(100, 0)}, "`points`"),
        ({"rubric": rubric(50, "50")}, "`points`"),
        ({"rubric": rubric(True, 99)}, "`points`"),
        ({"rubric": rubric(99.5, 0.5)}, "`points`"),
        ({"rubric": [{"text": "A", "points": 50}] * 2}, "cùng nội dung"),
        ({"rubric": [{"points": 100}]}, "`text`"),
        ({"rubric": [{"text": "A", "points": 100, "why": "x"}]}, "`why`"),
        ({"rubric": ["A"]}, "`points`"),
        ({"model": ""}, "`model`"),
        ({"fewest_words": 0}, "`fewest_words`"),
        ({"most_words": "200"}, "`most_words`"),
        ({"fewest_words": 300}, "không được lớn hơn"),
        ({"why": "x"}, "`why`"),
    ],
)
def test_a_fault_is_one_sentence(changes: dict[str, Any], said: str) -> None:
    faults = check_question(question("k-1", "mot", "essay") | changes)
    assert len(faults) == 1 and said in faults[0], faults


def test_the_field_is_a_text_area_with_what_was_written(app: Flask) -> None:
    shown = PaperItem(1, 1, ESSAY.template, ESSAY.deliver(body_of(), []), [TEXT], ESSAY.was([TEXT]), 1, None)
    with app.test_request_context():
        html = render_template(ESSAY.template, item=shown)
    found = re.search(r'<textarea[^>]*name="answer-1"[^>]*>\n(.*?)</textarea>', html, re.S)
    assert found and found[1].startswith("Đoạn một.\n\nĐoạn hai") and "từ 3 đến 200 từ" in html


def test_an_essay_is_saved_by_number_and_by_form_and_an_untouched_one_is_left_alone(an_writes: Sitter) -> None:
    attempt_id = an_writes.start()
    assert CANARY not in repr(an_writes.paper(attempt_id).items)
    assert an_writes.save(attempt_id, 1, [TEXT.replace("\n", "\r\n")], 1).answer == [TEXT]
    served = an_writes.paper(attempt_id).items[0].was
    assert an_writes.save_form(attempt_id, ("answer-1", TEXT.replace("\n", "\r\n")), ("was-1", served), ("answer-2", "Hai"), ("was-2", "")) == 1
    assert an_writes.stored(attempt_id) == {1: [TEXT], 2: ["Hai"]}


def test_a_paper_with_an_essay_has_no_points_before_it_is_marked(an_writes: Sitter) -> None:
    attempt_id = an_writes.start()
    closed = an_writes.submit(attempt_id, ("answer-1", TEXT))
    assert (closed.points, closed.is_passed, closed.waiting_items) == (None, None, 1)
    assert item(an_writes, attempt_id, 1).points is None and item(an_writes, attempt_id, 2).points == 0


def shown(sitter: Sitter, attempt_id: int, position: int = 1) -> str:
    """What the page of the result shows of a question."""
    with sitter.app.test_request_context():
        found = result(attempt_id, sitter.person_id)
        assert found is not None
        one = found.items[position - 1]
        return render_template(one.template, item=one)


def test_the_model_and_the_marks_are_told_after_a_person_marked(an_writes: Sitter, world: World) -> None:
    attempt_id = an_writes.start()
    an_writes.carry_out(lambda: None)
    an_writes.submit(attempt_id, ("answer-1", TEXT))
    before = shown(an_writes, attempt_id)
    assert "Chờ chấm" in before and "Đoạn một." in before and "Bài mẫu" not in before
    assert "Chưa trả lời" in shown(an_writes, attempt_id, 2)
    item_id = item(an_writes, attempt_id, 1).id
    assert an_writes.carry_out(lambda: judge(trainer(world), item_id, {"a": 75}, "Thiếu ví dụ.\nViết thêm.", "", 0))
    after = shown(an_writes, attempt_id)
    assert "75 %" in after and "75/100" in after and "Thiếu ví dụ.\nViết thêm." in after and "Bài mẫu" in after and "Chờ chấm" not in after
    assert attempt(an_writes, attempt_id).points == 75


def test_markup_of_a_learner_is_shown_as_text(an_writes: Sitter) -> None:
    attempt_id = an_writes.start()
    an_writes.submit(attempt_id, ("answer-1", "<script>alert(1)</script> **đậm**"))
    assert "&lt;script&gt;" in shown(an_writes, attempt_id) and "<script" not in shown(an_writes, attempt_id)


def test_the_form_field_of_an_essay_may_be_emptied(an_writes: Sitter) -> None:
    attempt_id = an_writes.start()
    an_writes.save(attempt_id, 1, [TEXT], 1)
    served = an_writes.paper(attempt_id).items[0].was
    assert an_writes.save_form(attempt_id, *MultiDict({"answer-1": "", "was-1": served}).items()) == 1
    assert an_writes.stored(attempt_id)[1] is None


def test_the_whole_way_of_an_essay_from_the_paper_to_the_comment(app: Flask, world: World, an: Visitor, binh: Visitor, time: FakeClock) -> None:
    load(app, world.agencies["HT"], essays(), blueprint=[{"topic": "mot", "take": 1}])
    put_quiz(app, world, essays(), blueprint=[{"topic": "mot", "take": 1}], pass_percent=60)
    learner = Learner(an, world.course)
    learner.read()
    address = learner.start()
    receipt = learner.saved(address, 1, [TEXT], 1)
    assert receipt["answered"] == 1
    assert TEXT.split("\n")[0] in an.get(address).html
    learner.submit(address, {1: [TEXT.replace("\n", "\r\n")]})
    waiting = an.follow(address)
    assert "chờ" in waiting.text.lower() and "Bài mẫu" not in waiting.html
    queue = binh.get("/quizzes/marking")
    shown = binh.follow(next(link for link in queue.links() if "/quizzes/marking/next" in link))
    assert TEXT.split("\n")[0] in shown.html and "Nguyễn Văn An" not in shown.html
    seen = next(field.get("value", "") for field in shown.all("input") if field.get("name") == "seen")
    binh.post(shown.path, {"score_a": "80", "comment": "Viết tốt.", "note": "", "seen": seen}, page=shown, status=303)
    told = an.follow(address)
    assert "Viết tốt." in told.html and "80/100" in told.text and "Bài mẫu" in told.html
