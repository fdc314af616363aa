"""The tree from a file: a preview that writes nothing, then all rows once, or none."""

from collections.abc import Iterator, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import Agency, AgencyEvent, AgencyImport, TreeIn, agencies_below, agency_name_on, read_tree
from lms.base import SheetIn, clock, db, workbook
from lms.people.tree_plan import Plan, plan_tree
from tests.agencies.test_sheet import HEAD, sheet
from tests.cast import World
from tests.pages import Page, Visitor

DAY = "2024-07-01"


def row(code: str, name: str, kind: str = "", parent: str = "", position: object = "", help_name: str = "", phone: str = "") -> list[object]:
    return [code, name, kind, parent, position, help_name, phone, "", ""]


HT = row("HT", "Huyện Thuận An")
XP, XM = row("XP", "Xã An Phúc"), row("XM", "Xã Bình Minh")


def xlsx(*rows: Sequence[object]) -> bytes:
    return workbook("Cây", ["UBND HUYỆN THUẬN AN"], [(label, 12) for label in HEAD], rows)  # type: ignore[arg-type]


def send(visitor: Visitor, world: World, content: bytes, code: str = "HT", status: int = 302, name: str = "cay.xlsx") -> Page:
    """Send a file; the page of its preview, or of the form with what is wrong."""
    path = f"/people/agencies/{world.agencies[code]}/import"
    answer = visitor.post(path, {"on": DAY, "decision": "9/NQ", "file": (BytesIO(content), name)}, status=status)
    return visitor.get(answer.response.headers["Location"]) if status == 302 else answer


def settle(visitor: Visitor, preview: Page, step: str = "confirm", status: int = 302) -> Page:
    seen = next(field.get("value") for field in preview.all("input") if field.get("name") == "seen")
    return visitor.post(preview.path, {"step": step, "seen": seen}, page=preview, status=status)


def events(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(AgencyEvent)) or 0


def by_code(app: Flask, code: str) -> Agency | None:
    with app.app_context():
        return db.session.scalar(sa.select(Agency).where(Agency.code == code))


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """Within the application; nothing is kept."""
    with app.app_context():
        yield
        db.session.rollback()


def planned(world: World, *rows: Sequence[object], top: str = "HT", head: Sequence[str] = tuple(HEAD)) -> Plan:
    with_all = [SheetIn("", False, sheet(*rows, head=head)[0].rows)]
    tree: TreeIn = read_tree(with_all)
    reach = set(db.session.scalars(agencies_below([world.agencies["HT"]])))
    return plan_tree(tree, world.agencies[top], date(2024, 7, 1), reach)


def faults(plan: Plan) -> dict[str, list[str]]:
    return {line.row.code: [column for column, _sentence in line.faults] for line in plan.of("error")}


def test_what_was_exported_changes_nothing(app: Flask, dung: Visitor, world: World) -> None:
    before = events(app)
    page = send(dung, world, dung.get("/agencies/export.xlsx").body)
    assert "không có gì để ghi" in page.text and "Xác nhận" not in page.text
    assert events(app) == before


def test_new_agencies_names_places_and_help_are_shown_then_recorded(app: Flask, dung: Visitor, world: World) -> None:
    rows = [
        HT,
        row("TH", "Trường An Phúc", "Trường học", "XN"),
        row("XN", "Xã Mới", "xã"),
        row("XM", "Phường Bình Minh", parent="XP", phone="0222 9"),
    ]
    before = events(app)
    page = send(dung, world, xlsx(*rows))
    assert "2 đơn vị mới" in page.text and "1 đơn vị có thay đổi" in page.text and "1 đơn vị giữ nguyên" in page.text
    for words in ("Phường Bình Minh", "Xã An Phúc", "0222 9", "Trường An Phúc", "9/NQ"):
        assert words in page.text
    assert events(app) == before and by_code(app, "XN") is None
    settle(dung, page)
    with app.app_context():
        new, school, moved = by_code(app, "XN"), by_code(app, "TH"), world.agencies["XM"]
        assert new and school and agency_name_on(moved, date(2024, 6, 30)) == "Xã Bình Minh"
        assert {new.id, school.id} <= set(db.session.scalars(agencies_below([world.agencies["HT"]])))
        assert school.id in set(db.session.scalars(agencies_below([new.id])))
        assert moved in set(db.session.scalars(agencies_below([world.agencies["XP"]])))
        changed = db.session.get_one(Agency, moved)
        assert (changed.name, changed.help_phone) == ("Phường Bình Minh", "0222 9")
    assert "Đã nhập cây đơn vị" in dung.get(page.path).h1
    assert "không có gì để ghi" in send(dung, world, xlsx(*rows)).text


def test_a_file_is_confirmed_once(app: Flask, dung: Visitor, world: World) -> None:
    page, before = send(dung, world, xlsx(row("XN", "Xã Mới", "xã"))), events(app)
    other = dung.get(page.path)
    settle(dung, page)
    settle(dung, other)
    assert events(app) == before + 1


def test_a_file_that_is_dropped_or_replaced_is_gone(app: Flask, dung: Visitor, world: World) -> None:
    page = send(dung, world, xlsx(row("XN", "Xã Mới", "xã")))
    settle(dung, page, "drop")
    dung.get(page.path, 404)
    first = send(dung, world, xlsx(row("XN", "Xã Mới", "xã")))
    second = send(dung, world, xlsx(row("XN", "Xã Khác", "xã")))
    dung.get(first.path, 404)
    settle(dung, second)
    found = by_code(app, "XN")
    assert found and found.name == "Xã Khác"


def test_a_preview_belongs_to_whoever_sent_the_file(app: Flask, dung: Visitor, giang: Visitor, world: World) -> None:
    page = send(dung, world, xlsx(row("XN", "Xã Mới", "xã")))
    with app.app_context():
        kept = db.session.scalars(sa.select(AgencyImport)).one()
        db.session.execute(sa.update(AgencyImport).where(AgencyImport.id == kept.id).values(sent_by_id=world.people["chi"]))
        db.session.commit()
    dung.get(page.path, 404)
    giang.get(page.path, 403)


def test_a_tree_that_changed_since_the_preview_is_shown_again(app: Flask, dung: Visitor, world: World) -> None:
    page = send(dung, world, xlsx(row("XP", "Phường Một", phone="0222 1")))
    data = {"code": "XP", "position": "1", "help_name": "", "help_phone": "0222 1"}
    dung.post(f"/agencies/{world.agencies['XP']}/edit", data, status=302)
    before = events(app)
    again = settle(dung, page, status=422)
    assert "đã thay đổi từ lúc" in again.text and events(app) == before
    settle(dung, again)
    assert events(app) == before + 1


def test_every_fault_is_said_by_line_and_nothing_is_recorded(app: Flask, dung: Visitor, world: World) -> None:
    before = events(app)
    page = send(dung, world, xlsx(row("XN", "Xã Mới", "xã"), row("XK", "Xã Kia", "xã", "KHONG"), row("", "Xã Không Mã", "xã")))
    assert "2 dòng lỗi" in page.text and "“KHONG”" in page.text and "Thiếu mã" in page.text and "Xác nhận" not in page.text
    settle(dung, page, status=422)
    assert events(app) == before and by_code(app, "XN") is None


def test_a_row_that_is_refused_takes_all_others_back(app: Flask, dung: Visitor, world: World) -> None:
    with app.app_context():
        db.session.execute(sa.update(Agency).where(Agency.id == world.agencies["XM"]).values(closed_on=date(2090, 1, 1)))
        db.session.commit()
    page, before = send(dung, world, xlsx(row("XN", "Xã Mới", "xã"), row("XT", "Xã Trễ", "xã", "XM"))), events(app)
    again = settle(dung, page, status=422)
    assert "Dòng 5 (Xã Trễ)" in again.text and again.h1.startswith("Xem trước")
    assert events(app) == before and by_code(app, "XN") is None


def test_faults_that_only_the_whole_file_shows(inside: None, world: World) -> None:
    assert faults(planned(world, row("A", "A", "xã", "B"), row("B", "B", "xã", "A"))) == {"A": ["parent"], "B": ["parent"]}
    assert faults(planned(world, row("XP", "Xã An Phúc", parent="XM"), row("XM", "Xã Bình Minh", parent="XP"))) == {
        "XP": ["parent"],
        "XM": ["parent"],
    }
    assert faults(planned(world, row("A", "A", "xã", "A"))) == {"A": ["parent"]}
    twice = planned(world, row("A", "Một", "xã"), row("a", "Hai", "xã"))
    assert [line.verdict for line in twice.lines] == ["new", "error"]
    assert faults(planned(world, row("HL", "Huyện Lạc Thủy"), row("N", "N", "xã", "HL"))) == {"HL": ["code", "kind"], "N": ["parent"]}
    assert faults(planned(world, row("XP", "Xã An Phúc", "Trường học"), row("N", "N"))) == {"XP": ["kind"], "N": ["kind"]}


def test_days_that_cannot_be_are_faults(inside: None, world: World) -> None:
    rows = [
        [*row("N", "N", "xã")[:7], "01/02/2019", ""],
        [*row("M", "M", "xã", "K")[:7], "01/02/2021", ""],
        [*row("K", "K", "xã")[:7], "01/02/2022", ""],
    ]
    assert faults(planned(world, *rows)) == {"N": ["from_on"], "M": ["from_on"]}
    tree = read_tree(sheet(row("XP", "Phường Một")))
    plan = plan_tree(tree, world.agencies["HT"], date(2020, 1, 1), [world.agencies["XP"]])
    assert faults(plan) == {"XP": ["name"]}


def test_agencies_may_change_places_in_one_file(app: Flask, dung: Visitor, world: World) -> None:
    settle(dung, send(dung, world, xlsx(row("XM", "Xã Bình Minh", parent="XP"))))
    with app.app_context():
        db.session.execute(sa.text("UPDATE agency_parent SET from_on = '2021-01-01' WHERE to_on IS NULL AND from_on = '2024-07-01'"))
        db.session.execute(sa.text("UPDATE agency_parent SET to_on = '2021-01-01' WHERE to_on = '2024-07-01'"))
        db.session.commit()
    settle(dung, send(dung, world, xlsx(row("XP", "Xã An Phúc", parent="XM"), row("XM", "Xã Bình Minh", parent="HT"))))
    with app.app_context():
        assert world.agencies["XP"] in set(db.session.scalars(agencies_below([world.agencies["XM"]], date(2024, 7, 1))))


def test_columns_that_the_file_has_not_change_nothing(inside: None, world: World) -> None:
    plan = planned(world, ["XP", "Xã An Phúc"], head=["Mã", "Tên đơn vị"])
    assert [line.verdict for line in plan.lines] == ["same"]


def test_files_that_are_no_tree_are_refused_beside_the_field(dung: Visitor, world: World) -> None:
    path = f"/people/agencies/{world.agencies['HT']}/import"
    page = dung.post(path, {"on": DAY}, status=422)
    assert "chọn tệp Excel" in page.text
    assert "Không thấy bảng" in send(dung, world, "STT,Họ tên\n1,A\n".encode(), status=422, name="x.csv").text
    page = send(dung, world, b"%PDF-1.4 x", status=422, name="x.pdf")
    assert "PDF" in page.text and 'value="9/NQ"' in page.html
    dung.post(path, {"on": "x", "file": (BytesIO(xlsx(XP)), "x.xlsx")}, status=422)


def test_an_agency_out_of_reach_is_no_top_of_an_import(dung: Visitor, world: World) -> None:
    dung.get(f"/people/agencies/{world.agencies['HL']}/import", 404)


def test_three_thousand_rows_take_no_minute(inside: None, world: World) -> None:
    rows = [row(f"N{number}", f"Đơn vị {number}", "unit", f"N{number // 12}" if number > 11 else "") for number in range(3000)]
    start = monotonic()
    plan = planned(world, *rows)
    assert plan.count("new") == 3000 and monotonic() - start < 60


def test_the_operator_reads_a_tree_from_the_command_line(app: Flask, world: World, tmp_path: Path) -> None:
    out, changed = tmp_path / "cay.xlsx", tmp_path / "moi.xlsx"
    run = app.test_cli_runner().invoke
    assert run(args=["agencies", "export", str(out)]).exit_code == 0
    same = run(args=["people", "import-tree", str(out), "--yes"])
    assert same.exit_code == 0 and "0 mới, 0 thay đổi, 5 giữ nguyên" in same.output
    changed.write_bytes(xlsx(row("XN", "Xã Mới", "xã", "HT"), row("XP", "Phường An Phúc")))
    shown = run(args=["people", "import-tree", str(changed), "--on", DAY])
    assert "Xã An Phúc -> Phường An Phúc" in shown.output and "Chưa ghi gì" in shown.output and by_code(app, "XN") is None
    assert run(args=["people", "import-tree", str(changed), "--on", DAY, "--yes"]).exit_code == 0
    found = by_code(app, "XN")
    assert found and found.opened_on == date(2024, 7, 1) < clock.today()
    changed.write_bytes(xlsx(row("XN", "", "xã")))
    assert run(args=["people", "import-tree", str(changed), "--yes"]).exit_code == 1
