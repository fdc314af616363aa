"""The pages of the tree, for those who administer it."""

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


def test_an_administrator_adds_an_agency_below_their_own(dung: Visitor, world: World) -> None:
    answer = dung.post("/agencies/new", {**NEW, "parent_id": str(world.agencies["HT"]), "help_phone": "0222 1"}, status=302)
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
