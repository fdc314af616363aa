"""What a course says about itself: texts, certificate, courses demanded before it, review; its glossary; and texts without English."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Refused, commit, db, in_language, remember_language
from lms.courses import Course, CourseRevision, Lesson, add_trainer
from lms.courses.course_drafts import current_course_source, outline_of
from lms.courses.folder import CourseSource
from lms.courses.outlining import change_course, locked_course, save_course_draft
from lms.courses.prerequisites import lock_courses, refuse_loop
from lms.courses.publishing import publish_course
from tests.cast import World
from tests.courses.test_creating import make, someone
from tests.pages import Page, Visitor
from tests.people.test_two_administrators import at_once


@pytest.fixture
def settings(world: World) -> str:
    """The address of what M says about itself."""
    return f"/courses/{world.course}/settings"


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    """What the form holds, with some fields typed anew."""
    texts = [
        field for field in page.all("input") if field.get("type") in ("text", "number", "hidden") and field.get("name") not in (None, "_key", "next")
    ]
    ticked = [field for field in page.all("input") if field.get("type") == "checkbox" and field.get("checked") is not None]
    fields: dict[str, Any] = {field.get("name", ""): field.get("value", "") for field in texts}
    fields |= {area.get("name", ""): (area.text or "").strip() for area in page.all("textarea")}
    for field in ticked:
        fields.setdefault(field.get("name", ""), []).append(field.get("value", "y"))
    return fields | changes


def said(app: Flask, course_id: int) -> CourseSource:
    with app.app_context():
        return current_course_source(db.session.get_one(Course, course_id, populate_existing=True))


def test_texts_and_numbers_are_changed_in_the_draft(app: Flask, binh: Visitor, world: World, settings: str) -> None:
    page, before = binh.get(settings), said(app, world.course)
    binh.post(settings, typed(page), page=page, status=303)
    assert "chưa có gì thay đổi" in binh.get(settings).text and said(app, world.course) == before
    page = binh.get(settings)
    new = {"title_vi": "Mật khẩu tốt", "title_en": "", "minutes": "25", "valid_months": "", "pass_percent": "70", "standards": "iu06, DC4.1 CD19"}
    binh.post(settings, typed(page, **new), page=page, status=303)
    after = said(app, world.course)
    assert after.title == {"vi": "Mật khẩu tốt", "en": ""} and (after.minutes, after.valid_months, after.pass_percent) == (25, None, 70)
    assert after.standards == ["IU06", "DC4.1", "CD19"] and after.outline == before.outline and after.gives_certificate
    assert "Mật khẩu tốt" in binh.get(settings).h1
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        published = db.session.scalars(sa.select(CourseRevision).where(CourseRevision.course_id == world.course)).one()
        assert course.draft is not None and published.title["vi"] == "Khóa học mẫu về mật khẩu"
        assert publish_course(someone(world), world.course) == 2
    binh.post(settings, {**typed(binh.get(settings)), "gives_certificate": ""}, page=binh.get(settings), status=303)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_vi": ""}, "nhập tên khóa học"),
        ({"title_vi": "\u200b\u3164"}, "nhập tên khóa học"),
        ({"summary_vi": " "}, "câu tóm tắt"),
        ({"minutes": "0"}, "số từ 1 đến 6000"),
        ({"minutes": "mười"}, "số từ 1 đến 6000"),
        ({"valid_months": "-1"}, "số từ 1 đến 600"),
        ({"pass_percent": "101"}, "số từ 0 đến 100"),
        ({"standards": "IU06, abc"}, "“ABC” không đúng dạng"),
        ({"prerequisites": "KHONG-CO"}, "chọn một mục trong danh sách"),
    ],
)
def test_wrong_values_come_back_with_what_was_typed(
    app: Flask, binh: Visitor, world: World, settings: str, changes: dict[str, str], words: str
) -> None:
    page = binh.get(settings)
    answer = binh.post(settings, typed(page, audience_vi="Vừa gõ", **changes), page=page, status=422)
    assert words in answer.text and 'value="Vừa gõ"' in answer.html
    with app.app_context():
        assert db.session.get_one(Course, world.course).draft is None


def test_the_second_to_save_sees_both_texts(app: Flask, binh: Visitor, world: World, settings: str) -> None:
    mine, other = binh.get(settings), binh.get(settings)
    binh.post(settings, typed(other, title_vi="Của người kia"), page=other, status=303)
    conflict = binh.post(settings, typed(mine, title_vi="Của tôi"), page=mine, status=422)
    assert "vừa lưu thay đổi" in conflict.text and "Của người kia" in conflict.text and 'value="Của tôi"' in conflict.html
    assert said(app, world.course).title["vi"] == "Của người kia"
    binh.post(settings, typed(conflict), page=conflict, status=303)
    assert said(app, world.course).title["vi"] == "Của tôi"


def test_the_lists_call_a_course_that_was_never_published_by_its_draft(app: Flask, binh: Visitor, world: World) -> None:
    with app.app_context():
        course_id = make(world, "Tên đầu", summary_vi="Tóm tắt", audience_vi="Mọi người").id
        commit()
    page = binh.get(f"/courses/{course_id}/settings")
    binh.post(f"/courses/{course_id}/settings", typed(page, title_vi="Tên sau"), page=page, status=303)
    assert "Tên sau" in binh.get("/courses").text and "Tên đầu" not in binh.get("/courses").text


def publish(world: World, key: str) -> int:
    """A course that can be demanded."""
    course = make(world, key, key=key, summary_vi="Tóm tắt", audience_vi="Mọi người")
    course.state = "published"
    db.session.flush()
    return course.id


def demands(course_id: int, *keys: str) -> None:
    """Let the draft of a course demand others, as its form does."""
    lock_courses()
    course = locked_course(course_id)
    refuse_loop(course, keys)
    change_course(None, course_id, course.draft_version, lambda said: replace(said, prerequisites=list(keys)))


def test_courses_are_demanded_before_others(app: Flask, binh: Visitor, world: World, settings: str) -> None:
    with app.app_context():
        publish(world, "A1")
        publish(world, "A2")
        make(world, "Chưa công bố", key="A3")
        commit()
    page = binh.get(settings)
    offered = [field.get("value") for field in page.all("input") if field.get("name") == "prerequisites"]
    assert offered == ["A1", "A2"], "what is not published cannot be completed, and no course waits for itself"
    binh.post(settings, typed(page, prerequisites=["A1", "A2"]), page=page, status=303)
    assert said(app, world.course).prerequisites == ["A1", "A2"]
    binh.post(settings, {**typed(binh.get(settings)), "prerequisites": "A2"}, page=binh.get(settings), status=303)
    assert said(app, world.course).prerequisites == ["A2"]
    binh.post(settings, {**typed(binh.get(settings)), "prerequisites": []}, page=binh.get(settings), status=303)
    assert said(app, world.course).prerequisites == []


def test_no_course_waits_for_itself_through_others(app: Flask, binh: Visitor, world: World, settings: str) -> None:
    with app.app_context():
        first, second = publish(world, "A1"), publish(world, "A2")
        demands(first, "A2")
        demands(second, "M")
        commit()
    page = binh.get(settings)
    refused = binh.post(settings, typed(page, prerequisites=["A1"], title_vi="Vừa gõ"), page=page, status=422)
    assert "Khóa học “A1” lại đòi học xong khóa này trước" in refused.text and 'value="Vừa gõ"' in refused.html
    assert [field.get("value") for field in refused.all("input") if field.get("name") == "prerequisites" and field.get("checked") is not None] == [
        "A1"
    ]
    assert said(app, world.course).prerequisites == []


def test_what_was_published_counts_although_a_draft_says_otherwise(app: Flask, world: World) -> None:
    with app.app_context():
        first = publish(world, "A1")
        db.session.execute(sa.update(CourseRevision).where(CourseRevision.course_id == first).values(prerequisites=["M"]))
        commit()
        with pytest.raises(Refused, match="đòi học xong khóa này trước"):
            demands(world.course, "A1")


def test_two_trainers_cannot_close_a_loop_at_once(app: Flask, world: World) -> None:
    with app.app_context():
        first, second = publish(world, "A1"), publish(world, "A2")
        commit()
    told = at_once(app, partial(demands, first, "A2"), partial(demands, second, "A1"))
    assert told[0] == "" and "đòi học xong khóa này trước" in told[1]


def test_only_the_owner_says_whether_a_second_person_reviews_and_it_holds_at_once(app: Flask, binh: Visitor, world: World, settings: str) -> None:
    binh.post(f"{settings}/review", {"needed": "yes"}, page=settings, status=303)
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        assert course.is_review_needed and course.draft is None
        add_trainer(None, world.course, world.people["binh"], "author")
        commit()
    page = binh.get(settings)
    assert "cần người thứ hai duyệt rồi mới" in page.text and not [one for one in page.all("button") if one.get("name") == "needed"]
    binh.post(f"{settings}/review", {"needed": "no"}, page=page, status=404)
    with app.app_context():
        assert db.session.get_one(Course, world.course).is_review_needed


def term(page: Page, **changes: str) -> dict[str, str]:
    return {"term_vi": "Mã độc", "meaning_vi": "Phần mềm gây hại.", "term_en": "", "meaning_en": "", "version": typed(page)["version"]} | changes


def test_terms_are_added_changed_and_removed(app: Flask, binh: Visitor, world: World) -> None:
    glossary = f"/courses/{world.course}/glossary"
    page = binh.get(f"{glossary}/new")
    for _click in range(2):
        binh.post(f"{glossary}/new", term(page), page=page, status=303)
    assert said(app, world.course).glossary == [
        {"key": "ma-doc", "term": {"vi": "Mã độc", "en": ""}, "meaning": {"vi": "Phần mềm gây hại.", "en": ""}}
    ]
    page = binh.get(f"{glossary}/new")
    assert "đã có thuật ngữ này" in binh.post(f"{glossary}/new", term(page, term_vi="MÃ ĐỘC"), page=page, status=422).text
    binh.post(f"{glossary}/new", term(page, term_vi="Mã: độc"), page=binh.get(f"{glossary}/new"), status=303)
    assert [one["key"] for one in said(app, world.course).glossary] == ["ma-doc", "ma-doc-2"]
    page = binh.get(f"{glossary}/ma-doc")
    binh.post(f"{glossary}/ma-doc", term(page, meaning_vi="Nghĩa mới."), page=page, status=303)
    assert "Nghĩa mới." in binh.get(glossary).text
    stale = binh.post(f"{glossary}/ma-doc", term(page, meaning_vi="Nghĩa cũ."), page=binh.get(f"{glossary}/ma-doc"), status=422)
    assert "Đang lưu: Mã độc: Nghĩa mới." in stale.text and "Nghĩa cũ." in stale.html
    page = binh.get(f"{glossary}/ma-doc-2")
    binh.post(f"{glossary}/ma-doc-2/remove", {"version": typed(page)["version"]}, page=page, status=303)
    assert [one["key"] for one in said(app, world.course).glossary] == ["ma-doc"]
    binh.get(f"{glossary}/ma-doc-2", 404)


def test_a_term_called_new_can_be_edited(app: Flask, binh: Visitor, world: World) -> None:
    glossary = f"/courses/{world.course}/glossary"
    page = binh.get(f"{glossary}/new")
    binh.post(f"{glossary}/new", term(page, term_vi="New"), page=page, status=303)
    assert [one["key"] for one in said(app, world.course).glossary] == ["new-2"]
    page = binh.get(f"{glossary}/new-2")
    binh.post(f"{glossary}/new-2", term(page, term_vi="New", meaning_vi="Mới."), page=page, status=303)
    assert [one["meaning"]["vi"] for one in said(app, world.course).glossary] == ["Mới."]


@pytest.mark.parametrize(
    ("changes", "words"), [({"term_vi": ""}, "nhập thuật ngữ"), ({"meaning_vi": ""}, "nhập nghĩa"), ({"term_vi": "x" * 101}, "Tối đa 100")]
)
def test_a_term_needs_a_word_and_a_meaning(binh: Visitor, world: World, changes: dict[str, str], words: str) -> None:
    address = f"/courses/{world.course}/glossary/new"
    page = binh.get(address)
    assert words in binh.post(address, term(page, **changes), page=page, status=422).text


@pytest.mark.parametrize("where", ["draft", "source"])
def test_a_term_that_a_lesson_uses_stays(app: Flask, binh: Visitor, world: World, where: str) -> None:
    glossary = f"/courses/{world.course}/glossary"
    page = binh.get(f"{glossary}/new")
    binh.post(f"{glossary}/new", term(page), page=page, status=303)
    with app.app_context():
        if where == "draft":
            front = 'title: {vi: "Bài X", en: ""}\nsummary: {vi: "", en: ""}\nminutes: 5\nlegal_basis: []\nstandards: []\n'
            text = f"---\n{front}---\n[mã độc](term:ma-doc)\n"
            db.session.execute(sa.update(Lesson).where(Lesson.key == "01-dai").values(draft=text))
        else:
            db.session.execute(sa.text("UPDATE lesson_revision SET source = 'Xem [mã độc](term:ma-doc).' WHERE lesson_id = 1"))
        commit()
    page = binh.get(f"{glossary}/ma-doc")
    refused = binh.post(f"{glossary}/ma-doc/remove", {"version": typed(page)["version"]}, page=page, status=422)
    assert ("Bài “Bài X”" if where == "draft" else "Bài “Mật khẩu dài”") in refused.text
    assert said(app, world.course).glossary


def test_a_draft_keeps_all_that_a_course_can_say(app: Flask, world: World) -> None:
    """What is written as a draft reads back as the same, with empty English, quotes, colons and line ends in the texts."""
    with app.app_context():
        course = db.session.get_one(Course, world.course)
        before = current_course_source(course)
        odd = {"vi": "“A”: 'b' # c\\n {x} - y\nhai", "en": ""}
        texts = {name: dict(odd) for name in ("title", "summary", "audience")}
        after = CourseSource(**{**vars(before), **texts, "valid_months": None, "standards": []})
        save_course_draft(None, course, after, course.draft_version)
        assert current_course_source(locked_course(world.course)) == after
        assert outline_of(1) == before.outline
        unreadable = replace(after, title={"vi": "x" * 4001, "en": ""})
        with pytest.raises(Refused, match="ký tự lạ"):
            save_course_draft(None, course, unreadable, course.draft_version + 1)
        long = [{"key": f"t{n}", "term": {"vi": "x", "en": ""}, "meaning": {"vi": "x" * 3900, "en": ""}} for n in range(110)]
        with pytest.raises(Refused, match="dài quá"):
            save_course_draft(None, course, replace(after, glossary=long), course.draft_version + 1)


def test_a_text_without_english_is_shown_in_vietnamese(app: Flask) -> None:
    for text, expected in (({"vi": "Chữ", "en": ""}, "Chữ"), ({"vi": "Chữ"}, "Chữ"), ({"vi": "Chữ", "en": "Text"}, "Text"), (None, "")):
        with app.test_request_context():
            remember_language("en")
            assert in_language(text) == expected


def test_a_course_that_was_never_published_has_nothing_to_go_back_to(app: Flask, binh: Visitor, world: World) -> None:
    with app.app_context():
        course_id = make(world).id
        commit()
    page = binh.get(f"/courses/{course_id}/settings")
    refused = binh.post(f"/courses/{course_id}/outline/discard", {"version": typed(page)["version"]}, page=page, status=422)
    assert "chưa công bố lần nào nên chưa có bản để quay về" in refused.text
    with app.app_context():
        assert db.session.get_one(Course, course_id).draft is not None


def test_the_same_pages_in_english(binh: Visitor, world: World) -> None:
    binh.post("/language", {"language": "en", "next": "/courses"}, page="/courses")
    for address in ("outline", "settings", "glossary", "lessons/new", "lessons/copy", "outline/steps/lesson/01-dai"):
        assert binh.get(f"/courses/{world.course}/{address}").all("html")[0].get("lang") == "en"
