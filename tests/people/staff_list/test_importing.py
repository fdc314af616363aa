"""A staff list from the file to the people: compared, confirmed, taken in as a whole, undone as a whole."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import open_agency
from lms.base import Job, Refused, ask_for, clock, commit, db, fingerprint, long_task, unseal, work_once
from lms.people import Account, Membership, Person, create_person, grant_role
from lms.people.staff_list.models import StaffColumn, StaffImport, StaffImportFile, StaffImportRow
from lms.people.staff_list.queries import person_ids_of_import
from lms.people.staff_list.usernames import Wanted, free_usernames
from lms.site import Audit, Setting, audit_is_whole
from tests.cast import CANARY, OPENED, PASSWORDS, World
from tests.pages import Visitor

from .lists import in_1258, in_tcvn3
from .sending import HEAD, confirm, people_of, person, preview, rows_of, send, taken_in, verdicts, work, xlsx

THREE = [
    person(1, "NGUYỄN THỊ HOA", code="GV01", birth=date(1980, 2, 5), position="Hiệu trưởng", salary=4.98, phone=912345678),
    person(2, "Trần Văn Nam", code="GV02", birth="20/12/1979", position="Giáo viên", salary=3.33),
    person(3, "Lê Thị Mai", code="GV03", birth="1990", position="Giáo viên", salary=2.34),
]


@pytest.fixture
def school(app: Flask, world: World) -> int:
    """A school of the commune An Phúc."""
    with app.app_context():
        agency = open_agency(None, "MNAP", "school", "Trường Mầm non An Phúc", world.agencies["XP"], 1, OPENED, "02/QĐ-UBND")
        commit()
        return agency.id


def one(app: Flask, code: str) -> Person:
    """The person with this staff code."""
    with app.app_context():
        return db.session.scalars(sa.select(Person).where(Person.staff_code == code)).one()


def memberships(app: Flask, code: str) -> list[tuple[Any, ...]]:
    with app.app_context():
        rows = sa.select(Membership.agency_id, Membership.from_on, Membership.to_on, Membership.position)
        rows = rows.join(Person, Person.id == Membership.person_id).where(Person.staff_code == code).order_by(Membership.from_on)
        return [tuple(row) for row in db.session.execute(rows)]


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_new_people_get_membership_and_account_without_a_password(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    assert people_of(app, school) == ["Nguyễn Thị Hoa", "Lê Thị Mai", "Trần Văn Nam"]
    hoa, mai = one(app, "GV01"), one(app, "GV03")
    assert (hoa.birth_on, hoa.phone, hoa.search) == (date(1980, 2, 5), "0912345678", "nguyen thi hoa gv01")
    assert (mai.birth_on, mai.birth_year) == (None, 1990)
    with app.app_context():
        account = db.session.get_one(Account, hoa.id)
        assert (account.username, account.password_hash, account.must_change, account.last_sign_in_at) == ("gv01", "!", True, None)
        main = db.session.scalars(sa.select(Membership).where(Membership.person_id == hoa.id)).one()
        assert (main.staff_kind, main.position, main.from_on, main.state) == ("public_employee", "Hiệu trưởng", clock.today(), "working")


def test_nothing_is_written_before_it_is_confirmed(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    people, trail = count(app, Person), count(app, Audit)
    address = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    assert count(app, Person) == people and count(app, Audit) == trail
    dung.post(f"{address}/drop", page=address, status=302)
    assert count(app, StaffImportFile) == 0 and count(app, StaffImportRow) == 0 and count(app, Person) == people


def test_the_same_file_again_changes_nothing_and_says_so(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    content = xlsx(tmp_path, HEAD, *THREE)
    taken_in(dung, app, content, school)
    address = preview(dung, app, content, school)
    page = dung.get(address)
    assert "không thay đổi gì" in page.text and set(verdicts(app).values()) == {"same"}
    assert "Ghi danh sách" not in [("".join(button.itertext())) for button in page.all("button")]


def test_a_list_without_codes_again_makes_nobody_twice(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    """They are recognised by name, birth day and agency; that is shown and never silent."""
    rows = [[*row[:1], None, *row[2:]] for row in THREE]
    content = xlsx(tmp_path, HEAD, *rows)
    taken_in(dung, app, content, school)
    address = preview(dung, app, content, school)
    assert set(verdicts(app).values()) == {"unsure"}
    page = dung.get(address)
    assert "Là cùng một người" in page.text and "Trong hệ thống: Nguyễn Thị Hoa, sinh 05/02/1980" in page.text
    people = count(app, Person)
    confirm(dung, app, address)
    assert count(app, Person) == people


def test_what_changed_is_said_and_an_empty_cell_says_nothing(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school, on=clock.today() - timedelta(days=30))
    changed = [
        person(1, "Nguyễn Thị Hoa", code="GV01", position="Phó Hiệu trưởng"),
        person(2, "Trần Văn Năm", code="gv02", birth="20/12/1979", phone="0988 111 222"),
        person(3, "Lê Thị Mai", code="GV03", birth="15/08/1990"),
    ]
    address = preview(dung, app, xlsx(tmp_path, HEAD, *changed), school)
    assert set(verdicts(app).values()) == {"changed"}
    text = dung.get(address).text
    for said in ("Hiệu trưởng → Phó Hiệu trưởng", "Trần Văn Nam → Trần Văn Năm", "Điện thoại: 0988111222", "1990 → 15/08/1990"):
        assert said in text, text
    assert "3 người thay đổi" in confirm(dung, app, address).text
    hoa = one(app, "GV01")
    assert (hoa.birth_on, hoa.phone) == (date(1980, 2, 5), "0912345678")
    assert one(app, "GV02").search == "tran van nam gv02" and one(app, "GV03").birth_year is None
    today = clock.today()
    assert memberships(app, "GV01") == [
        (school, today - timedelta(days=30), today, "Hiệu trưởng"),
        (school, today, None, "Phó Hiệu trưởng"),
    ]


def test_somebody_of_another_agency_is_offered_as_a_transfer_with_the_day(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    day = clock.today() - timedelta(days=3)
    content = xlsx(tmp_path, HEAD, person(1, "Nguyễn Văn An", code="CB001"), person(2, "Đặng Thị Ánh", code="CB002"))
    address = preview(dung, app, content, world.agencies["XM"], on=day)
    assert verdicts(app) == {"Nguyễn Văn An": "moved", "Đặng Thị Ánh": "same"}
    assert "Xã An Phúc → Xã Bình Minh" in dung.get(address).text
    assert "1 người chuyển đến" in confirm(dung, app, address).text
    assert memberships(app, "CB001") == [(world.agencies["XP"], OPENED, day, "Văn thư"), (world.agencies["XM"], day, None, "Văn thư")]
    with app.app_context():
        assert db.session.scalar(sa.select(Audit.details).where(Audit.action == "transfer")) == {
            "before": world.agencies["XP"],
            "after": world.agencies["XM"],
            "on": str(day),
        }


def test_a_transfer_that_is_not_wanted_is_left_out(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, person(1, "Nguyễn Văn An", code="CB001"), THREE[0]), world.agencies["XM"])
    with app.app_context():
        row_id = db.session.scalar(sa.select(StaffImportRow.id).where(StaffImportRow.verdict == "moved"))
    confirm(dung, app, address, **{f"line-{row_id}": "skip"})
    assert people_of(app, world.agencies["XP"]) == ["Nguyễn Văn An"]


def test_whoever_holds_a_role_at_the_old_agency_is_not_moved_by_a_list(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    preview(dung, app, xlsx(tmp_path, HEAD, person(1, "Lê Thị Chi", code="CB004")), world.agencies["XM"])
    assert verdicts(app) == {"Lê Thị Chi": "error"}


def test_people_out_of_reach_are_not_revealed(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    content = xlsx(tmp_path, HEAD, person(1, "Người Nào Đó", code="CB007"), person(2, CANARY, birth="05/02/1980"))
    address = preview(dung, app, content, world.agencies["XP"])
    page = dung.get(f"{address}?verdict=error")
    assert "Mã này đã có người dùng ở đơn vị khác" in page.text and CANARY not in page.text
    assert verdicts(app)[CANARY] == "new"


def test_a_staff_code_with_another_name_and_birth_is_asked_about(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    address = preview(dung, app, xlsx(tmp_path, HEAD, person(1, "Phạm Quốc Bảo", code="GV02", birth="01/01/1970")), school)
    assert verdicts(app) == {"Phạm Quốc Bảo": "unsure"}
    assert "đang là của Trần Văn Nam" in dung.get(address).text
    page = dung.get(address)
    answer = dung.post(f"{address}/confirm", {"seen": "1"}, page=page)
    assert answer.status == 422 and "Không có dòng nào được chọn" in answer.text
    assert one(app, "GV02").full_name == "Trần Văn Nam"


NAMESAKES = [person(n, "Nguyễn Thị Hương", birth=date(1980 + n, 1, n)) for n in range(1, 6)]


def test_five_of_the_same_name_are_five_people(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    taken_in(dung, app, xlsx(tmp_path, HEAD, *NAMESAKES), school)
    assert people_of(app, school) == ["Nguyễn Thị Hương"] * 5
    with app.app_context():
        names = set(db.session.scalars(sa.select(Account.username).where(Account.username.startswith("nguyenthihuong"))))
    assert names == {"nguyenthihuong", *(f"nguyenthihuong{n}" for n in range(2, 6))}
    address = preview(dung, app, xlsx(tmp_path, HEAD, *NAMESAKES), school)
    assert "5 dòng cần Anh/Chị chọn" in dung.get(address).text


def test_nothing_tells_two_lines_apart_so_the_second_is_asked_about(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, person(1, "Lê Thị Lan", birth="1980"), person(2, "Lê Thị Lan", birth="1980")), school)
    page = dung.get(address)
    assert "Sẽ ghi: 1 người mới" in page.text and "Trùng với dòng 2" in page.text
    with app.app_context():
        row_id = db.session.scalar(sa.select(StaffImportRow.id).where(StaffImportRow.verdict == "unsure"))
    dung.post(f"{address}/choices", {f"line-{row_id}": "new"}, page=page, status=302)
    assert "Sẽ ghi: 2 người mới" in dung.get(address).text
    confirm(dung, app, address)
    assert people_of(app, school) == ["Lê Thị Lan"] * 2


def test_the_personal_number_is_sealed_and_shown_masked(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    head = ["Họ và tên", "Mã cán bộ", "Số CCCD"]
    address = preview(dung, app, xlsx(tmp_path, head, ["Lê Văn Sáu", "GV06", "024080001234"], ["Lê Văn Bảy", "GV07", "123"]), school)
    assert "024080001234" not in dung.get(address).html
    with app.app_context():
        stored = [str(values) for values in db.session.scalars(sa.select(StaffImportRow.values))]
    assert not any("024080001234" in text for text in stored)
    confirm(dung, app, address)
    six = one(app, "GV06")
    with app.app_context():
        assert unseal(six.number_sealed or "", "personal number") == "024080001234"
        assert six.number_fingerprint == fingerprint("024080001234", "personal number")
    preview(dung, app, xlsx(tmp_path, head, ["Lê Văn Sáu", "", "024080001234"]), school)
    assert verdicts(app) == {"Lê Văn Sáu": "same"}


def test_units_in_the_list_are_agencies_below(app: Flask, dung: Visitor, world: World, school: int, tmp_path: Path) -> None:
    rows = [
        person(1, "Lê Văn Một", unit="MN An Phúc"),
        person(2, "Lê Văn Hai", unit="UBND xã Bình Minh"),
        person(3, "Lê Văn Ba"),
        person(4, "Lê Văn Bốn", unit="Trạm Y tế Sao Hỏa"),
        person(5, "Lê Văn Năm", unit="Huyện Lạc Thủy"),
    ]
    address = preview(dung, app, xlsx(tmp_path, HEAD, *rows), world.agencies["HT"])
    assert verdicts(app) == {
        "Lê Văn Một": "new",
        "Lê Văn Hai": "new",
        "Lê Văn Ba": "new",
        "Lê Văn Bốn": "error",
        "Lê Văn Năm": "error",
    }
    page = dung.get(f"{address}/columns")
    answer = dung.post(f"{address}/columns", {"unit-0": str(world.agencies["XM"]), "unit-1": str(world.agencies["HL"])}, page=page, status=302)
    work(app)
    assert verdicts(app)["Lê Văn Bốn"] == "new" and verdicts(app)["Lê Văn Năm"] == "error"
    confirm(dung, app, answer.response.headers["Location"])
    assert people_of(app, school) == ["Lê Văn Một"]
    assert people_of(app, world.agencies["XM"]) == ["Đặng Thị Ánh", "Lê Văn Bốn", "Lê Văn Hai"]


def test_columns_are_corrected_by_hand_and_remembered(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    content = xlsx(tmp_path, ["Họ và tên", "Ký hiệu riêng", "Chức vụ"], ["Lê Văn Một", "GV91", "Bảo vệ"])
    address = preview(dung, app, content, school)
    page = dung.get(f"{address}/columns")
    assert "chưa biết là thông tin gì" in page.text
    dung.post(f"{address}/columns", {"column-0": "full_name", "column-1": "staff_code", "column-2": ""}, page=page, status=302)
    work(app)
    confirm(dung, app, address)
    assert one(app, "GV91").full_name == "Lê Văn Một" and memberships(app, "GV91")[0][3] is None
    assert count(app, StaffColumn) == 2
    preview(dung, app, xlsx(tmp_path, ["Họ và tên", "KÝ HIỆU RIÊNG"], ["Lê Văn Một", "GV91"]), school)
    assert verdicts(app) == {"Lê Văn Một": "same"}


def test_a_list_in_an_old_font_is_converted_and_the_choice_is_ones_own(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    names = ["Nguyễn Văn Hưởng", "Trần Thị Thủy", "Phạm Đức Nghĩa", "Lê Thị Hồng Nhung", "Đỗ Mạnh Hùng", "Vũ Thị Bích Ngọc"]
    rows = [[n, in_tcvn3(name), f"GV3{n}"] for n, name in enumerate(names)]
    address = preview(dung, app, xlsx(tmp_path, ["STT", in_tcvn3("Họ và tên"), in_tcvn3("Mã cán bộ")], *rows), school)
    page = dung.get(address)
    assert "phông chữ cũ" in page.text and "Nguyễn Văn Hưởng" in page.text
    columns = dung.get(f"{address}/columns")
    assert "TCVN3" in columns.text and in_tcvn3("Trần Thị Thủy") in columns.text
    dung.post(f"{address}/columns", {"encoding": "vni"}, page=columns, status=302)
    work(app)
    page = dung.get(address)
    assert page.h1 == "Xem trước danh sách", "a choice under which nothing can be read is taken back"
    assert "Nguyễn Văn Hưởng" in page.text and 'role="alert"' in page.html
    confirm(dung, app, address)
    assert "Trần Thị Thủy" in people_of(app, school)


def test_a_csv_in_windows_1258_is_read(app: Flask, dung: Visitor, school: int) -> None:
    text = "Họ và tên;Mã cán bộ;Ngày sinh\r\nNguyễn Thị Thường;GV71;05/02/1980\r\nĐỗ Văn Được;GV72;1979\r\n"
    taken_in(dung, app, in_1258(text), school, name="danh sach.csv")
    assert people_of(app, school) == ["Đỗ Văn Được", "Nguyễn Thị Thường"]


def test_lines_with_errors_come_as_a_sheet_with_the_reason(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    rows = [*THREE, person(4, "Lê Văn Sai", code="GV04", birth="31/02/1980", salary=9.99), person(5, "Lê Văn Đôi", code="GV01")]
    address = preview(dung, app, xlsx(tmp_path, HEAD, *rows), school)
    sheet = dung.get(f"{address}/errors.xlsx")
    lines = rows_of(sheet.body)
    wrong = next(row for row in lines if "Lê Văn Sai" in row)
    assert wrong[:2] == (5, "D5") and "Không có ngày" in str(wrong[2]) and "31/02/1980" in wrong
    assert "Mã số CB" in next(row for row in lines if row[0] == "Dòng")
    assert not any("9.99" in str(cell) or cell == 9.99 for row in lines for cell in row), "columns that are not kept are kept nowhere"
    page = confirm(dung, app, address)
    assert "3 người mới" in page.text
    assert rows_of(dung.get(f"{address}/errors.xlsx").body) == lines


def test_the_file_is_deleted_when_the_list_is_taken_in(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    assert count(app, StaffImportFile) == 0


def test_what_is_not_confirmed_is_dropped_in_two_days_and_lines_go_in_thirty(
    app: Flask, visitor: Callable[[], Visitor], school: int, tmp_path: Path, time: Any
) -> None:
    def sign_in() -> Visitor:
        return visitor().sign_in("dung", PASSWORDS["dung"])

    done = taken_in(sign_in(), app, xlsx(tmp_path, HEAD, *THREE), school)
    preview(sign_in(), app, xlsx(tmp_path, HEAD, THREE[0]), school)
    time.forward(days=2, hours=1)
    work(app)
    assert count(app, StaffImportFile) == 0 and count(app, StaffImportRow) == 3
    time.forward(days=28)
    work(app)
    assert count(app, StaffImportRow) == 0
    assert "3 người mới" in sign_in().get(done).text


def test_the_trail_names_the_list_and_everybody_in_it(app: Flask, dung: Visitor, school: int, world: World, tmp_path: Path) -> None:
    address = taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    with app.app_context():
        row = db.session.scalars(sa.select(Audit).where(Audit.action == "import", Audit.thing == "staff-list")).one()
        assert row.actor_id == world.people["dung"] and row.thing_id == int(address.rsplit("/")[-1])
        assert row.details["new"] == 3 and row.agency_id == school
        assert audit_is_whole()[0]
        created = sa.select(Audit.thing_id).where(Audit.action == "create", Audit.agency_id == school)
        assert len(set(db.session.scalars(created))) == 3


# Confirming once


def test_confirming_twice_takes_it_in_once(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    first, second, third = dung.get(address), dung.get(address), dung.get(address)
    for page in (first, first, second):
        assert dung.post(f"{address}/confirm", {"seen": "1"}, page=page).status == 302
    work(app)
    assert len(people_of(app, school)) == 3
    assert dung.post(f"{address}/confirm", {"seen": "1"}, page=third).status == 302
    work(app)
    assert len(people_of(app, school)) == 3 and dung.get(address).h1 == "Đã ghi danh sách"
    with app.app_context():
        assert db.session.scalar(sa.select(StaffImport.percent)) == 100


def test_of_two_confirms_at_the_same_moment_one_counts(
    app: Flask, dung: Visitor, visitor: Callable[[], Visitor], school: int, tmp_path: Path
) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    browsers = [dung, visitor().sign_in("dung", PASSWORDS["dung"])]
    keys = [one.get(address).key(f"{address}/confirm") for one in browsers]
    gate, statuses = threading.Barrier(2, timeout=20), list[int]()

    def press(who: Visitor, key: str) -> None:
        gate.wait()
        statuses.append(who.client.post(f"{address}/confirm", data={"seen": "1", "_key": key}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(browsers, keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    work(app)
    assert len(people_of(app, school)) == 3
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Audit.action == "import", Audit.thing == "staff-list")) == 1


def test_a_list_that_was_read_again_elsewhere_is_looked_at_again(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    old = dung.get(address)
    columns = dung.get(f"{address}/columns")
    dung.post(f"{address}/columns", {"column-4": ""}, page=columns, status=302)
    work(app)
    answer = dung.post(f"{address}/confirm", {"seen": "1"}, page=old, status=422)
    assert "vừa được đọc lại" in answer.text and people_of(app, school) == []


def test_of_two_lists_with_the_same_people_the_second_is_not_taken_in_blindly(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    first = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    second = preview(dung, app, xlsx(tmp_path, HEAD, *THREE, person(4, "Lê Văn Tư", code="GV04")), school)
    for address in (first, second):
        dung.post(f"{address}/confirm", {"seen": "1"}, page=address, status=302)
    work(app)
    assert len(people_of(app, school)) == 3
    page = dung.get(second)
    assert page.h1 == "Xem trước danh sách" and "Dòng 2 (Nguyễn Thị Hoa) không còn như lúc xem trước" in page.text
    assert "Sẽ ghi: 1 người mới" in page.text
    confirm(dung, app, second)
    assert len(people_of(app, school)) == 4


def test_what_the_database_refuses_takes_nothing_in(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    dung.post(f"{address}/confirm", {"seen": "1"}, page=address, status=302)
    with app.app_context():
        create_person(None, full_name="Ai Đó Khác", agency_id=school, staff_code="X1", username="gv03")
        commit()
    work(app)
    assert people_of(app, school) == ["Ai Đó Khác"]
    page = dung.get(address)
    assert "Dòng 4 (Lê Thị Mai) không còn như lúc xem trước" in page.text and "trùng với tên đăng nhập" in page.text


def test_a_sender_who_administers_no_longer_gets_nothing_in(app: Flask, dung: Visitor, school: int, world: World, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    dung.post(f"{address}/confirm", {"seen": "1"}, page=address, status=302)
    with app.app_context():
        grant_role(None, world.people["chi"], world.agencies["HT"], "administrator", OPENED)
        db.session.execute(
            sa.text("UPDATE role_held SET to_on = '2021-01-01' WHERE role = 'administrator' AND person_id = :id"), {"id": world.people["dung"]}
        )
        commit()
    work(app)
    assert people_of(app, school) == []
    with app.app_context():
        assert db.session.scalars(sa.select(StaffImport.state)).one() == "failed"


# Undoing


def test_a_list_is_undone_as_a_whole(app: Flask, dung: Visitor, school: int, world: World, tmp_path: Path) -> None:
    before = {model: count(app, model) for model in (Person, Account, Membership)}
    rows = [*THREE, person(4, "Nguyễn Văn An", code="CB001", position="Kế toán", phone="0912000111")]
    address = taken_in(dung, app, xlsx(tmp_path, HEAD, *rows), school)
    assert memberships(app, "CB001")[-1][0] == school
    with app.app_context():
        db.session.execute(sa.update(Account).where(Account.username == "gv01").values(password_hash="printed", slip_expires_at=clock.now()))
        commit()
    preview(dung, app, xlsx(tmp_path, HEAD, *rows), school)
    dung.post(f"{address}/undo", page=address, status=302)
    assert dung.get(address).h1 == "Đã hoàn tác danh sách"
    assert {model: count(app, model) for model in before} == before
    assert memberships(app, "CB001") == [(world.agencies["XP"], OPENED, None, "Văn thư")]
    assert one(app, "CB001").phone is None
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Audit.action == "undo", Audit.thing == "staff-list")) == 1


def test_undoing_is_refused_by_name_once_somebody_has_signed_in(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    address = taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    with app.app_context():
        db.session.execute(sa.update(Account).where(Account.username == "gv02").values(last_sign_in_at=clock.now()))
        commit()
    answer = dung.post(f"{address}/undo", page=address, status=422)
    assert "đã đăng nhập: Trần Văn Nam" in answer.text and len(people_of(app, school)) == 3
    assert dung.get(address).h1 == "Đã ghi danh sách"


def test_undoing_is_refused_by_name_once_somebody_was_changed_or_holds_a_role(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    address = taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    with app.app_context():
        grant_role(None, db.session.scalar(sa.select(Person.id).where(Person.staff_code == "GV03")) or 0, school, "manager")
        commit()
    assert "Lê Thị Mai" in dung.post(f"{address}/undo", page=address, status=422).text
    with app.app_context():
        db.session.execute(sa.update(Person).where(Person.staff_code == "GV01").values(phone="1"))
        commit()
    assert "Nguyễn Thị Hoa" in dung.post(f"{address}/undo", page=address, status=422).text
    assert len(people_of(app, school)) == 3


def test_undoing_twice_is_undoing_once(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    address = taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    first, second = dung.get(address), dung.get(address)
    assert dung.post(f"{address}/undo", page=first).status == 302
    assert dung.post(f"{address}/undo", page=second).status == 302
    assert people_of(app, school) == []


def test_slips_are_for_those_whom_the_list_added(app: Flask, dung: Visitor, giang: Visitor, school: int, world: World, tmp_path: Path) -> None:
    address = taken_in(dung, app, xlsx(tmp_path, HEAD, *THREE, person(4, "Nguyễn Văn An", code="CB001")), school)
    import_id = int(address.rsplit("/")[-1])
    assert f"/people/slips?import={import_id}" in dung.get(address).links()

    class Viewer:
        person_id = world.people["dung"]

        def reach(self, *_roles: str) -> Any:
            return sa.select(sa.literal(school))

    with app.app_context():
        added = person_ids_of_import(Viewer(), import_id)  # type: ignore[arg-type]
        assert [db.session.get_one(Person, one).staff_code for one in added] == ["GV01", "GV02", "GV03"]


# The ground: steps of the worker


def test_user_names_are_free_and_nobody_elses_code(app: Flask, world: World) -> None:
    with app.app_context():
        create_person(None, full_name="Lê Văn Tám", agency_id=world.agencies["XP"], username="levantam")
        create_person(None, full_name="Lê Văn Tám", agency_id=world.agencies["XP"], username="levantam3")
        db.session.flush()
        wanted = [
            Wanted(None, "Lê Văn Tám", None),
            Wanted(None, "Lê Văn Tám", None),
            Wanted(None, "Lê Văn Tám", "LEVANTAM9"),
            Wanted("cb001", "Ai", None),
            Wanted(None, "Ơ", "Đ/1"),
        ]
        assert free_usernames(wanted) == ["levantam2", "levantam4", "levantam9", "cb0012", "d1"]
        assert free_usernames(wanted) == free_usernames(wanted)


def _look(text: str) -> str:
    db.session.execute(sa.select(sa.func.count()).select_from(Setting))
    try:
        db.session.execute(sa.text("UPDATE setting SET value = 'x'"))
    except sa.exc.DBAPIError:
        db.session.rollback()
        return f"{text} read"
    raise AssertionError("slow work must not write")


def _instead(sentence: str, text: str) -> None:
    db.session.add(Setting(key=f"instead {text}", value=sentence))


@long_task(before=_look, otherwise=_instead)
def two_parts(found: str, text: str) -> None:
    """Read first, then write; refuse when told so."""
    db.session.add(Setting(key=text, value=found))
    db.session.flush()
    if text == "no":
        raise Refused("Không được.")


def test_a_long_task_reads_before_it_writes_and_is_refused_as_a_whole(app: Flask) -> None:
    with app.app_context():
        for text in ("yes", "no"):
            ask_for(two_parts, text, text=text)
        commit()
        while work_once():
            pass
        settings = {row.key: row.value for row in db.session.scalars(sa.select(Setting))}
        assert settings["yes"] == "yes read" and "no" not in settings and settings["instead no"] == "Không được."


def test_a_step_that_comes_too_late_does_nothing(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    """A worker that was stopped for long finds that another has done its step."""
    address = preview(dung, app, xlsx(tmp_path, HEAD, *THREE), school)
    with app.app_context():
        again = sa.update(Job).where(Job.key.startswith("staff_import")).values(state="waiting", tries=0, done_at=None)
        db.session.execute(again)
        commit()
    work(app)
    assert count(app, StaffImportRow) == 3 and dung.get(address).h1 == "Xem trước danh sách"
    confirm(dung, app, address)
    with app.app_context():
        db.session.execute(sa.update(Job).where(Job.key.startswith("staff_import")).values(state="waiting", tries=0, done_at=None))
        commit()
    work(app)
    assert len(people_of(app, school)) == 3 and count(app, StaffImportRow) == 3
    assert "3 người mới" in dung.get(address).text


def test_a_long_list_is_compared_in_parts_with_progress(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    rows = [person(n, "Lê Văn Dài", code=f"D{n:05d}") for n in range(2_500)]
    answer = send(dung, xlsx(tmp_path, HEAD, *rows), school)
    seen = set()
    with app.app_context():
        while work_once():
            seen.add(db.session.scalar(sa.select(StaffImport.percent)))
            db.session.rollback()
        parts = set(db.session.scalars(sa.select(Job.key).where(Job.key.contains("compare"))))
    assert len(parts) == 3 and len(seen) >= 4 and max(one or 0 for one in seen) == 100
    assert "Sẽ ghi: 2.500 người mới" in dung.get(answer.response.headers["Location"]).text


# The operator


def test_the_operator_sees_first_and_writes_only_when_told(app: Flask, dung: Visitor, school: int, tmp_path: Path) -> None:
    file = tmp_path / "truong.xlsx"
    file.write_bytes(xlsx(tmp_path, HEAD, *THREE, person(4, "Lê Văn Sai", code="GV04", birth="31/02/1980")))
    run = app.test_cli_runner().invoke
    shown = run(args=["people", "import", str(file), "--agency", "MNAP"])
    assert shown.exit_code == 0 and "Mới: 3" in shown.output and "Lỗi: 1" in shown.output and "dòng 5 Lê Văn Sai: [D5]" in shown.output
    assert "Chưa ghi gì" in shown.output and people_of(app, school) == []
    done = run(args=["people", "import", str(file), "--agency", "MNAP", "--on", "01/09/2024", "--yes"])
    assert done.exit_code == 0 and "Đã ghi: 3 người mới" in done.output, done.output
    assert memberships(app, "GV01")[0][1] == date(2024, 9, 1)
    again = run(args=["people", "import", str(file), "--agency", "MNAP", "--yes"])
    assert "Không đổi: 3" in again.output and "Không có gì để ghi" in again.output and len(people_of(app, school)) == 3
    assert dung.get("/people/staff-lists").text.count("truong.xlsx") == 1


@pytest.mark.parametrize(
    ("code", "name", "said"), [("KHONG", "a.xlsx", "Không có đơn vị nào mã KHONG"), ("MNAP", "a.xls", ".xls"), ("MNAP", "a.csv", "trống")]
)
def test_the_operator_is_told_what_is_wrong(app: Flask, school: int, tmp_path: Path, code: str, name: str, said: str) -> None:
    (tmp_path / name).write_bytes(b"")
    answer = app.test_cli_runner().invoke(args=["people", "import", str(tmp_path / name), "--agency", code])
    assert answer.exit_code == 1 and said in answer.output
