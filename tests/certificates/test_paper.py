"""The paper: one page, our own letters, the words of official papers, whatever the names are."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

import lms
from lms.certificates import Certificate
from lms.certificates.paper import certificate_pdf, official_day, paper

SITE = "https://hoc.thuanan.example/c"
CODE = "K7QM2XRT9HDW4CPV0BNE8JYF3GSA"
LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Thị Phương Hoàng Thùy Trang Kiều Anh"
LONG_AGENCY = "Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên Thuận An"
LONG_TITLE = {
    "vi": "Bồi dưỡng kỹ năng số và an toàn thông tin cho cán bộ, công chức, viên chức phụ trách công nghệ thông tin cấp xã",
    "en": "Digital skills and information security training for officials in charge of information technology in communes",
}


def _certificate(**other: Any) -> Certificate:
    printed = {
        "parent": "UBND TỈNH BẮC SƠN",
        "issuer": "UBND HUYỆN THUẬN AN",
        "place": "Thuận An",
        "prefix": "KT. CHỦ TỊCH",
        "position": "PHÓ CHỦ TỊCH",
        "signatory": "Đỗ Quang Minh",
        "notes": [],
    }
    known = {
        "number": 123,
        "year": 2026,
        "number_text": "0123/2026/GCN-UBNDTA",
        "code": CODE,
        "person_name": "Nguyễn Thị Hường",
        "birth_on": date(1984, 2, 5),
        "gender": "female",
        "agency_name": "Trường Mầm non Song Hồ",
        "course_title": {"vi": "An toàn thông tin cho cán bộ, công chức, viên chức", "en": "Information security for all staff"},
        "hours": 3,
        "percent": 88,
        "started_on": date(2026, 1, 3),
        "completed_on": date(2026, 2, 5),
        "issued_on": date(2026, 2, 5),
        "issued_at": datetime(2026, 2, 5, 3, tzinfo=UTC),
        "valid_until": date(2099, 2, 5),
        "printed": {**printed, **other.pop("printed", {})},
        "state": "valid",
    }
    return Certificate(**{**known, **other})


def _pdf(**other: Any) -> tuple[bytes, pypdf.PdfReader, str]:
    made = certificate_pdf(_certificate(**other), SITE, f"{SITE}/{CODE}")
    reader = pypdf.PdfReader(io.BytesIO(made))
    return made, reader, " ".join(reader.pages[0].extract_text().split())


def _fonts(reader: pypdf.PdfReader) -> dict[str, bool]:
    """Every font of the first page, and whether it is embedded."""
    fonts = {}
    for font in reader.pages[0]["/Resources"]["/Font"].values():  # type: ignore[index]
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        fonts[str(font.get_object()["/BaseFont"])] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    return fonts


def test_everything_stands_on_one_landscape_page() -> None:
    _made, reader, text = _pdf()
    assert len(reader.pages) == 1
    width, height = (float(reader.pages[0].mediabox[index]) / 72 * 25.4 for index in (2, 3))
    assert (round(width), round(height)) == (297, 210)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND TỈNH BẮC SƠN",
        "UBND HUYỆN THUẬN AN",
        "GIẤY CHỨNG NHẬN",
        "HOÀN THÀNH KHÓA HỌC",
        "Chứng nhận Bà",
        "NGUYỄN THỊ HƯỜNG",
        "05/02/1984",
        "Trường Mầm non Song Hồ",
        "An toàn thông tin cho cán bộ, công chức, viên chức",
        "Information security for all staff",
        "03/01/2026 – 05/02/2026",
        "3 tiết",
        "Đạt (88%)",
        "05/02/2099",
        "Thuận An, ngày 05 tháng 02 năm 2026",
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Đỗ Quang Minh",
        "0123/2026/GCN-UBNDTA",
        "K7QM-2XRT-9HDW-4CPV-0BNE-8JYF-3GSA",
        SITE,
    ):
        assert words.replace(" ", "") in text.replace(" ", ""), words  # spaced letters are read with spaces


@pytest.mark.parametrize(("gender", "address"), [("male", "Ông"), ("female", "Bà"), (None, "Ông/Bà")])
def test_a_person_is_addressed_by_gender_where_it_is_known(gender: str | None, address: str) -> None:
    assert paper(_certificate(gender=gender), SITE, SITE)["address"] == address


def test_letters_are_ours_and_embedded() -> None:
    _made, reader, _text = _pdf()
    fonts = _fonts(reader)
    assert {name.partition("+")[2] for name in fonts} == {"BeVietnamPro-Regular", "BeVietnamPro-Bold", "BeVietnamPro-Italic"}
    assert all(fonts.values())


def test_the_fonts_bring_their_licence() -> None:
    folder = Path(lms.__file__).parent / "base" / "fonts"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text("utf-8")


def test_it_is_an_archive_file_that_a_screen_reader_can_read() -> None:
    made, reader, _text = _pdf()
    assert b"<pdfaid:part>2</pdfaid:part>" in made and b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert reader.trailer["/Root"]["/Lang"] == "vi"  # type: ignore[index]


def test_the_longest_names_fit() -> None:
    issuer = {"issuer": LONG_AGENCY, "prefix": "TUQ. Chủ tịch Ủy ban nhân dân huyện", "position": LONG_AGENCY, "notes": ["Thêm một dòng ghi chú."]}
    made, reader, text = _pdf(person_name=LONG_NAME, agency_name=LONG_AGENCY, course_title=LONG_TITLE, printed=issuer)
    assert len(LONG_NAME) == 60 and len(LONG_AGENCY) >= 60 and len(LONG_TITLE["vi"]) >= 110
    assert len(reader.pages) == 1 and len(made) <= 60_000
    for words in (LONG_NAME.upper(), LONG_AGENCY, LONG_TITLE["vi"], "Thêm một dòng ghi chú."):
        assert words in text, words


def test_absurdly_long_names_still_make_one_page() -> None:
    endless = " ".join(["Nghiễm"] * 40)
    title = {"vi": endless, "en": endless}
    _made, reader, _text = _pdf(person_name=endless, agency_name=endless, course_title=title, printed={"issuer": endless, "signatory": endless})
    assert len(reader.pages) == 1


def test_an_ordinary_paper_is_small() -> None:
    assert len(_pdf()[0]) <= 60_000


def test_data_never_becomes_markup() -> None:
    _made, _reader, text = _pdf(agency_name='#read("/etc/passwd") $x^2$ *b* \\ [c] <d>', course_title={"vi": "#emph[x] = 1"})
    assert '#read("/etc/passwd") $x^2$ *b* \\ [c] <d>' in text
    assert "#emph[x] = 1" in text


def test_a_letter_that_no_font_of_ours_has_does_not_stop_the_paper() -> None:
    _made, reader, text = _pdf(person_name="Trần 陈 Nam")
    assert len(reader.pages) == 1
    assert "NAM" in text


def test_what_is_not_known_is_left_out() -> None:
    _made, _reader, text = _pdf(birth_on=None, hours=0, valid_until=None, course_title={"vi": "Soạn thảo"}, started_on=date(2026, 2, 5))
    for words in ("Ngày sinh", "tiết", "Có giá trị", "None"):
        assert words not in text
    assert "05/02/2026" in text


def test_a_revoked_paper_says_so_across_the_page() -> None:
    assert "ĐÃ THU HỒI" in _pdf(state="revoked")[2]
    assert "ĐÃ THAY THẾ" in _pdf(state="replaced")[2]
    assert "ĐÃ" not in _pdf()[2]


def test_the_same_certificate_gives_the_same_bytes() -> None:
    assert _pdf()[0] == _pdf()[0]


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 12), "ngày 12 tháng 3 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2026, 11, 9), "ngày 09 tháng 11 năm 2026"),
    ],
)
def test_days_are_written_as_official_papers_do(day: date, written: str) -> None:
    assert official_day(day) == written
