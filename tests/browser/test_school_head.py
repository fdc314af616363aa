"""A school head with a messy Excel list of 38 teachers gets all of them in, by keyboard alone, and comes to the slips."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from lms.agencies import open_agency
from lms.base import commit, db, work_once
from lms.people import Membership, grant_role
from tests.cast import OPENED, World, add_factor
from tests.people.staff_list.lists import workbook_of

from .test_accessibility import faults

pytestmark = pytest.mark.browser
SitDown = Callable[..., Page]
TEACHERS = 38
FAMILIES = ("NGUYỄN THỊ", "Trần Thị", "lê thị", "Phạm Thị Thu", "Vũ Thị  Ngọc", "Đ/c Hoàng Thị", "Bà Đỗ Thị")
GIVEN = ("Hương", "Lan", "Hoa", "Mai", "Hương")


def messy(path: Path) -> Path:
    """What stands in a school's drawer: titles above, merged heads, groups, salaries, years for days, a total and signatures."""
    rows: list[list[object]] = [
        ["UBND XÃ AN PHÚC"],
        ["TRƯỜNG MẦM NON AN PHÚC"],
        ["DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN NĂM HỌC 2025 - 2026"],
        [],
        ["TT", "Họ và tên", None, "Ngày sinh", "Chức vụ", "Phân loại", "Hệ số lương", "Dân tộc", "Số điện thoại", "KH hồ sơ", "Ghi chú"],
        ["", "I. Tổ Mẫu giáo lớn"],
    ]
    for number in range(1, TEACHERS + 1):
        birth: object = date(1970 + number % 25, 1 + number % 12, 1 + number % 28)
        birth = {0: f"{birth:%d/%m/%Y}", 1: birth, 2: str(1970 + number)}[number % 3]
        name = (f"{FAMILIES[number % 7]} ", GIVEN[number % 5].upper() if number % 7 == 0 else GIVEN[number % 5])
        rows.append([number, *name, birth, "Giáo viên", "VC" if number % 4 else "HĐ", 2.34, "Kinh", 912000000 + number, f"MN{number:03d}", ""])
        if number == 20:
            rows.append(["", "II. Tổ Nhà trẻ"])
    rows += [["", "Tổng cộng: 38 người"], [], ["", "", "", "", "An Phúc, ngày 05 tháng 9 năm 2025"], ["", "Người lập biểu", "", "", "HIỆU TRƯỞNG"]]
    return workbook_of(path, ("DSGV", rows), merged=("A3:K3", "B5:C5"))


@pytest.fixture
def school(app: Flask, world: World) -> int:
    """The school, whose head An administers it."""
    with app.app_context():
        agency = open_agency(None, "MNAP", "school", "Trường Mầm non An Phúc", world.agencies["XP"], 1, OPENED, "02/QĐ-UBND")
        grant_role(None, world.people["an"], agency.id, "administrator", OPENED)
        add_factor(world.people["an"])
        commit()
        return agency.id


def work(app: Flask) -> None:
    """The worker does all that is due."""
    with app.app_context():
        while work_once():
            pass


def reach_by_tab(page: Page, label: str) -> None:
    """Press Tab until the thing with this name has the focus."""
    for _press in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate("(one => one.matches('[role=region]') ? '' : one.labels?.[0]?.innerText || one.innerText)(document.activeElement)")
        if label in focused:
            return
    raise AssertionError(f"Tab never comes to {label}")


def test_a_messy_list_of_38_teachers_is_in_without_a_mouse_and_without_help(app: Flask, at_a_pc: SitDown, school: int, tmp_path: Path) -> None:
    page = at_a_pc("an")
    page.goto("/people")
    reach_by_tab(page, "Nhập danh sách cán bộ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/staff-lists")
    assert not faults(page)
    reach_by_tab(page, "Nhập danh sách")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/staff-lists/new")
    assert not faults(page)
    page.set_input_files("[name=file]", messy(tmp_path / "DS giao vien.xlsx"))
    reach_by_tab(page, "Gửi và xem trước")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đang đọc danh sách")
    assert not faults(page)
    work(app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem trước danh sách")
    expect(page.get_by_text("Sẽ ghi: 38 người mới")).to_be_visible()
    assert not faults(page)
    reach_by_tab(page, "Hệ thống hiểu tệp như thế nào")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Dân tộc (dân tộc: hệ thống không lưu)")).to_be_visible()
    reach_by_tab(page, "Sửa cột và đơn vị")
    page.keyboard.press("Enter")
    page.wait_for_url("**/columns")
    assert not faults(page)
    reach_by_tab(page, "KH hồ sơ")
    for _step in range(4):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("KH hồ sơ")).to_have_value("staff_code")
    reach_by_tab(page, "Đọc lại theo lựa chọn này")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith("/columns"))
    work(app)
    expect(page.get_by_text("MN038")).to_be_visible()
    reach_by_tab(page, "Ghi danh sách")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đang ghi danh sách")
    work(app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ghi danh sách")
    assert not faults(page)
    reach_by_tab(page, "In phiếu cấp tài khoản cho 38 người mới")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/slips?import=*")
    with app.app_context():
        main = sa.select(sa.func.count()).where(Membership.agency_id == school, Membership.is_main)
        assert db.session.scalar(main) == TEACHERS


def test_the_preview_fits_a_telephone(app: Flask, at_a_pc: SitDown, school: int, tmp_path: Path) -> None:
    page = at_a_pc("an", viewport={"width": 390, "height": 844})
    page.goto("/people/staff-lists/new")
    page.set_input_files("[name=file]", messy(tmp_path / "DS.xlsx"))
    page.press("main form .primary", "Enter")
    work(app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem trước danh sách")
    assert not faults(page)


def test_without_script_the_page_moves_on_by_itself(app: Flask, at_a_pc: SitDown, school: int, tmp_path: Path) -> None:
    page = at_a_pc("an", java_script_enabled=False)
    page.goto("/people/staff-lists/new")
    page.set_input_files("[name=file]", messy(tmp_path / "DS.xlsx"))
    page.press("main form .primary", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đang đọc danh sách")
    work(app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Xem trước danh sách")
    page.press("main form .primary", "Enter")
    work(app)
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ghi danh sách")
