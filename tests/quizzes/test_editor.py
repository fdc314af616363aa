"""Writing questions: every kind by its form or as YAML, one after the other, nothing typed is lost, an old page overwrites nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect

from lms.base import write_yaml
from lms.quizzes import KINDS
from lms.quizzes.writable import RowsField
from tests.pages import Visitor

from .at_the_editor import NASTY, bank_id, choice, newest, question_id, stored, topic_id, typed
from .face.sitting import question as as_author_writes

BY_FORM = [name for name, kind in KINDS.items() if kind.form]


@pytest.fixture
def new(app: Flask) -> str:
    """The address of the editor of a new question of M."""
    return f"/quizzes/banks/{bank_id(app)}/questions/new"


def test_a_question_is_written_and_the_next_page_keeps_topic_kind_and_difficulty(app: Flask, binh: Visitor, new: str) -> None:
    topic = topic_id(app, "lua-dao")
    page = binh.get(f"{new}?topic_id={topic}&difficulty=hard")
    answer = binh.post(new, typed(page, do="next", **choice("Ai gửi thư này?", right=3)), page=page, status=303)
    after = binh.get(answer.response.headers["Location"])
    fields = typed(after)
    assert (fields["topic_id"], fields["difficulty"], fields["kind"], fields["f-text"]) == (str(topic), "hard", "single", "")
    assert "Đã lưu câu lua-dao-s1" in after.text
    assert [area.get("name") for area in after.all("textarea") if area.get("autofocus") is not None] == ["f-text"]
    question, versions = stored(app, newest(app))
    assert (question.key, question.is_edited, question.state, question.search[:30]) == ("lua-dao-s1", True, "published", "lua-dao-s1 ai gui thu nay?")
    written = KINDS["single"].written(versions[0].body)
    assert [option["text"] for option in written["options"] if option.get("correct")] == ["Phương án 3 của Ai gửi thư này?"]
    assert len(versions) == 1 and versions[0].made_by_id is not None


def test_two_questions_of_a_topic_get_different_keys(app: Flask, binh: Visitor, new: str) -> None:
    for text in ("Câu một?", "Câu hai?"):
        page = binh.get(new)
        binh.post(new, typed(page, **choice(text)), page=page, status=303)
    assert stored(app, newest(app))[0].key == "mat-khau-s2" and stored(app, newest(app) - 1)[0].key == "mat-khau-s1"


def test_one_general_explanation_is_enough(app: Flask, binh: Visitor, new: str) -> None:
    page = binh.get(new)
    fields = typed(page, **choice("Câu nào?", why=""), **{"f-why_all": "Vì luật nói thế."})
    binh.post(new, fields | {"f-options-2-why": "Riêng câu này khác."}, page=page, status=303)
    whys = {option["why"] for option in stored(app, newest(app))[1][0].body["options"]}
    assert whys == {"Vì luật nói thế.", "Riêng câu này khác."}


def test_a_fifth_option_can_be_written_without_script(app: Flask, binh: Visitor, new: str) -> None:
    page = binh.get(new)
    assert "f-options-5-text" not in typed(page)
    again = binh.post(new, typed(page, do="kind", **choice("Năm?")), page=page, status=200)
    assert typed(again)["f-options-5-text"] == ""
    binh.post(new, typed(again, **choice("Năm?", options=5)), page=again, status=303)
    assert len(stored(app, newest(app))[1][0].body["options"]) == 5


def test_what_is_missing_is_said_in_the_words_of_the_form_and_everything_typed_stays(app: Flask, binh: Visitor, new: str) -> None:
    page, before = binh.get(new), newest(app)
    fields = typed(page, tags="thư điện tử, Quý 4", standards="IU06, XX1", **choice("Câu hỏi dở dang")) | {
        "f-options-2-why": "",
        "f-options-correct": "2",
    }
    answer = binh.post(new, fields, page=page, status=422)
    assert "Phương án 2: Anh/Chị chưa nhập “Giải thích”." in answer.text
    again = typed(answer)
    assert {name: again[name] for name in fields if name != "do"} == {name: fields[name] for name in fields if name != "do"}
    fields["f-options-2-why"] = "Đã có."
    answer = binh.post(new, fields, page=answer, status=422)
    assert "Không có mã chuẩn “XX1”" in answer.text and newest(app) == before
    binh.post(new, fields | {"standards": "IU06"}, page=answer, status=303)
    question, _versions = stored(app, newest(app))
    assert (question.tags, question.standards) == (["thư điện tử", "Quý 4"], ["IU06"]) and "quy 4" in question.search


@pytest.mark.parametrize("name", BY_FORM)
def test_every_kind_with_a_form_is_shown_in_it_and_saved_as_it_was(app: Flask, binh: Visitor, new: str, name: str) -> None:
    raw = written_by_an_author(name)
    page = binh.get(f"{new}?kind={name}")
    fields = typed(page) | form_of(name, raw)
    binh.post(new, fields, page=page, status=303)
    question_id = newest(app)
    _question, versions = stored(app, question_id)
    kind = KINDS[name]
    assert (versions[0].kind, kind.written(versions[0].body)) == (name, kind.written(kind.parse(raw)))
    edit = f"/quizzes/questions/{question_id}/edit"
    served = binh.get(edit)
    binh.post(edit, typed(served), page=served, status=303)
    assert len(stored(app, question_id)[1]) == 1, "saving what is there makes no version"
    binh.get(f"/quizzes/questions/{question_id}")


def written_by_an_author(name: str) -> dict[str, Any]:
    """A question of this kind as an author writes it, without the entries beside."""
    if KINDS[name].needs_marker:
        rubric = [{"text": "Nêu đủ ba dấu hiệu", "points": 60}, {"text": "Viết rõ", "points": 40}]
        return {"text": "Kể ba dấu hiệu.", "rubric": rubric, "fewest_words": 50, "most_words": 200, "model": "Người gửi lạ, gấp gáp, đường dẫn lạ."}
    raw = as_author_writes("cau", "mot", name)
    return {entry: value for entry, value in raw.items() if entry in KINDS[name].fields}


def form_of(name: str, raw: dict[str, Any]) -> dict[str, str]:
    """The fields that somebody fills to write this."""
    kind = KINDS[name]
    said = kind.in_form(raw)
    fields: dict[str, str] = {}
    for field in kind.form:
        if not isinstance(field, RowsField):
            fields |= field_of(field, said, f"f-{field.name}")
            continue
        for number, row in enumerate(said[field.name], 1):
            for column in field.columns:
                if column.shape == "one":
                    fields |= {f"f-{field.name}-{column.name}": str(number)} if row.get(column.name) else {}
                else:
                    fields |= field_of(column, row, f"f-{field.name}-{number}-{column.name}")
    return fields


def field_of(field: Any, raw: dict[str, Any], name: str) -> dict[str, str]:
    """One field of a form."""
    shown = field.shown(raw)
    return ({name: "1"} if shown else {}) if field.shape == "tick" else {name: str(shown)}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_can_be_opened_as_yaml_and_nonsense_there_is_told_not_a_fault_of_ours(binh: Visitor, new: str, name: str) -> None:
    page = binh.get(f"{new}?kind={name}")
    base = {**typed(page), "do": "save"}
    wrongs = ["", "- 1\n- 2", "text: [", "a: &x 1\nb: *x", "text: !!python/object:os.system x", "text: 5", "text: {a: 1}", 'options: 7\ntext: "a"']
    fields = KINDS[name].fields
    wrongs += ["\n".join(f"{one}: {value}" for one in fields) for value in ("[1, 2, 3]", "[[a], {b: c}, ~]", "{x: y}", "true", "2026-01-01", "[]")]
    for wrong in wrongs:
        answer = binh.post(new, base | {"source": wrong}, page=page, status=422)
        assert "Chưa lưu" in answer.text, wrong
        assert typed(answer)["source"] == wrong


def test_a_text_that_is_too_long_is_kept_and_told(binh: Visitor, new: str) -> None:
    page = binh.get(f"{new}?kind=inbox")
    answer = binh.post(new, typed(page, do="save", source="x" * 100_001), page=page, status=422)
    assert "dài quá 100000 ký tự" in answer.text and len(typed(answer)["source"]) == 100_001


def test_a_question_goes_from_form_to_yaml_and_back(app: Flask, binh: Visitor, new: str) -> None:
    page = binh.get(new)
    as_yaml = binh.post(new, typed(page, do="yaml", **choice("Qua lại?", right=2)), page=page, status=200)
    assert "correct: true" in typed(as_yaml)["source"]
    back = binh.post(new, typed(as_yaml, do="form"), page=as_yaml, status=200)
    assert typed(back) | {"do": ""} == typed(page, **choice("Qua lại?", right=2)) | {"do": "", "f-options-5-text": "", "f-options-5-why": ""}
    again = binh.post(new, typed(back, do="yaml"), page=back, status=200)
    source = write_yaml({"text": "Sửa trong YAML", "options": [{"text": str(n), "why": "Vì.", "correct": n == 1} for n in range(3)]})
    binh.post(new, typed(again, do="save", source=source), page=again, status=303)
    assert stored(app, newest(app))[1][0].body["text"] == "Sửa trong YAML"


def test_changing_the_kind_keeps_what_both_have(app: Flask, binh: Visitor, new: str) -> None:
    page = binh.get(new)
    for do in ("kind", "save"):
        answer = binh.post(new, typed(page, do=do, kind="multiple", **choice("Đổi dạng?")), page=page)
        fields = typed(answer)
        assert answer.status == (200 if do == "kind" else 422) and fields["shown"] == "multiple"
        assert fields["f-text"] == "Đổi dạng?" and fields["f-options-1-correct"] == "1" and "f-options-2-correct" not in fields
        assert fields["f-options-4-why"] == "Vì 4 như thế."


def test_the_preview_shows_what_the_learner_sees_and_writes_nothing(app: Flask, binh: Visitor, new: str) -> None:
    page, before = binh.get(new), newest(app)
    preview = new.replace("/new", "/preview")
    fields = typed(page, **choice("Xem thử **đậm**?"))
    for _turn in range(2):
        answer = binh.post(preview, fields, page=page, status=200)
        assert "Học viên thấy" in answer.text and "<strong>đậm</strong>" in answer.html and newest(app) == before
        assert len([field for field in answer.all("input") if field.get("name") == "answer-1"]) == 4
    assert "Anh/Chị chưa nhập “Câu hỏi”" in binh.post(preview, fields | {"f-text": ""}, page=page, status=422).text
    edit = f"/quizzes/questions/{question_id(app)}/preview"
    assert "Sau khi nộp bài" in binh.post(edit, typed(binh.get(edit.replace("preview", "edit"))), page=page, status=200).text


def test_a_changed_text_is_a_new_version_a_changed_topic_is_not(app: Flask, binh: Visitor) -> None:
    question = question_id(app)
    edit = f"/quizzes/questions/{question}/edit"
    page = binh.get(edit)
    binh.post(edit, typed(page, topic_id=str(topic_id(app, "lua-dao")), tags="mới"), page=page, status=303)
    row, versions = stored(app, question)
    assert (row.topic_id, row.tags, row.is_edited, len(versions)) == (topic_id(app, "lua-dao"), ["mới"], True, 1)
    page = binh.get(edit)
    binh.post(edit, typed(page, note="Rõ hơn.", **{"f-text": "Câu đã sửa?"}), page=page, status=303)
    row, versions = stored(app, question)
    assert (row.version_number, versions[1].note, versions[1].body["text"]) == (2, "Rõ hơn.", "Câu đã sửa?")
    assert versions[0].body["text"] == "Câu hỏi m01-01?" and "cau da sua" in row.search


@pytest.mark.parametrize("first", [{"f-text": "Câu của người trước?"}, {"tags": "của người trước"}])
def test_an_old_page_overwrites_nothing_and_both_texts_are_shown(app: Flask, binh: Visitor, first: dict[str, str]) -> None:
    question = question_id(app)
    edit = f"/quizzes/questions/{question}/edit"
    mine, other = binh.get(edit), binh.get(edit)
    binh.post(edit, typed(other) | first, page=other, status=303)
    before = stored(app, question)[0].version_number
    answer = binh.post(edit, typed(mine, **{"f-text": "Câu của người sau?"}), page=mine, status=422)
    assert "Có người vừa lưu câu hỏi này" in answer.text and typed(answer)["f-text"] == "Câu của người sau?"
    assert stored(app, question)[0].version_number == before
    if "f-text" in first:
        assert "<del>trước?</del><ins>sau?</ins>" in answer.html
    binh.post(edit, typed(answer), page=answer, status=303)
    assert stored(app, question)[1][-1].body["text"] == "Câu của người sau?"


def test_a_double_click_writes_one_question(app: Flask, binh: Visitor, new: str) -> None:
    page, before = binh.get(new), newest(app)
    fields = typed(page, do="next", **choice("Hai lần?"))
    first = binh.post(new, fields, page=page, status=303)
    again = binh.post(new, fields, page=page, status=303)
    assert newest(app) == before + 1 and first.response.headers["Location"] == again.response.headers["Location"]


def test_a_key_that_was_open_to_see_never_becomes_one_of_a_test(app: Flask, binh: Visitor) -> None:
    edit = f"/quizzes/questions/{question_id(app, 'm01-s1')}/edit"
    page = binh.get(edit)
    answer = binh.post(edit, typed(page, use="test"), page=page, status=422)
    assert "đã xem được ngoài bài kiểm tra" in answer.text
    assert stored(app, question_id(app, "m01-s1"))[0].use == "self-check"


def test_a_topic_of_another_bank_is_no_topic_here(app: Flask, binh: Visitor, new: str) -> None:
    page = binh.get(new)
    answer = binh.post(new, typed(page, topic_id="99999", **choice("Lạc?")), page=page, status=422)
    assert "chọn một mục trong danh sách" in answer.text


def test_nothing_typed_becomes_markup(app: Flask, binh: Visitor, new: str) -> None:
    page = binh.get(new)
    fields = typed(page, tags=NASTY.replace(";", ""), lesson="01-dai", **choice(NASTY))
    fields |= {name: NASTY + name for name in fields if name.startswith("f-options-") and name != "f-options-correct"}
    for broken in ({"standards": NASTY}, {"f-options-3-why": ""}, {"kind": NASTY}, {"difficulty": NASTY}, {"lesson": NASTY}, {"topic_id": NASTY}):
        assert "<script>alert" not in binh.post(new, fields | broken, page=page, status=422).html
    assert "<script>alert" not in binh.post(new, fields | {"do": "yaml"}, page=page, status=200).html
    assert "<script>alert" not in binh.post(new.replace("/new", "/preview"), fields, page=page, status=200).html
    binh.post(new, fields, page=page, status=303)
    question = newest(app)
    edit = f"/quizzes/questions/{question}/edit"
    page = binh.get(edit)
    assert typed(page)["f-text"] == NASTY
    binh.post(edit, typed(page, note=NASTY, **{"f-text": f"{NASTY} hai"}), page=page, status=303)
    for address in (edit, f"/quizzes/questions/{question}", f"/quizzes/questions/{question}/versions", f"/quizzes/banks/{bank_id(app)}?q=script"):
        html = binh.get(address).html
        assert "<script>alert" not in html and "<b onclick" not in html


@pytest.mark.browser
def test_three_questions_are_written_by_keyboard_only(at_a_pc: Callable[..., BrowserPage], app: Flask, new: str) -> None:
    before = newest(app)
    page = at_a_pc("binh")
    page.goto(new)
    keys = page.keyboard
    for number, right in ((1, 2), (2, 4), (3, 1)):
        expect(page.locator("[name=f-text]")).to_be_focused()
        keys.type(f"Câu bàn phím {number}?")
        keys.press("Tab")
        for option in range(1, 5):
            if option == right:
                keys.press("Space")
            if option <= right:
                keys.press("Enter")
            keys.type(f"Phương án {option}")
            keys.press("Enter")
            keys.type(f"Vì {option}.")
            if option < 4:
                keys.press("Enter" if option < right else "Tab")
        keys.press("Control+Enter")
        expect(page.get_by_role("status").first).to_contain_text(f"Đã lưu câu mat-khau-s{number}")
    for number, right in ((1, 2), (2, 4), (3, 1)):
        body = stored(app, before + number)[1][0].body
        assert body["text"] == f"Câu bàn phím {number}?"
        assert [option["text"] for option in body["options"] if option["correct"]] == [f"Phương án {right}"]
        assert {option["why"] for option in body["options"]} == {f"Vì {n}." for n in range(1, 5)}
