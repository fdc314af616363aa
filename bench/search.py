"""The staff list of a whole province: 100,000 people, written in bulk, and how long an administrator waits for typical searches."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from urllib.parse import quote

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from demo.names import full_name
from lms.agencies import Agency, AgencyName, AgencyParent, AgencyWithin
from lms.base import Base, clock, commit, db, fold, sort_key
from lms.people import Account, Membership, Person, RoleHeld, agree_to_privacy, hash_password
from tests.cast import add_factor
from tests.heavy.browsers import Browser, Room
from tests.heavy.servers import Server, running
from tests.heavy.worlds import application

PEOPLE, SCHOOLS = 100_000, 15
FIRST, SECOND = "An Bình Đông Gia Hòa Khánh Lạc Minh Nam Phú".split(), "Phúc Sơn Thủy Hà Thịnh Lộc Xuân Giang Trạch Tiến".split()
LEVELS = ("Mầm non", "Tiểu học", "THCS")
PASSWORD, OPENED = "tim-nguoi-trong-ca-tinh-2026", date(2020, 1, 1)
ROUNDS, PART = 15, 5_000
SEARCHES = {
    "nothing typed": "",
    "surname": "nguyen",
    "full name": "nguyen thi thanh huong",
    "staff code": "CB050123",
    "agency": "phu xuan",
    "name and agency": "mai tieu hoc phu xuan",
}
Rows = list[dict[str, Any]]


def fill(address: str, folder: Path) -> None:
    """A province with communes, their schools, and their people, in an empty database; the first person administers it."""
    app = application(address, folder)
    with app.app_context():
        flask_migrate.upgrade()
        places = _agencies()
        for start in range(0, PEOPLE, PART):
            _people(range(start + 1, start + PART + 1), places)
        _administrator(app)
        if db.engine.dialect.name == "postgresql":
            for table in (Person, Account, Membership, Agency):
                db.session.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table.__tablename__}', '{_key(table)}'), 1000000)"))
        commit()
        db.session.execute(sa.text("ANALYZE"))
        commit()
        db.session.remove()
        db.engine.dispose()


def _key(table: type[Base]) -> str:
    return str(sa.inspect(table).primary_key[0].name)


def _agencies() -> list[int]:
    """The ids of all agencies, each standing within its ancestors."""
    above: dict[int, list[int]] = {1: [1]}
    names = {1: ("T", "province", "Tỉnh Bắc Sơn")}
    for commune, called in enumerate(f"{first} {second}" for first in FIRST for second in SECOND):
        here = 2 + commune * (SCHOOLS + 1)
        above[here], names[here] = [here, 1], (f"X{commune:03d}", "commune", f"Xã {called}")
        for school in range(SCHOOLS):
            above[here + 1 + school] = [here + 1 + school, here, 1]
            names[here + 1 + school] = (f"X{commune:03d}.{school:02d}", "school", f"Trường {LEVELS[school % 3]} {called} số {school // 3 + 1}")
    facts = [{"id": one, "code": code, "kind": kind, "name": name, "search": fold(name)} for one, (code, kind, name) in names.items()]
    db.session.execute(sa.insert(Agency), [{**row, "position": row["id"], "opened_on": OPENED} for row in facts])
    db.session.execute(sa.insert(AgencyName), [{"agency_id": r["id"], "name": r["name"], "search": r["search"], "from_on": OPENED} for r in facts])
    parents = [{"agency_id": one, "parent_id": line[1] if len(line) > 1 else None, "from_on": OPENED} for one, line in above.items()]
    db.session.execute(sa.insert(AgencyParent), parents)
    within = [
        {"ancestor_id": top, "agency_id": one, "depth": depth, "from_on": OPENED} for one, line in above.items() for depth, top in enumerate(line)
    ]
    db.session.execute(sa.insert(AgencyWithin), within)
    return list(above)


def _people(ids: range, places: list[int]) -> None:
    random, now = Random(ids.start), clock.now()
    people: dict[str, Rows] = {"person": [], "account": [], "membership": []}
    for one in ids:
        name, code = full_name(random, random.choice(("female", "male"))), f"CB{one:06d}"
        people["person"].append(
            {"id": one, "staff_code": code, "full_name": name, "search": fold(f"{name} {code}"), "sort": sort_key(name), "created_at": now}
        )
        people["account"].append(
            {"person_id": one, "username": code.lower(), "password_hash": "!" + "x" * 96, "password_at": now, "must_change": one % 3 == 0}
        )
        at = {"agency_id": places[one % len(places)], "from_on": OPENED, "is_main": True, "position": "Giáo viên"}
        people["membership"].append({"person_id": one, "staff_kind": "public_employee", "state": "on_leave" if one % 50 == 0 else "working", **at})
    for table, model in (("person", Person), ("account", Account), ("membership", Membership)):
        db.session.execute(sa.insert(model), people[table])


def _administrator(app: Flask) -> None:
    account = db.session.get_one(Account, 1)
    account.username, account.password_hash, account.must_change = "dung", hash_password(PASSWORD), False
    db.session.add(RoleHeld(person_id=1, agency_id=1, role="administrator", from_on=OPENED))
    agree_to_privacy(1)
    add_factor(1)


def waits(address: str, folder: Path) -> Iterator[dict[str, Any]]:
    """{search, found, p50_ms, max_ms} of each search: whole first pages over one kept connection, nothing else going on."""
    with running(Server(folder, address)) as server, Room() as room:
        browser = Browser(server.port, room)
        browser.sign_in("dung", PASSWORD)
        for name, query in SEARCHES.items():
            path, taken = f"/people?q={quote(query)}", []
            page = browser.get(path).text
            for _round in range(ROUNDS):
                start = time.perf_counter()
                browser.get(path)
                taken.append(1000 * (time.perf_counter() - start))
            yield {"search": name, "shown": page.count('<th scope="row">'), "p50_ms": round(median(taken), 1), "max_ms": round(max(taken), 1)}


def search_bench(addresses: dict[str, str], folder: Path) -> Rows:
    """Fill and measure each database; prints a line a search."""
    rows: Rows = []
    print(f"\n· Staff list of {PEOPLE:,} people\n{'search':<22} {'database':<11} {'shown':>6} {'p50 ms':>7} {'max ms':>7}", flush=True)
    for kind, address in addresses.items():
        fill(address, folder)
        for row in waits(address, folder):
            rows.append({"database": kind, **row})
            print(f"{row['search']:<22} {kind:<11} {row['shown']:>6} {row['p50_ms']:>7.1f} {row['max_ms']:>7.1f}", flush=True)
    return rows
