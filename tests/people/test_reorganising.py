"""Mergers, splits, closures and their undoing, with the people, the roles and the papers that rest on them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import Agency, AgencyEvent, AgencyEventPart, AgencyName, AgencyParent, AgencyWithin, change_agency, events_of, open_agency
from lms.agencies.actions import copy_names_of
from lms.base import Refused, clock, commit, db
from lms.certificates import Certificate, issue
from lms.people import (
    Membership,
    NewAgency,
    Part,
    RoleHeld,
    Viewer,
    affected_by,
    close,
    create_person,
    grant_role,
    identity_on_day,
    leave_service,
    merge,
    move,
    newest_event_id,
    preview,
    rename,
    split,
    transfer_person,
    undo_event,
)
from lms.people.following import refuse_ended
from lms.site import Audit
from tests.cast import OPENED, World
from tests.certificates.giving import facts

BEFORE, DAY, LATER = date(2022, 12, 31), date(2023, 1, 1), date(2024, 1, 1)
TABLES = (Agency, AgencyName, AgencyParent, AgencyWithin, Membership, RoleHeld)
NOBODY: frozenset[int] = frozenset()


@pytest.fixture
def ids(app: Flask, world: World) -> Iterator[dict[str, int]]:
    """Agencies and people by key, with a school below the commune An Phúc; nothing that a test does is kept."""
    with app.app_context():
        school = open_agency(None, "TH", "school", "Trường Tiểu học An Phúc", world.agencies["XP"], 1, OPENED)
        yield {**world.agencies, **world.people, "TH": school.id}
        db.session.rollback()


def rows(*models: type) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tables, without the keys that the derived table gives anew."""
    db.session.flush()
    kept = {}
    for model in models or TABLES:
        table: sa.Table = model.__table__  # type: ignore[attr-defined]
        columns = [column for column in table.c if not (model is AgencyWithin and column.name == "id")]
        kept[table.name] = sorted((tuple(row) for row in db.session.execute(sa.select(*columns))), key=str)
    return kept


def at(person_id: int, day: date) -> set[tuple[int, bool]]:
    """(agency, whether main) of the person on that day."""
    holds = sa.and_(Membership.from_on <= day, sa.or_(Membership.to_on.is_(None), Membership.to_on > day))
    found = sa.select(Membership.agency_id, Membership.is_main).where(Membership.person_id == person_id, holds)
    return {(row.agency_id, row.is_main) for row in db.session.execute(found)}


def roles(person_id: int, day: date) -> set[tuple[str, int]]:
    holds = sa.and_(RoleHeld.from_on <= day, sa.or_(RoleHeld.to_on.is_(None), RoleHeld.to_on > day))
    found = sa.select(RoleHeld.role, RoleHeld.agency_id).where(RoleHeld.person_id == person_id, holds)
    return {(row.role, row.agency_id) for row in db.session.execute(found)}


def administrator(person_id: int, agency_id: int) -> Viewer:
    viewer = Viewer(0, "", "", None, 0, (("administrator", agency_id),), None, "", False, False, None)
    return viewer.__class__(**{**viewer.__dict__, "person_id": person_id, "name": "Phạm Tiến Dũng"})


def beside(person_id: int, agency_id: int, from_on: date = OPENED) -> None:
    db.session.add(Membership(person_id=person_id, agency_id=agency_id, from_on=from_on, is_main=False, staff_kind="contract", state="working"))
    db.session.flush()


def test_a_merger_is_undone_as_a_whole(ids: dict[str, int]) -> None:
    grant_role(None, ids["an"], ids["XP"], "trainer", OPENED)
    before = rows()
    event = merge(None, [ids["XP"], ids["XM"]], NewAgency("XN", "commune", "Xã An Bình", ids["HT"], 1), DAY, "1658/NQ")
    assert identity_on_day(ids["an"]).agency_name == identity_on_day(ids["anh"]).agency_name == "Xã An Bình"
    assert identity_on_day(ids["an"], BEFORE).agency_name == "Xã An Phúc"
    undo_event(None, event)
    assert rows() == before
    assert [one["may_undo"] for one in events_of(ids["XP"])] == [False, True]
    with pytest.raises(Refused, match="đã được hoàn tác"):
        undo_event(None, event)


def test_nobody_is_at_the_successor_twice(ids: dict[str, int]) -> None:
    beside(ids["an"], ids["XM"])
    beside(ids["anh"], ids["XP"])
    beside(ids["chi"], ids["XP"])
    beside(ids["chi"], ids["XM"], LATER)
    merge(None, [ids["XP"]], ids["XM"], DAY, None)
    assert at(ids["anh"], DAY) == {(ids["XM"], True)} and at(ids["an"], DAY) == {(ids["XM"], True)}
    assert at(ids["an"], BEFORE) == {(ids["XP"], True), (ids["XM"], False)}
    assert at(ids["chi"], DAY) == at(ids["chi"], LATER) == {(ids["HT"], True), (ids["XM"], False)}


def test_a_role_that_is_held_at_both_is_held_once(ids: dict[str, int]) -> None:
    for agency in ("XP", "XM"):
        grant_role(None, ids["an"], ids[agency], "manager", OPENED)
    merge(None, [ids["XP"]], ids["XM"], DAY, None)
    held = db.session.execute(sa.select(RoleHeld.agency_id, RoleHeld.to_on).where(RoleHeld.person_id == ids["an"]).order_by(RoleHeld.id)).all()
    assert [tuple(row) for row in held] == [(ids["XP"], DAY), (ids["XM"], None)]


def test_whoever_comes_later_follows_too_and_a_stay_that_was_over_does_not(ids: dict[str, int]) -> None:
    late = create_person(None, full_name="Lê Mới", agency_id=ids["XP"], from_on=LATER).id
    transfer_person(None, ids["an"], ids["HT"], date(2022, 6, 1))
    merge(None, [ids["XP"]], ids["XM"], DAY, None)
    assert at(late, LATER) == {(ids["XM"], True)} and at(ids["an"], LATER) == {(ids["HT"], True)}


def test_a_part_that_splits_off_takes_its_people_and_their_roles(ids: dict[str, int]) -> None:
    other = create_person(None, full_name="Lê Ở Lại", agency_id=ids["XP"], from_on=OPENED).id
    for person in (ids["an"], other, ids["chi"]):
        grant_role(None, person, ids["XP"], "manager", OPENED)
    split(None, ids["XP"], [Part(ids["XM"], None, frozenset([ids["an"]]), NOBODY)], DAY, "3/NQ", keeps=True)
    assert at(ids["an"], DAY) == {(ids["XM"], True)} and at(other, DAY) == {(ids["XP"], True)}
    assert roles(ids["an"], DAY) == {("manager", ids["XM"])} and roles(ids["an"], BEFORE) == {("manager", ids["XP"])}
    assert roles(other, DAY) == {("manager", ids["XP"])} and ("manager", ids["XP"]) in roles(ids["chi"], DAY)


def test_when_an_agency_is_divided_everybody_is_in_a_part(ids: dict[str, int]) -> None:
    other = create_person(None, full_name="Lê Phần Hai", agency_id=ids["XP"], from_on=OPENED).id
    for person in (other, ids["chi"]):
        grant_role(None, person, ids["XP"], "manager", OPENED)
    first = Part(None, NewAgency("X1", "commune", "Xã Một", ids["HT"], 1), frozenset([ids["an"]]), frozenset([ids["TH"]]))
    second = Part(None, NewAgency("X2", "commune", "Xã Hai", ids["HT"], 2), NOBODY, NOBODY)
    before = rows()
    for wrong in ([first, second], [first, second._replace(person_ids=frozenset([other, ids["an"]]))], [first]):
        with pytest.raises(Refused) as refused, db.session.begin_nested():
            split(None, ids["XP"], wrong, DAY, None, keeps=False)
        assert refused.value.field == "parts"
    assert rows() == before
    event = split(None, ids["XP"], [first, second._replace(person_ids=frozenset([other]))], DAY, None, keeps=False)
    one, two = (db.session.scalars(sa.select(Agency.id).where(Agency.code == code)).one() for code in ("X1", "X2"))
    assert at(ids["an"], DAY) == {(one, True)} and at(other, DAY) == {(two, True)}
    assert roles(other, DAY) == {("manager", two)} and ("manager", one) in roles(ids["chi"], DAY)
    assert db.session.get_one(Agency, ids["XP"]).heir_id == one
    undo_event(None, event)
    assert rows() == before


def test_an_agency_with_people_is_closed_only_with_a_receiver(ids: dict[str, int]) -> None:
    person = create_person(None, full_name="Lê Giáo Viên", agency_id=ids["TH"], from_on=OPENED).id
    grant_role(None, person, ids["TH"], "manager", OPENED)
    with pytest.raises(Refused, match="Còn 1 người") as refused:
        close(None, ids["TH"], DAY, None, people_to=None)
    assert refused.value.field == "people_to"
    db.session.rollback()


def test_people_of_a_closed_agency_go_to_the_receiver_and_roles_end_without_one(ids: dict[str, int]) -> None:
    gone = create_person(None, full_name="Lê Hưu Trí", agency_id=ids["TH"], from_on=OPENED).id
    leave_service(None, gone, "retired", BEFORE)
    grant_role(None, ids["chi"], ids["TH"], "trainer", OPENED)
    event = close(None, ids["TH"], DAY, "9/QĐ", people_to=None)
    assert at(gone, DAY) == {(ids["XP"], True)} and ("trainer", ids["TH"]) not in roles(ids["chi"], DAY)
    assert ("trainer", ids["XP"]) not in roles(ids["chi"], DAY)
    undo_event(None, event)
    close(None, ids["TH"], DAY, "9/QĐ", people_to=ids["XM"])
    assert ("trainer", ids["XM"]) in roles(ids["chi"], DAY) and at(gone, DAY) == {(ids["XM"], True)}
    assert db.session.get_one(Agency, ids["TH"]).heir_id == ids["XM"]


def test_who_joins_an_agency_whose_end_is_recorded_follows_as_part_of_that_event(ids: dict[str, int]) -> None:
    end = clock.today() + timedelta(days=30)
    event = merge(None, [ids["XP"]], ids["XM"], end, None)
    late = create_person(None, full_name="Lê Mới", agency_id=ids["XP"]).id
    grant_role(None, late, ids["XP"], "manager")
    assert at(late, end - timedelta(days=1)) == {(ids["XP"], True)} and at(late, end) == {(ids["XM"], True)}
    assert roles(late, end) == {("manager", ids["XM"])}
    with pytest.raises(Refused, match="kết thúc hoạt động từ"):
        refuse_ended(ids["XP"], end)
    undo_event(None, event)
    assert at(late, end) == {(ids["XP"], True)} and roles(late, end) == {("manager", ids["XP"])}


def test_nobody_joins_for_good_what_will_be_divided(ids: dict[str, int]) -> None:
    end = clock.today() + timedelta(days=30)
    parts = [
        Part(ids["XM"], None, frozenset([ids["an"]]), frozenset([ids["TH"]])),
        Part(None, NewAgency("XN", "commune", "Xã Mới", ids["HT"], 1), NOBODY, NOBODY),
    ]
    split(None, ids["XP"], parts, end, None, keeps=False)
    with pytest.raises(Refused, match="sẽ chia tách hoặc giải thể"):
        create_person(None, full_name="Lê Mới", agency_id=ids["XP"])


def test_an_event_on_which_something_rests_is_not_undone_and_says_why(ids: dict[str, int]) -> None:
    first = merge(None, [ids["XP"]], ids["XM"], DAY, None)
    transfer_person(None, ids["an"], ids["HT"], LATER)
    with pytest.raises(Refused, match="Nguyễn Văn An.*hoàn tác thay đổi sau trước"):
        undo_event(None, first)


def test_an_agency_that_others_have_joined_since_is_not_undone(ids: dict[str, int]) -> None:
    event = merge(None, [ids["XP"]], NewAgency("XN", "commune", "Xã Mới", ids["HT"], 1), DAY, None)
    made = db.session.scalars(sa.select(Agency.id).where(Agency.code == "XN")).one()
    create_person(None, full_name="Lê Mới", agency_id=made)
    with pytest.raises(Refused, match="Lê Mới"):
        undo_event(None, event)
    assert db.session.get(Agency, made) is not None


def test_events_that_do_not_rest_on_each_other_are_undone_in_any_order(ids: dict[str, int]) -> None:
    before = rows()
    first = rename(None, ids["XP"], "Phường An Phúc", DAY, None)
    second = move(None, ids["XP"], ids["HL"], LATER, None)
    undo_event(None, first)
    assert db.session.get_one(Agency, ids["XP"]).name == "Xã An Phúc"
    undo_event(None, second)
    assert rows() == before


def test_undoing_must_not_make_a_circle_or_stand_below_the_dead(ids: dict[str, int]) -> None:
    first = move(None, ids["XP"], ids["HL"], DAY, None)
    move(None, ids["HT"], ids["XP"], LATER, None)
    with pytest.raises(Refused, match="trực thuộc chính đơn vị này"):
        undo_event(None, first)
    db.session.rollback()


def test_what_would_go_back_to_an_agency_that_ended_since_stays(ids: dict[str, int]) -> None:
    first = split(None, ids["XP"], [Part(ids["XM"], None, frozenset([ids["an"]]), frozenset([ids["TH"]]))], DAY, None, keeps=True)
    close(None, ids["XP"], LATER, None, people_to=None)
    with pytest.raises(Refused, match="Xã An Phúc đã kết thúc hoạt động sau đó"):
        undo_event(None, first)


def test_code_order_and_help_contact_do_not_stand_against_undoing_and_stay(ids: dict[str, int]) -> None:
    event = merge(None, [ids["XP"]], ids["XM"], DAY, None)
    for code, phone in (("XP", "0222 1"), ("XM", "0222 2")):
        change_agency(None, ids[code], code=f"{code}9", position=7, help_name="Anh Long", help_phone=phone)
    undo_event(None, event)
    agency = db.session.get_one(Agency, ids["XP"])
    assert (agency.code, agency.position, agency.help_phone, agency.closed_on) == ("XP9", 7, "0222 1", None)


def test_a_rename_in_advance_that_took_effect_meanwhile_is_undone(ids: dict[str, int]) -> None:
    day = clock.today() + timedelta(days=9)
    event = rename(None, ids["XP"], "Phường An Phúc", day, None)
    copy_names_of(day)
    assert db.session.get_one(Agency, ids["XP"], populate_existing=True).name == "Phường An Phúc"
    undo_event(None, event)
    assert db.session.get_one(Agency, ids["XP"], populate_existing=True).name == "Xã An Phúc"


def test_a_certificate_that_names_the_agency_stands_against_undoing(ids: dict[str, int], world: World) -> None:
    event = rename(None, ids["XP"], "Phường An Phúc", DAY, None)
    issue(**facts(world, "an", agency_name="Phường An Phúc"))
    with pytest.raises(Refused, match="đã cấp 1 giấy chứng nhận"):
        undo_event(None, event)
    later = rename(None, ids["XM"], "Phường Bình Minh", clock.today() + timedelta(days=9), None)
    issue(**facts(world, "anh"))
    undo_event(None, later)  # not in force yet: the paper does not rest on it
    assert db.session.scalar(sa.select(Certificate.agency_name).where(Certificate.agency_id == ids["XM"])) == "Xã Bình Minh"


def test_the_preview_says_it_all_and_keeps_nothing(ids: dict[str, int], world: World) -> None:
    issue(**facts(world, "an"))
    grant_role(None, ids["chi"], ids["XP"], "manager", OPENED)
    before, today = rows(*TABLES, AgencyEvent, AgencyEventPart), clock.today()
    day = today + timedelta(days=1)
    new = NewAgency("XN", "commune", "Xã An Bình", ids["HT"], 1)
    shown = preview(None, lambda: merge(None, [ids["XP"], ids["XM"]], new, day, None), [ids["XP"], ids["XM"]], day)
    assert shown.what[0] == f"Từ {day:%d/%m/%Y}, Xã An Phúc, Xã Bình Minh sáp nhập thành đơn vị mới Xã An Bình."
    assert shown.people == 2 and set(shown.people_names) == {
        ("Nguyễn Văn An", "Xã An Phúc", "Xã An Bình"),
        ("Đặng Thị Ánh", "Xã Bình Minh", "Xã An Bình"),
    }
    assert shown.roles == [("Lê Thị Chi", "manager", "Xã An Phúc", "Xã An Bình")] and shown.agencies == ["Trường Tiểu học An Phúc"]
    assert "1 giấy chứng nhận đã cấp giữ tên đơn vị cũ." in shown.effects
    assert "2 lượt học bắt buộc chưa hoàn thành vẫn giữ nguyên hạn." in shown.effects
    assert rows(*TABLES, AgencyEvent, AgencyEventPart) == before
    with pytest.raises(Refused):
        preview(None, lambda: merge(None, [ids["XP"]], ids["XP"], day, None), [ids["XP"]], day)


def test_a_part_with_nobody_and_nothing_is_no_part(ids: dict[str, int]) -> None:
    with pytest.raises(Refused, match="phải có người hoặc đơn vị trực thuộc đi theo"):
        split(None, ids["XP"], [Part(ids["XM"], None, NOBODY, NOBODY)], DAY, None, keeps=True)


def test_each_act_is_said_in_words(ids: dict[str, int]) -> None:
    acts: tuple[tuple[Callable[[], int], str], ...] = (
        (lambda: rename(None, ids["XP"], "Phường An Phúc", DAY, None), "Từ 01/01/2023, Xã An Phúc đổi tên thành Phường An Phúc."),
        (lambda: move(None, ids["XP"], ids["HL"], DAY, None), "chuyển từ Huyện Thuận An về trực thuộc Huyện Lạc Thủy."),
        (lambda: merge(None, [ids["XP"]], ids["XM"], DAY, None), "Xã An Phúc sáp nhập vào Xã Bình Minh."),
        (lambda: close(None, ids["TH"], DAY, None, people_to=None), "Trường Tiểu học An Phúc giải thể."),
        (
            lambda: split(None, ids["XP"], [Part(ids["XM"], None, frozenset([ids["an"]]), NOBODY)], DAY, None, keeps=True),
            "một phần của Xã An Phúc tách về Xã Bình Minh; Xã An Phúc tiếp tục hoạt động.",
        ),
    )
    for act, sentence in acts:
        assert sentence in " ".join(preview(None, act, [ids["XP"]], DAY).what)


def test_nobody_changes_what_is_out_of_reach(ids: dict[str, int]) -> None:
    dung = administrator(ids["dung"], ids["HT"])
    foreign = Part(ids["HL"], None, frozenset([ids["an"]]), NOBODY)
    acts: tuple[tuple[Callable[[], int], str], ...] = (
        (lambda: rename(dung, ids["HL"], "Huyện Khác", DAY, None), "agency_id"),
        (lambda: move(dung, ids["XP"], ids["HL"], DAY, None), "parent_id"),
        (lambda: move(dung, ids["HL"], ids["XP"], DAY, None), "agency_id"),
        (lambda: merge(dung, [ids["HL"]], ids["XM"], DAY, None), "from_ids"),
        (lambda: merge(dung, [ids["XP"]], ids["HL"], DAY, None), "into_id"),
        (lambda: merge(dung, [ids["XP"]], NewAgency("XN", "commune", "Xã Mới", ids["T"], 1), DAY, None), "parent_id"),
        (lambda: merge(dung, [ids["XP"]], NewAgency("XN", "commune", "Xã Mới", None, 1), DAY, None), "parent_id"),
        (lambda: split(dung, ids["XP"], [foreign], DAY, None, keeps=True), "parts"),
        (lambda: close(dung, ids["TH"], DAY, None, people_to=ids["HL"]), "people_to"),
        (lambda: open_agency(dung, "XN", "commune", "Xã Mới", ids["T"], 1, DAY).id, "parent_id"),
    )
    before = rows()
    for act, field in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == field
    assert rows() == before


def test_only_who_reaches_all_its_agencies_undoes_an_event(ids: dict[str, int]) -> None:
    dung = administrator(ids["dung"], ids["HT"])
    inside, across = merge(dung, [ids["TH"]], ids["XM"], DAY, None), move(None, ids["XP"], ids["HL"], DAY, None)
    for viewer in (dung, administrator(ids["giang"], ids["HL"]), administrator(ids["an"], ids["XM"])):
        with pytest.raises(Refused, match="phạm vi"):
            undo_event(viewer, across)
    undo_event(None, across)
    with pytest.raises(Refused, match="phạm vi"):
        undo_event(administrator(ids["giang"], ids["HL"]), inside)
    undo_event(dung, inside)  # the school that ended is found by its heir


def test_a_form_that_was_opened_before_somebody_else_changed_the_agency_is_refused(ids: dict[str, int]) -> None:
    seen = newest_event_id([ids["XP"]])
    rename(None, ids["XP"], "Phường An Phúc", date(2026, 11, 21), None)
    acts: tuple[Callable[[], int], ...] = (
        lambda: rename(None, ids["XP"], "Xã Khác", date(2026, 11, 22), None, seen=seen),
        lambda: move(None, ids["XP"], ids["HL"], date(2026, 11, 22), None, seen=seen),
        lambda: merge(None, [ids["XM"]], ids["XP"], date(2026, 11, 22), None, seen=seen),
        lambda: close(None, ids["XP"], date(2026, 11, 22), None, people_to=ids["XM"], seen=seen),
        lambda: split(None, ids["XP"], [Part(ids["XM"], None, NOBODY, NOBODY)], date(2026, 11, 22), None, keeps=True, seen=seen),
    )
    for act in acts:
        with pytest.raises(Refused, match=r"vừa được người khác thay đổi \(đổi tên, 21/11/2026\)"):
            act()
    move(None, ids["XM"], ids["HL"], DAY, None, seen=seen)


def test_every_act_stands_in_the_trail_of_each_agency(ids: dict[str, int]) -> None:
    dung = administrator(ids["dung"], ids["HT"])
    event = merge(dung, [ids["XP"]], ids["XM"], DAY, "1658/NQ")
    undo_event(dung, event)
    commit()
    lines = db.session.scalars(sa.select(Audit).where(Audit.actor_id == ids["dung"]).order_by(Audit.id)).all()
    said = [(line.action, line.thing_id, line.agency_id) for line in lines]
    assert said[:2] == [("merge", ids["XP"], ids["XM"]), ("merge", ids["XM"], ids["XM"])]
    assert {("undo", ids[code], ids[code]) for code in ("XP", "XM")} <= set(said)
    assert lines[0].details == {"into": "Xã Bình Minh", "on": "2023-01-01", "decision": "1658/NQ"}
    assert lines[1].details["from_agencies"] == "Xã An Phúc" and lines[1].details["people"] == 1


def test_what_an_event_did_is_read_from_its_notes(ids: dict[str, int]) -> None:
    done = affected_by(merge(None, [ids["XP"]], ids["XM"], DAY, None))
    assert done.people_names == [("Nguyễn Văn An", "Xã An Phúc", "Xã Bình Minh")] and done.agencies == ["Trường Tiểu học An Phúc"]


def test_an_opening_is_undone_until_somebody_stands_there(ids: dict[str, int]) -> None:
    before = rows()
    agency = open_agency(None, "XN", "commune", "Xã Mới", ids["HT"], 1, DAY)
    event = newest_event_id()
    with pytest.raises(Refused, match="Lê Mới"), db.session.begin_nested():
        create_person(None, full_name="Lê Mới", agency_id=agency.id)
        undo_event(None, event)
    undo_event(None, event)
    assert rows() == before
