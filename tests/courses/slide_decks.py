"""PowerPoint and PDF files as trainers have them, made with python-pptx and Pillow."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from lms.base import make_pdf
from tests.courses.word_documents import photograph, screenshot

PAGE = """#set document(title: "Junk")
#set page(width: 21cm, height: 29.7cm)
#set text(lang: "vi")
= Quy định về mật khẩu
Mật khẩu của hộp thư công vụ dài ít nhất mười bốn ký tự và không dùng ở nơi nào khác. Mỗi người tự giữ mật khẩu của mình.
#pagebreak()
Điều 2. Không ai được hỏi mật khẩu của người khác.
"""


def deck() -> bytes:
    """Five slides: a title, nested points with a picture and speaker's notes, a table with merged cells (hidden), one without a title, a chart."""
    deck = Presentation()
    title = _slide(deck, 0, "An toàn thông tin")
    title.placeholders[1].text = "Lớp tập huấn 2026"
    points = _slide(deck, 1, "Mật khẩu")
    frame = points.placeholders[1].text_frame
    frame.text = "Dài"
    for text, level in (("Mười bốn ký tự", 1), ("Bốn từ", 1), ("Nối bằng gạch", 2), ("Riêng", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    points.notes_slide.notes_text_frame.text = "Kể chuyện bị lộ mật khẩu.\nHỏi lớp."
    shown = points.shapes.add_picture(io.BytesIO(photograph(1, (640, 480))), 0, 0)
    shown._element.nvPicPr.cNvPr.set("descr", "Ảnh văn phòng")
    _with_table(_slide(deck, 5, "Lịch đổi mật khẩu"))
    bare = _slide(deck, 6, "")
    bare.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "Chữ thường & <nguy>"
    bare.shapes.add_picture(io.BytesIO(screenshot(1, (640, 480))), 0, 0)
    _with_chart(_slide(deck, 5, "Biểu đồ"))
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _slide(deck: Any, layout: int, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def _with_table(slide: Any) -> None:
    table = slide.shapes.add_table(3, 2, 0, 0, Inches(4), Inches(2)).table
    for row, texts in enumerate((("Việc", "Khi nào"), ("Thư", "Khi bị lộ"), ("Một cửa", ""))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    slide._element.set("show", "0")


def _with_chart(slide: Any) -> None:
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["2025", "2026"]
    data.add_series("Số vụ", (3, 1))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data)


def two_pages(folder: Path) -> bytes:
    """A PDF of two pages of text; its source is written into the folder."""
    template = folder / "page.typ"
    template.write_text(PAGE, "utf-8")
    return make_pdf(template, {})


def scans(pages: int, size: tuple[int, int] = (300, 400)) -> bytes:
    """A PDF of pages that are only pictures."""
    pictures = [Image.open(io.BytesIO(photograph(number, size))) for number in range(min(pages, 3))]
    file = io.BytesIO()
    pictures[0].save(file, "PDF", save_all=True, append_images=(pictures * pages)[1:pages])
    return file.getvalue()
