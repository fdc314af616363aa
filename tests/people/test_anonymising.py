"""Anonymising: after the set years whoever left can no longer be named, and every figure stays what it was."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import clock, commit, db, undoable
from lms.base.undo import CannotUndo, UndoNote, undo
from lms.certificates import Certificate
from lms.people import Account, Membership, Person, PrivacyAcceptance, RoleHeld, Session, Viewer, grant_role
from lms.people.anonymising import anonymise_leavers
from lms.people.models import RecoveryCode, SecondFactor
from lms.people.personal_number import set_number
from lms.people.queries import is_administered
from lms.people.staff_list.models import StaffImport, StaffImportRow
from lms.quizzes import Attempt
from lms.site import Audit, set_setting
from lms.site.settings import forget_settings
from lms.study import Enrolment
from tests.cast import OPENED, PASSWORDS, World
from tests.certificates.giving import give
from tests.pages import Visitor
from tests.reports.conftest import District, district  # noqa: F401

LEFT = date(2021, 3, 1)
NAME = "Đặng Thị Ánh"
HIDDEN = "Cán bộ đã ẩn danh"


def leave(person_id: int, on: date = LEFT, state: str = "left") -> None:
    """The person left on that day; two rows, as a dated change makes them."""
    row = db.session.scalars(sa.select(Membership).where(Membership.person_id == person_id, Membership.to_on.is_(None))).one()
    row.to_on = on
    db.session.flush()
    if state:
        again = {"agency_id": row.agency_id, "is_main": True, "position": row.position, "staff_kind": row.staff_kind}
        db.session.add(Membership(person_id=person_id, from_on=on, to_on=None, state=state, reason=None, decision=None, **again))
    db.session.execute(sa.update(Account).where(Account.person_id == person_id).values(last_sign_in_at=None))
    db.session.flush()


def run(app: Flask) -> int:
    with app.app_context():
        forget_settings()
        number = anonymise_leavers()
        commit()
        return number


@pytest.fixture
def leaver(app: Flask, world: World) -> int:
    """Ánh, a woman, who left in 2021 with everything that a person can have."""
    person_id = world.people["anh"]
    with app.app_context():
        person = db.session.get_one(Person, person_id)
        person.gender, person.birth_on, person.email, person.phone = "female", date(1980, 5, 6), "anh@thuanan.gov.vn", "0912345678"
        set_number(None, person_id, "024180006789")
        now = clock.now()
        values = {"token_hash": "x", "created_at": now, "expires_at": now, "ended_at": None, "address": "10.0.0.7", "agent": "Firefox"}
        db.session.add(Session(person_id=person_id, second_at=None, **values))
        db.session.add(SecondFactor(person_id=person_id, secret_sealed="x", created_at=now, confirmed_at=now, last_step=1))
        db.session.add(RecoveryCode(person_id=person_id, code_hash="x", used_at=None))
        db.session.execute(sa.update(PrivacyAcceptance).where(PrivacyAcceptance.person_id == person_id).values(address="10.0.0.7"))
        grant_role(None, person_id, world.agencies["XM"], "manager", OPENED)
        leave(person_id)
        commit()
    give(app, world, "anh")
    return person_id


def kept_text(app: Flask, *but: str) -> str:
    """The whole database as text, without the tables that stay by law."""
    with app.app_context():
        tables = [table for table in db.metadata.sorted_tables if table.name not in but]
        return "\n".join(str(row) for table in tables for row in db.session.execute(sa.select(table)))


def test_nothing_of_a_leaver_can_be_named_any_more(app: Flask, leaver: int) -> None:
    assert run(app) == 1
    text = kept_text(app, "audit", "certificate")
    for trace in (NAME, "dang thi anh", "CB002", "anh@thuanan", "0912345678", "1980", "10.0.0.7"):
        assert trace not in text, trace
    with app.app_context():
        person, account = db.session.get_one(Person, leaver), db.session.get_one(Account, leaver)
        assert (person.full_name, person.gender) == (HIDDEN, "female")
        assert person.anonymised_at and not (person.number_sealed or person.number_fingerprint or person.birth_on)
        assert account.suspended_at and account.password_hash == "!" and account.username.startswith("an-danh-")
        for model in (Session, SecondFactor, RecoveryCode):
            assert not db.session.scalars(sa.select(model).where(model.person_id == leaver)).all()
        assert db.session.scalars(sa.select(RoleHeld.to_on).where(RoleHeld.person_id == leaver)).all() == [clock.today()]
        assert db.session.scalars(sa.select(Enrolment.person_name).where(Enrolment.person_id == leaver)).all() == [HIDDEN]
        acceptances = db.session.scalars(sa.select(PrivacyAcceptance).where(PrivacyAcceptance.person_id == leaver)).all()
        assert [one.address for one in acceptances] == [""] and acceptances[0].accepted_at


def test_the_register_keeps_what_was_printed(app: Flask, leaver: int) -> None:
    run(app)
    with app.app_context():
        printed = db.session.scalars(sa.select(Certificate).where(Certificate.person_id == leaver)).one()
        assert (printed.person_name, printed.birth_on) == ("Đặng Thị Ánh", date(1984, 2, 5))


def test_the_trail_names_nobody_and_the_old_name_finds_nobody(app: Flask, leaver: int, dung: Visitor, nobody: Visitor) -> None:
    run(app)
    with app.app_context():
        line = db.session.scalars(sa.select(Audit).where(Audit.action == "anonymise")).one()
        assert (line.thing_id, line.details, line.actor_id) == (leaver, {}, None)
    for typed in ("dang anh", "Đặng Thị Ánh", "CB002"):
        page = dung.get("/people", query_string={"q": typed})
        assert HIDDEN not in page.text and NAME not in page.text
        assert "Chưa có dòng nào" in dung.get("/site/audit", query_string={"about": typed}).text
    for typed in ("anh", "CB002"):
        nobody.post("/sign-in", {"username": typed, "password": PASSWORDS["anh"]}, status=422)


def test_the_page_of_the_person_says_that_they_are_anonymous(app: Flask, leaver: int, dung: Visitor) -> None:
    run(app)
    page = dung.get(f"/people/{leaver}")
    assert page.h1 == HIDDEN and "được ẩn danh ngày" in page.text and "Ghi số" not in page.text
    refused = dung.post(f"/people/{leaver}/personal-number", {"number": "024180006789"}, status=422)
    assert "đã được ẩn danh" in refused.text


def test_nobody_gives_an_anonymous_person_an_account_again(app: Flask, leaver: int, world: World, dung: Visitor) -> None:
    above = Viewer(0, "", "", None, 0, (("administrator", world.agencies["T"]),), None, "", False, False, None)
    with app.app_context():
        assert is_administered(above, leaver)
    run(app)
    with app.app_context():
        assert not is_administered(above, leaver)
    page = dung.get(f"/people/{leaver}")
    assert not [form.get("action") for form in page.all("form") if (form.get("action") or "").startswith("/people/")]
    for act in ("restore", "reset-password"):
        assert dung.post(f"/people/{leaver}/{act}", page="/people/new").status == 422


def figures(chi: Visitor) -> list[str]:
    return [chi.get(address).text.replace(NAME, HIDDEN).replace("CB002", "–") for address in ("/reports", "/reports/people")]


def counts(app: Flask) -> list[Any]:
    """Completions and people by agency, staff kind and gender: what reports of past years count."""
    with app.app_context():
        who = sa.select(Membership.agency_id, Membership.staff_kind, Membership.state, Person.gender, sa.func.count())
        who = who.join(Person, Person.id == Membership.person_id)
        rows = db.session.execute(who.group_by(Membership.agency_id, Membership.staff_kind, Membership.state, Person.gender))
        learnt = sa.select(Enrolment.agency_id, Enrolment.state, Person.gender, sa.func.count()).join(Person, Person.id == Enrolment.person_id)
        done = db.session.execute(learnt.group_by(Enrolment.agency_id, Enrolment.state, Person.gender))
        return sorted(str(row) for row in [*rows, *done])


def test_figures_are_the_same_before_and_after_women_too(app: Flask, leaver: int, district: District, chi: Visitor) -> None:  # noqa: F811
    before, pages = counts(app), figures(chi)
    assert any("female" in line for line in before)
    assert run(app) == 1
    assert counts(app) == before and figures(chi) == pages


def test_a_second_run_finds_nobody_left(app: Flask, leaver: int) -> None:
    assert [run(app), run(app)] == [1, 0]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Audit.action == "anonymise")) == 1


def years_ago(years: int, **more: int) -> date:
    return clock.months_later(clock.today(), -12 * years) + timedelta(**more)


@pytest.mark.parametrize("state", ["left", ""])
@pytest.mark.parametrize(("days", "expected"), [(-1, 1), (0, 0), (1, 0)])
def test_the_years_must_be_over_to_the_day(app: Flask, world: World, days: int, expected: int, state: str) -> None:
    with app.app_context():
        leave(world.people["anh"], years_ago(5, days=days), state)
        commit()
    assert run(app) == expected


def test_whose_last_membership_ended_without_a_word_is_a_leaver_too(app: Flask, world: World) -> None:
    with app.app_context():
        leave(world.people["anh"], state="")
        commit()
    assert run(app) == 1


def test_who_is_on_leave_came_back_or_signs_in_is_no_leaver(app: Flask, world: World) -> None:
    with app.app_context():
        leave(world.people["an"], state="on_leave")
        leave(world.people["anh"])
        place = {"agency_id": world.agencies["XP"], "is_main": False, "position": None, "staff_kind": "contract", "decision": None}
        beside = Membership(person_id=world.people["anh"], from_on=date(2022, 1, 1), to_on=None, state="working", reason=None, **place)
        db.session.add(beside)
        leave(world.people["binh"])
        db.session.execute(sa.update(Account).where(Account.person_id == world.people["binh"]).values(last_sign_in_at=clock.now()))
        commit()
    assert run(app) == 0


def test_who_is_written_down_as_leaving_later_than_they_worked_counts_from_then(app: Flask, world: World) -> None:
    with app.app_context():
        leave(world.people["anh"], state="")
        place = {"agency_id": world.agencies["XM"], "is_main": True, "position": None, "staff_kind": "contract", "decision": None}
        last = Membership(person_id=world.people["anh"], from_on=years_ago(2), to_on=None, state="left", reason=None, **place)
        db.session.add(last)
        commit()
    assert run(app) == 0


def test_the_setting_decides_after_how_many_years_and_zero_means_never(app: Flask, leaver: int) -> None:
    for years, expected in (("0", 0), ("30", 0), ("3", 1)):
        with app.app_context():
            set_setting(None, "anonymise_years", years)
            commit()
        assert run(app) == expected, years


def test_no_more_than_a_batch_is_done_at_a_time(app: Flask, world: World, leaver: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        leave(world.people["an"])
        commit()
    monkeypatch.setattr("lms.people.anonymising.BATCH", 1)
    assert [run(app), run(app), run(app)] == [1, 1, 0]


def test_an_act_that_noted_the_name_forgets_it_and_cannot_be_undone(app: Flask, world: World) -> None:
    with app.app_context():
        with undoable("staff_import 1"):
            person = db.session.get_one(Person, world.people["anh"])
            person.phone = "0912345678"
        leave(world.people["anh"])
        commit()
    assert run(app) == 1
    with app.app_context():
        notes = db.session.scalars(sa.select(UndoNote)).all()
        assert notes and not [note for note in notes if "0912345678" in str(note.after) or NAME in str(note.before)]
        with pytest.raises(CannotUndo):
            undo("staff_import 1")


def test_lines_of_staff_lists_about_a_leaver_go_and_others_stay(app: Flask, leaver: int, world: World) -> None:
    with app.app_context():
        facts = {"file_name": "ds.xlsx", "effective_on": LEFT, "mapping": None, "encoding": None, "found": None, "percent": 100, "error": None}
        when = {"created_at": clock.now(), "done_at": clock.now(), "undone_at": None}
        sent = StaffImport(agency_id=world.agencies["XM"], sent_by_id=world.people["dung"], state="done", **facts, **when)
        db.session.add(sent)
        db.session.flush()
        for number, person_id in ((1, leaver), (2, world.people["an"])):
            line = {"number": number, "sheet": "x", "line": number, "verdict": "same", "agency_id": None, "is_chosen": False}
            told = {"name": NAME, "values": {"sent": {"full_name": NAME}}, "changes": [], "faults": []}
            db.session.add(StaffImportRow(import_id=sent.id, person_id=person_id, **line, **told))
        commit()
    run(app)
    with app.app_context():
        assert db.session.scalars(sa.select(StaffImportRow.person_id)).all() == [world.people["an"]]


def test_attempts_bear_the_new_name_and_stay(app: Flask, leaver: int, world: World) -> None:
    with app.app_context():
        quiz = db.session.execute(sa.text("SELECT quiz_id, id FROM quiz_version ORDER BY id LIMIT 1")).one()
        closed = {"state": "submitted", "started_at": clock.now(), "closed_at": clock.now(), "points": 1, "max_points": 2, "is_passed": False}
        place = {"agency_id": world.agencies["XM"], "agency_name": "Xã Bình Minh", "person_name": NAME, "seed": "x", "deadline_at": None}
        db.session.add(Attempt(person_id=leaver, quiz_id=quiz[0], quiz_version_id=quiz[1], cycle=1, number=1, **closed, **place))
        commit()
    run(app)
    with app.app_context():
        attempt = db.session.scalars(sa.select(Attempt).where(Attempt.person_id == leaver)).one()
        assert (attempt.person_name, attempt.agency_name, attempt.points) == (HIDDEN, "Xã Bình Minh", 1)
