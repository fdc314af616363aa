"""The demonstration district, small: it has the agencies, the past and the states that it promises."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from demo.district import fill, is_empty
from demo.staff_list import write_staff_list
from lms.agencies import Agency, AgencyEvent, agency_name_on
from lms.base import clock, db, read_sheets
from lms.certificates import Certificate
from lms.people import Account, Person
from lms.people.staff_list.understand import understand
from lms.site import database_refusal
from lms.study import Enrolment
from tests.conftest import make_app
from tests.pages import Statements, Visitor

PASSWORD = "hoc-moi-ngay-2026"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A district of some 300 people on SQLite."""
    folder = tmp_path_factory.mktemp("district")
    app = make_app(f"sqlite:///{folder / 'lms.sqlite3'}", folder, TWO_FACTOR="offered")
    with app.app_context():
        flask_migrate.upgrade()
    assert is_empty(app)
    fill(app, PASSWORD, share=0.08)
    yield app
    with app.app_context():
        db.engine.dispose()


def _count(app: Flask, *where: sa.ColumnElement[bool]) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(*where)) or 0


def test_there_are_17_agencies_18_communes_and_69_schools(district: Flask) -> None:
    is_open = Agency.closed_on.is_(None)
    numbers = {kind: _count(district, Agency.kind == kind, is_open) for kind in ("department", "commune", "school")}
    assert numbers == {"department": 17, "commune": 18, "school": 69}


def test_its_past_has_a_rename_and_a_merger(district: Flask) -> None:
    assert _count(district, AgencyEvent.kind == "rename") == 1 and _count(district, AgencyEvent.kind == "merge") == 1
    with district.app_context():
        office = db.session.query(Agency.id).filter_by(code="P07").scalar()
        assert agency_name_on(office, date(2024, 1, 1)) == "Phòng Văn hóa và Thông tin"
        assert agency_name_on(office, clock.today()) == "Phòng Văn hóa, Khoa học và Thông tin"


def test_learning_is_in_all_states_with_certificates_and_overdue(district: Flask) -> None:
    for state in ("not_started", "in_progress", "completed"):
        assert _count(district, Enrolment.state == state) > 5
    assert _count(district, Enrolment.state != "completed", Enrolment.due_on < clock.today()) > 5
    with district.app_context():
        numbers = list(db.session.scalars(sa.select(Certificate.number).order_by(Certificate.issued_at, Certificate.number)))
    assert numbers == list(range(1, len(numbers) + 1)) and numbers


def test_names_are_plausible_and_the_cast_signs_in(district: Flask) -> None:
    with district.app_context():
        names = list(db.session.scalars(sa.select(Person.full_name)))
        assert all(2 <= len(name.split()) <= 5 and name == name.title() for name in names)
        assert db.session.query(Account).filter(Account.must_change).count() == 0
    statements = Statements()
    try:
        for username in ("an", "binh", "chi", "dung", "mai", "long", "giang"):
            visitor = Visitor(district, statements).sign_in(username, PASSWORD)
            visitor.follow("/")
    finally:
        statements.close()


def test_production_refuses_it(district: Flask) -> None:
    district.config["MODE"] = "production"
    assert "trình diễn" in database_refusal(district)
    district.config["MODE"] = "test"


def test_the_list_of_the_new_school_is_understood_whole(tmp_path: Path) -> None:
    path = write_staff_list(tmp_path, "Trường Mầm non Thử")
    found = understand(read_sheets(path, path.name))
    assert len(found.rows) == 38 and not [row for row in found.rows if row.faults]
    assert {column.title for column in found.columns if column.ignored_reason} >= {"Hệ số lương", "Dân tộc"}
