"""The dated tree: what was within what, on which day, after which event."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import (
    Agency,
    AgencyWithin,
    agencies_below,
    agency_name_on,
    agency_tree,
    events_of,
    move_agency,
    open_agency,
    parents_of,
    rename_agency,
)
from lms.agencies.actions import copy_names_of
from lms.base import Refused, db
from lms.people import NewAgency, Part, close, merge, split
from tests.cast import OPENED, World

BEFORE, DAY, LATER = date(2022, 12, 31), date(2023, 1, 1), date(2024, 7, 1)


@pytest.fixture
def ids(app: Flask, world: World) -> Iterator[dict[str, int]]:
    """The agencies by code, with a school below the commune An Phúc; nothing that a test does is kept."""
    with app.app_context():
        school = open_agency(None, "TH", "school", "Trường Tiểu học An Phúc", world.agencies["XP"], 1, OPENED)
        yield {**world.agencies, "TH": school.id}
        db.session.rollback()


def below(agency_id: int, on: date | None = None) -> set[int]:
    return set(db.session.scalars(agencies_below([agency_id], on)))


def test_an_agency_lies_within_itself_and_all_above_it(ids: dict[str, int]) -> None:
    lines = db.session.execute(sa.select(AgencyWithin.ancestor_id, AgencyWithin.depth).where(AgencyWithin.agency_id == ids["TH"]))
    assert {tuple(line) for line in lines} == {(ids["TH"], 0), (ids["XP"], 1), (ids["HT"], 2), (ids["T"], 3)}


def test_a_move_takes_along_what_is_below_and_leaves_the_past_alone(ids: dict[str, int]) -> None:
    move_agency(None, ids["XP"], ids["HL"], DAY, "12/NQ-HĐND")
    assert ids["TH"] in below(ids["HT"], BEFORE) and ids["TH"] not in below(ids["HL"], BEFORE)
    assert ids["TH"] in below(ids["HL"], DAY) and ids["TH"] not in below(ids["HT"], DAY)
    assert ids["TH"] in below(ids["T"], BEFORE) & below(ids["T"], DAY)
    always = db.session.scalars(sa.select(AgencyWithin).where(AgencyWithin.agency_id == ids["TH"], AgencyWithin.ancestor_id == ids["T"])).all()
    assert [(line.from_on, line.to_on) for line in always] == [(OPENED, None)]
    assert [(row.name, row.from_on) for row in parents_of(ids["XP"])] == [("Huyện Lạc Thủy", DAY), ("Huyện Thuận An", OPENED)]


def test_two_agencies_may_change_places_over_the_years(ids: dict[str, int]) -> None:
    move_agency(None, ids["XP"], ids["XM"], DAY, None)
    move_agency(None, ids["XP"], ids["HL"], LATER, None)
    move_agency(None, ids["XM"], ids["XP"], date(2025, 1, 1), None)
    assert below(ids["XM"], DAY) == {ids["XM"], ids["XP"], ids["TH"]}
    assert below(ids["XP"], date(2025, 1, 1)) == {ids["XP"], ids["XM"], ids["TH"]}
    assert below(ids["HL"], date(2025, 1, 1)) == {ids["HL"], ids["XP"], ids["XM"], ids["TH"]}


def test_an_agency_cannot_stand_below_itself(ids: dict[str, int]) -> None:
    for parent in ("XP", "TH"):
        with pytest.raises(Refused):
            move_agency(None, ids["XP"], ids[parent], DAY, None)


def test_a_rename_holds_from_its_day_on(ids: dict[str, int]) -> None:
    rename_agency(None, ids["XP"], "Phường  An Phúc", DAY, "05/NQ")
    assert agency_name_on(ids["XP"], BEFORE) == "Xã An Phúc"
    assert agency_name_on(ids["XP"], DAY) == "Phường An Phúc" == db.session.get_one(Agency, ids["XP"]).name
    with pytest.raises(Refused, match="chọn ngày sau"):
        rename_agency(None, ids["XP"], "Tên khác", DAY, None)


def test_a_rename_in_advance_takes_effect_on_its_day(ids: dict[str, int]) -> None:
    rename_agency(None, ids["XP"], "Phường Mai Sau", date(2099, 1, 1), None)
    copy_names_of(date(2098, 12, 31))
    assert db.session.get_one(Agency, ids["XP"], populate_existing=True).name == "Xã An Phúc"
    copy_names_of(date(2099, 1, 1))
    assert db.session.get_one(Agency, ids["XP"], populate_existing=True).name == "Phường Mai Sau"


def test_a_merger_ends_the_old_ones_and_moves_what_was_below_them(ids: dict[str, int]) -> None:
    merge(None, [ids["XP"]], ids["XM"], DAY, "1191/NQ-UBTVQH15")
    assert below(ids["XM"], DAY) == {ids["XM"], ids["TH"]}
    assert below(ids["XP"], DAY) == set() and below(ids["XP"], BEFORE) == {ids["XP"], ids["TH"]}
    assert db.session.get_one(Agency, ids["XP"]).closed_on == DAY
    assert agency_name_on(ids["XP"], DAY) == "Xã An Phúc"
    event = events_of(ids["XP"])[0]
    assert (event["kind"], event["after"]) == ("merge", {ids["XM"]: "Xã Bình Minh"})
    assert events_of(ids["XM"])[0]["before"] == {ids["XP"]: "Xã An Phúc"}


def test_a_merger_may_take_an_agency_and_its_own_division(ids: dict[str, int]) -> None:
    merge(None, [ids["XP"], ids["TH"]], ids["XM"], DAY, None)
    assert below(ids["XM"], DAY) == {ids["XM"]}
    assert below(ids["HT"], BEFORE) >= {ids["XP"], ids["TH"]}


def test_a_merger_into_an_agency_below_is_refused(ids: dict[str, int]) -> None:
    for old, into in ((["XP"], "TH"), (["XP"], "XP"), ([], "XP")):
        with pytest.raises(Refused):
            merge(None, [ids[code] for code in old], ids[into], DAY, None)
    with pytest.raises(Refused, match="sắp kết thúc"):
        merge(None, [ids["XP"]], NewAgency("XN", "commune", "Xã Mới", ids["TH"], 1), DAY, None)


def test_two_merge_into_a_new_agency(ids: dict[str, int]) -> None:
    merge(None, [ids["XP"], ids["XM"]], NewAgency("XN", "commune", " Xã  An Bình ", ids["HT"], 7), DAY, "1658/NQ")
    made = db.session.scalars(sa.select(Agency).where(Agency.code == "XN")).one()
    assert (made.name, made.opened_on, made.position) == ("Xã An Bình", DAY, 7)
    assert below(ids["HT"], DAY) == {ids["HT"], made.id, ids["TH"]} and below(made.id, DAY) == {made.id, ids["TH"]}
    assert below(ids["HT"], BEFORE) == {ids["HT"], ids["XP"], ids["XM"], ids["TH"]} and below(made.id, BEFORE) == set()
    assert {db.session.get_one(Agency, ids[code]).heir_id for code in ("XP", "XM")} == {made.id}


def test_an_agency_that_is_divided_ends_and_every_agency_below_it_goes_to_a_part(ids: dict[str, int]) -> None:
    second = NewAgency("XN", "commune", "Xã Mới", ids["HT"], 3)
    an, none = frozenset(db.session.scalars(sa.text(f"SELECT person_id FROM membership WHERE agency_id = {ids['XP']}"))), frozenset[int]()
    with pytest.raises(Refused, match="Trường Tiểu học An Phúc"):
        split(None, ids["XP"], [Part(ids["XM"], None, an, none), Part(None, second, none, none)], DAY, None, keeps=False)
    db.session.rollback()


def test_a_part_that_splits_off_takes_what_is_chosen(ids: dict[str, int]) -> None:
    part = Part(None, NewAgency("XN", "commune", "Xã Mới", ids["HT"], 3), frozenset(), frozenset([ids["TH"]]))
    split(None, ids["XP"], [part], DAY, "3/NQ", keeps=True)
    made = db.session.scalars(sa.select(Agency.id).where(Agency.code == "XN")).one()
    assert below(made, DAY) == {made, ids["TH"]} and below(ids["XP"], DAY) == {ids["XP"]}
    assert below(ids["XP"], BEFORE) == {ids["XP"], ids["TH"]} and db.session.get_one(Agency, ids["XP"]).closed_on is None
    with pytest.raises(Refused) as refused:
        split(None, ids["XM"], [part._replace(new=NewAgency("XZ", "commune", "Xã Z", ids["HT"], 3))], DAY, None, keeps=True)
    assert refused.value.field == "parts"  # the school does not stand below Bình Minh


def test_an_end_in_the_future_leaves_the_agency_open_until_then(ids: dict[str, int]) -> None:
    close(None, ids["TH"], date(2099, 1, 1), None, people_to=None)
    assert ids["TH"] in below(ids["XP"]) and ids["TH"] not in below(ids["XP"], date(2099, 1, 1))
    assert [branch.id for branch in agency_tree([ids["TH"]])] == [ids["TH"]]
    with pytest.raises(Refused, match="đã được ghi kết thúc hoạt động từ 01/01/2099"):
        rename_agency(None, ids["TH"], "Trường mới", LATER, None)


def test_only_an_agency_with_nothing_below_it_can_be_closed(ids: dict[str, int]) -> None:
    with pytest.raises(Refused, match="Còn đơn vị trực thuộc"):
        close(None, ids["XP"], DAY, None, people_to=None)
    close(None, ids["TH"], DAY, None, people_to=None)
    assert ids["TH"] not in below(ids["XP"], DAY) and ids["TH"] in below(ids["XP"], BEFORE)
    with pytest.raises(Refused, match="kết thúc"):
        rename_agency(None, ids["TH"], "Trường mới", LATER, None)


def test_the_tree_of_a_day_is_in_official_order(ids: dict[str, int]) -> None:
    rows = [(branch.name, branch.depth) for branch in agency_tree([ids["HT"]])]
    assert rows == [("Huyện Thuận An", 0), ("Xã An Phúc", 1), ("Trường Tiểu học An Phúc", 2), ("Xã Bình Minh", 1)]
    assert agency_tree([ids["HT"]], date(2019, 1, 1)) == [] == agency_tree([])


def test_a_code_belongs_to_one_agency(ids: dict[str, int]) -> None:
    with pytest.raises(Refused) as refused:
        open_agency(None, "XP", "commune", "Xã Khác", ids["HT"], 9, DAY)
    assert refused.value.field == "code"
