"""Word documents as trainers have them, made with python-docx: `ten_pages()` is the one of the fifteen-minute trial.

As a script: `python -m tests.courses.word_documents FILE.docx` writes it.
"""

import io
import random
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image, ImageDraw, ImageFilter

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FOOTNOTES = f"{R}/footnotes"
FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

CHAPTERS = [
    (
        "Chương 1. Mật khẩu và xác thực hai lớp",
        [
            (
                "1.1. Vì sao mật khẩu dễ đoán bị mất",
                "Phần lớn tài khoản thư công vụ bị chiếm quyền vì mật khẩu ngắn, dùng chung hoặc để lộ trên giấy dán màn hình. Kẻ gian không cần "
                "đoán từng "
                "ký tự: chúng dùng danh sách mật khẩu đã lộ từ các trang mua sắm rồi thử lần lượt vào hệ thống một cửa và hộp thư của đơn vị.",
            ),
            (
                "1.2. Đặt mật khẩu mạnh mà vẫn nhớ được",
                "Anh/Chị chọn bốn từ không liên quan đến nhau, viết liền hoặc nối bằng dấu gạch, dài ít nhất mười bốn ký tự. Không dùng ngày "
                "sinh, biển số xe, "
                "tên con hay tên cơ quan. Mỗi hệ thống một mật khẩu riêng; mật khẩu của hộp thư công vụ không dùng ở bất kỳ nơi nào khác.",
            ),
            (
                "1.3. Xác thực hai lớp",
                "Lớp thứ hai là một mã chỉ dùng một lần, do ứng dụng trên điện thoại tạo ra. Khi mật khẩu bị lộ, kẻ gian vẫn không vào được vì "
                "thiếu mã này. "
                "Không đọc mã cho bất kỳ ai, kể cả người tự xưng là cán bộ kỹ thuật của Sở hoặc của ngân hàng.",
            ),
        ],
    ),
    (
        "Chương 2. Nhận biết thư và cuộc gọi lừa đảo",
        [
            (
                "2.1. Dấu hiệu của thư lừa đảo",
                "Thư giục giã, đe dọa khóa tài khoản hoặc hứa hẹn tiền; địa chỉ người gửi gần giống địa chỉ thật; đường dẫn khi rê chuột hiện ra "
                "tên miền lạ. "
                "Thư thật của cơ quan không yêu cầu nhập mật khẩu qua đường dẫn và không gửi tệp thực thi kèm theo.",
            ),
            (
                "2.2. Cuộc gọi giả danh",
                "Người gọi tự xưng là công an, tòa án, bưu điện hoặc cán bộ của bộ phận một cửa, yêu cầu chuyển tiền, cài ứng dụng hay đọc mã OTP. "
                "Anh/Chị dừng cuộc gọi, tự tìm số điện thoại của cơ quan đó rồi gọi lại để kiểm tra.",
            ),
            (
                "2.3. Khi đã lỡ bấm vào đường dẫn",
                "Ngắt mạng, không tắt máy, báo ngay đầu mối an toàn thông tin của đơn vị và đổi mật khẩu từ một máy khác. "
                "Báo sớm là việc đáng khen, không phải lỗi: mười phút đầu quyết định có bao nhiêu hồ sơ của người dân còn giữ được.",
            ),
        ],
    ),
    (
        "Chương 3. Gửi và lưu văn bản trên môi trường điện tử",
        [
            (
                "3.1. Đặt tên tệp và thư mục",
                "Tên tệp gồm ngày theo thứ tự năm, tháng, ngày, tên việc ngắn gọn và số phiên bản, viết không dấu. Thư mục chia theo năm, lĩnh "
                "vực, hồ sơ; "
                "không lưu hồ sơ công việc ngoài màn hình nền và không lưu vào thẻ nhớ cá nhân.",
            ),
            (
                "3.2. Gửi văn bản có dữ liệu cá nhân",
                "Chỉ gửi qua hệ thống quản lý văn bản hoặc thư công vụ, đúng người nhận, đúng phần cần thiết. Danh sách có số định danh cá nhân "
                "phải đặt mật khẩu, "
                "mật khẩu báo qua kênh khác. Không gửi danh sách này qua nhóm trò chuyện, dù chỉ để xem nhanh.",
            ),
            (
                "3.3. Sao lưu",
                "Mỗi tuần một lần, chép hồ sơ đang làm vào ổ dùng chung của đơn vị. Mỗi quý thử khôi phục một tệp. Bản sao lưu chưa từng thử khôi "
                "phục "
                "thì chưa phải là bản sao lưu.",
            ),
        ],
    ),
]
NOTES = [
    "Luật An ninh mạng và các văn bản hướng dẫn thi hành.",
    "Số liệu tổng hợp của bộ phận hỗ trợ năm 2025, làm tròn đến hàng chục.",
    "Quy chế bảo đảm an toàn thông tin của đơn vị, Điều 7.",
]
TABLE = [
    ("Việc", "Tần suất", "Người làm"),
    ("Đổi mật khẩu hộp thư", "Khi nghi bị lộ", "Mỗi người"),
    ("Rà soát tài khoản không dùng", "Mỗi quý", "Cán bộ phụ trách CNTT"),
    ("Diễn tập thư lừa đảo", "Mỗi năm", "Cán bộ phụ trách CNTT"),
]


def photograph(number: int, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A JPEG like a photograph of an office: soft shapes and noise; each number another one."""
    chance = random.Random(number)
    small = Image.frombytes("RGB", (40, 30), bytes(chance.randrange(40, 230) for _ in range(40 * 30 * 3)))
    picture = small.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2))
    return _saved(picture, "JPEG", quality=88)


def screenshot(number: int, size: tuple[int, int] = (1366, 768)) -> bytes:
    """A PNG like a window with lines of text; each number another one."""
    picture = Image.new("RGB", size, (245, 246, 248))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, size[0], 60), fill=(20, 60, 130))
    for line in range(18):
        pen.text((40, 90 + line * 34), f"Man hinh {number}, dong {line + 1}: dang nhap, doi mat khau, xac thuc hai lop", fill=(30, 30, 30))
    pen.rectangle((40, size[1] - 70, 260 + 10 * number, size[1] - 30), fill=(0, 120, 70))
    return _saved(picture, "PNG")


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def ten_pages(share: float = 1) -> bytes:
    """Ten pages of Vietnamese office text: title, three chapters with three sections each, lists, a table with merged cells, three footnotes,
    a box, eight pictures (seven with alternative text, one twice). `share`: of the sides of the pictures."""
    photo, screen = (round(1600 * share), round(1200 * share)), (round(1366 * share), round(768 * share))
    document = docx.Document()
    document.add_paragraph("Tài liệu tập huấn an toàn thông tin cho cán bộ cấp xã", style="Title")
    document.add_paragraph("Tài liệu dùng cho lớp tập huấn một ngày tại trung tâm bồi dưỡng, cập nhật tháng 10 năm 2026.")
    pictures = 0
    for number, (chapter, sections) in enumerate(CHAPTERS):
        document.add_heading(chapter, 1)
        _noted(document.add_paragraph("Chương này dành cho mọi cán bộ, công chức, không cần biết trước về máy tính."), number + 1)
        for title, text in sections:
            document.add_heading(title, 2)
            for turn in range(3):
                document.add_paragraph(f"{text} (Ý {turn + 1} của mục {title.split()[0]}).")
            _list(document, number)
            if pictures < 8:
                pictures += 1
                content = photograph(pictures, photo) if pictures % 2 else screenshot(pictures, screen)
                document.add_paragraph(f"Hình {pictures} minh họa cho mục này.")
                picture(document, content, "" if pictures == 5 else f"Minh họa {pictures}: {title.split('. ', 1)[1].lower()}")
        (_table, _box, _nothing)[number](document)
    picture(document, photograph(1, photo), "Minh họa 1 dùng lại ở cuối tài liệu")
    return with_footnotes(saved(document), dict(enumerate(NOTES, 1)))


def _nothing(_document: Any) -> None:
    """The last chapter ends without a table or a box."""


def _list(document: Any, number: int) -> None:
    kind = "List Number" if number == 1 else "List Bullet"
    for text in ("Kiểm tra địa chỉ người gửi trước khi mở tệp.", "Không đọc mã OTP cho người khác.", "Báo đầu mối khi thấy lạ."):
        paragraph = document.add_paragraph(style=kind)
        paragraph.add_run(text.split()[0]).bold = True
        paragraph.add_run(" " + text.split(" ", 1)[1])


def _table(document: Any) -> None:
    table = document.add_table(rows=0, cols=3)
    table.style = "Table Grid"
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(2, 2).merge(table.cell(3, 2)).text = "Cán bộ phụ trách CNTT"
    last = table.add_row().cells
    last[0].merge(last[2]).text = "Các việc khác làm theo kế hoạch năm của đơn vị."


def _box(document: Any) -> None:
    table = document.add_table(rows=1, cols=1)
    cell = table.cell(0, 0)
    cell.paragraphs[0].add_run("Ghi nhớ").bold = True
    cell.add_paragraph("Dừng lại, kiểm tra, rồi mới bấm.")


def picture(document: Any, content: bytes, alt: str = "") -> None:
    """A picture in a paragraph of its own; `alt`: its alternative text."""
    shape = document.add_picture(io.BytesIO(content), width=Cm(12))
    shape._inline.docPr.set("descr", alt)


def _noted(paragraph: Any, number: int) -> None:
    mark = OxmlElement("w:footnoteReference")
    mark.set(qn("w:id"), str(number))
    paragraph.add_run()._r.append(mark)


def saved(document: Any) -> bytes:
    """The document as a file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_footnotes(content: bytes, notes: Mapping[int, str]) -> bytes:
    """The document with a part of footnotes, which python-docx does not make."""
    texts = "".join(
        f'<w:footnote w:id="{key}"><w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:footnote>' for key, text in notes.items()
    )
    part = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="{W}">{texts}</w:footnotes>'.encode()
    link = f'<Relationship Id="rIdNotes" Type="{FOOTNOTES}" Target="footnotes.xml"/></Relationships>'
    kind = f'<Override PartName="/word/footnotes.xml" ContentType="{FOOTNOTES_TYPE}"/></Types>'
    return changed(
        content,
        {
            "word/_rels/document.xml.rels": lambda old: old.replace(b"</Relationships>", link.encode()),
            "[Content_Types].xml": lambda old: old.replace(b"</Types>", kind.encode()),
        },
        {"word/footnotes.xml": part},
    )


def changed(content: bytes, changes: Mapping[str, Callable[[bytes], bytes]], added: Mapping[str, bytes] | None = None) -> bytes:
    """A package with some parts written anew and some added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, changes[entry.filename](part) if entry.filename in changes else part)
        for name, part in (added or {}).items():
            new.writestr(name, part)
    return file.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(ten_pages())
