"""The figures add up, and each leads to a list of exactly so many people."""

from datetime import timedelta

from flask import Flask

from lms.base import clock, commit
from lms.people import transfer_person
from lms.reports import Figures
from tests.pages import Visitor
from tests.reports.conftest import FIGURES, District
from tests.reports.reading import figure_links, people_listed, tables


def test_everybody_is_in_one_column_and_columns_add_up(chi: Visitor, district: District, title: str) -> None:
    by_course, by_agency = tables(chi.get("/reports"))
    assert by_course[title] == FIGURES
    assert by_agency["Tổng cộng"] == FIGURES
    for figures in [*by_course.values(), *by_agency.values()]:
        assert figures["assigned"] == sum(figures[state] for state in ("completed", "in_progress", "not_started", "overdue"))


def test_children_and_direct_people_add_up_to_the_agency(chi: Visitor, district: District) -> None:
    by_agency = tables(chi.get("/reports"))[1]
    total = by_agency.pop("Tổng cộng")
    assert list(by_agency) == ["Trực thuộc trực tiếp Huyện Thuận An", "Xã An Phúc", "Xã Bình Minh"]
    assert {name: sum(line[name] for line in by_agency.values()) for name in total} == total
    below = tables(chi.get(f"/reports?agency={district.agencies['XP']}"))[1]
    assert below["Tổng cộng"] == by_agency["Xã An Phúc"]


def test_every_figure_is_the_number_of_rows_behind_it(chi: Visitor, district: District, crowd: int) -> None:
    links = figure_links(chi.get("/reports"))
    assert len(links) > 12
    for address, figure in links:
        assert len(people_listed(chi, address)) == figure, address


def test_a_long_list_has_nobody_twice(chi: Visitor, crowd: int) -> None:
    names = people_listed(chi, "/reports/people")
    assert len(names) == len(set(names)) == crowd + 2
    assert "đang xem từ 51 đến 100" in chi.get("/reports/people?page=2").text
    assert chi.get("/reports/people?page=999").text == chi.get("/reports/people?page=3").text


def test_lists_are_in_official_order_then_by_given_name(chi: Visitor, district: District) -> None:
    names = people_listed(chi, "/reports/people")
    assert names == [
        *("Ngô Thị Chậm", "Bùi Văn Chờ"),  # the district itself
        *("Nguyễn Văn An", "Bùi Thị Học", "=1+1 Đặng Công Thức", "Ngô Văn Trễ", "Hồ Thị Xong"),  # Xã An Phúc
        *("Đặng Thị Ánh", "Mai Văn Lại", "Hồ Văn Xuất"),  # Xã Bình Minh
    ]


def test_states_are_told_apart(chi: Visitor, district: District) -> None:
    assert people_listed(chi, "/reports/people?state=overdue") == ["Ngô Thị Chậm", "Ngô Văn Trễ"]
    assert people_listed(chi, "/reports/people?state=on_leave") == ["Đỗ Thị Sinh"]
    everybody = people_listed(chi, "/reports/people")
    assert "Đỗ Văn Thôi" not in everybody  # withdrawn
    assert "Lý Văn Tự" not in everybody  # learns it of their own accord
    assert "Mai Văn Lại" in people_listed(chi, "/reports/people?state=not_started")  # only the latest cycle counts


def test_on_the_day_it_is_due_nobody_is_late_yet(chi: Visitor, district: District) -> None:
    assert people_listed(chi, "/reports/people?state=in_progress") == ["Bùi Thị Học"]


def test_a_person_who_moves_counts_where_they_belong_today(app: Flask, chi: Visitor, giang: Visitor, district: District) -> None:
    moved = district.people["Ngô Văn Trễ"]
    with app.app_context():
        transfer_person(None, moved, district.agencies["HL"], clock.today() - timedelta(days=1))
        commit()
    assert "Ngô Văn Trễ" not in people_listed(chi, "/reports/people")
    assert "Ngô Văn Trễ" in people_listed(giang, "/reports/people")
    chi.get(f"/reports/people/{moved}", status=404)
    giang.get(f"/reports/people/{moved}")


def test_a_crowd_costs_no_more_statements(chi: Visitor, crowd: int) -> None:
    for address in ("/reports", "/reports/people", "/reports/people?page=2"):
        assert len(chi.get(address).statements) <= 8, address


def test_hundred_percent_means_everybody() -> None:
    assert Figures(completed=84, not_started=30).percent == 73.7
    assert Figures(completed=2999, overdue=1).percent == 99.9
    assert Figures(completed=3).percent == 100
    assert Figures(on_leave=4).percent is None
