"""Sending staff lists over HTTP as a named person, and letting the worker do its part."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from lms.base import clock, db, work_once
from lms.people import Membership, Person
from lms.people.staff_list.models import StaffImport, StaffImportRow
from tests.pages import Page, Visitor

from .lists import workbook_of

HEAD = ["STT", "Mã số CB", "Họ và tên", "Ngày sinh", "Đơn vị", "Chức vụ", "Hệ số lương", "Điện thoại"]
NEW, LISTS = "/people/staff-lists/new", "/people/staff-lists"


def xlsx(folder: Path, *rows: list[Any]) -> bytes:
    """An .xlsx with these rows, the first of them the header."""
    return workbook_of(folder / "danh-sach.xlsx", ("Danh sách", list(rows))).read_bytes()


def person(number: int, name: str, **other: Any) -> list[Any]:
    """A row under HEAD: person(1, "Nguyễn Văn A", code="GV01", birth=date(1980, 2, 5), unit="Xã An Phúc")."""
    keys = ("code", "birth", "unit", "position", "salary", "phone")
    code, birth, *rest = (other.get(key) for key in keys)
    return [number, code, name, birth, *rest]


def work(app: Flask) -> None:
    """Let the worker do all that is due."""
    with app.app_context():
        for _turn in range(200):
            if not work_once():
                return
    raise AssertionError("the worker never ends")


def send(who: Visitor, content: bytes, agency_id: int, name: str = "danh-sach.xlsx", on: date | str = "", status: int = 302) -> Page:
    """Send a file for an agency; the answer to it."""
    fields = {"agency_id": str(agency_id), "on": str(on or clock.today()), "_key": who.follow(NEW).key(NEW)}
    boundary, body = encode_multipart(MultiDict({**fields, "file": FileStorage(io.BytesIO(content), name)}))
    answer = who.knock("POST", NEW, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status == status, f"{answer.status}, expected {status}: {answer.text[:1500]}"
    return answer


def preview(who: Visitor, app: Flask, content: bytes, agency_id: int, **options: Any) -> str:
    """Send a file and let it be read; answers the address of the import."""
    answer = send(who, content, agency_id, **options)
    work(app)
    return answer.response.headers["Location"]


def confirm(who: Visitor, app: Flask, address: str, **choices: str) -> Page:
    """Confirm what the page shows, let the worker take it in, and look at the page again."""
    page = who.get(address)
    data = {**hidden(page, f"{address}/confirm"), **choices}
    who.post(f"{address}/confirm", data, page=page, status=302)
    work(app)
    return who.get(address)


def hidden(page: Page, action: str) -> dict[str, str]:
    """What the form with this action sends without being touched."""
    form = next(form for form in page.all("form") if form.get("action") == action)
    inputs = [one for one in form.iter("input") if one.get("name") not in (None, "_key")]
    kept = [one for one in inputs if one.get("type") not in ("radio", "checkbox") or one.get("checked") is not None]
    return {one.get("name", ""): one.get("value", "") for one in kept}


def taken_in(who: Visitor, app: Flask, content: bytes, agency_id: int, **options: Any) -> str:
    """Send, read and confirm a list; answers its address."""
    address = preview(who, app, content, agency_id, **options)
    page = confirm(who, app, address)
    assert page.h1 == "Đã ghi danh sách", page.text
    return address


def verdicts(app: Flask) -> dict[str, str]:
    """name → verdict of the lines of the last import."""
    with app.app_context():
        last = sa.select(sa.func.max(StaffImport.id)).scalar_subquery()
        rows = sa.select(StaffImportRow.name, StaffImportRow.verdict).where(StaffImportRow.import_id == last)
        return {name: verdict for name, verdict in db.session.execute(rows)}


def people_of(app: Flask, agency_id: int) -> list[str]:
    """Names of those whose main place is this agency without an end, by name."""
    with app.app_context():
        main = sa.and_(Membership.person_id == Person.id, Membership.is_main, Membership.to_on.is_(None), Membership.agency_id == agency_id)
        return list(db.session.scalars(sa.select(Person.full_name).join(Membership, main).order_by(Person.sort, Person.id)))


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    """The rows of an .xlsx."""
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
