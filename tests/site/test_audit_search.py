"""The audit trail is searched by person, object and day, taken along as .xlsx, always within reach; its chain is checked by a command."""

import io
from datetime import date, datetime, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock, commit, db
from lms.site import Audit, audit_about, queries, record
from tests.cast import CANARY, World
from tests.pages import Page, Visitor


@pytest.fixture
def trail(app: Flask, world: World) -> None:
    """Deeds to An, Ánh and Giao, to two agencies, and to nothing in particular."""
    with app.app_context():
        record(None, "suspend", "person", world.people["an"], world.agencies["XP"], why="=1+1")
        record(None, "restore", "person", world.people["anh"], world.agencies["XM"])
        record(None, "suspend", "person", world.people["giao"], world.agencies["HL"])
        record(None, "rename", "agency", world.agencies["XP"], world.agencies["XP"], name="Xã An Phúc")
        record(None, "set", "setting", key="khoa-cua-trang")
        commit()


def found(page: Page) -> str:
    """The text of the lines, without the form above them."""
    return " ".join("".join(cell.itertext()) for cell in page.all("td"))


def sheet_of(page: Page) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(page.response.get_data()))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(("about", "said"), [("nguyen van an", "Khóa tài khoản"), ("Ánh", "Mở khóa tài khoản"), ("cb002", "Mở khóa tài khoản")])
def test_the_trail_is_searched_by_the_name_or_code_of_whom_it_is_about(dung: Visitor, about: str, said: str) -> None:
    page = dung.get("/site/audit", query_string={"about": about})
    assert said in found(page) and ("Đặng Thị Ánh" in found(page)) != ("Nguyễn Văn An" in found(page))
    assert "Đổi tên đơn vị" not in found(page)


@pytest.mark.usefixtures("trail")
def test_a_persons_page_leads_to_what_was_done_to_them(dung: Visitor, world: World) -> None:
    address = f"/site/audit/people/{world.people['an']}"
    target = dung.get(address, 302).response.headers["Location"]
    page = dung.get(target)
    assert "Chỉ những việc với: Nguyễn Văn An" in page.text and "Đặng Thị Ánh" not in found(page)


@pytest.mark.usefixtures("trail")
def test_the_trail_of_a_thing_is_asked_for_by_kind_and_number(dung: Visitor, world: World) -> None:
    page = dung.get(f"/site/audit?thing=agency&thing_id={world.agencies['XP']}")
    assert "Đổi tên đơn vị" in found(page) and "Khóa tài khoản" not in found(page)
    assert "Khóa tài khoản" not in found(dung.get("/site/audit?thing=agency"))
    for number in ("x", "9" * 40, "-1", "²"):
        assert "Chưa có dòng nào" in dung.get("/site/audit", query_string={"thing": "agency", "thing_id": number}).text


@pytest.mark.usefixtures("trail")
def test_nothing_out_of_reach_is_ever_found(dung: Visitor, world: World) -> None:
    giao = world.people["giao"]
    for query in ("", "?about=hoang+yen", f"?thing=person&thing_id={giao}", "?about=CB007", "?action=suspend+person"):
        page = dung.get(f"/site/audit{query}")
        assert CANARY not in page.text and "khoa-cua-trang" not in page.text, query
        if (file := dung.get(f"/site/audit.xlsx{query}")).status == 200:
            assert CANARY not in str(sheet_of(file)), query
    for address in ("/site/audit.xlsx", f"/site/audit/people/{giao}"):
        assert dung.knock("GET", address).status in (200, 302)


def test_managers_and_learners_get_neither_page_nor_file(chi: Visitor, an: Visitor, giang: Visitor, world: World) -> None:
    for visitor in (chi, an, giang):
        for address in ("/site/audit", "/site/audit.xlsx", f"/site/audit/people/{world.people['an']}"):
            visitor.get(address, 403)


@pytest.mark.usefixtures("trail")
def test_days_are_whole_days_of_ours(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        line: dict[str, object] = {
            "actor_id": None,
            "actor_name": "",
            "actor_search": "",
            "thing": "person",
            "details": {},
            "address": "",
            "hash_before": "",
        }
        for hour, deed in ((0, "early"), (23, "late")):
            at = clock.start_of(date(2024, 5, 5)) + timedelta(hours=hour, minutes=59)
            values = {**line, "at": at, "action": deed, "thing_id": 1, "agency_id": world.agencies["XP"], "hash": deed}
            db.session.execute(sa.insert(Audit).values(**values))
        commit()
    day = dung.get("/site/audit?from=2024-05-05&to=05/05/2024")
    assert "early" in found(day) and "late" in found(day) and "Khóa tài khoản" not in found(day)
    for query in ("?from=2024-05-06&to=2024-05-09", "?to=2024-05-04"):
        assert "early" not in found(dung.get(f"/site/audit{query}"))


def test_a_wrong_day_is_said_and_stays_in_the_field(dung: Visitor) -> None:
    page = dung.get("/site/audit?from=31-12", 422)
    assert "dạng ngày/tháng/năm" in page.text and "31-12" in [field.get("value") for field in page.all("input")]
    assert "Ngày cuối phải từ ngày đầu" in dung.get("/site/audit?from=2024-05-05&to=2024-05-04", 422).text
    assert dung.get("/site/audit.xlsx?from=31-12", 422).h1 == "Nhật ký hệ thống"
    dung.get("/site/audit?action=khong-co", 422)


def test_the_filter_stays_on_the_next_page_and_in_the_file(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        for number in range(120):
            record(None, "suspend", "person", world.people["an"], world.agencies["XP"], why=f"lần {number}")
            record(None, "restore", "person", world.people["anh"], world.agencies["XM"])
        commit()
    page = dung.get("/site/audit?about=an&action=suspend+person")
    onward = next(link for link in page.links() if "page=2" in link)
    assert "Trang 2 / 3" in dung.get(onward).text and "Mở khóa tài khoản" not in found(dung.get(onward))
    file = next(link for link in page.links() if ".xlsx" in link)
    deeds = [row[3] for row in sheet_of(dung.get(file))]
    assert deeds.count("Khóa tài khoản") == 120 and "Mở khóa tài khoản" not in deeds


@pytest.mark.usefixtures("trail")
def test_the_file_has_day_and_time_and_no_cell_that_runs(dung: Visitor) -> None:
    page = dung.get("/site/audit.xlsx?about=nguyen+van+an")
    row = next(row for row in sheet_of(page) if row[3] == "Khóa tài khoản")
    assert isinstance(row[0], datetime) and str(row[1]).count(":") == 2
    assert row[4:7] == ["Cán bộ", "Nguyễn Văn An", "lý do =1+1"]


@pytest.mark.usefixtures("trail")
def test_too_many_lines_for_a_file_are_said(dung: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_EXPORTED", 1)
    assert "thu hẹp khoảng ngày" in dung.get("/site/audit.xlsx", 422).text
    assert dung.get("/site/audit.xlsx?action=rename+agency").response.content_type.endswith("sheet")


@pytest.mark.usefixtures("trail")
def test_what_is_about_the_whole_site_is_seen_by_whoever_looks_after_it(app: Flask, world: World, dung: Visitor) -> None:
    assert "khoa-cua-trang" not in dung.get("/site/audit").text
    with app.app_context():
        values = {"person_id": world.people["dung"], "agency_id": world.agencies["T"]}
        db.session.execute(
            sa.text("INSERT INTO role_held (person_id, agency_id, role, from_on) VALUES (:person_id, :agency_id, 'administrator', '2020-01-01')"),
            values,
        )
        commit()
    assert "khoa-cua-trang" in dung.get("/site/audit").text


@pytest.mark.usefixtures("trail")
def test_the_command_finds_the_trail_whole(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["site", "audit-check"])
    assert answer.exit_code == 0 and "Nhật ký nguyên vẹn" in answer.output


BROKEN = {
    "a changed detail": "UPDATE audit SET address = '6.6.6.6' WHERE id = {id}",
    "another actor": "UPDATE audit SET actor_name = 'Ai đó' WHERE id = {id}",
    "another chain": "UPDATE audit SET hash_before = 'x' WHERE id = {id}",
    "a row taken out before it": "DELETE FROM audit WHERE id = {id} - 1",
}


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_the_command_names_the_first_row_that_was_changed(app: Flask, change: str) -> None:
    with app.app_context():
        second = db.session.scalars(sa.select(Audit.id).order_by(Audit.id)).all()[2]
        if db.engine.dialect.name == "sqlite":
            db.session.execute(sa.text("DROP TRIGGER audit_no_update"))
            db.session.execute(sa.text("DROP TRIGGER audit_no_delete"))
        else:
            db.session.execute(sa.text("DROP TRIGGER audit_no_change ON audit"))
        db.session.execute(sa.text(change.format(id=second)))
        commit()
    answer = app.test_cli_runner().invoke(args=["site", "audit-check"])
    assert answer.exit_code != 0 and f"ở dòng {second}." in answer.output


@pytest.mark.usefixtures("trail")
def test_lines_about_somebody_are_for_them(app: Flask, world: World) -> None:
    with app.app_context():
        assert "Khóa tài khoản" in [line.deed for line in audit_about(world.people["giao"])]
