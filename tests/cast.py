"""The world of the tests: one small district with two communes and a neighbour district, and the cast.

An learns (commune An Phúc) · Bình trains · Chi manages the district · Dũng administers it · Giang manages the neighbour district
and must see nothing of ours · nobody. Dũng signs in with a second factor. The course M of tests/data is assigned to An, Ánh and Giao.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyotp
import sqlalchemy as sa
from flask import Flask

from lms.agencies import open_agency
from lms.base import clock, commit, db, seal
from lms.certificates import Issuer, Signatory
from lms.courses import Course, add_trainer, load_folders
from lms.people import agree_to_privacy, create_person, grant_role, hash_password
from lms.people.models import Account, SecondFactor
from lms.study import assign_course

COURSES = Path(__file__).parent / "data" / "courses"
PASSWORDS = {name: f"mat-khau-cua-{name}-2026" for name in ("an", "binh", "chi", "dung", "giang", "anh", "giao")}
CAST = ("an", "binh", "chi", "dung", "giang")
OPENED = date(2020, 1, 1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # in Dũng's authenticator app
CANARY = "Hoàng Yến Giao"  # a person of the neighbour district, who must never appear on a page of ours


@dataclass
class World:
    """The ids of what stands in the world."""

    agencies: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    course: int = 0


def _agencies(world: World) -> None:
    rows = [
        ("T", "province", "Tỉnh Bắc Sơn", None, 1),
        ("HT", "district", "Huyện Thuận An", "T", 1),
        ("XP", "commune", "Xã An Phúc", "HT", 1),
        ("XM", "commune", "Xã Bình Minh", "HT", 2),
        ("HL", "district", "Huyện Lạc Thủy", "T", 2),
    ]
    for code, kind, name, parent, position in rows:
        agency = open_agency(None, code, kind, name, world.agencies.get(parent or ""), position, OPENED, "01/QĐ-UBND")
        db.session.flush()
        world.agencies[code] = agency.id


def _people(world: World) -> None:
    rows = [
        ("an", "Nguyễn Văn An", "XP", "CB001", "Văn thư"),
        ("anh", "Đặng Thị Ánh", "XM", "CB002", "Công chức địa chính"),
        ("binh", "Trần Thị Bình", "HT", "CB003", "Giảng viên"),
        ("chi", "Lê Thị Chi", "HT", "CB004", "Phó trưởng phòng Nội vụ"),
        ("dung", "Phạm Tiến Dũng", "HT", "CB005", "Phụ trách CNTT"),
        ("giang", "Vũ Thị Giang", "HL", "CB006", "Trưởng phòng Nội vụ"),
        ("giao", CANARY, "HL", "CB007", "Văn thư"),
    ]
    for key, name, agency, code, position in rows:
        hashed = hash_password(PASSWORDS[key])
        agency_id = world.agencies[agency]
        person = create_person(
            None, full_name=name, agency_id=agency_id, staff_code=code, username=key, position=position, from_on=OPENED, password_hash=hashed
        )
        db.session.flush()
        world.people[key] = person.id
        account = db.session.get_one(Account, person.id)
        account.must_change, account.slip_expires_at = False, None
        agree_to_privacy(person.id)
    for key, agency, role in (("binh", "HT", "trainer"), ("chi", "HT", "manager"), ("dung", "HT", "administrator"), ("giang", "HL", "manager")):
        grant_role(None, world.people[key], world.agencies[agency], role, OPENED)
    add_factor(world.people["dung"])


def add_factor(person_id: int, secret: str = SECRET) -> None:
    """The person has an authenticator app with this secret."""
    sealed, now = seal(secret, "second factor"), clock.now()
    db.session.add(SecondFactor(person_id=person_id, secret_sealed=sealed, created_at=now, confirmed_at=now, last_step=0))


def code_for(app: Flask, username: str, secret: str = SECRET) -> str:
    """A code that the app of this person may show now and that has not been used; where all of this minute are used, time is made to pass."""
    step = int(clock.now().timestamp()) // 30
    person = sa.select(Account.person_id).where(Account.username == username).scalar_subquery()
    with app.app_context():
        last = db.session.scalar(sa.select(SecondFactor.last_step).where(SecondFactor.person_id == person)) or 0
        if last > step:
            db.session.execute(sa.update(SecondFactor).where(SecondFactor.person_id == person).values(last_step=0))
            commit()
            last = 0
    return pyotp.TOTP(secret).generate_otp(max(step, last + 1))


def build(app: Flask) -> World:
    """Fill the (migrated, empty) database of the app with the world."""
    world = World()
    with app.app_context():
        _agencies(world)
        _people(world)
        load_folders(None, COURSES, world.agencies["T"])
        db.session.flush()
        world.course = db.session.query(Course.id).filter_by(key="M").scalar()
        add_trainer(None, world.course, world.people["binh"], "owner")
        issuer = Issuer(agency_id=world.agencies["HT"], parent_name="UBND TỈNH BẮC SƠN", name="UBND HUYỆN THUẬN AN", place="Thuận An", sign="UBNDTA")
        db.session.add(issuer)
        db.session.flush()
        db.session.add(
            Signatory(issuer_id=issuer.id, prefix="KT. CHỦ TỊCH", position="PHÓ CHỦ TỊCH", name="Đỗ Quang Minh", from_on=OPENED, to_on=None)
        )
        learners = [world.people[key] for key in ("an", "anh", "giao")]
        assign_course(None, learners, world.course, clock.today() + timedelta(days=30))
        commit()
    return world
