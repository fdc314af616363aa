"""Importing and exporting on the site: who may, a preview that writes nothing, all or nothing, once, and hostile files end in a sentence."""

import io
import json
import zipfile
import zlib
from base64 import urlsafe_b64encode
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms.base import commit, db
from lms.quizzes import Bank, Question, Topic, load_bank
from lms.quizzes.formats.excel import template
from lms.site import Audit
from tests.cast import World
from tests.pages import Page, Visitor

from .face.sitting import TOPICS, question
from .formats.test_hostile import BOMB

TEXT = "Câu 1. Hỏi <b>một</b>?\n*A. a\nB. b\nC. c\nNhãn: mật khẩu\n\nCâu 2. Phải không?\nĐáp án: Đúng\nMức độ: Khó\n"
FAULTY = TEXT.replace("*A", "A")


@pytest.fixture
def bank_id(app: Flask, world: World) -> int:
    """A bank of the district, with two topics, filled by a folder with one question."""
    with app.app_context():
        report = load_bank(None, "kho", world.agencies["HT"], TOPICS[:2], [question("k-1", "mot")], [])
        commit()
        return report.bank_id


def rows_of(app: Flask) -> list[int | None]:
    """How many rows there are of all that an import may write."""
    with app.app_context():
        return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Bank, Topic, Question, Audit)]


def topic_id(app: Flask, bank_id: int, key: str = "hai") -> str:
    """The topic as the form names it."""
    with app.app_context():
        return str(db.session.scalars(sa.select(Topic.id).where(Topic.bank_id == bank_id, Topic.key == key)).one())


def hidden(page: Page) -> dict[str, str]:
    """What the form of the preview carries on."""
    form = next(form for form in page.all("form") if "/import" in (form.get("action") or ""))
    return {field.get("name", ""): field.get("value", "") for field in form.iter("input") if field.get("name") != "_key"}


def preview(binh: Visitor, bank_id: int, status: int = 200, **sent: Any) -> Page:
    """Send the form of the page."""
    path = f"/quizzes/banks/{bank_id}/import"
    fields = {"topic": "new", "new_topic": "Mới", "difficulty": "easy", "_key": binh.get(path).key(path), **sent}
    boundary, body = encode_multipart(fields)
    page = binh.knock("POST", path, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert page.status == status, f"{page.status}: {page.html[:1500]}"
    return page


def confirm(binh: Visitor, bank_id: int, shown: Page, status: int = 303) -> Page:
    """Confirm what a preview shows."""
    return binh.post(f"/quizzes/banks/{bank_id}/import", {**hidden(shown), "step": "confirm"}, page=shown, status=status)


def carried(rows: list[Any]) -> str:
    """A preview that nobody made."""
    return urlsafe_b64encode(zlib.compress(json.dumps(rows).encode())).decode()


def file(name: str, content: bytes) -> dict[str, Any]:
    """A file field."""
    return {"file": FileStorage(io.BytesIO(content), name)}


def test_only_trainers_in_reach_come_to_these_pages(app: Flask, bank_id: int, an: Visitor, chi: Visitor, giang: Visitor, binh: Visitor) -> None:
    for path in (f"/quizzes/banks/{bank_id}/import", f"/quizzes/banks/{bank_id}/export", f"/quizzes/banks/{bank_id}/export/gift"):
        for visitor in (an, chi, giang):
            visitor.get(path, 403)
        binh.get(path)
        binh.get(path.replace(str(bank_id), "99999"), 404)
    binh.get(f"/quizzes/banks/{bank_id}/export/nothing", 404)
    shown = binh.get(f"/quizzes/banks/{bank_id}")
    assert {f"/quizzes/banks/{bank_id}/import", f"/quizzes/banks/{bank_id}/export"} <= set(shown.links())


def test_a_bank_of_another_agency_is_not_found(app: Flask, world: World, binh: Visitor) -> None:
    with app.app_context():
        other = load_bank(None, "kho-khac", world.agencies["HL"], TOPICS[:1], [question("k-1", "mot")], []).bank_id
        commit()
    for part in ("import", "export", "export/gift"):
        binh.get(f"/quizzes/banks/{other}/{part}", 404)


def test_the_preview_shows_the_questions_as_read_and_writes_nothing(app: Flask, bank_id: int, binh: Visitor) -> None:
    before = rows_of(app)
    shown = preview(binh, bank_id, text=TEXT)
    assert "Hỏi một?" in shown.text or "Hỏi <b>một</b>?" in shown.text
    assert "2 câu" in shown.text and "a đúng" in shown.text and "Khó" in shown.text and "mật khẩu" in shown.text
    assert "chưa có giải thích" in shown.text
    assert rows_of(app) == before


def test_confirming_imports_once_and_leads_to_the_new_questions(app: Flask, bank_id: int, binh: Visitor) -> None:
    before = rows_of(app)
    shown = preview(binh, bank_id, text=TEXT)
    first, second = confirm(binh, bank_id, shown), confirm(binh, bank_id, shown)
    assert first.response.headers["Location"] == second.response.headers["Location"]
    assert "Đã nhập 2 câu mới" in binh.follow(first.response.headers["Location"]).text
    after = rows_of(app)
    assert [now - was for now, was in zip(after, before, strict=True) if now is not None and was is not None] == [0, 1, 2, 2]
    again = confirm(binh, bank_id, preview(binh, bank_id, text=TEXT))
    assert "2 câu đã có" in binh.follow(again.response.headers["Location"]).text and rows_of(app) == after
    with app.app_context():
        rows = list(db.session.scalars(sa.select(Question).where(Question.key.startswith("g-")).order_by(Question.id)))
        assert [(row.difficulty, row.tags, row.is_edited) for row in rows] == [("easy", ["mật khẩu"], True), ("hard", [], True)]
        assert rows[0].search.startswith("g-") and "mat khau" in rows[0].search


def test_a_folder_that_is_loaded_again_leaves_imported_questions_alone(app: Flask, world: World, bank_id: int, binh: Visitor) -> None:
    confirm(binh, bank_id, preview(binh, bank_id, text=TEXT, topic=topic_id(app, bank_id)))
    with app.app_context():
        report = load_bank(None, "kho", world.agencies["HT"], TOPICS[:2], [question("k-2", "mot")], [])
        commit()
        states = dict(
            db.session.execute(sa.select(Question.state, sa.func.count()).where(Question.bank_id == bank_id).group_by(Question.state)).all()
        )
    assert (report.new, report.retired) == (1, 1) and states == {"published": 3, "retired": 1}


def test_faults_are_told_by_line_with_the_text_kept_and_nothing_is_written(app: Flask, bank_id: int, binh: Visitor) -> None:
    before = rows_of(app)
    answer = preview(binh, bank_id, 422, text=FAULTY)
    assert "dòng 1:" in answer.text and "Câu này chưa có đáp án" in answer.text
    assert "Câu 2. Phải không?" in "".join(answer.all("textarea")[0].itertext())
    assert rows_of(app) == before
    forged = {**hidden(preview(binh, bank_id, text=TEXT)), "text": FAULTY, "step": "confirm"}
    assert "dòng 1:" in binh.post(f"/quizzes/banks/{bank_id}/import", forged, status=422).text
    assert rows_of(app) == before


def test_an_excel_file_is_carried_from_the_preview_to_the_confirmation(app: Flask, bank_id: int, binh: Visitor) -> None:
    sample = binh.get("/quizzes/import-template.xlsx").body
    shown = preview(binh, bank_id, **file("mau.xlsx", sample), by_file="y")
    assert "mau.xlsx" in shown.text and hidden(shown)["packed"] and "text" not in hidden(shown)
    confirm(binh, bank_id, shown)
    with app.app_context():
        topics = set(db.session.scalars(sa.select(Topic.key).join(Question, Question.topic_id == Topic.id).where(Question.key.startswith("g-"))))
    assert topics == {"mat-khau"}


def test_going_back_keeps_what_was_pasted(bank_id: int, binh: Visitor) -> None:
    shown = preview(binh, bank_id, text=TEXT)
    form = binh.post(f"/quizzes/banks/{bank_id}/import", {**hidden(shown), "step": "edit"}, page=shown, status=200)
    assert "Câu 1. Hỏi <b>một</b>?" in "".join(form.all("textarea")[0].itertext())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"topic": "new", "new_topic": ""}, "nhập tên chủ đề mới"),
        ({"topic": "99999"}, "chọn một mục trong danh sách"),
        ({"difficulty": "khó"}, "chọn một mục trong danh sách"),
        ({"format": "word"}, "chọn một mục trong danh sách"),
        ({"text": ""}, "chọn một tệp, hoặc dán câu hỏi"),
        ({"packed": "###", "step": "confirm"}, "Bản xem trước này đã hỏng"),
        ({"packed": "eJwDAAAAAAE=", "step": "confirm"}, "Bản xem trước này đã hỏng"),
        ({"packed": urlsafe_b64encode(zlib.compress(b" " * (64 << 20))).decode(), "step": "confirm"}, "Bản xem trước này đã hỏng"),
        ({"packed": carried([["x", "dòng 1", ""]]), "step": "confirm"}, "Bản xem trước này đã hỏng"),
        ({"packed": carried([[{"kind": "single"}, "dòng 1", ""]]), "step": "confirm"}, "dòng 1:"),
        ({"packed": carried([]), "step": "confirm"}, "Bản xem trước này đã hỏng"),
    ],
)
def test_what_is_sent_wrongly_is_said_in_a_sentence(app: Flask, bank_id: int, binh: Visitor, changes: dict[str, str], said: str) -> None:
    before = rows_of(app)
    assert said in preview(binh, bank_id, 422, **{"text": TEXT, **changes}).text
    assert rows_of(app) == before


def zip_bomb() -> bytes:
    """A sheet that is enormous when it is opened."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            bad.writestr(name, b" " * (400 << 20) if name.endswith("sheet1.xml") else good.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bom.xlsx", None, "lớn bất thường"),
        ("bom.xml", BOMB, "DOCTYPE"),
        ("sau.xml", b"<quiz>" + b"<a>" * 5000, "lồng nhau"),
        ("dai.txt", b"a" * (5 << 20), "lớn hơn 2 MB"),
        ("to.xml", b"<quiz>" + b" " * (11 << 20), "lớn hơn 10 MB"),
        ("cau-hoi.docx", b"PK\x03\x04", "chép các câu hỏi"),
        ("cau-hoi.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "định dạng cũ"),
        ("anh.png", b"\x89PNG", "Không rõ định dạng"),
        ("rong.txt", b"", "Tệp này trống"),
        ("la.txt", b"\0\1\2\3" * 900, "không phải tệp văn bản"),
    ],
)
def test_hostile_files_end_in_one_sentence(app: Flask, bank_id: int, binh: Visitor, name: str, content: bytes | None, said: str) -> None:
    before = rows_of(app)
    answer = preview(binh, bank_id, 422, **file(name, zip_bomb() if content is None else content))
    assert said in answer.text
    assert rows_of(app) == before


def test_too_much_for_a_form_is_refused(app: Flask, bank_id: int, binh: Visitor) -> None:
    assert preview(binh, bank_id, 413, text="a" * 1_200_000).status == 413
    many = "".join(f"Câu {n}. x{n}\n*A. a\nB. b\nC. c\n" for n in range(2100))
    assert "hơn 2000 câu" in preview(binh, bank_id, 422, **file("nhieu.txt", many.encode())).text


def test_the_export_says_what_it_does_not_hold_and_comes_back_as_the_same(app: Flask, bank_id: int, binh: Visitor) -> None:
    confirm(binh, bank_id, preview(binh, bank_id, text=TEXT))
    page = binh.get(f"/quizzes/banks/{bank_id}/export?format=aiken")
    assert "không giữ mục `why`" in page.text and "không có loại câu này" in page.text and "3 câu đang dùng" in page.text
    before = rows_of(app)
    for name in ("gift", "moodle-xml", "excel", "plain"):
        address = next(link for link in binh.get(f"/quizzes/banks/{bank_id}/export?format={name}").links() if f"/export/{name}" in link)
        sent = binh.get(address)
        disposition = sent.response.headers["Content-Disposition"]
        assert disposition.startswith("attachment")
        shown = preview(binh, bank_id, **file(disposition.split("filename=")[1].strip('"'), sent.body), by_file="y")
        confirm(binh, bank_id, shown)
        assert rows_of(app) == before, name
    only = binh.get(f"/quizzes/banks/{bank_id}/export/gift?topic=hai")
    assert only.body == b""
