"""What a manager sees ends at their reach; addresses of others do not exist."""

import io

import openpyxl
import pytest

from tests.cast import CANARY, World
from tests.pages import Visitor
from tests.reports.conftest import STAFF, District

ADDRESSES = ("/reports", "/reports/people", "/reports/people?state=overdue", "/reports/people?state=on_leave")
OURS = [name for name, *_rest in STAFF] + ["Nguyễn Văn An", "Đặng Thị Ánh", "Huyện Thuận An", "Xã An Phúc", "Xã Bình Minh"]


def cells(content: bytes) -> list[str]:
    """Every text of a workbook, names put together again."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [" ".join(str(cell) for cell in row if cell) for row in sheet.iter_rows(values_only=True)]


def test_giang_sees_nothing_of_ours(giang: Visitor, district: District) -> None:
    for address in ADDRESSES:
        text = giang.get(address).text
        assert not [name for name in OURS if name in text], address
    for address in ("/reports/export.xlsx", "/reports/export.xlsx?state=overdue", "/reports/summary.xlsx"):
        text = "\n".join(cells(giang.get(address).body))
        assert not [name for name in OURS if name in text], address
    assert CANARY in giang.get("/reports/people").text


def test_chi_sees_nothing_of_the_neighbour(chi: Visitor, district: District) -> None:
    for address in ADDRESSES:
        text = chi.get(address).text
        assert CANARY not in text and "Lạc Thủy" not in text, address
    assert CANARY not in "\n".join(cells(chi.get("/reports/export.xlsx").body))


def test_foreign_and_wrong_ids_are_not_found(giang: Visitor, world: World, district: District) -> None:
    for page in ("/reports", "/reports/people", "/reports/export.xlsx", "/reports/summary.xlsx"):
        for agency in (world.agencies["HT"], world.agencies["XP"], world.agencies["T"], 99999):
            giang.get(f"{page}?agency={agency}", status=404)
        for wrong in ("agency=x", "agency=-1", "agency=0", "agency=99999999999999999999", "agency=²", "course=99999", "course=x", "course=1e3"):
            giang.get(f"{page}?{wrong}", status=404)
    for long in ("0000000000" + "9" * 99, "0000000000" + "9" * 5000):
        giang.get(f"/reports?agency={long}", status=404)
        giang.get(f"/reports/people?page={long}", status=404)
    giang.get("/reports/people?page=x", status=404)
    for person in (*district.people.values(), world.people["an"], world.people["chi"], 99999, 99999999999999999999):
        giang.get(f"/reports/people/{person}", status=404)


def test_a_state_that_does_not_exist_is_said_plainly(chi: Visitor, district: District) -> None:
    for address in ("/reports/people?state=xong", "/reports/export.xlsx?state=xong"):
        page = chi.get(address, status=422)
        assert "Không có trạng thái “xong”" in page.text


@pytest.mark.parametrize("who", ["an", "binh", "dung"])
def test_only_managers_come_in(who: str, request: pytest.FixtureRequest, world: World) -> None:
    visitor: Visitor = request.getfixturevalue(who)
    for address in ("/reports", "/reports/people", f"/reports/people/{world.people['an']}", "/reports/export.xlsx", "/reports/summary.xlsx"):
        visitor.get(address, status=403)


def test_nobody_is_sent_to_sign_in(nobody: Visitor) -> None:
    assert "/sign-in" in nobody.get("/reports", status=302).response.headers["Location"]


def test_one_person_with_results_and_no_answers(chi: Visitor, district: District, title: str) -> None:
    page = chi.get(f"/reports/people/{district.people['Hồ Thị Xong']}")
    assert page.h1 == "Hồ Thị Xong"
    for word in (title, "Hoàn thành", "84", "Xã An Phúc", "Chuyên viên"):
        assert word in page.text
    again = chi.get(f"/reports/people/{district.people['Mai Văn Lại']}")
    assert "(lần 2)" in again.text
