"""Figures of a past day: what was so stays so, laid out by the agencies of that day or rolled up to those of today."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import move_agency, open_agency, rename_agency
from lms.base import clock, commit, db
from lms.certificates import Certificate, issue, revoke
from lms.people import Membership, close, create_person, go_on_leave, leave_service, merge, return_to_work, transfer_person
from lms.reports import NOW, STATES, THEN, Figures, figures_on
from lms.study import Completion, Enrolment, assign_course
from tests.cast import CANARY, OPENED, PASSWORDS, World
from tests.conftest import FakeClock
from tests.pages import Visitor
from tests.reports.conftest import STAFF, District, complete, second_cycle
from tests.reports.reading import Table, figure_links, opened, people_listed, tables

OURS = [name for name, *_rest in STAFF] + ["Nguyễn Văn An", "Đặng Thị Ánh", "Thuận An", "An Phúc", "Bình Minh"]


def rows_of(who: Visitor, address: str) -> list[tuple[Any, ...]]:
    """The rows of a file."""
    return opened(who, address)[2]


def everything(who: Visitor, district: District, day: str = "") -> list[Any]:
    """All that the reports say about a day: tables of the whole and of a part, the lists of all states, both files."""
    at = f"agency={district.agencies['XP']}"
    said: list[Any] = [tables(who.get(f"/reports?{day}")), tables(who.get(f"/reports?{at}&{day}"))]
    for state in ("", *STATES):
        said.append(people_listed(who, f"/reports/people?state={state}&{day}"))
        said.append(rows_of(who, f"/reports/export.xlsx?state={state}&{day}"))
    return [*said, rows_of(who, f"/reports/summary.xlsx?{day}"), rows_of(who, f"/reports/summary.xlsx?{at}&{day}")]


@dataclass
class Since:
    """A day with its figures as they were read on it, and what Chi reads now that much has happened."""

    day: date
    said: list[Any]
    new: int
    chi: Visitor


def people_change(district: District) -> None:
    """Somebody is transferred away, goes on leave, comes back, leaves, begins, completes, begins anew, joins."""
    today, ids = clock.today(), district.people
    transfer_person(None, ids["Ngô Văn Trễ"], district.agencies["HL"], today)
    go_on_leave(None, ids["Ngô Thị Chậm"], "sick", today)
    return_to_work(None, ids["Đỗ Thị Sinh"], today)
    leave_service(None, ids["Bùi Thị Học"], "retired", today)
    complete(ids["Bùi Văn Chờ"], district.course)
    again = (Enrolment.person_id == ids["Mai Văn Lại"], Enrolment.cycle == 2)
    db.session.execute(sa.update(Enrolment).where(*again).values(started_at=clock.now(), state="in_progress"))
    second_cycle(ids["Hồ Văn Xuất"], district.course, clock.now())
    fresh = create_person(None, full_name="Tạ Văn Mới", agency_id=district.agencies["XM"], from_on=OPENED)
    db.session.flush()
    assign_course(None, [fresh.id], district.course, today)


def tree_changes(district: District) -> int:
    """The communes become one, and the district a town; says the id of the new commune."""
    today, ids = clock.today(), district.agencies
    new = open_agency(None, "XN", "commune", "Phường Phúc Minh", ids["HT"], 1, today - timedelta(days=1), "11/NQ").id
    merge(None, [ids["XP"], ids["XM"]], new, today, "12/NQ")
    rename_agency(None, ids["HT"], "Thị xã Thuận An", today, "13/NQ")
    return new


@pytest.fixture
def since(app: Flask, time: FakeClock, visitor: Any, district: District) -> Since:
    """Chi reads the reports; then come six days, and all those changes."""
    said = everything(visitor().sign_in("chi", PASSWORDS["chi"]), district)
    day = clock.today()
    time.forward(days=3)
    with app.app_context():
        people_change(district)
        commit()
    time.forward(days=3)
    with app.app_context():
        new = tree_changes(district)
        commit()
    return Since(day, said, new, visitor().sign_in("chi", PASSWORDS["chi"]))


def test_nothing_that_happens_later_changes_the_figures_of_a_past_day(since: Since, district: District) -> None:
    assert everything(since.chi, district, f"on={since.day}&by=then") == since.said
    assert everything(since.chi, district, f"on={since.day}") == since.said  # as it was, unless asked otherwise
    assert tables(since.chi.get("/reports")) != since.said[0]


def test_rolled_up_to_the_agencies_of_today_the_total_is_the_same(since: Since, district: District) -> None:
    by_course, by_agency = tables(since.chi.get(f"/reports?on={since.day}&by=now"))
    assert by_course == since.said[0][0]
    then: Table = since.said[0][1]
    assert list(by_agency) == ["Trực thuộc trực tiếp Thị xã Thuận An", "Phường Phúc Minh", "Tổng cộng"]
    assert by_agency["Tổng cộng"] == then["Tổng cộng"]
    merged = {name: then["Xã An Phúc"][name] + then["Xã Bình Minh"][name] for name in then["Tổng cộng"]}
    assert by_agency["Phường Phúc Minh"] == merged
    names = people_listed(since.chi, f"/reports/people?on={since.day}&by=now")
    assert sorted(names) == sorted(since.said[2])
    places = {row[6] for row in rows_of(since.chi, f"/reports/export.xlsx?on={since.day}&by=now")}
    assert places == {"Thị xã Thuận An", "Phường Phúc Minh"}


@pytest.mark.parametrize("by", [THEN, NOW])
def test_every_past_figure_is_the_number_of_rows_behind_it(since: Since, district: District, by: str) -> None:
    part = district.agencies["XP"] if by == THEN else since.new
    for start in (f"/reports?on={since.day}&by={by}", f"/reports?on={since.day}&by={by}&agency={part}"):
        page = since.chi.get(start)
        by_agency = tables(page)[1]
        total = by_agency.pop("Tổng cộng")
        assert {name: sum(line[name] for line in by_agency.values()) for name in total} == total
        links = figure_links(page)
        assert len(links) > 8
        for address, figure in links:
            assert f"on={since.day}" in address and f"by={by}" in address
            assert len(people_listed(since.chi, address)) == figure, address
            assert len(rows_of(since.chi, address.replace("/people", "/export.xlsx"))) == figure, address


def test_page_and_files_say_their_day_and_their_agencies(since: Since) -> None:
    said = f"{since.day:%d/%m/%Y}"
    for by, words in ((THEN, "theo đơn vị như ngày đó"), (NOW, "theo đơn vị hiện nay")):
        for address in ("/reports", "/reports/people"):
            page = since.chi.get(f"{address}?on={since.day}&by={by}")
            assert f"Tính đến ngày {said}, {words}" in page.text
        for address in ("/reports/export.xlsx", "/reports/summary.xlsx"):
            heading = opened(since.chi, f"{address}?on={since.day}&by={by}")[0]
            assert heading[2] == f"Tính đến ngày {said}, {words}"
            file = since.chi.get(f"{address}?on={since.day}&by={by}").response.headers["Content-Disposition"]
            assert f"{since.day}.xlsx" in file
    assert f"đến ngày {said}" in since.chi.get(f"/reports?on={since.day}").h1


def test_the_choice_of_agencies_is_offered_for_past_days_only(since: Since) -> None:
    assert [field.get("name") for field in since.chi.get("/reports").all("select")] == []
    past = since.chi.get(f"/reports?on={since.day}&by=now")
    chosen = [option.get("value") for option in past.all("option") if option.get("selected") is not None]
    assert [field.get("name") for field in past.all("select")] == ["by"] and chosen == ["now"]


def test_today_is_the_page_without_a_day(time: FakeClock, visitor: Any, district: District) -> None:
    chi = visitor().sign_in("chi", PASSWORDS["chi"])
    for address in ("/reports", "/reports/people", "/reports/people?state=overdue"):
        plain = chi.get(address).text
        for day in (f"on={clock.today()}", f"on={clock.today()}&by=then", f"on={clock.today()}&by=now", f"on={clock.today():%d/%m/%Y}", "on="):
            assert chi.get(f"{address}{'&' if '?' in address else '?'}{day}").text == plain
    rows = rows_of(chi, "/reports/export.xlsx")
    assert rows_of(chi, f"/reports/export.xlsx?on={clock.today()}&by=then") == rows


@pytest.mark.parametrize("typed", ["hôm qua", "2026-13-01", "2026-02-30", "31/06/2025", "20250630", "0", "-1", "%25", "9" * 5000, "²025-01-01"])
def test_what_is_no_day_is_said_and_today_is_shown(chi: Visitor, district: District, typed: str) -> None:
    today = tables(chi.get("/reports"))
    page = chi.get(f"/reports?on={typed}", status=422)
    assert "không phải là ngày" in page.text and tables(page) == today
    for address in ("/reports/people", "/reports/export.xlsx", "/reports/summary.xlsx"):
        assert "không phải là ngày" in chi.get(f"{address}?on={typed}", status=422).text


def test_a_day_to_come_is_said_and_today_is_shown(chi: Visitor, district: District) -> None:
    page = chi.get(f"/reports?on={clock.today() + timedelta(days=1)}&by=then", status=422)
    assert "chưa đến" in page.text and tables(page) == tables(chi.get("/reports"))
    assert "chưa đến" in chi.get("/reports/people?on=9999-12-31", status=422).text


@pytest.mark.parametrize("day", ["0001-01-01", "2019-12-31", "2020-01-01"])
@pytest.mark.parametrize("by", [THEN, NOW])
def test_before_anything_was_there_is_nothing(chi: Visitor, district: District, day: str, by: str) -> None:
    assert "chưa có" in chi.get(f"/reports?on={day}&by={by}").text
    assert people_listed(chi, f"/reports/people?on={day}&by={by}") == []
    assert rows_of(chi, f"/reports/export.xlsx?on={day}&by={by}") == []
    chi.get(f"/reports/summary.xlsx?on={day}&by={by}")


def test_a_day_ends_at_midnight_in_vietnam(app: Flask, time: FakeClock, visitor: Any, world: World) -> None:
    time.now = datetime(2027, 3, 1, 16, 30, tzinfo=UTC)  # 23:30 on 1 March
    with app.app_context():
        person = create_person(None, full_name="Tô Thị Khuya", agency_id=world.agencies["XP"], from_on=OPENED)
        db.session.flush()
        assign_course(None, [person.id], world.course, date(2027, 3, 1))
        commit()
        time.forward(hours=1)  # 0:30 on 2 March
        db.session.execute(sa.update(Enrolment).where(Enrolment.person_id == person.id).values(started_at=clock.now(), state="in_progress"))
        commit()
        time.forward(days=1)
        complete(person.id, world.course)
        commit()
    time.forward(days=2)
    chi = visitor().sign_in("chi", PASSWORDS["chi"])
    states = [people_state(chi, f"2027-{day}", "Tô Thị Khuya") for day in ("02-28", "03-01", "03-02", "03-03")]
    assert states == ["", "not_started", "overdue", "completed"]


def people_state(who: Visitor, day: str, name: str) -> str:
    """The one state in whose list the person stands on that day."""
    found = [state for state in STATES if name in people_listed(who, f"/reports/people?state={state}&on={day}")]
    assert len(found) <= 1
    return found[0] if found else ""


def test_results_that_came_later_do_not_stand_in_a_past_list(since: Since, title: str) -> None:
    row = next(row for row in rows_of(since.chi, f"/reports/export.xlsx?on={since.day}") if row[2:4] == ("Bùi Văn", "Chờ"))
    assert row[12:16] == ("", "", "Chưa bắt đầu", "")
    today = next(row for row in rows_of(since.chi, "/reports/export.xlsx") if row[2:4] == ("Bùi Văn", "Chờ"))
    assert today[12].date() == since.day + timedelta(days=3) and today[13] == 84


def test_the_certificate_of_a_past_list_is_the_one_that_was_good_then(app: Flask, time: FakeClock, visitor: Any, district: District) -> None:
    days = [clock.today()]
    time.forward(days=1)
    with app.app_context():
        certificate = certificate_of(district.people["Hồ Thị Xong"])
        commit()
        days.append(clock.today())
        time.forward(days=1)
        revoke(None, certificate.id, "Cấp nhầm")
        commit()
        days.append(clock.today())
        time.forward(days=1)
    chi = visitor().sign_in("chi", PASSWORDS["chi"])
    lists = [rows_of(chi, f"/reports/export.xlsx?on={day}") for day in days]
    shown = [next(row[15] for row in rows if row[2:4] == ("Hồ Thị", "Xong")) for rows in lists]
    assert shown == ["", certificate.number_text, ""]


def certificate_of(person_id: int) -> Certificate:
    """A certificate issued now to somebody who has completed."""
    done = db.session.scalars(sa.select(Enrolment).where(Enrolment.person_id == person_id)).one()
    same = {
        name: getattr(done, name) for name in ("person_id", "person_name", "agency_id", "agency_name", "course_id", "course_revision_id", "cycle")
    }
    today, title = clock.today(), {"vi": "Khóa học"}
    facts = {"birth_on": None, "gender": None, "hours": 4, "percent": 84, "started_on": today, "completed_on": today, "valid_months": 12}
    issued = issue(**same, **facts, course_title=title)  # type: ignore[arg-type]
    assert issued
    return issued


def test_who_has_gone_elsewhere_is_named_and_leads_nowhere(since: Since, district: District) -> None:
    page = since.chi.get(f"/reports/people?on={since.day}&state=overdue")
    assert "Ngô Văn Trễ" in page.text
    assert f"/reports/people/{district.people['Ngô Văn Trễ']}" not in page.links()
    assert f"/reports/people/{district.people['Ngô Thị Chậm']}" in page.links()
    since.chi.get(f"/reports/people/{district.people['Ngô Văn Trễ']}", status=404)


def test_an_agency_that_was_not_there_yet_or_is_no_more(since: Since, district: District, title: str) -> None:
    old, new = district.agencies["XP"], since.new
    then = since.chi.get(f"/reports?agency={new}&on={since.day}")
    assert "Ngày đó không có đơn vị đã chọn" in then.text and tables(then) == since.said[0]
    now = since.chi.get(f"/reports?agency={old}&on={since.day}&by=now")
    assert "nay thuộc Phường Phúc Minh" in now.text and "Phường Phúc Minh" in now.h1
    assert "nay thuộc Phường Phúc Minh" in since.chi.get(f"/reports?agency={old}").text
    early = since.chi.get(f"/reports?course={district.course}&on=2020-06-01")
    assert "chưa được giao trong phạm vi này" in early.text


def test_giang_sees_nothing_of_ours_on_any_day(since: Since, visitor: Any, district: District) -> None:
    giang = visitor().sign_in("giang", PASSWORDS["giang"])
    for day in (since.day, since.day + timedelta(days=4)):
        for by in (THEN, NOW):
            for address in ("/reports", "/reports/people", *(f"/reports/people?state={state}" for state in STATES)):
                text = giang.get(f"{address}{'&' if '?' in address else '?'}on={day}&by={by}").text
                moved = ["Ngô Văn Trễ"] if day > since.day else []  # has come over to her by then
                assert not [name for name in OURS if name in text and name not in moved], address
            for agency in (*(district.agencies[code] for code in ("HT", "XP", "XM", "T")), since.new, 99999):
                for page in ("/reports", "/reports/people", "/reports/export.xlsx", "/reports/summary.xlsx"):
                    giang.get(f"{page}?agency={agency}&on={day}&by={by}", status=404)
            assert CANARY in giang.get(f"/reports/people?on={day}&by={by}").text
            assert CANARY not in since.chi.get(f"/reports/people?on={day}&by={by}").text


def test_an_agency_between_that_belongs_to_others_today_is_left_out(app: Flask, time: FakeClock, visitor: Any, district: District) -> None:
    ids = district.agencies
    with app.app_context():
        school = open_agency(None, "TH", "school", "Trường Tiểu học An Phúc", ids["XP"], 1, OPENED).id
        person = create_person(None, full_name="Cao Thị Hiền", agency_id=school, from_on=OPENED)
        db.session.flush()
        assign_course(None, [person.id], district.course, clock.today())
        commit()
        day = clock.today()
        time.forward(days=2)
        move_agency(None, school, ids["HT"], clock.today(), None)
        move_agency(None, ids["XP"], ids["HL"], clock.today(), None)
        commit()
    chi, giang = (visitor().sign_in(name, PASSWORDS[name]) for name in ("chi", "giang"))
    by_agency = tables(chi.get(f"/reports?on={day}"))[1]
    total = by_agency.pop("Tổng cộng")
    assert list(by_agency) == ["Trực thuộc trực tiếp Huyện Thuận An", "Trường Tiểu học An Phúc", "Xã Bình Minh"]
    assert by_agency["Trường Tiểu học An Phúc"]["assigned"] == 1
    assert {name: sum(line[name] for line in by_agency.values()) for name in total} == total
    assert "Xã An Phúc" not in chi.get(f"/reports?on={day}&agency={school}").text
    chi.get(f"/reports?on={day}&agency={ids['XP']}", status=404)
    theirs = giang.get(f"/reports?on={day}").text
    assert "Xã An Phúc" in theirs and "Tiểu học" not in theirs and "Huyện Thuận An" not in theirs


def test_people_at_an_agency_that_had_ended_count_on_no_later_day(app: Flask, time: FakeClock, district: District) -> None:
    with app.app_context():
        open_day = clock.today()
        time.forward(days=2)
        close_without_its_people(district.agencies["XM"], district.agencies["HT"])
        time.forward(days=2)
        roots = [district.agencies["T"]]
        for by in (THEN, NOW):
            before, after = (figures_on(roots, day, by)[roots[0]] for day in (open_day, clock.today() - timedelta(days=1)))
            assert before.assigned - after.assigned == 3 and after == figures_on(roots, clock.today(), by)[roots[0]]


def close_without_its_people(agency_id: int, heir_id: int) -> None:
    """The agency ends; the memberships there were forgotten."""
    people = list(db.session.scalars(sa.select(Membership.person_id).where(Membership.agency_id == agency_id)))
    close(None, agency_id, clock.today(), None, people_to=heir_id)
    followed = (Membership.person_id.in_(people), Membership.from_on == clock.today())
    db.session.execute(sa.update(Membership).where(*followed).values(agency_id=agency_id))


def test_figures_without_a_viewer_are_those_of_the_pages(app: Flask, since: Since, district: District) -> None:
    ids = district.agencies
    with app.app_context():
        then = figures_on([ids["HT"], ids["XP"], ids["XM"], since.new], since.day)
        now = figures_on([ids["HT"], ids["XP"], since.new], since.day, NOW)
    assert _as_row(then[ids["HT"]]) == since.said[0][1]["Tổng cộng"] == _as_row(now[ids["HT"]])
    assert _as_row(then[ids["XP"]]) == since.said[0][1]["Xã An Phúc"]
    assert then[since.new] == Figures() == now[ids["XP"]]
    assert now[since.new].assigned == then[ids["XP"]].assigned + then[ids["XM"]].assigned


def _as_row(figures: Figures) -> dict[str, int]:
    return {"assigned": figures.assigned, **{state: figures.count(state) for state in STATES}}


def test_past_days_of_a_crowd_cost_no_more_statements(time: FakeClock, visitor: Any, crowd: int) -> None:
    time.forward(days=3)
    chi, day = visitor().sign_in("chi", PASSWORDS["chi"]), clock.today() - timedelta(days=1)
    for by in (THEN, NOW):
        for address in ("/reports?", "/reports/people?", "/reports/people?page=2&"):
            assert len(chi.get(f"{address}on={day}&by={by}").statements) <= 8, address
    assert len(people_listed(chi, f"/reports/people?on={day}")) == crowd + 2


def test_completion_is_the_day_in_the_record(app: Flask, time: FakeClock, district: District) -> None:
    person, day = district.people["Hồ Thị Xong"], clock.today() - timedelta(days=5)
    with app.app_context():
        db.session.execute(sa.update(Completion).where(Completion.person_id == person).values(completed_on=day))
        db.session.execute(sa.update(Enrolment).where(Enrolment.person_id == person).values(enrolled_at=clock.start_of(day - timedelta(days=1))))
        root = district.agencies["T"]
        done = [figures_on([root], day + timedelta(days=late))[root].completed for late in (-1, 0, 1)]
    assert done == [0, 1, 1]
