"""Pages of certificates: one's own, those within reach, the register, revoking, and the public check."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.base import commit, db
from lms.certificates import Certificate
from lms.site import Audit
from tests.cast import World
from tests.certificates.giving import TITLE, give
from tests.conftest import FakeClock
from tests.pages import Visitor

UNKNOWN = "0000-0000-0000-0000-0000-0000-0000"


def test_an_sees_own_certificates_and_takes_the_paper_home(app: Flask, world: World, an: Visitor) -> None:
    assert "chưa có giấy chứng nhận nào" in an.get("/certificates").text
    certificate = give(app, world)
    listed = an.get("/certificates")
    assert certificate.number_text in listed.text and TITLE["vi"] in listed.text
    assert f"/certificates/{certificate.id}.pdf" in listed.links()
    shown = an.get(f"/certificates/{certificate.id}")
    assert "Còn hiệu lực" in shown.text and "Thu hồi" not in shown.text
    paper = an.get(f"/certificates/{certificate.id}.pdf").response
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF")
    assert "attachment" in paper.headers["Content-Disposition"] and "giay-chung-nhan-0001" in paper.headers["Content-Disposition"]


def test_only_those_whose_person_it_is_see_it(
    app: Flask, world: World, an: Visitor, anh: Visitor, binh: Visitor, chi: Visitor, giang: Visitor
) -> None:
    certificate = give(app, world)
    for path in (f"/certificates/{certificate.id}", f"/certificates/{certificate.id}.pdf"):
        an.get(path)
        chi.get(path)
        for stranger in (anh, binh, giang):
            stranger.get(path, 404)
    person = f"/certificates/people/{world.people['an']}"
    assert certificate.number_text in chi.get(person).text
    giang.get(person, 404)
    an.get(person, 403)


def test_a_person_within_reach_without_certificates_has_an_empty_list(world: World, chi: Visitor) -> None:
    assert "Chưa có giấy chứng nhận nào" in chi.get(f"/certificates/people/{world.people['an']}").text


def test_unknown_certificates_are_not_found(an: Visitor, dung: Visitor) -> None:
    an.get("/certificates/999999", 404)
    an.get("/certificates/999999.pdf", 404)
    dung.get("/certificates/people/999999", 404)


def test_the_register_is_for_administrators_and_finds_names_without_accents(
    app: Flask, world: World, dung: Visitor, chi: Visitor, an: Visitor
) -> None:
    assert "chưa có giấy" in dung.get("/certificates/register").text
    first, second = give(app, world, "an"), give(app, world, "anh")
    text = dung.get("/certificates/register").text
    assert text.index(second.number_text) < text.index(first.number_text)
    for query in ("dang thi anh", "ÁNH", second.number_text.lower(), "0002/"):
        found = dung.get("/certificates/register", query_string={"q": query}).text
        assert second.number_text in found and first.number_text not in found, query
    for query in ("%", "_", "khong ai ca", "' OR 1=1"):
        assert "Không có giấy chứng nhận nào khớp" in dung.get("/certificates/register", query_string={"q": query}).text
    dung.get("/certificates/register?page=999")
    dung.get("/certificates/register?page=khong")
    chi.get("/certificates/register", 403)
    an.get("/certificates/register", 403)


def test_the_register_shows_nothing_of_the_neighbour(app: Flask, world: World, dung: Visitor) -> None:
    with app.app_context():
        db.session.execute(sa.text("UPDATE issuer SET agency_id = :id"), {"id": world.agencies["T"]})
        commit()
    own, other = give(app, world, "an"), give(app, world, "giao")
    text = dung.get("/certificates/register").text
    assert own.number_text in text and other.number_text not in text
    dung.get(f"/certificates/{other.id}", 404)


def test_dung_revokes_with_a_reason(app: Flask, world: World, dung: Visitor, an: Visitor, nobody: Visitor) -> None:
    certificate = give(app, world)
    path = f"/certificates/{certificate.id}"
    empty = dung.post(f"{path}/revoke", {"why": "  "}, page=path, status=422)
    assert "ghi lý do" in empty.text
    dung.post(f"{path}/revoke", {"why": "Quyết định 15/QĐ-UBND"}, page=path, status=302)
    assert "Quyết định 15/QĐ-UBND" in dung.get(path).text
    assert "Đã thu hồi" in an.get("/certificates").text
    public = nobody.get(f"/c/{certificate.code}").text
    assert "Đã thu hồi" in public and "Quyết định 15" not in public
    with app.app_context():
        row = db.session.scalars(sa.select(Audit).where(Audit.action == "revoke")).one()
        assert (row.actor_name, row.thing_id, row.details["why"]) == ("Phạm Tiến Dũng", certificate.id, "Quyết định 15/QĐ-UBND")


def test_a_certificate_is_revoked_once(app: Flask, world: World, dung: Visitor) -> None:
    certificate = give(app, world)
    path = f"/certificates/{certificate.id}"
    first, second = dung.get(path), dung.get(path)
    dung.post(f"{path}/revoke", {"why": "Lần một"}, page=first, status=302)
    again = dung.post(f"{path}/revoke", {"why": "Lần hai"}, page=second, status=422)
    assert "từ trước" in again.text
    with app.app_context():
        assert db.session.get_one(Certificate, certificate.id).revoked_why == "Lần một"


def test_nobody_else_revokes(app: Flask, world: World, chi: Visitor, giang: Visitor, an: Visitor, dung: Visitor) -> None:
    certificate = give(app, world)
    for visitor in (chi, giang, an):
        visitor.post(f"/certificates/{certificate.id}/revoke", {"why": "Thử"}, key="x", status=403)
    shown = dung.get(f"/certificates/{certificate.id}")
    dung.post("/certificates/999999/revoke", {"why": "Thử"}, page=shown, status=404)
    with app.app_context():
        assert db.session.get_one(Certificate, certificate.id).state == "valid"


def test_nobody_checks_a_certificate_and_reads_these_things_only(app: Flask, world: World, nobody: Visitor, time: FakeClock) -> None:
    time.now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    certificate = give(app, world)
    page = nobody.get(f"/c/{certificate.code}")
    for words in ("Nguyễn Văn An", "Xã An Phúc", TITLE["vi"], "24/11/2026", "3 tiết", "Còn hiệu lực", "24/11/2027"):
        assert words in page.text, words
    for words in ("05/02/1984", "88", "CB001", "Văn thư", certificate.code, certificate.number_text, "03/11/2026"):
        assert words not in page.text, words
    assert not [link for link in page.links() if link.startswith("/certificates")]


def test_the_code_is_read_however_it_is_typed(app: Flask, world: World, nobody: Visitor) -> None:
    code = give(app, world).code
    for typed in (code, code.lower(), "-".join([code[:9], code[9:]]), f"  {code[:4]} {code[4:]} "):
        assert "Nguyễn Văn An" in nobody.get("/c", query_string={"code": typed}).text
        assert "Nguyễn Văn An" in nobody.get(f"/c/{typed}").text


def test_whatever_is_no_certificate_gets_the_same_page(app: Flask, world: World, nobody: Visitor) -> None:
    code = give(app, world).code
    near = code[:-1] + ("0" if code[-1] != "0" else "1")
    texts = set()
    for typed in (UNKNOWN, near, code[:-1], code + "0", "x", "1", "a/b", "0" * 5000, "<script>", "💡"):
        page = nobody.get(f"/c/{typed}", 404)
        texts.add(page.text)
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert len(page.statements) == 1
    assert nobody.client.get("/c?code=%00%01x").status_code == 404
    texts.add(nobody.get("/c", 404, query_string={"code": UNKNOWN}).text)
    assert len(texts) == 1
    assert "Không tìm thấy giấy chứng nhận" in texts.pop()


def test_the_form_says_where_the_code_stands(nobody: Visitor) -> None:
    for path in ("/c", "/c?code=", "/c?code=%20"):
        page = nobody.get(path)
        assert page.h1 == "Tra cứu giấy chứng nhận" and "QR" in page.text
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_an_expired_certificate_is_said_to_be(app: Flask, world: World, nobody: Visitor, an: Visitor, time: FakeClock) -> None:
    time.now = datetime(2026, 11, 24, 3, tzinfo=UTC)
    code = give(app, world).code
    time.now = datetime(2027, 11, 24, 16, 59, tzinfo=UTC)  # the last minute in Vietnam
    assert "Còn hiệu lực" in nobody.get(f"/c/{code}").text
    time.now = datetime(2027, 11, 24, 17, 0, tzinfo=UTC)
    assert "Hết hiệu lực từ sau ngày 24/11/2027" in nobody.get(f"/c/{code}").text


def test_a_replaced_certificate_says_so_and_names_no_other(app: Flask, world: World, nobody: Visitor) -> None:
    old, new = give(app, world), give(app, world, cycle=2)
    with app.app_context():
        row = db.session.get_one(Certificate, old.id)
        row.state, row.replaced_by_id = "replaced", new.id
        commit()
    text = nobody.get(f"/c/{old.code}").text
    assert "Đã được thay bằng một giấy chứng nhận khác" in text and new.number_text not in text


@pytest.mark.parametrize("public", ["", "https://hoc.thuanan.example/"])
def test_the_paper_carries_the_public_address(app: Flask, world: World, an: Visitor, public: str, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = give(app, world)
    printed: list[tuple[str, str]] = []

    def keep(_certificate: Certificate, site: str, check: str) -> bytes:
        printed.append((site, check))
        return b"%PDF"

    app.config["PUBLIC_URL"] = public
    monkeypatch.setattr("lms.certificates.routes.certificate_pdf", keep)
    an.get(f"/certificates/{certificate.id}.pdf")
    home = public.rstrip("/") or "http://localhost"
    assert printed == [(f"{home}/c", f"{home}/c/{certificate.code}")]


def test_who_has_completed_again_sees_both(app: Flask, world: World, an: Visitor) -> None:
    give(app, world)
    give(app, world, cycle=2)
    page = an.get("/certificates")
    assert "0001/" in page.text and "0002/" in page.text
