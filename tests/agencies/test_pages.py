"""The pages of the tree, for those who administer it."""

from datetime import date

from flask import Flask

from lms.agencies import move_agency, rename_agency
from lms.base import commit
from lms.people.reorganising import close, merge
from tests.cast import World
from tests.pages import Visitor

NEW = {
    "code": "XT",
    "kind": "commune",
    "name": "Xã Tân Lập",
    "position": "3",
    "from_on": "2024-02-01",
    "decision": "",
    "help_name": "",
    "help_phone": "",
}


def test_an_administrator_sees_their_own_tree_only(dung: Visitor) -> None:
    page = dung.get("/agencies")
    assert "Xã An Phúc" in page.text and "Huyện Lạc Thủy" not in page.text
    assert "Xã Bình Minh" in dung.get("/agencies?q=binh+minh").text
    assert "Không tìm thấy đơn vị nào" in dung.get("/agencies?q=lac+thuy").text


def test_an_agency_out_of_reach_is_not_found(dung: Visitor, world: World) -> None:
    dung.get(f"/agencies/{world.agencies['XP']}")
    for agency in ("HL", "T"):
        dung.get(f"/agencies/{world.agencies[agency]}", 404)
        dung.get(f"/agencies/{world.agencies[agency]}/edit", 404)


def test_what_lies_out_of_reach_is_named_and_leads_nowhere(dung: Visitor, world: World) -> None:
    page = dung.get(f"/agencies/{world.agencies['HT']}")
    assert "Tỉnh Bắc Sơn" in page.text and f"/agencies/{world.agencies['T']}" not in page.links()
    assert f"/agencies/{world.agencies['HT']}" in dung.get(f"/agencies/{world.agencies['XP']}").links()


def test_an_administrator_adds_an_agency_below_their_own(dung: Visitor, world: World) -> None:
    sent = {**NEW, "parent_id": str(world.agencies["HT"]), "help_phone": "0222 1"}
    shown = dung.post("/agencies/new", sent, status=200)
    assert shown.h1 == "Xem trước: Xã Tân Lập" and "Huyện Thuận An" in shown.text and "Xã, phường" in shown.text
    assert "Xã Tân Lập" not in dung.get("/agencies").text  # a preview keeps nothing
    carried = {field.get("name", ""): field.get("value", "") for field in shown.all("input") if field.get("name") != "_key"}
    again = dung.post("/agencies/new", {**carried, "step": "edit"}, page=shown, status=200)
    assert "Xã Tân Lập" in again.html and "0222 1" in again.html
    answer = dung.post("/agencies/new", {**carried, "step": "confirm"}, page=shown, status=302)
    page = dung.get(answer.response.headers["Location"])
    assert page.h1 == "Xã Tân Lập" and "0222 1" in page.text and "Huyện Thuận An" in page.text


def test_an_agency_cannot_be_added_out_of_reach(dung: Visitor, world: World) -> None:
    page = dung.post("/agencies/new", {**NEW, "parent_id": str(world.agencies["HL"])}, status=422)
    assert "Anh/Chị chọn một mục trong danh sách." in page.text


def test_wrong_values_come_back_with_a_sentence_by_the_field(dung: Visitor, world: World) -> None:
    wrong = {**NEW, "name": "", "code": "XP", "position": "ba", "from_on": "31/02/2024", "kind": "sao", "parent_id": "x"}
    page = dung.post("/agencies/new", wrong, status=422)
    for sentence in ("nhập tên đơn vị", "một số từ 0", "ngày/tháng/năm", "chọn một mục"):
        assert sentence in page.text
    page = dung.post("/agencies/new", {**NEW, "code": "XP", "parent_id": str(world.agencies["HT"])}, status=422)
    assert "Mã này đã có đơn vị khác dùng" in page.text and "Xã Tân Lập" in page.html


def test_the_help_contact_reaches_the_foot_of_every_page_below(dung: Visitor, an: Visitor, world: World) -> None:
    data = {"code": "HT", "position": "1", "help_name": "Anh Long", "help_phone": "0222 386 115"}
    dung.post(f"/agencies/{world.agencies['HT']}/edit", data, status=302)
    assert "Anh Long · 0222 386 115" in an.get("/account").text


def test_the_tree_of_a_past_day_says_what_has_become_of_each(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        rename_agency(None, world.agencies["HT"], "Thị xã Thuận An", date(2023, 1, 1), "9/NQ")
        merge(None, [world.agencies["XP"]], world.agencies["XM"], date(2024, 7, 1), "12/NQ")
        commit()
    page = dung.get("/agencies?on=2022-06-30")
    assert "Cây đơn vị như ngày 30/06/2022: 3 đơn vị" in page.text
    assert "Huyện Thuận An" in page.text and "nay là Thị xã Thuận An" in page.text and "Huyện Lạc Thủy" not in page.text
    assert "nay thuộc Xã Bình Minh" in page.text and f"/agencies/{world.agencies['XP']}" in page.links()
    today = dung.get("/agencies")
    assert "2 đơn vị" in today.text and "như ngày" not in today.text and "sáp nhập, giải thể (1)" in today.text
    assert "Xã An Phúc" in dung.get("/agencies?on=30/06/2022&q=an+phuc").text


def test_an_agency_that_was_dissolved_is_marked_in_the_tree_of_its_time(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        close(None, world.agencies["XM"], date(2024, 7, 1), None, people_to=world.agencies["XP"])
        commit()
    assert "nay thuộc Xã An Phúc" in dung.get("/agencies?on=2024-06-30").text


def test_a_day_before_everything_and_a_day_that_is_none(dung: Visitor) -> None:
    assert "chưa có đơn vị nào" in dung.get("/agencies?on=1999-01-01").text
    page = dung.get("/agencies?on=31/02/2024", 422)
    assert "theo dạng ngày/tháng/năm" in page.text and "Xã An Phúc" in page.text


def test_what_moves_in_the_future_stands_there_on_that_day(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        move_agency(None, world.agencies["XM"], world.agencies["XP"], date(2090, 1, 1), None)
        commit()
    indents = {day: dung.get(f"/agencies?on={day}").html.count("indent-2") for day in ("2089-12-31", "2090-01-01")}
    assert indents == {"2089-12-31": 0, "2090-01-01": 1}


def test_the_file_of_the_tree_stays_within_reach(dung: Visitor, giang: Visitor, nobody: Visitor) -> None:
    dung.get("/agencies/export.xlsx")
    giang.get("/agencies/export.xlsx", 403)
    nobody.get("/agencies/export.xlsx", 302)
