"""The lesson editor over HTTP: drafts from HTML and from Markdown, saving by itself, two trainers on one lesson, questions written in place."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

import lms
from lms.base import assets, commit, db
from lms.base.assets import write_assets
from lms.courses import LessonPresence, add_trainer
from lms.people import Person, grant_role
from lms.quizzes import Question
from tests.cast import OPENED, World
from tests.conftest import FakeClock
from tests.courses.test_loading import lesson
from tests.courses.test_trainer import edit as edit
from tests.courses.test_trainer import source, typed
from tests.pages import Page, Visitor

WRITE = Path(lms.__file__).parent / "base" / "static" / "write"
JSON = {"Accept": "application/json"}


def draft(app: Flask) -> str:
    """What is kept of the first lesson of M."""
    with app.app_context():
        return str(lesson("01-dai").draft)


def autosave(visitor: Visitor, edit: str, form: Page, status: int = 200, **fields: str) -> dict[str, Any]:
    """What the page sends by itself, and the answer."""
    answer = visitor.post(edit.replace("edit", "autosave"), typed(form) | fields, page=form, status=status, headers=JSON)
    told: dict[str, Any] = json.loads(answer.html)
    return told


@pytest.fixture
def also_chi(app: Flask, world: World, chi: Visitor) -> Visitor:
    """Chi writes at M too."""
    with app.app_context():
        add_trainer(None, world.course, world.people["chi"], "author")
        grant_role(None, world.people["chi"], world.agencies["HT"], "trainer", OPENED)
        commit()
    return chi


def test_the_vendored_bundle_is_what_was_built_and_its_licences_are_there() -> None:
    said, name = (WRITE / "SHA256").read_text("utf-8").split()
    assert sha256((WRITE / name).read_bytes()).hexdigest() == said
    licences = (WRITE / "LICENCES.txt").read_text("utf-8")
    pins = json.loads((WRITE.parents[3] / "editor" / "package.json").read_text("utf-8"))["dependencies"]
    assert all(f"{package} {version} (MIT)" in licences for package, version in pins.items())
    assert licences.count("Permission is hereby granted, free of charge") >= 5


def test_the_editor_weighs_only_on_its_own_page(binh: Visitor, world: World, edit: str) -> None:
    own = [asset.name for asset in write_assets().values()]
    assert sum(len(asset.gz) for asset in write_assets().values()) < 145_000
    assert not {asset.name for asset in assets().values()} & set(own)
    assert all(f"/assets/{name}" in binh.get(edit).html for name in own)
    assert not any(name in binh.get(f"/courses/{world.course}").html for name in own)
    assert all(binh.get(f"/assets/{name}").response.headers["Cache-Control"].endswith("immutable") for name in own)


def test_what_the_editor_sends_is_kept_as_markdown(app: Flask, binh: Visitor, edit: str) -> None:
    html = '<h2>Đặt mật khẩu</h2><p>Bấm <kbd>Ctrl+S</kbd> rồi <strong>lưu</strong>.</p><div class="call-out-note"><p>Nhớ lưu.</p></div>'
    html += '<table><tbody><tr><th><p>A</p></th><th><p>B</p></th></tr><tr><td><p>1</p></td><td class="right"><p>2</p></td></tr></tbody></table>'
    html += '<p><a href="lesson:02-la">bài 2</a></p><img src="files/xanh.png" alt="Hình xanh"><div data-self-check="m01-s1"></div>'
    form = binh.get(edit)
    binh.post(edit, typed(form, html=html), page=form, status=303)
    kept = source(binh.get(edit))
    for piece in (
        "## Đặt mật khẩu",
        "++Ctrl+S++",
        "**lưu**",
        "::: note",
        "| A | B |",
        "(lesson:02-la)",
        "![Hình xanh](files/xanh.png)",
        "[[self-check: m01-s1]]",
    ):
        assert piece in kept
    assert "Cần sửa trước khi công bố" not in binh.get(edit).text


def test_hostile_html_is_cleaned_and_what_was_left_out_is_told_once(app: Flask, binh: Visitor, edit: str) -> None:
    html = '<p onclick="alert(1)">Chữ <a href="javascript:alert(1)">bấm</a><img src=x onerror=alert(1)></p>'
    html += '<iframe src="//x"></iframe><script>alert(1)</script>'
    form = binh.get(edit)
    told = autosave(binh, edit, form, html=html)
    assert told["left_out"] and "bấm" in draft(app)
    for piece in ("onclick", "javascript", "onerror", "iframe", "script", "alert"):
        assert piece not in draft(app)
    again = binh.get(edit)
    binh.post(edit, typed(again, html=f"{html}<p>Thêm.</p>"), page=again, status=303)
    page = binh.get(edit)
    assert page.text.count("Có phần không giữ được") == 1 and "Thêm." in source(page)


def test_the_page_saves_by_itself_and_says_when_and_how_heavy(app: Flask, binh: Visitor, edit: str, time: FakeClock) -> None:
    form = binh.get(edit)
    told = autosave(binh, edit, form, source="## Một\n\nChữ.\n\n![Hình](files/xanh.png)")
    assert told["saved"].startswith("Đã lưu bản nháp lúc ") and "1 Mbit/s" in told["weight"] and "Chữ." in draft(app)
    more = autosave(binh, edit, form, source="## Một\n\nChữ nữa.", version=str(told["version"]))
    assert more["version"] == told["version"] + 1 and "Chữ nữa." in draft(app)
    with app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM audit WHERE action = 'save-draft'")) == 1
    refused = autosave(binh, edit, form, 422, title_vi="", version=str(more["version"]))
    assert refused == {"error": "Anh/Chị nhập tên bài.", "field": "title_vi"}


def test_a_draft_whose_answer_was_lost_is_sent_again_without_a_conflict(app: Flask, binh: Visitor, edit: str) -> None:
    form = binh.get(edit)
    first, again = (autosave(binh, edit, form, source="## Một\n\nGửi hai lần.") for _twice in range(2))
    assert first["version"] == again["version"]


def test_the_second_to_save_sees_both_texts_side_by_side(app: Flask, binh: Visitor, also_chi: Visitor, edit: str) -> None:
    mine, other = binh.get(edit), also_chi.get(edit)
    autosave(also_chi, edit, other, source="## Chung\n\nMật khẩu cần mười hai ký tự.")
    told = autosave(binh, edit, mine, 409, source="## Chung\n\nMật khẩu cần tám ký tự.", title_vi="Tên mới")
    assert told["is_conflict"] and "mười hai" in draft(app)
    conflict = binh.post(edit, typed(mine, html="<h2>Chung</h2><p>Mật khẩu cần tám ký tự.</p>", title_vi="Tên mới"), page=mine, status=422)
    marked = ["".join(mark.itertext()).strip() for mark in conflict.all("mark")]
    assert "tám" in marked and "mười hai" in marked and "Chung" not in marked and "Lê Thị Chi" in conflict.text
    assert "tám ký tự" in source(conflict) and "mười hai" in draft(app)
    binh.post(edit, typed(conflict), page=conflict, status=303)
    assert "tám ký tự" in draft(app) and "Tên mới" in draft(app)


def test_two_trainers_on_one_lesson_are_told_and_it_is_forgotten_within_the_hour(
    app: Flask, binh: Visitor, also_chi: Visitor, edit: str, time: FakeClock
) -> None:
    mine = binh.get(edit)
    assert "cũng đang mở bài này" not in mine.text
    assert autosave(also_chi, edit, also_chi.get(edit), ping="1")["others"] == ""
    assert "Lê Thị Chi cũng đang mở bài này, lúc " in binh.get(edit).text
    assert autosave(binh, edit, mine, ping="1")["others"].startswith("Lê Thị Chi cũng đang mở")
    time.forward(minutes=6)
    assert "cũng đang mở bài này" not in binh.get(edit).text
    time.forward(hours=1)
    autosave(binh, edit, binh.get(edit), ping="1")
    with app.app_context():
        names = sa.select(Person.full_name).join(LessonPresence, LessonPresence.person_id == Person.id)
        assert list(db.session.scalars(names)) == ["Trần Thị Bình"]


def test_a_page_learns_that_somebody_saved_meanwhile(binh: Visitor, also_chi: Visitor, edit: str) -> None:
    mine = binh.get(edit)
    assert not autosave(binh, edit, mine, ping="1")["is_old"]
    autosave(also_chi, edit, also_chi.get(edit), source="## Mới\n\nMới.")
    assert autosave(binh, edit, mine, ping="1")["is_old"]


def test_markdown_and_html_are_turned_into_each_other_and_nothing_is_written(app: Flask, binh: Visitor, edit: str) -> None:
    form, address = binh.get(edit), edit.replace("edit", "convert")
    html = json.loads(
        binh.post(address, {"source": "## Một\n\n[[self-check: m01-s1]]\n\n[hai](lesson:02-la)"}, page=form, status=200, headers=JSON).html
    )
    assert "<h2>Một</h2>" in html["html"] and 'href="lesson:02-la"' in html["html"]
    back = json.loads(binh.post(address, html, page=form, status=200, headers=JSON).html)
    assert back == {"source": "## Một\n\n[[self-check: m01-s1]]\n\n[hai](lesson:02-la)\n", "left_out": []}
    assert "error" in json.loads(binh.post(address, {"source": "x" * 300_000}, page=form, status=422, headers=JSON).html)
    assert draft(app) == "None"


def test_the_editor_learns_what_can_be_put_in(binh: Visitor, edit: str) -> None:
    page = binh.get(edit.replace("edit", "material"))
    told = json.loads(page.html)
    assert len(page.statements) <= 10
    assert {"xanh.png", "ghi-nho.txt"} <= {file["name"] for file in told["files"]}
    assert {"key": "02-la", "title": "Mật khẩu lạ"} in told["lessons"] or "02-la" in {one["key"] for one in told["lessons"]}
    check = next(one for one in told["checks"] if one["key"] == "m01-s1")
    assert check["text"] == "Câu hỏi m01-s1?" and [option["correct"] for option in check["options"]].count(True) == 1
    assert not {"m01-01"} & {one["key"] for one in told["checks"]}


QUESTION = {"stem": "Mật khẩu nào tốt?", "correct": "2", "option_1": "123456", "why_1": "Dễ đoán.", "option_2": "Dài và lạ", "why_2": "Khó đoán."}
QUESTION |= {"option_3": "Tên con", "why_3": "Ai cũng biết."}


def test_a_self_check_question_is_written_in_place(app: Flask, binh: Visitor, edit: str) -> None:
    form, address = binh.get(edit), edit.replace("edit", "self-checks")
    told = [json.loads(binh.post(address, QUESTION, page=form, status=200, headers=JSON).html) for _twice in range(2)]
    assert told[0] == told[1] and told[0]["options"][1] == {"text": "Dài và lạ", "correct": True}
    binh.post(edit, typed(form, source=f"## Hỏi\n\n[[self-check: {told[0]['key']}]]"), page=form, status=303)
    assert "Cần sửa trước khi công bố" not in binh.get(edit).text
    with app.app_context():
        made = db.session.scalars(sa.select(Question).where(Question.key == told[0]["key"])).one()
        assert (made.use, made.lesson_key) == ("self-check", "01-dai")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stem": ""}, "stem"),
        ({"why_1": ""}, "option"),
        ({"option_2": "", "why_2": ""}, "option"),
        ({"correct": "4"}, "correct"),
        ({"topic": "9"}, "topic_id"),
    ],
)
def test_a_question_with_a_fault_is_refused_in_one_sentence(app: Flask, binh: Visitor, edit: str, changes: dict[str, str], field: str) -> None:
    with app.app_context():
        before = db.session.query(Question).count()
    answer = json.loads(binh.post(edit.replace("edit", "self-checks"), QUESTION | changes, page=binh.get(edit), status=422, headers=JSON).html)
    assert answer["field"] == field and answer["error"].endswith(".")
    with app.app_context():
        assert db.session.query(Question).count() == before


def test_nobody_else_can_use_what_the_editor_asks(
    app: Flask, binh: Visitor, an: Visitor, chi: Visitor, giang: Visitor, nobody: Visitor, world: World, edit: str
) -> None:
    posts = [edit.replace("edit", name) for name in ("autosave", "convert", "self-checks")]
    for visitor, status in ((an, 403), (chi, 403), (giang, 403)):
        own = visitor.follow("/account")
        for address in posts:
            visitor.post(address, QUESTION | {"html": "<p>x</p>"}, page=own, status=status, headers=JSON)
        visitor.get(edit.replace("edit", "material"), status)
    nobody.get(edit.replace("edit", "material"), 302)
    form = binh.get(edit)
    with app.app_context():
        add_trainer(None, world.course, world.people["binh"], "reviewer")
        commit()
    for address in (edit, *posts):
        binh.post(address, typed(form) | QUESTION | {"html": "<p>x</p>"}, page=form, status=404, headers=JSON)
    binh.get(edit.replace("edit", "material"), 404)
    assert draft(app) == "None"


def test_english_may_be_left_empty(app: Flask, binh: Visitor, edit: str) -> None:
    form = binh.get(edit)
    binh.post(edit, typed(form, title_en="", summary_en="", title_vi="Chỉ tiếng Việt"), page=form, status=303)
    again = typed(binh.get(edit))
    assert (again["title_vi"], again["title_en"], again["summary_en"]) == ("Chỉ tiếng Việt", "", "")


def test_a_lesson_that_was_never_published_says_so(app: Flask, binh: Visitor, edit: str) -> None:
    binh.get(edit)
    with app.app_context():
        db.session.execute(sa.text("UPDATE lesson_revision SET number = 0 WHERE lesson_id = :id"), {"id": lesson("01-dai").id})
        db.session.execute(sa.text("UPDATE lesson SET revision_number = 0 WHERE id = :id"), {"id": lesson("01-dai").id})
        commit()
    page = binh.get(edit)
    assert "Bài này chưa công bố lần nào." in page.text and "bản 0" not in page.text.lower()


def test_without_script_the_markdown_is_there_with_its_help(binh: Visitor, edit: str) -> None:
    page = binh.get(edit)
    assert source(page).startswith("## Tình huống") and "Cách viết mã nguồn" in page.text
    assert not any(field.get("name") == "html" for field in page.all("input"))
