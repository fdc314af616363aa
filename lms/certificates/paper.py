"""The printed certificate: what stands on the paper, in the words of official papers, always in Vietnamese."""

from datetime import date
from pathlib import Path

from lms.base import clock, make_pdf, qr_svg

from .codes import grouped
from .models import Certificate

TEMPLATE = Path(__file__).with_name("certificate.typ")
ADDRESS = {"male": "Ông", "female": "Bà", None: "Ông/Bà"}
MARKS = {"revoked": "ĐÃ THU HỒI", "replaced": "ĐÃ THAY THẾ"}
NOTE = "Giấy này xác nhận việc hoàn thành khóa học, không thay thế chứng chỉ hoặc chứng nhận tập huấn chuyên sâu mà pháp luật quy định."


def official_day(day: date) -> str:
    """A day as official papers write it (NĐ 30/2020): days below 10 and January, February with a zero: ngày 05 tháng 02 năm 2026, tháng 3."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def certificate_pdf(certificate: Certificate, site: str, check: str) -> bytes:
    """The certificate as a PDF. `site`: address of the public check form; `check`: address that the QR code carries."""
    return make_pdf(TEMPLATE, paper(certificate, site, check), certificate.issued_at)


def paper(certificate: Certificate, site: str, check: str) -> dict[str, object]:
    """What the template prints."""
    printed = certificate.printed
    named = {name: printed[name] for name in ("parent", "issuer", "place", "prefix", "position", "signatory")}
    return {
        **named,
        "title": f"Giấy chứng nhận số {certificate.number_text}: {certificate.person_name}",
        "description": f"Hoàn thành khóa học: {certificate.course_title['vi']}",
        "address": ADDRESS[certificate.gender],
        "name": certificate.person_name,
        "birth": _short(certificate.birth_on) if certificate.birth_on else None,
        "agency": certificate.agency_name,
        "course": certificate.course_title["vi"],
        "course-en": certificate.course_title.get("en") or None,
        "facts": _facts(certificate),
        "number": certificate.number_text,
        "register": certificate.number_text.split("/")[0],
        "code": grouped(certificate.code),
        "qr": qr_svg(check),
        "check": check,
        "site": site,
        "issued": official_day(certificate.issued_on),
        "mark": MARKS.get(certificate.standing(clock.today())),
        "notes": [NOTE, *printed["notes"]],
    }


def _facts(certificate: Certificate) -> list[tuple[str, str]]:
    start, end = _short(certificate.started_on), _short(certificate.completed_on)
    facts = [("Thời gian học", f"{start} – {end}" if start != end else start)]
    if certificate.hours:
        facts.append(("Thời lượng", f"{certificate.hours} tiết"))
    facts.append(("Kết quả", f"Đạt ({certificate.percent}%)"))
    if certificate.valid_until:
        facts.append(("Có giá trị đến hết ngày", _short(certificate.valid_until)))
    return facts


def _short(day: date) -> str:
    return f"{day:%d/%m/%Y}"
