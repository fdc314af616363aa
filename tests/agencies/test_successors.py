"""As it was, or rolled up to the successor: chains of heirs on past and present days, the tree of a day, kin of an agency."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import (
    Agency,
    agencies_on,
    agencies_rolled_up,
    agency_life,
    events_of,
    heirs_of,
    move_agency,
    open_agency,
    predecessors_of,
    rename_agency,
    standing_for,
)
from lms.base import clock, db
from lms.people import Membership, NewAgency, Part, Viewer, close, merge, split, undo_event
from tests.cast import OPENED, World

FIRST, SECOND, THIRD = date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1)
NOBODY: frozenset[int] = frozenset()


@pytest.fixture
def ids(app: Flask, world: World) -> Iterator[dict[str, int]]:
    """The agencies by code: An Phúc went into Bình Minh, that into Đại Thắng. Nothing that a test does is kept."""
    with app.app_context():
        last = open_agency(None, "XD", "commune", "Xã Đại Thắng", world.agencies["HT"], 3, OPENED).id
        ids = {**world.agencies, "XD": last}
        merge(None, [ids["XP"]], ids["XM"], FIRST, "1/NQ")
        merge(None, [ids["XM"]], ids["XD"], SECOND, "2/NQ")
        yield ids
        db.session.rollback()


def stands(on: date | None = None) -> dict[int, int]:
    rows = standing_for(on)
    return {row.agency_id: row.standing_id for row in db.session.execute(sa.select(rows.c.agency_id, rows.c.standing_id))}


def rolled_up(agency_id: int, on: date | None = None) -> set[int]:
    return set(db.session.scalars(agencies_rolled_up([agency_id], on)))


def administrator(agency_id: int) -> Viewer:
    return Viewer(0, "", "", None, 0, (("administrator", agency_id),), None, "", False, False, None)


def test_history_rolls_up_along_the_chain_as_far_as_the_day_has_it(ids: dict[str, int]) -> None:
    xp, xm, xd = ids["XP"], ids["XM"], ids["XD"]
    assert {one: stands()[one] for one in (xp, xm, xd)} == {xp: xd, xm: xd, xd: xd}
    assert {one: stands(FIRST)[one] for one in (xp, xm, xd)} == {xp: xm, xm: xm, xd: xd}
    before = FIRST - timedelta(days=1)
    assert {one: stands(before)[one] for one in (xp, xm, xd)} == {xp: xp, xm: xm, xd: xd}
    assert rolled_up(xd) == {xp, xm, xd} and rolled_up(xd, FIRST) == {xd} and rolled_up(xm, FIRST) == {xp, xm}
    assert rolled_up(xm) == set() and rolled_up(ids["HT"]) == {ids["HT"], xp, xm, xd}


def test_history_goes_where_the_heir_stands_today(ids: dict[str, int]) -> None:
    move_agency(None, ids["XD"], ids["HL"], THIRD, None)
    assert {ids["XP"], ids["XM"]} <= rolled_up(ids["HL"]) and rolled_up(ids["HT"]) == {ids["HT"]}
    assert {ids["XP"], ids["XM"]} <= rolled_up(ids["HT"], SECOND)


def test_a_divided_agency_rolls_up_to_its_first_part_and_a_closed_one_to_its_parent(ids: dict[str, int]) -> None:
    school = open_agency(None, "TH", "school", "Trường Tiểu học", ids["XD"], 1, OPENED).id
    close(None, school, THIRD, None, people_to=None)
    assert stands()[school] == ids["XD"] and stands(SECOND)[school] == school
    people = frozenset(db.session.scalars(sa.select(Membership.person_id).where(Membership.agency_id == ids["XD"])))
    parts = [Part(None, NewAgency(code, "commune", f"Xã {code}", ids["HT"], 1), who, NOBODY) for code, who in (("XA", people), ("XB", NOBODY))]
    split(None, ids["XD"], parts, date(2025, 1, 1), "3/NQ", keeps=False)
    first = db.session.scalars(sa.select(Agency.id).where(Agency.code == "XA")).one()
    assert {stands()[one] for one in (ids["XP"], ids["XM"], ids["XD"], school, first)} == {first}
    assert stands(THIRD)[ids["XP"]] == ids["XD"]
    assert [kin.name for kin in heirs_of(ids["XD"])] == ["Xã XA", "Xã XB"] and heirs_of(school)[0].id == ids["XD"]


def test_an_agency_that_splits_off_leaves_the_history_where_it_was(ids: dict[str, int]) -> None:
    split(None, ids["XD"], [Part(None, NewAgency("XA", "commune", "Xã A", ids["HT"], 1), NOBODY, NOBODY)], THIRD, None, keeps=True)
    assert stands()[ids["XP"]] == ids["XD"] == stands()[ids["XD"]]


def test_kin_are_named_with_event_and_day_and_undone_events_make_no_kin(ids: dict[str, int]) -> None:
    assert [(kin.id, kin.kind, kin.on, kin.decision) for kin in predecessors_of(ids["XD"])] == [(ids["XM"], "merge", SECOND, "2/NQ")]
    assert [kin.id for kin in heirs_of(ids["XP"])] == [ids["XM"]] and heirs_of(ids["XD"]) == []
    newest = events_of(ids["XD"])[0]
    assert newest["may_undo"] and newest["undone_at"] is None and not events_of(ids["XP"])[0]["may_undo"]
    undo_event(None, newest["id"])
    assert predecessors_of(ids["XD"]) == [] and events_of(ids["XP"])[0]["may_undo"]
    assert next(event for event in events_of(ids["XD"]) if event["id"] == newest["id"])["undone_at"] is not None


def test_the_tree_of_a_day_shows_what_stood_then_with_the_names_of_then(ids: dict[str, int]) -> None:
    rename_agency(None, ids["XD"], "Phường Đại Thắng", THIRD, None)
    viewer, before = administrator(ids["HT"]), FIRST - timedelta(days=1)
    assert [branch.name for branch in agencies_on(viewer, before)] == ["Huyện Thuận An", "Xã An Phúc", "Xã Bình Minh", "Xã Đại Thắng"]
    assert [branch.name for branch in agencies_on(viewer, clock.today())] == ["Huyện Thuận An", "Phường Đại Thắng"]
    assert agencies_on(viewer, OPENED - timedelta(days=1)) == []
    only = administrator(ids["XD"])
    assert [(branch.name, branch.depth) for branch in agencies_on(only, before)] == [("Xã An Phúc", 0), ("Xã Bình Minh", 0), ("Xã Đại Thắng", 0)]
    assert agency_life(only, ids["XP"]) is not None and agencies_on(administrator(ids["HL"]), before)[0].id == ids["HL"]


def test_an_agency_that_will_open_is_in_the_tree_of_its_day(ids: dict[str, int]) -> None:
    day, viewer = clock.today() + timedelta(days=30), administrator(ids["HT"])
    agency = open_agency(viewer, "XN", "commune", "Xã Mai Sau", ids["HT"], 9, day)
    below = open_agency(viewer, "XT", "school", "Trường Mai Sau", agency.id, 1, day)
    assert {agency.id, below.id} <= {branch.id for branch in agencies_on(viewer, day)}
    assert agency.id not in {branch.id for branch in agencies_on(viewer, clock.today())}
    assert agency_life(viewer, agency.id) is not None and agency_life(administrator(ids["HL"]), agency.id) is None


def test_each_question_is_one_statement(ids: dict[str, int]) -> None:
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda _conn, _cursor, statement, *_rest: asked.append(statement))
    for ask in (lambda: stands(), lambda: rolled_up(ids["HT"]), lambda: agencies_on(administrator(ids["HT"]), FIRST)):
        asked.clear()
        ask()
        assert len(asked) == 1
