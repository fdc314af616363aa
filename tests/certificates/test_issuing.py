"""Issuing: no number is skipped or given twice, names are those of the day, and who asks twice gets the same certificate."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.agencies import open_agency, rename_agency
from lms.base import Refused, commit, db
from lms.certificates import Certificate, Issuer, appoint_signatory, issue, open_issuer
from lms.certificates.codes import ALPHABET, LENGTH, grouped, new_code, tidy_code
from lms.site import Audit
from tests.cast import OPENED, World
from tests.certificates.giving import facts, give
from tests.conftest import FakeClock


def _numbers(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Certificate.number).order_by(Certificate.number)))


def test_numbers_run_on_within_an_issuer_and_begin_anew_each_year(app: Flask, world: World, time: FakeClock) -> None:
    time.now = datetime(2026, 12, 31, 3, tzinfo=UTC)
    assert give(app, world).number_text == "0001/2026/GCN-UBNDTA"
    assert give(app, world, "anh").number_text == "0002/2026/GCN-UBNDTA"
    time.now = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)  # half past midnight in Vietnam
    assert give(app, world, cycle=2).number_text == "0001/2027/GCN-UBNDTA"


def test_whoever_asks_twice_gets_the_same_certificate(app: Flask, world: World) -> None:
    assert give(app, world).id == give(app, world).id
    assert _numbers(app) == [1]


def test_an_issue_that_is_rolled_back_leaves_no_gap(app: Flask, world: World) -> None:
    with app.app_context():
        assert issue(**facts(world))
        db.session.rollback()
    give(app, world, "anh")
    assert _numbers(app) == [1]


def test_many_at_once_leave_no_gap(app: Flask, world: World) -> None:
    def give_one(turn: int) -> str:
        with app.app_context():
            certificate = issue(**facts(world, "an", cycle=turn // 2 + 1))  # every cycle is completed twice at once
            assert certificate is not None
            number = certificate.number_text
            if turn % 5 == 0:
                db.session.rollback()
            else:
                commit()
            return number

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(give_one, range(48)))
    numbers = _numbers(app)
    assert len(numbers) >= 19
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_nearest_issuer_above_the_agency_issues(app: Flask, world: World) -> None:
    with app.app_context():
        open_issuer(None, world.agencies["T"], parent_name="", name="UBND TỈNH BẮC SƠN", place="Bắc Sơn", sign="UBNDT")
        own = open_issuer(None, world.agencies["XP"], parent_name="UBND HUYỆN THUẬN AN", name="UBND XÃ AN PHÚC", place="An Phúc", sign="UBNDAP")
        commit()
        assert own.id
    assert give(app, world, "an").number_text.endswith("GCN-UBNDAP")
    assert give(app, world, "anh").number_text.endswith("GCN-UBNDTA")
    assert give(app, world, "giao").number_text.endswith("GCN-UBNDT")


def test_without_an_issuer_there_is_no_certificate(app: Flask, world: World) -> None:
    with app.app_context():
        assert issue(**facts(world, "giao")) is None


def test_an_agency_that_has_ended_is_served_by_the_issuer_of_its_last_place(app: Flask, world: World, time: FakeClock) -> None:
    with app.app_context():
        agency = open_agency(None, "XC", "commune", "Xã Cũ", world.agencies["HT"], 3, OPENED, "01/QĐ")
        db.session.flush()
        db.session.execute(sa.text("UPDATE agency SET closed_on = '2026-07-01' WHERE id = :id"), {"id": agency.id})
        db.session.execute(sa.text("UPDATE agency_within SET to_on = '2026-07-01' WHERE agency_id = :id"), {"id": agency.id})
        commit()
        ended = agency.id
    time.now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert give(app, world, agency_id=ended).number_text.endswith("GCN-UBNDTA")


def test_the_certificate_keeps_names_and_signatory_of_its_day(app: Flask, world: World, time: FakeClock) -> None:
    time.now = datetime(2026, 3, 10, 3, tzinfo=UTC)
    first = give(app, world)
    with app.app_context():
        rename_agency(None, world.agencies["XP"], "Phường An Phúc", date(2026, 3, 11), "02/QĐ")
        issuer = db.session.scalars(sa.select(Issuer)).one()
        issuer.name = "UBND THỊ XÃ THUẬN AN"
        appoint_signatory(None, issuer, prefix="", position="CHỦ TỊCH", name="Ngô Thị Hòa", from_on=date(2026, 3, 11))
        commit()
    time.now = datetime(2026, 3, 11, 3, tzinfo=UTC)
    second = give(app, world, cycle=2, agency_name="Phường An Phúc")
    with app.app_context():
        kept = db.session.get_one(Certificate, first.id)
        assert (kept.agency_name, kept.printed["issuer"], kept.printed["signatory"]) == ("Xã An Phúc", "UBND HUYỆN THUẬN AN", "Đỗ Quang Minh")
        assert (second.printed["issuer"], second.printed["signatory"]) == ("UBND THỊ XÃ THUẬN AN", "Ngô Thị Hòa")


def test_signatories_follow_each_other(app: Flask, world: World) -> None:
    with app.app_context():
        issuer = db.session.scalars(sa.select(Issuer)).one()
        appoint_signatory(None, issuer, prefix="", position="CHỦ TỊCH", name="Ngô Thị Hòa", from_on=date(2026, 3, 11))
        with pytest.raises(Refused):
            appoint_signatory(None, issuer, prefix="", position="CHỦ TỊCH", name="Lý Văn Hùng", from_on=date(2026, 3, 11))


@pytest.mark.parametrize(
    ("completed", "months", "last"),
    [(date(2026, 11, 24), 12, date(2027, 11, 24)), (date(2028, 2, 29), 12, date(2029, 2, 28)), (date(2026, 11, 24), None, None)],
)
def test_the_last_valid_day_is_counted_from_completion(app: Flask, world: World, completed: date, months: int | None, last: date | None) -> None:
    certificate = give(app, world, completed_on=completed, valid_months=months)
    assert certificate.valid_until == last
    if last:
        assert certificate.standing(last) == "valid"
        assert certificate.standing(date.fromordinal(last.toordinal() + 1)) == "expired"


def test_issuing_is_in_the_audit_trail(app: Flask, world: World) -> None:
    certificate = give(app, world)
    with app.app_context():
        row = db.session.scalars(sa.select(Audit).where(Audit.action == "issue")).one()
        assert (row.thing, row.thing_id, row.agency_id) == ("certificate", certificate.id, world.agencies["XP"])
        assert certificate.code not in str(row.details)


def test_a_code_holds_128_bits_and_is_read_however_it_is_typed() -> None:
    assert LENGTH * (len(ALPHABET).bit_length() - 1) >= 128
    code = new_code()
    assert len(code) == LENGTH and set(code) <= set(ALPHABET) and code != new_code()
    assert tidy_code(grouped(code)) == tidy_code(code.lower()) == tidy_code(f"  {' '.join(code)}  ") == code
    assert tidy_code("O" * 14 + "il" * 7) == "0" * 14 + "1" * 14
    assert [tidy_code(wrong) for wrong in ("", code[1:], code + "0", "U" * LENGTH, "\x00" * LENGTH, "Đ" * LENGTH, "٣" * LENGTH)] == [""] * 7
