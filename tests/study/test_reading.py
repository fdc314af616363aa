"""Reading a course: its contents beside a lesson, searching inside it, the handout, the glossary."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.courses.handouts import found_in_course
from lms.courses.reading import Heading, excerpt, headings_in
from tests.cast import World
from tests.pages import Page, Visitor
from tests.study.learner import Learner
from tests.study.planned import FIRST, SECOND, add_lessons, lesson_said, plan, plan_steps

LONG = "## Mở đầu\n\nĐoạn đầu.\n\n## Sao lưu\n\nSao lưu 3-2-1 giữ ba bản.\n\n### Vì sao\n\nĐĩa hỏng.\n\n## Kết\n\nHết."


def test_headings_are_read_from_stored_html() -> None:
    html = '<h2 id="muc-1">Sao &amp; <strong>lưu</strong></h2><h3 id="muc-2">Nhỏ</h3><h2>không có id</h2>'
    assert headings_in([("html", html), ("self-check", "x")]) == [Heading(2, "muc-1", "Sao & lưu"), Heading(3, "muc-2", "Nhỏ")]


@pytest.mark.parametrize(
    ("query", "marked"),
    [("mat khau", ["Mật", "khẩu"]), ("MẬT KHẨU", ["Mật", "khẩu"]), ("khau,", []), ("giay", ["giây"]), ("khong co", [])],
)
def test_an_excerpt_marks_the_words_where_they_stand_together(query: str, marked: list[str]) -> None:
    html = "<p>" + "đầu " * 40 + "rồi đến khẩu hiệu.</p><h2>Mật khẩu dài</h2><p>khó đoán &lt;script&gt; trong 6 giây.</p>"
    shown = str(excerpt(html, query))
    assert re.findall("<mark>(.*?)</mark>", shown)[-2:] == marked
    assert (" ".join(f"<mark>{word}</mark>" for word in marked)) in shown
    assert "<script" not in shown and len(shown) < 600


def test_an_excerpt_of_a_text_with_lone_marks_breaks_nothing() -> None:
    assert "dài" in excerpt("<p>dài \u0301 lắm</p>", "dai") and excerpt("", "dai") == ""


def test_search_inside_a_course_finds_without_accents_and_marks(an: Visitor, world: World) -> None:
    address = f"/study/courses/{world.course}/search"
    page = an.get(address, query_string={"q": "ten con"})
    assert "Tìm thấy trong 1 bài học" in page.text and "Bài 1: Mật khẩu dài" in page.text
    assert ["".join(mark.itertext()) for mark in page.all("mark")] == ["tên", "con"]
    assert f"/study/courses/{world.course}/lessons/{FIRST}" in page.links()
    assert "Không có bài học nào chứa" in an.get(address, query_string={"q": "xyzzy"}).text
    assert "không cần dấu" in an.get(address).text


@pytest.mark.parametrize("query", ["%", "_", "' OR 1=1 --", "<script>alert(1)</script>", "a" * 500, "x " * 60, '"', "\\"])
def test_search_takes_whatever_is_typed(an: Visitor, world: World, query: str) -> None:
    page = an.get(f"/study/courses/{world.course}/search", query_string={"q": query})
    assert "Tìm thấy trong 2" not in page.text and not [script for script in page.all("script") if not script.get("src")]


def test_search_shows_no_locked_lesson_and_only_the_own_revision(app: Flask, an: Visitor, anh: Visitor, world: World) -> None:
    address = f"/study/courses/{world.course}/search"
    Learner(anh, world.course).read(FIRST)
    add_lessons(app, world, {"03-sao-luu": lesson_said("Sao lưu", LONG)})
    assert "Bài 3: Sao lưu" in an.get(address, query_string={"q": "3-2-1"}).text
    assert "Không có bài học nào" in anh.get(address, query_string={"q": "3-2-1"}).text
    plan_steps(app, world, second={"release": {"after": FIRST}})
    assert SECOND not in "".join(an.get(address, query_string={"q": "mat khau"}).links())


def test_search_is_for_those_who_learn_the_course(binh: Visitor, giang: Visitor, world: World) -> None:
    for path in ("search?q=mat", "handout"):
        assert binh.knock("GET", f"/study/courses/{world.course}/{path}").status == 303
        assert giang.knock("GET", "/study/courses/9999/" + path).status == 404


def test_sixty_results_stay_within_the_budget(app: Flask, an: Visitor, world: World) -> None:
    add_lessons(app, world, {f"{n:02d}-bai": lesson_said(f"Sao lưu {n}", LONG) for n in range(3, 61)})
    assert "Tìm thấy trong 58 bài học" in an.get(f"/study/courses/{world.course}/search", query_string={"q": "sao luu"}).text


def test_a_lesson_lists_its_headings_when_there_are_three(app: Flask, an: Visitor, world: World) -> None:
    add_lessons(app, world, {"03-sao-luu": lesson_said("Sao lưu", LONG), "04-ngan": lesson_said("Ngắn", "## Một\n\nHai.")})
    page = an.get(f"/study/courses/{world.course}/lessons/03-sao-luu")
    assert "Trong bài này Mở đầu Sao lưu Vì sao Kết" in page.text
    targets = {link for link in page.links() if link.startswith("#muc-")}
    ids = {node.get("id") for node in page.tree.iter() if node.get("id")}
    assert len(targets) == 4 and all(target[1:] in ids for target in targets)
    assert "Mục lục khóa học" in page.text and "Trong bài này" not in an.get(f"/study/courses/{world.course}/lessons/04-ngan").text


def test_a_lesson_says_how_long_the_course_takes_and_where_one_is(an: Visitor, world: World) -> None:
    page = an.get(f"/study/courses/{world.course}/lessons/{SECOND}")
    assert "cả khóa còn khoảng 17 phút" in page.text
    assert [link.get("href") for link in page.all("a") if link.get("aria-current") == "page"] == ["/study/courses/1/lessons/02-la"]
    Learner(an, world.course).read(FIRST)
    assert "cả khóa còn khoảng 14 phút" in an.get(f"/study/courses/{world.course}/lessons/{SECOND}").text


def answers_of(page: Page) -> str:
    """What stands under the heading of the answers."""
    return page.text.partition("Đáp án các câu tự kiểm tra")[2]


def test_the_handout_holds_the_lessons_and_the_answers_at_the_end(an: Visitor, world: World) -> None:
    page = an.get(f"/study/courses/{world.course}/handout")
    before, answers = page.text.partition("Đáp án các câu tự kiểm tra")[::2]
    assert "Bài 1: Mật khẩu dài" in before and "Bài 2: Mật khẩu không giống ai" in before
    assert "Tự kiểm tra, câu 1" in before and "Đúng 0 của m01-s1" in before and "Sai 3 của m01-s1" in before
    assert "Vì sao 0 của m01-s1." not in before and "Vì sao 0 của m01-s1." in answers
    assert not page.all("header") and not page.all("details")
    assert "#bai-02-la" in page.links()


def test_the_handout_leaves_out_what_is_locked(app: Flask, an: Visitor, world: World) -> None:
    plan_steps(app, world, second={"release": {"after": FIRST}})
    address = f"/study/courses/{world.course}/handout"
    page = an.get(address)
    assert "Không in 1 bài chưa mở." in page.text and "Mật khẩu không giống ai" not in page.text
    Learner(an, world.course).read(FIRST)
    assert "Bài 2: Mật khẩu không giống ai" in an.get(address).text


def test_the_handout_of_sixty_lessons_takes_no_more_statements(app: Flask, an: Visitor, world: World) -> None:
    text = LONG + "\n\n[[self-check: m01-s1]]\n\nXem [bài đầu](lesson:01-dai)."
    add_lessons(app, world, {f"{n:02d}-bai": lesson_said(f"Sao lưu {n}", text) for n in range(3, 61)}, sections=4)
    page = an.get(f"/study/courses/{world.course}/handout")
    assert "Bài 60: Sao lưu 60" in page.text and "Phần 4" in page.text
    assert len(page.statements) <= 6
    assert "Tự kiểm tra, câu 59" in page.text


def test_trainers_print_the_handout_of_their_course(app: Flask, binh: Visitor, chi: Visitor, an: Visitor, world: World) -> None:
    address = f"/courses/{world.course}/handout"
    plan_steps(app, world, second={"release": {"after": FIRST}})
    page = binh.get(address)
    assert "Bài 2: Mật khẩu không giống ai" in page.text and "Vì sao 0 của m01-s1." in answers_of(page)
    assert an.knock("GET", address).status == 403 and chi.knock("GET", address).status == 403
    with app.app_context():
        db.session.execute(sa.text("DELETE FROM course_trainer"))
        commit()
    binh.get(address, status=404)


def test_only_the_terms_of_the_lesson_are_explained_in_it(app: Flask, an: Visitor, world: World) -> None:
    entries = [
        {"key": key, "term": {"vi": term, "en": term}, "meaning": {"vi": f"Nghĩa của {term}.", "en": "Meaning."}}
        for key, term in (("ma-doc", "mã độc"), ("sao-luu", "sao lưu"))
    ]
    plan(app, world.course, lambda said: replace(said, glossary=entries))
    add_lessons(app, world, {"03-thuat-ngu": lesson_said("Thuật ngữ", "## Một\n\nTránh [mã độc](term:ma-doc).")})
    page = an.get(f"/study/courses/{world.course}/lessons/03-thuat-ngu")
    assert "#term-ma-doc" in page.links()
    assert "Nghĩa của mã độc." in page.text and "Nghĩa của sao lưu." not in page.text
    assert "term-ma-doc" in {node.get("id") for node in page.tree.iter()}
    assert "Nghĩa của mã độc." in an.get(f"/study/courses/{world.course}/handout").text
    assert "Nghĩa" not in an.get(f"/study/courses/{world.course}/lessons/{FIRST}").text


def test_nothing_is_found_for_no_words(app: Flask, world: World) -> None:
    with app.app_context():
        assert found_in_course(1, "  ") == []
