"""The pages of staff lists: who may see them, how light they are, what they say when something is wrong."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from lms.agencies import open_agency
from lms.base import Refused, clock, commit
from lms.people import grant_role
from lms.people.staff_list.importing import send_list
from lms.people.staff_list.senders import Sender
from tests.cast import OPENED, PASSWORDS, World, add_factor
from tests.pages import Visitor

from .sending import HEAD, LISTS, NEW, confirm, person, preview, rows_of, send, work, xlsx

SENT = [person(1, "Lê Văn Một", code="GV01", birth="05/02/1980"), person(2, "Lê Văn Hai", code="GV02")]


def test_only_administrators_see_staff_lists(chi: Visitor, an: Visitor, nobody: Visitor, dung: Visitor) -> None:
    for path in (LISTS, NEW, f"{LISTS}/sample.xlsx", f"{LISTS}/1", f"{LISTS}/1/columns", f"{LISTS}/1/errors.xlsx"):
        chi.get(path, 403)
        an.get(path, 403)
        nobody.get(path, 302)
    assert "chưa gửi danh sách nào" in dung.get(LISTS).text


def test_a_list_is_seen_by_whoever_sent_it_and_by_nobody_else(
    app: Flask, dung: Visitor, visitor: Callable[[], Visitor], world: World, tmp_path: Path
) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, *SENT), world.agencies["XP"])
    assert "danh-sach.xlsx" in dung.get(LISTS).text
    with app.app_context():
        grant_role(None, world.people["giang"], world.agencies["HL"], "administrator", OPENED)
        add_factor(world.people["giang"])
        commit()
    giang = visitor().sign_in("giang", PASSWORDS["giang"])
    assert "danh-sach.xlsx" not in giang.get(LISTS).text
    for path in (address, f"{address}/columns", f"{address}/errors.xlsx"):
        giang.get(path, 404)
    for verb in ("confirm", "drop", "undo", "choices", "columns"):
        giang.post(f"{address}/{verb}", page=NEW, status=404)


def test_a_list_for_an_agency_out_of_reach_is_refused(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    answer = send(dung, xlsx(tmp_path, HEAD, *SENT), world.agencies["HL"], status=422)
    assert "chọn một mục" in answer.text
    with app.app_context(), pytest.raises(Refused, match="phạm vi"):
        sender = Sender(world.people["dung"], "Phạm Tiến Dũng", (world.agencies["HT"],))
        send_list(sender, world.agencies["HL"], clock.today(), "danh-sach.xlsx", b"PK")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "chọn tệp Excel"),
        ("danh-sach.xls", b"\xd0\xcf\x11\xe0", "định dạng cũ"),
        ("danh-sach.pdf", b"%PDF-1.7", "chọn tệp Excel"),
        ("danh-sach.xlsx", b"", "trống"),
        ("danh-sach.xlsx", b"0" * ((10 << 20) + 1), "lớn hơn 10 MB"),
    ],
)
def test_a_wrong_file_is_refused_at_once_with_a_sentence(dung: Visitor, world: World, name: str, content: bytes, said: str) -> None:
    answer = send(dung, content, world.agencies["XP"], name=name, status=422)
    assert said in answer.text and "Xã An Phúc" in answer.text


def test_a_day_on_which_the_agency_does_not_exist_is_refused(dung: Visitor, world: World, tmp_path: Path) -> None:
    answer = send(dung, xlsx(tmp_path, HEAD, *SENT), world.agencies["XP"], on=OPENED - timedelta(days=1), status=422)
    assert "chỉ có từ" in answer.text


def test_a_file_that_turns_out_to_be_no_list_fails_with_advice(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, ["Một", "Hai"], [1, 2]), world.agencies["XP"])
    page = dung.get(address)
    assert page.h1 == "Không đọc được danh sách" and "Không tìm thấy dòng tiêu đề" in page.text and "Tải tệp mẫu" in page.text
    dung.get(f"{address}/columns", 302)
    broken = preview(dung, app, b"PK\x03\x04 not a workbook", world.agencies["XP"])
    assert "Không đọc được danh sách" in dung.get(broken).text


def test_the_page_waits_while_the_worker_reads(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    content = xlsx(tmp_path, HEAD, *SENT)
    address = send(dung, content, world.agencies["XP"]).response.headers["Location"]
    page = dung.get(address)
    assert page.all("progress") and '<meta http-equiv="refresh"' in page.html and page.h1 == "Đang đọc danh sách"
    assert send(dung, content, world.agencies["XP"]).response.headers["Location"] == address, "sent twice, it is one list"
    work(app)
    page = dung.get(address)
    assert page.h1 == "Xem trước danh sách" and "refresh" not in page.html
    dung.post(f"{address}/confirm", {"seen": "1"}, page=page, status=302)
    assert dung.get(address).h1 == "Đang ghi danh sách"
    answer = dung.post(f"{address}/drop", page=NEW, status=422)
    assert "không bỏ được nữa" in answer.text


def test_a_list_may_be_dropped_while_it_is_read(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    address = send(dung, xlsx(tmp_path, HEAD, *SENT), world.agencies["XP"]).response.headers["Location"]
    dung.post(f"{address}/drop", page=address, status=302)
    work(app)
    assert dung.get(address).h1 == "Danh sách đã bỏ" and "Đã bỏ" in dung.get(LISTS).text
    answer = dung.post(f"{address}/confirm", {"seen": "1"}, page=NEW, status=422)
    assert answer.h1 == "Danh sách đã bỏ"


def test_the_sample_is_a_list_that_can_be_sent(app: Flask, dung: Visitor, world: World) -> None:
    sample = dung.get(f"{LISTS}/sample.xlsx")
    assert "Họ và tên" in str(rows_of(sample.body)[0])
    address = preview(dung, app, sample.body, world.agencies["HT"], name="danh-sach-mau.xlsx")
    assert "CB0001" in dung.get(address).text


def test_ignored_columns_are_named_with_the_reason(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, [*HEAD, "Dân tộc"], [*SENT[0], None, None, None, None, "Kinh"]), world.agencies["XP"])
    text = dung.get(address).text
    assert "Hệ số lương (lương, ngạch, bảo hiểm: hệ thống không lưu)" in text and "Dân tộc (dân tộc: hệ thống không lưu)" in text


def test_columns_without_a_name_are_refused_and_what_was_chosen_stays(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    address = preview(dung, app, xlsx(tmp_path, HEAD, *SENT), world.agencies["XP"])
    columns = f"{address}/columns"
    answer = dung.post(columns, {"column-1": "", "column-0": "phone"}, status=422)
    assert "Cần có cột “Họ và tên”" in answer.text
    doubled = dung.post(columns, {"column-0": "position"}, status=422)
    assert "cùng được chọn" in doubled.text


def test_pages_stay_light_however_many_lines(app: Flask, dung: Visitor, world: World, tmp_path: Path) -> None:
    rows = [person(n, "Lê Thị Lan", birth=date(1980, 1, 1), unit="Xã An Phúc") for n in range(120)]
    rows += [person(n, f"Trần Văn {n % 7}", code=f"X{n}") for n in range(60)]
    address = preview(dung, app, xlsx(tmp_path, HEAD, *rows), world.agencies["HT"])
    for path in (address, f"{address}?page=2", f"{address}?verdict=unsure", f"{address}?verdict=error", f"{address}?page=9999&verdict=x"):
        page = dung.get(path)
        assert page.text.count("Lê Thị Lan") + page.text.count("Trần Văn") >= 30
    assert "Trang 1 / " in dung.get(address).text
    dung.get(f"{address}/columns")
    confirm(dung, app, address)
    for path in (LISTS, NEW, address):
        dung.get(path)


def test_with_an_administrator_of_a_school_it_is_for_the_school(app: Flask, visitor: Callable[[], Visitor], world: World, tmp_path: Path) -> None:
    with app.app_context():
        school = open_agency(None, "MNAP", "school", "Trường Mầm non An Phúc", world.agencies["XP"], 1, OPENED, "02/QĐ-UBND").id
        grant_role(None, world.people["an"], school, "administrator", OPENED)
        add_factor(world.people["an"])
        commit()
    head = visitor().sign_in("an", PASSWORDS["an"])
    page = head.get(NEW)
    options = [option.text for select in page.all("select") for option in select.iter("option")]
    assert options == ["Trường Mầm non An Phúc"]
    rows = [person(1, "Lê Văn Một", unit="Tổ Mẫu giáo"), person(2, "Lê Văn Hai", unit="Văn phòng")]
    address = preview(head, app, xlsx(tmp_path, HEAD, *rows), school)
    assert "Sẽ ghi: 2 người mới" in head.get(address).text and "Tổ, bộ phận trong danh sách được ghi vào" in head.get(address).text


def test_whoever_administers_more_than_the_own_agency_says_for_which_the_list_is(
    app: Flask, dung: Visitor, visitor: Callable[[], Visitor], world: World
) -> None:
    assert _chosen(dung) == ["Huyện Thuận An"], "where one is administrator and belongs, it is that"
    with app.app_context():
        grant_role(None, world.people["an"], world.agencies["HT"], "administrator", OPENED)
        add_factor(world.people["an"])
        commit()
    an = visitor().sign_in("an", PASSWORDS["an"])
    assert _chosen(an) == ["Anh/Chị chọn đơn vị"]
    answer = an.post(NEW, {"agency_id": "", "on": "hôm nay"}, status=422)
    assert "chọn một mục" in answer.text and "ngày/tháng/năm" in answer.text
    assert "chọn một mục" in an.post(NEW, {"agency_id": "x", "on": "hôm nay"}, status=422).text


def _chosen(who: Visitor) -> list[str]:
    options = [option for select in who.get(NEW).all("select") for option in select.iter("option")]
    return [(option.text or "").strip() for option in options if option.get("selected") is not None] or [options[0].text or ""]
