"""What Word, PowerPoint and PDF files hold, read in child processes and cut into lessons: what is kept, what is told to be lost."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from lms.base import read_office
from lms.courses.office import taking
from lms.courses.office.splitting import BY_CHAPTERS, BY_PARTS, WHOLE, Proposed, first_split, lessons_of, splits_of
from lms.courses.office.taking import TakenFile, packed, take_file, unpacked
from tests.courses import slide_decks
from tests.courses.word_documents import changed, picture, saved, screenshot, ten_pages, with_footnotes


@pytest.fixture(scope="module")
def ten() -> tuple[TakenFile, float]:
    """The document of ten pages, and how many seconds of a processor taking it in took, children included."""
    content, began = ten_pages(), sum(os.times()[:4])
    with pytest.MonkeyPatch.context() as busy:
        busy.setattr(taking, "LONGEST_WAIT", 90)  # a busy machine takes longer, but not more of the processor
        taken = take_file("Tai_lieu-tap huan.docx", content)
    return taken, sum(os.times()[:4]) - began


def word(fill: Callable[[Any], object]) -> bytes:
    """A Word document that `fill` wrote."""
    document = docx.Document()
    fill(document)
    return saved(document)


def only(content: bytes, name: str = "bai-moi.docx") -> tuple[TakenFile, Proposed]:
    """The file, and the one lesson that it gives whole."""
    taken = take_file(name, content)
    (lesson,) = lessons_of(taken, WHOLE)
    return taken, lesson


def test_ten_pages_with_eight_pictures_are_read_within_ten_seconds(ten: tuple[TakenFile, float]) -> None:
    taken, seconds = ten
    assert seconds < 10 and taken.kind == "docx" and taken.lost == []
    assert len(taken.pictures) == 8, "a picture that is shown twice is one"
    assert all(one is not None and one.width and one.width <= 1280 and len(one.content) < 150_000 for one in taken.pictures)


def test_headings_split_a_document_into_lessons(ten: tuple[TakenFile, float]) -> None:
    taken, _seconds = ten
    assert splits_of(taken) == [WHOLE, BY_PARTS, BY_CHAPTERS] and first_split(taken) == BY_PARTS
    chapters = lessons_of(taken, BY_PARTS)
    assert [one.title.split(".")[0] for one in chapters] == ["Chương 1", "Chương 2", "Chương 3"]
    assert "\n## 1.2. Đặt mật khẩu mạnh mà vẫn nhớ được\n" in chapters[0].source and "### " not in chapters[0].source
    assert chapters[0].source.startswith("Tài liệu dùng cho lớp tập huấn"), "a few words before the first heading open the first lesson"
    assert all(600 > one.words > 500 and one.minutes == 4 or one.words > 600 and one.minutes in (5, 6) for one in chapters)
    sections = lessons_of(taken, BY_CHAPTERS)
    assert len(sections) == 9 and sections[3].title == "2.1. Dấu hiệu của thư lừa đảo"
    assert {one.section for one in sections} == {one.title for one in chapters}
    (whole,) = lessons_of(taken, WHOLE)
    assert whole.title == "Tài liệu tập huấn an toàn thông tin cho cán bộ cấp xã"
    assert whole.source.count("\n## Chương") == 3 and whole.source.count("\n### ") == 9


def test_pictures_lists_tables_boxes_and_footnotes_are_kept(ten: tuple[TakenFile, float]) -> None:
    first, second, third = lessons_of(ten[0], BY_PARTS)
    assert "![Minh họa 1: vì sao mật khẩu dễ đoán bị mất](files/office-picture-0.jpg)" in first.source
    assert first.pictures.keys() == {0, 1, 2} and second.bare_pictures == 1 and 0 in third.pictures
    assert "- **Kiểm** tra địa chỉ" in first.source and "1. **Kiểm** tra địa chỉ" in second.source
    assert "| Việc | Tần suất | Người làm |\n| --- | --- | --- |\n" in first.source and any("ô gộp" in sentence for sentence in first.lost)
    assert "| Diễn tập thư lừa đảo | Mỗi năm | Cán bộ phụ trách CNTT |" in first.source, "a merged cell says in each row what it says"
    assert "::: remember\nDừng lại, kiểm tra, rồi mới bấm.\n:::" in second.source
    assert [one.source.count("[^1]") for one in (first, second, third)] == [2, 2, 2]
    assert "[^1]: Số liệu tổng hợp" in second.source and "Luật An ninh mạng" not in second.source
    assert first.summary == "Tài liệu dùng cho lớp tập huấn một ngày tại trung tâm bồi dưỡng, cập nhật tháng 10 năm 2026."


def test_what_waits_for_confirmation_is_the_same_again_and_only_for_its_course(ten: tuple[TakenFile, float]) -> None:
    assert unpacked(packed(ten[0], 7), 7) == ten[0]
    assert unpacked(packed(ten[0], 7), 8) is None


def test_headings_are_known_by_vietnamese_names_by_what_they_rest_on_and_by_their_outline_level() -> None:
    def fill(document: Any) -> None:
        document.styles.add_style("Tiêu đề 1", 1)
        document.styles.add_style("Mục của phòng", 1).base_style = document.styles["Heading 2"]
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "2")
        document.styles.add_style("Điểm 'nhỏ' \\", 1).element.get_or_add_pPr().append(level)
        document.add_paragraph("Phần một", style="Tiêu đề 1")
        document.add_paragraph("Mục một", style="Mục của phòng")
        document.add_paragraph("Điểm một", style="Điểm 'nhỏ' \\")
        document.add_paragraph("Chữ của điểm một.")

    taken, lesson = only(word(fill))
    assert [block["level"] for block in taken.blocks] == [1, 2, 3]
    assert lesson.source == "## Phần một\n\n### Mục một\n\n#### Điểm một\n\nChữ của điểm một.\n" and lesson.title == "bai moi"


def test_no_level_of_headings_is_left_out_in_a_lesson() -> None:
    def fill(document: Any) -> None:
        for text, level in (("Một", 1), ("Hai", 4), ("Ba", 2), ("Bốn", 6)):
            document.add_heading(text, level)
            document.add_paragraph(f"Chữ {text}.")

    lines = [line for line in only(word(fill))[1].source.split("\n") if line.startswith("#")]
    assert lines == ["## Một", "### Hai", "### Ba", "#### Bốn"]


def test_without_styles_short_lines_in_bold_are_headings_and_that_is_told() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph().add_run("QUY ĐỊNH VỀ MẬT KHẨU").bold = True
        for title in ("I. Quy định chung", "II. Tổ chức thực hiện"):
            document.add_paragraph().add_run(title).bold = True
            document.add_paragraph("Mỗi người tự giữ mật khẩu của mình, không cho ai mượn.")
            document.add_paragraph().add_run("Đoạn in đậm dài không phải là đề mục. " * 5).bold = True

    taken = take_file("a.docx", word(fill))
    assert taken.title == "QUY ĐỊNH VỀ MẬT KHẨU" and [one.title for one in lessons_of(taken, BY_PARTS)] == [
        "I. Quy định chung",
        "II. Tổ chức thực hiện",
    ]
    assert taken.lost == ["Tệp không dùng kiểu Heading: 3 đoạn ngắn in đậm được coi là đề mục. Anh/Chị kiểm tra lại."]


def test_what_a_box_is_called_says_what_it_becomes() -> None:
    def fill(document: Any) -> None:
        for text in ("Lưu ý: không đọc mã OTP.", "Làm thử", "Chữ trong khung"):
            cell = document.add_table(rows=1, cols=1).cell(0, 0)
            cell.text = text
            cell.add_paragraph("Câu thứ hai.")
            document.add_paragraph("Giữa hai khung.")
        document.styles.add_style("Ghi nhớ", 1)
        document.add_paragraph("Câu cần nhớ.", style="Ghi nhớ")
        document.add_paragraph("Lời người khác.", style="Quote")

    source = only(word(fill))[1].source
    assert "::: warning\nLưu ý: không đọc mã OTP.\n\nCâu thứ hai.\n:::" in source
    assert "::: try\nCâu thứ hai.\n:::" in source and "::: note\nChữ trong khung" in source
    assert "::: remember\nCâu cần nhớ.\n:::" in source and "> Lời người khác." in source


def test_what_word_files_lose_is_counted_and_told() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("Công thức và nhận xét.")
        document.sections[0].header.paragraphs[0].text = "UBND phường"
        picture(document, screenshot(1), "Picture1.png")

    content = word(fill)
    lost = b'<m:oMath xmlns:m="m"/><w:del w:id="1"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>'
    content = changed(content, {"word/document.xml": lambda old: old.replace(b"</w:p>", lost, 1)}, {"word/vbaProject.bin": b"x"})
    taken, lesson = only(content)
    assert sorted(sentence.split(".")[0] for sentence in taken.lost) == [
        "1 chỗ đã xóa khi theo dõi sửa đổi (Track Changes)",
        "1 công thức toán",
        "1 đầu trang, chân trang",
        "Macro: hệ thống không đọc và không chạy",
    ]
    assert lesson.bare_pictures == 1, "the name of a file is no alternative text"


def test_pictures_that_no_page_can_show_are_left_out_and_told() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("Hai hình.")
        for number in (1, 2):
            picture(document, screenshot(number, (300, 200)), f"Hình {number}")

    content = word(fill)
    broken = changed(content, {"word/media/image2.png": lambda old: old[:200]})
    taken, lesson = only(broken)
    assert [one is None for one in taken.pictures] == [False, True] and "office-picture-1" not in lesson.source and lesson.pictures.keys() == {0}
    assert taken.lost[0].startswith("1 hình không đọc được")
    emf = changed(content, {"[Content_Types].xml": lambda old: old.replace(b"image/png", b"image/x-emf")})
    assert take_file("a.docx", emf).lost[0].startswith("2 hình không đọc được")


def test_a_footnote_stays_with_its_lesson_even_at_a_heading() -> None:
    def fill(document: Any) -> None:
        for number, title in enumerate(("Một", "Hai"), 1):
            document.add_heading(title, 1)
            mark = OxmlElement("w:footnoteReference")
            mark.set(qn("w:id"), str(number))
            document.add_paragraph("Chữ").add_run()._r.append(mark)

    taken = take_file("a.docx", with_footnotes(word(fill), {1: "Chú thích một.", 2: "Chú thích hai."}))
    assert [one.source for one in lessons_of(taken, BY_PARTS)] == ["Chữ[^1]\n\n[^1]: Chú thích một.\n", "Chữ[^1]\n\n[^1]: Chú thích hai.\n"]


# PowerPoint and PDF


def test_slides_become_headings_with_their_text_pictures_tables_and_notes() -> None:
    taken, lesson = only(slide_decks.deck(), "bai giang.pptx")
    assert taken.kind == "pptx" and lesson.title == "An toàn thông tin" and first_split(taken) == WHOLE
    assert lesson.source.startswith("Lớp tập huấn 2026\n\n## Mật khẩu\n\n- Dài\n  - Mười bốn ký tự\n  - Bốn từ\n    - Nối bằng gạch\n- Riêng\n")
    assert "![Ảnh văn phòng](files/office-picture-0.jpg)" in lesson.source and lesson.bare_pictures == 1
    assert "::: note\n**Ghi chú của giảng viên**\n\nKể chuyện bị lộ mật khẩu.\n\nHỏi lớp.\n:::" in lesson.source
    assert "| Việc | Khi nào |\n| --- | --- |\n| Thư | Khi bị lộ |\n| Một cửa | Khi bị lộ |" in lesson.source
    assert "## Trang chiếu 4\n\nChữ thường & &lt;nguy>" in lesson.source
    assert [sentence[:13] for sentence in taken.lost] == ["1 trang chiếu", "1 biểu đồ. An"]
    assert "Ghi chú của giảng viên" not in lessons_of(taken, WHOLE, with_talk=False)[0].source
    assert [one.title for one in lessons_of(taken, BY_CHAPTERS)][1:3] == ["Mật khẩu", "Lịch đổi mật khẩu"]


def test_a_pdf_is_shown_page_by_page_with_its_text(tmp_path: Path) -> None:
    taken, lesson = only(slide_decks.two_pages(tmp_path), "quy-che.pdf")
    assert taken.kind == "pdf" and lesson.title == "quy che" and splits_of(taken) == [WHOLE]
    first = lesson.source.index("## Trang 1\n\n![Hình chụp trang 1. Chữ của trang ở ngay dưới hình.](files/office-picture-0.png)")
    assert first < lesson.source.index("Mỗi người tự giữ mật khẩu của mình.") < lesson.source.index("## Trang 2")
    assert lesson.source.rstrip().endswith("Điều 2. Không ai được hỏi mật khẩu của người khác.")
    assert all(one is not None and one.width in (999, 1000, 1001) and len(one.content) < 60_000 for one in taken.pictures)
    _taken, scanned = only(slide_decks.scans(2), "quet.pdf")
    assert scanned.bare_pictures == 2, "nobody but a person can say what a scan tells"


def test_the_kind_of_a_file_is_told_by_its_content(tmp_path: Path) -> None:
    assert read_office(slide_decks.deck())["kind"] == "pptx"
    assert take_file("bai.docx", slide_decks.two_pages(tmp_path)).kind == "pdf"
