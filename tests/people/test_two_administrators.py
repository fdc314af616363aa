"""Two administrators who change the same agency at the same moment: one wins, the other is told, nothing is half done."""

import threading
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import Agency, AgencyEvent, AgencyName, AgencyParent, open_agency
from lms.base import Refused, commit, db
from lms.people import Membership, close, create_person, merge, move, newest_event_id, rename, transfer_person, undo_event
from tests.cast import OPENED, World

DAY = date(2023, 1, 1)


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Carry out each act in a transaction of its own, all begun at the same moment; what was refused, in no order ("" for what was done)."""
    said: list[str] = []
    gate = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                act()
                commit()
                said.append("")
            except Refused as refused:
                said.append(refused.sentence)
            except sa.exc.IntegrityError:
                said.append("the database refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


@pytest.fixture
def seen(app: Flask) -> int:
    """The newest event that both forms knew of."""
    with app.app_context():
        return newest_event_id()


def test_of_two_renames_one_wins(app: Flask, world: World, seen: int) -> None:
    xp = world.agencies["XP"]
    said = at_once(
        app,
        lambda: rename(None, xp, "Phường Một", DAY, None, seen=seen),
        lambda: rename(None, xp, "Phường Hai", date(2023, 6, 1), None, seen=seen),
    )
    assert said[0] == "" and "vừa được người khác thay đổi (đổi tên" in said[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(AgencyName.agency_id == xp)) == 2
        assert db.session.scalar(sa.select(sa.func.count()).where(AgencyEvent.id > seen)) == 1


def test_of_two_mergers_of_one_agency_one_wins_with_all_its_people(app: Flask, world: World, seen: int) -> None:
    xp, xm, hl = (world.agencies[code] for code in ("XP", "XM", "HL"))
    said = at_once(app, lambda: merge(None, [xp], xm, DAY, None, seen=seen), lambda: merge(None, [xp], hl, DAY, None, seen=seen))
    assert said[0] == "" and "vừa được người khác thay đổi (sáp nhập" in said[1]
    with app.app_context():
        heir = db.session.get_one(Agency, xp).heir_id
        rows = db.session.scalars(sa.select(Membership.agency_id).where(Membership.person_id == world.people["an"]).order_by(Membership.from_on))
        assert heir in (xm, hl) and rows.all() == [xp, heir]


def test_two_moves_cannot_make_a_circle(app: Flask, world: World) -> None:
    xp, xm = world.agencies["XP"], world.agencies["XM"]
    said = at_once(app, lambda: move(None, xp, xm, DAY, None), lambda: move(None, xm, xp, DAY, None))
    assert said[0] == "" and "không thể trực thuộc chính mình" in said[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(AgencyParent.from_on == DAY)) == 1


def test_of_two_who_undo_one_wins(app: Flask, world: World) -> None:
    with app.app_context():
        event = merge(None, [world.agencies["XP"]], world.agencies["XM"], DAY, None)
        commit()
    said = at_once(app, lambda: undo_event(None, event), lambda: undo_event(None, event))
    assert said[0] == "" and "đã được hoàn tác" in said[1]
    with app.app_context():
        assert db.session.get_one(Agency, world.agencies["XP"]).closed_on is None


def test_whoever_joins_while_the_agency_is_merged_is_not_left_behind(app: Flask, world: World) -> None:
    xp, xm, end = world.agencies["XP"], world.agencies["XM"], date(2024, 1, 1)
    said: list[str] = []
    with app.app_context():
        merge(None, [xp], xm, end, None)
        joining = threading.Thread(
            target=lambda: said.extend(at_once(app, lambda: create_person(None, full_name="Lê Mới", agency_id=xp, from_on=DAY)))
        )
        joining.start()
        joining.join(timeout=1)  # who joins waits for who merges
        commit()
    joining.join()
    assert said == [""]
    with app.app_context():
        assert db.session.scalars(sa.select(Membership.id).where(Membership.agency_id == xp, Membership.to_on.is_(None))).all() == []
        assert db.session.scalar(sa.select(sa.func.count()).where(Membership.agency_id == xm, Membership.from_on == end)) == 2


def test_whoever_joined_just_before_the_agency_was_merged_follows(app: Flask, world: World) -> None:
    for turn in range(3):
        with app.app_context():
            school = open_agency(None, f"TH{turn}", "school", f"Trường {turn}", world.agencies["XP"], turn, OPENED).id
            commit()
        joins = partial(create_person, None, full_name=f"Lê Mới {turn}", agency_id=school, from_on=DAY)
        assert at_once(app, joins, partial(merge, None, [school], world.agencies["XM"], date(2024, 1, 1), None)) == ["", ""]
        with app.app_context():
            assert db.session.scalars(sa.select(Membership.id).where(Membership.agency_id == school, Membership.to_on.is_(None))).all() == []


def test_a_transfer_and_a_closure_at_once_leave_the_person_at_one_agency(app: Flask, world: World) -> None:
    an, xp, xm, ht = world.people["an"], world.agencies["XP"], world.agencies["XM"], world.agencies["HT"]
    said = at_once(app, lambda: transfer_person(None, an, ht, DAY), lambda: close(None, xp, date(2024, 1, 1), None, people_to=xm))
    assert "" in said
    with app.app_context():
        rows = db.session.execute(sa.select(Membership.agency_id, Membership.to_on).where(Membership.person_id == an).order_by(Membership.from_on))
        kept = [tuple(row) for row in rows]
        assert [to_on for _agency, to_on in kept].count(None) == 1 and kept[-1][1] is None and kept[-1][0] in (ht, xm)
        assert len({agency for agency, _to_on in kept}) == len(kept)
