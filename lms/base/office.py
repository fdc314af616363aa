"""Word, PowerPoint and PDF files that people send: what they hold as plain data, or one sentence that says what to do instead.

Two children with limits: the first looks what the file is and whether it may be opened, the second reads it with the library of its kind.
"""

import tempfile
from typing import Any

from .child import in_child
from .errors import Refused
from .words import gettext as _

LARGEST_OFFICE_FILE = 15  # megabytes
LOOKING, READING, READING_PAGES, MEGABYTES = 2, 5, 8, 256  # seconds; with the second that `in_child` adds to each, ten are not passed


def read_office(content: bytes) -> dict[str, Any]:
    """{"kind": "docx", "pptx" or "pdf", …} with what `docx_child.read` answers, whatever the file is called. Slow: to be called before the write.

    Raises Refused(sentence, "file") for everything that cannot be read. Nothing is left behind.
    """
    if len(content) > LARGEST_OFFICE_FILE << 20:
        raise Refused(_advice("large"), "file")
    with tempfile.NamedTemporaryFile(prefix="office-") as file:
        file.write(content)
        file.flush()
        try:
            found = in_child("lms.base.office_child.look", file.name, seconds=LOOKING, megabytes=MEGABYTES)
            if "refused" not in found:
                seconds = READING_PAGES if found["kind"] == "pdf" else READING
                answer = in_child(f"lms.base.{found['kind']}_child.read", file.name, seconds=seconds, megabytes=MEGABYTES)
                found = {**found, **answer}
        except Refused as refused:
            raise Refused(refused.sentence, "file") from None
    if "refused" in found:
        raise Refused(_advice(found["refused"]), "file")
    return found


def _advice(reason: str) -> str:
    """What the person does with a file that we do not read."""
    sentences = {
        "large": _("Tệp lớn hơn %(n)s MB. Anh/Chị nén hình trong tệp (Picture Format, Compress Pictures), hoặc chia thành nhiều tệp."),
        "empty": _("Tệp này trống. Anh/Chị kiểm tra lại tệp đã chọn."),
        "old_word": _("Tệp .doc, .rtf là định dạng cũ. Anh/Chị mở bằng Word, chọn Lưu thành (Save As), loại Word Document (.docx), rồi tải lên lại."),
        "old_slides": _("Tệp .ppt là định dạng cũ. Anh/Chị mở bằng PowerPoint, chọn Lưu thành (Save As), loại .pptx, rồi tải lên lại."),
        "odf": _("Tệp của LibreOffice chưa đọc được. Anh/Chị mở tệp, chọn Lưu thành (Save As), loại .docx hoặc .pptx, rồi tải lên lại."),
        "sheet": _("Tệp này là bảng tính Excel. Anh/Chị chép bảng vào một tệp Word rồi tải lên."),
        "locked": _("Tệp đang được đặt mật khẩu. Anh/Chị mở tệp, bỏ mật khẩu, lưu lại rồi tải lên."),
        "picture": _("Tệp này là hình ảnh. Anh/Chị chèn hình vào bài trong trang sửa bài."),
        "archive": _("Tệp này là tệp nén. Anh/Chị giải nén rồi tải lên tệp .docx, .pptx hoặc .pdf bên trong."),
        "bomb": _("Tệp này khi mở ra lớn bất thường nên hệ thống không đọc. Anh/Chị chép nội dung sang một tệp mới rồi tải lên."),
        "unsafe": _("Tệp này có phần không an toàn nên hệ thống không đọc. Anh/Chị chép nội dung sang một tệp mới rồi tải lên."),
        "broken": _("Tệp này bị hỏng. Anh/Chị mở tệp, lưu lại thành một tệp mới rồi tải lên lần nữa."),
        "pictures": _("Tệp này có quá nhiều hình. Anh/Chị chia thành nhiều tệp, mỗi tệp không quá 200 hình."),
        "slides": _("Tệp có hơn 200 trang chiếu. Anh/Chị chia thành nhiều tệp."),
        "pages": _("Tệp PDF có hơn 60 trang. Anh/Chị chia thành nhiều tệp, hoặc tải lên tệp Word gốc."),
    }
    unknown = _("Tệp này không phải Word, PowerPoint hay PDF. Anh/Chị chọn tệp .docx, .pptx hoặc .pdf.")
    return sentences.get(reason, unknown) % {"n": LARGEST_OFFICE_FILE}
