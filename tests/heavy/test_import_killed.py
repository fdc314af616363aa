"""A large staff list is in within a minute; a worker killed in the middle of it leaves nothing half done, and the next one goes on."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import Job, clock, commit, db, only_reading, work_once, workbook
from lms.people import Account, Membership, Person
from lms.people.staff_list.importing import drop_list, send_list
from lms.people.staff_list.models import StaffImport, StaffImportRow
from lms.people.staff_list.queries import counts_of
from lms.people.staff_list.senders import sender_of
from lms.people.staff_list.settling import confirm_list, undo_list
from lms.site import audit_is_whole
from tests import cast

from .databases import KINDS, empty_database
from .servers import ROOT, SECRET_KEY, serving
from .worlds import application

pytestmark = pytest.mark.heavy
MANY, SECONDS, KILLED = 10_000, 60, 3_000


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, cast.World, str]]:
    """The world of the cast on an empty database, and its address."""
    with empty_database(request.param, tmp_path) as address:
        app = application(address, tmp_path)
        with app.app_context():
            flask_migrate.upgrade()
        yield app, cast.build(app), address
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def staff_list(people: int) -> bytes:
    """A list of so many people of two communes; every tenth has no code, many bear the same name."""
    families, given = ("Nguyễn Thị", "Trần Văn", "Lê Minh", "Phạm Thu"), ("Hương", "Đức", "Lan", "Tuấn", "Hà", "Nam", "Bình")
    rows = []
    for number in range(people):
        name = f"{families[number % 4]} {given[number % 7]}"
        code = "" if number % 10 == 0 else f"VC{number:05d}"
        birth = (clock.today() - timedelta(days=9_000 + number)).strftime("%d/%m/%Y")
        rows.append((code, name, birth, "Xã An Phúc" if number % 2 else "UBND xã Bình Minh", "Giáo viên", f"09{number:08d}"))
    columns = (("Mã cán bộ", 12), ("Họ và tên", 26), ("Ngày sinh", 12), ("Đơn vị", 30), ("Chức vụ", 22), ("Điện thoại", 14))
    return workbook("Danh sách", [], columns, rows)


def sent(app: Flask, world: cast.World, content: bytes) -> int:
    """Dũng sends a list for the district."""
    with app.app_context():
        one = StaffImport(agency_id=world.agencies["HT"], sent_by_id=world.people["dung"])
        import_id = send_list(sender_of(one), world.agencies["HT"], clock.today(), "huyen.xlsx", content)
        commit()
        return import_id


def confirmed(app: Flask, import_id: int) -> None:
    """Dũng confirms what was read."""
    with app.app_context():
        one = db.session.get_one(StaffImport, import_id)
        assert confirm_list(sender_of(one), one, 1)
        commit()


def work_until(app: Flask, import_id: int, *states: str) -> None:
    """Let the worker work until the import is in one of these states."""
    while state_of(app, import_id) not in states:
        with app.app_context():
            work_once()


def state_of(app: Flask, import_id: int) -> str:
    with app.app_context(), only_reading():
        return db.session.scalar(sa.select(StaffImport.state).where(StaffImport.id == import_id)) or ""


def in_the_database(app: Flask) -> tuple[int, int, int]:
    """How many people, accounts and memberships there are."""
    with app.app_context(), only_reading():
        people, accounts, memberships = (db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Person, Account, Membership))
        return people or 0, accounts or 0, memberships or 0


def test_ten_thousand_people_are_in_within_a_minute_and_out_again(place: tuple[Flask, cast.World, str]) -> None:
    app, world, _address = place
    content, before = staff_list(MANY), in_the_database(app)
    begun = time.monotonic()
    import_id = sent(app, world, content)
    work_until(app, import_id, "read", "failed")
    with app.app_context():
        counts = counts_of(import_id)
        assert (counts.new, counts.total) == (MANY, MANY), counts
    confirmed(app, import_id)
    work_until(app, import_id, "done", "reading", "failed")
    assert state_of(app, import_id) == "done" and time.monotonic() - begun < SECONDS
    assert in_the_database(app) == tuple(number + MANY for number in before)
    again = sent(app, world, content)
    work_until(app, again, "read", "failed")
    with app.app_context():
        counts = counts_of(again)
        assert (counts.new, counts.changed, counts.moved, counts.verdicts["error"]) == (0, 0, 0, 0), counts
        drop_list(None, db.session.get_one(StaffImport, again))
        commit()
        one = db.session.get_one(StaffImport, import_id)
        undo_list(sender_of(one), one)
        commit()
    assert in_the_database(app) == before


def _worker(folder: Path, address: str) -> subprocess.Popen[bytes]:
    settings = {"LMS_MODE": "production", "LMS_SECRET_KEY": SECRET_KEY, "LMS_DATA": str(folder), "LMS_DATABASE": address, "FLASK_DEBUG": "0"}
    log = (folder / "worker.log").open("ab")
    with log:
        return subprocess.Popen([*serving()[:-1], "work"], cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log)


def _wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    give_up_at = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.01)


def _job_state(app: Flask, import_id: int, step: str) -> str:
    with app.app_context(), only_reading():
        key = Job.key.startswith(f"staff_import {import_id} {step}")
        return db.session.scalar(sa.select(Job.state).where(key).order_by(Job.id.desc()).limit(1)) or ""


def _let_leases_end(app: Flask) -> None:
    """The quarter of an hour after which another worker takes over what a dead one held."""
    with app.app_context():
        db.session.execute(sa.update(Job).where(Job.state == "running").values(leased_until=clock.now() - timedelta(seconds=1)))
        commit()


@pytest.mark.parametrize(("step", "delay"), [("read", 0.2), ("compare", 0.05), ("apply", 0.3), ("apply", 0.9)])
def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(
    place: tuple[Flask, cast.World, str], tmp_path: Path, step: str, delay: float
) -> None:
    app, world, address = place
    before = in_the_database(app)
    import_id = sent(app, world, staff_list(KILLED))
    if step == "apply":
        work_until(app, import_id, "read")
        confirmed(app, import_id)
    worker = _worker(tmp_path, address)
    try:
        _wait_for(lambda: _job_state(app, import_id, step) in ("running", "done"))
        time.sleep(delay)
    finally:
        worker.kill()
        worker.wait()
    assert _job_state(app, import_id, step) == "running" or step != "apply", "the worker was faster than the kill"
    assert in_the_database(app) == before, "something was taken in by half"
    _let_leases_end(app)
    worker = _worker(tmp_path, address)
    try:
        if step != "apply":
            _wait_for(lambda: state_of(app, import_id) == "read")
            confirmed(app, import_id)
        _wait_for(lambda: state_of(app, import_id) != "applying")
    finally:
        worker.terminate()
        worker.wait()
    assert state_of(app, import_id) == "done", (tmp_path / "worker.log").read_text()[-3000:]
    assert in_the_database(app) == tuple(number + KILLED for number in before)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StaffImportRow)) == KILLED
        assert audit_is_whole()[0]
